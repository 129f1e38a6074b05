//! A second case out of a first one: another plan, other steps, another world. And patterns over steps that have names.

use super::Case;
use super::random::Dice;
use runproof::system::OccurrenceId;
use runproof::verdict::{Among, Pattern};

/// A case whose steps have names.
#[derive(Clone, Debug)]
pub struct Named {
    pub case: Case,
    /// The name of step i; no two have the same.
    pub names: Vec<u32>,
}

impl Dice<'_> {
    /// A change of a case: some steps fewer, some more, another plan, another world; or none of these.
    pub fn changed(&mut self, first: &Case) -> Named {
        let mut case = first.clone();
        let mut names: Vec<u32> = (0..case.steps.len() as u32).collect();
        if self.chance(2) {
            while names.len() > 2 && self.chance(2) {
                let gone = self.below(names.len());
                names.remove(gone);
                case.steps.remove(gone);
            }
            while names.len() < 6 && self.chance(3) {
                names.push(10 + names.len() as u32);
                // The budget of a fault is none of a step's business.
                let sizes = &first.sizes[..first.sizes.len() - first.faults.len()];
                case.steps.push(self.deed(sizes));
            }
        }
        let others = names.len() != first.steps.len() || names.iter().any(|name| *name >= 10);
        if others || self.chance(2) {
            let mut ids: Vec<u32> = (0..names.len() as u32).collect();
            if self.chance(2) {
                let by = self.below(ids.len());
                ids.rotate_left(by);
            }
            case.plan = self.block(&ids);
            case.guards.clear();
            case.chains.clear();
        }
        if self.chance(2) {
            let sizes = &first.sizes[..first.sizes.len() - first.faults.len()];
            match self.below(3) {
                0 => case.health = vec![self.cond(sizes, 1)],
                1 => {
                    let at = self.below(case.steps.len());
                    case.steps[at] = self.deed(sizes);
                }
                _ => case.always = Vec::new(),
            }
        }
        Named { case, names }
    }

    /// Up to three patterns over the steps of a case, and what they are to speak of; None for whatever is found.
    pub fn told(&mut self, steps: usize) -> (Vec<Pattern>, Option<Among>) {
        let count = self.below(4);
        let patterns = (0..count).map(|_| self.pattern(steps)).collect();
        (patterns, [Some(Among::NotRefused), Some(Among::All), None][self.below(3)])
    }

    fn pattern(&mut self, steps: usize) -> Pattern {
        let mut ids: Vec<OccurrenceId> = (0..steps as u32).map(OccurrenceId).collect();
        let by = self.below(steps);
        ids.rotate_left(by);
        let mut done: Vec<OccurrenceId> = ids.drain(..(1 + self.below(3)).min(steps)).collect();
        let left_out = if self.chance(5) { ids.pop().into_iter().collect() } else { Vec::new() };
        let mut before = match (done.as_slice(), self.below(3)) {
            ([a, b, c], 0) => vec![(*a, *b), (*b, *c)],
            ([a, b, c], 1) => vec![(*a, *b), (*a, *c)],
            ([a, b, ..], _) => vec![(*a, *b)],
            _ => Vec::new(),
        };
        before.sort();
        done.sort();
        Pattern { done, before, left_out }
    }
}
