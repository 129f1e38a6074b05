//! An attempt in which nothing has to be chosen.
//!
//! In: a state and an occurrence. Out: where it leads, if no fault can strike, every phase has one possible outcome, and
//! reactions come to one stable state in whatever order they run. Most attempts are so. They are gone through without keeping the
//! way; for all others, and for whoever wants the moves, there is [`Runner::occurrence`].

use super::{End, Marks, OccurrenceId, Outcome, Plan, Position, Runner, State};
use crate::base::{Limit, Tally};

/// More reactions than this in a row may be a cycle, which is not for here to tell.
const MOST_REACTIONS: usize = 64;

impl Runner<'_> {
    /// Where an occurrence leads, on the way from one position to the next, and what happens on the way; None where that may
    /// depend on a choice.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn straight(
        &mut self,
        plan: &Plan,
        (before, id, after): (Position, OccurrenceId, Position),
        state: State,
        tally: &mut Tally,
    ) -> Result<Option<(End, Marks)>, Limit> {
        if !self.system().faults.is_empty() || plan.retries.ending_with(id).is_some() {
            return Ok(None);
        }
        let (follows, mut state) = self.guards(plan, (before, id, after), state);
        let mut marks = Marks::default();
        if !follows {
            return Ok(Some((End::Stable(state), marks)));
        }
        let step = &self.system().steps[plan.occurrences[id.0 as usize].step.0 as usize];
        if !step.needs.iter().all(|need| need.holds(&state)) {
            return Ok(Some((End::Refused, marks)));
        }
        for (place, phase) in step.phases.iter().enumerate() {
            let mut possible = Outcome::possible(&phase.outcomes, &state);
            let Some((_, outcome)) = possible.next() else {
                if place == 0 {
                    return Ok(Some((End::Refused, marks)));
                }
                continue;
            };
            if possible.next().is_some() {
                return Ok(None);
            }
            marks = marks.union(self.watch().events(&outcome.events));
            match self.settled_straight(outcome.apply(&state), marks, tally)? {
                Some(landed) => (state, marks) = landed,
                None => return Ok(None),
            }
        }
        Ok(Some((End::Stable(state), marks)))
    }

    fn settled_straight(
        &mut self,
        mut state: State,
        mut marks: Marks,
        tally: &mut Tally,
    ) -> Result<Option<(State, Marks)>, Limit> {
        for _ in 0..MOST_REACTIONS {
            let mut enabled = self.sieve().enabled(&state);
            let Some((_, outcome)) = enabled.next() else {
                return Ok(Some((state, marks.union(self.watch().stable(self.system(), &state)))));
            };
            if enabled.next().is_some() {
                drop(enabled);
                let settling = self.settled(state, tally)?;
                return Ok(match (&*settling.stable, &*settling.cycles) {
                    ([only], []) => Some((only.state, marks.union(only.marks))),
                    _ => None,
                });
            }
            marks = marks.union(self.watch().events(&outcome.events));
            state = outcome.apply(&state);
        }
        Ok(None)
    }
}
