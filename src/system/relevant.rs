//! Which bits of a state matter to what is asked.
//!
//! In: a system. Out: a mask. What is outside of it is read by nothing that decides anything: no need, outcome, reaction,
//! fault, `if`, `always`, health or drill, nor by an assignment to something that is. Two states that agree inside of it go the
//! same ways, in step, for ever: leaving the rest out of account keeps verdicts, counts, events and refusals.

use super::{Action, Assign, Condition, Outcome, Plan, Predicate, Procedure, Slot, State, Step, System};

impl System {
    /// The bits that matter. Linear in the system times the number of variables.
    pub fn relevant(&self) -> State {
        let mut read = Read::default();
        read.conditions(self.always.iter().chain(&self.health));
        read.reactions(self);
        self.faults.iter().for_each(|fault| read.action(&fault.action));
        self.steps.iter().for_each(|step| read.step(step));
        read.drills(self);
        if let Procedure::Ordered(plan) = &self.procedure {
            plan.guards.iter().for_each(|guard| read.predicate(&guard.when));
            plan.retries.loops.iter().for_each(|lap| read.predicate(&lap.until));
            read.bits = union(read.bits, self.remembered(plan));
        }
        read.closed(State::default())
    }

    /// The bits that remember the answers of `if`s.
    pub(super) fn remembered(&self, plan: &Plan) -> State {
        let mut bits = State::default();
        for memory in plan.guards.iter().filter_map(|guard| guard.memory) {
            if let Slot::Field { word, shift, bits: width } = self.layout.slots[memory.0 as usize] {
                bits[word as usize] |= ((1 << width) - 1) << shift;
            }
        }
        bits
    }
}

/// What is read, and what is written under which conditions.
#[derive(Clone, Default)]
pub(super) struct Read<'s> {
    /// Read to decide something.
    pub bits: State,
    assigns: Vec<&'s Assign>,
}

impl<'s> Read<'s> {
    pub fn conditions(&mut self, conditions: impl IntoIterator<Item = &'s Condition>) {
        let parts = conditions.into_iter().flat_map(|condition| &condition.parts);
        parts.for_each(|part| self.predicate(&part.predicate));
    }

    pub fn predicate(&mut self, predicate: &Predicate) {
        of_predicate(predicate, &mut self.bits);
    }

    pub fn step(&mut self, step: &'s Step) {
        self.conditions(&step.needs);
        step.phases.iter().for_each(|phase| self.outcomes(&phase.outcomes));
    }

    pub fn action(&mut self, action: &'s Action) {
        self.predicate(&action.when);
        self.outcomes(&action.outcomes);
    }

    pub fn reactions(&mut self, system: &'s System) {
        system.reactions.iter().for_each(|action| self.action(action));
    }

    /// What drills read, apart from reactions.
    pub fn drills(&mut self, system: &'s System) {
        for drill in &system.drills {
            self.conditions([&drill.expect].into_iter().chain(&drill.expect_after));
            drill.act.iter().chain(&drill.then).for_each(|step| self.step(step));
        }
    }

    fn outcomes(&mut self, outcomes: &'s [Outcome]) {
        for outcome in outcomes {
            self.predicate(&outcome.when);
            self.assigns.extend(&outcome.assigns);
        }
    }

    /// What is read to decide something, or to write what is or what is `wanted`; `wanted` itself only where it is read.
    pub fn closed(&self, wanted: State) -> State {
        let mut bits = self.bits;
        loop {
            let before = bits;
            for assign in &self.assigns {
                let word = assign.word as usize;
                if (bits[word] | wanted[word]) & assign.mask != 0 {
                    of_predicate(&assign.when, &mut bits);
                }
            }
            if bits == before {
                return bits;
            }
        }
    }
}

pub(super) fn union(one: State, other: State) -> State {
    std::array::from_fn(|word| one[word] | other[word])
}

fn of_predicate(predicate: &Predicate, bits: &mut State) {
    match predicate {
        Predicate::Constant(_) => {}
        Predicate::Masked { word, mask, .. } => bits[*word as usize] |= mask,
        Predicate::Member { word, shift, bits: width, .. } => bits[*word as usize] |= ((1 << width) - 1) << shift,
        Predicate::Sum { terms, .. } => terms.iter().for_each(|(_, term)| of_predicate(term, bits)),
        Predicate::Not(inner) => of_predicate(inner, bits),
        Predicate::All(parts) | Predicate::Any(parts) => parts.iter().for_each(|part| of_predicate(part, bits)),
    }
}
