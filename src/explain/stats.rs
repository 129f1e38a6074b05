//! What makes a check large, in words.
//!
//! Variables come in the order of what would be saved if they were not told apart, so that the first is the one to look at;
//! actions in the order in which the world or the runbook has them.

use super::data::{ActionStats, ReductionStats, Stats, StepStats, VariableStats};
use crate::orderings::{LookedAt, Survey};
use crate::system::{Procedure, Slot, System};

/// Tells a survey.
pub fn stats(system: &System, survey: &Survey) -> Stats {
    let census = &survey.census;
    let names: Vec<String> = match &system.procedure {
        Procedure::Free => system.steps.iter().map(|step| step.name.clone()).collect(),
        Procedure::Ordered(plan) => plan.occurrences.iter().map(|occurrence| occurrence.label.clone()).collect(),
    };
    let steps = names.into_iter().zip(&census.steps);
    let action = |(name, states): (&String, &u64)| ActionStats { name: name.clone(), states: *states };
    Stats {
        states: census.states,
        limit: census.stopped.map(|limit| limit.to_string()),
        variables: variables(system, survey),
        steps: steps.map(|(name, step)| StepStats { name, tried: step.tried, refused: step.refused }).collect(),
        unsettled: census.unsettled,
        reactions: system.reactions.iter().map(|reaction| &reaction.name).zip(&census.reactions).map(action).collect(),
        faults: system.faults.iter().map(|fault| &fault.action.name).zip(&census.faults).map(action).collect(),
        looked_at: survey.savings.as_ref().map(|savings| told(None, savings.with_all)),
        reductions: survey
            .savings
            .iter()
            .flat_map(|savings| &savings.without)
            .map(|(reduction, looked_at)| told(Some(reduction.name()), *looked_at))
            .collect(),
    }
}

fn variables(system: &System, survey: &Survey) -> Vec<VariableStats> {
    let census = &survey.census;
    let mut variables = Vec::new();
    for (index, (origin, slot)) in system.origins.vars.iter().zip(&system.layout.slots).enumerate() {
        if matches!(slot, Slot::Constant(_)) {
            continue;
        }
        let met = |value: &usize| census.values[index] >> value & 1 == 1;
        let values = (0..origin.values.len()).filter(met).map(|value| origin.values[value].clone()).collect();
        variables.push(VariableStats {
            name: origin.name.clone(),
            values,
            of: origin.values.len(),
            states_without: census.without.get(index).copied(),
        });
    }
    // Stable: equal ones stay in the order of the world.
    variables.sort_by_key(|variable| (variable.states_without, std::cmp::Reverse(variable.values.len())));
    variables
}

fn told(without: Option<&str>, looked_at: LookedAt) -> ReductionStats {
    let (states, more, limit) = match looked_at {
        LookedAt::All(states) => (Some(states), false, None),
        LookedAt::MoreThan(states) => (Some(states), true, None),
        LookedAt::Stopped(limit) => (None, false, Some(limit.to_string())),
    };
    ReductionStats { without: without.map(str::to_owned), states, more, limit }
}
