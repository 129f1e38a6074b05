//! A replayed run as a list of indivisible changes: what the rest of this layer looks back on.
//!
//! Comes in: a system and what a replay computed. Goes out: a [`History`]. Invariant: the state after each moment is the
//! state before the next one.

use crate::system::{Action, EventId, OccurrenceId, Outcome, Predicate, State, Step, System, VarId};

/// A run.
pub struct History<'s> {
    /// What was run.
    pub system: &'s System,
    /// The initial state, before it settles.
    pub initial: State,
    /// The start, then one for each turn, then those of a drill.
    pub acts: Vec<Act<'s>>,
    /// How many of `acts` are the run itself; the others are a drill on a copy of its end.
    pub run: usize,
}

/// Who acts.
#[derive(Clone, Copy)]
pub enum Who<'s> {
    /// Nobody: the initial state settles.
    Start,
    /// The operator does an occurrence of a runbook.
    Occurrence(OccurrenceId, &'s Step),
    /// A step of a world explored alone, or of a drill.
    Step(&'s Step),
    /// What may go wrong.
    Fault(&'s Action),
    /// A reaction that takes time.
    Slow(&'s Action),
}

impl<'s> Who<'s> {
    /// The sentence, or what strikes; None for the start.
    pub fn name(self) -> Option<&'s str> {
        match self {
            Who::Start => None,
            Who::Occurrence(_, step) | Who::Step(step) => Some(&step.name),
            Who::Fault(action) | Who::Slow(action) => Some(&action.name),
        }
    }

    /// The nodes acted on.
    pub fn nodes(self) -> &'s [u32] {
        match self {
            Who::Start => &[],
            Who::Occurrence(_, step) | Who::Step(step) => &step.nodes,
            Who::Fault(action) | Who::Slow(action) => &action.nodes,
        }
    }

    /// Sources.
    pub fn cite(self) -> &'s [String] {
        match self {
            Who::Start => &[],
            Who::Occurrence(_, step) | Who::Step(step) => &step.cite,
            Who::Fault(action) | Who::Slow(action) => &action.cite,
        }
    }

    /// The step, where it is one.
    pub fn step(self) -> Option<&'s Step> {
        match self {
            Who::Occurrence(_, step) | Who::Step(step) => Some(step),
            Who::Start | Who::Fault(_) | Who::Slow(_) => None,
        }
    }
}

/// Somebody acts, and the system settles.
pub struct Act<'s> {
    /// Who.
    pub who: Who<'s>,
    /// How it went.
    pub went: Went<'s>,
    /// The state before.
    pub before: State,
    /// In order.
    pub moments: Vec<Moment<'s>>,
    /// `System::always` indices that do not hold in a stable state of this act.
    pub always: Vec<u32>,
    /// Which pass of its loop it is in, from 1; 1 for what is in none.
    pub pass: u32,
}

/// How it went.
#[derive(Clone, Copy)]
pub enum Went<'s> {
    /// Done, or failed with effects.
    Done,
    /// Nothing changed.
    Refused,
    /// The `if` with this text does not hold.
    PassedOver(&'s str),
}

/// One indivisible change.
pub struct Moment<'s> {
    /// The reaction that fired; None for a phase of the actor.
    pub reaction: Option<&'s Action>,
    /// The outcome; None for a later phase none of whose outcomes was possible.
    pub outcome: Option<&'s Outcome>,
    /// All outcomes among which it was.
    pub among: &'s [Outcome],
    /// Before.
    pub before: State,
    /// After.
    pub after: State,
}

impl<'s> Moment<'s> {
    /// The events raised, in order.
    pub fn events(&self) -> &'s [EventId] {
        self.outcome.map_or(&[], |outcome| &outcome.events)
    }

    /// What had to hold for it to go this way, where that says something: for reactions, for what fails, and where it
    /// could have been done otherwise. That a step simply succeeds because it does not fail says nothing.
    pub fn conditions(&self) -> impl Iterator<Item = &'s Predicate> {
        let others = self.among.iter().filter(|other| !other.fails).count();
        let telling = |outcome: &&Outcome| self.reaction.is_some() || outcome.fails || others > 1;
        let outcome = self.outcome.filter(telling).map(|outcome| &outcome.when);
        self.reaction.map(|action| &action.when).into_iter().chain(outcome)
    }
}

impl<'s> Act<'s> {
    /// The state after it has settled.
    pub fn after(&self) -> State {
        self.moments.last().map_or(self.before, |moment| moment.after)
    }

    /// The occurrence that the operator does.
    pub fn occurrence(&self) -> Option<OccurrenceId> {
        match self.who {
            Who::Occurrence(id, _) => Some(id),
            _ => None,
        }
    }
}

/// A moment of a history, by act and place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
    /// Index into [`History::acts`].
    pub act: usize,
    /// Index into [`Act::moments`].
    pub moment: usize,
}

impl<'s> History<'s> {
    /// One-based place in the ordering of the occurrence that an act does; the number of those before it for other acts.
    pub fn number(&self, act: usize) -> usize {
        let own = self.acts[act].occurrence();
        // A further pass of a loop is at the place of the first.
        let first = self.acts[..act].iter().position(|other| own.is_some() && other.occurrence() == own).unwrap_or(act);
        self.acts[..=first].iter().filter(|act| act.occurrence().is_some() && act.pass == 1).count()
    }

    /// The last state.
    pub fn last(&self) -> State {
        self.acts.last().map_or(self.initial, Act::after)
    }

    /// The moment itself.
    pub fn at(&self, when: When) -> &Moment<'s> {
        &self.acts[when.act].moments[when.moment]
    }

    /// The last moment before `limit` at which the variable changed; None where it has its initial value. Linear in the run.
    pub fn last_change(&self, var: VarId, limit: When) -> Option<When> {
        let layout = &self.system.layout;
        let moments = self
            .acts
            .iter()
            .enumerate()
            .flat_map(|(act, a)| a.moments.iter().enumerate().map(move |(moment, m)| (When { act, moment }, m)));
        moments
            .take_while(|(when, _)| *when < limit)
            .filter(|(_, moment)| layout.get(&moment.before, var) != layout.get(&moment.after, var))
            .last()
            .map(|(when, _)| when)
    }
}
