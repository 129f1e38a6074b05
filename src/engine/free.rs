//! A world explored alone: every step and every fault at any time, for ever.
//!
//! In: a system, whose procedure is not looked at. Out: how many stable states can be reached, by how many moves, and
//! the shortest run that breaks an `always` condition or never settles. A refused step is no move. Breadth first, so
//! the run has the fewest turns; ties go to the order of declaration.

use crate::base::{Limit, Tally};
use crate::system::{ActionId, Attempt, End, Firing, Marks, Move, Run, Runner, State, StepId, System, Watch};
use crate::trace::{Actor, Trace};
use rustc_hash::FxBuildHasher;

/// What can be reached in a world explored alone.
#[derive(Clone, Debug)]
pub struct Roamed {
    /// Distinct stable states.
    pub states: u64,
    /// Moves between them: a step or a fault, and each of its results.
    pub moves: u64,
    /// The shortest run that goes wrong.
    pub violation: Option<Violation>,
    /// The limit that was hit, if not all was explored; what is said above is then what was found until then.
    pub stopped: Option<Limit>,
}

/// A run that goes wrong.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The run.
    pub trace: Trace,
    /// What goes wrong at its end.
    pub wrong: Wrong,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The last stable state breaks `System::always[i]`.
    Always(u32),
    /// This cycle of reactions goes on for ever.
    Unsettled(Vec<Firing>),
}

/// How a state was reached first.
#[derive(Clone, Copy, Debug)]
enum Way {
    Initial(u32),
    From(u32, Actor),
}

struct Roam<'s> {
    system: &'s System,
    runner: Runner<'s>,
    states: indexmap::IndexSet<State, FxBuildHasher>,
    ways: Vec<Way>,
    moves: u64,
    violation: Option<Violation>,
}

/// Explores a world alone.
pub fn roam(system: &System, tally: &mut Tally) -> Roamed {
    let watch = Watch::things([]);
    let runner = Runner::new(system, &watch);
    let states = indexmap::IndexSet::default();
    let mut roam = Roam { system, runner, states, ways: Vec::new(), moves: 0, violation: None };
    let stopped = roam.explore(tally).err();
    Roamed { states: roam.states.len() as u64, moves: roam.moves, violation: roam.violation, stopped }
}

impl Roam<'_> {
    fn explore(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        for initial in (0..).take(self.system.initial.len()) {
            let attempt = self.runner.initial(initial, tally)?;
            self.take(&attempt, Way::Initial(initial), tally)?;
        }
        let system = self.system;
        let mut at = 0;
        while let Some(state) = self.states.get_index(at as usize).copied() {
            for (step, what) in (0..).map(StepId).zip(&system.steps) {
                if what.needs.iter().all(|need| need.holds(&state)) {
                    let attempt = self.runner.step(state, what, tally)?;
                    self.take(&attempt, Way::From(at, Actor::Step(step)), tally)?;
                }
            }
            for fault in (0..).map(ActionId).take(system.faults.len()) {
                let attempt = self.runner.strike(state, fault, tally)?;
                self.take(&attempt, Way::From(at, Actor::Fault(fault)), tally)?;
            }
            at += 1;
        }
        Ok(())
    }

    fn take(&mut self, attempt: &Attempt, way: Way, tally: &mut Tally) -> Result<(), Limit> {
        for run in attempt.runs.iter().filter(|run| run.end != End::Refused) {
            self.moves += u64::from(matches!(way, Way::From(..)));
            if self.violation.is_none() && (run.marks.meets(Marks::BROKEN) || run.end == End::Unsettled) {
                self.violation = Some(self.violation(attempt, run, way, tally)?);
            }
            if let End::Stable(state) = run.end
                && self.states.insert(state)
            {
                self.ways.push(way);
                tally.states = self.states.len() as u64;
                tally.hold(2 * size_of::<State>() + size_of::<Way>())?;
            }
        }
        tally.check()
    }

    /// Walks back to an initial state, and forward again for the moves.
    fn violation(&mut self, last: &Attempt, run: &Run, way: Way, tally: &mut Tally) -> Result<Violation, Limit> {
        let mut last_moves = last.moves(run);
        let wrong = match self.system.first_breach(&last_moves, |_| true) {
            Some((length, always)) => {
                last_moves.truncate(length);
                Wrong::Always(always)
            }
            None => match self.breaches_at_once(last, run) {
                Some(always) => Wrong::Always(always),
                None => Wrong::Unsettled(last.cycle(run).map(<[Firing]>::to_vec).unwrap_or_default()),
            },
        };
        let mut hops = vec![(way, last_moves)];
        let mut here = way;
        while let Way::From(from, _) = here {
            let target = self.states[from as usize];
            here = self.ways[from as usize];
            hops.push((here, self.moves_to(here, target, tally)?));
        }
        let mut trace = Trace { initial: 0, settle: Vec::new(), turns: Vec::new() };
        for (way, moves) in hops.into_iter().rev() {
            match way {
                Way::Initial(initial) => trace = Trace::begin(initial, &moves),
                Way::From(_, actor) => trace.follow(actor, &moves),
            }
        }
        Ok(Violation { trace, wrong })
    }

    /// A broken condition of an initial state that was stable at once: there is no move to see it after.
    fn breaches_at_once(&self, last: &Attempt, run: &Run) -> Option<u32> {
        let End::Stable(state) = run.end else { return None };
        last.moves(run).is_empty().then(|| self.system.breached(&state, |_| true)).flatten()
    }

    fn moves_to(&mut self, way: Way, target: State, tally: &mut Tally) -> Result<Vec<(Move, State)>, Limit> {
        let attempt = match way {
            Way::Initial(initial) => self.runner.initial(initial, tally)?,
            Way::From(from, Actor::Step(step)) => {
                self.runner.step(self.states[from as usize], &self.system.steps[step.0 as usize], tally)?
            }
            Way::From(from, Actor::Fault(fault)) => self.runner.strike(self.states[from as usize], fault, tally)?,
            Way::From(_, Actor::Occurrence(_)) => unreachable!("a world explored alone has no occurrences"),
        };
        let run = attempt.runs.iter().find(|run| run.end == End::Stable(target));
        Ok(attempt.moves(run.expect("the state was reached this way")))
    }
}
