//! Ground expressions back to text, as a user would write them: `iis(B) == working`.
//!
//! Comes in: ground expressions, and the variables that they refer to. Goes out: text with as few parentheses as the
//! grammar needs. A definition is shown by its name and arguments, never written out.

use super::model::{Compare, Expr, Term, Variable, World};
use std::sync::Arc;

/// How tightly a text binds: one that binds less than its place allows is put in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    /// `if … then … else …`: reaches as far right as it can.
    Open,
    Implies,
    Or,
    And,
    Not,
    Compare,
    Add,
    /// A word, a call.
    Tight,
}

/// An expression as text.
pub fn expr(expr: &Expr, world: &World) -> String {
    Render { variables: &world.variables }.truth(expr, Binds::Open)
}

/// A term as text.
pub fn term(term: &Term, world: &World) -> String {
    Render { variables: &world.variables }.number(term, Binds::Open)
}

struct Render<'a> {
    variables: &'a [Variable],
}

impl Render<'_> {
    fn expr(&self, expr: &Expr) -> String {
        self.truth(expr, Binds::Open)
    }

    fn term(&self, term: &Term) -> String {
        self.number(term, Binds::Open)
    }

    fn truth(&self, expr: &Expr, place: Binds) -> String {
        let (binds, text) = match expr {
            Expr::Constant(truth) => (Binds::Tight, if *truth { "yes" } else { "no" }.to_owned()),
            Expr::Holds(variable) => (Binds::Tight, self.variables[variable.index()].name.clone()),
            Expr::Compare(compare, left, right) => {
                let left = self.number(left, Binds::Add);
                let right = self.number(right, Binds::Add);
                (Binds::Compare, format!("{left} {} {right}", sign(*compare)))
            }
            Expr::In(term, terms) => {
                let terms: Vec<String> = terms.iter().map(|term| self.term(term)).collect();
                (Binds::Compare, format!("{} in ({})", self.number(term, Binds::Add), terms.join(", ")))
            }
            Expr::Not(inner) => match &**inner {
                Expr::Same(left, right) => (Binds::Compare, self.same("!=", left, right)),
                inner => (Binds::Not, format!("not {}", self.truth(inner, Binds::Not))),
            },
            Expr::And(parts) if parts.is_empty() => (Binds::Tight, "yes".to_owned()),
            Expr::Or(parts) if parts.is_empty() => (Binds::Tight, "no".to_owned()),
            Expr::And(parts) | Expr::Or(parts) if parts.len() == 1 => return self.truth(&parts[0], place),
            Expr::And(parts) => (Binds::And, self.joined(parts, " and ", Binds::Not)),
            Expr::Or(parts) => (Binds::Or, self.joined(parts, " or ", Binds::And)),
            Expr::Implies(left, right) => {
                (Binds::Implies, format!("{} implies {}", self.truth(left, Binds::Or), self.truth(right, Binds::Or)))
            }
            Expr::Same(left, right) => (Binds::Compare, self.same("==", left, right)),
            Expr::If(condition, then, other) => {
                let [condition, then, other] = [condition, then, other].map(|part| self.expr(part));
                (Binds::Open, format!("if {condition} then {then} else {other}"))
            }
            Expr::Named(name, _) => (Binds::Tight, name.clone()),
        };
        wrapped(text, binds, place)
    }

    fn same(&self, sign: &str, left: &Expr, right: &Expr) -> String {
        format!("{} {sign} {}", self.truth(left, Binds::Add), self.truth(right, Binds::Add))
    }

    fn joined(&self, parts: &[Arc<Expr>], word: &str, place: Binds) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.truth(part, place)).collect();
        parts.join(word)
    }

    fn number(&self, term: &Term, place: Binds) -> String {
        let (binds, text) = match term {
            Term::Constant(_, text) => (Binds::Tight, word(text)),
            Term::Variable(variable) => (Binds::Tight, self.variables[variable.index()].name.clone()),
            Term::Rank(inner) => (Binds::Tight, format!("rank({})", self.term(inner))),
            Term::Count(parts) => {
                // There is no word for a count of written-out parts: a sum of choices says the same.
                let one = |part: &Arc<Expr>| format!("(if {} then 1 else 0)", self.expr(part));
                match parts.len() {
                    0 => (Binds::Tight, "0".to_owned()),
                    1 => (Binds::Tight, one(&parts[0])),
                    _ => (Binds::Add, parts.iter().map(one).collect::<Vec<_>>().join(" + ")),
                }
            }
            Term::Add(left, right) => {
                (Binds::Add, format!("{} + {}", self.number(left, Binds::Add), self.number(right, Binds::Tight)))
            }
            Term::Subtract(left, right) => {
                (Binds::Add, format!("{} - {}", self.number(left, Binds::Add), self.number(right, Binds::Tight)))
            }
            Term::If(condition, then, other) => {
                let (then, other) = (self.term(then), self.term(other));
                (Binds::Open, format!("if {} then {then} else {other}", self.expr(condition)))
            }
            Term::Max(terms) => (Binds::Tight, format!("max({})", self.listed(terms))),
            Term::Min(terms) => (Binds::Tight, format!("min({})", self.listed(terms))),
            Term::Named(name, _) => (Binds::Tight, name.clone()),
        };
        wrapped(text, binds, place)
    }

    fn listed(&self, terms: &[Term]) -> String {
        let terms: Vec<String> = terms.iter().map(|term| self.term(term)).collect();
        terms.join(", ")
    }
}

fn wrapped(text: String, binds: Binds, place: Binds) -> String {
    if binds < place { format!("({text})") } else { text }
}

/// A value that an expression could not hold as it is goes in single quotes.
fn word(text: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
    if text.chars().all(plain) { text.to_owned() } else { format!("'{text}'") }
}

fn sign(compare: Compare) -> &'static str {
    match compare {
        Compare::Equal => "==",
        Compare::NotEqual => "!=",
        Compare::Less => "<",
        Compare::AtMost => "<=",
        Compare::Greater => ">",
        Compare::AtLeast => ">=",
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::text;

    #[test]
    fn parentheses_stand_only_where_the_grammar_needs_them() {
        for written in [
            "iis(B) == working",
            "clusres(A) >= sp4",
            "up(A) and (up(B) or installed(sp4, A))",
            "up(A) and up(B) or installed(sp4, A)",
            "not (up(A) and up(B))",
            "not up(A) and up(B)",
            "up(A) implies up(B) or up(A)",
            "(up(A) implies up(B)) implies up(A)",
            "retries + 1 - (retries - 2) > 0",
            "up(A) == (up(B) or up(A))",
            "up(A) != up(B)",
            "(if up(A) then up(B) else installed(sp4, B)) and up(A)",
            "(if up(A) then retries else 2) < 3",
            "max(clusres(A), clusres(B)) in (mscs, sp4)",
            "rank(clusres(A)) == rank(iis(A))",
        ] {
            assert_eq!(text(written), written);
        }
    }

    #[test]
    fn what_is_known_when_it_is_written_out_leaves_no_trace() {
        assert_eq!(text("some n: n != A and up(n) == yes"), "up(B)");
        assert_eq!(text("all n: up(n)"), "up(A) and up(B)");
        assert_eq!(text("A in (nodes) and 1 + 1 == 2"), "yes");
        assert_eq!(text("all g in groups: owner(g) == other(A)"), "owner(sql) == B");
    }

    #[test]
    fn a_count_is_a_sum_of_choices_that_reads_back_as_itself() {
        let written = text("(count n: up(n)) > 1");
        assert_eq!(written, "(if up(A) then 1 else 0) + (if up(B) then 1 else 0) > 1");
        assert_eq!(text(&written), written);
    }
}
