//! What the reached states are made of: how many values each variable takes, how many states there would be without it, and how
//! often each step, reaction and fault is possible.
//!
//! In: a system. Out: a [`Census`]. Nothing is reduced and no run is left early, so every variable is seen. For an ordered procedure
//! what is counted are pairs of a position and a stable state, for a world alone stable states. What reactions do is counted on the
//! distinct states that are passed through on the way to a stable one.
//!
//! It keeps more than an engine does, and is for those who ask why a world is large.

use super::moves::{Moves, Target};
use crate::base::{Limit, Tally};
use crate::system::{
    ActionId, Course, End, Layout, Living, MAX_WORDS, OccurrenceId, Outcome, Plan, Procedure, Runner, Slot, State,
    System, VarId, Watch,
};
use rustc_hash::{FxBuildHasher, FxHashSet};

/// How often something is possible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// States (pairs of position and state) in which it is tried or possible.
    pub tried: u64,
    /// Those of them in which it is refused, at least in one run.
    pub refused: u64,
}

/// What the reached states are made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Pairs of position and stable state; stable states, for a world alone.
    pub states: u64,
    /// For each variable, which of its values were met, as bits.
    pub values: Vec<u64>,
    /// For each variable, how many states (pairs) there would be if it were not told apart; empty where that would take too long.
    pub without: Vec<u64>,
    /// For each occurrence; for each step, for a world alone.
    pub steps: Vec<Tried>,
    /// Distinct states that were passed through while the system settled.
    pub unsettled: u64,
    /// For each reaction, in how many of those it can run.
    pub reactions: Vec<u64>,
    /// For each fault, in how many states (pairs) it can strike.
    pub faults: Vec<u64>,
    /// The limit that was hit, if not all was explored; all numbers are then of what was.
    pub stopped: Option<Limit>,
}

/// States times variables, at most, for which it is found out how many states there would be without each variable.
const MOST_PROJECTIONS: usize = 20_000_000;

static WATCH: Watch = Watch::nothing();

/// Counts what the reached states are made of.
pub fn census(system: &System, tally: &mut Tally) -> Census {
    tally.phase = "census";
    let steps = match &system.procedure {
        Procedure::Free => system.steps.len(),
        Procedure::Ordered(plan) => plan.occurrences.len(),
    };
    let mut count = Count {
        system,
        runner: Runner::new(system, &WATCH),
        pairs: Vec::new(),
        census: Census {
            values: vec![0; system.layout.slots.len()],
            steps: vec![Tried::default(); steps],
            reactions: vec![0; system.reactions.len()],
            faults: vec![0; system.faults.len()],
            ..Census::default()
        },
    };
    let walked = match &system.procedure {
        Procedure::Free => count.roam(tally),
        Procedure::Ordered(plan) => count.follow(plan, tally),
    };
    count.census.stopped = walked.and_then(|()| count.finish(tally)).err();
    count.census
}

struct Count<'s> {
    system: &'s System,
    /// Remembers what was passed through.
    runner: Runner<'s>,
    /// Position (zero for a world alone) and state.
    pairs: Vec<(u32, State)>,
    census: Census,
}

impl Count<'_> {
    fn meet(&mut self, position: u32, state: State, tally: &mut Tally) -> Result<(), Limit> {
        self.pairs.push((position, state));
        self.census.states += 1;
        let layout = &self.system.layout;
        for (var, values) in (0..).map(VarId).zip(&mut self.census.values) {
            *values |= 1 << layout.get(&state, var);
        }
        tally.states = self.census.states;
        tally.hold(2 * size_of::<(u32, State)>())
    }

    fn may_strike(&mut self, state: &State) {
        for (fault, count) in self.system.faults.iter().zip(&mut self.census.faults) {
            let possible =
                fault.action.when.holds(state) && Outcome::possible(&fault.action.outcomes, state).next().is_some();
            *count += u64::from(possible);
        }
    }

    /// Every step and every fault at any time.
    fn roam(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        let mut states = indexmap::IndexSet::<State, FxBuildHasher>::default();
        for initial in (0..).take(self.system.initial.len()) {
            let runs = self.runner.initial(initial, tally)?.runs;
            self.take(&mut states, runs.iter().map(|run| run.end), tally)?;
        }
        let mut at = 0;
        while let Some(state) = states.get_index(at).copied() {
            for (place, step) in self.system.steps.iter().enumerate() {
                if step.needs.iter().all(|need| need.holds(&state)) {
                    let runs = self.runner.step(state, step, tally)?.runs;
                    let possible = runs.iter().any(|run| run.end != End::Refused);
                    self.census.steps[place].tried += u64::from(possible);
                    self.take(&mut states, runs.iter().map(|run| run.end), tally)?;
                }
            }
            self.may_strike(&state);
            for fault in (0..).map(ActionId).take(self.system.faults.len()) {
                let runs = self.runner.strike(state, fault, tally)?.runs;
                self.take(&mut states, runs.iter().map(|run| run.end), tally)?;
            }
            at += 1;
        }
        Ok(())
    }

    fn take(
        &mut self,
        states: &mut indexmap::IndexSet<State, FxBuildHasher>,
        ends: impl Iterator<Item = End>,
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        for end in ends {
            if let End::Stable(state) = end
                && states.insert(state)
            {
                self.meet(0, state, tally)?;
            }
        }
        Ok(())
    }

    /// The orders of a runbook.
    fn follow(&mut self, plan: &Plan, tally: &mut Tally) -> Result<(), Limit> {
        let course = Course::of(plan, tally)?;
        let mut moves = Moves::new(self.system, plan, &WATCH, Living::everywhere([u64::MAX; MAX_WORDS]));
        let mut waiting: Vec<FxHashSet<u32>> = vec![FxHashSet::default(); course.len()];
        let mut done: FxHashSet<(usize, u32)> = FxHashSet::default();
        for start in moves.starts(tally)? {
            self.runner.initial(start.initial, tally)?;
            if let Target::State(state) = start.fate.target {
                waiting[0].insert(state);
            }
        }
        for position in course.backwards().iter().rev() {
            let mut states: Vec<u32> = std::mem::take(&mut waiting[*position as usize]).into_iter().collect();
            states.sort_unstable();
            let may_go_on = !course.next(*position).is_empty();
            for state in states {
                let packed = moves.state(state);
                self.meet(*position, packed, tally)?;
                if may_go_on {
                    self.may_strike(&packed);
                }
                for (id, after) in course.next(*position) {
                    let way = moves.way(&course, (*position, *id, *after));
                    let fates = moves.of(&course, way, state, tally)?;
                    let refused = moves.known(fates).any(|fate| fate.target == Target::Refused);
                    let tried = &mut self.census.steps[id.0 as usize];
                    tried.tried += 1;
                    tried.refused += u64::from(refused);
                    for fate in moves.known(fates) {
                        if let Target::State(to) = fate.target {
                            waiting[*after as usize].insert(to);
                        }
                    }
                    if done.insert((way.kind(), state)) {
                        tally.hold(2 * size_of::<(usize, u32)>())?;
                        self.pass(plan, (course.position(*position), *id, course.position(*after)), packed, tally)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Goes the way once more, to remember what is passed through.
    fn pass(
        &mut self,
        plan: &Plan,
        way: (crate::system::Position, OccurrenceId, crate::system::Position),
        state: State,
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        let struck = self.runner.struck(state, tally)?;
        self.runner.occurrence(plan, way, &struck, tally)?;
        Ok(())
    }

    fn finish(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        let unsettled: FxHashSet<State> = self.runner.passed_through().collect();
        tally.hold(2 * size_of::<State>() * unsettled.len())?;
        self.census.unsettled = unsettled.len() as u64;
        for state in &unsettled {
            let mut enabled: Vec<ActionId> = self.system.enabled(state).map(|(firing, _)| firing.reaction).collect();
            enabled.dedup();
            enabled.into_iter().for_each(|reaction| self.census.reactions[reaction.0 as usize] += 1);
        }
        let vars = self.system.layout.slots.len();
        if self.pairs.len().saturating_mul(vars) > MOST_PROJECTIONS {
            return Ok(());
        }
        let mut without = Vec::with_capacity(vars);
        for var in (0..).map(VarId).take(vars) {
            without.push(match field(&self.system.layout, var) {
                None => self.census.states,
                Some((word, mask)) => {
                    let shorn = |(position, mut state): (u32, State)| {
                        state[word] &= !mask;
                        (position, state)
                    };
                    let distinct: FxHashSet<(u32, State)> = self.pairs.iter().copied().map(shorn).collect();
                    distinct.len() as u64
                }
            });
            tally.check()?;
        }
        self.census.without = without;
        Ok(())
    }
}

fn field(layout: &Layout, var: VarId) -> Option<(usize, u64)> {
    match layout.slots[var.0 as usize] {
        Slot::Constant(_) => None,
        Slot::Field { word, shift, bits } => Some((usize::from(word), ((1 << bits) - 1) << shift)),
    }
}
