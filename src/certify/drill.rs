//! Whether a drill passes in a state, tried in every way: a second, plain judge beside the engines'.

use crate::system::{Outcome, State, Step, System};
use std::collections::BTreeSet;

/// Whether the drill with this index passes.
pub fn passes(system: &System, drill: usize, state: State) -> bool {
    let drill = &system.drills[drill];
    let done = |from: BTreeSet<State>, steps: &[Step]| {
        steps.iter().try_fold(from, |states, step| {
            let mut after = BTreeSet::new();
            states.iter().all(|state| results(system, step, *state, &mut after)).then_some(after)
        })
    };
    let Some(acted) = done(BTreeSet::from([state]), &drill.act) else { return false };
    if !acted.iter().all(|state| drill.expect.holds(state)) {
        return false;
    }
    done(acted, &drill.then)
        .is_some_and(|ends| ends.iter().all(|state| drill.expect_after.iter().all(|expect| expect.holds(state))))
}

/// Adds all stable results of a step; false where it may be refused or never settle.
fn results(system: &System, step: &Step, state: State, after: &mut BTreeSet<State>) -> bool {
    if !step.needs.iter().all(|need| need.holds(&state)) {
        return false;
    }
    let mut states = BTreeSet::from([state]);
    for (place, phase) in step.phases.iter().enumerate() {
        let mut next = BTreeSet::new();
        for state in states {
            let mut possible = phase.outcomes.iter().filter(|outcome| outcome.when.holds(&state)).peekable();
            if possible.peek().is_none() {
                if place == 0 {
                    return false;
                }
                next.insert(state);
            }
            for outcome in possible {
                if !settle(system, outcome.apply(&state), &mut Vec::new(), &mut BTreeSet::new(), &mut next) {
                    return false;
                }
            }
        }
        states = next;
    }
    after.extend(states);
    true
}

/// Adds all stable states that reactions may lead to; false where they may go on for ever.
fn settle(
    system: &System,
    state: State,
    path: &mut Vec<State>,
    settled: &mut BTreeSet<State>,
    stable: &mut BTreeSet<State>,
) -> bool {
    if path.contains(&state) {
        return false;
    }
    if settled.contains(&state) {
        return true;
    }
    path.push(state);
    let enabled = system.reactions.iter().filter(|reaction| reaction.when.holds(&state));
    let possible = |outcome: &&Outcome| outcome.when.holds(&state);
    let mut outcomes = enabled.flat_map(|reaction| reaction.outcomes.iter().filter(possible)).peekable();
    if outcomes.peek().is_none() {
        stable.insert(state);
    }
    let fine = outcomes.all(|outcome| settle(system, outcome.apply(&state), path, settled, stable));
    path.pop();
    settled.insert(state);
    fine
}
