//! What every engine can say about a system, so that engines can be compared.

use crate::base::{Budget, Limit};
use crate::system::System;

/// What an engine finds out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Distinct pairs of position and stable state, after a step (or at the start); for a world explored alone, distinct
    /// stable states.
    pub states: u64,
    /// Whether some run is bad: something is refused (not so in a world explored alone), breaks an `always` condition,
    /// never settles, or ends unhealthy or with a drill that fails.
    pub bad: bool,
}

/// A limit was hit before all was explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Which.
    pub limit: Limit,
    /// Distinct states so far.
    pub states: u64,
    /// Moves so far.
    pub moves: u64,
}

/// Explores systems.
pub trait Engine {
    /// A word for it.
    fn name(&self) -> &'static str;

    /// Explores all that a system can do. The answer depends on the system alone, never on the engine.
    ///
    /// # Errors
    /// A limit of the budget was hit.
    fn facts(&self, system: &System, budget: &Budget) -> Result<Facts, Stopped>;
}
