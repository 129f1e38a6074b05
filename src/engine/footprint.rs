//! All that decides what happens in a system: the states in which a step, a fault, a reaction or a condition has its say.
//!
//! In: a system with an ordered procedure. Out: a [`Footprint`]. Nothing is reduced and no run is left early. Where another system does the same
//! in each of these states, both have the same reachable graph, state by state and label by label: neither can be left for a state that is not
//! among them.

use crate::base::{Limit, Tally};
use crate::system::{
    Course, End, Finish, Finishes, OccurrenceId, Plan, Position, Procedure, Runner, State, System, Watch,
};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

/// A step of the system, or one of a drill: which drill, and which of its steps, those of `then` after those of `do`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Deed {
    /// Index into `System::steps`.
    Step(u32),
    /// Index into `System::drills`, and into its steps.
    Drill(u32, u32),
}

/// Where something was looked at. All lists are sorted and hold nothing twice.
#[derive(Clone, Debug, Default)]
pub struct Footprint {
    /// Pairs of position and stable state.
    pub pairs: u64,
    /// Every state that was met, stable or not, in drills too: where reactions have their say.
    pub states: Vec<State>,
    /// The stable ones, outside of drills: where `always` has its say.
    pub stable: Vec<State>,
    /// The steps, their phases, and the states in which those were tried.
    pub tried: Vec<(Deed, u32, State)>,
    /// Where faults could strike.
    pub struck: Vec<State>,
    /// `if`s by their number, and where they were looked at.
    pub asked: Vec<(u32, State)>,
    /// Where a pass of a loop ended.
    pub passed: Vec<State>,
    /// Where the procedure was finished: where health has its say.
    pub ends: Vec<State>,
    /// Whether an end was healthy, so that drills began.
    pub drilled: bool,
    /// Drills, whether it is about what comes after `then`, and where their expectation was looked at.
    pub expected: Vec<(u32, bool, State)>,
}

static WATCH: Watch = Watch::always();

/// Walks a system and keeps where something was looked at.
///
/// # Errors
/// The limit that was hit.
///
/// # Panics
/// If the procedure is [`Procedure::Free`].
pub fn footprint(system: &System, tally: &mut Tally) -> Result<Footprint, Limit> {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no procedure") };
    tally.phase = "footprint";
    let mut walk = Walk {
        system,
        plan,
        runner: Runner::on_a_trail(system, &WATCH),
        finishes: Finishes::on_a_trail(system),
        states: indexmap::IndexSet::default(),
        ways: FxHashMap::default(),
        known: FxHashMap::default(),
        found: Footprint::default(),
    };
    walk.follow(tally)?;
    Ok(walk.finish())
}

struct Walk<'s> {
    system: &'s System,
    plan: &'s Plan,
    runner: Runner<'s>,
    finishes: Finishes<'s>,
    states: indexmap::IndexSet<State, FxBuildHasher>,
    /// Ways in which an occurrence is met, numbered.
    ways: FxHashMap<(u32, Vec<bool>), u32>,
    /// For each way and state, where it leads.
    known: FxHashMap<(u32, u32), Vec<u32>>,
    found: Footprint,
}

impl Walk<'_> {
    fn number(&mut self, state: State, tally: &mut Tally) -> Result<u32, Limit> {
        let (number, new) = self.states.insert_full(state);
        if new {
            tally.hold(2 * size_of::<State>())?;
        }
        Ok(u32::try_from(number).expect("states are bounded by memory far below u32::MAX"))
    }

    fn follow(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        let course = Course::of(self.plan, tally)?;
        let mut waiting: Vec<FxHashSet<u32>> = vec![FxHashSet::default(); course.len()];
        for initial in (0..).take(self.system.initial.len()) {
            for run in self.runner.initial(initial, tally)?.runs {
                if let End::Stable(state) = run.end {
                    waiting[0].insert(self.number(state, tally)?);
                }
            }
        }
        let mut ends = FxHashSet::default();
        for position in course.backwards().iter().rev() {
            for state in std::mem::take(&mut waiting[*position as usize]) {
                self.found.pairs += 1;
                tally.states = self.found.pairs;
                if course.may_end(*position) && ends.insert(state) {
                    self.end(state, tally)?;
                }
                for (id, after) in course.next(*position) {
                    let way = (course.position(*position), *id, course.position(*after));
                    let key = (self.way(way), state);
                    if !self.known.contains_key(&key) {
                        let to = self.attempt(way, state, tally)?;
                        self.known.insert(key, to);
                    }
                    tally.hold(self.known[&key].len() * size_of::<u32>())?;
                    waiting[*after as usize].extend(self.known[&key].iter().copied());
                }
            }
        }
        Ok(())
    }

    /// Drills are done one by one: another may matter where the first fails.
    fn end(&mut self, state: u32, tally: &mut Tally) -> Result<(), Limit> {
        let state = self.states[state as usize];
        self.found.ends.push(state);
        if !matches!(self.finishes.finish(state, tally)?, Finish::Unhealthy(_)) {
            self.found.drilled = true;
        }
        Ok(())
    }

    fn attempt(
        &mut self,
        way: (Position, OccurrenceId, Position),
        state: u32,
        tally: &mut Tally,
    ) -> Result<Vec<u32>, Limit> {
        let struck = self.runner.struck(self.states[state as usize], tally)?;
        let attempt = self.runner.occurrence(self.plan, way, &struck, tally)?;
        let mut to = Vec::new();
        for run in attempt.runs {
            if let End::Stable(state) = run.end {
                to.push(self.number(state, tally)?);
            }
        }
        tally.hold(size_of::<((u32, u32), Vec<u32>)>() + to.len() * size_of::<u32>())?;
        to.sort_unstable();
        to.dedup();
        Ok(to)
    }

    /// What all ways have in common on which the same happens to the same state.
    fn way(&mut self, (before, id, after): (Position, OccurrenceId, Position)) -> u32 {
        let (guards, own) = (&self.plan.guards, &self.plan.occurrences[id.0 as usize]);
        let key = if guards.is_empty() && self.plan.retries.is_empty() {
            (own.step.0, Vec::new())
        } else {
            let first = own.guards.iter().map(|guard| !guards[guard.0 as usize].steps.meets(before.done));
            let over = guards.iter().filter(|guard| guard.memory.is_some()).map(|guard| guard.steps.within(after.done));
            (id.0, first.chain(over).collect())
        };
        let new = u32::try_from(self.ways.len()).expect("a runbook has few steps");
        *self.ways.entry(key).or_insert(new)
    }

    fn finish(self) -> Footprint {
        let Walk { system, runner, finishes, mut found, states, .. } = self;
        let address = |step: &crate::system::Step| std::ptr::from_ref(step).addr();
        let steps = (0..).zip(&system.steps).map(|(number, step)| (address(step), Deed::Step(number)));
        let drilled = (0..).zip(&system.drills).flat_map(|(drill, one)| {
            let steps = (0..).zip(one.act.iter().chain(&one.then));
            steps.map(move |(number, step)| (address(step), Deed::Drill(drill, number)))
        });
        let deeds: FxHashMap<usize, Deed> = steps.chain(drilled).collect();
        let trails = [runner.trail(), finishes.runner().trail()];
        let mut met: Vec<State> = states.into_iter().chain(system.initial.iter().copied()).collect();
        for (runner, drill) in [(&runner, false), (finishes.runner(), true)] {
            met.extend(runner.passed_through());
            if let Some(trail) = runner.trail() {
                met.extend(trail.stable().chain(trail.struck()));
                if !drill {
                    found.stable.extend(trail.stable());
                }
            }
        }
        for trail in trails.into_iter().flatten() {
            let tried = trail.tried().filter_map(|(step, phase, state)| Some((*deeds.get(&step)?, phase, state)));
            found.tried.extend(tried);
            found.struck.extend(trail.struck());
            found.asked.extend(trail.asked());
            found.passed.extend(trail.passed());
            found.expected.extend(trail.expected());
        }
        met.extend(found.tried.iter().map(|(_, _, state)| *state));
        found.states = met;
        sorted(&mut found.states);
        sorted(&mut found.stable);
        sorted(&mut found.tried);
        sorted(&mut found.struck);
        sorted(&mut found.asked);
        sorted(&mut found.passed);
        sorted(&mut found.ends);
        sorted(&mut found.expected);
        found
    }
}

fn sorted<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}
