//! The orderings of a set that fit a pattern.
//!
//! The set is followed together with the steps of the pattern that are done: a step may be taken once all that the pattern
//! puts before it are done.

use super::language::{Language, Languages};
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, StepSet};
use crate::verdict::Pattern;
use rustc_hash::FxHashMap;

/// The orderings of a set that fit a pattern.
///
/// # Errors
/// The limit that was hit.
pub fn fitting(
    languages: &mut Languages,
    set: Language,
    pattern: &Pattern,
    tally: &mut Tally,
) -> Result<Language, Limit> {
    Following { languages, pattern, known: FxHashMap::default() }.from(set, StepSet::default(), tally)
}

struct Following<'a> {
    languages: &'a mut Languages,
    pattern: &'a Pattern,
    known: FxHashMap<(Language, StepSet), Language>,
}

impl Following<'_> {
    /// Recursion is as deep as an ordering is long.
    fn from(&mut self, set: Language, done: StepSet, tally: &mut Tally) -> Result<Language, Limit> {
        if let Some(known) = self.known.get(&(set, done)) {
            return Ok(*known);
        }
        let mut next = Vec::new();
        for at in 0..self.languages.next(set).len() {
            let (id, rest) = self.languages.next(set)[at];
            if let Some(done) = self.after(done, id) {
                next.push((id, self.from(rest, done, tally)?));
            }
        }
        let ends = self.languages.ends(set) && self.pattern.done.iter().all(|id| done.contains(*id));
        let fits = self.languages.node(ends, next, tally)?;
        self.known.insert((set, done), fits);
        tally.hold(2 * size_of::<((Language, StepSet), Language)>())?;
        Ok(fits)
    }

    /// Which steps of the pattern are done after one more; None where it can no longer be fitted.
    fn after(&self, done: StepSet, id: OccurrenceId) -> Option<StepSet> {
        let Pattern { done: steps, before, left_out } = self.pattern;
        let waits = || before.iter().any(|(earlier, later)| *later == id && !done.contains(*earlier));
        match steps.contains(&id) {
            true if waits() => None,
            true => Some(done.with(id)),
            false if left_out.contains(&id) => None,
            false => Some(done),
        }
    }
}
