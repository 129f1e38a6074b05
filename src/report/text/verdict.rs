//! Verdict and claims in one line each, and what changed between two reports.

use super::ending::cited;
use super::page::{Ink, Piece, grouped, piece};
use crate::explain::data::{Answer, ClaimFinding, Counted, Counts, Finding, Word};

/// What a verdict line can start with.
const WORDS: [&str; 4] = ["always healthy", "order matters", "never healthy", "undecided"];

/// `order matters: 36 of 720 orders are good (5.0%), 684 are bad`
pub(super) fn verdict(finding: &Finding) -> Vec<Piece> {
    let (ink, word) = match finding.verdict {
        Word::AlwaysHealthy => (Ink::Good, WORDS[0]),
        Word::OrderMatters => (Ink::Unsure, WORDS[1]),
        Word::NeverHealthy => (Ink::Bad, WORDS[2]),
        Word::Undecided => (Ink::Unsure, WORDS[3]),
    };
    let rest = match (&finding.counts, &finding.limit) {
        (Some(counts), _) => counted(finding.verdict, counts),
        (None, Some(limit)) => {
            format!("the limit on {limit} was hit after {} states", grouped(&finding.effort.states.to_string()))
        }
        (None, None) => String::new(),
    };
    vec![piece(ink, word), piece(Ink::Plain, if rest.is_empty() { rest } else { format!(": {rest}") })]
}

fn counted(word: Word, counts: &Counts) -> String {
    let Counts { total, good, mixed, bad, share } = counts;
    let (none, only) = (good == "0", total == "1");
    match (word, only) {
        (Word::AlwaysHealthy, true) => return "the only order is good".to_owned(),
        (Word::AlwaysHealthy, false) => return format!("all {} orders are good", grouped(total)),
        (_, true) if mixed == "1" => return "the only order ends well only in some runs".to_owned(),
        (_, true) => return "the only order never ends well".to_owned(),
        _ => {}
    }
    let mut parts = vec![if none {
        format!("none of {} orders is good", grouped(total))
    } else {
        format!("{} of {} orders are good ({share})", grouped(good), grouped(total))
    }];
    if bad != "0" && !(none && mixed == "0") {
        parts.push(format!("{} never end well", grouped(bad)));
    }
    if mixed != "0" {
        parts.push(format!("{} end well only in some runs", grouped(mixed)));
    }
    parts.join(", ")
}

/// The mark of an answer.
pub(super) fn mark(answer: Answer) -> Piece {
    match answer {
        Answer::Holds => piece(Ink::Good, "✓"),
        Answer::Fails | Answer::Vacuous => piece(Ink::Bad, "✗"),
        Answer::Undecided => piece(Ink::Unsure, "?"),
    }
}

/// `✓ how-many: count = 36 good of 720 (Q1.note)`
pub(super) fn claim(claim: &ClaimFinding) -> Vec<Piece> {
    let mut line = vec![mark(claim.answer), piece(Ink::Plain, " "), piece(Ink::Strong, claim.id.clone())];
    line.push(piece(Ink::Plain, format!(": {}", claim.says)));
    if let Some(filter) = &claim.filter {
        line.push(piece(Ink::Plain, format!(", where {filter}")));
    }
    let found = match (claim.answer, &claim.counted) {
        (Answer::Vacuous, _) => " · no order satisfies its where".to_owned(),
        (Answer::Undecided, _) => {
            format!(" · undecided: the limit on {} was hit", claim.limit.as_deref().unwrap_or("work"))
        }
        (Answer::Holds, Some(_)) if claim.says.starts_with("count") => String::new(),
        (_, Some(counted)) => {
            format!(" · {} of {} good{}", grouped(&counted.good), grouped(&counted.of), sense(claim, counted))
        }
        (Answer::Fails, None) => " · does not hold".to_owned(),
        (Answer::Holds, None) => String::new(),
    };
    let ink = if claim.answer == Answer::Holds { Ink::Dim } else { Ink::Bad };
    line.push(piece(ink, found));
    line.push(cited(&claim.cite));
    line
}

/// Whether a `where` is sufficient and necessary for orders to be good, for claims that ask this.
fn sense(claim: &ClaimFinding, counted: &Counted) -> String {
    let asks = ["every = healthy", "only = healthy", "exactly = healthy"].contains(&claim.says.as_str());
    let Some(elsewhere) = claim.good_elsewhere.as_ref().filter(|_| asks) else { return String::new() };
    let others = || match elsewhere.as_str() {
        "1" => "1 other order is good".to_owned(),
        more => format!("{} other orders are good", grouped(more)),
    };
    match (counted.good == counted.of, elsewhere == "0") {
        (true, true) => ", sufficient and necessary".to_owned(),
        (true, false) => format!(", sufficient, not necessary: {}", others()),
        (false, true) => ", necessary, not sufficient".to_owned(),
        (false, false) => format!(", neither sufficient nor necessary: {}", others()),
    }
}

/// What another verdict, and other answers to claims, say in two reports of one runbook as text: one line each, old and new.
pub fn differences(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (Digest::of(old), Digest::of(new));
    let mut lines = Vec::new();
    if old.verdict != new.verdict {
        lines.push(format!("verdict was {}", old.verdict));
        lines.push(format!("     is now {}", new.verdict));
    }
    for (id, text) in &new.claims {
        match old.claims.iter().find(|(old, _)| old == id) {
            Some((_, before)) if before != text => {
                lines.push(format!("claim was {before}"));
                lines.push(format!("   is now {text}"));
            }
            Some(_) => {}
            None => lines.push(format!("new claim {text}")),
        }
    }
    let gone = old.claims.iter().filter(|(id, _)| new.claims.iter().all(|(new, _)| new != id));
    lines.extend(gone.map(|(_, text)| format!("claim gone {text}")));
    lines
}

/// The lines of a report that carry the verdict and the answers.
struct Digest {
    verdict: String,
    claims: Vec<(String, String)>,
}

impl Digest {
    fn of(report: &str) -> Digest {
        let mut digest = Digest { verdict: "(nothing)".to_owned(), claims: Vec::new() };
        let mut paragraphs: Vec<String> = Vec::new();
        for line in report.lines() {
            match paragraphs.last_mut() {
                Some(last) if line.starts_with("      ") => *last = format!("{last} {}", line.trim()),
                _ => paragraphs.push(line.to_owned()),
            }
        }
        for paragraph in &paragraphs {
            let claim = ["  ✓ ", "  ✗ ", "  ? "].iter().find_map(|mark| paragraph.strip_prefix(mark));
            if let Some(claim) = claim {
                let id = claim.split(':').next().unwrap_or(claim);
                digest.claims.push((id.to_owned(), paragraph.trim().to_owned()));
            } else if WORDS.iter().any(|word| paragraph.starts_with(word)) {
                digest.verdict.clone_from(paragraph);
            }
        }
        digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_verdict_and_a_changed_answer_are_named_and_a_changed_trace_is_not() {
        let old = "a.md\n\norder matters: 36 of 720 orders are good (5.0%)\n\nclaims\n  ✓ some: some = healthy\n  ✓ all: every =\n      healthy\n\n  1   x\n";
        let new = "a.md\n\nalways healthy: all 720 orders are good\n\nclaims\n  ✓ all: every =\n      healthy · 1\n  ✗ new: no = x\n\n  1   y\n";
        assert_eq!(
            differences(old, new),
            [
                "verdict was order matters: 36 of 720 orders are good (5.0%)",
                "     is now always healthy: all 720 orders are good",
                "claim was ✓ all: every = healthy",
                "   is now ✓ all: every = healthy · 1",
                "new claim ✗ new: no = x",
                "claim gone ✓ some: some = healthy",
            ]
        );
        assert!(differences(old, &old.replace("1   x", "1   y")).is_empty());
    }
}
