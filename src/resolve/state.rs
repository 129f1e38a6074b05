//! What a state file says, and what a plan is to lead to, against a world.

use super::entity::Scope;
use super::ground::Grounder;
use super::model::Condition;
use super::reporter::Reporter;
use super::world::Resolved;
use crate::base::{Sources, Span};
use crate::diag::{Code, Diagnostic};
use crate::syntax::{self, Place, tree};

/// The value index of a variable of which nothing is said; no domain has so many values.
const UNSAID: u8 = u8::MAX;

/// What is known of a world at some moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// For each alternative what tells it from the others, and by variable the value that the file gives.
    pub cases: Vec<(String, Vec<Option<u8>>)>,
}

/// Resolves a state file with its world. None exactly if a new diagnostic is an error.
pub(super) fn state(
    tree: &tree::State,
    resolved: &Resolved,
    sources: &Sources,
    diags: &mut Vec<Diagnostic>,
) -> Option<State> {
    let mut own = Vec::new();
    let mut reporter = Reporter::new(sources, &mut own);
    let mut grounder = Grounder::new(&resolved.symbols, &mut reporter);
    let mut given = vec![UNSAID; resolved.world.initial.len()];
    grounder.initialise(&tree.given, &mut given);
    let mut cases = Vec::new();
    for (set, _) in &tree.unknown {
        let mut values = given.clone();
        grounder.initialise(set, &mut values);
        let word = |span: Span| grounder.reporter.text(span);
        let words: Vec<String> =
            set.iter().map(|(target, value)| format!("{} {}", word(target.span), word(value.span))).collect();
        cases.push((words.join(", "), values));
    }
    if cases.is_empty() {
        cases.push((String::new(), given));
    }
    let said = |values: Vec<u8>| values.into_iter().map(|value| (value != UNSAID).then_some(value)).collect();
    let state = State { cases: cases.into_iter().map(|(words, values)| (words, said(values))).collect() };
    let failed = reporter.failed();
    diags.append(&mut own);
    (!failed).then_some(state)
}

/// The condition that a text states. Mistakes are shown in a file that is called `name` and holds the text.
pub fn aim(
    (name, text): (&str, &str),
    resolved: &Resolved,
    sources: &mut Sources,
    diags: &mut Vec<Diagnostic>,
) -> Option<Condition> {
    let source = sources.add(name, text);
    let place = Place::exact(Span::new(source, 0..text.len()));
    let mut own: Vec<Diagnostic> = Vec::new();
    let expr = syntax::expression(text, place, &mut own);
    let condition = if own.is_empty() {
        let mut reporter = Reporter::new(sources, &mut own);
        let mut grounder = Grounder::new(&resolved.symbols, &mut reporter);
        let truth = grounder.truth(&expr, &Scope::default());
        truth.map(|expr| Condition { name: text.to_owned(), cite: Vec::new(), expr, span: place.span() })
    } else {
        None
    };
    let wrong = own.iter().any(|mistake| mistake.code != Code::R102);
    diags.append(&mut own);
    condition.filter(|_| !wrong)
}
