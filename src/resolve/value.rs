//! What an expression comes to: its type and its ground form; simplifications that keep texts short.

use super::entity::{Entity, Kind};
use super::model::{DomainId, Expr, Term};
use super::symbols::Symbols;
use std::sync::Arc;

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Type {
    Truth,
    Integer,
    /// A value of a domain of words, versions or nodes.
    Values(DomainId),
    /// A group or a package, known when the expression is written out.
    Fixed(Kind),
}

impl Type {
    /// The type of a variable.
    pub(super) fn of(symbols: &Symbols, domain: DomainId) -> Type {
        match symbols.domain(domain).kind {
            super::model::DomainKind::Truth => Type::Truth,
            super::model::DomainKind::Range(_) => Type::Integer,
            _ => Type::Values(domain),
        }
    }

    /// In words.
    pub(super) fn word(self, symbols: &Symbols) -> String {
        match self {
            Type::Truth => "a truth".to_owned(),
            Type::Integer => "a number".to_owned(),
            Type::Values(Symbols::NODES) => "a node".to_owned(),
            Type::Values(domain) => format!("one of {}", values(&symbols.domain(domain).values)),
            Type::Fixed(kind) => format!("a {}", kind.word()),
        }
    }
}

/// A list of values for people, cut where it is long.
pub(super) fn values(values: &[String]) -> String {
    let mut text = values.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", ");
    if values.len() > 8 {
        text.push_str(", …");
    }
    text
}

/// What an expression comes to.
#[derive(Clone, Debug)]
pub(super) enum Ground {
    /// True or false.
    Truth(Arc<Expr>),
    /// A number or a value.
    Term(Type, Term),
    /// A node, group or package that is known.
    Entity(Entity),
}

impl Ground {
    pub(super) fn kind(&self) -> Type {
        match self {
            Ground::Truth(_) => Type::Truth,
            Ground::Term(kind, _) => *kind,
            Ground::Entity(Entity::Node(_)) => Type::Values(Symbols::NODES),
            Ground::Entity(entity) => Type::Fixed(entity.kind()),
        }
    }
}

/// A constant truth.
pub(super) fn constant(truth: bool) -> Arc<Expr> {
    Arc::new(Expr::Constant(truth))
}

fn known(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::Constant(truth) => Some(*truth),
        _ => None,
    }
}

pub(super) fn not(expr: &Arc<Expr>) -> Arc<Expr> {
    match &**expr {
        Expr::Constant(truth) => constant(!truth),
        Expr::Not(inner) => inner.clone(),
        _ => Arc::new(Expr::Not(expr.clone())),
    }
}

/// The conjunction, flattened, without constants.
pub(super) fn and(parts: impl IntoIterator<Item = Arc<Expr>>) -> Arc<Expr> {
    let mut kept = Vec::new();
    for part in parts {
        match &*part {
            Expr::Constant(true) => {}
            Expr::Constant(false) => return part,
            Expr::And(inner) => kept.extend(inner.iter().cloned()),
            _ => kept.push(part),
        }
    }
    match kept.len() {
        0 => constant(true),
        1 => kept.swap_remove(0),
        _ => Arc::new(Expr::And(kept)),
    }
}

/// The disjunction, flattened, without constants.
pub(super) fn or(parts: impl IntoIterator<Item = Arc<Expr>>) -> Arc<Expr> {
    let mut kept = Vec::new();
    for part in parts {
        match &*part {
            Expr::Constant(false) => {}
            Expr::Constant(true) => return part,
            Expr::Or(inner) => kept.extend(inner.iter().cloned()),
            _ => kept.push(part),
        }
    }
    match kept.len() {
        0 => constant(false),
        1 => kept.swap_remove(0),
        _ => Arc::new(Expr::Or(kept)),
    }
}

pub(super) fn implies(left: &Arc<Expr>, right: &Arc<Expr>) -> Arc<Expr> {
    match (known(left), known(right)) {
        (Some(false), _) | (_, Some(true)) => constant(true),
        (Some(true), _) => right.clone(),
        (_, Some(false)) => not(left),
        _ => Arc::new(Expr::Implies(left.clone(), right.clone())),
    }
}

pub(super) fn same(left: &Arc<Expr>, right: &Arc<Expr>) -> Arc<Expr> {
    match (known(left), known(right)) {
        (Some(true), _) => right.clone(),
        (_, Some(true)) => left.clone(),
        (Some(false), _) => not(right),
        (_, Some(false)) => not(left),
        _ => Arc::new(Expr::Same(left.clone(), right.clone())),
    }
}

pub(super) fn choose(condition: &Arc<Expr>, then: &Arc<Expr>, other: &Arc<Expr>) -> Arc<Expr> {
    match known(condition) {
        Some(true) => then.clone(),
        Some(false) => other.clone(),
        None => Arc::new(Expr::If(condition.clone(), then.clone(), other.clone())),
    }
}

/// How many nodes a term has, shared truths counted once each.
pub(super) fn size(term: &Term) -> usize {
    match term {
        Term::Constant(..) | Term::Variable(_) => 1,
        Term::Rank(inner) | Term::Named(_, inner) => 1 + size(inner),
        Term::Count(parts) => 1 + parts.len(),
        Term::Add(left, right) | Term::Subtract(left, right) => 1 + size(left) + size(right),
        Term::If(_, then, other) => 2 + size(then) + size(other),
        Term::Max(terms) | Term::Min(terms) => 1 + terms.iter().map(size).sum::<usize>(),
    }
}
