//! A mistake as people read it: the look of `rustc`, with the source line, the place, and what to do.
//!
//! Comes in: a [`Diagnostic`] and the [`Sources`] that it points into. Goes out: text that ends with a newline. Prints nothing.
//! Invariant: no character of a file reaches the text that a terminal would act on.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::base::{SourceId, Sources, Span, one_line, printable};

/// How to show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// With the colours of a terminal.
    pub colour: bool,
    /// Columns to fit into: source lines longer than this are cut around the place.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Style { colour: false, width: 80 }
    }
}

/// The mistake with its source lines.
///
/// ```
/// use runproof::base::{Sources, Span};
/// use runproof::diag::{Code, Diagnostic, Style, show};
///
/// let mut sources = Sources::default();
/// let world = sources.add("world.toml", "tite = \"Cluster\"\n");
/// let mistake = Diagnostic::new(Code::R002, "a world has no key `tite`", Span::new(world, 0..4))
///     .help("did you mean `title`?");
/// let text = show(&mistake, &sources, Style::default());
/// assert!(text.starts_with("error[R002]: a world has no key `tite`"));
/// assert!(text.contains("world.toml:1:1"));
/// assert!(text.contains("help: did you mean `title`?"));
/// ```
pub fn show(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let name = diagnostic.code.entry().name;
    let mut group: Group<'_> = level
        .primary_title(one_line(&diagnostic.message))
        .id(name)
        .elements([] as [Snippet<'_, annotate_snippets::Annotation<'_>>; 0]);
    for source in files(diagnostic) {
        let text = sources.text(source);
        let own = diagnostic.span.source == source;
        let own = own.then(|| (AnnotationKind::Primary, shown(text, diagnostic.span), diagnostic.label.as_str()));
        let related = diagnostic.related.iter().filter(|(span, _)| span.source == source);
        let related = related.map(|(span, label)| (AnnotationKind::Context, shown(text, *span), label.as_str()));
        let marks: Vec<_> = own.into_iter().chain(related).collect();
        // What is before and after the lines that are shown need not be looked at: there may be a mebibyte of it.
        let start = marks.iter().map(|(_, range, _)| range.start).min().unwrap_or(0);
        let end = marks.iter().map(|(_, range, _)| range.end).max().unwrap_or(0);
        let start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[end..].find('\n').map_or(text.len(), |newline| end + newline);
        let first = 1 + text[..start].bytes().filter(|byte| *byte == b'\n').count();
        let mut snippet = Snippet::source(&text[start..end]).line_start(first).path(one_line(sources.path(source)));
        for (kind, range, label) in marks {
            snippet = snippet.annotation(labelled(kind.span(range.start - start..range.end - start), label));
        }
        group = group.element(snippet);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(one_line(help)));
    }
    group = group.element(Level::NOTE.message(format!("`runproof explain {name}` says more")));
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.term_width(style.width).render(&[group]);
    // Lines of the file are in it as they are.
    let mut text = printable(&text, style.colour).into_owned();
    text.push('\n');
    text
}

/// The files it points into, its own first.
fn files(diagnostic: &Diagnostic) -> Vec<SourceId> {
    let mut files = vec![diagnostic.span.source];
    for (span, _) in &diagnostic.related {
        if !files.contains(&span.source) {
            files.push(span.source);
        }
    }
    files
}

fn labelled<'a>(mark: annotate_snippets::Annotation<'a>, label: &str) -> annotate_snippets::Annotation<'a> {
    if label.is_empty() { mark } else { mark.label(one_line(label)) }
}

/// The range to mark: inside the text, on whole characters, and on its first line where it covers several.
fn shown(text: &str, span: Span) -> std::ops::Range<usize> {
    let mut start = (span.start as usize).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = (span.end as usize).clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let line = text[start..end].split(['\n', '\r']).next().unwrap_or("");
    if line.is_empty() { start..start } else { start..start + line.len() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    #[test]
    fn a_place_past_the_end_is_shown_and_does_not_panic() {
        let mut sources = Sources::default();
        let id = sources.add("a.toml", "ü");
        for (start, end) in [(0, 1), (1, 2), (5, 9), (2, 2), (2, 0)] {
            let diagnostic = Diagnostic::new(Code::R001, "wrong", Span { source: id, start, end });
            assert!(show(&diagnostic, &sources, Style::default()).contains("a.toml:1:"));
        }
    }

    #[test]
    fn an_escape_character_never_reaches_plain_output() {
        let mut sources = Sources::default();
        let id = sources.add("a\u{1b}.toml", "x = \"\u{1b}[2J\"\n");
        let diagnostic =
            Diagnostic::new(Code::R011, "holds \u{1b}", Span::new(id, 4..9)).label("here \u{1b}").help("remove \u{1b}");
        assert!(!show(&diagnostic, &sources, Style::default()).contains('\u{1b}'));
    }

    #[test]
    fn places_in_two_files_are_both_shown() {
        let mut sources = Sources::default();
        let first = sources.add("a.toml", "title = \"x\"\n");
        let second = sources.add("b.toml", "title = \"y\"\n");
        let diagnostic =
            Diagnostic::new(Code::R003, "twice", Span::new(second, 0..5)).related(Span::new(first, 0..5), "first here");
        let text = show(&diagnostic, &sources, Style::default());
        assert!(text.contains("b.toml:1:1") && text.contains("a.toml:1:1") && text.contains("first here"), "{text}");
    }
}
