//! Whether a drill passes in a state, tried in every way: a second, plain judge beside the engines'.

use crate::system::{Fairness, Procedure, State, Step, System};
use std::collections::{BTreeMap, BTreeSet};

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
                if !settle(system, outcome.apply(&state), &mut next) {
                    return false;
                }
            }
        }
        states = next;
    }
    states.iter().all(|state| rest(system, *state, after))
}

/// Adds all states in which reactions that take time may come to rest; false where they may go on for ever, or never settle.
fn rest(system: &System, from: State, after: &mut BTreeSet<State>) -> bool {
    let fair = !matches!(&system.procedure, Procedure::Ordered(plan) if plan.retries.fairness == Fairness::Any);
    // Each state with those that one of them leads to.
    let mut met: BTreeMap<State, Vec<State>> = BTreeMap::new();
    let mut open = vec![from];
    while let Some(state) = open.pop() {
        if met.contains_key(&state) {
            continue;
        }
        let mut next = BTreeSet::new();
        for action in system.faults.iter().filter(|fault| fault.slow).map(|fault| &fault.action) {
            let possible = action.outcomes.iter().filter(|outcome| outcome.when.holds(&state));
            for outcome in possible.filter(|_| action.when.holds(&state)) {
                if !settle(system, outcome.apply(&state), &mut next) {
                    return false;
                }
            }
        }
        open.extend(&next);
        met.insert(state, next.into_iter().collect());
    }
    // Fair: the end can be reached from everywhere. Else: every way leads there.
    let mut ends: BTreeSet<State> = met.iter().filter(|(_, next)| next.is_empty()).map(|(state, _)| *state).collect();
    after.extend(&ends);
    loop {
        let before = ends.len();
        for (state, next) in &met {
            let mut ended = next.iter().map(|next| ends.contains(next));
            if if fair { ended.any(|ended| ended) } else { ended.all(|ended| ended) } {
                ends.insert(*state);
            }
        }
        if ends.len() == before {
            return ends.len() == met.len();
        }
    }
}

/// Adds all stable states that reactions may lead to; false where they may go on for ever.
fn settle(system: &System, from: State, stable: &mut BTreeSet<State>) -> bool {
    // Depth first: the states on the way, each with those that are still to be tried after it.
    let mut path = vec![(from, after(system, &from, stable))];
    let mut on_path = BTreeSet::from([from]);
    let mut settled = BTreeSet::new();
    while let Some((state, rest)) = path.last_mut() {
        match rest.pop() {
            Some(next) if on_path.contains(&next) => return false,
            Some(next) if settled.contains(&next) => {}
            Some(next) => {
                on_path.insert(next);
                path.push((next, after(system, &next, stable)));
            }
            None => {
                on_path.remove(state);
                settled.insert(*state);
                path.pop();
            }
        }
    }
    true
}

/// What one reaction makes of a state; if there is none that is enabled, the state is stable.
fn after(system: &System, state: &State, stable: &mut BTreeSet<State>) -> Vec<State> {
    let enabled = system.reactions.iter().filter(|reaction| reaction.when.holds(state));
    let possible = enabled.flat_map(|reaction| reaction.outcomes.iter().filter(|outcome| outcome.when.holds(state)));
    let after: Vec<State> = possible.map(|outcome| outcome.apply(state)).collect();
    if after.is_empty() {
        stable.insert(*state);
    }
    after
}
