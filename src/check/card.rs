//! The safe-order card of a runbook, and the list of all its good orders.

use super::{Mistakes, Runbook};
use crate::base::{Budget, Limit, Tally};
use crate::explain;
use crate::orderings::{self, Study, Which};
use crate::report::Card;
use crate::report::data::{Samples, Word};
use crate::system::Procedure;
use crate::verdict::Among;
use std::ops::ControlFlow;

/// What a card is to show besides counts, rules and classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Rules that speak of all orders, also those in which a step is refused.
    pub absolute: bool,
    /// So many orders drawn by chance.
    pub samples: Option<usize>,
    /// What decides which ones are drawn.
    pub seed: u64,
    /// Draws from the orders that are not good.
    pub bad: bool,
}

impl Runbook {
    /// Which orders work: counts, rules, all classes, and for each step where it may stand.
    ///
    /// # Errors
    /// A claim speaks of no ordering at all: only deciding finds that out.
    ///
    /// # Panics
    /// If the evidence does not replay: a bug of the program.
    pub fn card(&self, asked: &Asked, budget: &Budget) -> Result<Card, Mistakes> {
        let among = if asked.absolute { Among::All } else { Among::NotRefused };
        let runbook = self.check_among(among, budget)?;
        let mut card =
            Card { runbook, steps: Vec::new(), freest: None, freest_limit: None, samples: None, limit: None };
        if card.runbook.finding.limit.is_none() {
            let studied = match orderings::only_counted(&self.system, budget) {
                Ok(true) => Err(Limit::Positions),
                Ok(false) => self.study(asked, &mut card, budget),
                Err(limit) => Err(limit),
            };
            card.limit = studied.err().map(|limit| limit.to_string());
        }
        Ok(card)
    }

    /// What is read off the good orders; leaves what it has found, if a limit is hit.
    fn study(&self, asked: &Asked, card: &mut Card, budget: &Budget) -> Result<(), Limit> {
        let mut tally = Tally::start(budget, "states");
        let mut study = Study::of(&self.system, &mut tally)?;
        if card.runbook.finding.verdict != Word::NeverHealthy {
            let slack = study.slack(&mut tally)?;
            let neighbours = study.neighbours(&mut tally)?;
            card.steps = explain::freedom(&self.system, &slack, &neighbours);
        }
        if let Some(many) = asked.samples {
            let which = if asked.bad { Which::NotGood } else { Which::Good };
            let orders = study.samples(which, (many, asked.seed), &mut tally)?;
            let orders = orders.iter().map(|order| explain::numbers(&self.system, order)).collect();
            card.samples = Some(Samples { good: !asked.bad, seed: asked.seed, orders });
        }
        // Lists with loops in them are not written.
        if card.runbook.finding.verdict == Word::OrderMatters && !self.goes_round() {
            match study.freest(&mut tally) {
                Ok(found) => card.freest = found.map(|found| explain::freest(&self.system, &found)),
                Err(limit) => card.freest_limit = Some(limit.to_string()),
            }
        }
        Ok(())
    }

    /// Calls `visit` with the labels of every good order, in document order, until it says to stop.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn each_good(&self, budget: &Budget, visit: &mut dyn FnMut(&[&str]) -> ControlFlow<()>) -> Result<(), Limit> {
        let Procedure::Ordered(plan) = &self.system.procedure else { return Ok(()) };
        let mut tally = Tally::start(budget, "states");
        let mut study = Study::of(&self.system, &mut tally)?;
        // What is listed is held by nobody, so only time can run out from here on.
        let mut listing = Tally::start(budget, "listing");
        for ordering in study.orderings(Which::Good, &mut tally)? {
            listing.check()?;
            let steps = ordering.iter().filter(|id| plan.retries.rest != Some(**id));
            let labels: Vec<&str> = steps.map(|id| plan.occurrences[id.0 as usize].label.as_str()).collect();
            if visit(&labels).is_break() {
                break;
            }
        }
        Ok(())
    }
}
