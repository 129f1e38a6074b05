//! The safe-order card.

use super::page::{Ink, Look, Page, piece};
use super::runbook::{head, which_orders};
use crate::explain::data::Word;
use crate::report::Card;

/// Counts, rules, all classes, and where each step may come.
pub fn card(card: &Card, look: Look) -> String {
    let mut page = Page::new(look);
    let finding = &card.runbook.finding;
    head(&mut page, &card.runbook);
    which_orders(&mut page, finding, usize::MAX);
    if finding.verdict == Word::NeverHealthy && finding.fingerprint.is_some() {
        page.gap();
        page.words(0, 2, &[piece(Ink::Bad, "no order of this runbook is safe")]);
    }
    page.finish()
}
