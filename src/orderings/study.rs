//! A system that was explored, with the set of its good orderings: what everything else is asked of.

use super::language::Language;
use super::shortest;
use super::suffixes::{Runs, Suffixes, Trait};
use super::witness::Scene;
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, Plan, Procedure, State, System, Watch};
use crate::verdict::{Counterexample, Effort};
use num_bigint::BigUint;

/// A system that was explored, with the set of its good orderings.
pub struct Study<'s> {
    pub(super) system: &'s System,
    pub(super) plan: &'s Plan,
    pub(super) watch: &'s Watch,
    pub(super) suffixes: Suffixes<'s>,
    /// The orderings all of whose runs are good.
    pub(super) good: Language,
}

static NO_CLAIMS: Watch = Watch::always();

impl<'s> Study<'s> {
    /// Explores a system and finds its good orderings.
    ///
    /// # Errors
    /// The limit that was hit.
    ///
    /// # Panics
    /// If the procedure is [`Procedure::Free`]: a world alone has no orderings.
    pub fn of(system: &'s System, tally: &mut Tally) -> Result<Study<'s>, Limit> {
        Study::watching((system, None), &NO_CLAIMS, tally, &mut Effort::default())
    }

    /// The same, with an eye on what claims ask about. Says how much was looked at, if a limit was hit too.
    /// `merged` is the same system as [`Suffixes::of`] wants it.
    pub(super) fn watching(
        (system, merged): (&'s System, Option<&'s (System, State)>),
        watch: &'s Watch,
        tally: &mut Tally,
        effort: &mut Effort,
    ) -> Result<Study<'s>, Limit> {
        let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no orderings") };
        let mut suffixes = Suffixes::of(system, merged, watch, tally)?;
        let good = suffixes.having(Runs::Every, Trait::Good, tally);
        (effort.states, effort.moves) = (suffixes.places(), suffixes.looked_at.moves);
        Ok(Study { system, plan, watch, suffixes, good: good? })
    }

    /// How many orderings are good, and how many there are.
    pub fn counts(&mut self) -> (BigUint, BigUint) {
        (self.suffixes.languages.count(self.good), self.suffixes.course.total().clone())
    }

    /// An ordering that is not good: the one that is lost after the fewest steps.
    ///
    /// # Errors
    /// The limit that was hit.
    pub(super) fn outside(&mut self, tally: &mut Tally) -> Result<Option<Vec<OccurrenceId>>, Limit> {
        let Suffixes { course, languages, .. } = &mut self.suffixes;
        if languages.count(self.good) == *course.total() {
            return Ok(None);
        }
        shortest::outside(course, 0, languages, self.good, tally)
    }

    /// A run of an ordering that has something.
    ///
    /// # Errors
    /// The limit that was hit.
    ///
    /// # Panics
    /// If no run of the ordering has it: a bug in whoever asks.
    pub(super) fn run(
        &mut self,
        ordering: Vec<OccurrenceId>,
        what: Trait,
        tally: &mut Tally,
    ) -> Result<Counterexample, Limit> {
        let scene = Scene { system: self.system, plan: self.plan, watch: self.watch };
        scene.run(&mut self.suffixes, (ordering, what), self.good, tally)
    }
}
