//! The orderings of a set that a pattern fits.

use crate::base::{Limit, Tally};
use crate::orderings::language::{Language, Languages};
use crate::system::{OccurrenceId, StepSet};
use crate::verdict::Pattern;
use rustc_hash::FxHashMap;

/// The sequences of a set that a pattern fits.
///
/// # Errors
/// The limit that was hit.
pub fn fitting(
    languages: &mut Languages,
    set: Language,
    pattern: &Pattern,
    tally: &mut Tally,
) -> Result<Language, Limit> {
    let speaks_of = pattern.done.iter().copied().collect();
    let left_out = pattern.left_out.iter().copied().collect();
    Walk { languages, pattern, speaks_of, left_out, known: FxHashMap::default() }.of(set, StepSet::default(), tally)
}

struct Walk<'a> {
    languages: &'a mut Languages,
    pattern: &'a Pattern,
    speaks_of: StepSet,
    left_out: StepSet,
    known: FxHashMap<(Language, StepSet), Language>,
}

impl Walk<'_> {
    /// Recursion is as deep as an ordering is long.
    fn of(&mut self, set: Language, seen: StepSet, tally: &mut Tally) -> Result<Language, Limit> {
        if let Some(known) = self.known.get(&(set, seen)) {
            return Ok(*known);
        }
        let ends = self.languages.ends(set) && self.speaks_of.within(seen);
        let mut next = Vec::with_capacity(self.languages.next(set).len());
        for at in 0..self.languages.next(set).len() {
            let (id, rest) = self.languages.next(set)[at];
            if self.may_come(id, seen) {
                let seen = if self.speaks_of.contains(id) { seen.with(id) } else { seen };
                next.push((id, self.of(rest, seen, tally)?));
            }
        }
        let found = self.languages.node(ends, next, tally)?;
        self.known.insert((set, seen), found);
        tally.hold(2 * size_of::<((Language, StepSet), Language)>())?;
        Ok(found)
    }

    fn may_come(&self, id: OccurrenceId, seen: StepSet) -> bool {
        let in_time = self.pattern.before.iter().all(|(earlier, later)| *later != id || seen.contains(*earlier));
        in_time && !self.left_out.contains(id)
    }
}
