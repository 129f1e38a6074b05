//! Claims about what comes at last, and what can be recovered from; and what loops are worth under each reading.
//!
//! Comes in: a runbook. Goes out: answers with their witnesses, and the readings for the report.

use super::Runbook;
use crate::base::Budget;
use crate::certify::Certified;
use crate::explain::data::{Finding, Rescue};
use crate::lower;
use crate::orderings::liveness::{Reading, eventually, readings, recoverable};
use crate::report::{self, ReadingWord};
use crate::system::{Condition, Fairness, Procedure, Promise};
use crate::verdict::{Answer, ClaimVerdict};

impl Runbook {
    /// Whether something in it goes round.
    pub(super) fn goes_round(&self) -> bool {
        matches!(&self.system.procedure, Procedure::Ordered(plan) if !plan.retries.is_empty())
    }

    /// `eventually`
    pub(super) fn comes(&self, condition: Option<&Condition>, fair: bool, budget: &Budget) -> ClaimVerdict {
        eventually(&self.system, (condition, fair), budget).map_or_else(ClaimVerdict::undecided, |found| {
            let answer = if found.witness.is_none() { Answer::Holds } else { Answer::Fails };
            ClaimVerdict { answer, witness: found.witness, counted: None, good_elsewhere: None }
        })
    }

    /// `recoverable`
    pub(super) fn recovers(&self, wanted: bool, budget: &Budget) -> ClaimVerdict {
        // What is too large with every step was not found out.
        let Ok(every_step) = lower::with_every_step(&self.world, &self.runbook) else {
            return ClaimVerdict::undecided(crate::base::Limit::Memory);
        };
        recoverable(&self.system, &every_step, budget).map_or_else(ClaimVerdict::undecided, |witness| {
            let answer = if witness.is_none() == wanted { Answer::Holds } else { Answer::Fails };
            ClaimVerdict { answer, witness, counted: None, good_elsewhere: None }
        })
    }

    /// Where what is shown for a claim that all can be recovered from is beyond repair.
    pub(super) fn beyond_repair(&self, certified: &Certified, finding: &mut Finding) {
        let claims = self.system.claims.iter().zip(&certified.verdict().claims).zip(&mut finding.claims);
        for ((claim, found), told) in
            claims.filter(|((claim, _), _)| matches!(claim.promise, Some(Promise::Recoverable(_))))
        {
            debug_assert_eq!(claim.id, told.id);
            let after = found.witness.as_ref().and_then(|shown| shown.insight.lost);
            if let (Some(story), Some((after, _))) = (&mut told.witness, after) {
                story.repair = Some(Rescue { beyond_after: Some(after), ..Rescue::default() });
            }
        }
    }

    /// What its loops are worth; None where there is none.
    pub(super) fn readings(&self, budget: &Budget) -> Option<report::Readings> {
        let Procedure::Ordered(plan) = &self.system.procedure else { return None };
        if plan.retries.loops.is_empty() {
            return None;
        }
        let fair = plan.retries.fairness == Fairness::Fair;
        let untils = plan.retries.loops.iter().map(|lap| lap.text.clone()).collect();
        let found = readings(&self.system, budget);
        let (reading, limit, counts) = match found {
            Err(limit) => (None, Some(limit.to_string()), None),
            Ok(found) => {
                let word = match found.reading {
                    Reading::Strong => ReadingWord::Strong,
                    Reading::StrongCyclic => ReadingWord::StrongCyclic,
                    Reading::Weak => ReadingWord::Weak,
                    Reading::Never => ReadingWord::Never,
                };
                (Some(word), None, Some([found.fair, found.any, found.total].map(|count| count.to_string())))
            }
        };
        let [good_if_fair, good_whatever, total] = counts.map_or([None, None, None], |counts| counts.map(Some));
        Some(report::Readings { untils, fair, reading, limit, good_if_fair, good_whatever, total })
    }
}
