//! The safe-order card of a runbook, and the list of all its good orders.

use super::{Mistakes, Runbook};
use crate::base::{Budget, Limit};
use crate::orderings;
use crate::report::Card;
use crate::system::Procedure;
use crate::verdict::Among;
use std::ops::ControlFlow;

/// What a card is to show besides counts, rules and classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Rules that speak of all orders, also those in which a step is refused.
    pub absolute: bool,
}

impl Runbook {
    /// Which orders work: counts, rules, all classes, and for each step where it may come.
    ///
    /// # Errors
    /// A claim speaks of no ordering at all: only deciding finds that out.
    ///
    /// # Panics
    /// If the evidence does not replay: a bug of the program.
    pub fn card(&self, asked: &Asked, budget: &Budget) -> Result<Card, Mistakes> {
        let among = if asked.absolute { Among::All } else { Among::NotRefused };
        Ok(Card { runbook: self.check_among(among, budget)? })
    }

    /// Calls `visit` with the labels of every good order, in document order, until it says to stop.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn each_good(&self, budget: &Budget, visit: &mut dyn FnMut(&[&str]) -> ControlFlow<()>) -> Result<(), Limit> {
        let Procedure::Ordered(plan) = &self.system.procedure else { return Ok(()) };
        let mut labels: Vec<&str> = Vec::new();
        orderings::each_good(&self.system, budget, &mut |ordering| {
            labels.clear();
            labels.extend(ordering.iter().map(|id| plan.occurrences[id.0 as usize].label.as_str()));
            visit(&labels)
        })
    }
}
