//! Packed states and traces in the words of the model, for a certificate.

use crate::certify::{Cause, Change, How, Replay, replay};
use crate::recheck::{Ending, Move, RunShown, What, state_text};
use crate::system::{EventId, GuardId, OccurrenceId, Plan, State, StepSet, System, VarId};
use crate::trace::{Actor, Fire};
use crate::verdict::{self, Counterexample};

/// Tells packed states and traces in the words of the model.
pub(super) struct Words<'s> {
    pub system: &'s System,
    pub plan: &'s Plan,
    /// How many variables the world has; the budgets of faults come right after them.
    pub variables: usize,
    /// How many budgets there are.
    pub budgets: usize,
}

impl Words<'_> {
    fn values(&self, state: &State) -> Vec<u8> {
        let variable = |index: usize| VarId(u32::try_from(index).expect("variables are few"));
        let get = |index: usize| self.system.layout.get(state, variable(index));
        (0..self.variables + self.budgets).map(get).collect()
    }

    /// A state without the answers of `if`s.
    pub fn plain(&self, state: &State) -> String {
        state_text(&self.values(state))
    }

    /// A state at a position: an `if` is not looked at (0) before the first step under it and forgotten after the last, else
    /// answered no (1) or yes (2).
    pub fn state(&self, done: StepSet, state: &State) -> String {
        let mut values = self.values(state);
        values.extend(self.plan.guards.iter().map(|guard| match guard.memory {
            Some(memory) if guard.steps.meets(done) && !guard.steps.within(done) => {
                1 + self.system.layout.get(state, memory)
            }
            _ => 0,
        }));
        state_text(&values)
    }

    /// A run, replayed.
    ///
    /// # Panics
    /// If it does not replay: it was certified before.
    pub fn run(&self, shown: &Counterexample) -> RunShown {
        let replayed = replay(self.system, &shown.trace).unwrap_or_else(|bug| panic!("{}", bug.reason));
        let mut moves: Vec<Move> = replayed.settle.iter().map(|change| self.change(change, "")).collect();
        for turn in &replayed.turns {
            let name = match turn.actor {
                Actor::Occurrence(OccurrenceId(id)) => &self.plan.occurrences[id as usize].label,
                Actor::Fault(fault) => &self.system.faults[fault.0 as usize].action.name,
                Actor::Step(step) => &self.system.steps[step.0 as usize].name,
            };
            let still = |what| Move { what, name: name.clone(), events: Vec::new(), state: self.plain(&turn.before) };
            match turn.how {
                How::Refused(_) => moves.push(still(What::Refused)),
                How::PassedOver(GuardId(_)) => moves.push(still(What::Passed)),
                How::Done | How::Failed => {}
            }
            moves.extend(turn.changes.iter().map(|change| self.change(change, name)));
        }
        RunShown {
            ordering: shown.ordering.iter().map(|id| id.0).collect(),
            start: shown.trace.initial,
            moves,
            ending: self.ending(&shown.ending, &replayed),
        }
    }

    fn change(&self, change: &Change, actor: &str) -> Move {
        let (what, name) = match change.cause {
            Cause::Reaction(fire) => (What::Reaction, self.system.reactions[fire.reaction.0 as usize].name.as_str()),
            Cause::Fault(_) => (What::Fault, actor),
            Cause::Phase(0, _) => (What::Step, actor),
            Cause::Phase(..) => (What::Then, actor),
        };
        Move { what, name: name.to_owned(), events: self.events(&change.events), state: self.plain(&change.after) }
    }

    fn events(&self, events: &[EventId]) -> Vec<String> {
        events.iter().map(|event| self.system.origins.events[event.0 as usize].name.clone()).collect()
    }

    fn ending(&self, ending: &verdict::Ending, replayed: &Replay) -> Ending {
        match ending {
            verdict::Ending::Healthy => Ending::Healthy,
            verdict::Ending::Witness => Ending::Shown,
            verdict::Ending::Refused => Ending::Refused,
            verdict::Ending::Always(always) => Ending::Always(self.system.always[*always as usize].name.clone()),
            verdict::Ending::Unhealthy => Ending::Unhealthy,
            verdict::Ending::Drill { drill, .. } => Ending::Drill(self.system.drills[*drill as usize].name.clone()),
            verdict::Ending::Endless(_) => unreachable!("what goes round has no certificate"),
            verdict::Ending::Unsettled(cycle) => {
                let mut state = replayed.end;
                let fired = |fire: &Fire| {
                    let action = &self.system.reactions[fire.reaction.0 as usize];
                    let outcome = &action.outcomes[fire.outcome as usize];
                    state = outcome.apply(&state);
                    let (name, events) = (action.name.clone(), self.events(&outcome.events));
                    Move { what: What::Reaction, name, events, state: self.plain(&state) }
                };
                Ending::Unsettled(cycle.iter().map(fired).collect())
            }
        }
    }
}
