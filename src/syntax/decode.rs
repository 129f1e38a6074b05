//! Bytes of a file to text, and what makes a file unfit to be read at all.

use crate::base::{SourceId, Sources, Span, is_harmful};
use crate::diag::{Code, Diagnostic};

/// The most bytes that a file may have.
pub const MAX_BYTES: usize = 1 << 20;

/// Adds a file to `sources`. None, with a diagnostic, where it is too large, not UTF-8, or holds control characters; it is then
/// in `sources` only so that the diagnostic can show the place.
///
/// A byte order mark at the start is dropped.
pub fn decode(path: &str, bytes: &[u8], sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<SourceId> {
    if bytes.len() > MAX_BYTES {
        let source = sources.add(path, "");
        let message = format!("the file has {} bytes, and {MAX_BYTES} are allowed", bytes.len());
        diagnostics.push(
            Diagnostic::new(Code::R010, message, Span::new(source, 0..0))
                .help("split it: a world can `include` others, a runbook can be several"),
        );
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let source = sources.add(path, text);
            let harmful = text.char_indices().find(|(_, character)| is_harmful(*character));
            let Some((at, character)) = harmful else { return Some(source) };
            let message = format!("the file holds the control character {}", character.escape_unicode());
            let span = Span::new(source, at..at + character.len_utf8());
            diagnostics.push(Diagnostic::new(Code::R011, message, span).help("remove it"));
            None
        }
        Err(error) => {
            let at = error.valid_up_to();
            let source = sources.add(path, String::from_utf8_lossy(bytes));
            let message = format!("byte {:#04x} is not UTF-8", bytes[at]);
            let span = Span::new(source, at..at + char::REPLACEMENT_CHARACTER.len_utf8());
            diagnostics.push(Diagnostic::new(Code::R009, message, span).help("save the file as UTF-8"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_above_the_limit_is_refused() {
        let (mut sources, mut found) = (Sources::default(), Vec::new());
        assert!(decode("a.toml", &vec![b' '; MAX_BYTES + 1], &mut sources, &mut found).is_none());
        assert_eq!(found[0].code, Code::R010);
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        let (mut sources, mut found) = (Sources::default(), Vec::new());
        let source = decode("a.toml", b"\xEF\xBB\xBFnodes = 2", &mut sources, &mut found).expect("fit to be read");
        assert_eq!(&**sources.text(source), "nodes = 2");
        assert_eq!(found, []);
    }
}
