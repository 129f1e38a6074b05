//! The nodes of one acyclic automaton, each kept once.
//!
//! In: whether the empty sequence is in, and edges. Out: a number, the same for equal nodes. All edges lie one after another in one list, and
//! a table with open addressing finds a node by what it is, so that nothing is allocated for a node that is there already.

use super::language::Language;
use crate::system::OccurrenceId;

/// Nodes, numbered from zero.
#[derive(Default)]
pub(super) struct Nodes {
    ends: Vec<u16>,
    /// Where the edges of each node end in `edges`; they begin where those of the node before end.
    last: Vec<u32>,
    edges: Vec<(OccurrenceId, Language)>,
    /// For each place, zero or one more than a node's number in the lower half and the upper half of its hash in the upper one.
    table: Vec<u64>,
}

/// So many places to begin with; a power of two.
const FEWEST_PLACES: usize = 64;

impl Nodes {
    /// Bytes that a node with so many edges takes, with room to grow.
    pub fn bytes(edges: usize) -> usize {
        2 * (size_of::<u16>() + size_of::<u32>() + edges * size_of::<(OccurrenceId, Language)>()) + 3 * size_of::<u64>()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The label of the empty sequence.
    pub fn ends(&self, node: usize) -> u16 {
        self.ends[node]
    }

    /// The edges of a node.
    pub fn next(&self, node: usize) -> &[(OccurrenceId, Language)] {
        let first = if node == 0 { 0 } else { self.last[node - 1] as usize };
        &self.edges[first..self.last[node] as usize]
    }

    /// The number of the node that is like this, and whether it is new.
    pub fn number(&mut self, ends: u16, next: &[(OccurrenceId, Language)]) -> (u32, bool) {
        // At most three quarters of the places are taken.
        if 4 * (self.len() + 1) > 3 * self.table.len() {
            self.grow();
        }
        let hash = hash(ends, next);
        let mask = self.table.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let entry = self.table[place];
            let Some(node) = (entry as u32).checked_sub(1) else { break };
            let alike = (entry ^ hash) >> 32 == 0;
            if alike && self.ends[node as usize] == ends && self.next(node as usize) == next {
                return (node, false);
            }
            place = (place + 1) & mask;
        }
        let small =
            |length: usize| u32::try_from(length).expect("nodes and edges are bounded by memory below u32::MAX");
        let node = small(self.len());
        self.table[place] = hash & !u64::from(u32::MAX) | u64::from(node + 1);
        self.ends.push(ends);
        self.edges.extend_from_slice(next);
        self.last.push(small(self.edges.len()));
        (node, true)
    }

    fn grow(&mut self) {
        let places = (2 * self.table.len()).max(FEWEST_PLACES);
        self.table = vec![0; places];
        for node in 0..self.len() {
            let hash = hash(self.ends[node], self.next(node));
            let mut place = hash as usize & (places - 1);
            while self.table[place] != 0 {
                place = (place + 1) & (places - 1);
            }
            self.table[place] = hash & !u64::from(u32::MAX) | (node as u64 + 1);
        }
    }
}

/// Multiply and fold, word by word.
fn hash(ends: u16, next: &[(OccurrenceId, Language)]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let fold = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * u128::from(FACTOR);
        (product >> 64) as u64 ^ product as u64
    };
    let edge = |(id, rest): &(OccurrenceId, Language)| u64::from(id.0) << 32 | rest.number() as u64;
    next.iter().map(edge).fold(fold(FACTOR, u64::from(ends) + 1), fold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_nodes_are_one_and_others_are_not() {
        let mut nodes = Nodes::default();
        let edges = |count: u32| (0..count).map(|id| (OccurrenceId(id), Language::NONE)).collect::<Vec<_>>();
        for round in 0..2 {
            for count in 0..300 {
                for ends in 0..2 {
                    let expected = (2 * count + u32::from(ends), round == 0);
                    assert_eq!(nodes.number(ends, &edges(count)), expected);
                }
            }
        }
        assert_eq!(nodes.len(), 600);
        assert!(
            (0..600)
                .all(|node| nodes.next(node) == edges(node as u32 / 2) && usize::from(nodes.ends(node)) == node % 2)
        );
    }
}
