//! A rechecked certificate, in a few lines.

use super::page::{Ink, Look, Page, Piece, grouped, piece, width};
use crate::report::{Recheck, RecheckOutcome, Rechecked};

/// What rechecking a certificate came to.
pub fn recheck(report: &Recheck, look: Look) -> String {
    let mut page = Page::new(look);
    page.words(0, 2, &[piece(Ink::Strong, report.certificate.clone())]);
    page.words(0, 2, &[outcome(report.outcome)]);
    for reason in report.reason.iter().chain(&report.changed) {
        page.words(2, 4, &[piece(Ink::Plain, reason.clone())]);
    }
    if let Some(found) = &report.found {
        numbers(&mut page, found);
    }
    page.finish()
}

fn outcome(outcome: RecheckOutcome) -> Piece {
    match outcome {
        RecheckOutcome::Rechecked => piece(Ink::Good, "rechecked: everything in it comes out again"),
        RecheckOutcome::Changed => piece(Ink::Bad, "not rechecked: these files are not as they were"),
        RecheckOutcome::Refused => piece(Ink::Bad, "refused"),
        RecheckOutcome::Undecided => piece(Ink::Unsure, "undecided"),
    }
}

fn numbers(page: &mut Page, found: &Rechecked) {
    page.gap();
    let mut verdict = format!(
        "{}: {} of {} orders good",
        found.verdict.replace('-', " "),
        grouped(&found.good),
        grouped(&found.total)
    );
    if found.mixed != "0" {
        verdict.push_str(&format!(", {} more in some runs", grouped(&found.mixed)));
    }
    page.words(0, 2, &[piece(Ink::Strong, verdict)]);
    let exact = if found.exact { "rules: an order is good exactly when it keeps them" } else { "rules" };
    let positions = format!("pairs of position and state, at {} positions", grouped(&found.positions.to_string()));
    let nodes = format!("sets of orders, counted again on {} nodes", grouped(&found.nodes.to_string()));
    let rows = [
        (found.files, "files, as they were"),
        (found.pairs, &positions),
        (found.moves, "ways to go on, each to one of the pairs or to an end"),
        (found.sets, &nodes),
        (found.rules, exact),
        (found.runs, "runs, replayed"),
    ];
    for (number, what) in rows.into_iter().filter(|(number, _)| *number > 0) {
        let number = piece(Ink::Plain, grouped(&number.to_string()));
        let indent = 2 + 9usize.saturating_sub(width(std::slice::from_ref(&number)));
        page.words(indent, 13, &[number, piece(Ink::Plain, format!(" \u{a0}{what}"))]);
    }
    if !found.claims.is_empty() {
        page.gap();
    }
    for claim in &found.claims {
        let answer = match claim.answer {
            "fails" => piece(Ink::Bad, "fails"),
            "not-covered" => piece(Ink::Unsure, "not covered: it is about more than orders"),
            _ => piece(Ink::Good, "holds"),
        };
        page.words(2, 4, &[piece(Ink::Plain, format!("{} ", claim.id)), answer]);
    }
}
