//! The orderings that are worth looking at, as a graph: the good ones, or all where none is good.
//!
//! A node is a position and the set of orderings that may follow it, so that every path is one of these orderings and nothing else.

use super::language::Language;
use super::study::Study;
use crate::base::{Limit, Tally};
use crate::system::{Course, OccurrenceId, System};

/// One node.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Number of the position in the course.
    pub position: u32,
    /// What may come next, in document order, and the node that it leads to.
    pub next: Vec<(OccurrenceId, usize)>,
    /// Whether an ordering may end here.
    pub ends: bool,
}

/// The graph. Node 0 is the start.
#[derive(Clone, Debug)]
pub struct Lanes {
    /// Whether these are the good orderings.
    pub good: bool,
    /// The nodes, each before those that it leads to.
    pub nodes: Vec<Lane>,
    /// The positions.
    pub course: Course,
}

impl Lanes {
    /// Decides a runbook and keeps its good orderings, or all.
    ///
    /// # Errors
    /// The limit that was hit.
    ///
    /// # Panics
    /// If the procedure is [`Procedure::Free`](crate::system::Procedure::Free).
    pub fn of(system: &System, tally: &mut Tally) -> Result<Lanes, Limit> {
        let mut study = Study::of(system, tally)?;
        let good = study.good != Language::NONE;
        let start = if good { study.good } else { study.suffixes.whole(tally)? };
        let course = study.suffixes.course.clone();
        let languages = &study.suffixes.languages;
        let mut met = indexmap::IndexSet::from([(0u32, start)]);
        let mut found: Vec<Lane> = Vec::new();
        while let Some((position, set)) = met.get_index(found.len()).copied() {
            let mut next = Vec::new();
            for (id, to) in course.next(position) {
                let after = languages.after(set, *id);
                if after != Language::NONE {
                    next.push((*id, met.insert_full((*to, after)).0));
                }
            }
            tally.hold(size_of::<Lane>() + size_of_val(&next[..]))?;
            found.push(Lane { position, next, ends: languages.ends(set) });
        }
        // Each step makes a position's set of steps larger.
        let mut order: Vec<usize> = (0..found.len()).collect();
        order.sort_by_key(|at| course.position(found[*at].position).done.len());
        let mut place = vec![0; order.len()];
        order.iter().enumerate().for_each(|(new, old)| place[*old] = new);
        let renumbered = order.iter().map(|old| {
            let Lane { position, next, ends } = &found[*old];
            let next = next.iter().map(|(id, to)| (*id, place[*to])).collect();
            Lane { position: *position, next, ends: *ends }
        });
        let nodes = renumbered.collect();
        Ok(Lanes { good, nodes, course })
    }
}
