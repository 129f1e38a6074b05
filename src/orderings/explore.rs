//! A world explored alone: every step at any time, for ever.

use crate::base::{Budget, Limit, Tally};
use crate::engine::free::{self, Wrong};
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
    /// The shortest run that goes wrong, and how: [`Ending::Always`] or [`Ending::Unsettled`].
    pub violation: Option<(Trace, Ending)>,
    /// The limit that was hit, if not all was explored.
    pub undecided: Option<Limit>,
}

/// Explores a world alone. Its procedure is not looked at.
pub fn explore(system: &System, budget: &Budget) -> Exploration {
    match free::roam(system, &mut Tally::start(budget, "states")) {
        Err(stopped) => Exploration {
            states: stopped.states,
            moves: stopped.moves,
            violation: None,
            undecided: Some(stopped.limit),
        },
        Ok(roamed) => {
            let violation = roamed.violation.map(|violation| {
                let ending = match violation.wrong {
                    Wrong::Always(always) => Ending::Always(always),
                    Wrong::Unsettled(cycle) => Ending::Unsettled(cycle.into_iter().map(Fire::from).collect()),
                };
                (violation.trace, ending)
            });
            Exploration { states: roamed.states, moves: roamed.moves, violation, undecided: None }
        }
    }
}
