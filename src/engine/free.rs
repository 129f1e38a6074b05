//! A world explored alone: every step and every fault at any time, for ever.
//!
//! In: a system, whose procedure is not looked at. Out: how many stable states can be reached, by how many moves, and
//! the shortest run that breaks an `always` condition or never settles. A refused step is no move. Breadth first, so
//! the run has the fewest turns; ties go to the order of declaration.

use super::search;
use crate::base::{Limit, Tally};
use crate::system::{Firing, System};
use crate::trace::Trace;

/// What can be reached in a world explored alone.
#[derive(Clone, Debug)]
pub struct Roamed {
    /// Distinct stable states.
    pub states: u64,
    /// Moves between them: a step or a fault, and each of its results.
    pub moves: u64,
    /// The shortest run that goes wrong.
    pub violation: Option<Violation>,
    /// The limit that was hit, if not all was explored; what is said above is then what was found until then.
    pub stopped: Option<Limit>,
}

/// A run that goes wrong.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The run.
    pub trace: Trace,
    /// What goes wrong at its end.
    pub wrong: Wrong,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The last stable state breaks `System::always[i]`.
    Always(u32),
    /// This cycle of reactions goes on for ever.
    Unsettled(Vec<Firing>),
}

/// Explores a world alone.
pub fn roam(system: &System, tally: &mut Tally) -> Roamed {
    match system.layout.words {
        1 => search::roam::<1>(system, tally),
        2 => search::roam::<2>(system, tally),
        3 => search::roam::<3>(system, tally),
        _ => search::roam::<4>(system, tally),
    }
}
