//! Bare words: names become variables, definitions, nodes, or values of the domain that is expected.

use super::compare::{Doubt, Hint};
use super::entity::{Entity, Kind, Scope};
use super::ground::{Callee, Grounder};
use super::model::{Expr, Term, VariableId};
use super::reporter::unknown;
use super::symbols::Symbols;
use super::value::{self, Ground, Type};
use crate::base::Span;
use crate::diag::{Code, Diagnostic, nearest};
use std::sync::Arc;

impl Grounder<'_, '_> {
    /// A variable as an expression.
    pub(super) fn variable(&self, id: VariableId) -> Ground {
        match Type::of(self.symbols, self.symbols.variables[id.index()].domain) {
            Type::Truth => Ground::Truth(Arc::new(Expr::Holds(id))),
            kind => Ground::Term(kind, Term::Variable(id)),
        }
    }

    /// The type of a bare word that is a name.
    pub(super) fn word_hint(&mut self, word: &str, scope: &Scope) -> Option<Hint> {
        let kind = if let Some(entity) = scope.find(word) {
            Ground::Entity(entity).kind()
        } else if let Some(define) = self.nullary(word) {
            let hint = self.definition_hint(define)?;
            return Some(Hint { doubt: hint.doubt.max(Doubt::Word), ..hint });
        } else if let Some(family) = self.symbols.families.get(word) {
            // If its arguments are missing that is said where it is written out, and nothing about the other side.
            Type::of(self.symbols, family.domain)
        } else {
            match word {
                "healthy" | "yes" | "no" => Type::Truth,
                "here" => Type::Values(Symbols::NODES),
                _ if self.symbols.named(Kind::Node, word).is_some() => Type::Values(Symbols::NODES),
                _ => return None,
            }
        };
        Some(Hint { kind, doubt: Doubt::Word })
    }

    pub(super) fn nullary(&self, word: &str) -> Option<usize> {
        let define = *self.symbols.definitions.get(word)?;
        self.symbols.tree.defines[define].params.is_empty().then_some(define)
    }

    /// A bare word.
    pub(super) fn word(&mut self, word: &str, span: Span, expected: Option<Type>, scope: &Scope) -> Option<Ground> {
        let place = match expected {
            Some(Type::Values(domain)) if domain != Symbols::NODES => self
                .symbols
                .place(domain, word)
                .map(|place| Ground::Term(Type::Values(domain), Term::Constant(i64::from(place), word.to_owned()))),
            _ => None,
        };
        let nullary = self.nullary(word);
        let named = scope.find(word).is_some() || self.symbols.variable(word, &[]).is_some() || nullary.is_some();
        if let (Some(_), true) = (&place, named) {
            let message = format!("`{word}` is a value of what it is compared with, and a name too");
            self.reporter
                .report(Diagnostic::new(Code::R106, message, span).label("which is meant?").help("rename one of them"));
            return None;
        }
        if place.is_some() {
            return place;
        }
        if let Some(entity) = scope.find(word) {
            return Some(Ground::Entity(entity));
        }
        if let Some(id) = self.symbols.variable(word, &[]) {
            return Some(self.variable(id));
        }
        if let Some(define) = nullary {
            return self.callee(Callee::Definition(define), Vec::new(), expected, span);
        }
        match (word, expected) {
            ("here", _) => return self.here(span, scope).map(Ground::Entity),
            ("healthy", _) => return self.callee(Callee::Healthy, Vec::new(), None, span),
            ("yes", _) => return Some(Ground::Truth(value::constant(true))),
            ("no", _) => return Some(Ground::Truth(value::constant(false))),
            (_, Some(Type::Fixed(kind))) => {
                if let Some(entity) = self.symbols.named(kind, word) {
                    return Some(Ground::Entity(entity));
                }
            }
            _ => {}
        }
        if let Some(node) = self.symbols.named(Kind::Node, word) {
            return Some(Ground::Entity(node));
        }
        if !matches!(expected, Some(Type::Values(domain)) if self.symbols.broken.contains(&domain)) {
            let mistake = self.unknown_word(word, span, expected, scope);
            self.reporter.report(mistake);
        }
        None
    }

    fn unknown_word(&self, word: &str, span: Span, expected: Option<Type>, scope: &Scope) -> Diagnostic {
        if let Some(family) = self.symbols.families.get(word) {
            let kinds: Vec<&str> = family.params.iter().map(|kind| kind.word()).collect();
            return Diagnostic::new(
                Code::R109,
                format!("`{word}` is there for each {}: say which", kinds.join(" and ")),
                span,
            )
            .label("needs an argument")
            .help(format!("write `{word}({})`", kinds.join(", ")));
        }
        if let Some(define) = self.symbols.definitions.get(word) {
            let head = &self.symbols.tree.defines[*define].head.value;
            return Diagnostic::new(Code::R109, format!("`{word}` needs arguments"), span)
                .label(format!("defined as `{head}`"));
        }
        let bound: Vec<&str> = scope.names.iter().map(|(name, _)| name.as_str()).collect();
        if let Some(Type::Values(domain)) = expected {
            let values = &self.symbols.domain(domain).values;
            let list = value::values(values);
            let mistake =
                Diagnostic::new(Code::R104, format!("`{word}` is not one of {list}"), span).label("no such value");
            let known = values.iter().map(String::as_str).chain(bound).chain(self.symbols.candidates());
            return match nearest(word, known) {
                Some(near) => mistake.help(format!("did you mean `{near}`?")),
                None => mistake,
            };
        }
        let kinds = [Kind::Group, Kind::Package].into_iter().flat_map(|kind| self.symbols.names(kind));
        unknown("name", word, span, bound.into_iter().chain(self.symbols.candidates()).chain(kinds))
    }

    pub(super) fn here(&mut self, span: Span, scope: &Scope) -> Option<Entity> {
        match scope.here {
            Some(node) => Some(Entity::Node(node.0)),
            None => {
                self.reporter.report(
                    Diagnostic::new(Code::R107, "there is no node that `here` could be", span)
                        .label("no node is acted on here")
                        .help("name the node, or make it a parameter"),
                );
                None
            }
        }
    }
}
