//! Claims about more than the orderings: what is tolerated, what comes eventually, what can be recovered from.
//!
//! Comes in: a verdict in which they are not answered. Goes out: the verdict with an answer to each, and what is told of it: its
//! runs are not runs of the runbook's system, so they do not go through the verdict, and are replayed on their own.

use super::slips::{Slipped, nothing_good};
use super::{Mistakes, Runbook};
use crate::base::Budget;
use crate::report::data::{Finding, Story};
use crate::system::Promise;
use crate::verdict::{ClaimVerdict, Verdict};

/// An answer, and what is told of it.
pub(super) struct Promised {
    /// The answer.
    pub verdict: ClaimVerdict,
    /// What was found, in words.
    pub found: Option<String>,
    /// A run that contradicts the claim, or bears it out.
    pub witness: Option<Story>,
}

impl From<ClaimVerdict> for Promised {
    fn from(verdict: ClaimVerdict) -> Promised {
        Promised { verdict, found: None, witness: None }
    }
}

/// What is told of claims, by their index.
pub(super) struct Kept(Vec<(usize, Promised)>);

impl Kept {
    /// Adds it to what is told of the verdict.
    pub(super) fn tell(self, finding: &mut Finding) {
        for (claim, promised) in self.0 {
            let claim = &mut finding.claims[claim];
            claim.found = promised.found;
            claim.witness = promised.witness.or(claim.witness.take());
        }
    }
}

impl Runbook {
    /// Answers the claims that deciding the orderings left open.
    pub(super) fn keep_promises(&self, verdict: &mut Verdict, budget: &Budget) -> Result<Kept, Mistakes> {
        let mut kept = Vec::new();
        let mut slipped = Slipped::default();
        for (index, claim) in self.system.claims.iter().enumerate() {
            if let Some(promise) = &claim.promise {
                let slips = matches!(promise, Promise::Tolerates { .. } | Promise::NoSilentSlips(_));
                let promised = match nothing_good(verdict).filter(|_| slips) {
                    Some(promised) => promised,
                    None => self.promised(promise, &mut slipped, budget)?,
                };
                verdict.claims[index].clone_from(&promised.verdict);
                kept.push((index, promised));
            }
        }
        Ok(Kept(kept))
    }

    fn promised(&self, promise: &Promise, slipped: &mut Slipped, budget: &Budget) -> Result<Promised, Mistakes> {
        Ok(match promise {
            Promise::Tolerates { slips, faults } => self.tolerates((*slips, faults), slipped, budget)?,
            Promise::NoSilentSlips(wanted) => self.no_silent_slips(*wanted, slipped, budget)?,
            Promise::Eventually { condition, fair, .. } => self.comes(condition.as_ref(), *fair, budget).into(),
            Promise::Recoverable(wanted) => self.recovers(*wanted, budget).into(),
        })
    }
}
