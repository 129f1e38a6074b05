//! What a code span in a list item means: a step with its label, or one of the forms `if`, `for each`, `either`, `undivided`, `repeat`.

use std::ops::Range;

use super::document::{MAX_KEY, MAX_TEXT, too_long};
use super::expr::expression;
use super::place::Place;
use super::sentence::name_fault;
use super::tree::{Content, Expr, Item, Text};
use crate::base::{SourceId, Span, Spanned};
use crate::diag::{Code, Diagnostic};

/// The most tries of `repeat at most N until …`.
const MOST_TRIES: u32 = 32;

/// A code span in single back-ticks.
pub(super) struct CodeSpan<'t> {
    /// The whole file.
    pub text: &'t str,
    /// What stands between the back-ticks.
    pub code: &'t str,
    /// With the back-ticks.
    pub range: Range<usize>,
    /// The file.
    pub source: SourceId,
}

impl CodeSpan<'_> {
    /// What it means, and where it ends with its label. Nothing where a diagnostic says why.
    pub(super) fn read(&self, diagnostics: &mut Vec<Diagnostic>) -> (Option<Content>, usize) {
        let words: Vec<&str> = self.code.split_whitespace().collect();
        let span = Span::new(self.source, self.range.clone());
        let most = if matches!(words[..], ["if" | "repeat", ..]) { MAX_TEXT } else { MAX_KEY };
        if self.code.len() > most {
            diagnostics.push(too_long(self.code, most, span));
            return (None, self.range.end);
        }
        let content = match words[..] {
            ["if", ..] => self.condition(words.len() > 1, diagnostics),
            ["for", "each", ..] => self.for_each(&words[2..], diagnostics),
            ["either"] => Some(Content::Either(span)),
            ["undivided"] => Some(Content::Undivided(span)),
            ["repeat", ..] => self.repeat(&words[1..], diagnostics),
            _ => return self.step(&words, diagnostics),
        };
        (content, self.range.end)
    }

    fn place(&self, text: &str) -> Place {
        let span = Span::new(self.source, self.range.clone());
        Place::quoted(text, &self.text[self.range.clone()], span)
    }

    fn condition(&self, complete: bool, diagnostics: &mut Vec<Diagnostic>) -> Option<Content> {
        let place = self.place(self.code);
        if !complete {
            let diagnostic = Diagnostic::new(Code::R028, "`if` needs a condition", place.span());
            diagnostics.push(diagnostic.help("as in `if installed(sp4, B)`"));
            return None;
        }
        let (text, expr) = self.expression_after("if", diagnostics);
        Some(Content::If(text, expr))
    }

    /// What stands after a word of the span, as an expression.
    fn expression_after(&self, word: &str, diagnostics: &mut Vec<Diagnostic>) -> (Text, Expr) {
        let place = self.place(self.code);
        let start = self.code.find(word).map_or(0, |at| at + word.len());
        let start = start + self.code[start..].len() - self.code[start..].trim_start().len();
        let condition = self.code[start..].trim_end();
        let inside = match place.at(start..start + condition.len()) {
            inside if inside == place.span() => Place::whole(inside),
            inside => Place::exact(inside),
        };
        let expr = expression(condition, inside, diagnostics);
        (Spanned::new(condition.to_string(), inside.span()), expr)
    }

    /// `until …`, or `at most N until …`.
    fn repeat(&self, words: &[&str], diagnostics: &mut Vec<Diagnostic>) -> Option<Content> {
        let span = Span::new(self.source, self.range.clone());
        let place = self.place(self.code);
        let most = match *words {
            ["until", _, ..] => None,
            ["at", "most", count, "until", _, ..] => match count.parse::<u32>() {
                Ok(count) if (1..=MOST_TRIES).contains(&count) => Some(Spanned::new(count, span)),
                _ => {
                    let message = format!("`{count}` is not a number of tries from 1 to {MOST_TRIES}");
                    diagnostics.push(Diagnostic::new(Code::R025, message, place.span()));
                    return None;
                }
            },
            _ => {
                let diagnostic = Diagnostic::new(Code::R025, "`repeat` needs to know until when", place.span());
                diagnostics.push(diagnostic.help(
                    "as in `repeat until online(sql)`, or `repeat at most 3 until online(sql)` where people give up",
                ));
                return None;
            }
        };
        let (text, expr) = self.expression_after("until", diagnostics);
        Some(Content::Repeat(most, text, expr, span))
    }

    fn for_each(&self, words: &[&str], diagnostics: &mut Vec<Diagnostic>) -> Option<Content> {
        let (name, set) = match *words {
            [name] => (name, None),
            [name, "in", set] => (name, Some(set)),
            _ => {
                let listed = matches!(*words, [_, "in", set, ..] if set.starts_with(['(', '[', '{']));
                let (message, help) = if listed {
                    let help = "name the nodes in the world, as in `[sets]` with `control = [\"A\", \"B\"]`; then `for each n in control`";
                    ("`for each` goes over a set that has a name", help)
                } else {
                    ("`for each` needs a name", "as in `for each n`, or `for each n in control`")
                };
                diagnostics.push(Diagnostic::new(Code::R028, message, self.place(self.code).span()).help(help));
                return None;
            }
        };
        let name = self.name(name, diagnostics)?;
        let set = match set {
            Some(set) => Some(self.name(set, diagnostics)?),
            None => None,
        };
        Some(Content::ForEach(name, set))
    }

    /// The name as it stands in the span, which it ends or is followed by a space in.
    fn name(&self, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Text> {
        let span = self.place(self.code).span();
        if let Some(fault) = name_fault(name) {
            diagnostics.push(Diagnostic::new(Code::R007, format!("`{name}` is not a name: {fault}"), span));
            return None;
        }
        Some(Spanned::new(name.to_string(), span))
    }

    fn step(&self, words: &[&str], diagnostics: &mut Vec<Diagnostic>) -> (Option<Content>, usize) {
        let place = self.place(self.code);
        let sentence = Spanned::new(words.join(" "), place.span());
        let (label, end) = self.label(diagnostics);
        (Some(Content::Step(sentence, label)), end)
    }

    /// `{#name}` after the span, and where it ends.
    fn label(&self, diagnostics: &mut Vec<Diagnostic>) -> (Option<Text>, usize) {
        let rest = &self.text[self.range.end..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let Some(inside) = rest[blank..].strip_prefix("{#") else { return (None, self.range.end) };
        let start = self.range.end + blank;
        let length = inside.find(['}', '\n']).unwrap_or(inside.len());
        let name = &inside[..length];
        let span = Span::new(self.source, start + 2..start + 2 + length);
        let end = start + 2 + length + 1;
        let fault = if inside[length..].starts_with('}') { name_fault(name) } else { Some("it is never closed") };
        match fault {
            None => (Some(Spanned::new(name.to_string(), span)), end),
            Some(fault) => {
                let span = Span::new(self.source, start..start + 2 + length);
                let message = format!("`{}` is not a label: {fault}", name.trim());
                diagnostics.push(Diagnostic::new(Code::R027, message, span).help("a label is `{#name}`"));
                (None, end)
            }
        }
    }
}

/// What only the whole item shows: `either` needs a list with a choice, and an item is repeated once.
pub(super) fn check_item(item: &Item, diagnostics: &mut Vec<Diagnostic>) {
    let mut repeats = item.content.iter().filter_map(|content| match content {
        Content::Repeat(.., span) => Some(*span),
        _ => None,
    });
    if let (Some(first), Some(second)) = (repeats.next(), repeats.next()) {
        diagnostics.push(
            Diagnostic::new(Code::R025, "an item that says `repeat` twice", second)
                .related(first, "it is repeated already")
                .help("put what the inner one repeats into a list below the item"),
        );
    }
    let either = item.content.iter().find_map(|content| match content {
        Content::Either(span) => Some(*span),
        _ => None,
    });
    let Some(span) = either else { return };
    let choices = item.content.iter().find_map(|content| match content {
        Content::List(list) => Some(list.items.len()),
        _ => None,
    });
    let message = match choices {
        None => "`either` needs a list below it, of which one item is done",
        Some(0 | 1) => "`either` needs a list of two items or more",
        Some(_) => return,
    };
    diagnostics.push(Diagnostic::new(Code::R024, message, span).help("indent the list below the item"));
}
