//! The numbers of positions, found by what is done.
//!
//! Where each step has predecessors and that is all there is to say, the steps are dealt out into chains, in each of which every
//! step has the one before it as a predecessor. How many steps of each chain are done says which position it is: a place in a
//! grid, which is looked up without hashing. Elsewhere, and where the grid would be large, positions are hashed.

use super::{OccurrenceId, Position, StepSet};
use rustc_hash::FxHashMap;

/// Places in a grid, at most.
const MOST_PLACES: usize = 1 << 24;

/// The numbers of positions.
pub(super) enum Numbers {
    /// A place for each number of steps done in each chain: one more than the position's number, zero where it was not met.
    Grid {
        /// How far apart the places are of positions that differ in one step of its chain, for each step.
        stride: Vec<usize>,
        places: Vec<u32>,
    },
    Hashed(FxHashMap<Position, u32>),
}

impl Numbers {
    /// The place of the position in which nothing was done.
    pub const START: usize = 0;

    /// No position has a number yet. The predecessors of each step, where they say all.
    pub fn of(predecessors: Option<&[StepSet]>) -> Numbers {
        predecessors.and_then(grid).unwrap_or_else(|| Numbers::Hashed(FxHashMap::default()))
    }

    /// Bytes held from the start.
    pub fn bytes(&self) -> usize {
        match self {
            Numbers::Grid { places, .. } => size_of_val(&**places),
            Numbers::Hashed(_) => 0,
        }
    }

    /// The number of a position, which is given `new` if it has none. `from` is the place of the position before it, where the
    /// step was not done; the place of this one comes back too.
    pub fn number(&mut self, (from, id): (usize, OccurrenceId), after: Position, new: u32) -> (u32, usize) {
        match self {
            Numbers::Grid { stride, places } => {
                let at = from + stride[id.0 as usize];
                if places[at] == 0 {
                    places[at] = new + 1;
                }
                (places[at] - 1, at)
            }
            Numbers::Hashed(known) => (*known.entry(after).or_insert(new), 0),
        }
    }
}

/// The grid of these steps, if it is not too large.
fn grid(predecessors: &[StepSet]) -> Option<Numbers> {
    let mut steps: Vec<OccurrenceId> = (0..).map(OccurrenceId).take(predecessors.len()).collect();
    // All that has to come before a step has fewer predecessors.
    steps.sort_by_key(|id| predecessors[id.0 as usize].len());
    let mut chains: Vec<Vec<OccurrenceId>> = Vec::new();
    for id in steps {
        let last = |chain: &Vec<OccurrenceId>| chain.last().copied().expect("a chain has a step");
        match chains.iter_mut().find(|chain| predecessors[id.0 as usize].contains(last(chain))) {
            Some(chain) => chain.push(id),
            None => chains.push(vec![id]),
        }
    }
    let mut stride = vec![0; predecessors.len()];
    let mut places = 1usize;
    for chain in &chains {
        chain.iter().for_each(|id| stride[id.0 as usize] = places);
        places = places.checked_mul(chain.len() + 1).filter(|places| *places <= MOST_PLACES)?;
    }
    Some(Numbers::Grid { stride, places: vec![0; places] })
}
