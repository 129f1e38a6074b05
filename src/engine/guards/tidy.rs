//! Clauses that can never hold, or hold only where another one does, are left out.

use super::normal::{Clause, Literal};
use super::windows::{Span, WIDTH};

/// What is left; the first of two that say the same is kept.
pub fn tidied(clauses: Vec<Clause>) -> Vec<Clause> {
    let clauses: Vec<Clause> = clauses.into_iter().map(once).filter(feasible).collect();
    let mut kept: Vec<Clause> = Vec::new();
    for (place, clause) in clauses.iter().enumerate() {
        let covered = |other: &Clause| implies(clause, other);
        let by_later = clauses[place + 1..].iter().any(|other| covered(other) && !implies(other, clause));
        if !by_later && !kept.iter().any(covered) {
            kept.push(clause.clone());
        }
    }
    kept
}

/// Each literal once.
fn once(clause: Clause) -> Clause {
    let mut kept: Clause = Vec::new();
    for literal in clause {
        if !kept.contains(&literal) {
            kept.push(literal);
        }
    }
    kept
}

/// False where the narrow literals around one place exclude each other.
fn feasible(clause: &Clause) -> bool {
    clause.iter().all(|literal| match literal {
        Literal::Narrow(predicate, _) => {
            let span = Span::of(predicate).expect("it is narrow");
            let (window, around) = near(clause, span);
            (0..window.values()).any(|value| all_hold(&around, window, value))
        }
        Literal::Sum(_) | Literal::Wide(..) => true,
    })
}

/// Whether a clause holds only where another does: found by looking at each literal of that for itself, so not always found.
fn implies(clause: &Clause, other: &Clause) -> bool {
    other.iter().all(|literal| {
        clause.contains(literal)
            || match literal {
                Literal::Narrow(predicate, wanted) => {
                    let span = Span::of(predicate).expect("it is narrow");
                    let (window, around) = near(clause, span);
                    let holding = (0..window.values()).filter(|value| all_hold(&around, window, *value));
                    holding.into_iter().all(|value| predicate.holds(&window.state(value)) == *wanted)
                }
                Literal::Sum(_) | Literal::Wide(..) => false,
            }
    })
}

/// The narrow literals of a clause that overlap a span, as far as one window covers them with it, and that window.
fn near(clause: &Clause, span: Span) -> (Span, Vec<&Literal>) {
    let mut window = span;
    let mut around = Vec::new();
    for literal in clause {
        if let Literal::Narrow(predicate, _) = literal {
            let other = Span::of(predicate).expect("it is narrow");
            let overlaps = other.word == span.word && other.low < span.high && span.low < other.high;
            let (low, high) = (window.low.min(other.low), window.high.max(other.high));
            if overlaps && high - low <= WIDTH {
                (window.low, window.high) = (low, high);
                around.push(literal);
            }
        }
    }
    (window, around)
}

fn all_hold(literals: &[&Literal], window: Span, value: usize) -> bool {
    let state = window.state(value);
    literals.iter().all(|literal| match literal {
        Literal::Narrow(predicate, wanted) => predicate.holds(&state) == *wanted,
        Literal::Sum(_) | Literal::Wide(..) => true,
    })
}
