//! What makes a check large.

use serde::Serialize;

/// What makes a check large: what can be reached is made of this, nothing reduced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Pairs of position and stable state; stable states, for a world alone.
    pub states: u64,
    /// The limit that was hit, where not all was seen: all numbers are then of what was.
    pub limit: Option<String>,
    /// Those that can change; first what would save most if it were not told apart.
    pub variables: Vec<VariableStats>,
    /// In the order of the document, or of the world.
    pub steps: Vec<StepStats>,
    /// Distinct states that were passed through while the system settled.
    pub unsettled: u64,
    /// In how many of those each reaction can run.
    pub reactions: Vec<ActionStats>,
    /// In how many states each fault can strike.
    pub faults: Vec<ActionStats>,
    /// With all reductions; None for a world alone.
    pub looked_at: Option<ReductionStats>,
    /// Without each.
    pub reductions: Vec<ReductionStats>,
}

/// A variable, and what it costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VariableStats {
    /// With its arguments.
    pub name: String,
    /// The values that were met, in the order of its domain.
    pub values: Vec<String>,
    /// How many values it may have.
    pub of: usize,
    /// How many states there would be if this variable were not told apart; None where finding that out would take too long.
    pub states_without: Option<u64>,
}

/// How often a step is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepStats {
    /// Its label; its sentence, for a world alone.
    pub name: String,
    /// States in which it is tried; in which it is possible, for a world alone.
    pub tried: u64,
    /// Those of them in which some run refuses it.
    pub refused: u64,
}

/// How often a reaction or a fault is possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActionStats {
    /// As the world says it.
    pub name: String,
    /// In so many states.
    pub states: u64,
}

/// How many pairs of position and state are looked at for the good orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReductionStats {
    /// The reduction that is left out; None where all are used.
    pub without: Option<String>,
    /// How many; None where a limit was hit first.
    pub states: Option<u64>,
    /// There are more than that: no more were looked at.
    pub more: bool,
    /// The limit that was hit.
    pub limit: Option<String>,
}
