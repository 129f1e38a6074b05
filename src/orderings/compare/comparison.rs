//! Two systems, compared within one budget.

use super::orders::{Orders, orders};
use super::standing::{Standing, standings};
use super::steps::SharedSteps;
use crate::base::{Budget, Limit, Tally};
use crate::orderings::study::Study;
use crate::system::System;
use crate::verdict::Rules;

/// What a change does to orders and rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The steps of either and of both.
    pub steps: SharedSteps,
    /// None where no step is shared, or a limit was hit.
    pub orders: Option<Orders>,
    /// What each rule of the old runbook is in the new one. None where a limit was hit.
    pub old_rules: Option<Vec<Standing>>,
    /// What each rule of the new runbook was in the old one. None where a limit was hit.
    pub new_rules: Option<Vec<Standing>>,
    /// The limit that was hit.
    pub limit: Option<Limit>,
}

/// Compares two systems with ordered procedures, and their rules, as far as the budget allows.
///
/// # Panics
/// If a procedure is [`crate::system::Procedure::Free`]: a world alone has no orderings.
pub fn compare(old: (&System, Option<&Rules>), new: (&System, Option<&Rules>), budget: &Budget) -> Comparison {
    let mut found = Comparison { steps: SharedSteps::of(old.0, new.0), ..Comparison::default() };
    let mut tally = Tally::start(budget, "states");
    found.limit = fill(&mut found, old, new, &mut tally).err();
    found
}

fn fill(
    found: &mut Comparison,
    (old, old_rules): (&System, Option<&Rules>),
    (new, new_rules): (&System, Option<&Rules>),
    tally: &mut Tally,
) -> Result<(), Limit> {
    let mut before = Study::of(old, tally)?;
    let mut now = Study::of(new, tally)?;
    tally.phase = "orders";
    if !found.steps.both.is_empty() {
        found.orders = Some(orders(&mut before, &mut now, &found.steps, tally)?);
    }
    tally.phase = "rules";
    let never = |rules: Option<&'_ Rules>| rules.map_or_else(Vec::new, |rules| rules.never.clone());
    found.old_rules = Some(standings(&never(old_rules), &found.steps, (&mut now, new_rules), tally)?);
    found.new_rules = Some(standings(&never(new_rules), &found.steps.turned(), (&mut before, old_rules), tally)?);
    Ok(())
}
