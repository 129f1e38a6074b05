//! Finding the rules.
//!
//! In: the orderings spoken of and the good ones. Out: [`Rules`], as far as they were found when a limit was hit.

use super::chart::Chart;
use super::good::Good;
use super::prime::{is_prime, prime, shortest};
use super::shape::Shape;
use super::spare::{Rule, Spoken, drop_spare, length};
use super::subtract::Remains;
use super::table::Table;
use crate::base::{Limit, Tally};
use crate::orderings::language::{Language, Languages};
use crate::system::{OccurrenceId, StepSet};
use crate::verdict::{Among, Pattern, Rules};
use num_bigint::BigUint;
use rustc_hash::FxHashSet;

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'q> {
    /// Which orderings are spoken of.
    pub spoken: Language,
    /// Those of them that are good.
    pub good: Language,
    /// What the first are called.
    pub among: Among,
    /// Ways to rename steps (by their numbers) under which rules may come in alike: only where to look first.
    pub renamings: &'q [Vec<OccurrenceId>],
}

/// More rules than this are no help to anybody.
pub const MOST_RULES: usize = 200;

/// Which orderings are good, in rules. Rules that are forced by what is spoken of are not listed.
pub fn discover(languages: &mut Languages, question: Question<'_>, tally: &mut Tally) -> Rules {
    tally.phase = "rules";
    let before = (tally.states, tally.bytes);
    let spoken_of = languages.count(question.spoken);
    let admitted = &spoken_of - languages.count(question.good);
    let mut search = Search { question, rules: Vec::new(), admitted: Some(admitted) };
    let limit = match (question.spoken == question.good, question.good == Language::NONE) {
        (true, _) => None,
        (false, true) => {
            search.rules.push(Shape::of(&Pattern::default()));
            search.admitted = Some(BigUint::ZERO);
            None
        }
        (false, false) => search.all(languages, tally).err(),
    };
    (tally.states, tally.bytes) = before;
    let mut never: Vec<_> = search.rules.iter().map(length).collect();
    never.sort();
    Rules {
        among: question.among,
        spoken_of: Some(spoken_of),
        never: never.into_iter().map(|(_, _, pattern)| pattern).collect(),
        admitted: search.admitted,
        limit,
    }
}

/// What was found so far.
struct Search<'q> {
    question: Question<'q>,
    rules: Vec<Shape>,
    /// Orderings spoken of that are not good and fit none of `rules`; None where that was not counted.
    admitted: Option<BigUint>,
}

impl Search<'_> {
    fn all(&mut self, languages: &Languages, tally: &mut Tally) -> Result<(), Limit> {
        let Question { spoken, good, .. } = self.question;
        let chart = Chart::of(languages, spoken, tally)?;
        let mut good = Good::of(Chart::of(languages, good, tally)?, tally)?;
        let found = self.find(languages, &chart, &mut good, tally);
        if found.is_err() && found != Err(Limit::Rules) {
            return found;
        }
        let orbits = self.orbits();
        let of_orbit = |(shape, orbit)| Rule { shape, orbit };
        let mut rules: Vec<Rule> = self.rules.drain(..).zip(orbits).map(of_orbit).collect();
        let dropped = drop_spare(&Spoken { languages, chart: &chart }, &mut rules, tally);
        self.rules.extend(rules.into_iter().map(|rule| rule.shape));
        found.and(dropped)
    }

    fn find(&mut self, languages: &Languages, spoken: &Chart, good: &mut Good, tally: &mut Tally) -> Result<(), Limit> {
        let (pairs, others) = necessary(spoken, &good.chart);
        self.rules.extend(pairs.iter().map(|(a, b)| Shape::chain(&[*a, *b], StepSet::default())));
        if !self.rules.is_empty() {
            self.admitted = None;
        }
        let mut remains = Remains::of((spoken, languages, self.question.good), &pairs, None, tally)?;
        self.admitted = Some(remains.languages.count(remains.set));
        for shape in others {
            self.add(shape, good, &mut remains, tally)?;
        }
        self.of_three(good, &mut remains, tally)?;
        while let Some(ordering) = remains.first() {
            let done: StepSet = ordering.iter().copied().collect();
            let left_out = spoken.may(spoken.root()).minus(done);
            let shape = shortest(good, &ordering, &Shape::chain(&ordering, left_out), tally)?;
            self.add(shape, good, &mut remains, tally)?;
        }
        Ok(())
    }

    /// Rules about three steps: the table knows which of them are left.
    fn of_three(&mut self, good: &mut Good, remains: &mut Remains, tally: &mut Tally) -> Result<(), Limit> {
        let mut candidates: Option<Vec<Shape>> = None;
        while remains.set != Language::NONE {
            let held = tally.bytes;
            let chart = Chart::of(&remains.languages, remains.set, tally)?;
            let left = Table::of(&chart, tally)?;
            tally.bytes = held;
            let (Some(left), Some(_)) = (left, &good.table) else { break };
            let candidates = match &mut candidates {
                Some(known) => known,
                None => candidates.insert(candidates_of_three(good, &left, tally)?),
            };
            candidates.retain(|shape| left.fits(shape) == Some(true));
            if candidates.is_empty() {
                break;
            }
            let shape = candidates.remove(0);
            self.add(shape, good, remains, tally)?;
        }
        Ok(())
    }

    /// Adds a prime rule, and those that it is renamed to, as far as orderings are left that fit them.
    fn add(&mut self, shape: Shape, good: &mut Good, remains: &mut Remains, tally: &mut Tally) -> Result<(), Limit> {
        let mut todo = vec![shape];
        while let Some(shape) = todo.pop() {
            if self.rules.len() >= MOST_RULES && remains.set != Language::NONE {
                return Err(Limit::Rules);
            }
            if !remains.subtract(&shape, tally)? {
                continue;
            }
            self.admitted = Some(remains.languages.count(remains.set));
            let pattern = shape.pattern();
            self.rules.push(shape);
            for renaming in self.question.renamings.iter().rev() {
                let renamed = Shape::of(&renamed(&pattern, renaming));
                if !self.rules.contains(&renamed) && good.forbids(&renamed, tally)? && is_prime(good, &renamed, tally)?
                {
                    todo.push(renamed);
                }
            }
        }
        Ok(())
    }

    /// For each rule the first one that it can be renamed to, one renaming after the other.
    fn orbits(&self) -> Vec<usize> {
        let patterns: Vec<Pattern> = self.rules.iter().map(Shape::pattern).collect();
        let mut orbits: Vec<usize> = (0..patterns.len()).collect();
        for (at, pattern) in patterns.iter().enumerate() {
            for renaming in self.question.renamings {
                let renamed = renamed(pattern, renaming);
                let Some(other) = patterns.iter().position(|pattern| *pattern == renamed) else { continue };
                let (from, to) = (orbits[at].max(orbits[other]), orbits[at].min(orbits[other]));
                orbits.iter_mut().filter(|orbit| **orbit == from).for_each(|orbit| *orbit = to);
            }
        }
        orbits
    }
}

fn renamed(pattern: &Pattern, renaming: &[OccurrenceId]) -> Pattern {
    let new = |id: &OccurrenceId| renaming.get(id.0 as usize).copied().unwrap_or(*id);
    let mut renamed = Pattern {
        done: pattern.done.iter().map(new).collect(),
        before: pattern.before.iter().map(|(a, b)| (new(a), new(b))).collect(),
        left_out: pattern.left_out.iter().map(new).collect(),
    };
    renamed.done.sort_unstable();
    renamed.before.sort_unstable();
    renamed.left_out.sort_unstable();
    renamed
}

/// Rules that can be read off which steps, and which two steps, may come: pairs that are forbidden in this order, and the others.
///
/// Of the pairs, those are left out that follow from two others (or from what is spoken of) by way of a step that is
/// always done.
fn necessary(spoken: &Chart, good: &Chart) -> (Vec<(OccurrenceId, OccurrenceId)>, Vec<Shape>) {
    let (spoken_later, later) = (spoken.later(), good.later());
    let (may, must) = (good.may(good.root()), good.must(good.root()));
    let always_done = spoken.must(spoken.root());
    let never_done = spoken.may(spoken.root()).minus(may).iter().map(|id| Shape::chain(&[id], StepSet::default()));
    let must_be_done = must.minus(always_done).iter();
    let must_be_done = must_be_done.map(|id| Shape::chain(&[], StepSet::default().with(id)));
    let mut others: Vec<Shape> = never_done.chain(must_be_done).collect();
    let can = |later: &[StepSet], a: OccurrenceId, b: OccurrenceId| later[a.0 as usize].contains(b);
    let needed = |a: OccurrenceId, b: OccurrenceId| can(&later, a, b) && !can(&later, b, a);
    let mut pairs = Vec::new();
    for a in may.iter() {
        for b in may.iter().filter(|b| *b != a) {
            let together = can(&later, a, b) || can(&later, b, a);
            let spoken_together = can(&spoken_later, a, b) || can(&spoken_later, b, a);
            if !together && spoken_together && a < b {
                let both = Shape::chain(&[a, b], StepSet::default());
                others.push(both.without_atom((a, b)));
            }
            let by_way_of = |c: OccurrenceId| c != a && c != b && needed(a, c) && needed(c, b);
            if needed(a, b) && can(&spoken_later, b, a) && !always_done.iter().any(by_way_of) {
                pairs.push((b, a));
            }
        }
    }
    (pairs, others)
}

/// Prime patterns of three steps that are forbidden and fit what is left: fewest atoms first.
fn candidates_of_three(good: &mut Good, left: &Table, tally: &mut Tally) -> Result<Vec<Shape>, Limit> {
    let mut found: FxHashSet<Shape> = FxHashSet::default();
    let steps = left.steps();
    for a in steps {
        for x in steps.iter().filter(|x| left.pair(*a, **x)) {
            for b in steps.iter().filter(|b| left.chain([*a, *x, **b])) {
                tally.check()?;
                let chain = Shape::chain(&[*a, *x, *b], StepSet::default());
                if good.forbids(&chain, tally)? {
                    found.insert(prime(good, chain, &[*a, *x, *b], tally)?);
                }
            }
        }
    }
    let mut found: Vec<Shape> = found.into_iter().collect();
    found.sort_by_cached_key(length);
    Ok(found)
}
