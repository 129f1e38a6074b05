//! Whether a run that ended badly could still be repaired, by any steps of the world, and after which step no more.
//!
//! Comes in: a run that was certified, and the system of the same runbook with every step of the world. Goes out: [`Rescue`]. The two
//! systems number their variables alike but pack them differently.

use super::data::Rescue;
use super::rows::is_rest;
use crate::base::{Limit, Tally};
use crate::certify::replay;
use crate::orderings::{Beyond, Way};
use crate::system::{State, System, VarId};
use crate::trace::Actor;
use crate::verdict::{Counterexample, Ending};

/// Says what could still be done; None where a run does not end badly, or never settles: there is no state then to start from.
///
/// # Panics
/// The run does not replay: whoever certified it is wrong.
pub fn rescue(system: &System, every_step: &System, shown: &Counterexample, tally: &mut Tally) -> Option<Rescue> {
    if matches!(shown.ending, Ending::Healthy | Ending::Witness | Ending::Unsettled(_) | Ending::Endless(_)) {
        return None;
    }
    let states = states(system, shown);
    let translated: Vec<State> = states.iter().map(|state| translated(system, every_step, state)).collect();
    let mut beyond = Beyond::new(every_step);
    Some(search(&mut beyond, shown, &translated, tally).map_or_else(
        |limit| Rescue { limit: Some(limit.to_string()), ..Rescue::default() },
        |found| match found {
            Ok(way) => Rescue {
                steps: way.steps.iter().map(|step| every_step.steps[step.0 as usize].name.clone()).collect(),
                depends: way.depends,
                ..Rescue::default()
            },
            Err(after) => Rescue { beyond_after: Some(after), ..Rescue::default() },
        },
    ))
}

/// The way from the end, or after how many steps there was none any more.
fn search(
    beyond: &mut Beyond<'_>,
    shown: &Counterexample,
    states: &[State],
    tally: &mut Tally,
) -> Result<Result<Way, usize>, Limit> {
    let (end, before) = states.split_last().expect("there is a state before the first step");
    if let Some(way) = beyond.way(*end, tally)? {
        return Ok(Ok(way));
    }
    let mut after = before.len();
    // As long as the runbook itself has a way, the world has one.
    let lost = shown.insight.lost.map_or(0, |(steps, _)| steps);
    while after > lost && beyond.way(states[after - 1], tally)?.is_none() {
        after -= 1;
    }
    Ok(Err(after))
}

/// The stable states of a run: before the first step, and after each; the last is the one that it ends in.
fn states(system: &System, shown: &Counterexample) -> Vec<State> {
    let replayed = replay(system, &shown.trace).expect("a certified run replays");
    let mut states = vec![replayed.settle.last().map_or(replayed.start, |change| change.after)];
    for turn in &replayed.turns {
        if let Actor::Occurrence(id) = turn.actor {
            let after = turn.changes.last().map_or(turn.before, |change| change.after);
            // A further pass of a loop belongs to its last step, and what happens at the end to the last of all.
            if turn.pass > 1 || is_rest(system, Some(id)) {
                states.pop();
            }
            states.push(after);
        }
    }
    let ends_in_fault = replayed.turns.last().is_some_and(|turn| matches!(turn.actor, Actor::Fault(_)));
    if ends_in_fault {
        states.push(replayed.end);
    }
    states
}

/// A state of one system as a state of another that has the same variables.
fn translated(from: &System, to: &System, state: &State) -> State {
    let mut other = State::default();
    for var in
        (0..from.layout.slots.len()).map(|index| VarId(u32::try_from(index).expect("fewer variables than u32::MAX")))
    {
        to.layout.set(&mut other, var, from.layout.get(state, var));
    }
    other
}
