//! The orderings that satisfy a `where`.
//!
//! In: an [`Order`] and the positions of a procedure. Out: a [`Language`]. The monitor of a formula is the formula
//! itself: after each occurrence what is left to be satisfied is again a formula, in a normal form so that equal ones
//! are met again. An atom holds only if all the steps it names are in the ordering.

use super::language::{Language, Languages};
use crate::base::{Limit, Tally};
use crate::system::{Course, OccurrenceId, Order};
use rustc_hash::FxHashMap;

/// What is left of a formula. Sums are flat, sorted and without repetition; constants stand alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Rest {
    Constant(bool),
    /// Neither has come: the first must come before the second.
    Before(OccurrenceId, OccurrenceId),
    /// This must still come.
    Later(OccurrenceId),
    /// Neither has come: the first must follow the second immediately.
    RightAfter(OccurrenceId, OccurrenceId),
    /// This must come next.
    Next(OccurrenceId),
    Not(Box<Rest>),
    All(Vec<Rest>),
    Any(Vec<Rest>),
}

impl From<&Order> for Rest {
    fn from(order: &Order) -> Rest {
        match order {
            Order::Constant(value) => Rest::Constant(*value),
            Order::Before(first, second) => Rest::Before(*first, *second),
            Order::RightAfter(later, earlier) => Rest::RightAfter(*later, *earlier),
            Order::Not(inner) => Rest::from(&**inner).negated(),
            Order::All(parts) => Rest::all(parts.iter().map(Rest::from)),
            Order::Any(parts) => Rest::any(parts.iter().map(Rest::from)),
        }
    }
}

impl Rest {
    fn negated(self) -> Rest {
        match self {
            Rest::Constant(value) => Rest::Constant(!value),
            Rest::Not(inner) => *inner,
            other => Rest::Not(Box::new(other)),
        }
    }

    fn all(parts: impl Iterator<Item = Rest>) -> Rest {
        let mut all = Vec::new();
        for part in parts {
            match part {
                Rest::Constant(true) => {}
                Rest::Constant(false) => return part,
                Rest::All(inner) => all.extend(inner),
                other => all.push(other),
            }
        }
        all.sort_unstable();
        all.dedup();
        match all.len() {
            0 => Rest::Constant(true),
            1 => all.swap_remove(0),
            _ => Rest::All(all),
        }
    }

    fn any(parts: impl Iterator<Item = Rest>) -> Rest {
        let mut any = Vec::new();
        for part in parts {
            match part {
                Rest::Constant(false) => {}
                Rest::Constant(true) => return part,
                Rest::Any(inner) => any.extend(inner),
                other => any.push(other),
            }
        }
        any.sort_unstable();
        any.dedup();
        match any.len() {
            0 => Rest::Constant(false),
            1 => any.swap_remove(0),
            _ => Rest::Any(any),
        }
    }

    fn after(&self, id: OccurrenceId) -> Rest {
        match self {
            Rest::Before(first, second) if *first == id => Rest::Later(*second),
            Rest::Before(_, second) if *second == id => Rest::Constant(false),
            Rest::RightAfter(later, earlier) if *earlier == id => Rest::Next(*later),
            Rest::RightAfter(later, _) if *later == id => Rest::Constant(false),
            Rest::Later(wanted) if *wanted == id => Rest::Constant(true),
            Rest::Next(wanted) => Rest::Constant(*wanted == id),
            Rest::Not(inner) => inner.after(id).negated(),
            Rest::All(parts) => Rest::all(parts.iter().map(|part| part.after(id))),
            Rest::Any(parts) => Rest::any(parts.iter().map(|part| part.after(id))),
            Rest::Constant(_) | Rest::Before(..) | Rest::RightAfter(..) | Rest::Later(_) => self.clone(),
        }
    }

    fn at_the_end(&self) -> bool {
        match self {
            Rest::Constant(value) => *value,
            Rest::Before(..) | Rest::Later(_) | Rest::RightAfter(..) | Rest::Next(_) => false,
            Rest::Not(inner) => !inner.at_the_end(),
            Rest::All(parts) => parts.iter().all(Rest::at_the_end),
            Rest::Any(parts) => parts.iter().any(Rest::at_the_end),
        }
    }
}

/// The orderings of a procedure that satisfy a formula.
///
/// # Errors
/// The limit that was hit.
pub fn satisfying(
    order: &Order,
    course: &Course,
    languages: &mut Languages,
    tally: &mut Tally,
) -> Result<Language, Limit> {
    Walk { course, languages, known: FxHashMap::default() }.from(0, Rest::from(order), tally)
}

struct Walk<'a> {
    course: &'a Course,
    languages: &'a mut Languages,
    known: FxHashMap<(u32, Rest), Language>,
}

impl Walk<'_> {
    /// Recursion is as deep as an ordering is long.
    fn from(&mut self, position: u32, rest: Rest, tally: &mut Tally) -> Result<Language, Limit> {
        if rest == Rest::Constant(false) {
            return Ok(Language::NONE);
        }
        let key = (position, rest);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let course = self.course;
        let mut next = Vec::new();
        for (id, to) in course.next(position) {
            next.push((*id, self.from(*to, key.1.after(*id), tally)?));
        }
        let set = self.languages.node(course.may_end(position) && key.1.at_the_end(), next, tally)?;
        self.known.insert(key, set);
        tally.hold(4 * size_of::<(u32, Rest)>())?;
        Ok(set)
    }
}
