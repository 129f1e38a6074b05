//! How a run that did all its steps ends: healthy with all drills passing, or not.
//!
//! In: a final state. Out: [`Finish`]; where a drill fails, [`Finishes::failing_drill`] gives the drill's own run.
//! Remembered by state. `always` and faults play no part in a drill.

use super::{Attempt, Drill, End, Firing, Move, Run, Runner, State, System, Watch};
use crate::base::{Limit, Tally};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// How a run that did all its steps ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Finish {
    /// Healthy, and all drills pass.
    Healthy,
    /// Health does not hold: [`Finishes::broken`] says which parts of it.
    Unhealthy(u32),
    /// Healthy, but this drill fails (the first in the world's order).
    Drill(u32),
}

/// How a drill fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Its last step is refused.
    Refused,
    /// This cycle of reactions goes on for ever.
    Unsettled(Vec<Firing>),
    /// This cycle of reactions that take time does.
    Endless(Vec<(Move, State)>),
    /// What is expected after `act` does not hold.
    Expect,
    /// What is expected after `then` does not hold.
    ExpectAfter,
}

/// A run of a drill that fails.
#[derive(Clone, Debug)]
pub struct FailingDrill {
    /// The moves of each step done, in order of `act`, then `then`.
    pub steps: Vec<Vec<(Move, State)>>,
    /// How it fails.
    pub loss: Loss,
}

/// Looks at final states, and remembers them.
pub struct Finishes<'s> {
    system: &'s System,
    runner: Runner<'s>,
    known: FxHashMap<State, Finish>,
    broken: indexmap::IndexSet<Vec<(u32, u32)>>,
}

/// A state reached in a drill, and how.
struct Reached {
    state: State,
    from: Option<usize>,
    by: Option<(Rc<Attempt>, Run)>,
}

static NOTHING: Watch = Watch::nothing();

impl<'s> Finishes<'s> {
    /// Remembers nothing yet.
    pub fn new(system: &'s System) -> Finishes<'s> {
        Finishes {
            system,
            runner: Runner::new(system, &NOTHING),
            known: FxHashMap::default(),
            broken: indexmap::IndexSet::new(),
        }
    }

    /// The same, and remembers where it looked at something.
    pub fn on_a_trail(system: &'s System) -> Finishes<'s> {
        Finishes { runner: Runner::on_a_trail(system, &NOTHING), ..Finishes::new(system) }
    }

    /// What it did the steps of drills with.
    pub fn runner(&self) -> &Runner<'s> {
        &self.runner
    }

    /// How a run that did all its steps ends in this state.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn finish(&mut self, state: State, tally: &mut Tally) -> Result<Finish, Limit> {
        if let Some(known) = self.known.get(&state) {
            return Ok(*known);
        }
        let mut finish = Finish::Healthy;
        let broken = self.broken_parts(&state);
        if broken.is_empty() {
            for index in 0..self.system.drills.len() {
                if self.failing_drill(state, index, tally)?.is_some() {
                    finish = Finish::Drill(u32::try_from(index).expect("fewer drills than u32::MAX"));
                    break;
                }
            }
        } else {
            let (set, _) = self.broken.insert_full(broken);
            finish = Finish::Unhealthy(u32::try_from(set).expect("fewer sets of parts than u32::MAX"));
        }
        tally.hold(size_of::<State>() + size_of::<Finish>())?;
        self.known.insert(state, finish);
        Ok(finish)
    }

    /// Which parts of health do not hold, for [`Finish::Unhealthy`]: condition and part.
    pub fn broken(&self, set: u32) -> &[(u32, u32)] {
        &self.broken[set as usize]
    }

    fn broken_parts(&self, state: &State) -> Vec<(u32, u32)> {
        let conditions = (0..).zip(&self.system.health);
        let parts = conditions
            .flat_map(|(condition, health)| (0..).zip(&health.parts).map(move |(part, what)| (condition, part, what)));
        let broken = parts.filter(|(.., part)| !part.predicate.holds(state));
        broken.map(|(condition, part, _)| (condition, part)).collect()
    }

    /// Does the drill with this index in a state: the first run that fails, breadth first, or None where all pass.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn failing_drill(
        &mut self,
        state: State,
        drill: usize,
        tally: &mut Tally,
    ) -> Result<Option<FailingDrill>, Limit> {
        let Drill { act, expect, then, expect_after, .. } = &self.system.drills[drill];
        let mut reached = vec![Reached { state, from: None, by: None }];
        let mut layer = 0..1;
        for (place, step) in (0..=act.len() + then.len()).zip(act.iter().chain(then).map(Some).chain([None])) {
            if let (Some(trail), true) = (&mut self.runner.trail, place == act.len()) {
                trail.expected.extend(layer.clone().map(|at| (drill as u32, false, reached[at].state)));
            }
            let fails = |at: &usize| place == act.len() && !expect.holds(&reached[*at].state);
            if let Some(at) = layer.clone().find(fails) {
                return Ok(Some(FailingDrill { steps: path(&reached, at), loss: Loss::Expect }));
            }
            let Some(step) = step else { break };
            let start = reached.len();
            let mut known = FxHashSet::default();
            for from in layer {
                let attempt = Rc::new(self.runner.step_to_rest(reached[from].state, step, tally)?);
                for run in &attempt.runs {
                    let by = Some((Rc::clone(&attempt), *run));
                    let (state, loss) = match run.end {
                        End::Stable(state) if !known.insert(state) => continue,
                        End::Stable(state) => (state, None),
                        End::Refused => (reached[from].state, Some(Loss::Refused)),
                        End::Unsettled => {
                            let cycle = attempt.cycle(run).map(<[Firing]>::to_vec).unwrap_or_default();
                            (reached[from].state, Some(Loss::Unsettled(cycle)))
                        }
                        End::Endless => (reached[from].state, Some(Loss::Endless(attempt.round(run)))),
                    };
                    reached.push(Reached { state, from: Some(from), by });
                    if let Some(loss) = loss {
                        return Ok(Some(FailingDrill { steps: path(&reached, reached.len() - 1), loss }));
                    }
                }
            }
            layer = start..reached.len();
        }
        if let Some(trail) = &mut self.runner.trail {
            trail.expected.extend(layer.clone().map(|at| (drill as u32, true, reached[at].state)));
        }
        let fails = |at: &usize| !expect_after.iter().all(|expect| expect.holds(&reached[*at].state));
        let failing = layer.clone().find(fails);
        Ok(failing.map(|at| FailingDrill { steps: path(&reached, at), loss: Loss::ExpectAfter }))
    }
}

fn path(reached: &[Reached], at: usize) -> Vec<Vec<(Move, State)>> {
    let mut steps = Vec::new();
    let mut next = Some(at);
    while let Some(at) = next {
        steps.extend(reached[at].by.as_ref().map(|(attempt, run)| attempt.moves(run)));
        next = reached[at].from;
    }
    steps.reverse();
    steps
}
