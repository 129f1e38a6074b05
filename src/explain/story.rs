//! A counterexample as a story: the ordering, the rows of its run, how it ends and why.

use super::cause::{breaking, broken, merged};
use super::chain::because;
use super::data::{Broken, DrillEnd, DrillStory, EndKind, Ending, Lost, Near, StepName, Story};
use super::history::History;
use super::rows::{impossible, refusal, rows};
use crate::system::{Condition, OccurrenceId, Predicate, Procedure, State, System, VarId};
use crate::trace::Fire;
use crate::verdict::{Counterexample, DrillFailure, Ending as End, Insight, Nearest, Whose};

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
        nearest: nearest(system, insight),
        repair: None,
        ending: ending(history, &counterexample.ending),
    }
}

/// Where one ordering is the nearest in both ways, it is told once.
fn nearest(system: &System, insight: &Insight) -> Vec<Near> {
    let near = |moves: Option<&Nearest>, swaps: Option<&Nearest>| Near {
        ordering: moves.or(swaps).map(|nearest| ordering(system, &nearest.ordering)).unwrap_or_default(),
        moves: moves.map(|nearest| nearest.distance),
        swaps: swaps.map(|nearest| nearest.distance),
    };
    match (&insight.by_moves, &insight.by_swaps) {
        (Some(moves), Some(swaps)) if moves.ordering == swaps.ordering => vec![near(Some(moves), Some(swaps))],
        (moves, swaps) => {
            let moves = moves.iter().map(|moves| near(Some(moves), None));
            moves.chain(swaps.iter().map(|swaps| near(None, Some(swaps)))).collect()
        }
    }
}

fn ordering(system: &System, ordering: &[OccurrenceId]) -> Vec<StepName> {
    ordering.iter().map(|id| step_name(system, *id)).collect()
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
        End::Always(index) => (EndKind::Always, unmet(history, [&system.always[*index as usize]], &last)),
        End::Unhealthy => (EndKind::Unhealthy, unmet(history, &system.health, &last)),
        End::Drill { drill, failure, .. } => {
            let drill = &system.drills[*drill as usize];
            let cause = match failure {
                DrillFailure::Refused => refused(history),
                DrillFailure::Unsettled(cycle) => repeating(system, cycle),
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

fn drill_story(history: &History<'_>, ending: &End) -> Option<DrillStory> {
    let End::Drill { drill, failure, .. } = ending else { return None };
    let drill = &history.system.drills[*drill as usize];
    Some(DrillStory {
        name: drill.name.clone(),
        title: drill.title.clone(),
        cite: drill.cite.clone(),
        failure: match failure {
            DrillFailure::Refused => DrillEnd::Refused,
            DrillFailure::Unsettled(_) => DrillEnd::Unsettled,
            DrillFailure::Expect => DrillEnd::Expect,
            DrillFailure::ExpectAfter => DrillEnd::ExpectAfter,
        },
        rows: rows(history, history.run..history.acts.len()),
    })
}
