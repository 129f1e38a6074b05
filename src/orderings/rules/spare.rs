//! Dropping the rules that follow from the others.
//!
//! In: prime rules and the orderings spoken of. Out: those of them that are kept: for each, some ordering fits it and no other.
//! Such an ordering is searched for step by step, giving up a beginning as soon as another rule cannot be avoided any
//! more. Where that goes through too much, it is decided on sets.

use super::chart::Chart;
use super::shape::Shape;
use super::subtract::Remains;
use crate::base::{Limit, Tally};
use crate::orderings::language::{Language, Languages};
use crate::system::StepSet;
use rustc_hash::FxHashSet;

/// The orderings spoken of.
pub struct Spoken<'l> {
    /// Where they are from.
    pub languages: &'l Languages,
    /// All of them.
    pub chart: &'l Chart,
}

/// A rule and the orbit that it belongs to.
pub struct Rule {
    /// What it forbids.
    pub shape: Shape,
    /// Rules of one orbit differ in the names of nodes alone.
    pub orbit: usize,
}

/// Which of some rules are not fitted for good.
type Alive = [u64; Alternatives::MOST / 64];

/// Keeps a rule only if some ordering that is spoken of fits it and no other rule. Longer ones are dropped first, and whole orbits
/// before single rules.
///
/// # Errors
/// The limit that was hit; `rules` are then those not yet dropped.
pub fn drop_spare(spoken: &Spoken<'_>, rules: &mut Vec<Rule>, tally: &mut Tally) -> Result<(), Limit> {
    let orbits = |rules: &[Rule]| {
        let mut sizes: Vec<(usize, usize)> = Vec::new();
        for rule in rules {
            match sizes.iter_mut().find(|(orbit, _)| *orbit == rule.orbit) {
                Some((_, size)) => *size += 1,
                None => sizes.push((rule.orbit, 1)),
            }
        }
        sizes
    };
    rules.sort_by_cached_key(|rule| std::cmp::Reverse(length(&rule.shape)));
    for (orbit, size) in orbits(rules) {
        let others: Vec<&Shape> = rules.iter().filter(|rule| rule.orbit != orbit).map(|rule| &rule.shape).collect();
        let mut spare = size > 1;
        for rule in rules.iter().filter(|rule| rule.orbit == orbit) {
            spare = spare && !spoken.has_one_like(&rule.shape, &others, tally)?;
        }
        if spare {
            rules.retain(|rule| rule.orbit != orbit);
        }
    }
    let sizes = orbits(rules);
    let size = |rule: &Rule| sizes.iter().find(|(orbit, _)| *orbit == rule.orbit).map_or(1, |(_, size)| *size);
    let whole_orbits_last = |rule: &Rule| (std::cmp::Reverse(length(&rule.shape).0), size(rule) > 1);
    rules.sort_by_key(whole_orbits_last);
    let mut at = 0;
    while at < rules.len() {
        let others = rules.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, rule)| &rule.shape);
        if spoken.has_one_like(&rules[at].shape, &others.collect::<Vec<_>>(), tally)? {
            at += 1;
        } else {
            rules.remove(at);
        }
    }
    Ok(())
}

/// Steps, then atoms, then the document's order.
pub fn length(shape: &Shape) -> (usize, usize, crate::verdict::Pattern) {
    let pattern = shape.pattern();
    (pattern.done.len() + pattern.left_out.len(), pattern.before.len(), pattern)
}

impl Spoken<'_> {
    /// Whether some ordering fits one shape and none of the others.
    fn has_one_like(&self, wanted: &Shape, others: &[&Shape], tally: &mut Tally) -> Result<bool, Limit> {
        if let Some(found) = self.search(wanted, others, tally)? {
            return Ok(found);
        }
        let pairs: Vec<_> = others.iter().filter_map(|shape| shape.as_pair()).collect();
        let before = (tally.states, tally.bytes);
        let all = (self.chart, self.languages, Language::NONE);
        let mut remains = Remains::of(all, &pairs, Some(wanted), tally)?;
        for shape in others.iter().filter(|shape| shape.as_pair().is_none()) {
            remains.subtract(shape, tally)?;
        }
        (tally.states, tally.bytes) = before;
        Ok(remains.set != Language::NONE)
    }

    /// None where that is not found out soon.
    fn search(&self, wanted: &Shape, others: &[&Shape], tally: &mut Tally) -> Result<Option<bool>, Limit> {
        if others.len() > Alternatives::MOST {
            return Ok(None);
        }
        let relevant = others.iter().fold(wanted.done, |all, shape| all.union(shape.done));
        let failed = FxHashSet::default();
        let mut search =
            Alternatives { chart: self.chart, wanted, others, relevant, failed, left: Alternatives::EFFORT };
        let (root, nothing) = (self.chart.root(), StepSet::default());
        let mut alive = Alive::default();
        (0..others.len()).for_each(|at| alive[at / 64] |= 1 << (at % 64));
        let found = match search.open(root, nothing) && search.avoidable(&mut alive, root, nothing) {
            true => search.from(root, nothing, alive, tally)?,
            false => false,
        };
        Ok(if !found && search.left == 0 { None } else { Some(found) })
    }
}

/// The search for an ordering that fits one shape and none of the others.
struct Alternatives<'a> {
    chart: &'a Chart,
    wanted: &'a Shape,
    others: &'a [&'a Shape],
    /// The steps that some shape names.
    relevant: StepSet,
    failed: FxHashSet<(u32, StepSet, Alive)>,
    /// How many more places may be tried.
    left: usize,
}

impl Alternatives<'_> {
    /// As many shapes as can be told apart.
    const MOST: usize = 256;
    /// How many places are tried before it is given up.
    const EFFORT: usize = 20_000;

    /// Recursion is as deep as an ordering is long.
    fn from(&mut self, node: u32, done: StepSet, alive: Alive, tally: &mut Tally) -> Result<bool, Limit> {
        tally.check()?;
        let chart = self.chart;
        let mut fitted = bits(alive).map(|at| self.others[at].done);
        if chart.ends(node) && self.wanted.done.within(done) && fitted.all(|steps| !steps.within(done)) {
            return Ok(true);
        }
        for (id, to) in chart.next(node) {
            if self.wanted.is_broken_by(*id, done) {
                continue;
            }
            let after = if self.relevant.contains(*id) { done.with(*id) } else { done };
            let mut still = alive;
            for at in bits(alive).filter(|at| self.others[*at].is_broken_by(*id, done)) {
                still[at / 64] &= !(1 << (at % 64));
            }
            if !self.open(*to, after) || !self.avoidable(&mut still, *to, after) {
                continue;
            }
            if self.failed.contains(&(*to, after, still)) {
                continue;
            }
            if self.left == 0 {
                return Ok(false);
            }
            self.left -= 1;
            if self.from(*to, after, still, tally)? {
                return Ok(true);
            }
            self.failed.insert((*to, after, still));
        }
        Ok(false)
    }

    /// Whether the wanted shape may still be fitted.
    fn open(&self, node: u32, done: StepSet) -> bool {
        self.wanted.done.minus(done).within(self.chart.may(node)) && !self.wanted.left_out.meets(self.chart.must(node))
    }

    /// Forgets the shapes that cannot be fitted any more; false where one is fitted whatever comes.
    fn avoidable(&self, alive: &mut Alive, node: u32, done: StepSet) -> bool {
        let (may, must) = (self.chart.may(node), self.chart.must(node));
        for at in bits(*alive) {
            let shape = self.others[at];
            let rest = shape.done.minus(done);
            if !rest.within(may) || shape.left_out.meets(must) {
                alive[at / 64] &= !(1 << (at % 64));
                continue;
            }
            let in_any_order = || rest.iter().all(|id| !shape.earlier(id).meets(rest));
            if !shape.left_out.meets(may) && rest.within(must) && in_any_order() {
                return false;
            }
        }
        true
    }
}

fn bits(alive: Alive) -> impl Iterator<Item = usize> {
    (0..alive.len() * 64).filter(move |at| alive[at / 64] >> (at % 64) & 1 == 1)
}
