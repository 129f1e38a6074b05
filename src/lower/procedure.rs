//! The runbook's tree, guards and claims in the system's terms.

use super::condition::Cond;
use super::pack::Packer;
use crate::resolve::model;
use crate::system::{
    Claim, Condition, EventId, Fairness, Guard, GuardId, Loop, Occurrence, OccurrenceId, Plan, Promise, Property,
    Retries, StepId, VarId,
};

/// The plan: `conditions` are the guards' conditions, `untils` those of loops, `memories` the variables that remember their answers, and
/// `step_of` gives the system's step for a step of the world.
pub fn plan(
    runbook: &model::Runbook,
    (conditions, untils): (&[Cond], &[Cond]),
    memories: &[Option<VarId>],
    step_of: impl Fn(model::StepId) -> StepId,
    packer: &Packer,
) -> Plan {
    let guards = runbook
        .guards
        .iter()
        .zip(conditions)
        .zip(memories)
        .map(|((guard, condition), memory)| Guard {
            text: guard.text.clone(),
            when: packer.predicate(condition),
            steps: guard.steps.iter().copied().collect(),
            memory: *memory,
        })
        .collect();
    let occurrences = runbook
        .occurrences
        .iter()
        .map(|occurrence| Occurrence {
            label: occurrence.label.clone(),
            step: step_of(occurrence.step),
            guards: occurrence.guards.iter().map(|&guard| GuardId(guard)).collect(),
            line: occurrence.line,
        })
        .collect();
    let chains: Vec<(OccurrenceId, OccurrenceId)> = runbook.chains.clone();
    let lap = |(one, until): (&model::Loop, &Cond)| Loop {
        text: one.text.clone(),
        until: packer.predicate(until),
        body: one.body.clone(),
        outer: one.outer,
    };
    let retries = Retries {
        loops: runbook.loops.iter().zip(untils).map(lap).collect(),
        rest: None,
        fairness: if runbook.fair { Fairness::Fair } else { Fairness::Any },
    };
    Plan { occurrences, root: runbook.root.clone(), guards, chains, retries }
}

/// The claims; `conditions` are those of `eventually`, in the order of the claims that have one.
pub fn claims(runbook: &model::Runbook, mut conditions: impl Iterator<Item = Condition>) -> Vec<Claim> {
    let property = |property: model::Property| match property {
        model::Property::Healthy => Property::Healthy,
        model::Property::Unhealthy => Property::Unhealthy,
        model::Property::Refused => Property::Refused,
        model::Property::Event(event) => Property::Event(EventId(event.0)),
        model::Property::Always(index) => Property::Always(index),
    };
    runbook
        .claims
        .iter()
        .map(|claim| Claim {
            id: claim.id.clone(),
            title: claim.title.clone(),
            cite: claim.cite.clone(),
            filter: claim.filter.as_ref().map(|(_, order)| order.clone()),
            filter_text: claim.filter.as_ref().map(|(text, _)| text.value.clone()),
            property: claim
                .property
                .as_ref()
                .map(|(quantifier, kind, name)| (*quantifier, property(*kind), name.clone())),
            count: claim.count.clone(),
            promise: claim.promise.as_ref().map(|promise| match promise {
                model::Promise::Tolerates(slips, faults) => {
                    Promise::Tolerates { slips: *slips, faults: faults.clone() }
                }
                model::Promise::NoSilentSlips(wanted) => Promise::NoSilentSlips(*wanted),
                model::Promise::Recoverable(wanted) => Promise::Recoverable(*wanted),
                model::Promise::Eventually(text, condition, fair) => Promise::Eventually {
                    text: text.clone(),
                    condition: condition.as_ref().and_then(|_| conditions.next()),
                    fair: *fair,
                },
            }),
        })
        .collect()
}
