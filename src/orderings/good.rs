//! The good orderings of a system, as a graph that can be walked.
//!
//! In: a system with an ordered procedure. Out: [`GoodOrderings`]. A node is a position together with the set of what may follow it
//! in a good ordering, so that every path from the first node to one where an ordering may end is a good ordering, each once.

use super::study::Study;
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, Position, System};
use num_bigint::BigUint;
use rustc_hash::FxHashMap;

/// A node of the graph.
#[derive(Clone, Debug)]
pub struct GoodNode {
    /// How far one has come.
    pub position: Position,
    /// Whether a good ordering ends here.
    pub ends: bool,
    /// What may come next, in document order, and the node after it.
    pub next: Vec<(OccurrenceId, u32)>,
}

/// The good orderings of a system.
#[derive(Clone, Debug)]
pub struct GoodOrderings {
    /// Each before those that it leads to; the first is the start. None where no ordering is good.
    pub nodes: Vec<GoodNode>,
    /// How many there are.
    pub count: BigUint,
}

impl GoodOrderings {
    /// Finds them.
    ///
    /// # Errors
    /// The limit that was hit.
    ///
    /// # Panics
    /// If the procedure is [`crate::system::Procedure::Free`]: a world alone has no orderings.
    pub fn of(system: &System, tally: &mut Tally) -> Result<GoodOrderings, Limit> {
        let mut study = Study::of(system, tally)?;
        let count = study.suffixes.languages.count(study.good);
        let mut graph = GoodOrderings { nodes: Vec::new(), count };
        if graph.count == BigUint::ZERO {
            return Ok(graph);
        }
        let (course, languages) = (&study.suffixes.course, &study.suffixes.languages);
        let mut met = vec![(0, study.good)];
        let mut known = FxHashMap::from_iter([((0, study.good), 0u32)]);
        while let Some((position, set)) = met.get(graph.nodes.len()).copied() {
            let mut next = Vec::with_capacity(languages.next(set).len());
            for (id, rest) in languages.next(set) {
                let after = (study.suffixes.after(position, *id), *rest);
                let to = *known.entry(after).or_insert_with(|| {
                    met.push(after);
                    u32::try_from(met.len() - 1).expect("nodes are bounded by memory far below u32::MAX")
                });
                next.push((*id, to));
            }
            tally.states += 1;
            tally.hold(size_of::<GoodNode>() + size_of_val(&*next))?;
            graph.nodes.push(GoodNode { position: course.position(position), ends: languages.ends(set), next });
        }
        graph.sort();
        Ok(graph)
    }

    /// A position grows with every step, whatever was left out.
    fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by_key(|at| self.nodes[*at].position.done.len());
        let mut place = vec![0; order.len()];
        (0u32..).zip(&order).for_each(|(new, old)| place[*old] = new);
        let mut nodes: Vec<GoodNode> = order.iter().map(|at| self.nodes[*at].clone()).collect();
        nodes.iter_mut().flat_map(|node| &mut node.next).for_each(|(_, to)| *to = place[*to as usize]);
        self.nodes = nodes;
    }

    /// The edge that an occurrence takes from a node.
    pub fn after(&self, node: u32, id: OccurrenceId) -> Option<u32> {
        let next = &self.nodes[node as usize].next;
        next.binary_search_by_key(&id, |(next, _)| *next).ok().map(|at| next[at].1)
    }
}
