//! A pattern in the form that is worked with: sets of steps, and an order that is transitively closed.

use crate::system::{OccurrenceId, StepSet};
use crate::verdict::Pattern;

/// A [`Pattern`] whose order is closed, so that an atom can be dropped and the rest of the order stays.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Steps that are in the ordering.
    pub done: StepSet,
    /// Steps that are not.
    pub left_out: StepSet,
    /// For each occurrence, the steps that come before it. As long as the highest one in `done` requires.
    earlier: Vec<StepSet>,
}

impl Shape {
    /// Steps in this order, all of them.
    pub fn chain(steps: &[OccurrenceId], left_out: StepSet) -> Shape {
        let size = steps.iter().map(|id| id.0 as usize + 1).max().unwrap_or(0);
        let mut shape = Shape { done: StepSet::default(), left_out, earlier: vec![StepSet::default(); size] };
        for id in steps {
            shape.earlier[id.0 as usize] = shape.done;
            shape.done = shape.done.with(*id);
        }
        shape
    }

    /// A pattern.
    pub fn of(pattern: &Pattern) -> Shape {
        let mut shape = Shape::chain(&pattern.done, pattern.left_out.iter().copied().collect());
        shape.earlier.fill(StepSet::default());
        for (earlier, later) in &pattern.before {
            let above: StepSet = shape.earlier(*earlier).with(*earlier);
            let below = |id: &OccurrenceId| id == later || shape.earlier(*id).contains(*later);
            let below: Vec<OccurrenceId> = pattern.done.iter().copied().filter(below).collect();
            for id in below {
                shape.earlier[id.0 as usize] = shape.earlier(id).union(above);
            }
        }
        shape
    }

    /// As it is told.
    pub fn pattern(&self) -> Pattern {
        let mut before = self.covers();
        before.sort_unstable();
        Pattern { done: self.done.iter().collect(), before, left_out: self.left_out.iter().collect() }
    }

    /// The steps that come before one of `done`.
    pub fn earlier(&self, id: OccurrenceId) -> StepSet {
        self.earlier[id.0 as usize]
    }

    /// The pairs (earlier, later) with nothing in between.
    pub fn covers(&self) -> Vec<(OccurrenceId, OccurrenceId)> {
        let mut covers = Vec::new();
        for later in self.done.iter() {
            let earlier = self.earlier(later);
            let implied = earlier.iter().fold(StepSet::default(), |all, id| all.union(self.earlier(id)));
            covers.extend(earlier.minus(implied).iter().map(|earlier| (earlier, later)));
        }
        covers
    }

    /// Whether the shape can no longer be fitted once this step is taken.
    pub fn is_broken_by(&self, id: OccurrenceId, done: StepSet) -> bool {
        self.left_out.contains(id) || self.done.contains(id) && !self.earlier(id).within(done)
    }

    /// Earlier and later, where that is all.
    pub fn as_pair(&self) -> Option<(OccurrenceId, OccurrenceId)> {
        let only_two = self.done.len() == 2 && self.left_out.is_empty();
        self.covers().pop().filter(|_| only_two)
    }

    /// Without a step of `done`; the order of the others stays.
    pub fn without_step(&self, id: OccurrenceId) -> Shape {
        let gone = StepSet::default().with(id);
        let mut shape = self.clone();
        shape.done = shape.done.minus(gone);
        shape.earlier[id.0 as usize] = StepSet::default();
        // No longer than needed, so that equal shapes are equal values.
        shape.earlier.truncate(shape.done.iter().last().map_or(0, |id| id.0 as usize + 1));
        shape.earlier.iter_mut().for_each(|earlier| *earlier = earlier.minus(gone));
        shape
    }

    /// Without one pair of [`Shape::covers`]; all else that followed from it stays.
    pub fn without_atom(&self, (earlier, later): (OccurrenceId, OccurrenceId)) -> Shape {
        let mut shape = self.clone();
        shape.earlier[later.0 as usize] = shape.earlier(later).minus(StepSet::default().with(earlier));
        shape
    }

    /// Whatever becomes of a step that was not to be done.
    pub fn without_left_out(&self, id: OccurrenceId) -> Shape {
        let mut shape = self.clone();
        shape.left_out = shape.left_out.minus(StepSet::default().with(id));
        shape
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[u32]) -> Vec<OccurrenceId> {
        ids.iter().copied().map(OccurrenceId).collect()
    }

    #[test]
    fn dropping_a_step_or_an_atom_keeps_the_order_of_the_rest() {
        let chain = Shape::chain(&ids(&[2, 0, 1]), StepSet::default());
        let pair = |a, b| (OccurrenceId(a), OccurrenceId(b));
        assert_eq!(chain.pattern().before, [pair(0, 1), pair(2, 0)]);
        assert_eq!(chain.without_step(OccurrenceId(0)).pattern().before, [pair(2, 1)]);
        assert_eq!(chain.without_step(OccurrenceId(2)), Shape::chain(&ids(&[0, 1]), StepSet::default()));
        assert_eq!(chain.without_atom(pair(2, 0)).pattern().before, [pair(0, 1), pair(2, 1)]);
    }

    #[test]
    fn a_pattern_and_its_shape_say_the_same() {
        let before = [(0, 1), (1, 2), (3, 1)].map(|(a, b)| (OccurrenceId(a), OccurrenceId(b))).to_vec();
        for before in [before.clone(), before.into_iter().rev().collect()] {
            let pattern = Pattern { done: ids(&[0, 1, 2, 3]), before, left_out: ids(&[7]) };
            let shape = Shape::of(&pattern);
            assert_eq!(shape.earlier(OccurrenceId(2)), ids(&[0, 1, 3]).into_iter().collect());
            assert_eq!(Shape::of(&shape.pattern()), shape);
        }
    }
}
