//! The verdict and the claims, counted again on the automaton.

use super::certificate::{AnswerTold, Certificate, ClaimTold, Question, SetRuns, VerdictTold, Word};
use super::courses::Courses;
use super::formula::Formula;
use super::problem::{Problem, check, refused};
use super::runs::{Replayed, Runs};
use super::sets::{Of, Sets};
use crate::base::Tally;
use crate::resolve::model::{Claim, Property, World};
use crate::system::Quantifier;
use num_bigint::BigUint;

/// Counts on the sets of a certificate, once they were checked.
pub(super) struct Recount<'r, 'c> {
    pub certificate: &'c Certificate,
    pub courses: &'c Courses,
    pub sets: &'r mut Sets<'c>,
    pub world: &'c World,
}

impl Recount<'_, '_> {
    /// The node of a set that the certificate must have.
    pub fn root(&self, of: &Question, runs: SetRuns) -> Result<u32, Problem> {
        let set = self.certificate.sets.iter().find(|set| set.of == *of && set.runs == runs);
        set.map(|set| set.root).ok_or_else(|| refused("the certificate lacks a set of orderings that it needs"))
    }

    fn size(&mut self, of: &Question, runs: SetRuns, tally: &mut Tally) -> Result<BigUint, Problem> {
        let root = self.root(of, runs)?;
        Ok(self.sets.count(Of::Node(root), Formula::Is(true), tally)?)
    }

    /// The counts and the word.
    pub fn verdict(&mut self, tally: &mut Tally) -> Result<(), Problem> {
        for set in &self.certificate.sets {
            let count = self.sets.count(Of::Node(set.root), Formula::Is(true), tally)?;
            check(set.count == count.to_string(), || {
                format!("a set has {count} orderings, and {} are told", set.count)
            })?;
        }
        let total = self.courses.total.clone();
        let good = self.size(&Question::Good, SetRuns::Every, tally)?;
        let in_some = self.size(&Question::Good, SetRuns::Some, tally)?;
        let word = if good == total && total != BigUint::ZERO {
            Word::AlwaysHealthy
        } else if good == BigUint::ZERO {
            Word::NeverHealthy
        } else {
            Word::OrderMatters
        };
        let own = VerdictTold {
            word,
            mixed: (&in_some - &good).to_string(),
            bad: (&total - &in_some).to_string(),
            good: good.to_string(),
            total: total.to_string(),
        };
        let told = &self.certificate.verdict;
        check(*told == own, || {
            format!(
                "the verdict is {} of {} good ({} in some runs), and {} of {} ({}) are told, or another word",
                own.good, own.total, own.mixed, told.good, told.total, told.mixed
            )
        })
    }

    /// A claim.
    pub fn claim(
        &mut self,
        (claim, told): (&Claim, &ClaimTold),
        runs: &mut Runs<'_>,
        tally: &mut Tally,
    ) -> Result<(), Problem> {
        if claim.promise.is_some() {
            let nothing = told.counted.is_none() && told.good_elsewhere.is_none() && told.witness.is_none();
            return check(told.id == claim.id && told.answer == AnswerTold::NotCovered && nothing, || {
                format!("the claim `{}` is about more than orders, and the certificate says more of it", claim.id)
            });
        }
        let filter = claim.filter.as_ref().map_or(Formula::Is(true), |(_, order)| Formula::from(order));
        let all = self.sets.count(Of::Whole(0), filter.clone(), tally)?;
        let good = self.root(&Question::Good, SetRuns::Every)?;
        let good_here = self.sets.count(Of::Node(good), filter.clone(), tally)?;
        let healthy = matches!(claim.property, Some((_, Property::Healthy, _)));
        let mut holds = true;
        if let Some((wanted_good, wanted_all)) = &claim.count {
            let same = |wanted: &Option<String>, counted: &BigUint| {
                wanted.as_ref().is_none_or(|wanted| *wanted == counted.to_string())
            };
            holds = same(wanted_good, &good_here) && same(wanted_all, &all);
        }
        let mut shown = false;
        if let Some((quantifier, property, _)) = &claim.property {
            let right = self.asserted((*quantifier, *property), (&filter, &all), tally)?;
            shown = right == (*quantifier == Quantifier::Some);
            holds &= right;
        }
        let everywhere = self.sets.count(Of::Node(good), Formula::Is(true), tally)?;
        let own = ClaimTold {
            id: claim.id.clone(),
            answer: if holds { AnswerTold::Holds } else { AnswerTold::Fails },
            counted: (healthy || claim.count.is_some()).then(|| (good_here.to_string(), all.to_string())),
            good_elsewhere: (healthy && claim.filter.is_some()).then(|| (everywhere - good_here).to_string()),
            witness: told.witness.clone(),
        };
        check(own == *told, || format!("the claim `{}` does not come out as it is told", claim.id))?;
        check(told.witness.is_some() == shown, || {
            format!("the run that is shown for `{}` is missing, or one too many", claim.id)
        })?;
        let (Some(witness), Some((quantifier, property, _))) = (&told.witness, &claim.property) else { return Ok(()) };
        let run = runs.replay(witness, tally)?;
        let fits = filter.holds(&witness.ordering);
        let has = Self::has(*property, &run);
        let right = match quantifier {
            Quantifier::Every => fits && has == Some(false),
            Quantifier::Some | Quantifier::No => fits && has == Some(true),
            Quantifier::Only => !fits && has == Some(true),
            Quantifier::Exactly => has == Some(!fits),
        };
        check(right, || format!("the run that is shown for `{}` does not show it", claim.id))
    }

    /// Whether what a claim asserts is so.
    fn asserted(
        &mut self,
        (quantifier, property): (Quantifier, Property),
        (filter, all): (&Formula, &BigUint),
        tally: &mut Tally,
    ) -> Result<bool, Problem> {
        let runs = match property {
            Property::Healthy | Property::Always(_) => SetRuns::Every,
            Property::Unhealthy | Property::Refused | Property::Event(_) => SetRuns::Some,
        };
        let here = self.having(property, runs, filter, tally)?;
        Ok(match quantifier {
            Quantifier::Every => self.having(property, SetRuns::Every, filter, tally)? == *all,
            Quantifier::Some => here != BigUint::ZERO,
            Quantifier::No => here == BigUint::ZERO,
            Quantifier::Only => here == self.having(property, runs, &Formula::Is(true), tally)?,
            Quantifier::Exactly => here == *all && here == self.having(property, runs, &Formula::Is(true), tally)?,
        })
    }

    /// How many orderings satisfy a formula and have a property, in every run or in some.
    fn having(
        &mut self,
        property: Property,
        runs: SetRuns,
        formula: &Formula,
        tally: &mut Tally,
    ) -> Result<BigUint, Problem> {
        let question = match property {
            Property::Healthy | Property::Unhealthy => Question::Good,
            Property::Refused => Question::Refused,
            Property::Event(event) => Question::Event(self.world.events[event.index()].name.clone()),
            Property::Always(index) => Question::Keeps(self.world.always[index as usize].name.clone()),
        };
        // Every run is unhealthy where none is good, some run is where not every run is.
        let (asked, others) = match (property, runs) {
            (Property::Unhealthy, SetRuns::Every) => (SetRuns::Some, true),
            (Property::Unhealthy, SetRuns::Some) => (SetRuns::Every, true),
            (_, runs) => (runs, false),
        };
        let root = self.root(&question, asked)?;
        let having = self.sets.count(Of::Node(root), formula.clone(), tally)?;
        Ok(if others { self.sets.count(Of::Whole(0), formula.clone(), tally)? - having } else { having })
    }

    /// Whether a run has a property; None where it does not go far enough to say so.
    fn has(property: Property, run: &Replayed) -> Option<bool> {
        match property {
            Property::Healthy => run.good,
            Property::Unhealthy => run.good.map(|good| !good),
            Property::Refused => (run.refused || run.ended).then_some(run.refused),
            Property::Event(event) => {
                let raised = run.events.contains(&event);
                (raised || run.ended).then_some(raised)
            }
            Property::Always(index) => {
                let broken = run.broken.contains(&index);
                (broken || run.ended).then_some(!broken)
            }
        }
    }
}
