//! Keys that are read: sentences with parameters, heads of definitions, targets of assignments.

use super::expr::{KEYWORDS, expression};
use super::lexer::{is_name_character, is_name_start};
use super::place::Place;
use super::tree::{Expr, ExprKind, Sentence, SentencePart, Target, Text};
use crate::base::{Span, Spanned};
use crate::diag::{Code, Diagnostic};

/// The most bytes of a name.
const MOST_OF_A_NAME: usize = 128;

/// Why a text is no name, if it is none.
pub(super) fn name_fault(text: &str) -> Option<&'static str> {
    let Some(first) = text.chars().next() else { return Some("it is empty") };
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Some("digits alone are an integer")
    } else if let Some(wrong) = text.chars().find(|c| !is_name_character(*c)) {
        Some(match wrong {
            ' ' => "it holds a space",
            _ => "it holds something else than letters, digits, `-`, `_` and `.`",
        })
    } else if !is_name_start(first) {
        Some("it does not begin with a letter, a digit or `_`")
    } else if text.ends_with(['-', '.']) {
        Some("it ends with `-` or `.`")
    } else if text.len() > MOST_OF_A_NAME {
        Some("it is longer than 128 bytes")
    } else if KEYWORDS.contains(&text) {
        Some("it is a word of the language")
    } else {
        None
    }
}

fn name(text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<Text> {
    if let Some(fault) = name_fault(text) {
        let message = format!("`{text}` is not a name: {fault}");
        diagnostics.push(Diagnostic::new(Code::R007, message, span));
        return None;
    }
    Some(Spanned::new(text.into(), span))
}

/// Reads `msdtc -join on {n: node}`. None where a brace is wrong.
pub(super) fn sentence(text: &str, place: Place, diagnostics: &mut Vec<Diagnostic>) -> Option<Sentence> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let words = rest.find(['{', '}']).unwrap_or(rest.len());
        if words > 0 {
            parts.push(SentencePart::Words(rest[..words].into()));
            at += words;
            continue;
        }
        let inside = rest[1..].split(['{', '}']).next().unwrap_or("");
        if rest.starts_with('}') || !rest[1 + inside.len()..].starts_with('}') {
            let brace = if rest.starts_with('}') { "this brace closes nothing" } else { "this brace is never closed" };
            diagnostics.push(
                Diagnostic::new(Code::R018, brace, place.at(at..at + 1)).help("a parameter is `{n}` or `{n: node}`"),
            );
            return None;
        }
        let (param, kind) = match inside.split_once(':') {
            Some((param, kind)) => (param, Some(kind)),
            None => (inside, None),
        };
        let spot = |piece: &str| {
            let trimmed = piece.trim();
            let start = piece.as_ptr() as usize - text.as_ptr() as usize + (piece.len() - piece.trim_start().len());
            (trimmed.to_string(), place.at(start..start + trimmed.len()))
        };
        let (param, span) = spot(param);
        let param = name(&param, span, diagnostics)?;
        let kind = match kind {
            Some(kind) => {
                let (kind, span) = spot(kind);
                Some(name(&kind, span, diagnostics)?)
            }
            None => None,
        };
        parts.push(SentencePart::Param(param, kind));
        at += inside.len() + 2;
    }
    if text.trim().is_empty() {
        diagnostics.push(Diagnostic::new(Code::R018, "the sentence is empty", place.span()));
        return None;
    }
    Some(Sentence { text: Spanned::new(text.into(), place.span()), parts })
}

/// Reads the head of a definition, `serving(n)`: its name and its parameters.
pub(super) fn head(text: &str, place: Place, diagnostics: &mut Vec<Diagnostic>) -> Option<(Text, Vec<Text>)> {
    let head = expression(text, place, diagnostics);
    let whole = head.span;
    let (name, arguments) = match head.kind {
        ExprKind::Bad => return None,
        ExprKind::Word(word) => (Spanned::new(word, whole), Vec::new()),
        ExprKind::Call(name, arguments) => (name, arguments),
        _ => {
            diagnostics.push(malformed_head(whole));
            return None;
        }
    };
    let mut params = Vec::new();
    for argument in arguments {
        match argument.kind {
            ExprKind::Word(word) => params.push(Spanned::new(word, argument.span)),
            _ => {
                diagnostics.push(malformed_head(argument.span));
                return None;
            }
        }
    }
    Some((name, params))
}

fn malformed_head(span: Span) -> Diagnostic {
    Diagnostic::new(Code::R018, "a definition begins with its name and its parameters", span)
        .help("as in `\"serving(n)\" = \"clussvc(n) == running\"`")
}

/// Reads the left side of an assignment.
pub(super) fn target(text: &str, place: Place, diagnostics: &mut Vec<Diagnostic>) -> Option<Target> {
    let target = expression(text, place, diagnostics);
    match target.kind {
        ExprKind::Bad => None,
        ExprKind::Word(_) | ExprKind::Call(..) => Some(target),
        _ => {
            diagnostics.push(not_a_target(&target));
            None
        }
    }
}

fn not_a_target(target: &Expr) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::R019, "only a variable can be set", target.span);
    match &target.kind {
        ExprKind::Not(_) => diagnostic.help("write the variable on the left and `no` on the right"),
        _ => diagnostic.help("write a variable on the left, as in `clusres` or `\"iis(here)\"`"),
    }
}
