//! What `certify` replays, as a history.
//!
//! Comes in: a run of a certified verdict. Goes out: the run, and that of its drill, as one [`History`].

use super::history::{Act, History, Moment, Went, Who};
use crate::certify::{Cause, Change, How, Replay, TurnReplay, replay, replay_drill};
use crate::system::{Drill, Fault, Outcome, Procedure, Step, System};
use crate::trace::{Actor, Trace};
use crate::verdict::Ending;

/// Replays a run and how it ends.
///
/// # Panics
/// The run does not replay: whoever certified it is wrong.
pub fn history<'s>(system: &'s System, trace: &Trace, ending: &Ending) -> History<'s> {
    let replayed = replay(system, trace).expect("a certified run replays");
    let mut acts = acts(system, &replayed, None);
    let run = acts.len();
    if let Ending::Drill { drill, trace, .. } = ending {
        let replayed = replay_drill(system, *drill, replayed.end, trace).expect("a certified drill replays");
        let drill = &system.drills[*drill as usize];
        acts.extend(self::acts(system, &replayed, Some(drill)).into_iter().skip(1));
    }
    History { system, initial: replayed.start, acts, run }
}

/// The start and one act for each turn.
fn acts<'s>(system: &'s System, replayed: &Replay, drill: Option<&'s Drill>) -> Vec<Act<'s>> {
    let start = Act {
        who: Who::Start,
        went: Went::Done,
        before: replayed.start,
        always: always(&replayed.broken_at_start, &replayed.settle),
        moments: replayed.settle.iter().map(|change| moment(system, Who::Start, change)).collect(),
        pass: 1,
    };
    let turns = replayed.turns.iter().map(|turn| act(system, turn, drill));
    std::iter::once(start).chain(turns).collect()
}

fn act<'s>(system: &'s System, turn: &TurnReplay, drill: Option<&'s Drill>) -> Act<'s> {
    let who = who(system, turn.actor, drill);
    Act {
        who,
        went: match &turn.how {
            How::Done | How::Failed => Went::Done,
            How::Refused(_) => Went::Refused,
            How::PassedOver(guard) => Went::PassedOver(match &system.procedure {
                Procedure::Ordered(plan) => &plan.guards[guard.0 as usize].text,
                Procedure::Free => "",
            }),
        },
        before: turn.before,
        moments: turn.changes.iter().map(|change| moment(system, who, change)).collect(),
        always: always(&[], &turn.changes),
        pass: turn.pass,
    }
}

fn who<'s>(system: &'s System, actor: Actor, drill: Option<&'s Drill>) -> Who<'s> {
    let step = |index: u32| -> &'s Step { &system.steps[index as usize] };
    match (actor, &system.procedure, drill) {
        (Actor::Occurrence(id), Procedure::Ordered(plan), _) => {
            Who::Occurrence(id, step(plan.occurrences[id.0 as usize].step.0))
        }
        (Actor::Occurrence(_), Procedure::Free, _) => panic!("bug: a world explored alone has no occurrences"),
        (Actor::Step(id), _, None) => Who::Step(step(id.0)),
        (Actor::Step(id), _, Some(drill)) => {
            let mut steps = drill.act.iter().chain(&drill.then);
            Who::Step(steps.nth(id.0 as usize).expect("a drill's run has the drill's steps"))
        }
        (Actor::Fault(id), ..) => match &system.faults[id.0 as usize] {
            Fault { action, slow: true } => Who::Slow(action),
            Fault { action, slow: false } => Who::Fault(action),
        },
    }
}

fn moment<'s>(system: &'s System, who: Who<'s>, change: &Change) -> Moment<'s> {
    let (reaction, outcome, among): (_, _, &'s [Outcome]) = match (change.cause, who) {
        (Cause::Reaction(fire), _) => {
            let reaction = &system.reactions[fire.reaction.0 as usize];
            (Some(reaction), Some(fire.outcome), &reaction.outcomes)
        }
        (Cause::Fault(outcome), Who::Fault(action) | Who::Slow(action)) => (None, Some(outcome), &action.outcomes),
        (Cause::Phase(phase, outcome), Who::Occurrence(_, step) | Who::Step(step)) => {
            (None, outcome, &step.phases[phase].outcomes)
        }
        (Cause::Fault(_) | Cause::Phase(..), _) => panic!("bug: a change without somebody who acts"),
    };
    let outcome = outcome.map(|outcome| &among[outcome as usize]);
    Moment { reaction, outcome, among, before: change.before, after: change.after }
}

/// Every condition once, in the order in which it is found broken.
fn always(first: &[u32], changes: &[Change]) -> Vec<u32> {
    let mut found: Vec<u32> = Vec::new();
    for index in first.iter().chain(changes.iter().flat_map(|change| &change.broken)) {
        if !found.contains(index) {
            found.push(*index);
        }
    }
    found
}
