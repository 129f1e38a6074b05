//! Verdict and claims in one line each.

use super::ending::cited;
use super::page::{Ink, Line, Piece, grouped, piece, stopped_by};
use crate::explain::data::{Answer, ClaimFinding, Counted, Counts, Effort, Finding, Word};

/// What a verdict line can start with.
pub(super) const WORDS: [&str; 4] = ["always healthy", "order matters", "never healthy", "undecided"];

/// `order matters: 36 of 720 orders are good (5.0%), 684 are bad`
pub(super) fn verdict(finding: &Finding) -> Vec<Piece> {
    words(finding.verdict, finding.counts.as_ref(), finding.limit.as_deref(), finding.effort)
}

/// The same, of its parts.
pub(super) fn words(verdict: Word, counts: Option<&Counts>, limit: Option<&str>, effort: Effort) -> Vec<Piece> {
    let (ink, word) = match verdict {
        Word::AlwaysHealthy => (Ink::Good, WORDS[0]),
        Word::OrderMatters => (Ink::Unsure, WORDS[1]),
        Word::NeverHealthy => (Ink::Bad, WORDS[2]),
        Word::Undecided => (Ink::Unsure, WORDS[3]),
    };
    let rest = match (counts, limit) {
        (Some(counts), _) => counted(verdict, counts),
        (None, Some(limit)) => match effort.states {
            0 => format!("{} while the positions were counted", stopped_by(limit)),
            states => format!("{} after {} states", stopped_by(limit), grouped(&states.to_string())),
        },
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
        parts.push(format!("{} never {} well", grouped(bad), if bad == "1" { "ends" } else { "end" }));
    }
    if mixed != "0" {
        parts.push(format!("{} {} well only in some runs", grouped(mixed), if mixed == "1" { "ends" } else { "end" }));
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
            format!(" · undecided: {}", stopped_by(claim.limit.as_deref().unwrap_or("work")))
        }
        (Answer::Holds, Some(_)) if claim.says.starts_with("count") => String::new(),
        (_, Some(counted)) => {
            format!(" · {} of {} good{}", grouped(&counted.good), grouped(&counted.of), sense(claim, counted))
        }
        (_, None) if claim.found.is_some() => format!(" · {}", claim.found.as_deref().unwrap_or_default()),
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

/// What was found out about a claim, alone: `✓ 36 of 720 good`.
pub(super) fn found(claim: &ClaimFinding) -> Line {
    let text = match (claim.answer, &claim.counted) {
        (Answer::Holds | Answer::Fails, Some(counted)) => {
            format!("{} of {} good{}", grouped(&counted.good), grouped(&counted.of), sense(claim, counted))
        }
        (Answer::Holds, None) => "held".to_owned(),
        (Answer::Fails, None) => "did not hold".to_owned(),
        (Answer::Undecided, _) => "undecided".to_owned(),
        (Answer::Vacuous, _) => "no order satisfied its where".to_owned(),
    };
    vec![mark(claim.answer), piece(Ink::Plain, format!("\u{a0}{text}"))]
}
