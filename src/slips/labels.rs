//! Sets of orderings in which each has a label: all that a mishap may come to in it.
//!
//! Nodes of one hash-consed acyclic automaton, as in [`crate::orderings`]: equal sets are equal numbers. A label is a set of bits
//! ([`label`]); where several things may happen to one ordering, its label has the bits of all.

use super::data::Harm;
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, StepSet};
use num_bigint::BigUint;
use rustc_hash::FxHashMap;

/// What may come of an ordering from somewhere on.
pub mod label {
    /// There is a run.
    pub const HAPPENS: u8 = 1;
    /// One ends badly.
    pub const BAD: u8 = 2;
    /// One ends badly and has no sign.
    pub const SILENT: u8 = 4;
    /// One ends beyond repair.
    pub const BEYOND: u8 = 8;
    /// One ends beyond repair and has no sign.
    pub const BEYOND_SILENT: u8 = 16;
    /// One has a sign.
    pub const SIGN: u8 = 32;
    /// One comes to its end without a sign.
    pub const UNSIGNED: u8 = 64;
}

/// The harm that a label stands for.
pub fn harm(bits: u8) -> Harm {
    [
        (label::BEYOND, Harm::BeyondRepair),
        (label::SILENT, Harm::Silent),
        (label::BAD, Harm::Announced),
        (label::SIGN, Harm::Signs),
        (label::HAPPENS, Harm::Harmless),
    ]
    .into_iter()
    .find_map(|(bit, harm)| (bits & bit != 0).then_some(harm))
    .unwrap_or(Harm::Impossible)
}

/// A set of labelled sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Labelled(u32);

impl Labelled {
    /// The set without any sequence.
    pub const NONE: Labelled = Labelled(0);
}

/// What an edge of a run does to the labels of all that may follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// A condition broke on it, a sign was seen on it.
    Marked {
        /// `always`
        broken: bool,
        /// Something that is not expected there.
        sign: bool,
    },
    /// The run ends there: whatever would follow has this label.
    All(u8),
}

impl Change {
    fn of(self, bits: u8) -> u8 {
        let (broken, sign) = match self {
            Change::All(all) => return all,
            Change::Marked { broken, sign } => (broken, sign),
        };
        let mut bits = bits;
        if broken {
            bits |= label::BAD | if bits & label::UNSIGNED == 0 { 0 } else { label::SILENT };
        }
        if sign {
            bits = bits & !(label::SILENT | label::BEYOND_SILENT | label::UNSIGNED) | label::SIGN;
        }
        bits
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Node {
    end: u8,
    next: Vec<(OccurrenceId, Labelled)>,
}

/// Holds the sets, and what is known of them.
pub struct Labels {
    nodes: indexmap::IndexSet<Node, rustc_hash::FxBuildHasher>,
    unions: FxHashMap<(Labelled, Labelled), Labelled>,
    changes: FxHashMap<(Change, Labelled), Labelled>,
    counts: FxHashMap<(Harm, Labelled), BigUint>,
    worst: FxHashMap<Labelled, Harm>,
    bits: FxHashMap<Labelled, u8>,
}

impl Default for Labels {
    fn default() -> Self {
        let mut nodes = indexmap::IndexSet::default();
        nodes.insert(Node { end: 0, next: Vec::new() });
        let (unions, changes, counts, worst, bits) = Default::default();
        Labels { nodes, unions, changes, counts, worst, bits }
    }
}

impl Labels {
    /// The empty sequence with this label (none if it is 0), and what begins with these; they are sorted.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn node(&mut self, end: u8, next: Vec<(OccurrenceId, Labelled)>, tally: &mut Tally) -> Result<Labelled, Limit> {
        let node = Node { end, next };
        let bytes = 2 * size_of::<Node>() + size_of_val(&*node.next);
        let (number, new) = self.nodes.insert_full(node);
        if new {
            tally.states += 1;
            tally.hold(bytes)?;
        }
        Ok(Labelled(u32::try_from(number).expect("nodes are bounded by memory far below u32::MAX")))
    }

    fn at(&self, set: Labelled) -> &Node {
        &self.nodes[set.0 as usize]
    }

    /// The label of the empty sequence; 0 if it is not in the set.
    pub fn end(&self, set: Labelled) -> u8 {
        self.at(set).end
    }

    /// What may come first, and the set of what may follow.
    pub fn next(&self, set: Labelled) -> &[(OccurrenceId, Labelled)] {
        &self.at(set).next
    }

    /// What may follow an occurrence.
    pub fn after(&self, set: Labelled, id: OccurrenceId) -> Labelled {
        let next = self.next(set);
        next.binary_search_by_key(&id, |(next, _)| *next).map_or(Labelled::NONE, |at| next[at].1)
    }

    /// What is in either set, with the bits of both.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn union(&mut self, a: Labelled, b: Labelled, tally: &mut Tally) -> Result<Labelled, Limit> {
        if a == b || b == Labelled::NONE {
            return Ok(a);
        }
        if a == Labelled::NONE {
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
            next.push((id, self.union(self.after(a, id), self.after(b, id), tally)?));
        }
        let either = self.node(self.end(a) | self.end(b), next, tally)?;
        self.unions.insert(key, either);
        tally.hold(2 * size_of_val(&key))?;
        Ok(either)
    }

    /// The set after an edge.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn changed(&mut self, change: Change, set: Labelled, tally: &mut Tally) -> Result<Labelled, Limit> {
        if set == Labelled::NONE || change == (Change::Marked { broken: false, sign: false }) {
            return Ok(set);
        }
        if let Some(known) = self.changes.get(&(change, set)) {
            return Ok(*known);
        }
        let Node { end, next } = self.at(set).clone();
        let mut after = Vec::with_capacity(next.len());
        for (id, rest) in next {
            after.push((id, self.changed(change, rest, tally)?));
        }
        let end = if end == 0 { 0 } else { change.of(end) };
        let changed = self.node(end, after, tally)?;
        self.changes.insert((change, set), changed);
        tally.hold(2 * size_of::<(Change, Labelled, Labelled)>())?;
        Ok(changed)
    }

    /// The worst that happens to some sequence.
    pub fn worst(&mut self, set: Labelled) -> Harm {
        if let Some(known) = self.worst.get(&set) {
            return *known;
        }
        let rests: Vec<Labelled> = self.next(set).iter().map(|(_, rest)| *rest).collect();
        let worst = rests.into_iter().fold(harm(self.end(set)), |worst, rest| worst.max(self.worst(rest)));
        self.worst.insert(set, worst);
        worst
    }

    /// The bits of all labels.
    pub fn bits(&mut self, set: Labelled) -> u8 {
        if let Some(known) = self.bits.get(&set) {
            return *known;
        }
        let rests: Vec<Labelled> = self.next(set).iter().map(|(_, rest)| *rest).collect();
        let bits = rests.into_iter().fold(self.end(set), |bits, rest| bits | self.bits(rest));
        self.bits.insert(set, bits);
        bits
    }

    /// How many sequences have a label of this harm, or a worse one.
    pub fn count(&mut self, least: Harm, set: Labelled) -> BigUint {
        if let Some(known) = self.counts.get(&(least, set)) {
            return known.clone();
        }
        let end = self.end(set);
        let mut count = BigUint::from(u8::from(end != 0 && harm(end) >= least));
        let rests: Vec<Labelled> = self.next(set).iter().map(|(_, rest)| *rest).collect();
        rests.into_iter().for_each(|rest| count += self.count(least, rest));
        self.counts.insert((least, set), count.clone());
        count
    }

    /// The shortest sequence with a label that has all these bits, the first in document order among those.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn shortest(&self, set: Labelled, bits: u8, tally: &mut Tally) -> Result<Option<Vec<OccurrenceId>>, Limit> {
        let mut lengths = FxHashMap::default();
        let Some(mut length) = self.length(set, bits, &mut lengths, tally)? else { return Ok(None) };
        let (mut at, mut sequence) = (set, Vec::with_capacity(length));
        while length > 0 {
            length -= 1;
            let step = self.next(at).iter().find(|(_, rest)| lengths[rest] == Some(length));
            let (id, rest) = step.expect("one of them is as long as was found");
            sequence.push(*id);
            at = *rest;
        }
        Ok(Some(sequence))
    }

    fn length(
        &self,
        set: Labelled,
        bits: u8,
        known: &mut FxHashMap<Labelled, Option<usize>>,
        tally: &mut Tally,
    ) -> Result<Option<usize>, Limit> {
        if let Some(known) = known.get(&set) {
            return Ok(*known);
        }
        tally.check()?;
        let mut shortest = (self.end(set) & bits == bits).then_some(0);
        for (_, rest) in self.next(set) {
            let length = self.length(*rest, bits, known, tally)?.map(|length| length + 1);
            shortest = shortest.into_iter().chain(length).min();
        }
        known.insert(set, shortest);
        Ok(shortest)
    }

    /// The steps that are in every sequence with one of these bits; None where there is no such sequence.
    pub fn in_all(&self, set: Labelled, bits: u8, known: &mut FxHashMap<Labelled, Option<StepSet>>) -> Option<StepSet> {
        if let Some(known) = known.get(&set) {
            return *known;
        }
        let mut all = (self.end(set) & bits != 0).then(StepSet::default);
        for (id, rest) in self.next(set) {
            let Some(with) = self.in_all(*rest, bits, known).map(|steps| steps.with(*id)) else { continue };
            all = Some(all.map_or(with, |all| all.intersection(with)));
        }
        known.insert(set, all);
        all
    }
}
