//! From a forbidden pattern to a prime one: nothing can be dropped from it without a good ordering fitting it.
//!
//! What a smaller pattern forbids, a larger one forbids too. So whatever could not be dropped once cannot be dropped
//! later either, and every step, atom and step left out is tried once.

use super::good::Good;
use super::shape::Shape;
use crate::base::{Limit, Tally};
use crate::system::OccurrenceId;
use rustc_hash::FxHashSet;

/// From so many places in an ordering dropping steps begins, in both directions.
const TRIES: usize = 6;

/// A prime pattern within a forbidden one. What stands first in `steps` is tried first.
///
/// # Errors
/// The limit that was hit.
pub fn prime(good: &mut Good, mut shape: Shape, steps: &[OccurrenceId], tally: &mut Tally) -> Result<Shape, Limit> {
    for id in shape.left_out.iter() {
        let less = shape.without_left_out(id);
        if good.forbids(&less, tally)? {
            shape = less;
        }
    }
    for id in steps {
        let less = shape.without_step(*id);
        if good.forbids(&less, tally)? {
            shape = less;
        }
    }
    let mut needed = FxHashSet::default();
    while let Some(atom) = shape.covers().into_iter().find(|atom| !needed.contains(atom)) {
        let less = shape.without_atom(atom);
        if good.forbids(&less, tally)? {
            shape = less;
        } else {
            needed.insert(atom);
        }
    }
    Ok(shape)
}

/// Whether nothing can be dropped from a pattern.
///
/// # Errors
/// The limit that was hit.
pub fn is_prime(good: &mut Good, shape: &Shape, tally: &mut Tally) -> Result<bool, Limit> {
    let left_out = shape.left_out.iter().map(|id| shape.without_left_out(id));
    let steps = shape.done.iter().map(|id| shape.without_step(id));
    let atoms = shape.covers().into_iter().map(|atom| shape.without_atom(atom));
    for less in left_out.chain(steps).chain(atoms) {
        if good.forbids(&less, tally)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A short prime pattern of a forbidden ordering: the shortest of several, with the fewest atoms, the first in the
/// document's order.
///
/// # Errors
/// The limit that was hit.
pub fn shortest(good: &mut Good, ordering: &[OccurrenceId], shape: &Shape, tally: &mut Tally) -> Result<Shape, Limit> {
    let count = ordering.len();
    let rotated = |by: usize| [&ordering[by..], &ordering[..by]].concat();
    let forwards = (0..count.max(1)).step_by(count.div_ceil(TRIES).max(1)).map(rotated);
    let mut best = None;
    for steps in forwards.flat_map(|steps| [steps.iter().rev().copied().collect(), steps]) {
        let found = prime(good, shape.clone(), &steps, tally)?;
        let pattern = found.pattern();
        let rank = (pattern.done.len() + pattern.left_out.len(), pattern.before.len(), pattern);
        if best.as_ref().is_none_or(|(other, _)| rank < *other) {
            best = Some((rank, found));
        }
    }
    Ok(best.expect("there is one to begin with").1)
}
