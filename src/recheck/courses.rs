//! Every position of a procedure, and how many orderings there are.

use super::remains::Rest;
use crate::base::{Limit, Tally};
use crate::resolve::model::Runbook;
use num_bigint::BigUint;
use rustc_hash::FxHashMap;

/// A position: what is left, and where the next steps lead.
pub(super) struct Position {
    /// Whether an ordering may end here.
    pub ends: bool,
    /// The steps that may come next, in the order of the document, and the position after each.
    pub next: Vec<(u32, u32)>,
    /// The `if`s that no step is under any more.
    pub over: Vec<u32>,
}

/// Every position that an ordering can come to; the first is the start.
pub(super) struct Courses {
    pub positions: Vec<Position>,
    /// How many orderings there are.
    pub total: BigUint,
}

impl Courses {
    /// Walks a procedure. Exponential in the number of steps that may come in any order.
    pub fn of(runbook: &Runbook, tally: &mut Tally) -> Result<Courses, Limit> {
        let mut rests = vec![Rest::from(&runbook.root)];
        let mut numbers = FxHashMap::from_iter([(rests[0].clone(), 0u32)]);
        let mut positions: Vec<Position> = Vec::new();
        while let Some(rest) = rests.get(positions.len()).cloned() {
            let steps = rest.steps();
            // The earlier of two equal steps comes first.
            let waits =
                |step: u32| runbook.chains.iter().any(|(first, later)| later.0 == step && steps.contains(&first.0));
            let mut next = Vec::new();
            for step in steps.iter().filter(|step| !waits(**step)) {
                let Some(after) = rest.after(*step) else { continue };
                let number = *numbers.entry(after).or_insert_with_key(|after| {
                    rests.push(after.clone());
                    u32::try_from(rests.len() - 1).expect("positions are bounded by memory far below u32::MAX")
                });
                next.push((*step, number));
            }
            let left = |guard: &crate::resolve::model::Guard| guard.steps.iter().any(|step| steps.contains(&step.0));
            let over = (0..).zip(&runbook.guards).filter(|(_, guard)| !left(guard)).map(|(index, _)| index).collect();
            tally.states += 1;
            tally.hold(size_of::<Position>() + 8 * (next.len() + 4 * steps.len()))?;
            positions.push(Position { ends: rest.may_end(), next, over });
        }
        // Positions are told as progress; they are no states.
        tally.states = 0;
        Courses { positions, total: BigUint::ZERO }.counted(tally)
    }

    /// Leaves out the steps after which no ordering can end, and counts.
    fn counted(mut self, tally: &mut Tally) -> Result<Courses, Limit> {
        let mut counts: Vec<Option<BigUint>> = vec![None; self.positions.len()];
        let mut todo = vec![0usize];
        while let Some(at) = todo.last().copied() {
            tally.check()?;
            let open = self.positions[at].next.iter().find(|(_, to)| counts[*to as usize].is_none());
            if let Some((_, to)) = open {
                todo.push(*to as usize);
                continue;
            }
            let position = &mut self.positions[at];
            position.next.retain(|(_, to)| counts[*to as usize] != Some(BigUint::ZERO));
            let ways = position.next.iter().filter_map(|(_, to)| counts[*to as usize].as_ref());
            counts[at] = Some(ways.sum::<BigUint>() + u32::from(position.ends));
            todo.pop();
        }
        self.total = counts[0].clone().unwrap_or_default();
        Ok(self)
    }

    /// Where a step leads, if it may come.
    pub fn after(&self, position: u32, step: u32) -> Option<u32> {
        let next = &self.positions[position as usize].next;
        next.iter().find(|(id, _)| *id == step).map(|(_, to)| *to)
    }
}
