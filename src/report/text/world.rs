//! The report of a world explored alone.

use super::ending::cited;
use super::page::{Ink, Look, Page, grouped, piece};
use super::runbook::{looked_at, tell};
use super::verdict::mark;
use crate::report::World;

/// How many states, whether each `always` holds, and the shortest way to where one does not.
pub fn world(report: &World, look: Look) -> String {
    let mut page = Page::new(look);
    let finding = &report.finding;
    page.words(0, 2, &[piece(Ink::Strong, report.path.clone())]);
    page.words(0, 2, &[piece(Ink::Plain, report.title.clone())]);
    page.gap();
    let states = grouped(&finding.effort.states.to_string());
    match &finding.limit {
        None => page.words(
            0,
            2,
            &[
                piece(Ink::Good, "explored"),
                piece(Ink::Plain, format!(": {states} reachable states, every step at any time")),
            ],
        ),
        Some(limit) => page.words(
            0,
            2,
            &[
                piece(Ink::Unsure, "undecided"),
                piece(Ink::Plain, format!(": the limit on {limit} was hit after {states} states")),
            ],
        ),
    }
    looked_at(&mut page, finding.effort);
    if !finding.always.is_empty() {
        page.gap();
        page.line(0, &[piece(Ink::Strong, "always")]);
    }
    for always in &finding.always {
        let line = [mark(always.answer), piece(Ink::Plain, format!(" {}", always.name)), cited(&always.cite)];
        page.words(2, 6, &line);
    }
    for always in &finding.always {
        if let Some(story) = &always.witness {
            page.gap();
            tell(&mut page, &format!("always {}", always.name), story);
        }
    }
    if let Some(story) = &finding.unsettled {
        page.gap();
        tell(&mut page, "reactions go on for ever", story);
    }
    page.finish()
}
