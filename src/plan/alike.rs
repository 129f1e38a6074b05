//! Variables that tell apart only which of two steps that do the same may be taken.
//!
//! `install p on N` and `reapply p on N` differ in that one needs `installed(p, N)` not to hold and the other needs it. Where nothing else
//! reads the variable, states that differ in it alone lead to the same ends in as many steps: values are looked for with it cleared.

use super::problem::Problem;
use crate::system::{Assign, Outcome, Predicate, Slot, State, Step};

/// The bits that may be cleared.
pub fn alike(problem: &Problem<'_>) -> State {
    let system = problem.system;
    let mut cleared = State::default();
    for slot in &system.layout.slots {
        let Slot::Field { word, shift, bits: 1 } = *slot else { continue };
        let field = (word, 1u64 << shift);
        if only_needed(problem, field) && in_pairs(problem, field) {
            cleared[word as usize] |= field.1;
        }
    }
    cleared
}

type Field = (u8, u64);

fn reads(predicate: &Predicate, (word, mask): Field) -> bool {
    predicate.bits()[word as usize] & mask != 0
}

/// Whether nothing reads the field but needs of steps, each as a part of its own.
fn only_needed(problem: &Problem<'_>, field: Field) -> bool {
    let system = problem.system;
    let outcome = |outcome: &Outcome| {
        reads(&outcome.when, field) || outcome.assigns.iter().any(|assign| reads(&assign.when, field))
    };
    let phases = |step: &Step| step.phases.iter().flat_map(|phase| &phase.outcomes).any(outcome);
    let needs = |step: &Step| step.needs.iter().flat_map(|need| &need.parts).any(|part| reads(&part.predicate, field));
    let conditions = system.always.iter().chain(&system.health).flat_map(|condition| &condition.parts);
    let drilled = system.drills.iter().any(|drill| {
        let expected = std::iter::once(&drill.expect).chain(&drill.expect_after).flat_map(|condition| &condition.parts);
        drill.act.iter().chain(&drill.then).any(|step| phases(step) || needs(step))
            || expected.into_iter().any(|part| reads(&part.predicate, field))
    });
    let faults = system.faults.iter().map(|fault| &fault.action);
    let mut actions = system.reactions.iter().chain(faults);
    !drilled
        && !conditions.into_iter().any(|part| reads(&part.predicate, field))
        && !problem.parts().iter().any(|part| reads(part, field))
        && !actions.any(|action| reads(&action.when, field) || action.outcomes.iter().any(outcome))
        && !system.steps.iter().any(phases)
}

/// The value of the field that a step needs; `Err` where it reads the field in another way.
fn needed(step: &Step, field: Field) -> Result<Option<bool>, ()> {
    let mut needed = None;
    for part in step.needs.iter().flat_map(|need| &need.parts).filter(|part| reads(&part.predicate, field)) {
        needed = Some(match part.predicate {
            Predicate::Masked { word, mask, value } if (word, mask) == field => value != 0,
            Predicate::Member { word, shift, bits: 1, set } if (word, 1 << shift) == field && set == 1 => false,
            Predicate::Member { word, shift, bits: 1, set } if (word, 1 << shift) == field && set == 2 => true,
            _ => return Err(()),
        });
    }
    Ok(needed)
}

/// Whether each step that needs the field has a counterpart that needs the other value and does the same.
fn in_pairs(problem: &Problem<'_>, field: Field) -> bool {
    let steps = problem.system.steps.iter().zip(&problem.allowed).filter(|(_, allowed)| **allowed);
    let mut asking = Vec::new();
    for (step, _) in steps {
        match needed(step, field) {
            Ok(None) => {}
            Ok(Some(value)) => asking.push((step, value)),
            Err(()) => return false,
        }
    }
    asking.iter().all(|(step, value)| asking.iter().any(|(other, its)| its != value && same(step, other, field)))
}

fn same(a: &Step, b: &Step, field: Field) -> bool {
    let needs = |step: &Step| {
        let parts = step.needs.iter().flat_map(|need| &need.parts).map(|part| part.predicate.clone());
        parts.filter(|part| !reads(part, field)).collect::<Vec<Predicate>>()
    };
    let assigns = |outcome: &Outcome| {
        let own = outcome.assigns.iter().filter_map(|assign| {
            let mut assign: Assign = assign.clone();
            if assign.word == field.0 {
                assign.mask &= !field.1;
                assign.value &= !field.1;
            }
            (assign.mask != 0).then_some(assign)
        });
        own.collect::<Vec<Assign>>()
    };
    let phases = |step: &Step| {
        let outcomes = step.phases.iter().map(|phase| {
            let outcomes = phase.outcomes.iter();
            outcomes.map(|outcome| (outcome.when.clone(), assigns(outcome))).collect::<Vec<_>>()
        });
        outcomes.collect::<Vec<_>>()
    };
    needs(a) == needs(b) && phases(a) == phases(b)
}
