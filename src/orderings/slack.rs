//! How far good orderings leave a step free: where it may stand, and with which neighbours it may change places.
//!
//! In: the automaton of good orderings. Out: plain data per step. Nodes are numbered from the end of orderings to
//! their start, so that every pass is one walk through them. Because equal sets are equal nodes, *exchanging two
//! neighbours is always good* is a comparison of two numbers.

use super::language::Language;
use super::study::Study;
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, StepSet};
use rustc_hash::{FxHashMap, FxHashSet};

/// Where a step may stand in good orderings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slack {
    /// The step.
    pub step: OccurrenceId,
    /// The first and the last place (the first of all is 1) at which it stands in a good ordering; None where no good
    /// ordering has it.
    pub places: Option<(usize, usize)>,
    /// Whether some good ordering leaves it out.
    pub left_out: bool,
}

/// How far a step of one good ordering may be moved alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leeway {
    /// The step.
    pub step: OccurrenceId,
    /// So many places earlier, and everywhere between, the ordering stays good.
    pub earlier: usize,
    /// The same for later.
    pub later: usize,
}

impl Study<'_> {
    /// For every step, in the document's order, where it may stand. Linear in the automaton.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn slack(&mut self, tally: &mut Tally) -> Result<Vec<Slack>, Limit> {
        let languages = &self.suffixes.languages;
        let mut places: Vec<Option<(usize, usize)>> = vec![None; self.plan.occurrences.len()];
        let mut depths = FxHashMap::from_iter([(self.good, (0, 0))]);
        let nodes = self.nodes(tally)?;
        for node in &nodes {
            let (least, most) = depths[node];
            for (id, rest) in languages.next(*node) {
                let (first, last) = (least + 1, most + 1);
                let widened = |known: (usize, usize)| -> (usize, usize) { (known.0.min(first), known.1.max(last)) };
                let place = &mut places[id.0 as usize];
                *place = Some(place.map_or((first, last), widened));
                depths.entry(*rest).and_modify(|known| *known = widened(*known)).or_insert((first, last));
            }
            tally.check()?;
        }
        let always = self.always_there(&nodes, tally)?;
        let steps = (0..).map(OccurrenceId).zip(places);
        Ok(steps.map(|(step, places)| Slack { step, places, left_out: !always.contains(step) }).collect())
    }

    /// Pairs of steps that stand side by side in some good ordering and may change places in every good ordering in
    /// which they do, whichever comes first; sorted, the earlier in the document first.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn neighbours(&mut self, tally: &mut Tally) -> Result<Vec<(OccurrenceId, OccurrenceId)>, Limit> {
        let languages = &self.suffixes.languages;
        let (mut met, mut fixed) = (FxHashSet::default(), FxHashSet::default());
        for node in self.nodes(tally)? {
            for (one, after_one) in languages.next(node) {
                for (other, after_both) in languages.next(*after_one) {
                    let pair = (*one.min(other), *one.max(other));
                    met.insert(pair);
                    let exchanged = languages.after(languages.after(node, *other), *one);
                    // Exchanging must give good orderings both ways, so what may follow is the same.
                    if exchanged != *after_both {
                        fixed.insert(pair);
                    }
                }
            }
            tally.check()?;
        }
        let mut free: Vec<_> = met.difference(&fixed).copied().collect();
        free.sort_unstable();
        Ok(free)
    }

    /// For each step of an ordering, how far it may be moved while all others stay as they are; None where the
    /// ordering is not good.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn leeway(&mut self, ordering: &[OccurrenceId], tally: &mut Tally) -> Result<Option<Vec<Leeway>>, Limit> {
        let languages = &self.suffixes.languages;
        if !languages.contains(self.good, ordering) {
            return Ok(None);
        }
        let mut all = Vec::with_capacity(ordering.len());
        for (at, step) in ordering.iter().enumerate() {
            let mut good = |to: usize| {
                tally.check()?;
                let mut moved = ordering.to_vec();
                moved.remove(at);
                moved.insert(to, *step);
                Ok(languages.contains(self.good, &moved))
            };
            let mut leeway = Leeway { step: *step, earlier: 0, later: 0 };
            while leeway.earlier < at && good(at - leeway.earlier - 1)? {
                leeway.earlier += 1;
            }
            while at + leeway.later + 1 < ordering.len() && good(at + leeway.later + 1)? {
                leeway.later += 1;
            }
            all.push(leeway);
        }
        Ok(Some(all))
    }

    /// All nodes of the automaton of good orderings, each before those that it leads to.
    fn nodes(&self, tally: &mut Tally) -> Result<Vec<Language>, Limit> {
        let mut seen = FxHashSet::default();
        let mut todo = vec![self.good];
        while let Some(node) = todo.pop() {
            if node != Language::NONE && seen.insert(node) {
                todo.extend(self.suffixes.languages.next(node).iter().map(|(_, rest)| *rest));
                tally.check()?;
            }
        }
        let mut nodes: Vec<Language> = seen.into_iter().collect();
        // A node is made after all that it leads to.
        nodes.sort_unstable_by(|one, other| other.cmp(one));
        Ok(nodes)
    }

    /// The steps that every good ordering has; all, where there is none.
    fn always_there(&self, nodes: &[Language], tally: &mut Tally) -> Result<StepSet, Limit> {
        let languages = &self.suffixes.languages;
        let all: StepSet = (0..).map(OccurrenceId).take(self.plan.occurrences.len()).collect();
        let mut always: FxHashMap<Language, StepSet> = FxHashMap::default();
        for node in nodes.iter().rev() {
            let start = if languages.ends(*node) { StepSet::default() } else { all };
            let common = languages.next(*node).iter().fold(start, |common, (id, rest)| {
                let missing = all.minus(always[rest].with(*id));
                common.minus(missing)
            });
            always.insert(*node, common);
            tally.check()?;
        }
        Ok(always.get(&self.good).copied().unwrap_or(all))
    }
}
