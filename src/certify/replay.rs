//! Replays a trace: what each turn did to the state, event by event.
//!
//! In: a [`System`] and a [`Trace`]. Out: a [`Replay`], or the [`Mismatch`] where the trace does what the system does
//! not. The answers of `if`s are kept beside the state here, not in the state's memory variables, which therefore keep
//! their first value all along.

use crate::system::{
    Drill, EventId, GuardId, OccurrenceId, Outcome, Phase, Position, Procedure, State, Step, StepSet, System,
};
use crate::trace::{Actor, Fire, PhaseRun, Trace, Turn};

/// A trace with everything that happens in it.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Index into `System::initial`; of no meaning for a drill.
    pub initial: u32,
    /// The state before anything happens.
    pub start: State,
    /// The `always` conditions that `start` breaks, if it is stable; none in a drill.
    pub broken_at_start: Vec<u32>,
    /// How the initial state settles.
    pub settle: Vec<Change>,
    /// What happens next, in order: one for each turn of the trace.
    pub turns: Vec<TurnReplay>,
    /// The state at the end.
    pub end: State,
    /// Whether no reaction is enabled at the end.
    pub stable: bool,
    /// Whether a loop is still going round at the end, or reactions that take time are still possible in a drill.
    pub open: bool,
}

/// One turn of a trace.
#[derive(Clone, Debug)]
pub struct TurnReplay {
    /// Who or what acts.
    pub actor: Actor,
    /// How it went.
    pub how: How,
    /// The state before the turn.
    pub before: State,
    /// Every change of the state, in order; none where the step is refused or passed over.
    pub changes: Vec<Change>,
    /// Which pass of its loop the step is in, from 1; 1 for what is in none.
    pub pass: u32,
    /// Where a loop goes on after it: which of the plan's, and the place in it.
    pub going_on: Option<(usize, usize)>,
}

/// How a turn went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// The step was done, or the fault struck.
    Done,
    /// The step failed: one of its outcomes says so.
    Failed,
    /// The step was refused. The parts of its `needs` that do not hold, as (index into `Step::needs`, index into
    /// `Condition::parts`); none where its first phase had no possible outcome.
    Refused(Vec<(usize, usize)>),
    /// The step was passed over: this `if` did not hold when it was looked at.
    PassedOver(GuardId),
}

/// One change of the state (or something that could have been one: an outcome may leave the state as it was).
#[derive(Clone, Debug)]
pub struct Change {
    /// What caused it.
    pub cause: Cause,
    /// The state before.
    pub before: State,
    /// The state after.
    pub after: State,
    /// Raised by it, in order.
    pub events: Vec<EventId>,
    /// Whether no reaction is enabled in the state after.
    pub stable: bool,
    /// The `always` conditions that the state after breaks, where it is stable; none in a drill.
    pub broken: Vec<u32>,
}

/// What caused a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The phase of the step with this index, with the outcome; None where none was possible.
    Phase(usize, Option<u32>),
    /// This outcome of the fault that is the turn's actor.
    Fault(u32),
    /// A reaction.
    Reaction(Fire),
}

/// A trace does what the system does not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The turn, from 0; None while the initial state settles.
    pub turn: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

impl Replay {
    /// Everything that changed the state, in order.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.settle.iter().chain(self.turns.iter().flat_map(|turn| &turn.changes))
    }

    /// The occurrences of a runbook that had their turn, in order; further passes of a loop are left out.
    pub fn occurrences(&self) -> Vec<OccurrenceId> {
        let occurrence = |turn: &TurnReplay| match turn.actor {
            Actor::Occurrence(id) if turn.pass == 1 => Some(id),
            Actor::Occurrence(_) => None,
            Actor::Step(_) | Actor::Fault(_) => None,
        };
        self.turns.iter().filter_map(occurrence).collect()
    }
}

/// Replays a run of a system.
///
/// # Errors
/// The first thing in the trace that the system does not do.
pub fn replay(system: &System, trace: &Trace) -> Result<Replay, Mismatch> {
    let initial = system.initial.get(trace.initial as usize);
    let start = *initial.ok_or(Mismatch { turn: None, reason: "there is no such initial state".to_owned() })?;
    Player::new(system, start, None).play(trace)
}

/// Replays a run of the drill with this index, from a final state. `trace.initial` and `trace.settle` are not looked at.
///
/// # Errors
/// The first thing in the trace that the system does not do.
pub fn replay_drill(system: &System, drill: u32, from: State, trace: &Trace) -> Result<Replay, Mismatch> {
    let drill = system.drills.get(drill as usize);
    let drill = drill.ok_or(Mismatch { turn: None, reason: "there is no such drill".to_owned() })?;
    Player::new(system, from, Some(drill)).play(&Trace { settle: Vec::new(), ..trace.clone() })
}

/// Interprets a trace, one change after the other.
struct Player<'s> {
    system: &'s System,
    drill: Option<&'s Drill>,
    state: State,
    position: Position,
    /// The occurrences that had their turn.
    seen: StepSet,
    /// For each `if`, its answer once it was looked at.
    answers: Vec<Option<bool>>,
    /// Where the loop is that is going round, and in which pass.
    going_on: Option<(usize, usize)>,
    pass: u32,
    /// The steps of a drill that were done.
    drilled: usize,
    /// Whether something went wrong since the last step.
    struck: bool,
}

impl<'s> Player<'s> {
    fn new(system: &'s System, state: State, drill: Option<&'s Drill>) -> Player<'s> {
        let guards = if let Procedure::Ordered(plan) = &system.procedure { plan.guards.len() } else { 0 };
        let (position, seen) = (Position::default(), StepSet::default());
        let answers = vec![None; guards];
        Player { system, drill, state, position, seen, answers, going_on: None, pass: 1, drilled: 0, struck: false }
    }

    fn play(mut self, trace: &Trace) -> Result<Replay, Mismatch> {
        let start = self.state;
        let broken_at_start = if self.stable() { self.broken() } else { Vec::new() };
        let mut settle = Vec::new();
        self.fires(&trace.settle, &mut settle).map_err(|reason| Mismatch { turn: None, reason })?;
        let mut turns = Vec::new();
        for (index, turn) in trace.turns.iter().enumerate() {
            let last = index + 1 == trace.turns.len();
            let played = self.turn(turn, last).map_err(|reason| Mismatch { turn: Some(index), reason })?;
            turns.push(played);
        }
        let (end, stable) = (self.state, self.stable());
        let open = self.going_on.is_some() || self.drill.is_some() && self.impatient();
        Ok(Replay { initial: trace.initial, start, broken_at_start, settle, turns, end, stable, open })
    }

    fn turn(&mut self, turn: &Turn, last: bool) -> Result<TurnReplay, String> {
        if !self.stable() {
            return Err("something acts while reactions are still enabled".to_owned());
        }
        let before = self.state;
        let mut changes = Vec::new();
        let mut pass = 1;
        let how = match turn.actor {
            Actor::Fault(fault) => {
                let fault = self.system.faults.get(fault.0 as usize).ok_or("there is no such fault")?;
                let [run] = &turn.phases[..] else { return Err("a fault has one phase".to_owned()) };
                let outcome = run.outcome.ok_or("a fault has an outcome")?;
                if self.drill.is_some() && !(fault.slow && self.drilled > 0) || !fault.action.when.holds(&self.state) {
                    return Err("the fault cannot strike here".to_owned());
                }
                self.struck |= !fault.slow;
                self.outcome(&fault.action.outcomes, outcome, Cause::Fault(outcome), &mut changes)?;
                self.settle(run, last, &mut changes)?;
                How::Done
            }
            Actor::Step(step) => {
                let system = self.system;
                let step = match (self.drill, &system.procedure) {
                    (Some(drill), _) if step.0 as usize == self.drilled => {
                        if self.drilled > 0 && self.impatient() {
                            return Err("a drill goes on before the system is at rest".to_owned());
                        }
                        self.drilled += 1;
                        drill.act.iter().chain(&drill.then).nth(self.drilled - 1)
                    }
                    (None, Procedure::Free) => system.steps.get(step.0 as usize),
                    _ => None,
                };
                let step = step.ok_or("this step cannot come here")?;
                self.step(step, turn, last, &mut changes)?
            }
            Actor::Occurrence(id) => {
                pass = if self.going_on.is_some() { self.pass } else { 1 };
                let (step, passed_over) = self.occurrence(id)?;
                let how = match passed_over {
                    Some(guard) if turn.phases.is_empty() => How::PassedOver(guard),
                    Some(_) => return Err("a step that is passed over has no phases".to_owned()),
                    None => self.step(step, turn, last, &mut changes)?,
                };
                self.go_on(id, passed_over);
                how
            }
        };
        if matches!(how, How::Refused(_))
            && (!last || matches!(self.system.procedure, Procedure::Free) && self.drill.is_none())
        {
            return Err("nothing follows a step that is refused".to_owned());
        }
        Ok(TurnReplay { actor: turn.actor, how, before, changes, pass, going_on: self.going_on })
    }

    /// Takes an occurrence's place in the ordering: its step, and the `if` that it is passed over for.
    fn occurrence(&mut self, id: OccurrenceId) -> Result<(&'s Step, Option<GuardId>), String> {
        let Procedure::Ordered(plan) = &self.system.procedure else {
            return Err("a world explored alone has no occurrences".to_owned());
        };
        let next = plan.next(self.position).into_iter().find(|(next, _)| *next == id);
        let mut after = next.map(|(_, after)| after);
        let mut around = 0;
        if let Some((lap, place)) = self.going_on {
            let lap = &plan.retries.loops[lap];
            after = (lap.body[place] == id).then_some(self.position);
            around = lap.outer;
            if place == 0 {
                self.seen = self.seen.minus(lap.steps());
            }
        }
        let after = after.filter(|_| self.drill.is_none()).ok_or("this step cannot come here")?;
        if plan.retries.rest == Some(id) && (self.struck || self.impatient()) {
            return Err("the end comes before the system is at rest".to_owned());
        }
        self.struck = false;
        let occurrence = &plan.occurrences[id.0 as usize];
        let mut passed_over = None;
        for guard in &occurrence.guards[around..] {
            let what = &plan.guards[guard.0 as usize];
            let answer = match self.answers[guard.0 as usize] {
                Some(answer) if what.steps.meets(self.seen) => answer,
                _ => what.when.holds(&self.state),
            };
            self.answers[guard.0 as usize] = Some(answer);
            if !answer {
                passed_over = Some(*guard);
                break;
            }
        }
        self.position = after;
        self.seen = self.seen.with(id);
        Ok((&self.system.steps[occurrence.step.0 as usize], passed_over))
    }

    /// Whether the loop around an occurrence that had its turn goes on, and where.
    fn go_on(&mut self, id: OccurrenceId, passed_over: Option<GuardId>) {
        let Procedure::Ordered(plan) = &self.system.procedure else { return };
        let Some(at) = plan.retries.loops.iter().position(|lap| lap.body.contains(&id)) else { return };
        let lap = &plan.retries.loops[at];
        let place = lap.body.iter().position(|other| *other == id).unwrap_or(0);
        let around = &plan.occurrences[id.0 as usize].guards[..lap.outer];
        if place + 1 < lap.body.len() {
            // The first pass follows the ordering.
            self.going_on = self.going_on.map(|_| (at, place + 1));
        } else if passed_over.is_some_and(|guard| around.contains(&guard)) || lap.until.holds(&self.state) {
            (self.going_on, self.pass) = (None, 1);
        } else {
            (self.going_on, self.pass) = (Some((at, 0)), self.pass + 1);
        }
    }

    /// Whether a reaction that takes time is possible.
    fn impatient(&self) -> bool {
        let can = |outcome: &Outcome| outcome.when.holds(&self.state);
        let slow = self.system.faults.iter().filter(|fault| fault.slow).map(|fault| &fault.action);
        slow.into_iter().any(|action| action.when.holds(&self.state) && action.outcomes.iter().any(can))
    }

    fn step(&mut self, step: &Step, turn: &Turn, last: bool, changes: &mut Vec<Change>) -> Result<How, String> {
        let mut unmet = Vec::new();
        for (need, condition) in step.needs.iter().enumerate() {
            let parts = condition.parts.iter().enumerate();
            unmet.extend(parts.filter(|(_, part)| !part.predicate.holds(&self.state)).map(|(part, _)| (need, part)));
        }
        let impossible = |phase: &Phase, state: &State| !phase.outcomes.iter().any(|outcome| outcome.when.holds(state));
        if !unmet.is_empty() || step.phases.first().is_some_and(|first| impossible(first, &self.state)) {
            return if turn.phases.is_empty() {
                Ok(How::Refused(unmet))
            } else {
                Err("the step is refused".to_owned())
            };
        }
        let whole = turn.phases.len() == step.phases.len();
        let cut_short = last && (1..step.phases.len()).contains(&turn.phases.len());
        if !whole && !cut_short {
            return Err("a step has all its phases, unless the trace ends in it".to_owned());
        }
        let mut how = How::Done;
        for (place, (phase, run)) in step.phases.iter().zip(&turn.phases).enumerate() {
            let cause = Cause::Phase(place, run.outcome);
            match run.outcome {
                Some(outcome) => {
                    self.outcome(&phase.outcomes, outcome, cause, changes)?;
                    if phase.outcomes[outcome as usize].fails {
                        how = How::Failed;
                    }
                }
                None if impossible(phase, &self.state) => self.change(cause, self.state, &[], changes),
                None => return Err("an outcome is possible".to_owned()),
            }
            self.settle(run, last && place + 1 == turn.phases.len(), changes)?;
        }
        Ok(how)
    }

    /// Reactions fire until none is enabled; at the end of a trace they may go on.
    fn settle(&mut self, run: &PhaseRun, at_the_end: bool, changes: &mut Vec<Change>) -> Result<(), String> {
        self.fires(&run.settle, changes)?;
        if self.stable() || at_the_end { Ok(()) } else { Err("reactions are still enabled".to_owned()) }
    }

    fn fires(&mut self, fires: &[Fire], changes: &mut Vec<Change>) -> Result<(), String> {
        for fire in fires {
            let action = self.system.reactions.get(fire.reaction.0 as usize).ok_or("there is no such reaction")?;
            if !action.when.holds(&self.state) {
                return Err(format!("`{}` is not enabled", action.name));
            }
            self.outcome(&action.outcomes, fire.outcome, Cause::Reaction(*fire), changes)?;
        }
        Ok(())
    }

    fn outcome(
        &mut self,
        outcomes: &[Outcome],
        index: u32,
        cause: Cause,
        changes: &mut Vec<Change>,
    ) -> Result<(), String> {
        let outcome = outcomes.get(index as usize).ok_or("there is no such outcome")?;
        if !outcome.when.holds(&self.state) {
            return Err("the outcome is not possible here".to_owned());
        }
        self.change(cause, outcome.apply(&self.state), &outcome.events, changes);
        Ok(())
    }

    fn change(&mut self, cause: Cause, after: State, events: &[EventId], changes: &mut Vec<Change>) {
        let before = std::mem::replace(&mut self.state, after);
        let stable = self.stable();
        let broken = if stable { self.broken() } else { Vec::new() };
        changes.push(Change { cause, before, after, events: events.to_vec(), stable, broken });
    }

    fn stable(&self) -> bool {
        let enabled = |outcome: &Outcome| outcome.when.holds(&self.state);
        !self.system.reactions.iter().any(|it| it.when.holds(&self.state) && it.outcomes.iter().any(enabled))
    }

    fn broken(&self) -> Vec<u32> {
        let always = (0..).zip(&self.system.always).filter(|(_, always)| !always.holds(&self.state));
        if self.drill.is_some() { Vec::new() } else { always.map(|(index, _)| index).collect() }
    }
}
