//! From a system and its certified verdict to what is told about it.

use super::data::{Finding, Story};
use super::finding::{claim, counts, effort, word};
use super::replayed::history;
use super::story::story;
use crate::system::System;
use crate::verdict::{Counterexample, Verdict};

/// Tells what a check of a runbook found out. Linear in the runs shown.
pub fn runbook(system: &System, verdict: &Verdict) -> Finding {
    let (verdict_word, limit) = word(verdict.kind);
    let claims = system.claims.iter().zip(&verdict.claims);
    Finding {
        verdict: verdict_word,
        limit,
        counts: verdict.counts.as_ref().map(counts),
        effort: effort(verdict.effort),
        claims: claims
            .map(|(asked, found)| claim(asked, found, found.witness.as_ref().map(|w| told(system, w))))
            .collect(),
        counterexample: verdict.counterexample.as_ref().map(|counterexample| told(system, counterexample)),
    }
}

fn told(system: &System, counterexample: &Counterexample) -> Story {
    story(&history(system, counterexample), counterexample)
}

#[cfg(test)]
mod tests {
    use super::super::data::{EndKind, Went, What};
    use super::super::example::{system, verdict};
    use super::runbook;

    #[test]
    fn a_broken_value_is_led_back_to_the_step_that_wrote_it_last_and_what_held_then() {
        let finding = runbook(&system(), &verdict());
        let story = finding.counterexample.expect("the example has one");
        assert_eq!(story.ending.kind, EndKind::Unhealthy);
        let why = &story.ending.because[0];
        assert_eq!((why.variable.as_str(), why.value.as_str(), why.step), ("iis(B)", "broken", Some(2)));
        let held = [("clussvc(B)", "running"), ("msdtc(B)", "newer")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(why.while_, held);
        assert_eq!(why.cite, ["Q223258.join-fails"]);
        let moved = &story.ending.because[1];
        assert_eq!(moved.reaction.as_deref(), Some("sql fails over to A"));
        assert_eq!(moved.cite, ["Q1.failover"]);
    }

    #[test]
    fn a_write_that_waits_is_told_as_a_change_of_the_component_at_the_restart() {
        let finding = runbook(&system(), &verdict());
        let story = finding.counterexample.expect("the example has one");
        let What::Change { variable, from, to, at_restart, .. } = &story.rows[0].notes[0].what else { panic!() };
        assert_eq!((variable.as_str(), from.as_str(), to.as_str(), *at_restart), ("clusres(A)", "sp4", "ntop", true));
    }

    #[test]
    fn failed_and_passed_over_steps_say_so() {
        let finding = runbook(&system(), &verdict());
        let rows = finding.counterexample.expect("the example has one").rows;
        assert_eq!(rows.iter().map(|row| row.went).collect::<Vec<_>>(), [Went::Done, Went::Failed, Went::PassedOver]);
        assert_eq!(rows[2].condition.as_deref(), Some("iis(B) == working"));
    }
}
