//! What a change of a runbook, or of its world, does.

use super::{Mistakes, Runbook};
use crate::base::Budget;
use crate::certify::Certified;
use crate::explain::difference::{Seen, difference};
use crate::orderings::compare::compare;
use crate::report;
use crate::verdict::Among;

impl Runbook {
    /// Says what a change does: decides this runbook and the old one, and compares their orders and rules. Each of the three
    /// may use the whole budget.
    ///
    /// # Errors
    /// A claim of either speaks of no ordering at all.
    ///
    /// # Panics
    /// If the evidence does not replay: a bug of the program.
    pub fn since(&self, old: &Runbook, budget: &Budget) -> Result<report::Difference, Mistakes> {
        let (was, before) = old.decided(Among::NotRefused, budget)?;
        let (is, now) = self.decided(Among::NotRefused, budget)?;
        let rules = |certified: &Certified| certified.verdict().rules.clone();
        let (old_rules, new_rules) = (rules(&was), rules(&is));
        let compared = compare((&old.system, old_rules.as_ref()), (&self.system, new_rules.as_ref()), budget);
        let seen_old = Seen { system: &old.system, certified: &was, finding: &before.finding };
        let seen_new = Seen { system: &self.system, certified: &is, finding: &now.finding };
        let found = difference(seen_old, seen_new, &compared).unwrap_or_else(|bug| panic!("{bug}"));
        Ok(report::Difference::new(before, now, found))
    }
}
