//! Claims about more than the orderings: what is tolerated, what comes eventually, what can be recovered from.
//!
//! Comes in: a verdict in which they are not answered. Goes out: the verdict with an answer to each.

use super::Runbook;
use crate::base::Budget;
use crate::system::Promise;
use crate::verdict::{ClaimVerdict, Verdict};

impl Runbook {
    /// Answers the claims that deciding the orderings left open.
    pub(super) fn keep_promises(&self, verdict: &mut Verdict, budget: &Budget) {
        for (claim, found) in self.system.claims.iter().zip(&mut verdict.claims) {
            if let Some(promise) = &claim.promise {
                *found = self.promised(promise, budget);
            }
        }
    }

    fn promised(&self, promise: &Promise, budget: &Budget) -> ClaimVerdict {
        match promise {
            Promise::Tolerates { .. } | Promise::NoSilentSlips(_) => {
                ClaimVerdict::undecided(crate::base::Limit::Unasked)
            }
            Promise::Eventually { condition, fair, .. } => self.comes(condition.as_ref(), *fair, budget),
            Promise::Recoverable(wanted) => self.recovers(*wanted, budget),
        }
    }
}
