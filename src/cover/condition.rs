//! Changes to an expression: parts replaced by yes or no, operators by their neighbours.
//!
//! Ranges are those of the expression in its file. An expression whose places are not exact (in a string with escapes) is passed over.

use crate::syntax::tree::{BinaryOp, Expr, ExprKind, Quantifier};
use std::ops::Range;

/// A change to a part of an expression.
pub type Change = (Range<usize>, String);

/// Finds changes to expressions of a file.
pub struct Conditions<'t> {
    /// The file.
    pub text: &'t str,
    found: Vec<Change>,
}

impl<'t> Conditions<'t> {
    /// Nothing is found yet.
    pub fn new(text: &'t str) -> Conditions<'t> {
        Conditions { text, found: Vec::new() }
    }

    /// Changes to a guard. Replacing an operand of `and` by *no* would be replacing the whole, so each operand is replaced by what leaves the
    /// others to decide.
    pub fn guard(mut self, expr: &Expr) -> Vec<Change> {
        if self.exact(expr) {
            self.constant(expr, &["yes", "no"]);
            self.truth(expr);
        }
        self.found
    }

    /// Changes to the body of a definition, which may be no truth.
    pub fn body(mut self, expr: &Expr) -> Vec<Change> {
        if self.exact(expr) {
            if is_truth(expr) {
                self.constant(expr, &["yes", "no"]);
            }
            self.truth(expr);
        }
        self.found
    }

    /// Changes to the conditions inside of a value.
    pub fn value(mut self, expr: &Expr) -> Vec<Change> {
        if self.exact(expr) {
            self.choices(expr);
        }
        self.found
    }

    /// Each part of a property replaced by yes and by no.
    pub fn property(mut self, expr: &Expr) -> Vec<Change> {
        if self.exact(expr) {
            self.constant(expr, &["yes", "no"]);
            self.parts(expr);
        }
        self.found
    }

    fn exact(&self, expr: &Expr) -> bool {
        let slice = self.text.get(expr.span.range()).unwrap_or("\"");
        !slice.is_empty() && !slice.starts_with(['"', '\'']) && !matches!(expr.kind, ExprKind::Bad)
    }

    fn change(&mut self, range: Range<usize>, new: impl Into<String>) {
        let new = new.into();
        if self.text.get(range.clone()).is_some_and(|old| old != new) {
            self.found.push((range, new));
        }
    }

    fn constant(&mut self, expr: &Expr, values: &[&str]) {
        let already = matches!(&expr.kind, ExprKind::Word(word) if word == "yes" || word == "no");
        for value in values.iter().filter(|_| !already) {
            self.change(expr.span.range(), *value);
        }
    }

    /// The operator that stands between two operands.
    fn operator(&mut self, left: &Expr, right: &Expr, old: &str, new: &str) {
        let between = left.span.range().end..right.span.range().start;
        let Some(slice) = self.text.get(between.clone()) else { return };
        if let Some(at) = slice.find(old) {
            self.change(between.start + at..between.start + at + old.len(), new);
        }
    }

    fn truth(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Binary(BinaryOp::And, left, right) => {
                self.operands(expr, BinaryOp::And, "yes");
                self.operator(left, right, "and", "or");
                self.truth(left);
                self.truth(right);
            }
            ExprKind::Binary(BinaryOp::Or, left, right) => {
                self.operands(expr, BinaryOp::Or, "no");
                self.operator(left, right, "or", "and");
                self.truth(left);
                self.truth(right);
            }
            ExprKind::Binary(BinaryOp::Implies, left, right) => {
                self.constant(left, &["yes"]);
                self.constant(right, &["no"]);
                self.truth(left);
                self.truth(right);
            }
            ExprKind::Binary(op, left, right) => {
                if let Some((old, new)) = neighbour(*op) {
                    self.operator(left, right, old, new);
                }
                self.choices(left);
                self.choices(right);
            }
            ExprKind::Not(inner) => {
                let slice = self.text.get(inner.span.range()).unwrap_or("").to_owned();
                let start = expr.span.range().start;
                // What stands between `not` and what it denies may open a parenthesis that closes behind.
                let between = self.text.get(start..inner.span.range().start).unwrap_or("");
                if let Some(rest) = between.strip_prefix("not") {
                    let spaces = rest.len() - rest.trim_start().len();
                    if !slice.is_empty() {
                        self.change(start..start + "not".len() + spaces, "");
                    }
                }
                self.truth(inner);
            }
            ExprKind::Word(word) if word == "yes" || word == "no" => {}
            ExprKind::Word(_) | ExprKind::Call(..) => {
                let slice = self.text.get(expr.span.range()).unwrap_or("");
                let new = format!("(not {slice})");
                self.change(expr.span.range(), new);
            }
            ExprKind::In(left, _) => {
                self.choices(left);
                let slice = self.text.get(expr.span.range()).unwrap_or("");
                let new = format!("(not ({slice}))");
                self.change(expr.span.range(), new);
            }
            ExprKind::If(condition, then, other) => {
                self.constant(condition, &["yes", "no"]);
                self.truth(condition);
                self.truth(then);
                self.truth(other);
            }
            ExprKind::Quantified { kind, body, .. } => {
                let (old, new) = match kind {
                    Quantifier::All => ("all", "some"),
                    Quantifier::Some => ("some", "all"),
                    Quantifier::Count => ("count", "count"),
                };
                let start = expr.span.range().start;
                if self.text.get(start..).is_some_and(|text| text.starts_with(old)) {
                    self.change(start..start + old.len(), new);
                }
                self.truth(body);
            }
            ExprKind::Bad | ExprKind::Integer(_) | ExprKind::Negative(_) => {}
        }
    }

    /// Each operand of a chain of one operator.
    fn operands(&mut self, expr: &Expr, of: BinaryOp, value: &str) {
        let ExprKind::Binary(_, left, right) = &expr.kind else { return };
        for side in [left, right] {
            if !matches!(&side.kind, ExprKind::Binary(op, ..) if *op == of) {
                self.constant(side, &[value]);
            }
        }
    }

    /// Conditions inside of a value.
    fn choices(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::If(condition, then, other) => {
                self.constant(condition, &["yes", "no"]);
                self.truth(condition);
                self.choices(then);
                self.choices(other);
            }
            ExprKind::Binary(_, left, right) => {
                self.choices(left);
                self.choices(right);
            }
            ExprKind::Call(_, arguments) => arguments.iter().for_each(|argument| self.choices(argument)),
            ExprKind::Quantified { kind: Quantifier::Count, body, .. } => self.truth(body),
            _ => {}
        }
    }

    /// Parts of a property, each replaced by what leaves the others to decide.
    fn parts(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), left, right) => {
                let value = if *op == BinaryOp::And { "yes" } else { "no" };
                for side in [left, right] {
                    if !matches!(&side.kind, ExprKind::Binary(inner, ..) if inner == op) {
                        self.constant(side, &[value]);
                    }
                    self.parts(side);
                }
            }
            ExprKind::Binary(BinaryOp::Implies, left, right) => {
                self.constant(left, &["yes"]);
                self.constant(right, &["no"]);
                self.parts(left);
                self.parts(right);
            }
            ExprKind::Not(inner) => self.parts(inner),
            ExprKind::Quantified { body, .. } => self.parts(body),
            ExprKind::If(condition, then, other) => {
                self.constant(condition, &["yes", "no"]);
                self.parts(then);
                self.parts(other);
            }
            _ => {}
        }
    }
}

fn is_truth(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Not(_) | ExprKind::In(..) => true,
        ExprKind::Binary(op, ..) => !matches!(op, BinaryOp::Add | BinaryOp::Subtract),
        ExprKind::Quantified { kind, .. } => *kind != Quantifier::Count,
        _ => false,
    }
}

fn neighbour(op: BinaryOp) -> Option<(&'static str, &'static str)> {
    Some(match op {
        BinaryOp::Equal => ("==", "!="),
        BinaryOp::NotEqual => ("!=", "=="),
        BinaryOp::Less => ("<", "<="),
        BinaryOp::AtMost => ("<=", "<"),
        BinaryOp::Greater => (">", ">="),
        BinaryOp::AtLeast => (">=", ">"),
        BinaryOp::And | BinaryOp::Or | BinaryOp::Implies | BinaryOp::Add | BinaryOp::Subtract => return None,
    })
}
