//! The report of ways back: the steps, with what leads back from each beside them.

use super::page::{Ink, Look, Page, Piece, piece, stopped_by};
use crate::explain::data::{RollbackFinding, WayBack};
use crate::report::Rollback;

/// Width of a column of ways.
const COLUMN: usize = 12;

/// The ways back at each step.
pub fn rollback(report: &Rollback, look: Look) -> String {
    let finding = &report.finding;
    let mut page = Page::new(look);
    page.words(0, 2, &[piece(Ink::Strong, report.path.clone())]);
    page.words(0, 2, &[piece(Ink::Plain, report.title.clone())]);
    page.gap();
    if let Some(limit) = &finding.limit {
        page.words(0, 2, &[piece(Ink::Unsure, "undecided"), piece(Ink::Plain, format!(": {}", stopped_by(limit)))]);
        return page.finish();
    }
    headline(&mut page, finding);
    page.gap();
    let room = page.look.width.saturating_sub(5 + 2 * COLUMN).max(16);
    page.line(0, &[piece(Ink::Dim, format!("{:room$}     {:>COLUMN$}{:>COLUMN$}", "after", "to start", "to health"))]);
    for row in &finding.rows {
        let label = if row.step.label == row.step.sentence { String::new() } else { format!(" #{}", row.step.label) };
        let name = super::page::literal(&format!("{}{label}", row.step.sentence));
        let name: String =
            if name.chars().count() > room { name.chars().take(room - 1).chain(['…']).collect() } else { name };
        let pad = " ".repeat(room.saturating_sub(name.chars().count()));
        let line = [
            piece(Ink::Strong, format!("{:>3}  ", row.number)),
            piece(Ink::Plain, name + &pad),
            cell(&row.to_start),
            cell(&row.to_health),
        ];
        page.line(0, &line);
        if finding.no_way_back_after == Some(row.number) {
            page.line(5, &[piece(Ink::Bad, "──── no way back from here ────")]);
        }
    }
    page.finish()
}

fn headline(page: &mut Page, finding: &RollbackFinding) {
    let of = if finding.good { "of the good orders" } else { "of all orders, since none is good" };
    let line = match finding.no_way_back_after {
        Some(number) => [
            piece(Ink::Bad, "no way back"),
            piece(Ink::Plain, format!(" to the start after step {number}; worst case {of}")),
        ],
        None if finding.rows.iter().any(|row| row.to_start == WayBack::None) => [
            piece(Ink::Bad, "no way back"),
            piece(Ink::Plain, format!(" to the start after some steps; worst case {of}")),
        ],
        None if finding.rows.iter().any(|row| matches!(row.to_start, WayBack::Unknown { .. })) => {
            [piece(Ink::Unsure, "not all is known"), piece(Ink::Plain, format!("; worst case {of}"))]
        }
        None => [
            piece(Ink::Good, "a way back"),
            piece(Ink::Plain, format!(" to the start after every step; worst case {of}")),
        ],
    };
    page.words(0, 2, &line);
    let before = match &finding.healthy_before {
        WayBack::Steps { steps: 0 } | WayBack::Nowhere => return,
        WayBack::Steps { steps } => format!("not healthy before the first step: health was {steps} steps away"),
        WayBack::None => "not healthy before the first step, and only the runbook leads there".to_owned(),
        WayBack::Unknown { .. } => "whether health can be reached before the first step is not known".to_owned(),
    };
    page.words(2, 4, &[piece(Ink::Unsure, before)]);
}

fn cell(way: &WayBack) -> Piece {
    let (ink, text) = match way {
        WayBack::Nowhere => (Ink::Dim, "–".to_owned()),
        WayBack::Steps { steps: 0 } => (Ink::Good, "there".to_owned()),
        WayBack::Steps { steps: 1 } => (Ink::Good, "1 step".to_owned()),
        WayBack::Steps { steps } => (Ink::Good, format!("{steps} steps")),
        WayBack::None => (Ink::Bad, "no way".to_owned()),
        WayBack::Unknown { .. } => (Ink::Unsure, "not known".to_owned()),
    };
    piece(ink, format!("{text:>COLUMN$}"))
}
