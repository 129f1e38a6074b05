//! What could still be done where the counterexample of a runbook ends.

use super::Runbook;
use crate::base::{Budget, Tally};
use crate::explain::{self, data::Rescue};
use crate::lower;
use crate::verdict::Counterexample;

/// More states than this are not looked at for a way to repair a run.
const MOST_STATES: u64 = 20_000;

impl Runbook {
    /// Whether any steps of the world could still repair what a run ended in, as far as a budget of its own allows.
    pub(super) fn rescue(&self, shown: &Counterexample, budget: &Budget) -> Option<Rescue> {
        let states = Some(budget.states.map_or(MOST_STATES, |most| most.min(MOST_STATES)));
        let mut tally = Tally::start(&Budget { states, ..budget.clone() }, "repairs");
        match lower::with_every_step(&self.world, &self.runbook) {
            Ok(every_step) => explain::rescue(&self.system, &every_step, shown, &mut tally),
            Err(error) => Some(Rescue { limit: Some(error.to_string()), ..Rescue::default() }),
        }
    }
}
