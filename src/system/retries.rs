//! What of a procedure goes round: loops without a bound, and what happens at last once all steps are done.
//!
//! A [`Loop`] is an undivided block of steps in one order. In an ordering its steps stand once, as they are done the first
//! time; while its condition does not hold after its last step, all of them are done again, which is part of that step's
//! [attempt](super::Runner::occurrence).

use super::{Block, Occurrence, OccurrenceId, Plan, Predicate, Step, StepId, StepSet};

/// Steps that are done again and again until a condition holds.
#[derive(Clone, Debug)]
pub struct Loop {
    /// The condition as it stands in the runbook.
    pub text: String,
    /// Looked at after the last step.
    pub until: Predicate,
    /// The steps, in their order; at least one.
    pub body: Vec<OccurrenceId>,
    /// How many of the `if`s of its steps, from the outermost, are around the loop: they are looked at once, the others in every
    /// pass.
    pub outer: usize,
}

/// What is taken for granted of runs that go round for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fairness {
    /// What is possible again and again happens at last: only what has no way out any more goes on for ever.
    #[default]
    Fair,
    /// Nothing: whatever can go round may do so for ever.
    Any,
}

/// What of a procedure goes round.
#[derive(Clone, Debug, Default)]
pub struct Retries {
    /// None is inside another.
    pub loops: Vec<Loop>,
    /// The last occurrence, if there are reactions that take time: it stands for the end, at which they happen until none is
    /// possible. Its step does nothing.
    pub rest: Option<OccurrenceId>,
    /// What is taken for granted.
    pub fairness: Fairness,
}

impl Retries {
    /// Whether nothing goes round.
    pub fn is_empty(&self) -> bool {
        self.loops.is_empty() && self.rest.is_none()
    }

    /// What is left where occurrences have other numbers, and some none: a loop that lost a step is gone.
    #[must_use]
    pub fn restricted(&self, number: impl Fn(OccurrenceId) -> Option<OccurrenceId>) -> Retries {
        let lap = |one: &Loop| {
            let body: Option<Vec<OccurrenceId>> = one.body.iter().map(|id| number(*id)).collect();
            Some(Loop { body: body?, ..one.clone() })
        };
        Retries {
            loops: self.loops.iter().filter_map(lap).collect(),
            rest: self.rest.and_then(&number),
            fairness: self.fairness,
        }
    }

    /// The loop whose last step this is.
    pub fn ending_with(&self, id: OccurrenceId) -> Option<&Loop> {
        self.loops.iter().find(|one| one.body.last() == Some(&id))
    }

    /// The loop that a step is in.
    pub fn around(&self, id: OccurrenceId) -> Option<&Loop> {
        self.loops.iter().find(|one| one.body.contains(&id))
    }
}

impl Loop {
    /// Its steps.
    pub fn steps(&self) -> StepSet {
        self.body.iter().copied().collect()
    }
}

impl Plan {
    /// Adds the occurrence that stands for the end, and its step to the steps of the system.
    pub fn come_to_rest(&mut self, steps: &mut Vec<Step>) {
        let id = OccurrenceId(u32::try_from(self.occurrences.len()).expect("at most 256 of them"));
        let step = StepId(u32::try_from(steps.len()).expect("there are few"));
        steps.push(Step {
            name: "wait until nothing happens any more".to_owned(),
            nodes: Vec::new(),
            cite: Vec::new(),
            needs: Vec::new(),
            phases: Vec::new(),
        });
        let label = "(nothing happens any more)".to_owned();
        self.occurrences.push(Occurrence { label, step, guards: Vec::new(), line: 0 });
        let root = std::mem::replace(&mut self.root, Block::Sequence(Vec::new()));
        self.root = match root {
            Block::Sequence(mut blocks) => {
                blocks.push(Block::Step(id));
                Block::Sequence(blocks)
            }
            other => Block::Sequence(vec![other, Block::Step(id)]),
        };
        self.retries.rest = Some(id);
    }
}
