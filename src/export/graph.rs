//! What can be reached, with nothing left out: pairs of a position and a stable state, and the moves between them.

use crate::base::{Limit, Tally};
use crate::system::{
    ActionId, Attempt, Course, Drill, End, Finish, Finishes, Marks, Plan, Procedure, Runner, State, Step, System, Watch,
};
use rustc_hash::{FxBuildHasher, FxHashSet};

/// How a pair may end, or what a move leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum To {
    /// The pair with this number.
    Pair(u32),
    /// The step is refused.
    Refused,
    /// Reactions go on for ever.
    Unsettled,
}

/// A move.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    /// From which pair.
    pub from: u32,
    /// The occurrence, step or fault.
    pub label: String,
    /// Where it leads.
    pub to: To,
    /// Whether an `always` condition breaks on the way.
    pub broken: bool,
}

/// What can be reached.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Position and state; the position is zero for a world alone.
    pub pairs: Vec<(u32, State)>,
    /// For each pair, how a procedure ends that ends there; None where it cannot end.
    pub ends: Vec<Option<Finish>>,
    /// For each position, how many steps are done.
    pub done: Vec<usize>,
    /// In the order in which they were met.
    pub edges: Vec<Edge>,
    /// Whether an initial state never settles.
    pub restless: bool,
    /// Whether some initial state breaks an `always` condition.
    pub broken_at_start: bool,
    /// Whether every attempt, and every step of a drill, can go one way only, from one initial state.
    pub certain: bool,
}

impl Graph {
    /// Walks all of it, but for more pairs than `most`.
    ///
    /// # Errors
    /// The limit that was hit; [`Limit::States`] where there are more pairs.
    pub fn of(system: &System, most: usize, tally: &mut Tally) -> Result<Graph, Limit> {
        let watch = Watch::always();
        let (graph, most) = (Graph { certain: system.initial.len() == 1, ..Graph::default() }, most.max(1));
        let mut walk =
            Walk { system, runner: Runner::new(system, &watch), graph, known: indexmap::IndexSet::default(), most };
        for initial in (0..).take(system.initial.len()) {
            let attempt = walk.runner.initial(initial, tally)?;
            for run in &attempt.runs {
                walk.graph.broken_at_start |= run.marks.meets(Marks::BROKEN);
                match run.end {
                    End::Stable(state) => {
                        walk.pair((0, state), tally)?;
                    }
                    End::Refused | End::Unsettled | End::Endless => walk.graph.restless = true,
                }
            }
            walk.graph.certain &= attempt.runs.len() == 1;
        }
        match &system.procedure {
            Procedure::Free => walk.roam(tally)?,
            Procedure::Ordered(plan) => walk.follow(plan, tally)?,
        }
        walk.graph.pairs = walk.known.into_iter().collect();
        Ok(walk.graph)
    }
}

struct Walk<'s> {
    system: &'s System,
    runner: Runner<'s>,
    graph: Graph,
    known: indexmap::IndexSet<(u32, State), FxBuildHasher>,
    most: usize,
}

impl Walk<'_> {
    fn pair(&mut self, pair: (u32, State), tally: &mut Tally) -> Result<u32, Limit> {
        let (number, new) = self.known.insert_full(pair);
        if new {
            tally.states += 1;
            tally.hold(3 * size_of::<(u32, State)>())?;
            if number >= self.most {
                return Err(Limit::States);
            }
        }
        Ok(u32::try_from(number).expect("pairs are bounded by memory far below u32::MAX"))
    }

    fn take(
        &mut self,
        from: usize,
        (label, after): (&str, u32),
        attempt: &Attempt,
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        let from = u32::try_from(from).expect("pairs are bounded by memory far below u32::MAX");
        for run in &attempt.runs {
            let to = match run.end {
                End::Stable(state) => To::Pair(self.pair((after, state), tally)?),
                End::Refused => To::Refused,
                End::Unsettled | End::Endless => To::Unsettled,
            };
            let edge = Edge { from, label: label.to_owned(), to, broken: run.marks.meets(Marks::BROKEN) };
            tally.hold(size_of::<Edge>() + label.len())?;
            self.graph.edges.push(edge);
        }
        Ok(())
    }

    fn roam(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        self.graph.done.push(0);
        let mut at = 0;
        while let Some((_, state)) = self.known.get_index(at).copied() {
            self.graph.ends.push(None);
            for step in &self.system.steps {
                let mut attempt = self.runner.step(state, step, tally)?;
                attempt.runs.retain(|run| run.end != End::Refused);
                self.take(at, (&step.name, 0), &attempt, tally)?;
            }
            for (number, fault) in (0..).map(ActionId).zip(&self.system.faults) {
                let attempt = self.runner.strike(state, number, tally)?;
                self.take(at, (&fault.action.name, 0), &attempt, tally)?;
            }
            at += 1;
        }
        Ok(())
    }

    fn follow(&mut self, plan: &Plan, tally: &mut Tally) -> Result<(), Limit> {
        let course = Course::of(plan, tally)?;
        let positions = (0..).take(course.len());
        self.graph.done.extend(positions.map(|at| course.position(at).done.len()));
        let mut finishes = Finishes::new(self.system);
        let mut rehearsed = FxHashSet::default();
        let mut at = 0;
        while let Some((position, state)) = self.known.get_index(at).copied() {
            let finish = course.may_end(position).then(|| finishes.finish(state, tally)).transpose()?;
            if finish.is_some_and(|finish| !matches!(finish, Finish::Unhealthy(_))) && rehearsed.insert(state) {
                for drill in &self.system.drills {
                    self.graph.certain &= self.graph.certain && one_way(&mut self.runner, drill, state, tally)?;
                }
            }
            self.graph.ends.push(finish);
            let struck = self.runner.struck(state, tally)?;
            for (id, after) in course.next(position) {
                let way = (course.position(position), *id, course.position(*after));
                let attempt = self.runner.occurrence(plan, way, &struck, tally)?;
                self.graph.certain &= attempt.runs.len() == 1;
                self.take(at, (&plan.occurrences[id.0 as usize].label, *after), &attempt, tally)?;
            }
            at += 1;
        }
        Ok(())
    }
}

/// Whether nothing has to be chosen in a drill, as far as it goes.
fn one_way(runner: &mut Runner<'_>, drill: &Drill, mut state: State, tally: &mut Tally) -> Result<bool, Limit> {
    let Drill { name: _, title: _, cite: _, act, expect, then, expect_after: _ } = drill;
    for (place, step) in act.iter().chain(then).enumerate() {
        let step: &Step = step;
        if place == act.len() && !expect.holds(&state) {
            return Ok(true);
        }
        let attempt = runner.step(state, step, tally)?;
        match attempt.runs.as_slice() {
            [run] => match run.end {
                End::Stable(after) => state = after,
                End::Refused | End::Unsettled | End::Endless => return Ok(true),
            },
            _ => return Ok(false),
        }
    }
    Ok(true)
}
