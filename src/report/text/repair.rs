//! The report of a repair.

use super::ending::{headline, listed};
use super::page::{Ink, Look, Page, grouped, literal, piece, stopped_by};
use super::verdict::verdict;
use crate::explain::data::Answer;
use crate::report::{ClaimChange, Repair, RepairOutcome};

/// What was wrong, the edits, what they cost, and the change of the file. Lines of the file are as wide as they are.
pub fn repair(report: &Repair, look: Look) -> String {
    let mut page = Page::new(look);
    page.words(0, 2, &[piece(Ink::Strong, report.path.clone())]);
    page.words(0, 2, &[piece(Ink::Plain, report.title.clone())]);
    page.gap();
    let mut before = verdict(&report.before);
    if let Some(story) = &report.before.counterexample {
        before.push(piece(Ink::Plain, format!(" · {}", headline(story))));
    }
    page.words(0, 2, &before);
    outcome(&mut page, report);
    for edit in &report.edits {
        page.words(2, 4, &[piece(Ink::Strong, "· "), piece(Ink::Plain, edit.clone())]);
    }
    for reason in &report.reasons {
        page.words(2, 4, &[piece(Ink::Plain, format!("· {reason}"))]);
    }
    if report.leaves_out > 0 {
        let steps = counted(report.leaves_out, "step");
        let text = format!("leaves out {steps} of the runbook; `--keep-steps` looks for one that keeps all");
        page.words(2, 4, &[piece(Ink::Unsure, text)]);
    }
    if let Some(keeps) = &report.keeps {
        let text = format!("keeps {} of the {} good orders", grouped(&keeps.kept), grouped(&keeps.of));
        page.words(2, 4, &[piece(Ink::Unsure, text)]);
    }
    if let Some(cost) = report.cost {
        let text = format!(
            "cost: {}, {}, {} after which health may not hold",
            counted(cost.edits, "edit"),
            counted(cost.restarts, "restart"),
            counted(cost.not_healthy_after, "step")
        );
        page.words(2, 4, &[piece(Ink::Dim, text)]);
    }
    if let Some(after) = &report.after {
        page.gap();
        let mut line = vec![piece(Ink::Plain, "repaired: ")];
        line.extend(verdict(after));
        page.words(0, 2, &line);
    }
    claims(&mut page, report);
    if let Some(diff) = &report.diff {
        page.gap();
        for line in diff.lines() {
            let ink = match line.as_bytes().first() {
                Some(b'+') => Ink::Good,
                Some(b'-') => Ink::Bad,
                Some(b'@') => Ink::Dim,
                _ => Ink::Plain,
            };
            page.line(0, &[piece(ink, literal(line.trim_end_matches('\r')))]);
        }
    }
    page.finish()
}

fn outcome(page: &mut Page, report: &Repair) {
    let limit = report.limit.as_deref().unwrap_or("work");
    let most = counted(report.at_most, "edit");
    let (ink, word, rest) = match (report.outcome, report.edits.is_empty()) {
        (RepairOutcome::NotNeeded, _) => (Ink::Good, "nothing to repair", ": every order is good".to_owned()),
        (RepairOutcome::Repaired, _) => (Ink::Good, "repair", format!(": {}", counted(report.edits.len(), "edit"))),
        (RepairOutcome::None, _) if report.at_most == 0 => (Ink::Bad, "no repair", " without edits".to_owned()),
        (RepairOutcome::None, _) => (Ink::Bad, "no repair", format!(" with at most {most}")),
        (RepairOutcome::Undecided, true) => {
            (Ink::Unsure, "undecided", format!(": {}, no repair was found before", stopped_by(limit)))
        }
        (RepairOutcome::Undecided, false) => {
            (Ink::Unsure, "undecided", format!(": {}; best repair found before", stopped_by(limit)))
        }
    };
    page.words(0, 2, &[piece(ink, word), piece(Ink::Plain, rest)]);
    if report.tried > 0 {
        let word = if report.tried == 1 { "candidate" } else { "candidates" };
        let text = format!("looked at {} {word}", grouped(&report.tried.to_string()));
        page.words(2, 4, &[piece(Ink::Dim, text)]);
    }
}

fn claims(page: &mut Page, report: &Repair) {
    let word = |answer: Answer| match answer {
        Answer::Holds => "holds",
        Answer::Fails => "fails",
        Answer::Undecided => "is undecided",
        Answer::Vacuous => "speaks of no order",
    };
    let lines: Vec<String> = report
        .claims
        .iter()
        .map(|claim| {
            let is = claim.is.map_or("can no longer be read", word);
            let was = match claim.was {
                Answer::Holds => "held",
                Answer::Fails => "failed",
                Answer::Undecided => "was undecided",
                Answer::Vacuous => "spoke of no order",
            };
            format!("{} ({was} before)", [&claim.id[..], is].join(" "))
        })
        .collect();
    if !lines.is_empty() {
        page.words(0, 2, &[piece(Ink::Unsure, "claims that change: "), piece(Ink::Plain, listed(&lines))]);
    }
    let why = |claim: &ClaimChange| match claim.is {
        None => Some("it can no longer be read"),
        Some(Answer::Vacuous) => Some("its `where` fits no order any more"),
        Some(_) => None,
    };
    let broken = |claim: &ClaimChange| why(claim).map(|why| format!("{} ({why})", claim.id));
    let broken: Vec<String> = report.claims.iter().filter_map(broken).collect();
    if !broken.is_empty() {
        let text = format!("take out or change, before the file can be checked: {}", listed(&broken));
        page.words(0, 2, &[piece(Ink::Bad, text)]);
    }
}

fn counted(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
