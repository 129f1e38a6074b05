//! Reductions change how much is looked at and nothing else.

use runproof::base::{Budget, Reduction, Without};
use runproof::certify::certify;
use runproof::orderings::{LookedAt, decide, survey};
use runproof::system::System;
use runproof::verdict::{Counts, Kind, Verdict};

fn decided(system: &System, without: Without) -> Verdict {
    let verdict = decide(system, &Budget { without, ..Budget::default() });
    certify(system, verdict.clone()).expect("every run replays");
    verdict
}

/// All that a verdict says, but for how much was looked at.
fn said(verdict: &Verdict) -> (Kind, Option<Counts>, String) {
    let Verdict { kind, counts, fingerprint, rules, classes, counterexample, claims, .. } = verdict;
    (*kind, counts.clone(), format!("{fingerprint:?} {rules:#?} {classes:#?} {counterexample:#?} {claims:#?}"))
}

/// A system, decided without each reduction, with each alone, and with all.
pub fn same_with_and_without(system: &System) {
    let plain = decided(system, Without::all());
    let mut fewest = plain.effort.states;
    let one_alone = Reduction::ALL.map(Without::all_but);
    let one_less = Reduction::ALL.map(|reduction| Without::from_iter([reduction]));
    for without in one_alone.into_iter().chain(one_less).chain([Without::default()]) {
        let reduced = decided(system, without);
        assert_eq!(said(&reduced), said(&plain), "{without:?}");
        assert!(reduced.effort.states <= plain.effort.states, "{without:?} looks at more");
        fewest = fewest.min(reduced.effort.states);
    }
    let savings = survey(system, &Budget::default()).savings.expect("it has orderings");
    assert_eq!(savings.with_all, LookedAt::All(fewest));
}
