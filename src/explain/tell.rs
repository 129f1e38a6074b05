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
