//! Finite sets of sequences of occurrences, as nodes of one hash-consed acyclic automaton.
//!
//! In: nodes built from their edges, unions, intersections. Out: numbers; two sets are equal if and only if their
//! numbers are, because every node is minimal: edges to the empty set are left out, and equal nodes are one.
//! A node stands for a set of *suffixes*; nothing here knows positions or states.

use super::nodes::Nodes;
use crate::base::{Limit, Tally};
use crate::system::OccurrenceId;
use num_bigint::BigUint;
use rustc_hash::FxHashMap;

/// A set of sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(u32);

impl Language {
    /// The set without any sequence.
    pub const NONE: Language = Language(0);

    /// Its number: from zero, each set after those that it leads to.
    pub(super) fn number(self) -> usize {
        self.0 as usize
    }
}

/// Holds the sets, and what is known of them.
pub struct Languages {
    /// The edges of each are sorted by occurrence; none leads to the empty set.
    nodes: Nodes,
    /// The edges of a node that is asked for.
    asked: Vec<(OccurrenceId, Language)>,
    unions: FxHashMap<(Language, Language), Language>,
    intersections: FxHashMap<(Language, Language), Language>,
    differences: FxHashMap<(Language, Language), Language>,
    counts: FxHashMap<Language, Count>,
}

/// How many sequences a set has.
#[derive(Clone, Debug)]
pub(super) enum Count {
    Small(u128),
    Large(BigUint),
}

impl Count {
    /// In 128 bits, for as long as they are enough.
    pub fn add(&mut self, other: &Count) {
        if let (Count::Small(one), Count::Small(other)) = (&*self, other)
            && let Some(sum) = one.checked_add(*other)
        {
            *self = Count::Small(sum);
        } else {
            *self = Count::Large(BigUint::from(self.clone()) + BigUint::from(other.clone()));
        }
    }
}

impl From<Count> for BigUint {
    fn from(count: Count) -> BigUint {
        match count {
            Count::Small(count) => count.into(),
            Count::Large(count) => count,
        }
    }
}

impl Default for Languages {
    fn default() -> Self {
        let mut nodes = Nodes::default();
        nodes.number(0, &[]);
        Languages {
            nodes,
            asked: Vec::new(),
            unions: FxHashMap::default(),
            intersections: FxHashMap::default(),
            differences: FxHashMap::default(),
            counts: FxHashMap::default(),
        }
    }
}

impl Languages {
    /// The set of the empty sequence (if `ends`) and, for each occurrence, of what begins with it. The occurrences must
    /// be sorted and distinct.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn node(
        &mut self,
        ends: bool,
        next: impl IntoIterator<Item = (OccurrenceId, Language)>,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        self.labelled(u16::from(ends), next, tally)
    }

    /// The same, with a label for the empty sequence; zero where it is not in the set.
    pub(super) fn labelled(
        &mut self,
        ends: u16,
        next: impl IntoIterator<Item = (OccurrenceId, Language)>,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        let mut asked = std::mem::take(&mut self.asked);
        asked.clear();
        asked.extend(next.into_iter().filter(|(_, rest)| *rest != Language::NONE));
        let (number, new) = self.nodes.number(ends, &asked);
        let edges = asked.len();
        self.asked = asked;
        if new {
            tally.states += 1;
            tally.hold(Nodes::bytes(edges))?;
        }
        Ok(Language(number))
    }

    /// All sets that were made, from one number on.
    pub(super) fn since(&self, number: usize) -> impl Iterator<Item = Language> {
        (number..self.nodes.len()).map(|at| Language(u32::try_from(at).expect("each was made with such a number")))
    }

    /// Whether the empty sequence is in the set.
    pub fn ends(&self, set: Language) -> bool {
        self.label(set) != 0
    }

    /// The label of the empty sequence; zero where it is not in the set.
    pub(super) fn label(&self, set: Language) -> u16 {
        self.nodes.ends(set.number())
    }

    /// What may come first, and the set of what may follow; sorted by occurrence.
    pub fn next(&self, set: Language) -> &[(OccurrenceId, Language)] {
        self.nodes.next(set.number())
    }

    /// What may follow an occurrence.
    pub fn after(&self, set: Language, occurrence: OccurrenceId) -> Language {
        let next = self.next(set);
        next.binary_search_by_key(&occurrence, |(id, _)| *id).map_or(Language::NONE, |at| next[at].1)
    }

    /// What is in both sets.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn intersection(&mut self, a: Language, b: Language, tally: &mut Tally) -> Result<Language, Limit> {
        if a == b || a == Language::NONE {
            return Ok(a);
        }
        if b == Language::NONE {
            return Ok(b);
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.intersections.get(&key) {
            return Ok(*known);
        }
        let mut next = Vec::new();
        for at in 0..self.next(a).len() {
            let (id, rest) = self.next(a)[at];
            let other = self.after(b, id);
            next.push((id, self.intersection(rest, other, tally)?));
        }
        let both = self.node(self.ends(a) && self.ends(b), next, tally)?;
        self.intersections.insert(key, both);
        tally.hold(size_of_val(&key) + size_of_val(&both))?;
        Ok(both)
    }

    /// What is in either set.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn union(&mut self, a: Language, b: Language, tally: &mut Tally) -> Result<Language, Limit> {
        if a == b || b == Language::NONE {
            return Ok(a);
        }
        if a == Language::NONE {
            return Ok(b);
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.unions.get(&key) {
            return Ok(*known);
        }
        let mut ids: Vec<OccurrenceId> = self.next(a).iter().chain(self.next(b)).map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut next = Vec::with_capacity(ids.len());
        for id in ids {
            let rest = self.union(self.after(a, id), self.after(b, id), tally)?;
            next.push((id, rest));
        }
        let either = self.node(self.ends(a) || self.ends(b), next, tally)?;
        self.unions.insert(key, either);
        tally.hold(size_of_val(&key) + size_of_val(&either))?;
        Ok(either)
    }

    /// What is in the first set and not in the second.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn difference(&mut self, a: Language, b: Language, tally: &mut Tally) -> Result<Language, Limit> {
        if a == b || a == Language::NONE {
            return Ok(Language::NONE);
        }
        if b == Language::NONE {
            return Ok(a);
        }
        if let Some(known) = self.differences.get(&(a, b)) {
            return Ok(*known);
        }
        let mut next = Vec::new();
        for at in 0..self.next(a).len() {
            let (id, rest) = self.next(a)[at];
            let other = self.after(b, id);
            next.push((id, self.difference(rest, other, tally)?));
        }
        let only = self.node(self.ends(a) && !self.ends(b), next, tally)?;
        self.differences.insert((a, b), only);
        tally.hold(size_of_val(&(a, b)) + size_of_val(&only))?;
        Ok(only)
    }

    /// Whether a sequence is in the set.
    pub fn contains(&self, set: Language, sequence: &[OccurrenceId]) -> bool {
        self.ends(sequence.iter().fold(set, |set, id| self.after(set, *id)))
    }

    /// How many sequences are in the set.
    pub fn count(&mut self, set: Language) -> BigUint {
        self.counting(set).into()
    }

    /// Recursion is as deep as a sequence is long.
    fn counting(&mut self, set: Language) -> Count {
        if let Some(known) = self.counts.get(&set) {
            return known.clone();
        }
        let mut count = Count::Small(u128::from(self.ends(set)));
        for at in 0..self.next(set).len() {
            let rest = self.next(set)[at].1;
            count.add(&self.counting(rest));
        }
        self.counts.insert(set, count.clone());
        count
    }

    /// How many sequences are in a set that is part of one that was counted.
    pub(super) fn counted(&self, set: Language) -> BigUint {
        if set == Language::NONE {
            return BigUint::ZERO;
        }
        self.counts.get(&set).expect("it was counted with the set that it is part of").clone().into()
    }

    /// How many nodes the minimal automaton of a set has, the one for the empty set not counted.
    pub fn size(&self, set: Language) -> u64 {
        let mut seen = vec![false; set.number() + 1];
        let (mut todo, mut size) = (vec![set], 0);
        while let Some(set) = todo.pop() {
            if set != Language::NONE && !std::mem::replace(&mut seen[set.number()], true) {
                size += 1;
                todo.extend(self.next(set).iter().map(|(_, rest)| *rest));
            }
        }
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;

    #[test]
    fn equal_sets_are_equal_numbers_and_counts_are_exact() {
        let mut tally = Tally::start(&Budget::default(), "test");
        let mut sets = Languages::default();
        let [a, b] = [OccurrenceId(0), OccurrenceId(1)];
        let end = sets.node(true, [], &mut tally).unwrap();
        let then_b = sets.node(false, [(b, end)], &mut tally).unwrap();
        let then_a = sets.node(false, [(a, end), (b, Language::NONE)], &mut tally).unwrap();
        let ab = sets.node(false, [(a, then_b)], &mut tally).unwrap();
        let ba = sets.node(false, [(b, then_a)], &mut tally).unwrap();
        let both = sets.node(false, [(a, then_b), (b, then_a)], &mut tally).unwrap();
        assert_eq!(sets.union(ab, ba, &mut tally), Ok(both));
        assert_eq!(sets.intersection(both, ab, &mut tally), Ok(ab));
        assert_eq!(sets.intersection(ab, ba, &mut tally), Ok(Language::NONE));
        assert_eq!(sets.difference(both, ab, &mut tally), Ok(ba));
        assert_eq!(sets.difference(ab, both, &mut tally), Ok(Language::NONE));
        assert!(sets.contains(both, &[b, a]) && !sets.contains(ab, &[b, a]) && !sets.contains(ab, &[a]));
        assert_eq!(sets.count(both), BigUint::from(2u8));
        assert_eq!(sets.size(both), 4);
    }
}
