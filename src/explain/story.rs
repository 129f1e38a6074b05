//! A counterexample as a story: the ordering, the rows of its run, how it ends and why.

use super::cause::{breaking, broken, merged, value_name, var_name};
use super::chain::because;
use super::data::{Broken, DrillEnd, DrillStory, EndKind, Ending, Lost, Near, StepName, Story, Value};
use super::history::History;
use super::rows::{impossible, is_rest, refusal, rows};
use super::support::support;
use crate::system::{Condition, OccurrenceId, Predicate, Procedure, State, System, VarId};
use crate::trace::{Actor, Fire, Turn};
use crate::verdict::{Counterexample, DrillFailure, Ending as End, Insight, Whose};

/// Tells a counterexample whose replay is `history`.
pub fn story(history: &History<'_>, counterexample: &Counterexample) -> Story {
    let system = history.system;
    let insight = &counterexample.insight;
    Story {
        start: system
            .origins
            .initial
            .get(counterexample.trace.initial as usize)
            .filter(|text| system.initial.len() > 1 && !text.is_empty())
            .cloned(),
        nodes: system.origins.nodes.clone(),
        ordering: ordering(system, &counterexample.ordering),
        rows: rows(history, 0..history.run),
        lost_after: counterexample.lost_after,
        lost: insight.lost.map(|(after, whose)| Lost { after, luck: whose == Whose::Luck }),
        breaks: insight.breaks,
        nearest: nearest(system, &counterexample.ordering, insight),
        repair: None,
        ending: ending(history, &counterexample.ending),
    }
}

/// Where no other ordering is nearer by moves than the one that is nearest by swaps, that one is told alone.
fn nearest(system: &System, bad: &[OccurrenceId], insight: &Insight) -> Vec<Near> {
    let near = |good: &[OccurrenceId]| Near {
        ordering: ordering(system, good),
        moves: Some(moves(bad, good)),
        swaps: swaps(bad, good),
    };
    let by_swaps = insight.by_swaps.as_ref().map(|nearest| near(&nearest.ordering));
    let by_moves = insight
        .by_moves
        .as_ref()
        .filter(|nearest| by_swaps.as_ref().is_none_or(|near| near.moves.is_none_or(|moves| moves > nearest.distance)));
    by_moves.map(|nearest| near(&nearest.ordering)).into_iter().chain(by_swaps).collect()
}

/// How many steps are moved, taken out or put in. Quadratic.
fn moves(bad: &[OccurrenceId], good: &[OccurrenceId]) -> u64 {
    let mut kept = vec![0u64; good.len() + 1];
    for step in bad {
        let mut diagonal = 0;
        for (at, other) in good.iter().enumerate() {
            let above = kept[at + 1];
            kept[at + 1] = if step == other { diagonal + 1 } else { above.max(kept[at]) };
            diagonal = above;
        }
    }
    let added = good.iter().filter(|step| !bad.contains(step)).count();
    (bad.len() + added) as u64 - kept[good.len()]
}

/// How many pairs stand the other way round, where the steps are the same.
fn swaps(bad: &[OccurrenceId], good: &[OccurrenceId]) -> Option<u64> {
    let places: Vec<usize> =
        bad.iter().map(|step| good.iter().position(|other| other == step)).collect::<Option<_>>()?;
    let inverted = |at: usize| places[at + 1..].iter().filter(|later| **later < places[at]).count() as u64;
    (bad.len() == good.len()).then(|| (0..places.len()).map(inverted).sum())
}

fn ordering(system: &System, ordering: &[OccurrenceId]) -> Vec<StepName> {
    ordering.iter().filter(|id| !is_rest(system, Some(**id))).map(|id| step_name(system, *id)).collect()
}

/// What a step of a runbook is called.
///
/// # Panics
/// If the procedure is [`Procedure::Free`]: a world alone has no occurrences.
pub fn step_name(system: &System, id: OccurrenceId) -> StepName {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no occurrences") };
    let occurrence = &plan.occurrences[id.0 as usize];
    StepName {
        label: occurrence.label.clone(),
        sentence: system.steps[occurrence.step.0 as usize].name.clone(),
        line: Some(occurrence.line),
    }
}

fn ending(history: &History<'_>, ending: &End) -> Ending {
    let system = history.system;
    let last = history.last();
    let (kind, cause) = match ending {
        End::Healthy => (EndKind::Healthy, Cause::default()),
        End::Witness => (EndKind::Witness, Cause::default()),
        End::Refused => (EndKind::Refused, refused(history)),
        End::Unsettled(cycle) => (EndKind::Unsettled, repeating(system, cycle)),
        End::Endless(cycle) => (EndKind::Endless, going_round(history, cycle)),
        End::Always(index) => (EndKind::Always, unmet(history, [&system.always[*index as usize]], &last)),
        End::Unhealthy => (EndKind::Unhealthy, unmet(history, &system.health, &last)),
        End::Drill { drill, failure, .. } => {
            let drill = &system.drills[*drill as usize];
            let cause = match failure {
                DrillFailure::Refused => refused(history),
                DrillFailure::Unsettled(cycle) => repeating(system, cycle),
                DrillFailure::Endless(cycle) => going_round(history, cycle),
                DrillFailure::Expect => unmet(history, [&drill.expect], &last),
                DrillFailure::ExpectAfter => unmet(history, &drill.expect_after, &last),
            };
            (EndKind::Drill, cause)
        }
    };
    Ending {
        kind,
        because: because(history, &cause.vars, &cause.parts),
        broken: cause.broken,
        cycle: cause.cycle,
        drill: drill_story(history, ending),
    }
}

/// What does not hold, and the variables to look for.
#[derive(Default)]
struct Cause {
    broken: Vec<Broken>,
    cycle: Vec<String>,
    vars: Vec<VarId>,
    /// What would have had to hold.
    parts: Vec<Predicate>,
}

fn unmet<'c>(
    history: &History<'_>,
    conditions: impl IntoIterator<Item = &'c Condition> + Clone,
    state: &State,
) -> Cause {
    let system = history.system;
    let parts = conditions.clone().into_iter().flat_map(|condition| &condition.parts);
    Cause {
        parts: parts.map(|part| &part.predicate).filter(|part| !part.holds(state)).cloned().collect(),
        broken: merged(conditions.clone().into_iter().flat_map(|condition| broken(system, condition, state))),
        cycle: Vec::new(),
        vars: breaking(system, conditions, state),
    }
}

fn refused(history: &History<'_>) -> Cause {
    let system = history.system;
    let act = history.acts.last().expect("a refused run has a last turn");
    let step = act.who.step().expect("only steps are refused");
    let cause = unmet(history, &step.needs, &act.before);
    if !cause.broken.is_empty() {
        return cause;
    }
    let whens = step.phases.first().into_iter().flat_map(|phase| &phase.outcomes).map(|outcome| outcome.when.clone());
    Cause {
        parts: vec![Predicate::Any(whens.collect())],
        broken: refusal(system, step, &act.before),
        cycle: Vec::new(),
        vars: impossible(system, step, &act.before),
    }
}

fn repeating(system: &System, cycle: &[Fire]) -> Cause {
    let names = cycle.iter().map(|fire| system.reactions[fire.reaction.0 as usize].name.clone());
    Cause { cycle: names.collect(), ..Cause::default() }
}

/// What goes round, and why its loop does not end.
fn going_round(history: &History<'_>, cycle: &[Turn]) -> Cause {
    let system = history.system;
    let Procedure::Ordered(plan) = &system.procedure else { return Cause::default() };
    let name = |turn: &Turn| match turn.actor {
        Actor::Occurrence(id) => step_name(system, id).sentence,
        Actor::Step(id) => system.steps[id.0 as usize].name.clone(),
        Actor::Fault(id) => system.faults[id.0 as usize].action.name.clone(),
    };
    // What is passed over is not done.
    let done = |turn: &&Turn| match turn.actor {
        Actor::Occurrence(id) => {
            let step = &system.steps[plan.occurrences[id.0 as usize].step.0 as usize];
            step.phases.is_empty() || !turn.phases.is_empty()
        }
        Actor::Step(_) | Actor::Fault(_) => true,
    };
    let mut cause = Cause { cycle: cycle.iter().filter(done).map(name).collect(), ..Cause::default() };
    let step = cycle.iter().find_map(|turn| match turn.actor {
        Actor::Occurrence(id) => Some(id),
        _ => None,
    });
    let last = history.last();
    if let Some(lap) = step.and_then(|id| plan.retries.around(id)).filter(|lap| !lap.until.holds(&last)) {
        let mut vars = support(&system.layout, &lap.until, &last);
        vars.retain(|var| !system.origins.vars[var.0 as usize].hidden);
        let value = |var: &VarId| Value {
            variable: var_name(system, *var),
            value: value_name(system, *var, &last),
            breaks: true,
        };
        let values = vars.iter().map(value).collect();
        cause.broken =
            vec![Broken { condition: "repeat until".to_owned(), part: lap.text.clone(), cite: Vec::new(), values }];
        (cause.vars, cause.parts) = (vars, vec![lap.until.clone()]);
    }
    cause
}

fn drill_story(history: &History<'_>, ending: &End) -> Option<DrillStory> {
    let End::Drill { drill, failure, .. } = ending else { return None };
    let drill = &history.system.drills[*drill as usize];
    Some(DrillStory {
        name: drill.name.clone(),
        title: drill.title.clone(),
        cite: drill.cite.clone(),
        failure: match failure {
            DrillFailure::Refused => DrillEnd::Refused,
            DrillFailure::Unsettled(_) | DrillFailure::Endless(_) => DrillEnd::Unsettled,
            DrillFailure::Expect => DrillEnd::Expect,
            DrillFailure::ExpectAfter => DrillEnd::ExpectAfter,
        },
        rows: rows(history, history.run..history.acts.len()),
    })
}
