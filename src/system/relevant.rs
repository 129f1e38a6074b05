//! Which bits of a state matter to what is asked.
//!
//! In: a system. Out: a mask. What is outside of it is read by nothing that decides anything: no need, outcome, reaction,
//! fault, `if`, `always`, health or drill, nor by an assignment to something that is. Two states that agree inside of it go the
//! same ways, in step, for ever: leaving the rest out of account keeps verdicts, counts, events and refusals.

use super::{Action, Condition, Outcome, Predicate, Procedure, Slot, State, Step, System};

impl System {
    /// The bits that matter. Linear in the system times the number of variables.
    pub fn relevant(&self) -> State {
        let mut bits = State::default();
        for condition in self.always.iter().chain(&self.health) {
            of_condition(condition, &mut bits);
        }
        for drill in &self.drills {
            of_condition(&drill.expect, &mut bits);
            drill.expect_after.iter().for_each(|condition| of_condition(condition, &mut bits));
        }
        let drilled = self.drills.iter().flat_map(|drill| drill.act.iter().chain(&drill.then));
        let steps: Vec<&Step> = self.steps.iter().chain(drilled).collect();
        let actions: Vec<&Action> =
            self.reactions.iter().chain(self.faults.iter().map(|fault| &fault.action)).collect();
        steps.iter().flat_map(|step| &step.needs).for_each(|need| of_condition(need, &mut bits));
        actions.iter().for_each(|action| of_predicate(&action.when, &mut bits));
        if let Procedure::Ordered(plan) = &self.procedure {
            for guard in &plan.guards {
                of_predicate(&guard.when, &mut bits);
                if let Some(Slot::Field { word, shift, bits: width }) =
                    guard.memory.map(|memory| self.layout.slots[memory.0 as usize])
                {
                    bits[word as usize] |= ((1 << width) - 1) << shift;
                }
            }
        }
        let phases = steps.iter().flat_map(|step| &step.phases).flat_map(|phase| &phase.outcomes);
        let outcomes: Vec<&Outcome> = phases.chain(actions.iter().flat_map(|action| &action.outcomes)).collect();
        outcomes.iter().for_each(|outcome| of_predicate(&outcome.when, &mut bits));
        loop {
            let before = bits;
            for assign in outcomes.iter().flat_map(|outcome| &outcome.assigns) {
                if bits[assign.word as usize] & assign.mask != 0 {
                    of_predicate(&assign.when, &mut bits);
                }
            }
            if bits == before {
                return bits;
            }
        }
    }
}

fn of_condition(condition: &Condition, bits: &mut State) {
    condition.parts.iter().for_each(|part| of_predicate(&part.predicate, bits));
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
