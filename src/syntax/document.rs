//! TOML as it is read here: several mistakes at once, and places that count from the start of the file.
//!
//! Comes in: the text of a world, or of a checked block inside a runbook. Goes out: `toml`'s own table, and the places of what is
//! wrong in it, so that reading can pass over them. Knows no key: `keys.rs` does.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned as Located;
use toml::de::{DeTable, DeValue};

use super::place::Place;
use crate::base::{SourceId, Span, Spanned, is_harmful, one_line};
use crate::diag::{Code, Diagnostic};

/// A piece of TOML while it is read.
pub(super) struct Document<'t> {
    /// The piece.
    pub text: &'t str,
    /// Where it begins in its file.
    base: usize,
    source: SourceId,
    /// Ranges of values that were found wrong.
    bad: BTreeSet<(usize, usize)>,
    /// Mistakes of TOML itself.
    faults: Vec<Diagnostic>,
    /// Offsets of the piece's ends of lines.
    newlines: Vec<usize>,
    /// Lines (of the piece) that hold one.
    fault_lines: BTreeSet<usize>,
    /// What was found by reading it.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'t> Document<'t> {
    /// Parses the piece of a file that begins at `base`. What can be read is in the table, whatever is wrong elsewhere.
    pub(super) fn parse(source: SourceId, base: usize, text: &'t str) -> (Document<'t>, DeTable<'t>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut document = Document {
            text,
            base,
            source,
            bad: BTreeSet::new(),
            faults: Vec::new(),
            newlines: text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect(),
            fault_lines: BTreeSet::new(),
            diagnostics: Vec::new(),
        };
        for error in errors {
            document.fault(error.message(), error.span().unwrap_or(0..0));
        }
        let table = table.into_inner();
        document.characters(&table);
        (document, table)
    }

    /// The diagnostics: those of TOML, and of the rest those that cannot come from them.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let Document { base, newlines, faults, fault_lines, diagnostics, .. } = self;
        let broken = !faults.is_empty();
        let mut all = faults;
        all.extend(diagnostics.into_iter().filter(|diagnostic| {
            let start = (diagnostic.span.start as usize).saturating_sub(base);
            !(broken && (diagnostic.code == Code::R005 || fault_lines.contains(&line(&newlines, start))))
        }));
        all.sort_by_key(|diagnostic| diagnostic.span.start);
        all
    }

    /// A place in the file.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, self.base + range.start..self.base + range.end)
    }

    /// The place of a text that stands at `range`, in quotes or bare.
    pub(super) fn place(&self, text: &str, range: Range<usize>) -> Place {
        let raw = self.text.get(range.clone()).unwrap_or("");
        Place::quoted(text, raw, self.span(range))
    }

    /// A text with its place.
    pub(super) fn text(&self, text: &str, range: Range<usize>) -> Spanned<String> {
        Spanned::new(text.to_string(), self.place(text, range).span())
    }

    /// Notes that the value at `range` is to be passed over.
    pub(super) fn spoil(&mut self, range: Range<usize>) {
        self.bad.insert((range.start, range.end));
    }

    /// Is the value to be passed over?
    pub(super) fn is_spoilt(&self, range: Range<usize>) -> bool {
        self.bad.contains(&(range.start, range.end))
    }

    fn fault(&mut self, message: &str, range: Range<usize>) {
        if !self.fault_lines.insert(line(&self.newlines, range.start)) {
            return;
        }
        let span = self.span(range.clone());
        let diagnostic = if message.contains("duplicate key") {
            let key = self.text.get(range).unwrap_or("");
            Diagnostic::new(Code::R003, format!("`{key}` is here already"), span)
                .help("keep one of them, or give the other a name of its own")
        } else if message.contains("recurs") {
            Diagnostic::new(Code::R015, "tables and lists are nested too deeply", span)
        } else {
            let diagnostic = Diagnostic::new(Code::R001, message.replace('\n', ", "), span);
            match hint(self.text, range) {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            }
        };
        self.faults.push(diagnostic);
    }

    /// Every text must be fit to be shown.
    fn characters(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            self.characters_of(key.get_ref(), key.span(), MAX_KEY);
            self.characters_in(value);
        }
    }

    fn characters_in(&mut self, value: &Located<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::String(text) => self.characters_of(text, value.span(), MAX_TEXT),
            DeValue::Array(values) => values.iter().for_each(|value| self.characters_in(value)),
            DeValue::Table(table) => self.characters(table),
            _ => {}
        }
    }

    fn characters_of(&mut self, text: &str, range: Range<usize>, most: usize) {
        if text.len() > most {
            let diagnostic = too_long(text, most, self.span(range.clone()));
            self.diagnostics.push(diagnostic);
            self.spoil(range.clone());
        }
        if let Some(character) = text.chars().find(|character| is_harmful(*character)) {
            let message = format!("the text holds the control character {}", character.escape_unicode());
            let diagnostic = Diagnostic::new(Code::R011, message, self.span(range.clone()));
            self.diagnostics.push(diagnostic.help("remove it"));
            self.spoil(range);
        }
    }
}

/// The most bytes of a key: a name, a sentence or what is set. Each may be written out for every node, so it has to be short.
pub(super) const MAX_KEY: usize = 512;
/// The most bytes of any other text: a title, an expression.
pub(super) const MAX_TEXT: usize = 16 << 10;

/// What is said of a text that is too long.
pub(super) fn too_long(text: &str, most: usize, span: Span) -> Diagnostic {
    let begin: String = text.chars().take(20).collect();
    let message = format!("the text that begins with `{begin}` has {} bytes, and {most} are allowed here", text.len());
    Diagnostic::new(Code::R030, one_line(&message), span)
        .help("say it in fewer words, or give parts of it a name in `[define]`")
}

/// The line that holds an offset, from 0. Logarithmic: a broken file may hold as many mistakes as bytes.
fn line(newlines: &[usize], offset: usize) -> usize {
    newlines.partition_point(|newline| *newline < offset)
}

/// What was probably meant on the line where TOML stopped.
fn hint(text: &str, range: Range<usize>) -> Option<String> {
    let start = text.get(..range.start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next()?.trim();
    let (key, value) = line.split_once('=')?;
    let bare = value.split('#').next().unwrap_or("").trim().trim_end_matches([',', '}', ']']).trim();
    let word = bare.rsplit(['=', ' ', '[', '{', ',']).next().unwrap_or(bare);
    if key.contains('(') && !key.trim_start().starts_with(['"', '\'']) {
        return Some(format!("write the key in quotes: `\"{}\" = …`", key.trim()));
    }
    if bare.is_empty() {
        return Some("write a value after `=`".into());
    }
    if bare.matches(['"', '\'']).count() % 2 == 1 {
        return Some("a quote is opened and never closed on this line".into());
    }
    if bare.contains(['"', '\'', '{', '[']) || word.is_empty() {
        return None;
    }
    Some(format!("write \"{bare}\" in quotes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(String, Option<String>)> {
        let (document, _) = Document::parse(SourceId(0), 0, text);
        document.finish().into_iter().map(|diagnostic| (diagnostic.message, diagnostic.help)).collect()
    }

    #[test]
    fn a_word_without_quotes_is_told_to_take_them() {
        let found = faults("restart = no\ntitle = Two words\n");
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].1.as_deref(), Some("write \"no\" in quotes"));
        assert_eq!(found[1].1.as_deref(), Some("write \"Two words\" in quotes"));
    }

    #[test]
    fn a_key_with_parentheses_is_told_to_take_quotes() {
        assert_eq!(
            faults("iis(here) = \"working\"\n")[0].1.as_deref(),
            Some("write the key in quotes: `\"iis(here)\" = …`")
        );
    }
}
