//! Expressions, and text with its place.

use crate::base::{Span, Spanned};

/// Text with its place.
pub type Text = Spanned<String>;

/// A table's entries in the order of the file.
pub type Entries<T> = Vec<(Text, T)>;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where. Inside a TOML string the place inside it, where the string has no escapes; else the whole string.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// Could not be parsed; a diagnostic says why. Resolves to anything, silently.
    Bad,
    /// `12`
    Integer(i64),
    /// A bare word: a value, a name, a node, `here`, `yes`, `1997.11.532.0`.
    Word(String),
    /// `clusres(here)`, `max(x, y)`
    Call(Text, Vec<Expr>),
    /// `not x`
    Not(Box<Expr>),
    /// `- x`
    Negative(Box<Expr>),
    /// `x OP y`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `x in (a, b)`
    In(Box<Expr>, Vec<Expr>),
    /// `if c then x else y`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `all m, n in control: body`
    Quantified {
        /// Which.
        kind: Quantifier,
        /// The names bound.
        names: Vec<Text>,
        /// After `in`: a set of nodes, `groups`, `packages`; all nodes without it.
        set: Option<Text>,
        /// As far right as it can.
        body: Box<Expr>,
    },
}

/// `all`, `some`, `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// For every binding.
    All,
    /// For at least one.
    Some,
    /// How many.
    Count,
}

/// Operators of two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `and`
    And,
    /// `or`
    Or,
    /// `implies`
    Implies,
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
    /// `+`
    Add,
    /// `-`
    Subtract,
}
