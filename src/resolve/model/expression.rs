//! Ground, typed expressions, and what assigns them.

use super::{EventId, VariableId};
use crate::base::Span;
use std::sync::Arc;

/// A ground expression that is true or false. Shared parts are shared (`Arc`), so walks should memoise by pointer.
#[derive(Clone, Debug)]
pub enum Expr {
    /// `yes`, `no`
    Constant(bool),
    /// A boolean variable.
    Holds(VariableId),
    /// `left OP right`
    Compare(Compare, Term, Term),
    /// `x in (a, b)`
    In(Term, Vec<Term>),
    /// `not x`
    Not(Arc<Expr>),
    /// Conjunction, also of `all`.
    And(Vec<Arc<Expr>>),
    /// Disjunction, also of `some`.
    Or(Vec<Arc<Expr>>),
    /// `a implies b`
    Implies(Arc<Expr>, Arc<Expr>),
    /// `a == b` of two truths.
    Same(Arc<Expr>, Arc<Expr>),
    /// `if c then a else b` of two truths.
    If(Arc<Expr>, Arc<Expr>, Arc<Expr>),
    /// A use of a definition: `serving(A)` and its body.
    Named(String, Arc<Expr>),
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// A ground expression with a number or a value. Values count as their place in their domain (0-based), integers as themselves.
#[derive(Clone, Debug)]
pub enum Term {
    /// A constant, with the text that a reader knows it by (`sp4`, `A`, `3`).
    Constant(i64, String),
    /// A variable: its value's index, plus the lowest integer for a range.
    Variable(VariableId),
    /// `rank(x)`: as the term, printed as `rank(…)`.
    Rank(Box<Term>),
    /// `count n: p(n)`
    Count(Vec<Arc<Expr>>),
    /// `x + y`
    Add(Box<Term>, Box<Term>),
    /// `x - y`
    Subtract(Box<Term>, Box<Term>),
    /// `if c then x else y`
    If(Arc<Expr>, Box<Term>, Box<Term>),
    /// `max(…)`
    Max(Vec<Term>),
    /// `min(…)`
    Min(Vec<Term>),
    /// A use of a definition and its body: `base(A)`.
    Named(String, Box<Term>),
}

/// A condition with a name and sources.
#[derive(Clone, Debug)]
pub struct Condition {
    /// `end`, `serving`; for `needs` the text.
    pub name: String,
    /// Sources.
    pub cite: Vec<String>,
    /// What must hold.
    pub expr: Arc<Expr>,
    /// Where it is written.
    pub span: Span,
}

/// `variable = value`
#[derive(Clone, Debug)]
pub struct Assign {
    /// What is written.
    pub variable: VariableId,
    /// What it becomes.
    pub value: Value,
}

/// The right side of an assignment. The resolver has made sure that the value is in the domain wherever the outcome's guard holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// This value index.
    Index(u8),
    /// The domain's value for this number: a range's integer, else the index.
    Term(Term),
    /// For a boolean variable.
    Truth(Arc<Expr>),
}

/// What happens, in one of several ways.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Possible where it holds; always without it.
    pub when: Option<Arc<Expr>>,
    /// Simultaneous; no variable twice.
    pub set: Vec<Assign>,
    /// Raised.
    pub events: Vec<EventId>,
    /// Sources.
    pub cite: Vec<String>,
    /// The step is said to have failed.
    pub fails: bool,
}
