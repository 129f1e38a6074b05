//! What is asked of a world: health, `always`, drills.

use super::actions::normal;
use super::assign::texts;
use super::entity::Scope;
use super::ground::Grounder;
use super::model::{Condition, Drill, DrillStep, Fault, Step, StepId};
use super::value;
use crate::base::{Map, Span};
use crate::diag::{Code, Diagnostic, nearest};
use crate::syntax::tree::{self, ExprKind, Text};

/// Puts names into the braces of a sentence: `restart {n}`. Braces around anything else stay.
pub(super) fn filled(sentence: &str, names: &[(String, String)]) -> String {
    let mut text = sentence.to_owned();
    for (name, value) in names {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    normal(&text)
}

/// Steps and faults by their sentence.
pub(super) struct Sentences {
    known: Map<String, DrillStep>,
}

impl Sentences {
    pub(super) fn of(steps: &[Step], faults: &[Fault]) -> Sentences {
        let index = |place: usize| u32::try_from(place).expect("limited");
        let steps = steps.iter().enumerate().map(|(i, step)| (step.name.clone(), DrillStep::Step(StepId(index(i)))));
        let faults = faults.iter().enumerate().map(|(i, fault)| (fault.name.clone(), DrillStep::Fault(index(i))));
        Sentences { known: faults.chain(steps).collect() }
    }

    fn nearest(&self, sentence: &str) -> Option<&str> {
        nearest(sentence, self.known.keys().map(String::as_str))
    }
}

impl Grounder<'_, '_> {
    /// `[health]` or `[always]`.
    pub(super) fn conditions(&mut self, entries: &[(Text, tree::Expr)]) -> Vec<Condition> {
        let mut made = Vec::new();
        for (name, expr) in entries {
            if let Some(truth) = self.truth(expr, &Scope::default()) {
                made.push(Condition { name: name.value.clone(), cite: Vec::new(), expr: truth, span: expr.span });
            }
        }
        made
    }

    /// Drills, once for each binding.
    pub(super) fn drills(&mut self, sentences: &Sentences, health: &[Condition]) -> Vec<Drill> {
        let symbols = self.symbols;
        let mut made = Vec::new();
        for (name, drill) in &symbols.tree.drills {
            let binders: Vec<(&Text, Option<&Text>)> = drill.binders.iter().map(|(n, kind)| (n, Some(kind))).collect();
            if !drill.then.is_empty() && drill.expect_after.is_none() {
                let message = format!("drill `{}` has `then` and no `expect-after`", name.value);
                self.reporter.say(Code::R124, message, name.span, "whatever `then` does would pass");
            }
            for scope in self.bindings(&binders, name.span) {
                let scope = Scope { here: None, ..scope };
                let words: Vec<(String, String)> = scope
                    .names
                    .iter()
                    .map(|(bound, entity)| (bound.clone(), symbols.name(*entity).to_owned()))
                    .collect();
                let act = self.drill_steps(&drill.act, &words, sentences);
                let then = self.drill_steps(&drill.then, &words, sentences);
                let expect = drill.expect.as_ref().and_then(|expect| self.condition(expect, &drill.cite, &scope));
                let expect_after = match &drill.expect_after {
                    None => Vec::new(),
                    Some(after) if matches!(&after.kind, ExprKind::Word(word) if word == "healthy") => health.to_vec(),
                    Some(after) => self.condition(after, &drill.cite, &scope).into_iter().collect(),
                };
                // Without `expect` only what holds after `then` counts.
                let nothing = Condition {
                    name: "yes".to_owned(),
                    cite: Vec::new(),
                    expr: value::constant(true),
                    span: name.span,
                };
                let expect = expect.unwrap_or(nothing);
                let values: Vec<&str> = words.iter().map(|(_, value)| value.as_str()).collect();
                let name = match values.len() {
                    0 => name.value.clone(),
                    _ => format!("{} ({})", name.value, values.join(", ")),
                };
                let title = drill.title.as_ref().map(|title| title.value.clone());
                made.push(Drill { name, title, cite: texts(&drill.cite), act, expect, then, expect_after });
            }
        }
        made
    }

    fn drill_steps(&mut self, written: &[Text], words: &[(String, String)], sentences: &Sentences) -> Vec<DrillStep> {
        let mut made = Vec::new();
        for text in written {
            let sentence = filled(&text.value, words);
            match sentences.known.get(&sentence) {
                Some(step) => made.push(*step),
                None => {
                    let near = sentences.nearest(&sentence).map(str::to_owned);
                    self.no_such_step(&sentence, text.span, near);
                }
            }
        }
        made
    }

    /// A sentence that nothing has.
    pub(super) fn no_such_step(&mut self, sentence: &str, span: Span, near: Option<String>) {
        let mistake =
            Diagnostic::new(Code::R201, format!("no step is called `{sentence}`"), span).label("no such step");
        let stranger = near.as_deref().and_then(|near| self.no_node(sentence, near));
        self.reporter.report(match (near, stranger) {
            (_, Some(word)) => {
                mistake.help(format!("`{word}` is no node of this world: it has {}", self.symbols.nodes.join(", ")))
            }
            (Some(near), None) => mistake.help(format!("did you mean `{near}`?")),
            (None, None) => mistake.help("text that is not a step goes between double back-ticks"),
        });
    }

    /// The word of a sentence that stands where `near` has a node, if that is all that they differ in.
    fn no_node<'s>(&self, sentence: &'s str, near: &str) -> Option<&'s str> {
        if sentence.split(' ').count() != near.split(' ').count() {
            return None;
        }
        let mut differ = sentence.split(' ').zip(near.split(' ')).filter(|(word, known)| word != known);
        let (word, known) = differ.next().filter(|_| differ.next().is_none())?;
        let node = |word: &str| self.symbols.nodes.iter().any(|node| node == word);
        (node(known) && !node(word)).then_some(word)
    }
}
