//! Edits of TOML that leave it TOML: entries and elements taken out with their comma, keys put in.

use super::mutant::Edit;
use std::ops::Range;

/// The range with the quotes around it, if it stands in quotes.
pub fn quoted(text: &str, range: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let (mut start, mut end) = (range.start, range.end);
    while start > 0 && bytes[start - 1] == b' ' {
        start -= 1;
    }
    while end < bytes.len() && bytes[end] == b' ' {
        end += 1;
    }
    let mut any = false;
    while start > 0 && end < bytes.len() && matches!(bytes[start - 1], b'"' | b'\'') && bytes[start - 1] == bytes[end] {
        start -= 1;
        end += 1;
        any = true;
    }
    if any { start..end } else { range }
}

/// Takes an entry or an element out, with one comma, or with its line where it stands there alone.
pub fn taken_out(text: &str, range: Range<usize>) -> Edit {
    let before = text[..range.start].trim_end();
    let after = text[range.end..].trim_start();
    if after.starts_with(',') {
        let comma = text.len() - after.len();
        let spaces = text[comma + 1..].len() - text[comma + 1..].trim_start_matches(' ').len();
        return Edit { range: range.start..comma + 1 + spaces, text: String::new() };
    }
    if before.ends_with(',') {
        return Edit { range: before.len() - 1..range.end, text: String::new() };
    }
    Edit { range, text: String::new() }
}

/// Puts an entry in front of the others of an inline table that begins here.
pub fn put_in(text: &str, table: Range<usize>, entry: &str) -> Option<Edit> {
    let inside = text.get(table.clone())?.strip_prefix('{')?;
    let comma = if inside.trim_start().starts_with('}') { "" } else { "," };
    let at = table.start + 1;
    Some(Edit { range: at..at, text: format!(" {entry}{comma}") })
}

/// Two ranges change places.
pub fn swapped(text: &str, first: Range<usize>, second: Range<usize>) -> Vec<Edit> {
    let (one, other) = (text[first.clone()].to_owned(), text[second.clone()].to_owned());
    vec![Edit { range: first, text: other }, Edit { range: second, text: one }]
}
