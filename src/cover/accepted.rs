//! `survivors.toml`: mutants that no claim notices, and why that is accepted.

use crate::base::{SourceId, Sources, Span};
use crate::diag::{Code, Diagnostic};
use toml::de::DeTable;

/// A survivor, or several that are alike, with the reason why no claim is to notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file that is changed, by its path from the folder of `survivors.toml`; a pattern, any file without it.
    pub file: Option<String>,
    /// What is changed, a pattern.
    pub element: String,
    /// The change, `old → new`, a pattern; any without it.
    pub change: Option<String>,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub span: Span,
}

/// All that is accepted.
pub type Accepted = Vec<Entry>;

const KEYS: [&str; 4] = ["file", "element", "change", "reason"];

/// Reads what is accepted. An entry that is wrong is left out, and a diagnostic says why.
pub fn accepted(sources: &Sources, source: SourceId, diagnostics: &mut Vec<Diagnostic>) -> Accepted {
    let text = sources.text(source);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = Span::new(source, error.span().unwrap_or(0..0));
        diagnostics.push(Diagnostic::new(Code::R001, error.message().replace('\n', ", "), span));
    }
    let mut found = Vec::new();
    for (key, value) in table.get_ref() {
        let place = Span::new(source, key.span());
        let list = value.get_ref().as_array().filter(|_| key.get_ref() == "survivor");
        let Some(list) = list else {
            let message = format!("`{}` is no key here", key.get_ref());
            let diagnostic = Diagnostic::new(Code::R002, message, place);
            diagnostics.push(diagnostic.help("the file is a list of tables `[[survivor]]`"));
            continue;
        };
        for entry in list.iter() {
            let place = Span::new(source, entry.span());
            match entry.get_ref().as_table() {
                Some(table) => found.extend(read(table, place, diagnostics)),
                None => diagnostics.push(Diagnostic::new(Code::R004, "an entry is a table", place)),
            }
        }
    }
    found
}

fn read(table: &DeTable<'_>, place: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<Entry> {
    let before = diagnostics.len();
    let mut text = |key: &str| -> Option<String> {
        let value = table.get(key)?;
        let found = value.get_ref().as_str().map(str::to_owned);
        if found.is_none() {
            let span = Span::new(place.source, value.span());
            diagnostics.push(Diagnostic::new(Code::R004, format!("`{key}` is a text"), span));
        }
        found
    };
    let [file, element, change, reason] = KEYS.map(&mut text);
    for (key, _) in table.iter().filter(|(key, _)| !KEYS.contains(&key.get_ref().as_ref())) {
        let span = Span::new(place.source, key.span());
        let message = format!("`{}` is no key of a survivor", key.get_ref());
        diagnostics.push(Diagnostic::new(Code::R002, message, span).help("file, element, change or reason"));
    }
    for (key, value) in [("element", &element), ("reason", &reason)] {
        if value.as_ref().is_none_or(|value| value.trim().is_empty()) && !table.contains_key(key) {
            diagnostics.push(Diagnostic::new(Code::R005, format!("a survivor needs `{key}`"), place));
        }
    }
    if diagnostics.len() > before {
        return None;
    }
    Some(Entry { file, element: element?, change, reason: reason?, span: place })
}

/// Whether a text is like a pattern, in which `*` stands for anything.
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("a.b", "a.b", true),
            ("a.b", "a.bc", false),
            ("a.*", "a.bc", true),
            ("*.c", "a.b.c", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "ace", true),
            ("a*a", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
