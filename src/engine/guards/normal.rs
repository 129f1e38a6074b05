//! Predicates as disjunctions of clauses whose literals read little at a time.

use super::tidy::tidied;
use super::windows::{Span, WIDTH};
use crate::system::{Compare, Predicate};

/// More clauses than this for one predicate are not worth their place: what is too wide is then evaluated as it stands.
const MOST_CLAUSES: usize = 128;

/// An *or* over more narrow conditions than this is counted instead of being written out.
const MOST_BRANCHES: usize = 3;

/// All its literals hold.
pub type Clause = Vec<Literal>;

/// A condition that is looked up, counted or evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    /// Reads one window: a predicate, or its negation.
    Narrow(Predicate, bool),
    /// Compares a sum over narrow conditions.
    Sum(Test),
    /// A predicate, or its negation, that is evaluated where all else in the clause holds.
    Wide(Predicate, bool),
}

/// The sum of the weights of the terms that hold lies between two bounds, or does not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Test {
    /// Weights and narrow predicates.
    pub terms: Vec<(i64, Predicate)>,
    /// At least this.
    pub least: i64,
    /// At most this.
    pub most: i64,
    /// Between the bounds (true), or outside of them.
    pub within: bool,
}

/// The clauses of which one holds exactly where the predicate does (or does not, if `wanted` is false). None where it never
/// does.
pub fn disjunction(predicate: &Predicate, wanted: bool) -> Vec<Clause> {
    normal(predicate, wanted).unwrap_or_else(|| vec![vec![Literal::Wide(predicate.clone(), wanted)]])
}

/// None where there would be too many.
fn normal(predicate: &Predicate, wanted: bool) -> Option<Vec<Clause>> {
    if let Predicate::Constant(value) = predicate {
        return Some(if *value == wanted { vec![Vec::new()] } else { Vec::new() });
    }
    if Span::of(predicate).is_some() {
        return Some(vec![vec![Literal::Narrow(predicate.clone(), wanted)]]);
    }
    match (predicate, wanted) {
        (Predicate::Not(inner), _) => normal(inner, !wanted),
        (Predicate::All(parts), true) | (Predicate::Any(parts), false) => product(parts, wanted),
        (Predicate::All(parts), false) | (Predicate::Any(parts), true) => sum(parts, wanted),
        (Predicate::Sum { terms, compare, bound }, _) => {
            terms.iter().all(|(_, term)| Span::of(term).is_some()).then(|| {
                let (least, most) = match compare {
                    Compare::Equal => (*bound, *bound),
                    Compare::Less => (i64::MIN, bound.saturating_sub(1)),
                    Compare::AtMost => (i64::MIN, *bound),
                };
                vec![vec![Literal::Sum(Test { terms: terms.clone(), least, most, within: wanted })]]
            })
        }
        (Predicate::Masked { word, mask, value }, _) => {
            let parts: Vec<Predicate> = pieces(*mask)
                .map(|piece| Predicate::Masked { word: *word, mask: piece, value: value & piece })
                .collect();
            // Nothing is read where there is no piece: `normal` of nothing at all, not of itself.
            if wanted { product(&parts, true) } else { sum(&parts, false) }
        }
        // One field of one word always fits a window.
        _ => None,
    }
}

/// The bits of a mask in pieces that fit a window.
fn pieces(mut mask: u64) -> impl Iterator<Item = u64> {
    std::iter::from_fn(move || {
        let low = (mask != 0).then(|| mask.trailing_zeros())?;
        let piece = mask & (u64::MAX >> (u64::BITS - WIDTH)) << low;
        mask &= !piece;
        Some(piece)
    })
}

impl Test {
    /// The same as a predicate.
    pub fn predicate(&self) -> Predicate {
        let sum = |bound| Predicate::Sum { terms: self.terms.clone(), compare: Compare::AtMost, bound };
        let mut parts = Vec::new();
        if self.most < i64::MAX {
            parts.push(sum(self.most));
        }
        if self.least > i64::MIN {
            parts.push(Predicate::Not(Box::new(sum(self.least - 1))));
        }
        let between = Predicate::All(parts);
        if self.within { between } else { Predicate::Not(Box::new(between)) }
    }
}

/// All parts hold (or do not): every choice of a clause from each. A part that would make too many stays whole.
fn product(parts: &[Predicate], wanted: bool) -> Option<Vec<Clause>> {
    let mut all: Vec<Clause> = vec![Vec::new()];
    for part in parts {
        let whole = || vec![vec![Literal::Wide(part.clone(), wanted)]];
        let mut clauses = normal(part, wanted).unwrap_or_else(whole);
        if all.len() * clauses.len() > MOST_CLAUSES {
            clauses = whole();
        }
        let joined = |sofar: &Clause, more: &Clause| sofar.iter().chain(more).cloned().collect();
        all = tidied(all.iter().flat_map(|sofar| clauses.iter().map(move |more| joined(sofar, more))).collect());
    }
    Some(all)
}

/// Some part holds (or does not).
fn sum(parts: &[Predicate], wanted: bool) -> Option<Vec<Clause>> {
    if parts.len() > MOST_BRANCHES && parts.iter().all(|part| Span::of(part).is_some()) {
        let term = |part: &Predicate| (1, if wanted { part.clone() } else { Predicate::Not(Box::new(part.clone())) });
        let terms = parts.iter().map(term).collect();
        return Some(vec![vec![Literal::Sum(Test { terms, least: 1, most: i64::MAX, within: true })]]);
    }
    let mut all = Vec::new();
    for part in parts {
        all.extend(normal(part, wanted)?);
        if all.len() > MOST_CLAUSES {
            return None;
        }
    }
    Some(tidied(all))
}
