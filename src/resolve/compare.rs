//! Comparisons, membership, choices and arithmetic: where two sides must agree in type.
//!
//! A bare word takes its meaning from the other side, so the side that tells more is looked at first.

use super::entity::{Entity, Kind, Scope};
use super::evaluate::compared;
use super::ground::{DEEPEST, Grounder};
use super::model::{Compare, Expr, Term};
use super::symbols::Symbols;
use super::value::{self, Ground, Type};
use crate::base::Span;
use crate::diag::{Code, Diagnostic};
use crate::syntax::tree::{self, BinaryOp, ExprKind};
use std::sync::Arc;

/// How much a hint may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// It has this type, whatever stands on the other side.
    None,
    /// A bare word, which may be a value of the other side's domain.
    Word,
    /// Digits, which may be a value of the other side's domain.
    Number,
}

/// The type that an expression has if nothing else is said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hint {
    pub(super) kind: Type,
    pub(super) doubt: Doubt,
}

/// The greatest sum of integers that are written out, as for one that is written down: as many of these as a world may have
/// parts still fit.
const MOST_CONSTANT: i64 = 1_000_000_000;

impl Grounder<'_, '_> {
    /// The type that expressions at one level should have, told by the one that tells most.
    pub(super) fn agreed(&mut self, exprs: &[&tree::Expr], scope: &Scope) -> Option<Type> {
        self.best(exprs, scope).map(|hint| hint.kind)
    }

    fn best(&mut self, exprs: &[&tree::Expr], scope: &Scope) -> Option<Hint> {
        let hints: Vec<Hint> = exprs.iter().filter_map(|expr| self.hint(expr, scope)).collect();
        hints.into_iter().min_by_key(|hint| hint.doubt)
    }

    /// The type of an expression as far as it can be told without reporting anything. Linear in its size.
    pub(super) fn hint(&mut self, expr: &tree::Expr, scope: &Scope) -> Option<Hint> {
        // Where this goes too deep, so will writing out, and that is reported.
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let hint = self.looked_at(expr, scope);
        self.depth -= 1;
        hint
    }

    fn looked_at(&mut self, expr: &tree::Expr, scope: &Scope) -> Option<Hint> {
        let sure = |kind| Some(Hint { kind, doubt: Doubt::None });
        match &expr.kind {
            ExprKind::Bad => None,
            ExprKind::Integer(_) => Some(Hint { kind: Type::Integer, doubt: Doubt::Number }),
            ExprKind::Negative(_) | ExprKind::Binary(BinaryOp::Add | BinaryOp::Subtract, ..) => sure(Type::Integer),
            ExprKind::Quantified { kind: tree::Quantifier::Count, .. } => sure(Type::Integer),
            ExprKind::Not(_) | ExprKind::In(..) | ExprKind::Binary(..) | ExprKind::Quantified { .. } => {
                sure(Type::Truth)
            }
            ExprKind::Word(word) => self.word_hint(word, scope),
            ExprKind::If(_, then, other) => self.best(&[then, other], scope),
            ExprKind::Call(name, arguments) => match name.value.as_str() {
                "other" => sure(Type::Values(Symbols::NODES)),
                "rank" => sure(Type::Integer),
                "online" => sure(Type::Truth),
                "max" | "min" => self.best(&arguments.iter().collect::<Vec<_>>(), scope),
                word => match (self.symbols.families.get(word), self.symbols.definitions.get(word)) {
                    (Some(family), _) => sure(Type::of(self.symbols, family.domain)),
                    (None, Some(define)) => self.definition_hint(*define),
                    (None, None) => None,
                },
            },
        }
    }

    /// The type of a definition's body; None where it depends on the place of use (`if c then sp3 else sp4`).
    pub(super) fn definition_hint(&mut self, define: usize) -> Option<Hint> {
        if let Some(known) = self.hints.get(&define) {
            return *known;
        }
        // Stands while the body is looked at, so that a definition that needs itself ends here.
        self.hints.insert(define, None);
        let symbols = self.symbols;
        let definition = &symbols.tree.defines[define];
        let mut scope = Scope::default();
        for (place, param) in definition.params.iter().enumerate() {
            let kind = self.param_kind(define, place, 0).unwrap_or(Kind::Node);
            let first = symbols.all(kind).first().copied();
            scope.names.extend(first.map(|entity| (param.value.clone(), entity)));
        }
        let hint = self.hint(&definition.body, &scope);
        self.hints.insert(define, hint);
        hint
    }

    pub(super) fn comparison(
        &mut self,
        op: BinaryOp,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
        scope: &Scope,
    ) -> Option<Ground> {
        let expected = self.agreed(&[left, right], scope);
        let (left_made, right_made) = (self.ground(left, expected, scope), self.ground(right, expected, scope));
        let (left_made, right_made) = (left_made?, right_made?);
        self.agree(&left_made, &right_made, span)?;
        let ordered = !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        let kind = left_made.kind();
        let has_order = matches!(kind, Type::Integer | Type::Values(_)) && kind != Type::Values(Symbols::NODES);
        if ordered && !has_order {
            let message = format!("{} has no order: only `==` and `!=` compare it", kind.word(self.symbols));
            self.reporter.say(Code::R105, message, span, "no order here");
            return None;
        }
        let compare = match op {
            BinaryOp::Equal => Compare::Equal,
            BinaryOp::NotEqual => Compare::NotEqual,
            BinaryOp::Less => Compare::Less,
            BinaryOp::AtMost => Compare::AtMost,
            BinaryOp::Greater => Compare::Greater,
            _ => Compare::AtLeast,
        };
        let truth = match (left_made, right_made) {
            (Ground::Truth(left), Ground::Truth(right)) if compare == Compare::NotEqual => {
                value::not(&value::same(&left, &right))
            }
            (Ground::Truth(left), Ground::Truth(right)) => value::same(&left, &right),
            (Ground::Entity(left), Ground::Entity(right)) => {
                value::constant(compared(compare, i64::from(left.index()), i64::from(right.index())))
            }
            (left_made, right_made) => {
                let (_, left) = self.as_term(left_made, left.span)?;
                let (_, right) = self.as_term(right_made, right.span)?;
                match (&left, &right) {
                    (Term::Constant(left, _), Term::Constant(right, _)) => {
                        value::constant(compared(compare, *left, *right))
                    }
                    _ => Arc::new(Expr::Compare(compare, left, right)),
                }
            }
        };
        Some(Ground::Truth(truth))
    }

    /// Reports two sides of different types.
    fn agree(&mut self, left: &Ground, right: &Ground, span: Span) -> Option<()> {
        let (left, right) = (left.kind(), right.kind());
        if left == right {
            return Some(());
        }
        let (is, and) = (left.word(self.symbols), right.word(self.symbols));
        self.reporter.report(match (left, right) {
            (Type::Values(_), Type::Values(_)) => {
                Diagnostic::new(Code::R121, "the two sides have different domains", span)
                    .label(format!("one side is {is}, the other {and}"))
                    .help("give both one scale or list of values, or compare places with `rank(…)`")
            }
            _ => {
                Diagnostic::new(Code::R105, format!("one side is {is}, the other {and}"), span).label("different types")
            }
        });
        None
    }

    pub(super) fn membership(&mut self, left: &tree::Expr, list: &[tree::Expr], scope: &Scope) -> Option<Ground> {
        let all: Vec<&tree::Expr> = [left].into_iter().chain(list).collect();
        let expected = self.agreed(&all, scope);
        let made = self.ground(left, expected, scope);
        let mut items = Vec::new();
        let mut wrong = false;
        for item in list {
            if let Some(members) = self.set_of_nodes(item, expected) {
                items.extend(members.into_iter().map(|member| (Ground::Entity(member), item.span)));
                continue;
            }
            match self.ground(item, expected, scope) {
                Some(ground) => items.push((ground, item.span)),
                None => wrong = true,
            }
        }
        let made = made?;
        for (item, span) in &items {
            wrong |= self.agree(&made, item, *span).is_none();
        }
        if wrong {
            return None;
        }
        let truth = match made {
            Ground::Truth(truth) => value::or(items.iter().filter_map(|(item, _)| match item {
                Ground::Truth(item) => Some(value::same(&truth, item)),
                _ => None,
            })),
            Ground::Entity(entity) if items.iter().all(|(item, _)| matches!(item, Ground::Entity(_))) => {
                value::constant(items.iter().any(|(item, _)| matches!(item, Ground::Entity(e) if *e == entity)))
            }
            made => {
                let (_, term) = self.as_term(made, left.span)?;
                let mut terms = Vec::new();
                for (item, span) in items {
                    terms.push(self.as_term(item, span)?.1);
                }
                match terms.len() {
                    0 => value::constant(false),
                    _ => Arc::new(Expr::In(term, terms)),
                }
            }
        };
        Some(Ground::Truth(truth))
    }

    /// `n in (control, C)`: the name of a set stands for its nodes.
    fn set_of_nodes(&self, item: &tree::Expr, expected: Option<Type>) -> Option<Vec<Entity>> {
        match (expected, &item.kind) {
            (Some(Type::Values(Symbols::NODES)), ExprKind::Word(word)) if self.symbols.sets.contains_key(word) => {
                self.symbols.range(word).map(|(_, members)| members)
            }
            _ => None,
        }
    }

    pub(super) fn choice(
        &mut self,
        condition: &tree::Expr,
        then: &tree::Expr,
        other: &tree::Expr,
        expected: Option<Type>,
        scope: &Scope,
    ) -> Option<Ground> {
        let expected = expected.or_else(|| self.agreed(&[then, other], scope));
        let condition = self.truth(condition, scope);
        let (then_made, other_made) = (self.ground(then, expected, scope), self.ground(other, expected, scope));
        let (condition, then_made, other_made) = (condition?, then_made?, other_made?);
        self.agree(&then_made, &other_made, other.span)?;
        match (&*condition, then_made, other_made) {
            (Expr::Constant(true), made, _) | (Expr::Constant(false), _, made) => Some(made),
            (_, Ground::Truth(then), Ground::Truth(other)) => {
                Some(Ground::Truth(value::choose(&condition, &then, &other)))
            }
            (_, then_made, other_made) => {
                let (kind, then) = self.as_term(then_made, then.span)?;
                let (_, other) = self.as_term(other_made, other.span)?;
                Some(Ground::Term(kind, Term::If(condition, Box::new(then), Box::new(other))))
            }
        }
    }

    fn integer(&mut self, expr: &tree::Expr, scope: &Scope) -> Option<Term> {
        match self.ground(expr, Some(Type::Integer), scope)? {
            Ground::Term(Type::Integer, term) => Some(term),
            other => self.wrong(&other, "a number", expr.span),
        }
    }

    pub(super) fn arithmetic(
        &mut self,
        op: BinaryOp,
        left: &tree::Expr,
        right: &tree::Expr,
        scope: &Scope,
    ) -> Option<Ground> {
        let at = left.span;
        let (left, right) = (self.integer(left, scope), self.integer(right, scope));
        let (left, right) = (left?, right?);
        let add = op == BinaryOp::Add;
        let term = match (&left, &right) {
            (Term::Constant(left, _), Term::Constant(right, _)) => {
                let number = if add { left.saturating_add(*right) } else { left.saturating_sub(*right) };
                if number.abs() > MOST_CONSTANT {
                    let message = format!("the sum is beyond {MOST_CONSTANT}");
                    self.reporter.say(Code::R017, message, at, "and what stands beside it");
                    return None;
                }
                Term::Constant(number, number.to_string())
            }
            _ if add => Term::Add(Box::new(left), Box::new(right)),
            _ => Term::Subtract(Box::new(left), Box::new(right)),
        };
        Some(Ground::Term(Type::Integer, term))
    }

    pub(super) fn negative(&mut self, inner: &tree::Expr, scope: &Scope) -> Option<Ground> {
        let term = match self.integer(inner, scope)? {
            Term::Constant(number, _) => {
                let number = number.saturating_neg();
                Term::Constant(number, number.to_string())
            }
            term => Term::Subtract(Box::new(Term::Constant(0, "0".to_owned())), Box::new(term)),
        };
        Some(Ground::Term(Type::Integer, term))
    }
}
