//! What a code means.

use super::page::{Ink, Look, Page, piece};

/// A heading, a paragraph, and lines that have the mistake, as they would be written.
pub fn explanation(heading: &str, meaning: &str, example: &str, look: Look) -> String {
    let mut page = Page::new(look);
    page.words(0, 2, &[piece(Ink::Strong, heading)]);
    page.gap();
    page.words(0, 0, &[piece(Ink::Plain, meaning)]);
    page.gap();
    page.line(0, &[piece(Ink::Dim, "for example")]);
    page.gap();
    for line in example.lines() {
        page.line(4, &[piece(Ink::Plain, line)]);
    }
    page.finish()
}
