//! Our own engine: breadth first over exact packed states; nothing is hashed away.
//!
//! In: a system with an ordered procedure. Out: all pairs of a position and a stable state that can be reached, where a move
//! is one occurrence with the faults before it and all settling; and whether some run is bad.
//! A run goes on after a broken `always` condition; it ends where a step is refused or reactions never settle.

use super::free::{self, Roamed};
use super::{Engine, Facts, Stopped};
use crate::base::{Budget, Limit, Tally};
use crate::system::{
    Course, End, Finish, Finishes, Marks, Plan, Procedure, Run, Runner, State, Symmetry, System, Watch,
};
use rustc_hash::FxBuildHasher;

/// The engine that is used unless another is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Packed;

/// All that an ordered procedure can reach.
struct Reached {
    course: Course,
    nodes: indexmap::IndexSet<(u32, State), FxBuildHasher>,
    moves: u64,
    bad: bool,
}

impl Reached {
    fn take(&mut self, position: u32, run: &Run) {
        self.bad |= run.marks.meets(Marks::BROKEN);
        match run.end {
            End::Stable(state) => {
                self.nodes.insert((position, state));
            }
            End::Refused | End::Unsettled | End::Endless => self.bad = true,
        }
    }

    fn explore(&mut self, system: &System, plan: &Plan, tally: &mut Tally) -> Result<(), Limit> {
        tally.phase = "states";
        let watch = Watch::always();
        let mut runner = Runner::new(system, &watch);
        let mut finishes = Finishes::new(system);
        for initial in (0..).take(system.initial.len()) {
            runner.initial(initial, tally)?.runs.iter().for_each(|run| self.take(0, run));
        }
        let mut looked_at = 0;
        while let Some((at, state)) = self.nodes.get_index(looked_at).copied() {
            self.bad |= self.course.may_end(at) && finishes.finish(state, tally)? != Finish::Healthy;
            let struck = runner.struck(state, tally)?;
            for place in 0..self.course.next(at).len() {
                let (occurrence, after) = self.course.next(at)[place];
                let way = (self.course.position(at), occurrence, self.course.position(after));
                let attempt = runner.occurrence(plan, way, &struck, tally)?;
                self.moves += attempt.runs.len() as u64;
                attempt.runs.iter().for_each(|run| self.take(after, run));
            }
            looked_at += 1;
            tally.states = self.nodes.len() as u64;
            tally.hold(2 * size_of::<(u32, State)>())?;
        }
        Ok(())
    }
}

impl Engine for Packed {
    fn name(&self) -> &'static str {
        "packed"
    }

    fn facts(&self, system: &System, budget: &Budget) -> Result<Facts, Stopped> {
        let mut tally = Tally::start(budget, "states");
        let plan = match &system.procedure {
            Procedure::Ordered(plan) => plan,
            Procedure::Free => {
                let Roamed { looked_at: states, moves, violation, stopped, .. } =
                    free::roam(system, &Symmetry::none(), &mut tally);
                return match stopped {
                    Some(limit) => {
                        let moves = u64::try_from(&moves).expect("they were met one by one");
                        Err(Stopped { limit, states, moves })
                    }
                    None => Ok(Facts { states, bad: violation.is_some() }),
                };
            }
        };
        tally.phase = "positions";
        let stopped = |limit| Stopped { limit, states: 0, moves: 0 };
        let course = Course::of(plan, &mut tally).map_err(stopped)?;
        let mut reached = Reached { course, nodes: indexmap::IndexSet::default(), moves: 0, bad: false };
        let explored = reached.explore(system, plan, &mut tally);
        let states = reached.nodes.len() as u64;
        explored.map_err(|limit| Stopped { limit, states, moves: reached.moves })?;
        Ok(Facts { states, bad: reached.bad })
    }
}
