//! A plain evaluator of ground expressions over value indices: slow, obvious, and independent of the packed system.
//!
//! Comes in: an expression and the value index of every variable. Goes out: a truth or a number. Definitions that are
//! used often are evaluated once for each [`Evaluation`]. Nothing here knows names.

use super::model::{Compare, Domain, DomainKind, Expr, Term, Variable, VariableId, World};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::sync::Arc;

/// The values of all variables in one state, ready to evaluate in.
pub struct Evaluation<'a> {
    variables: &'a [Variable],
    domains: &'a [Domain],
    values: &'a [u8],
    known: RefCell<FxHashMap<*const Expr, bool>>,
}

impl<'a> Evaluation<'a> {
    /// A state of `world`: `values` holds the value index of every variable.
    pub fn new(world: &'a World, values: &'a [u8]) -> Self {
        Evaluation::of(&world.variables, &world.domains, values)
    }

    /// The same before there is a world.
    pub(super) fn of(variables: &'a [Variable], domains: &'a [Domain], values: &'a [u8]) -> Self {
        Evaluation { variables, domains, values, known: RefCell::default() }
    }

    /// Whether the expression is true.
    pub fn holds(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Constant(truth) => *truth,
            Expr::Holds(variable) => self.values[variable.index()] == 1,
            Expr::Compare(compare, left, right) => compared(*compare, self.number(left), self.number(right)),
            Expr::In(term, terms) => {
                let number = self.number(term);
                terms.iter().any(|term| self.number(term) == number)
            }
            Expr::Not(inner) => !self.holds(inner),
            Expr::And(parts) => parts.iter().all(|part| self.holds(part)),
            Expr::Or(parts) => parts.iter().any(|part| self.holds(part)),
            Expr::Implies(left, right) => !self.holds(left) || self.holds(right),
            Expr::Same(left, right) => self.holds(left) == self.holds(right),
            Expr::If(condition, then, other) => self.holds(if self.holds(condition) { then } else { other }),
            Expr::Named(_, body) => {
                let key = Arc::as_ptr(body);
                if let Some(truth) = self.known.borrow().get(&key) {
                    return *truth;
                }
                let truth = self.holds(body);
                self.known.borrow_mut().insert(key, truth);
                truth
            }
        }
    }

    /// The number of a term: integers as themselves, values as their place in their domain.
    pub fn number(&self, term: &Term) -> i64 {
        match term {
            Term::Constant(number, _) => *number,
            Term::Variable(variable) => self.value(*variable),
            Term::Rank(inner) | Term::Named(_, inner) => self.number(inner),
            Term::Count(parts) => {
                let count = parts.iter().filter(|part| self.holds(part)).count();
                i64::try_from(count).expect("a limited number of parts")
            }
            Term::Add(left, right) => self.number(left).saturating_add(self.number(right)),
            Term::Subtract(left, right) => self.number(left).saturating_sub(self.number(right)),
            Term::If(condition, then, other) => self.number(if self.holds(condition) { then } else { other }),
            Term::Max(terms) => terms.iter().map(|term| self.number(term)).max().unwrap_or(0),
            Term::Min(terms) => terms.iter().map(|term| self.number(term)).min().unwrap_or(0),
        }
    }

    fn value(&self, variable: VariableId) -> i64 {
        let index = i64::from(self.values[variable.index()]);
        match self.domains[self.variables[variable.index()].domain.index()].kind {
            DomainKind::Range(lowest) => lowest + index,
            _ => index,
        }
    }
}

/// `left OP right` of numbers.
pub(super) fn compared(compare: Compare, left: i64, right: i64) -> bool {
    match compare {
        Compare::Equal => left == right,
        Compare::NotEqual => left != right,
        Compare::Less => left < right,
        Compare::AtMost => left <= right,
        Compare::Greater => left > right,
        Compare::AtLeast => left >= right,
    }
}

/// The variables that expressions and terms read, in the order of the text, each once.
#[derive(Default)]
pub struct Reads {
    /// What was read so far.
    pub variables: Vec<VariableId>,
    seen: FxHashSet<VariableId>,
    walked: FxHashSet<*const Expr>,
}

impl Reads {
    fn variable(&mut self, variable: VariableId) {
        if self.seen.insert(variable) {
            self.variables.push(variable);
        }
    }

    fn shared(&mut self, expr: &Arc<Expr>) {
        if self.walked.insert(Arc::as_ptr(expr)) {
            self.expr(expr);
        }
    }

    /// Adds what an expression reads.
    pub fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Constant(_) => {}
            Expr::Holds(variable) => self.variable(*variable),
            Expr::Compare(_, left, right) => {
                self.term(left);
                self.term(right);
            }
            Expr::In(term, terms) => {
                self.term(term);
                terms.iter().for_each(|term| self.term(term));
            }
            Expr::Not(inner) | Expr::Named(_, inner) => self.shared(inner),
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| self.shared(part)),
            Expr::Implies(left, right) | Expr::Same(left, right) => {
                self.shared(left);
                self.shared(right);
            }
            Expr::If(condition, then, other) => [condition, then, other].into_iter().for_each(|part| self.shared(part)),
        }
    }

    /// Adds what a term reads.
    pub fn term(&mut self, term: &Term) {
        match term {
            Term::Constant(..) => {}
            Term::Variable(variable) => self.variable(*variable),
            Term::Rank(inner) | Term::Named(_, inner) => self.term(inner),
            Term::Count(parts) => parts.iter().for_each(|part| self.shared(part)),
            Term::Add(left, right) | Term::Subtract(left, right) => {
                self.term(left);
                self.term(right);
            }
            Term::If(condition, then, other) => {
                self.shared(condition);
                self.term(then);
                self.term(other);
            }
            Term::Max(terms) | Term::Min(terms) => terms.iter().for_each(|term| self.term(term)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::holds;

    #[test]
    fn versions_compare_by_their_place_and_integers_as_themselves() {
        assert!(holds("clusres(A) < sp4 and clusres(A) >= mscs", &[("clusres(A)", 1)]));
        assert!(!holds("clusres(A) > mscs", &[("clusres(A)", 1)]));
        assert!(holds("retries == -1", &[("retries", 0)]));
        assert!(holds("retries + 1 == 3 and -retries < 0", &[("retries", 3)]));
    }

    #[test]
    fn a_count_counts_and_a_choice_chooses() {
        assert!(holds("(count n: iis(n) == working) == 1", &[("iis(A)", 1)]));
        assert!(holds("(if up(A) then iis(A) else iis(B)) == broken", &[("up(A)", 0), ("iis(B)", 2)]));
        assert!(holds("max(retries, 2) == 2 and min(retries, 2) == -1", &[("retries", 0)]));
    }

    #[test]
    fn an_argument_may_depend_on_the_state() {
        assert!(holds("iis(owner(sql)) == working", &[("owner(sql)", 1), ("iis(B)", 1)]));
        assert!(!holds("iis(owner(sql)) == working", &[("owner(sql)", 0), ("iis(B)", 1)]));
        assert!(holds("up(other(owner(sql)))", &[("owner(sql)", 0)]));
        assert!(!holds("up(other(owner(sql)))", &[("owner(sql)", 0), ("up(B)", 0)]));
    }

    #[test]
    fn a_group_is_online_where_its_owner_is_up_and_has_what_it_needs() {
        assert!(holds("online(sql)", &[]));
        assert!(!holds("online(sql)", &[("clussvc(A)", 0)]));
        assert!(!holds("online(sql)", &[("up(A)", 0)]));
        assert!(holds("online(sql)", &[("up(A)", 0), ("owner(sql)", 1)]));
    }
}
