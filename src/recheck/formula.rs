//! What an ordering has to be like: a `where`, or a rule. With each step what is left to be satisfied is again a formula.

use super::certificate::Pattern;
use crate::system::Order;

/// What is left to be satisfied.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Formula {
    /// Nothing more; or it cannot be any more.
    Is(bool),
    /// Both come, the first before the second.
    Before(u32, u32),
    /// Both come, the first right after the second.
    RightAfter(u32, u32),
    /// This comes.
    Comes(u32),
    /// This comes now.
    ComesNow(u32),
    /// Not so.
    Not(Box<Formula>),
    /// All of these.
    All(Vec<Formula>),
    /// One of these at least.
    Any(Vec<Formula>),
}

impl From<&Order> for Formula {
    fn from(order: &Order) -> Formula {
        match order {
            Order::Constant(value) => Formula::Is(*value),
            Order::Before(first, second) => Formula::Before(first.0, second.0),
            Order::RightAfter(later, earlier) => Formula::RightAfter(later.0, earlier.0),
            Order::Not(inner) => not(Formula::from(&**inner)),
            Order::All(parts) => all(parts.iter().map(Formula::from)),
            Order::Any(parts) => any(parts.iter().map(Formula::from)),
        }
    }
}

impl From<&Pattern> for Formula {
    fn from(pattern: &Pattern) -> Formula {
        let done = pattern.done.iter().map(|step| Formula::Comes(*step));
        let before = pattern.before.iter().map(|(first, second)| Formula::Before(*first, *second));
        let left_out = pattern.left_out.iter().map(|step| not(Formula::Comes(*step)));
        all(done.chain(before).chain(left_out))
    }
}

pub(super) fn not(formula: Formula) -> Formula {
    match formula {
        Formula::Is(value) => Formula::Is(!value),
        Formula::Not(inner) => *inner,
        other => Formula::Not(Box::new(other)),
    }
}

pub(super) fn all(parts: impl Iterator<Item = Formula>) -> Formula {
    list(parts, true)
}

pub(super) fn any(parts: impl Iterator<Item = Formula>) -> Formula {
    list(parts, false)
}

/// A conjunction (`neutral` is true) or a disjunction, in one form only.
fn list(parts: impl Iterator<Item = Formula>, neutral: bool) -> Formula {
    let mut kept = Vec::new();
    for part in parts {
        match part {
            Formula::Is(value) if value == neutral => {}
            Formula::Is(_) => return part,
            Formula::All(inner) if neutral => kept.extend(inner),
            Formula::Any(inner) if !neutral => kept.extend(inner),
            other => kept.push(other),
        }
    }
    kept.sort_unstable();
    kept.dedup();
    match kept.len() {
        0 => Formula::Is(neutral),
        1 => kept.swap_remove(0),
        _ if neutral => Formula::All(kept),
        _ => Formula::Any(kept),
    }
}

impl Formula {
    /// What is left after a step.
    pub fn after(&self, step: u32) -> Formula {
        match self {
            Formula::Is(_) => self.clone(),
            Formula::Before(first, second) if *first == step => Formula::Comes(*second),
            Formula::Before(_, second) if *second == step => Formula::Is(false),
            Formula::RightAfter(_, earlier) if *earlier == step => self.now(),
            Formula::RightAfter(later, _) if *later == step => Formula::Is(false),
            Formula::Comes(wanted) if *wanted == step => Formula::Is(true),
            Formula::Before(..) | Formula::RightAfter(..) | Formula::Comes(_) => self.clone(),
            Formula::ComesNow(wanted) => Formula::Is(*wanted == step),
            Formula::Not(inner) => not(inner.after(step)),
            Formula::All(parts) => all(parts.iter().map(|part| part.after(step))),
            Formula::Any(parts) => any(parts.iter().map(|part| part.after(step))),
        }
    }

    fn now(&self) -> Formula {
        match self {
            Formula::RightAfter(later, _) => Formula::ComesNow(*later),
            other => other.clone(),
        }
    }

    /// Whether it is satisfied if nothing more comes.
    pub fn at_the_end(&self) -> bool {
        match self {
            Formula::Is(value) => *value,
            Formula::Before(..) | Formula::RightAfter(..) | Formula::Comes(_) | Formula::ComesNow(_) => false,
            Formula::Not(inner) => !inner.at_the_end(),
            Formula::All(parts) => parts.iter().all(Formula::at_the_end),
            Formula::Any(parts) => parts.iter().any(Formula::at_the_end),
        }
    }

    /// Whether an ordering satisfies it.
    pub fn holds(&self, ordering: &[u32]) -> bool {
        ordering.iter().fold(self.clone(), |formula, step| formula.after(*step)).at_the_end()
    }
}
