//! A trace as a history.
//!
//! Comes in: a counterexample of a certified verdict. Goes out: its run, and the run of its drill, as one [`History`].

use super::history::{Act, History, Moment, Went, Who};
use crate::system::{Procedure, State, Step, System};
use crate::trace::{Actor, Fire, Trace, Turn};
use crate::verdict::{Counterexample, DrillFailure, Ending};

/// Replays a counterexample, and its drill.
pub fn history<'s>(system: &'s System, counterexample: &Counterexample) -> History<'s> {
    let trace = &counterexample.trace;
    let mut run = Run { system, state: system.initial[trace.initial as usize], acts: Vec::new() };
    let initial = run.state;
    run.start(trace);
    for (index, turn) in trace.turns.iter().enumerate() {
        let refused = counterexample.ending == Ending::Refused && index + 1 == trace.turns.len();
        run.turn(turn, refused, None);
    }
    let length = run.acts.len();
    if let Ending::Drill { drill, trace, failure } = &counterexample.ending {
        let drill = &system.drills[*drill as usize];
        let steps: Vec<&'s Step> = drill.act.iter().chain(&drill.then).collect();
        for (index, turn) in trace.turns.iter().enumerate() {
            let refused = *failure == DrillFailure::Refused && index + 1 == trace.turns.len();
            run.turn(turn, refused, Some(&steps));
        }
    }
    History { system, initial, acts: run.acts, run: length }
}

struct Run<'s> {
    system: &'s System,
    state: State,
    acts: Vec<Act<'s>>,
}

impl<'s> Run<'s> {
    fn start(&mut self, trace: &Trace) {
        let before = self.state;
        let mut moments = Vec::new();
        self.settle(&trace.settle, &mut moments);
        let always = self.broken();
        self.acts.push(Act { who: Who::Start, went: Went::Done, before, moments, always });
    }

    fn turn(&mut self, turn: &Turn, refused: bool, drill: Option<&[&'s Step]>) {
        let system = self.system;
        let before = self.state;
        let who = match (turn.actor, drill) {
            (Actor::Step(id), Some(steps)) => Who::Step(steps[id.0 as usize]),
            (Actor::Step(id), None) => Who::Step(&system.steps[id.0 as usize]),
            (Actor::Fault(id), _) => Who::Fault(&system.faults[id.0 as usize].action),
            (Actor::Occurrence(id), _) => {
                let Procedure::Ordered(plan) = &system.procedure else { panic!("bug: an occurrence without a plan") };
                Who::Occurrence(id, &system.steps[plan.occurrences[id.0 as usize].step.0 as usize])
            }
        };
        let mut moments = Vec::new();
        let mut always = Vec::new();
        for (index, phase) in turn.phases.iter().enumerate() {
            let outcomes = match who {
                Who::Fault(action) => &action.outcomes,
                Who::Occurrence(_, step) | Who::Step(step) => &step.phases[index].outcomes,
                Who::Start => unreachable!("a turn has an actor"),
            };
            let outcome = phase.outcome.map(|outcome| &outcomes[outcome as usize]);
            let before = self.state;
            self.state = outcome.map_or(before, |outcome| outcome.apply(&before));
            moments.push(Moment { reaction: None, outcome, before, after: self.state });
            self.settle(&phase.settle, &mut moments);
            if drill.is_none() {
                always.extend(self.broken());
            }
        }
        let went = match (turn.phases.is_empty(), refused) {
            (false, _) => Went::Done,
            (true, true) => Went::Refused,
            (true, false) => Went::PassedOver(self.guard(turn.actor, &before)),
        };
        self.acts.push(Act { who, went, before, moments, always });
    }

    fn settle(&mut self, fires: &[Fire], moments: &mut Vec<Moment<'s>>) {
        for fire in fires {
            let reaction = &self.system.reactions[fire.reaction.0 as usize];
            let outcome = &reaction.outcomes[fire.outcome as usize];
            let before = self.state;
            self.state = outcome.apply(&before);
            moments.push(Moment { reaction: Some(reaction), outcome: Some(outcome), before, after: self.state });
        }
    }

    fn broken(&self) -> Vec<u32> {
        let always = self.system.always.iter().zip(0..);
        always.filter(|(condition, _)| !condition.holds(&self.state)).map(|(_, index)| index).collect()
    }

    /// The `if` because of which an occurrence is passed over.
    fn guard(&self, actor: Actor, state: &State) -> &'s str {
        let (Procedure::Ordered(plan), Actor::Occurrence(id)) = (&self.system.procedure, actor) else { return "" };
        let mut guards = plan.occurrences[id.0 as usize].guards.iter().map(|guard| &plan.guards[guard.0 as usize]);
        guards.find(|guard| !guard.when.holds(state)).map_or("", |guard| &guard.text)
    }
}
