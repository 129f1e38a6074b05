//! Sets of orderings of two systems in one arena: renamed, and without the steps that only one of them has.
//!
//! In: a set in the arena of its system, and the new name of each occurrence (none where it is erased). Out: the set of what
//! remains, in another arena; and back: an ordering of the first set from which a given sequence remains.

use crate::base::{Limit, Tally};
use crate::orderings::language::{Language, Languages};
use crate::system::OccurrenceId;
use rustc_hash::{FxHashMap, FxHashSet};

/// The new name of each occurrence, by its old one; None where it is erased. No two have the same.
pub type Names = Vec<Option<OccurrenceId>>;

/// What remains of the sequences of a set. Where something is erased, the result can be exponential in the size of the set.
///
/// # Errors
/// The limit that was hit.
pub fn project(
    (from, set): (&Languages, Language),
    names: &Names,
    into: &mut Languages,
    tally: &mut Tally,
) -> Result<Language, Limit> {
    Projection { from, names, into, known: FxHashMap::default() }.of(set, tally)
}

struct Projection<'a> {
    from: &'a Languages,
    names: &'a Names,
    into: &'a mut Languages,
    known: FxHashMap<Language, Language>,
}

impl Projection<'_> {
    /// Recursion is as deep as an ordering is long.
    fn of(&mut self, set: Language, tally: &mut Tally) -> Result<Language, Limit> {
        if let Some(known) = self.known.get(&set) {
            return Ok(*known);
        }
        let (mut kept, mut erased) = (Vec::new(), Vec::new());
        for (id, rest) in self.from.next(set) {
            let rest = self.of(*rest, tally)?;
            match self.names[id.0 as usize] {
                Some(name) => kept.push((name, rest)),
                None => erased.push(rest),
            }
        }
        kept.sort_unstable();
        let mut all = self.into.node(self.from.ends(set), kept, tally)?;
        for rest in erased {
            all = self.into.union(all, rest, tally)?;
        }
        self.known.insert(set, all);
        tally.hold(2 * size_of::<(Language, Language)>())?;
        Ok(all)
    }
}

/// A sequence of a set from which `remains` remains; the first in the document's order.
///
/// # Errors
/// The limit that was hit.
pub fn lift(
    languages: &Languages,
    set: Language,
    names: &Names,
    remains: &[OccurrenceId],
    tally: &mut Tally,
) -> Result<Option<Vec<OccurrenceId>>, Limit> {
    let mut lifting = Lifting { languages, names, vain: FxHashSet::default(), sequence: Vec::new() };
    Ok(lifting.go(set, remains, tally)?.then_some(lifting.sequence))
}

struct Lifting<'a> {
    languages: &'a Languages,
    names: &'a Names,
    /// Sets and lengths from which there is no way.
    vain: FxHashSet<(Language, usize)>,
    sequence: Vec<OccurrenceId>,
}

impl Lifting<'_> {
    fn go(&mut self, set: Language, remains: &[OccurrenceId], tally: &mut Tally) -> Result<bool, Limit> {
        if remains.is_empty() && self.languages.ends(set) {
            return Ok(true);
        }
        if !self.vain.insert((set, remains.len())) {
            return Ok(false);
        }
        tally.hold(2 * size_of::<(Language, usize)>())?;
        for (id, rest) in self.languages.next(set) {
            let remains = match (self.names[id.0 as usize], remains) {
                (None, _) => remains,
                (Some(name), [first, others @ ..]) if name == *first => others,
                (Some(_), _) => continue,
            };
            self.sequence.push(*id);
            if self.go(*rest, remains, tally)? {
                return Ok(true);
            }
            self.sequence.pop();
        }
        Ok(false)
    }
}

/// The first sequence of a set in the order of the numbers, none of which is left out that may come.
pub fn first(languages: &Languages, mut set: Language) -> Vec<OccurrenceId> {
    let mut sequence = Vec::new();
    while let Some((id, rest)) = languages.next(set).first() {
        sequence.push(*id);
        set = *rest;
    }
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;

    #[test]
    fn what_is_erased_leaves_what_remains_and_an_ordering_of_it_is_found_again() {
        let mut tally = Tally::start(&Budget::default(), "test");
        let mut from = Languages::default();
        let [a, b, c] = [OccurrenceId(0), OccurrenceId(1), OccurrenceId(2)];
        let end = from.node(true, [], &mut tally).unwrap();
        let then_b = from.node(false, [(b, end)], &mut tally).unwrap();
        let then_c = from.node(true, [(c, end)], &mut tally).unwrap();
        // a b, b, b c: without b, and with other names for a and c.
        let set = from.node(false, [(a, then_b), (b, then_c)], &mut tally).unwrap();
        let names = vec![Some(OccurrenceId(7)), None, Some(OccurrenceId(3))];
        let mut into = Languages::default();
        let remains = project((&from, set), &names, &mut into, &mut tally).unwrap();
        assert_eq!(into.count(remains), 3u32.into());
        for sequence in [vec![], vec![7], vec![3]] {
            let sequence: Vec<OccurrenceId> = sequence.into_iter().map(OccurrenceId).collect();
            assert!(into.contains(remains, &sequence));
        }
        assert_eq!(first(&into, remains), [OccurrenceId(3)]);
        assert_eq!(lift(&from, set, &names, &[OccurrenceId(3)], &mut tally), Ok(Some(vec![b, c])));
        assert_eq!(lift(&from, set, &names, &[OccurrenceId(7)], &mut tally), Ok(Some(vec![a, b])));
        assert_eq!(lift(&from, set, &names, &[OccurrenceId(3), OccurrenceId(7)], &mut tally), Ok(None));
    }
}
