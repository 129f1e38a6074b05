//! A run as a value: the choices of the operator and of the environment, enough to replay it on the system.
//!
//! A trace holds no states: they are what a replay computes, so a trace that does not replay is noticed.

use crate::system::{ActionId, OccurrenceId, StepId};

/// One run, from an initial state on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Trace {
    /// Index into `System::initial`.
    pub initial: u32,
    /// How the initial state settles.
    pub settle: Vec<Fire>,
    /// What happens next, in order.
    pub turns: Vec<Turn>,
}

/// A reaction that fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fire {
    /// Index into `System::reactions`.
    pub reaction: ActionId,
    /// Index into its outcomes.
    pub outcome: u32,
}

/// Somebody or something acts, and the system settles.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Turn {
    /// Who or what.
    pub actor: Actor,
    /// One for each phase of a step, one for a fault; none for a step that is refused or passed over.
    pub phases: Vec<PhaseRun>,
}

/// Who or what acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The operator does the next occurrence of a runbook.
    Occurrence(OccurrenceId),
    /// A step of a world explored alone, or of a drill (index into the drill's `act`, then `then`).
    Step(StepId),
    /// Index into `System::faults`.
    Fault(ActionId),
}

/// How one phase went.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PhaseRun {
    /// Index into the phase's outcomes; None for a later phase none of whose outcomes was possible.
    pub outcome: Option<u32>,
    /// The reactions that followed. Ends in a stable state, except in a trace that ends in [`crate::verdict::Failure::Unsettled`].
    pub settle: Vec<Fire>,
}
