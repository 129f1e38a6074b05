//! Whether a claim holds.
//!
//! In: a claim. Out: a [`ClaimVerdict`]. A claim is turned into one set of orderings, those that are as the claim
//! wants them; `every` and `no` hold where that is all that the `where` leaves, `some` where it is not (what is *wanted*
//! there is the lack of the property). `only` asks the other way round: whether the `where` has all that have the property;
//! `exactly` asks both. The witness is the same in all cases: an ordering outside of a set.

use super::language::Language;
use super::study::Study;
use super::suffixes::{Runs, Suffixes, Trait};
use super::{filter, shortest};
use crate::base::{Limit, Tally};
use crate::system::{Claim, Property, Quantifier, Watched};
use crate::verdict::{Answer, ClaimVerdict, Counterexample};
use num_bigint::BigUint;

/// What a property of a claim needs to have watched.
pub fn watched(property: Property) -> Option<Watched> {
    match property {
        Property::Event(event) => Some(Watched::Event(event)),
        Property::Always(always) => Some(Watched::Broken(always)),
        Property::Healthy | Property::Unhealthy | Property::Refused => None,
    }
}

/// Decides claims on one graph, and remembers the sets that several of them need.
pub struct Claims<'c, 's> {
    /// The graph and its sets.
    pub study: &'c mut Study<'s>,
    /// Sets that were asked for before.
    pub known: Vec<((Runs, Trait), Language)>,
}

/// How a property turns into sets and runs.
struct Reading {
    /// The orderings that have it.
    having: (Runs, Trait),
    /// The orderings that do not.
    lacking: (Runs, Trait),
    /// A run that has it.
    has: Trait,
    /// A run that does not.
    lacks: Trait,
}

impl Claims<'_, '_> {
    /// Decides a claim.
    pub fn decide(&mut self, claim: &Claim, tally: &mut Tally) -> ClaimVerdict {
        self.try_decide(claim, tally).unwrap_or_else(ClaimVerdict::undecided)
    }

    fn try_decide(&mut self, claim: &Claim, tally: &mut Tally) -> Result<ClaimVerdict, Limit> {
        tally.phase = "claims";
        let Suffixes { course, languages, .. } = &mut self.study.suffixes;
        // None stands for all orderings.
        let filtered = match &claim.filter {
            None => None,
            Some(order) => Some(filter::satisfying(order, course, languages, tally)?),
        };
        if filtered == Some(Language::NONE) {
            return Ok(ClaimVerdict { answer: Answer::Vacuous, witness: None, counted: None, good_elsewhere: None });
        }
        let all = filtered.map_or_else(|| course.total().clone(), |filtered| languages.count(filtered));
        let healthy = matches!(claim.property, Some((_, Property::Healthy, _)));
        let counted = if healthy || claim.count.is_some() {
            Some((self.among(filtered, self.study.good, tally)?.1, all.clone()))
        } else {
            None
        };
        let mut holds = true;
        if let (Some((good, of)), Some((counted_good, counted_all))) = (&claim.count, &counted) {
            let same = |wanted: &Option<String>, counted: &BigUint| {
                wanted.as_ref().is_none_or(|wanted| *wanted == counted.to_string())
            };
            holds = same(good, counted_good) && same(of, counted_all);
        }
        let mut good_elsewhere = None;
        if let (true, Some(filtered)) = (healthy, filtered) {
            let languages = &mut self.study.suffixes.languages;
            let elsewhere = languages.difference(self.study.good, filtered, tally)?;
            good_elsewhere = Some(languages.count(elsewhere));
        }
        let mut witness = None;
        if let Some((quantifier, property, _)) = &claim.property {
            witness = self.outsider((*quantifier, *property), filtered, &all, tally)?;
            holds &= witness.is_none() != (*quantifier == Quantifier::Some);
        }
        let answer = if holds { Answer::Holds } else { Answer::Fails };
        Ok(ClaimVerdict { answer, witness, counted, good_elsewhere })
    }

    /// A run that contradicts a claim about these orderings (bears it out, for `some`).
    fn outsider(
        &mut self,
        (quantifier, property): (Quantifier, Property),
        filtered: Option<Language>,
        all: &BigUint,
        tally: &mut Tally,
    ) -> Result<Option<Counterexample>, Limit> {
        let Reading { having, lacking, has, lacks } = self.reading(property);
        let ((runs, what), shown) = match quantifier {
            Quantifier::Every => ((Runs::Every, has), lacks),
            Quantifier::Exactly => (having, lacks),
            Quantifier::Some | Quantifier::No => (lacking, has),
            Quantifier::Only => return self.elsewhere(having, has, filtered, tally),
        };
        let wanted = self.having(runs, what, tally)?;
        let (wanted, count) = self.among(filtered, wanted, tally)?;
        if count == *all {
            return if quantifier == Quantifier::Exactly {
                self.elsewhere(having, has, filtered, tally)
            } else {
                Ok(None)
            };
        }
        let Suffixes { course, languages, .. } = &self.study.suffixes;
        let ordering = match filtered {
            None => shortest::outside(course, 0, languages, wanted, tally)?,
            Some(filtered) => shortest::outside(languages, filtered, languages, wanted, tally)?,
        };
        let ordering = ordering.expect("fewer orderings are as wanted than there are");
        self.study.run(ordering, shown, tally).map(Some)
    }

    /// A run that has something, of an ordering outside of the filtered ones that does.
    fn elsewhere(
        &mut self,
        (runs, what): (Runs, Trait),
        shown: Trait,
        filtered: Option<Language>,
        tally: &mut Tally,
    ) -> Result<Option<Counterexample>, Limit> {
        let having = self.having(runs, what, tally)?;
        let (inside, _) = self.among(filtered, having, tally)?;
        let languages = &self.study.suffixes.languages;
        match shortest::outside(languages, having, languages, inside, tally)? {
            None => Ok(None),
            Some(ordering) => self.study.run(ordering, shown, tally).map(Some),
        }
    }

    /// What is left of a set where a `where` is looked at, and how many orderings that is.
    fn among(
        &mut self,
        filtered: Option<Language>,
        set: Language,
        tally: &mut Tally,
    ) -> Result<(Language, BigUint), Limit> {
        let languages = &mut self.study.suffixes.languages;
        let set = match filtered {
            None => set,
            Some(filtered) => languages.intersection(set, filtered, tally)?,
        };
        Ok((set, languages.count(set)))
    }

    fn having(&mut self, runs: Runs, what: Trait, tally: &mut Tally) -> Result<Language, Limit> {
        if let Some((_, known)) = self.known.iter().find(|(key, _)| *key == (runs, what)) {
            return Ok(*known);
        }
        let set = self.study.suffixes.having(runs, what, tally)?;
        self.known.push(((runs, what), set));
        Ok(set)
    }

    fn reading(&self, property: Property) -> Reading {
        let mark = watched(property).and_then(|thing| self.study.watch.mark(thing)).unwrap_or_default();
        let (has, lacks) = match property {
            Property::Healthy => (Trait::Good, Trait::NotGood),
            Property::Unhealthy => (Trait::NotGood, Trait::Good),
            Property::Refused => (Trait::Refused, Trait::NotRefused),
            Property::Event(_) => (Trait::Marked(mark), Trait::Unmarked(mark)),
            Property::Always(_) => (Trait::Unmarked(mark), Trait::Marked(mark)),
        };
        // An ordering has `healthy` or an `always` name if every run of it does, anything else if some run does.
        let (having, lacking) = match property {
            Property::Healthy | Property::Always(_) => (Runs::Every, Runs::Some),
            Property::Unhealthy | Property::Refused | Property::Event(_) => (Runs::Some, Runs::Every),
        };
        Reading { having: (having, has), lacking: (lacking, lacks), has, lacks }
    }
}

impl ClaimVerdict {
    /// A limit was hit first.
    pub fn undecided(limit: Limit) -> ClaimVerdict {
        ClaimVerdict { answer: Answer::Undecided(limit), witness: None, counted: None, good_elsewhere: None }
    }
}
