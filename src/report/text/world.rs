//! The report of a world explored alone.

use super::ending::cited;
use super::page::{Ink, Look, Page, grouped, piece, stopped_by};
use super::runbook::tell;
use super::stats::stats;
use super::verdict::mark;
use crate::report::World;

/// How many states, whether each `always` holds, and the shortest way to where one does not.
pub fn world(report: &World, look: Look) -> String {
    let mut page = Page::new(look);
    let finding = &report.finding;
    page.words(0, 2, &[piece(Ink::Strong, report.path.clone())]);
    page.words(0, 2, &[piece(Ink::Plain, report.title.clone())]);
    page.gap();
    let states = grouped(&finding.states);
    let (ink, word, rest) = match (&finding.limit, &finding.violation) {
        (Some(limit), _) => (Ink::Unsure, "undecided", format!("{} after {states} states", stopped_by(limit))),
        (None, Some(_)) => (Ink::Bad, "goes wrong", format!("found after {states} states, every step at any time")),
        (None, None) => (Ink::Good, "explored", format!("{states} reachable states, every step at any time")),
    };
    page.words(0, 2, &[piece(ink, word), piece(Ink::Plain, format!(": {rest}"))]);
    let moves = grouped(&finding.moves);
    let effort = if finding.states == finding.looked_at.to_string() {
        format!("looked at {moves} moves")
    } else {
        format!("{moves} moves between them, known from {} states", grouped(&finding.looked_at.to_string()))
    };
    page.words(0, 2, &[piece(Ink::Dim, effort)]);
    if !finding.always.is_empty() {
        page.gap();
        page.line(0, &[piece(Ink::Strong, "always")]);
    }
    for always in &finding.always {
        let line = [mark(always.answer), piece(Ink::Plain, format!(" {}", always.name)), cited(&always.cite)];
        page.words(2, 6, &line);
    }
    if let Some(story) = &finding.violation {
        page.gap();
        tell(&mut page, "shortest run that goes wrong", story);
    }
    if let Some(found) = &report.stats {
        stats(&mut page, found);
    }
    page.finish()
}
