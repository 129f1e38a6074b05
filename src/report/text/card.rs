//! The safe-order card.

use super::page::{Look, Page};
use super::rules::classes;
use super::runbook::{head, which_orders};
use crate::explain::data::Word;
use crate::report::Card;

/// Counts, rules, all classes, and where each step may come.
pub fn card(card: &Card, look: Look) -> String {
    let mut page = Page::new(look);
    let finding = &card.runbook.finding;
    head(&mut page, &card.runbook);
    which_orders(&mut page, finding, usize::MAX);
    if finding.verdict == Word::NeverHealthy && !finding.classes.is_empty() {
        page.gap();
        classes(&mut page, finding, usize::MAX);
    }
    page.finish()
}
