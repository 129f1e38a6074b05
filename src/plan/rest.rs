//! Where a runbook may be after some of its steps, and whether following the rest of it ends well from there.
//!
//! On the reference semantics, one state at a time: every outcome, every unknown fact and every fault that the runbook counts with.

use crate::base::{Limit, Tally};
use crate::system::{
    Attempt, Course, End, Finish, Finishes, Marks, OccurrenceId, Plan, Runner, State, StepSet, System, Watch,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// How far the operator has come.
#[derive(Clone, Debug)]
pub enum After {
    /// These were done, the last of them just now, and perhaps others.
    Steps(Vec<OccurrenceId>),
    /// Exactly these, in this order.
    Ordering(Vec<OccurrenceId>),
}

/// Where one may be: a position of the course and a stable state of the runbook's system.
pub type Here = (u32, State);

/// What following the runbook comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Every order that is left ends well.
    Every,
    /// This order does, whatever happens.
    Ordering(Vec<OccurrenceId>),
    /// None does for sure.
    None,
}

static ALWAYS: Watch = Watch::always();

/// What may come of following a runbook.
pub struct Walk<'s> {
    plan: &'s Plan,
    /// The positions.
    pub course: Course,
    runner: Runner<'s>,
    finishes: Finishes<'s>,
    failed: FxHashSet<(u32, Vec<State>)>,
}

impl<'s> Walk<'s> {
    /// Walks the positions of a plan.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(system: &'s System, plan: &'s Plan, tally: &mut Tally) -> Result<Walk<'s>, Limit> {
        Ok(Walk {
            plan,
            course: Course::of(plan, tally)?,
            runner: Runner::new(system, &ALWAYS),
            finishes: Finishes::new(system),
            failed: FxHashSet::default(),
        })
    }

    fn starts(&mut self, tally: &mut Tally) -> Result<Vec<State>, Limit> {
        let mut starts = Vec::new();
        for initial in (0..).take(self.runner.system().initial.len()) {
            starts.extend(stable(&self.runner.initial(initial, tally)?));
        }
        Ok(starts)
    }

    fn step(
        &mut self,
        (at, state): Here,
        (id, after): (OccurrenceId, u32),
        tally: &mut Tally,
    ) -> Result<Attempt, Limit> {
        let struck = self.runner.struck(state, tally)?;
        let way = (self.course.position(at), id, self.course.position(after));
        self.runner.occurrence(self.plan, way, &struck, tally)
    }

    /// Where one may be, in the order of positions and states.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn here(&mut self, after: &After, tally: &mut Tally) -> Result<Vec<Here>, Limit> {
        let starts = self.starts(tally)?;
        let mut found = BTreeSet::new();
        let wanted: StepSet = match after {
            After::Steps(steps) | After::Ordering(steps) => steps.iter().copied().collect(),
        };
        if wanted.is_empty() {
            return Ok(starts.into_iter().map(|state| (0, state)).collect::<BTreeSet<Here>>().into_iter().collect());
        }
        let nodes = starts.into_iter().map(|state| (0, state, StepSet::default()));
        let mut met: indexmap::IndexSet<(u32, State, StepSet)> = nodes.collect();
        let mut looked_at = 0;
        while let Some((at, state, done)) = met.get_index(looked_at).copied() {
            looked_at += 1;
            for place in 0..self.course.next(at).len() {
                let (id, to) = self.course.next(at)[place];
                let fits = match after {
                    After::Steps(_) => true,
                    After::Ordering(steps) => steps.get(done.len()) == Some(&id),
                };
                if !fits {
                    continue;
                }
                let done = if wanted.contains(id) { done.with(id) } else { done };
                for end in stable(&self.step((at, state), (id, to), tally)?) {
                    if wanted.contains(id) && done == wanted {
                        found.insert((to, end));
                    } else {
                        met.insert((to, end, done));
                    }
                }
            }
            tally.states = met.len() as u64;
            tally.hold(size_of::<(u32, State, StepSet)>())?;
        }
        Ok(found.into_iter().collect())
    }

    /// What following the runbook from there comes to.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn rest(&mut self, here: &[Here], tally: &mut Tally) -> Result<Rest, Limit> {
        if self.all_good(here, tally)? {
            return Ok(Rest::Every);
        }
        let mut by_position: FxHashMap<u32, Vec<State>> = FxHashMap::default();
        here.iter().for_each(|(at, state)| by_position.entry(*at).or_default().push(*state));
        let mut positions = by_position.into_iter();
        let (Some((at, states)), None) = (positions.next(), positions.next()) else { return Ok(Rest::None) };
        let mut ordering = Vec::new();
        let found = self.ordering(at, states, &mut ordering, tally)?;
        ordering.reverse();
        Ok(if found { Rest::Ordering(ordering) } else { Rest::None })
    }

    fn all_good(&mut self, here: &[Here], tally: &mut Tally) -> Result<bool, Limit> {
        let mut met: indexmap::IndexSet<Here> = here.iter().copied().collect();
        let mut looked_at = 0;
        while let Some((at, state)) = met.get_index(looked_at).copied() {
            looked_at += 1;
            if self.course.may_end(at) && self.finishes.finish(state, tally)? != Finish::Healthy {
                return Ok(false);
            }
            for place in 0..self.course.next(at).len() {
                let (id, to) = self.course.next(at)[place];
                match unbroken(&self.step((at, state), (id, to), tally)?) {
                    Some(ends) => met.extend(ends.into_iter().map(|end| (to, end))),
                    None => return Ok(false),
                }
            }
            tally.states = met.len() as u64;
            tally.hold(size_of::<Here>())?;
        }
        Ok(true)
    }

    /// Puts an order of the rest that is good from all these states behind `ordering`, last step first.
    fn ordering(
        &mut self,
        at: u32,
        mut states: Vec<State>,
        ordering: &mut Vec<OccurrenceId>,
        tally: &mut Tally,
    ) -> Result<bool, Limit> {
        states.sort_unstable();
        states.dedup();
        if self.failed.contains(&(at, states.clone())) {
            return Ok(false);
        }
        if self.course.may_end(at) {
            let mut good = true;
            for state in &states {
                good = good && self.finishes.finish(*state, tally)? == Finish::Healthy;
            }
            if good {
                return Ok(true);
            }
        }
        for place in 0..self.course.next(at).len() {
            let (id, to) = self.course.next(at)[place];
            let mut ends = Some(Vec::new());
            for state in &states {
                let more = unbroken(&self.step((at, *state), (id, to), tally)?);
                ends = ends.zip(more).map(|(mut ends, more)| {
                    ends.extend(more);
                    ends
                });
                if ends.is_none() {
                    break;
                }
            }
            if let Some(ends) = ends
                && self.ordering(to, ends, ordering, tally)?
            {
                ordering.push(id);
                return Ok(true);
            }
        }
        tally.hold(size_of_val(&states[..]))?;
        self.failed.insert((at, states));
        Ok(false)
    }
}

/// The states that an attempt may end in.
fn stable(attempt: &Attempt) -> Vec<State> {
    let ends = attempt.runs.iter().filter_map(|run| match run.end {
        End::Stable(state) => Some(state),
        End::Refused | End::Unsettled | End::Endless => None,
    });
    ends.collect()
}

/// The same; None where some run of it is lost.
fn unbroken(attempt: &Attempt) -> Option<Vec<State>> {
    let ends = attempt.runs.iter().map(|run| match run.end {
        End::Stable(state) if !run.marks.meets(Marks::BROKEN) => Some(state),
        End::Stable(_) | End::Refused | End::Unsettled | End::Endless => None,
    });
    ends.collect()
}
