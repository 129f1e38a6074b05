//! What follows a state, where one state stands for all that interchangeable nodes make of it.
//!
//! In: states, each of which stands for its orbit. Out: the states that stand for what follows, and exact [`Counts`] of what they
//! all stand for: what can be done in a state can be done, with other nodes, in every state of its orbit, and goes as many ways.
//! Without interchangeable nodes every state stands for itself.

use super::counts::Counts;
use super::expand::{Asked, Expand, Following};
use crate::base::Limit;
use crate::system::Fold;

/// What follows, and what states stand for.
pub struct Folding<'s, const W: usize> {
    expand: Box<dyn Expand<W> + 's>,
    /// None where every state stands for itself.
    fold: Option<Fold<W>>,
}

impl<'s, const W: usize> Folding<'s, W> {
    /// Folds what follows.
    pub fn new(expand: Box<dyn Expand<W> + 's>, fold: Option<Fold<W>>) -> Folding<'s, W> {
        Folding { expand, fold }
    }

    /// Adds what follows these states, and counts them.
    ///
    /// # Errors
    /// The limit that was hit: what was added is then not all.
    pub fn expand(
        &self,
        states: &[[u64; W]],
        asked: &mut Asked<'_, '_>,
        following: &mut Following<W>,
    ) -> Result<(), Limit> {
        let first = following.states.len();
        let (mut moves, mut broken) = (following.moves, following.broken);
        let Some(fold) = &self.fold else {
            self.expand.expand(states, asked, following)?;
            following.counts.plain(states.len() as u64, following.broken - broken, following.moves - moves);
            return Ok(());
        };
        following.each.get_or_insert_default().clear();
        self.expand.expand(states, asked, following)?;
        let each = following.each.as_ref().expect("it is asked for");
        for (state, sofar) in states.iter().zip(each) {
            following.counts.folded(&fold.orbit(state), sofar.1 > broken, sofar.0 - moves);
            (moves, broken) = *sofar;
        }
        fold.fold(&mut following.states[first..]);
        Ok(())
    }

    /// The state that stands for one.
    pub fn representative(&self, state: [u64; W]) -> [u64; W] {
        self.fold.as_ref().map_or(state, |fold| fold.representative(state))
    }

    /// Counts states that wait to be expanded; nothing is known of what follows them.
    pub fn count<'q>(&self, waiting: impl Iterator<Item = &'q [u64; W]>, counts: &mut Counts) {
        for state in waiting {
            match &self.fold {
                Some(fold) => counts.folded(&fold.orbit(state), false, 0),
                None => counts.plain(1, 0, 0),
            }
        }
    }
}
