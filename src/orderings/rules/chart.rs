//! A set of orderings laid out flat, for searches that go through much of it many times.
//!
//! In: a [`Language`]. Out: its nodes as numbers, each higher than those that follow it, and for every node which steps
//! may and which must still come. Every node can be completed: there is no edge to the empty set.

use crate::base::{Limit, Tally};
use crate::orderings::language::{Language, Languages};
use crate::system::{OccurrenceId, StepSet};

/// A set of orderings that is not empty, laid out flat.
pub struct Chart {
    /// Where the edges of each node begin; one more at the end.
    first: Vec<u32>,
    edges: Vec<(OccurrenceId, u32)>,
    ends: Vec<bool>,
    may: Vec<StepSet>,
    must: Vec<StepSet>,
    sets: Vec<Language>,
}

impl Chart {
    /// Lays out a set.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(languages: &Languages, set: Language, tally: &mut Tally) -> Result<Chart, Limit> {
        let mut chart = Chart {
            first: vec![0],
            edges: Vec::new(),
            ends: Vec::new(),
            may: Vec::new(),
            must: Vec::new(),
            sets: Vec::new(),
        };
        let mut known = vec![None; languages.since(0).count()];
        chart.lay(languages, set, &mut known, tally)?;
        Ok(chart)
    }

    /// Recursion is as deep as an ordering is long.
    fn lay(
        &mut self,
        languages: &Languages,
        set: Language,
        known: &mut [Option<u32>],
        tally: &mut Tally,
    ) -> Result<u32, Limit> {
        if let Some(known) = known[set.number()] {
            return Ok(known);
        }
        let next = languages.next(set);
        let mut edges = Vec::with_capacity(next.len());
        for (id, rest) in next {
            edges.push((*id, self.lay(languages, *rest, known, tally)?));
        }
        let ends = languages.ends(set);
        let (mut may, mut must) = (StepSet::default(), None);
        for (id, to) in &edges {
            may = may.union(self.may[*to as usize]).with(*id);
            let this = self.must[*to as usize].with(*id);
            must = Some(must.map_or(this, |must: StepSet| must.intersection(this)));
        }
        let number = u32::try_from(self.ends.len()).expect("nodes are bounded by memory far below u32::MAX");
        self.ends.push(ends);
        self.may.push(may);
        self.must.push(if ends { StepSet::default() } else { must.unwrap_or_default() });
        tally.hold(2 * size_of::<StepSet>() + size_of_val(&*edges) + 16)?;
        self.edges.append(&mut edges);
        self.first.push(u32::try_from(self.edges.len()).expect("edges are bounded by memory far below u32::MAX"));
        self.sets.push(set);
        known[set.number()] = Some(number);
        Ok(number)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Where every ordering begins.
    pub fn root(&self) -> u32 {
        self.ends.len() as u32 - 1
    }

    /// What follows a node, as a set.
    pub fn set(&self, node: u32) -> Language {
        self.sets[node as usize]
    }

    /// What may come next, in document order, and where it leads.
    pub fn next(&self, node: u32) -> &[(OccurrenceId, u32)] {
        &self.edges[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }

    /// Whether an ordering may end here.
    pub fn ends(&self, node: u32) -> bool {
        self.ends[node as usize]
    }

    /// The steps that come later in some ordering.
    pub fn may(&self, node: u32) -> StepSet {
        self.may[node as usize]
    }

    /// The steps that come later in every ordering.
    pub fn must(&self, node: u32) -> StepSet {
        self.must[node as usize]
    }

    /// For each step, by its number, the steps that come after it in some ordering.
    pub fn later(&self) -> Vec<StepSet> {
        let mut later = vec![StepSet::default(); StepSet::CAPACITY];
        for (id, to) in &self.edges {
            later[id.0 as usize] = later[id.0 as usize].union(self.may(*to));
        }
        later
    }

    /// Whether all orderings have the same steps: then a node says which of them are done.
    pub fn is_uniform(&self) -> bool {
        self.may(self.root()) == self.must(self.root())
    }
}
