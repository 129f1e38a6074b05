//! Writes expressions out: names become variables, quantifiers become conjunctions, everything gets a type.
//!
//! Comes in: a tree expression, the scope it stands in and, where its place says so, the type it should have. Goes out:
//! a [`Ground`], or None after a report. Invariants: the size and the depth of what is made are limited; definitions
//! are made once for each list of arguments and shared.

use super::compare::Hint;
use super::entity::{Entity, Kind, Scope, combinations};
use super::model::{Expr, Term};
use super::reporter::{Reporter, unknown};
use super::symbols::Symbols;
use super::value::{self, Ground, Type};
use crate::base::{Map, Span};
use crate::diag::{Code, Diagnostic};
use crate::syntax::tree::{self, BinaryOp, ExprKind, Quantifier, Text};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The most ground parts that one world or runbook may come to.
pub(super) const MOST_PARTS: usize = 200_000;
/// The deepest that expressions may nest, definitions written out.
pub(super) const DEEPEST: usize = 300;

/// How often a body is looked at that is wrong: what is wrong with it for more bindings than these is found the next time.
const MOST_WRONG: usize = 100;

/// What has a body that is written out where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Callee {
    Definition(usize),
    Online,
    Healthy,
}

/// What a body is written out for: arguments, and the type expected where the body has none of its own.
pub(super) type Written = (Callee, Vec<Entity>, Option<Type>);

/// A body that was written out, for one list of arguments.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) ground: Option<Ground>,
    pub(super) height: usize,
}

/// Writes out the expressions of one world or runbook.
pub(super) struct Grounder<'r, 'a> {
    pub(super) symbols: &'r Symbols,
    pub(super) reporter: &'r mut Reporter<'a>,
    pub(super) memo: Map<Written, Known>,
    /// Types of definitions, as far as known.
    pub(super) hints: Map<usize, Option<Hint>>,
    /// Bodies being written out, to find those that need themselves.
    pub(super) open: Vec<Written>,
    /// Definitions used.
    pub(super) used: FxHashSet<usize>,
    /// Something was not written out to its end, so that what is used is not known.
    pub(super) cut: bool,
    spent: usize,
    pub(super) depth: usize,
    /// The deepest that the body being written out has come.
    pub(super) deepest: usize,
}

impl<'r, 'a> Grounder<'r, 'a> {
    pub(super) fn new(symbols: &'r Symbols, reporter: &'r mut Reporter<'a>) -> Self {
        Grounder {
            symbols,
            reporter,
            memo: Map::default(),
            hints: Map::default(),
            open: Vec::new(),
            used: FxHashSet::default(),
            cut: false,
            spent: 0,
            depth: 0,
            deepest: 0,
        }
    }

    /// Counts parts made. None when there are too many.
    pub(super) fn spend(&mut self, parts: usize, span: Span) -> Option<()> {
        self.spent = self.spent.saturating_add(parts);
        if self.spent <= MOST_PARTS {
            return Some(());
        }
        self.cut = true;
        if self.spent - parts <= MOST_PARTS {
            let message = format!("the file comes to more than {MOST_PARTS} parts when quantifiers are written out");
            self.reporter.say(Code::R111, message, span, "the limit is reached here");
        }
        None
    }

    /// How many more parts may be made.
    pub(super) fn room(&self) -> usize {
        MOST_PARTS.saturating_sub(self.spent)
    }

    /// Whether one may go `levels` deeper from here; reports it if not.
    pub(super) fn deep(&mut self, levels: usize, span: Span) -> Option<()> {
        self.deepest = self.deepest.max(self.depth + levels);
        if self.depth + levels > DEEPEST {
            self.cut = true;
            let message = format!("expressions nest more than {DEEPEST} deep when definitions are written out");
            self.reporter.say(Code::R111, message, span, "too deep here");
            return None;
        }
        Some(())
    }

    /// A truth.
    pub(super) fn truth(&mut self, expr: &tree::Expr, scope: &Scope) -> Option<Arc<Expr>> {
        match self.ground(expr, Some(Type::Truth), scope)? {
            Ground::Truth(truth) => Some(truth),
            other => self.wrong(&other, "a truth", expr.span),
        }
    }

    /// A number or a value as a term.
    pub(super) fn term(&mut self, expr: &tree::Expr, expected: Option<Type>, scope: &Scope) -> Option<(Type, Term)> {
        let ground = self.ground(expr, expected, scope)?;
        self.as_term(ground, expr.span)
    }

    pub(super) fn as_term(&mut self, ground: Ground, span: Span) -> Option<(Type, Term)> {
        match ground {
            Ground::Term(kind, term) => Some((kind, term)),
            Ground::Entity(Entity::Node(node)) => {
                let name = self.symbols.nodes[node as usize].clone();
                Some((Type::Values(Symbols::NODES), Term::Constant(i64::from(node), name)))
            }
            other => self.wrong(&other, "a number or a value", span),
        }
    }

    pub(super) fn wrong<T>(&mut self, ground: &Ground, wanted: &str, span: Span) -> Option<T> {
        let is = ground.kind().word(self.symbols);
        self.reporter.say(Code::R105, format!("this is {is}, and {wanted} is needed"), span, is);
        None
    }

    /// Writes an expression out.
    pub(super) fn ground(&mut self, expr: &tree::Expr, expected: Option<Type>, scope: &Scope) -> Option<Ground> {
        self.spend(1, expr.span)?;
        self.depth += 1;
        let ground = self.deep(0, expr.span).and_then(|()| self.inner(expr, expected, scope));
        self.depth -= 1;
        ground
    }

    fn inner(&mut self, expr: &tree::Expr, expected: Option<Type>, scope: &Scope) -> Option<Ground> {
        match &expr.kind {
            ExprKind::Bad => None,
            ExprKind::Integer(number) => match expected {
                Some(Type::Values(_)) => self.word(&number.to_string(), expr.span, expected, scope),
                _ => Some(Ground::Term(Type::Integer, Term::Constant(*number, number.to_string()))),
            },
            ExprKind::Word(word) => self.word(word, expr.span, expected, scope),
            ExprKind::Call(name, arguments) => self.call(name, arguments, expr.span, expected, scope),
            ExprKind::Not(inner) => Some(Ground::Truth(value::not(&self.truth(inner, scope)?))),
            ExprKind::Negative(inner) => self.negative(inner, scope),
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), ..) => self.chain(expr, *op, scope),
            ExprKind::Binary(BinaryOp::Implies, left, right) => {
                let (left, right) = (self.truth(left, scope), self.truth(right, scope));
                Some(Ground::Truth(value::implies(&left?, &right?)))
            }
            ExprKind::Binary(op @ (BinaryOp::Add | BinaryOp::Subtract), left, right) => {
                self.arithmetic(*op, left, right, scope)
            }
            ExprKind::Binary(op, left, right) => self.comparison(*op, left, right, expr.span, scope),
            ExprKind::In(left, list) => self.membership(left, list, scope),
            ExprKind::If(condition, then, other) => self.choice(condition, then, other, expected, scope),
            ExprKind::Quantified { kind, names, set, body } => {
                self.quantified(*kind, names, set.as_ref(), body, expr.span, scope)
            }
        }
    }

    /// `a and b and …`: the parser nests these to the left; they are taken apart without recursion.
    fn chain(&mut self, expr: &tree::Expr, op: BinaryOp, scope: &Scope) -> Option<Ground> {
        let mut parts = Vec::new();
        let mut rest = expr;
        while let ExprKind::Binary(inner, left, right) = &rest.kind {
            if *inner != op {
                break;
            }
            parts.push(&**right);
            rest = left;
        }
        parts.push(rest);
        let made: Vec<Option<Arc<Expr>>> = parts.into_iter().rev().map(|part| self.truth(part, scope)).collect();
        let made: Vec<Arc<Expr>> = made.into_iter().collect::<Option<_>>()?;
        Some(Ground::Truth(if op == BinaryOp::And { value::and(made) } else { value::or(made) }))
    }

    fn quantified(
        &mut self,
        kind: Quantifier,
        names: &[Text],
        set: Option<&Text>,
        body: &tree::Expr,
        span: Span,
        scope: &Scope,
    ) -> Option<Ground> {
        let members = match set {
            None => self.symbols.all(Kind::Node),
            Some(set) => match self.symbols.range(&set.value) {
                Some((_, members)) => members,
                None => {
                    let mistake = unknown("set", &set.value, set.span, self.symbols.ranges());
                    self.reporter.report(mistake);
                    return None;
                }
            },
        };
        for (place, name) in names.iter().enumerate() {
            self.bindable(name, &names[..place], scope)?;
        }
        let sets = vec![members; names.len()];
        let Some(bindings) = combinations(&sets, self.room()) else {
            self.spend(MOST_PARTS + 1, span);
            return None;
        };
        let mut inner = scope.clone();
        let mut parts = Some(Vec::new());
        let mut wrong = 0;
        for binding in bindings {
            inner.names.truncate(scope.names.len());
            inner.names.extend(names.iter().map(|name| name.value.clone()).zip(binding));
            let part = self.truth(body, &inner);
            wrong += usize::from(part.is_none());
            if wrong > MOST_WRONG {
                return None;
            }
            parts = parts.and_then(|mut parts| {
                parts.push(part?);
                Some(parts)
            });
            self.spend(1, span)?;
        }
        let parts = parts?;
        Some(match kind {
            Quantifier::All => Ground::Truth(value::and(parts)),
            Quantifier::Some => Ground::Truth(value::or(parts)),
            Quantifier::Count => Ground::Term(Type::Integer, Term::Count(parts)),
        })
    }

    /// A bound name must not hide another meaning.
    pub(super) fn bindable(&mut self, name: &Text, before: &[Text], scope: &Scope) -> Option<()> {
        let word = name.value.as_str();
        let hides = if scope.find(word).is_some() || before.iter().any(|earlier| earlier.value == word) {
            "is bound already"
        } else if self.symbols.named(Kind::Node, word).is_some() {
            "is a node"
        } else if super::symbols::RESERVED.contains(&word) {
            "is a word of the language"
        } else if self.symbols.families.contains_key(word) || self.symbols.definitions.contains_key(word) {
            "is a variable or a definition"
        } else {
            return Some(());
        };
        self.reporter.report(
            Diagnostic::new(Code::R103, format!("`{word}` {hides}"), name.span)
                .label("cannot be bound here")
                .help("choose another name"),
        );
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{TWO, mistakes, text, world};
    use crate::diag::Code;
    use crate::resolve::render;

    fn defined(define: &str, health: &str) -> String {
        format!("{TWO}\n[define]\n{define}\n[health]\nend = \"{health}\"\n")
    }

    #[test]
    fn a_definition_takes_its_domain_from_where_it_is_used() {
        let define = "\"base(n)\" = \"if installed(sp4, n) then sp4 else mscs\"\nleast = \"mscs\"";
        let text = defined(define, "all n: clusres(n) >= base(n) and clusres(n) >= least");
        let world = world(&text).world;
        let all: Vec<String> = world.health.iter().map(|health| render::expr(&health.expr, &world)).collect();
        assert_eq!(
            all,
            ["clusres(A) >= base(A) and clusres(A) >= least and clusres(B) >= base(B) and clusres(B) >= least"]
        );
    }

    #[test]
    fn a_definition_with_a_domain_of_its_own_keeps_it() {
        let define = "\"most(n)\" = \"max(clusres(n), mscs)\"";
        assert_eq!(mistakes(&defined(define, "most(A) == sp4")), []);
        assert_eq!(mistakes(&defined(define, "most(A) == iis(A)")), [Code::R121]);
    }

    #[test]
    fn a_word_is_looked_up_in_the_domain_of_the_side_that_tells_most() {
        assert_eq!(text("working == iis(A)"), "working == iis(A)");
        assert_eq!(text("(if up(A) then sp4 else mscs) == clusres(A)"), "(if up(A) then sp4 else mscs) == clusres(A)");
        assert_eq!(text("min(sp4, mscs) < max(clusres(A), mscs)"), "min(sp4, mscs) < max(clusres(A), mscs)");
    }

    #[test]
    fn words_without_a_domain_are_found_out_in_time_however_deep_they_stand() {
        let choices = "if up(A) then x else ".repeat(50) + "y";
        assert!(mistakes(&defined("used = \"up(A)\"", &format!("used and ({choices})"))).contains(&Code::R101));
        let chain: String = (1..200).map(|i| format!("d{i} = \"if up(A) then d{0} else d{0}\"\n", i - 1)).collect();
        let chain = format!("d0 = \"sp4\"\n{chain}");
        assert_eq!(
            mistakes(&defined(&chain, "clusres(A) == d10")).iter().filter(|code| **code != Code::R102).count(),
            0
        );
    }
}
