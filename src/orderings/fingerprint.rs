//! A short name for a set of orderings.
//!
//! In: a set. Out: sixteen hexadecimal digits: the first quarter of the SHA-256 of its minimal automaton, written in one way only. Steps are
//! written as their labels and nodes are numbered in the order in which a search from the start meets them, edges by label.
//! So equal sets have equal fingerprints, however the runbook is written and in whatever order it lists its steps; and
//! fingerprints of different runbooks can be compared where their labels can.

use super::language::{Language, Languages};
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, Plan};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The fingerprint of a set of orderings of a plan.
///
/// # Errors
/// The limit that was hit.
pub fn fingerprint(languages: &Languages, set: Language, plan: &Plan, tally: &mut Tally) -> Result<String, Limit> {
    let label = |id: OccurrenceId| plan.occurrences[id.0 as usize].label.as_str();
    let mut nodes = vec![set];
    let mut numbers = FxHashMap::from_iter([(set, 0u64)]);
    let mut hash = Sha256::new();
    let mut labels: FxHashMap<OccurrenceId, u64> = FxHashMap::default();
    for name in BTreeSet::from_iter(steps(languages, set, tally)?.into_iter().map(|id| (label(id), id))) {
        labels.insert(name.1, labels.len() as u64);
        hash.update((name.0.len() as u64).to_le_bytes());
        hash.update(name.0);
    }
    let mut at = 0;
    while let Some(set) = nodes.get(at).copied() {
        let mut next: Vec<(u64, Language)> = languages.next(set).iter().map(|(id, rest)| (labels[id], *rest)).collect();
        next.sort_unstable_by_key(|(label, _)| *label);
        hash.update((next.len() as u64 * 2 + u64::from(languages.ends(set))).to_le_bytes());
        for (label, rest) in next {
            let number = *numbers.entry(rest).or_insert_with(|| {
                nodes.push(rest);
                nodes.len() as u64 - 1
            });
            hash.update(label.to_le_bytes());
            hash.update(number.to_le_bytes());
        }
        tally.check()?;
        at += 1;
    }
    let digest = hash.finalize();
    Ok(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// The steps that some ordering has.
fn steps(languages: &Languages, set: Language, tally: &mut Tally) -> Result<BTreeSet<OccurrenceId>, Limit> {
    let mut steps = BTreeSet::new();
    let mut known = rustc_hash::FxHashSet::from_iter([set]);
    let mut todo = vec![set];
    while let Some(set) = todo.pop() {
        for (id, rest) in languages.next(set) {
            steps.insert(*id);
            if known.insert(*rest) {
                todo.push(*rest);
            }
        }
        tally.check()?;
    }
    Ok(steps)
}
