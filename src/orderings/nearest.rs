//! The good ordering that is nearest to one that is not.
//!
//! In: an ordering and the automaton of good ones. Out: a [`Nearest`]. Both distances are sums over the steps of the
//! good ordering, read from its first step on, of something that depends on what was read before by little: which
//! steps of the given ordering are still to come (swaps), or which of them was the last to be kept (moves). So each
//! is a shortest path over pairs of a node and that. Ties go to the first in the document's order.

use super::language::{Language, Languages};
use super::study::Study;
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, StepSet};
use crate::verdict::Nearest;
use rustc_hash::FxHashMap;
use std::hash::Hash;

impl Study<'_> {
    /// The nearest good ordering of the same steps, by the fewest swaps of neighbours (Kendall's tau); None where no
    /// good ordering has just these steps. Linear in the automaton where no step can be left out.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn nearest_by_swaps(&mut self, ordering: &[OccurrenceId], tally: &mut Tally) -> Result<Option<Nearest>, Limit> {
        let mut swaps = Swaps { languages: &self.suffixes.languages, ordering, known: FxHashMap::default() };
        lent(tally, |tally| swaps.nearest(self.good, tally))
    }

    /// The nearest good ordering by the fewest steps that are moved, taken out or put in; None where no ordering is
    /// good. Linear in the automaton times the length of the ordering.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn nearest_by_moves(&mut self, ordering: &[OccurrenceId], tally: &mut Tally) -> Result<Option<Nearest>, Limit> {
        let mut moves = Moves { languages: &self.suffixes.languages, ordering, known: FxHashMap::default() };
        lent(tally, |tally| moves.nearest(self.good, tally))
    }
}

/// Does something of which nothing is kept: what it held is given back.
fn lent<T>(tally: &mut Tally, work: impl FnOnce(&mut Tally) -> Result<T, Limit>) -> Result<T, Limit> {
    let held = tally.bytes;
    let done = work(tally);
    tally.bytes = held;
    done
}

/// The cost of the cheapest way on, for each place that was looked at; None where there is none.
type Costs<P> = FxHashMap<P, Option<u64>>;

fn remember<P: Eq + Hash>(known: &mut Costs<P>, at: P, best: Option<u64>, tally: &mut Tally) -> Result<(), Limit> {
    known.insert(at, best);
    tally.hold(2 * size_of::<(P, Option<u64>)>())
}

/// A node, and the steps that are still to come.
type Ahead = (Language, StepSet);

struct Swaps<'a> {
    languages: &'a Languages,
    ordering: &'a [OccurrenceId],
    known: Costs<Ahead>,
}

impl Swaps<'_> {
    fn nearest(&mut self, good: Language, tally: &mut Tally) -> Result<Option<Nearest>, Limit> {
        let mut at = (good, self.ordering.iter().copied().collect());
        let Some(distance) = self.cost(at, tally)? else { return Ok(None) };
        let (mut ordering, mut left) = (Vec::with_capacity(self.ordering.len()), distance);
        while !at.1.is_empty() {
            for (id, rest) in self.languages.next(at.0).iter().filter(|(id, _)| at.1.contains(*id)) {
                let after = (*rest, without(at.1, *id));
                let jumped = self.jumped(*id, at.1);
                if let Some(cost) = self.cost(after, tally)?
                    && jumped + cost == left
                {
                    ordering.push(*id);
                    (at, left) = (after, cost);
                    break;
                }
            }
        }
        Ok(Some(Nearest { ordering, distance }))
    }

    /// How many steps that are still to come stand before this one in the given ordering.
    fn jumped(&self, id: OccurrenceId, ahead: StepSet) -> u64 {
        self.ordering.iter().take_while(|other| **other != id).filter(|other| ahead.contains(**other)).count() as u64
    }

    /// Recursion is as deep as an ordering is long.
    fn cost(&mut self, at: Ahead, tally: &mut Tally) -> Result<Option<u64>, Limit> {
        let (node, ahead) = at;
        if ahead.is_empty() {
            return Ok(self.languages.ends(node).then_some(0));
        }
        if let Some(known) = self.known.get(&at) {
            return Ok(*known);
        }
        let mut best: Option<u64> = None;
        for (id, rest) in self.languages.next(node).iter().filter(|(id, _)| ahead.contains(*id)) {
            if let Some(cost) = self.cost((*rest, without(ahead, *id)), tally)? {
                let cost = cost + self.jumped(*id, ahead);
                best = Some(best.map_or(cost, |best| best.min(cost)));
            }
        }
        remember(&mut self.known, at, best, tally)?;
        Ok(best)
    }
}

fn without(set: StepSet, id: OccurrenceId) -> StepSet {
    set.minus(StepSet::default().with(id))
}

/// A node, and how much of the given ordering lies before what may still be kept.
type Kept = (Language, usize);

struct Moves<'a> {
    languages: &'a Languages,
    ordering: &'a [OccurrenceId],
    known: Costs<Kept>,
}

impl Moves<'_> {
    fn nearest(&mut self, good: Language, tally: &mut Tally) -> Result<Option<Nearest>, Limit> {
        let Some(distance) = self.cost((good, 0), tally)? else { return Ok(None) };
        // All ways to read the steps so far that can still be the cheapest, with what they leave to be paid.
        let (mut node, mut ways, mut ordering) = (good, vec![(0, distance)], Vec::new());
        while !(self.languages.ends(node) && ways.iter().any(|(kept, left)| *left == self.rest(*kept))) {
            for (id, rest) in self.languages.next(node) {
                let mut after = Vec::new();
                for (kept, left) in &ways {
                    for (then, paid) in self.readings(*id, *kept) {
                        let cost = self.cost((*rest, then), tally)?.map(|cost| cost + paid);
                        let way = (then, left.wrapping_sub(paid));
                        if cost == Some(*left) && !after.contains(&way) {
                            after.push(way);
                        }
                    }
                }
                if !after.is_empty() {
                    ordering.push(*id);
                    (node, ways) = (*rest, after);
                    break;
                }
            }
        }
        Ok(Some(Nearest { ordering, distance }))
    }

    /// What is paid at the end: every step of the given ordering after the last that was kept was not.
    fn rest(&self, kept: usize) -> u64 {
        (self.ordering.len() - kept) as u64
    }

    /// How a step may be read: as put in, as moved (both leave open what may be kept), or as kept, which pays for all
    /// that was passed over. A step that is moved is paid for where the given ordering has it.
    fn readings(&self, id: OccurrenceId, kept: usize) -> impl Iterator<Item = (usize, u64)> + use<> {
        let place = self.ordering.iter().position(|other| *other == id);
        let loose = (kept, u64::from(place.is_none()));
        let keep = place.filter(|place| *place >= kept).map(|place| (place + 1, (place - kept) as u64));
        [Some(loose), keep].into_iter().flatten()
    }

    /// Recursion is as deep as an ordering is long.
    fn cost(&mut self, at: Kept, tally: &mut Tally) -> Result<Option<u64>, Limit> {
        if let Some(known) = self.known.get(&at) {
            return Ok(*known);
        }
        let (node, kept) = at;
        let mut best = self.languages.ends(node).then(|| self.rest(kept));
        for (id, rest) in self.languages.next(node) {
            for (then, paid) in self.readings(*id, kept) {
                if let Some(cost) = self.cost((*rest, then), tally)? {
                    best = Some(best.map_or(cost + paid, |best| best.min(cost + paid)));
                }
            }
        }
        remember(&mut self.known, at, best, tally)?;
        Ok(best)
    }
}
