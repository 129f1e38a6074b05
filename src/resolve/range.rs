//! Checks that need a look at values: may an assignment leave its range, can a reaction ever come to rest.
//!
//! The range check tries every combination of the values that the guards and the assigned term read, so it is exact;
//! where there are too many combinations it says so instead of guessing.

use super::evaluate::{Evaluation, Reads};
use super::ground::Grounder;
use super::model::{Assign, DomainKind, Expr, Term, Value, VariableId};
use crate::base::Span;
use crate::diag::{Code, Diagnostic};
use std::sync::Arc;

/// The most combinations that are tried for one assignment.
const MOST_COMBINATIONS: u64 = 200_000;

impl Grounder<'_, '_> {
    /// Reports an assignment of a computed integer that can leave the variable's range where all `guards` hold.
    pub(super) fn check_range(&mut self, variable: VariableId, value: &Value, guards: &[Arc<Expr>], span: Span) {
        let Value::Term(term) = value else { return };
        let domain = self.symbols.domain(self.symbols.variables[variable.index()].domain);
        let DomainKind::Range(low) = domain.kind else { return };
        let high = low.saturating_add(i64::try_from(domain.values.len()).expect("a small domain") - 1);
        // Most terms stay inside by themselves (`min(retries + 1, 3)`): look at what they read first, then at the guards.
        let mut found = self.outside(term, &[], low, high);
        for count in 1..=guards.len() {
            if matches!(found, Search::Inside) {
                return;
            }
            found = self.outside(term, &guards[..count], low, high);
        }
        let name = &self.symbols.variables[variable.index()].name;
        let mistake = match found {
            Search::Inside => return,
            Search::Outside(number, state) => {
                let state = if state.is_empty() { String::new() } else { format!(" where {}", state.join(", ")) };
                Diagnostic::new(Code::R114, format!("`{name}` would become {number}{state}"), span)
                    .label(format!("its range is {low} to {high}"))
                    .help("guard the assignment with `when`, or limit the value with `min` and `max`")
            }
            Search::TooMany => {
                let message = format!("cannot tell whether `{name}` stays between {low} and {high}: too much is read");
                Diagnostic::new(Code::R111, message, span).label("limit the value with `min` and `max`")
            }
        };
        self.reporter.report(mistake);
    }

    fn outside(&self, term: &Term, guards: &[Arc<Expr>], low: i64, high: i64) -> Search {
        let (variables, domains) = (&self.symbols.variables, &self.symbols.domains);
        let mut reads = Reads::default();
        reads.term(term);
        guards.iter().for_each(|guard| reads.expr(guard));
        let sizes: Vec<u8> = reads
            .variables
            .iter()
            .map(|id| u8::try_from(domains[variables[id.index()].domain.index()].values.len()).unwrap_or(u8::MAX))
            .collect();
        let count = sizes.iter().try_fold(1u64, |count, size| count.checked_mul(u64::from(*size)));
        if count.is_none_or(|count| count > MOST_COMBINATIONS) {
            return Search::TooMany;
        }
        let mut values = vec![0u8; variables.len()];
        loop {
            let state = Evaluation::of(variables, domains, &values);
            let number = state.number(term);
            if !(low..=high).contains(&number) && guards.iter().all(|guard| state.holds(guard)) {
                let shown = reads.variables.iter().map(|id| {
                    let variable = &variables[id.index()];
                    let value = &domains[variable.domain.index()].values[usize::from(values[id.index()])];
                    format!("{} is {value}", variable.name)
                });
                return Search::Outside(number, shown.collect());
            }
            let mut place = 0;
            loop {
                let Some(id) = reads.variables.get(place) else { return Search::Inside };
                values[id.index()] += 1;
                if values[id.index()] < sizes[place] {
                    break;
                }
                values[id.index()] = 0;
                place += 1;
            }
        }
    }
}

enum Search {
    /// Never outside.
    Inside,
    /// This number, in this state.
    Outside(i64, Vec<String>),
    /// Too many combinations to try.
    TooMany,
}

/// Whether an outcome leaves everything as it was that decides whether it is possible.
pub(super) fn for_ever(when: Option<&Arc<Expr>>, own: Option<&Arc<Expr>>, set: &[Assign]) -> bool {
    let mut reads = Reads::default();
    when.into_iter().chain(own).for_each(|expr| reads.expr(expr));
    let never = |expr: Option<&Arc<Expr>>| matches!(expr.map(|expr| &**expr), Some(Expr::Constant(false)));
    !never(when) && !never(own) && !set.iter().any(|assign| reads.variables.contains(&assign.variable))
}
