//! A system that was explored, with the set of its good orderings: what everything else is asked of.

use super::language::Language;
use super::suffixes::{Runs, Suffixes, Trait};
use super::witness::Scene;
use crate::base::{Limit, Tally};
use crate::engine::{Stopped, packed};
use crate::system::{OccurrenceId, Plan, Procedure, System, Watch, Watched};
use crate::verdict::{Counterexample, Effort};

/// A system that was explored, with the set of its good orderings.
pub struct Study<'s> {
    pub(super) system: &'s System,
    pub(super) plan: &'s Plan,
    pub(super) watch: Watch,
    pub(super) suffixes: Suffixes<'s>,
    /// The orderings all of whose runs are good.
    pub(super) good: Language,
}

impl<'s> Study<'s> {
    /// Explores a system and finds its good orderings.
    ///
    /// # Errors
    /// The limit that was hit.
    ///
    /// # Panics
    /// If the procedure is [`Procedure::Free`]: a world alone has no orderings.
    pub fn of(system: &'s System, tally: &mut Tally) -> Result<Study<'s>, Limit> {
        Study::watching(system, Vec::new(), tally, &mut Effort::default())
    }

    /// The same, with an eye on what claims ask about. Says how much was looked at, if a limit was hit too.
    pub(super) fn watching(
        system: &'s System,
        things: Vec<Watched>,
        tally: &mut Tally,
        effort: &mut Effort,
    ) -> Result<Study<'s>, Limit> {
        let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no orderings") };
        let watch = Watch::things(things);
        let reached = packed::reach(system, plan, &watch, tally);
        (effort.states, effort.moves) = match &reached {
            Ok(reached) => (reached.nodes() as u64, reached.moves() as u64),
            Err(stopped) => (stopped.states, stopped.moves),
        };
        let reached = reached.map_err(|Stopped { limit, .. }| limit)?;
        tally.states = reached.nodes() as u64;
        let mut suffixes = Suffixes::of(system, reached, tally)?;
        let good = suffixes.having(Runs::Every, Trait::Good, tally)?;
        Ok(Study { system, plan, watch, suffixes, good })
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
        let scene = Scene { system: self.system, plan: self.plan, watch: &self.watch };
        scene.run(&mut self.suffixes, (ordering, what), self.good, tally)
    }
}
