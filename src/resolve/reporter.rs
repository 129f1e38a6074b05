//! Collects diagnostics, one for each code and place: an expression that is written out for every node is wrong once.

use crate::base::{Sources, Span};
use crate::diag::{Code, Diagnostic, Severity, nearest};
use rustc_hash::FxHashSet;

/// Where mistakes go while one world or runbook is resolved.
pub(super) struct Reporter<'a> {
    sources: &'a Sources,
    diagnostics: &'a mut Vec<Diagnostic>,
    seen: FxHashSet<(Code, Span)>,
    /// How often an error was found, those at one place that are said once counted each time.
    pub(super) errors: usize,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(sources: &'a Sources, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).count();
        Reporter { sources, diagnostics, seen: FxHashSet::default(), errors }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity() == Severity::Error);
        if self.seen.insert((diagnostic.code, diagnostic.span)) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether there is an error.
    pub(super) fn failed(&self) -> bool {
        self.errors > 0
    }

    /// A mistake that needs no more than a message and what to say at the place.
    pub(super) fn say(&mut self, code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) {
        self.report(Diagnostic::new(code, message, span).label(label));
    }

    /// The text at a place, without the quotes of a TOML string and with single spaces.
    pub(super) fn text(&self, span: Span) -> String {
        let text = self.sources.slice(span).trim_matches(['"', '\'']);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn sources(&self) -> &'a Sources {
        self.sources
    }
}

/// `unknown KIND `WORD``, with the nearest of the candidates.
pub(super) fn unknown<'c>(
    kind: &str,
    word: &str,
    span: Span,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::R101, format!("unknown {kind} `{word}`"), span).label("not known here");
    match nearest(word, candidates) {
        Some(candidate) => diagnostic.help(format!("did you mean `{candidate}`?")),
        None => diagnostic,
    }
}

/// A name that is defined twice, with both places.
pub(super) fn twice(kind: &str, name: &str, span: Span, first: Option<Span>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::R103, format!("{kind} `{name}` is defined twice"), span).label("defined again here");
    match first {
        Some(first) => diagnostic.related(first, "first defined here"),
        None => diagnostic.help("this name is built in: choose another"),
    }
}
