//! What people and machines may do wrong.

use super::super::subject::{Subject, steps};
use super::{few, listable, opened};
use crate::naive::unpacked::{case_of, deeds, variables};
use crate::plain::plain;
use crate::slipped::same::same_cell;
use crate::slipped::{Brute, FAILS, Wrong};
use num_bigint::BigUint;
use runproof::base::Sources;
use runproof::report::{json, text, text::Look};
use runproof::slips::study_among;
use runproof::system::{Procedure, System};
use runproof::{lower, resolve};

pub fn slips(subject: &Subject) {
    if few(subject, 300).is_none() {
        return;
    }
    let runbook = opened(subject);
    let budget = subject.within(20_000);
    let told = || match runbook.slips(1, &budget) {
        Ok(report) => (text::slips(&report, Look::PLAIN), json::slips(Some(&report), &[])),
        Err(mistakes) => (mistakes.to_string(), String::new()),
    };
    assert_eq!(told(), told(), "twice the same bytes");
    subject.count("done: slips");
}

/// Each cell of the matrix, against every run of every good ordering.
pub fn naively(subject: &Subject) {
    let Some((small, case)) = listable(subject) else { return };
    // Brute force remembers nothing: with faults, or with many steps, it takes too long.
    let Some(orderings) = super::orderings(&small, subject, 12) else { return };
    let Some(pairs) = subject.pairs(&small, 60) else { return };
    if orderings * pairs > 250 || !case.faults.is_empty() || case.reactions.len() > 8 || steps(&small) > 4 {
        return;
    }
    let (mut sources, mut mistakes) = (Sources::default(), Vec::new());
    let opened = resolve::open_runbook(&subject.runbook(), &mut sources, &mut mistakes);
    let (resolved, runbook) = opened.expect("it was read before");
    let Ok((system, mishaps)) = lower::mishaps(&resolved.world, &runbook) else { return };
    // What is beyond repair is asked of every world that any steps lead to.
    let free = System { procedure: Procedure::Free, faults: Vec::new(), ..system.clone() };
    if plain(&free, 200).is_none() {
        return;
    }
    let repairing = resolved.world.steps.len();
    let wrong = Wrong {
        case: case_of(&system, Some(FAILS)),
        deeds: deeds(&system, Some(FAILS)),
        repairing,
        mishaps,
        variables: variables(&system),
        system,
    };
    let mut alone = wrong.system.clone();
    alone.steps.truncate(repairing);
    let matrix = study_among((&wrong.system, &alone), &wrong.mishaps, 0, &subject.within(50_000));
    if matrix.limit.is_some() {
        return;
    }
    let mut brute = Brute::of(&wrong);
    assert_eq!(matrix.good, BigUint::from(brute.good.len()), "good orders");
    assert_eq!(matrix.cells.len(), if brute.good.is_empty() { 0 } else { wrong.mishaps.len() });
    for cell in matrix.cells.iter().take(24) {
        same_cell(&mut brute, cell);
        subject.count("done: cells of the slips matrix");
    }
}
