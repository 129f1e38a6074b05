//! What is printed, and where mistakes point to.

use runproof::Mistakes;
use runproof::diag::{Style, show};

/// The mistakes as people read them. Every place of one is in its file, on whole characters.
pub fn mistakes(found: &Mistakes) -> String {
    let mut told = String::new();
    for mistake in &found.diagnostics {
        for span in mistake.related.iter().map(|(span, _)| *span).chain([mistake.span]) {
            let text = found.sources.text(span.source);
            assert!(text.get(span.range()).is_some(), "{span:?} of {mistake:?} is no place in {} bytes", text.len());
        }
    }
    for mistake in found.diagnostics.iter().take(20) {
        told += &show(mistake, &found.sources, Style::default());
    }
    harmless(&told);
    told
}

/// Nothing in a text is acted on by a terminal.
pub fn harmless(text: &str) {
    let acts =
        |c: &char| c.is_control() && *c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if let Some(found) = text.chars().find(acts) {
        panic!("{found:?} is printed in {text:?}");
    }
}
