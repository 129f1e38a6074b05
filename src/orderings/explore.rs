//! A world explored alone: every step at any time, for ever.

use crate::base::{Budget, Limit, Tally};
use crate::engine::free::{self, Roamed, Violation, Wrong};
use crate::system::System;
use crate::trace::{Fire, Trace};
use crate::verdict::Ending;

/// What is found in a world explored alone.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// Distinct stable states; as far as it got, if undecided.
    pub states: u64,
    /// Moves between them: a step or a fault, and each of its results.
    pub moves: u64,
    /// The shortest run that goes wrong, and how: [`Ending::Always`] or [`Ending::Unsettled`]. What was found before a
    /// limit was hit is kept.
    pub violation: Option<(Trace, Ending)>,
    /// The limit that was hit, if not all was explored.
    pub undecided: Option<Limit>,
}

/// Explores a world alone. Its procedure is not looked at.
pub fn explore(system: &System, budget: &Budget) -> Exploration {
    let Roamed { states, moves, violation, stopped } = free::roam(system, &mut Tally::start(budget, "states"));
    let violation = violation.map(|Violation { trace, wrong }| match wrong {
        Wrong::Always(always) => (trace, Ending::Always(always)),
        Wrong::Unsettled(cycle) => (trace, Ending::Unsettled(cycle.into_iter().map(Fire::from).collect())),
    });
    Exploration { states, moves, violation, undecided: stopped }
}
