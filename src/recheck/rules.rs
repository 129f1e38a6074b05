//! The rules: no good ordering is as one of them forbids, and so many others are not forbidden.

use super::certificate::{Question, Rules, SetRuns};
use super::claims::Recount;
use super::formula::{Formula, all, not};
use super::problem::{Problem, check};
use super::sets::Of;
use crate::base::Tally;
use num_bigint::BigUint;

impl Recount<'_, '_> {
    /// Rechecks the rules. Exponential, in the worst case, in how many of them are open at once.
    pub fn rules(&mut self, rules: &Rules, tally: &mut Tally) -> Result<(), Problem> {
        let good = self.root(&Question::Good, SetRuns::Every)?;
        let patterns: Vec<Formula> = rules.never.iter().map(Formula::from).collect();
        for (number, pattern) in (1..).zip(&rules.never) {
            let sorted = |steps: &[u32]| steps.windows(2).all(|pair| pair[0] < pair[1]);
            let done = |step: &u32| pattern.done.contains(step);
            let fine = sorted(&pattern.done)
                && sorted(&pattern.left_out)
                && pattern.before.windows(2).all(|pair| pair[0] < pair[1])
                && pattern.before.iter().all(|(earlier, later)| done(earlier) && done(later));
            check(fine, || format!("rule {number} is not written as rules are"))?;
        }
        for (number, pattern) in (1..).zip(&patterns) {
            let fits = self.sets.count(Of::Node(good), pattern.clone(), tally)?;
            check(fits == BigUint::ZERO, || format!("a good order breaks rule {number}"))?;
        }
        let mut among = |recount: &mut Self, formula: Formula| -> Result<BigUint, Problem> {
            let every = recount.sets.count(Of::Whole(0), formula.clone(), tally)?;
            if !rules.not_refused {
                return Ok(every);
            }
            let refused = recount.root(&Question::Refused, SetRuns::Some)?;
            Ok(every - recount.sets.count(Of::Node(refused), formula, tally)?)
        };
        if let Some(told) = &rules.spoken_of {
            let spoken_of = among(self, Formula::Is(true))?;
            check(*told == spoken_of.to_string(), || {
                format!("the rules speak of {spoken_of} orders, and {told} are told")
            })?;
        }
        if let Some(told) = &rules.admitted {
            let kept = among(self, all(patterns.iter().cloned().map(not)))?;
            // No good order is refused, and none is forbidden: all of them are among those that are kept.
            let admitted = kept - self.sets.count(Of::Node(good), Formula::Is(true), tally)?;
            check(*told == admitted.to_string(), || {
                format!("the rules admit {admitted} orders that are not good, and {told} are told")
            })?;
        }
        Ok(())
    }
}
