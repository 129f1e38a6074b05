//! A verdict in words: counts as digits, claims as the runbook says them.

use super::data::{Answer, ClaimFinding, Counted, Counts, Effort, Story, Word};
use crate::base::Limit;
use crate::system::{Claim, Promise, Quantifier};
use crate::verdict::{self, ClaimVerdict, Kind};
use num_bigint::BigUint;
use num_traits::{ToPrimitive, Zero};

/// The verdict in a word, and the limit that was hit.
pub fn word(kind: Kind) -> (Word, Option<String>) {
    match kind {
        Kind::AlwaysHealthy => (Word::AlwaysHealthy, None),
        Kind::OrderMatters => (Word::OrderMatters, None),
        Kind::NeverHealthy => (Word::NeverHealthy, None),
        Kind::Undecided(limit) => (Word::Undecided, Some(limit.to_string())),
    }
}

/// How much was looked at.
pub fn effort(effort: verdict::Effort) -> Effort {
    Effort { states: effort.states, moves: effort.moves, automaton: effort.automaton }
}

/// Exact numbers as digits.
pub fn counts(counts: &verdict::Counts) -> Counts {
    Counts {
        total: counts.total.to_string(),
        good: counts.good.to_string(),
        mixed: counts.mixed.to_string(),
        bad: counts.bad.to_string(),
        share: share(&counts.good, &counts.total),
    }
}

/// `part` of `whole` in percent, never rounded to none or all.
pub fn share(part: &BigUint, whole: &BigUint) -> String {
    if whole.is_zero() || part == whole {
        return if whole.is_zero() { "0%" } else { "100%" }.to_owned();
    }
    let permille = (part * 1000u32 + whole / 2u32) / whole;
    match permille.to_u32().expect("a share is at most 1000 in 1000") {
        _ if part.is_zero() => "0%".to_owned(),
        0 => "<0.1%".to_owned(),
        1000 => ">99.9%".to_owned(),
        permille => format!("{}.{}%", permille / 10, permille % 10),
    }
}

/// A claim and what was found out about it.
pub fn claim(claim: &Claim, verdict: &ClaimVerdict, witness: Option<Story>) -> ClaimFinding {
    let (answer, limit) = answer(verdict.answer);
    ClaimFinding {
        id: claim.id.clone(),
        title: claim.title.clone(),
        says: says(claim),
        filter: claim.filter_text.clone(),
        cite: claim.cite.clone(),
        answer,
        limit,
        found: None,
        good_elsewhere: verdict.good_elsewhere.as_ref().map(ToString::to_string),
        counted: verdict.counted.as_ref().map(|(good, of)| Counted { good: good.to_string(), of: of.to_string() }),
        witness,
    }
}

/// An answer in a word, and the limit that was hit.
pub fn answer(answer: verdict::Answer) -> (Answer, Option<String>) {
    let limit = |limit: Limit| Some(limit.to_string());
    match answer {
        verdict::Answer::Holds => (Answer::Holds, None),
        verdict::Answer::Fails => (Answer::Fails, None),
        verdict::Answer::Vacuous => (Answer::Vacuous, None),
        verdict::Answer::Undecided(hit) => (Answer::Undecided, limit(hit)),
    }
}

/// The claim as the runbook says it.
fn says(claim: &Claim) -> String {
    let property = claim.property.as_ref().map(|(quantifier, _, name)| {
        let quantifier = match quantifier {
            Quantifier::Every => "every",
            Quantifier::Some => "some",
            Quantifier::No => "no",
            Quantifier::Only => "only",
            Quantifier::Exactly => "exactly",
        };
        format!("{quantifier} = {name}")
    });
    let count = claim.count.as_ref().map(|count| match count {
        (Some(good), Some(of)) => format!("count = {good} good of {of}"),
        (Some(good), None) => format!("count = {good} good"),
        (None, Some(of)) => format!("count = {of} in all"),
        (None, None) => "count".to_owned(),
    });
    let promise = claim.promise.as_ref().map(promise);
    property.into_iter().chain(count).chain(promise).collect::<Vec<_>>().join(", ")
}

fn promise(promise: &Promise) -> String {
    match promise {
        Promise::Tolerates { slips, faults } => {
            let slips = (*slips > 0).then(|| format!("slips = {slips}"));
            let faults = faults.iter().map(|(name, most)| format!("{name} = {most}"));
            format!("tolerates {}", slips.into_iter().chain(faults).collect::<Vec<_>>().join(", "))
        }
        Promise::NoSilentSlips(true) => "no silent slips".to_owned(),
        Promise::NoSilentSlips(false) => "some slips are silent".to_owned(),
        Promise::Eventually { text, fair: true, .. } => format!("eventually {text}"),
        Promise::Eventually { text, fair: false, .. } => format!("eventually {text}, whatever the environment does"),
        Promise::Recoverable(true) => "recoverable".to_owned(),
        Promise::Recoverable(false) => "not recoverable".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_to_none_or_all() {
        let of = |part: u64, whole: u64| share(&part.into(), &whole.into());
        assert_eq!(of(0, 720), "0%");
        assert_eq!(of(1, 1_000_000), "<0.1%");
        assert_eq!(of(36, 720), "5.0%");
        assert_eq!(of(999_999, 1_000_000), ">99.9%");
        assert_eq!(of(720, 720), "100%");
        assert_eq!(of(0, 0), "0%");
    }
}
