//! The transition system: what every engine sees, and all that it sees.
//!
//! A [`System`] has packed variables ([`Layout`]), an initial set of states, steps, reactions and faults as guarded
//! commands, the [`Procedure`] that says in which orders the steps may come, and what is asked of it (`always`, health,
//! drills, claims). [`Origins`] carries names, citations and texts for the people who read the result; engines ignore it.
//!
//! Nothing here knows files, spans or the words of a platform.

mod attempt;
mod command;
mod course;
mod fields;
mod finish;
mod layout;
mod living;
mod merged;
mod mishap;
mod numbers;
mod origins;
mod parts;
mod position;
mod predicate;
mod procedure;
mod question;
mod relevant;
mod retries;
mod round;
mod run;
mod settle;
mod sieve;
mod straight;
mod symmetry;
mod trail;
mod watch;

pub use attempt::{Attempt, End, Move, Run, Struck};
pub use command::{Action, ActionId, Assign, Fault, Outcome, Phase, Step, StepId};
pub use course::Course;
pub use finish::{FailingDrill, Finish, Finishes, Loss};
pub use layout::{Layout, MAX_WORDS, Slot, State, VarId};
pub use living::Living;
pub use mishap::{Mishap, MishapKind, Refused, Try};
pub use origins::{EventId, EventOrigin, Origins, VarOrigin};
pub use parts::SystemPart;
pub use predicate::{Compare, Condition, Part, Predicate};
pub use procedure::{Block, Guard, GuardId, Occurrence, OccurrenceId, Plan, Position, Procedure, StepSet};
pub use question::{Claim, Drill, Order, Promise, Property, Quantifier};
pub use retries::{Fairness, Loop, Retries};
pub use run::Runner;
pub use settle::{Cycle, Firing, Settling, Stable};
pub use symmetry::{Fold, Member, Orbit, Symmetry};
pub use trail::Trail;
pub use watch::{Marks, Watch, Watched};

/// Everything that is checked, in packed form.
#[derive(Clone, Debug)]
pub struct System {
    /// Where each variable lies.
    pub layout: Layout,
    /// The states that the world may be in before anything settles; more than one where facts are unknown.
    /// Engines settle each first. Equal states may stand more than once (one for each alternative of `unknown`).
    pub initial: Vec<State>,
    /// Steps that the procedure names (all steps of the world for [`Procedure::Free`]).
    pub steps: Vec<Step>,
    /// What the system does by itself, as soon as it can.
    pub reactions: Vec<Action>,
    /// What may go wrong. Only faults with a budget are here.
    pub faults: Vec<Fault>,
    /// In which orders the steps may come.
    pub procedure: Procedure,
    /// Must hold in every stable state.
    pub always: Vec<Condition>,
    /// Must hold at the end.
    pub health: Vec<Condition>,
    /// Tried on a copy of every final state.
    pub drills: Vec<Drill>,
    /// What the runbook claims.
    pub claims: Vec<Claim>,
    /// Names, texts and citations.
    pub origins: Origins,
}

impl System {
    /// The first `always` condition, of those that are looked at, that a state breaks.
    pub fn breached(&self, state: &State, looked_at: impl Fn(u32) -> bool) -> Option<u32> {
        let broken = (0..).zip(&self.always).find(|(index, always)| looked_at(*index) && !always.holds(state));
        broken.map(|(index, _)| index)
    }

    /// Where in a run the first stable state is that breaks one of the `always` conditions that are looked at: the
    /// number of moves up to it, and the condition. States in which a reaction is enabled are not looked at.
    pub fn first_breach(&self, moves: &[(Move, State)], looked_at: impl Fn(u32) -> bool) -> Option<(usize, u32)> {
        let settled = |end: usize| !matches!(moves.get(end), Some((Move::Fire(_), _)));
        (1..=moves.len()).filter(|end| settled(*end)).find_map(|end| {
            let state = &moves[end - 1].1;
            if self.enabled(state).next().is_some() {
                return None;
            }
            self.breached(state, &looked_at).map(|always| (end, always))
        })
    }
}
