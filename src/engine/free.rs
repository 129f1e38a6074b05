//! A world explored alone: every step and every fault at any time, for ever.
//!
//! In: a system, whose procedure is not looked at. Out: how many stable states can be reached, by how many moves, and
//! the shortest run that breaks an `always` condition or never settles. A refused step is no move. Breadth first, so
//! the run has the fewest turns; ties go to the order of declaration.

use super::search;
use crate::base::{Limit, Tally};
use crate::system::{Firing, Symmetry, System};
use crate::trace::Trace;
use num_bigint::BigUint;

/// What can be reached in a world explored alone.
#[derive(Clone, Debug, Default)]
pub struct Roamed {
    /// States looked at: one for all that interchangeable nodes make of it.
    pub looked_at: u64,
    /// Distinct stable states.
    pub states: BigUint,
    /// Those of them that break no `always` condition, as far as they were expanded.
    pub unbroken: BigUint,
    /// Moves between them: a step or a fault, and each of its results. Results are told apart by where they lead and by
    /// whether a condition breaks on the way.
    pub moves: BigUint,
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

/// Explores a world alone. The numbers and the run are the same whatever symmetry is used.
pub fn roam(system: &System, symmetry: &Symmetry, tally: &mut Tally) -> Roamed {
    match system.layout.words {
        1 => search::roam::<1>(system, symmetry, tally),
        2 => search::roam::<2>(system, symmetry, tally),
        3 => search::roam::<3>(system, symmetry, tally),
        _ => search::roam::<4>(system, symmetry, tally),
    }
}
