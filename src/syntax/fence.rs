//! Finds the checked block: a fence marked `toml runproof`, and whatever comes near it and is not quite that.

use std::ops::Range;

use crate::base::{SourceId, Span};
use crate::diag::{Code, Diagnostic};

/// A fenced code block of a Markdown file.
pub(super) struct Fence<'t> {
    /// The whole file.
    pub text: &'t str,
    /// What stands after the opening fence.
    pub info: &'t str,
    /// From the opening fence to the closing one.
    pub range: Range<usize>,
    /// The file.
    pub source: SourceId,
}

impl Fence<'_> {
    /// The place of the block's lines, if it is the checked block.
    pub(super) fn checked(&self, diagnostics: &mut Vec<Diagnostic>) -> Option<Range<usize>> {
        let words: Vec<&str> = self.info.split_whitespace().collect();
        let raw = &self.text[self.range.clone()];
        let first = raw.split_inclusive('\n').next().unwrap_or("");
        let opening = Span::new(self.source, self.range.start..self.range.start + first.trim_end().len());
        if words != ["toml", "runproof"] {
            if self.info.to_lowercase().contains("runproof") {
                diagnostics.push(
                    Diagnostic::new(Code::R023, format!("`{}` does not mark the checked block", self.info), opening)
                        .help("write ```toml runproof"),
                );
            }
            return None;
        }
        let start = self.range.start + first.len();
        let mark = raw.trim_start_matches(' ').chars().next().unwrap_or('`');
        let last = raw.trim_end().rsplit('\n').next().unwrap_or("");
        let closed = raw.trim_end().contains('\n') && last.trim().len() >= 3 && last.trim().chars().all(|c| c == mark);
        if !closed {
            diagnostics.push(
                Diagnostic::new(Code::R023, "the checked block is never closed", opening)
                    .help("close it with ``` on a line of its own"),
            );
            return Some(start..self.range.end);
        }
        Some(start..self.range.start + raw.trim_end().len() - last.len())
    }
}
