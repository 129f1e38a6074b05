//! In which orders the steps may come.
//!
//! A [`Plan`] is a tree of blocks whose leaves are *occurrences* of steps. An ordering is a sequence of occurrences;
//! a [`Position`] says how far one has come, and contains all that its future depends on.

use super::{Predicate, Retries, StepId, VarId};

/// Index into [`Plan::occurrences`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OccurrenceId(pub u32);

/// Index into [`Plan::guards`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuardId(pub u32);

/// In which orders the steps may come.
#[derive(Clone, Debug)]
pub enum Procedure {
    /// Every step of `System::steps` at any time, for ever: a world explored alone. A refused step changes nothing and
    /// is no failure; there is no end, so health and drills are not asked.
    Free,
    /// The orders that a runbook allows.
    Ordered(Plan),
}

/// The orders that a runbook allows.
#[derive(Clone, Debug)]
pub struct Plan {
    /// In the order of the document; at most [`StepSet::CAPACITY`].
    pub occurrences: Vec<Occurrence>,
    /// The tree.
    pub root: Block,
    /// The `if`s, outer ones before inner ones.
    pub guards: Vec<Guard>,
    /// Pairs of occurrences (earlier, later) of which the earlier must be *done* before the later may be: equal
    /// occurrences that could change places, chained so that one ordering is counted once.
    pub chains: Vec<(OccurrenceId, OccurrenceId)>,
    /// What goes round, and what is taken for granted of it.
    pub retries: Retries,
}

/// One step as it stands in the document.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// Unique in the runbook: its label, else its sentence, a repeated one with ` (2)`.
    pub label: String,
    /// Index into `System::steps`.
    pub step: StepId,
    /// The `if`s it stands under, outer ones first.
    pub guards: Vec<GuardId>,
    /// One-based line in the runbook.
    pub line: u32,
}

/// An `if` on an item: looked at once, when the first step of the item is reached (and all outer `if`s hold).
/// Where it does not hold, the item's steps are passed over: they are part of the ordering and change nothing.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The condition as it stands in the runbook.
    pub text: String,
    /// The condition.
    pub when: Predicate,
    /// The steps under it.
    pub steps: StepSet,
    /// A variable with the values no, yes that remembers the answer while some but not all of `steps` are done (or can
    /// no longer come); no (index 0) otherwise. None where there is one step only. Written by engines, not by commands.
    pub memory: Option<VarId>,
}

/// A node of the tree of blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// One step.
    Step(OccurrenceId),
    /// In this order.
    Sequence(Vec<Block>),
    /// In any order, step by step.
    Interleaved(Vec<Block>),
    /// Exactly one of these.
    Either(Vec<Block>),
    /// May be left out as a whole.
    Optional(Box<Block>),
    /// Nothing else comes between its first and its last step.
    Undivided(Box<Block>),
}

/// A set of occurrences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepSet([u64; 4]);

impl StepSet {
    /// The most occurrences that a runbook may have.
    pub const CAPACITY: usize = 256;

    /// Whether the occurrence is in the set.
    pub fn contains(self, id: OccurrenceId) -> bool {
        self.0[id.0 as usize / 64] >> (id.0 % 64) & 1 == 1
    }

    /// The set with the occurrence.
    #[must_use]
    pub fn with(mut self, id: OccurrenceId) -> StepSet {
        self.0[id.0 as usize / 64] |= 1 << (id.0 % 64);
        self
    }

    /// Whether the sets share an occurrence.
    pub fn meets(self, other: StepSet) -> bool {
        (0..4).any(|word| self.0[word] & other.0[word] != 0)
    }

    /// Whether all of `self` is in `other`.
    pub fn within(self, other: StepSet) -> bool {
        (0..4).all(|word| self.0[word] & !other.0[word] == 0)
    }

    /// What is in either set.
    #[must_use]
    pub fn union(mut self, other: StepSet) -> StepSet {
        (0..4).for_each(|word| self.0[word] |= other.0[word]);
        self
    }

    /// What is in both sets.
    #[must_use]
    pub fn intersection(mut self, other: StepSet) -> StepSet {
        (0..4).for_each(|word| self.0[word] &= other.0[word]);
        self
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn minus(mut self, other: StepSet) -> StepSet {
        (0..4).for_each(|word| self.0[word] &= !other.0[word]);
        self
    }

    /// The occurrences in the set, in document order.
    pub fn iter(self) -> impl Iterator<Item = OccurrenceId> {
        (0..4u32).flat_map(move |word| {
            let mut left = self.0[word as usize];
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(OccurrenceId(word * 64 + bit))
            })
        })
    }

    /// How many occurrences are in the set.
    pub fn len(self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self == StepSet::default()
    }
}

impl FromIterator<OccurrenceId> for StepSet {
    fn from_iter<T: IntoIterator<Item = OccurrenceId>>(ids: T) -> Self {
        ids.into_iter().fold(StepSet::default(), StepSet::with)
    }
}

/// How far an ordering has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The occurrences done (or passed over because an `if` did not hold), and those that were left out and can no
    /// longer come (of an optional block or of another branch), so that equal futures are equal positions.
    pub done: StepSet,
    /// One more than the index, in the tree's order, of the innermost undivided block that the last step was in and in
    /// which steps may still come; else 0.
    pub open: u32,
}
