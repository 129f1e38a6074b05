//! Where a piece of text stands in its file, so that what is read inside it can say its place.

use std::ops::Range;

use crate::base::Span;

/// The place of a text. Exact where the file holds it byte for byte (a string without escapes); else only the whole is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    span: Span,
    exact: bool,
}

impl Place {
    /// The file holds the text byte for byte from the start of `span` on.
    pub fn exact(span: Span) -> Place {
        Place { span, exact: true }
    }

    /// The text came out of `span` in some way that moves bytes.
    pub fn whole(span: Span) -> Place {
        Place { span, exact: false }
    }

    /// The place of `text`, which came out of the quoted piece `raw` of the file that `span` covers.
    pub fn quoted(text: &str, raw: &str, span: Span) -> Place {
        let inside = match raw.find(text) {
            Some(start) if !text.is_empty() => start,
            _ => return Place::whole(span),
        };
        let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '\n' | '\r' | ' ');
        let (before, after) = (&raw[..inside], &raw[inside + text.len()..]);
        if before.chars().all(is_quote) && after.chars().all(is_quote) {
            let start = span.start as usize + inside;
            Place::exact(Span::new(span.source, start..start + text.len()))
        } else {
            Place::whole(span)
        }
    }

    /// The place of a range of the text.
    pub fn at(self, range: Range<usize>) -> Span {
        if self.exact {
            let start = self.span.start as usize;
            Span::new(self.span.source, start + range.start..start + range.end)
        } else {
            self.span
        }
    }

    /// The place of the whole text.
    pub fn span(self) -> Span {
        self.span
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;

    #[test]
    fn a_string_without_escapes_has_exact_places() {
        let span = Span::new(SourceId(0), 10..15);
        assert_eq!(Place::quoted("abc", "\"abc\"", span).at(1..2), Span::new(SourceId(0), 12..13));
        assert_eq!(Place::quoted("a\"c", "\"a\\\"c\"", span).at(1..2), span);
    }
}
