//! Whether the steps of the world can still lead from a state to a good end, whatever comes of them.
//!
//! In: a system and a stable state. Out: the shortest [`Way`] to a good end (healthy, all drills pass), or that there is none. The operator sees
//! the state before each step, so the way may depend on what came of the last; a step that may be refused or may never settle is not
//! taken. Faults and `always` conditions play no part.
//!
//! ```text
//!  from ─┬─ step ─┬─ end ─ …         winning: a good end, or a step all of whose ends are winning
//!        │        └─ end ─ …         (least fixpoint, by the number of steps in the worst case)
//!        └─ step ─── end ─ …
//! ```
//!
//! States are met breadth first, and no more of them than the answer needs. Nothing here knows orderings or runbooks.

use crate::base::{Limit, Tally};
use crate::system::{End, Finish, Finishes, Runner, State, StepId, System, Watch};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::BTreeSet;

/// How to come to a good end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The steps; the fewest that are enough whatever comes of them.
    pub steps: Vec<StepId>,
    /// Whether other outcomes call for other steps than these, which are those of one of the longest cases.
    pub depends: bool,
}

/// A step that may be taken in a state.
struct Choice {
    step: StepId,
    /// Where it may lead; distinct.
    ends: Vec<u32>,
}

/// Looks for ways to a good end, and remembers what it saw.
pub struct Beyond<'s> {
    system: &'s System,
    runner: Runner<'s>,
    finishes: Finishes<'s>,
    /// The bits of a state that matter.
    relevant: State,
    states: indexmap::IndexSet<State, FxBuildHasher>,
    /// For each state that was looked at, what may be done there; states are looked at once they are expanded.
    choices: FxHashMap<u32, Vec<Choice>>,
    good: FxHashMap<u32, bool>,
}

static NOTHING: Watch = Watch::nothing();

impl<'s> Beyond<'s> {
    /// Nothing was looked at yet.
    pub fn new(system: &'s System) -> Beyond<'s> {
        Beyond {
            system,
            runner: Runner::new(system, &NOTHING),
            finishes: Finishes::new(system),
            relevant: system.relevant(),
            states: indexmap::IndexSet::default(),
            choices: FxHashMap::default(),
            good: FxHashMap::default(),
        }
    }

    /// The way from a stable state to a good end; None where there is none. Linear in the moves of all states that it meets, for each
    /// step of the answer.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn way(&mut self, from: State, tally: &mut Tally) -> Result<Option<Way>, Limit> {
        let start = self.number(self.shorn(from), tally)?;
        let mut met = indexmap::IndexSet::<u32, FxBuildHasher>::from_iter([start]);
        let mut expanded = 0;
        let mut hope = self.is_good(start, tally)?;
        for depth in 0.. {
            // A plan of so many steps meets no state that is farther away.
            let ranks = if hope { self.ranks(&met, expanded, tally)? } else { FxHashMap::default() };
            let rank = ranks.get(&start).copied();
            let layer = expanded..met.len();
            if rank.is_some_and(|rank| rank <= depth || layer.is_empty()) {
                return self.plan(start, &ranks, tally).map(Some);
            }
            if layer.is_empty() {
                return Ok(None);
            }
            for at in layer {
                let state = met[at];
                self.expand(state, tally)?;
                expanded += 1;
                for end in self.choices[&state].iter().flat_map(|choice| choice.ends.clone()).collect::<Vec<u32>>() {
                    if met.insert(end) {
                        hope |= self.is_good(end, tally)?;
                    }
                }
            }
        }
        unreachable!("the number of steps is bounded by the number of states")
    }

    fn shorn(&self, state: State) -> State {
        std::array::from_fn(|word| state[word] & self.relevant[word])
    }

    fn number(&mut self, state: State, tally: &mut Tally) -> Result<u32, Limit> {
        let (number, new) = self.states.insert_full(state);
        if new {
            tally.states = self.states.len() as u64;
            tally.hold(3 * size_of::<State>())?;
        }
        Ok(u32::try_from(number).expect("states are bounded by memory far below u32::MAX"))
    }

    fn is_good(&mut self, state: u32, tally: &mut Tally) -> Result<bool, Limit> {
        if let Some(known) = self.good.get(&state) {
            return Ok(*known);
        }
        let packed = self.states[state as usize];
        let good = self.runner.at_rest(&packed) && self.finishes.finish(packed, tally)? == Finish::Healthy;
        self.good.insert(state, good);
        Ok(good)
    }

    fn expand(&mut self, state: u32, tally: &mut Tally) -> Result<(), Limit> {
        if self.choices.contains_key(&state) {
            return Ok(());
        }
        let packed = self.states[state as usize];
        let mut choices: Vec<Choice> = Vec::new();
        for (step, what) in (0..).map(StepId).zip(&self.system.steps) {
            if !what.needs.iter().all(|need| need.holds(&packed)) {
                continue;
            }
            let attempt = self.runner.step_to_rest(packed, what, tally)?;
            let ends: Option<BTreeSet<State>> = attempt
                .runs
                .iter()
                .map(|run| match run.end {
                    End::Stable(end) => Some(self.shorn(end)),
                    End::Refused | End::Unsettled | End::Endless => None,
                })
                .collect();
            // A step that may leave everything as it was gets nobody nearer, for sure.
            let Some(ends) = ends.filter(|ends| !ends.contains(&packed)) else { continue };
            let ends: Vec<u32> = ends.into_iter().map(|end| self.number(end, tally)).collect::<Result<_, Limit>>()?;
            if !choices.iter().any(|other| other.ends == ends) {
                tally.hold(size_of::<Choice>() + size_of_val(&*ends))?;
                choices.push(Choice { step, ends });
            }
        }
        self.choices.insert(state, choices);
        Ok(())
    }

    /// For each state that is winning among the first `expanded` of those met: in how many steps, at worst.
    fn ranks(
        &self,
        met: &indexmap::IndexSet<u32, FxBuildHasher>,
        expanded: usize,
        tally: &mut Tally,
    ) -> Result<FxHashMap<u32, usize>, Limit> {
        let mut ranks = FxHashMap::default();
        let mut before: FxHashMap<u32, Vec<(u32, usize)>> = FxHashMap::default();
        let mut open: FxHashMap<(u32, usize), usize> = FxHashMap::default();
        for state in &met[..expanded] {
            for (index, choice) in self.choices[state].iter().enumerate() {
                open.insert((*state, index), choice.ends.len());
                choice.ends.iter().for_each(|end| before.entry(*end).or_default().push((*state, index)));
            }
            tally.check()?;
        }
        let mut layer: Vec<u32> = met.iter().filter(|state| self.good[*state]).copied().collect();
        for rank in 0.. {
            layer.retain(|state| {
                ranks.insert(*state, rank).is_none_or(|earlier| {
                    ranks.insert(*state, earlier);
                    false
                })
            });
            if layer.is_empty() {
                break;
            }
            let mut next = Vec::new();
            for key in layer.iter().flat_map(|state| before.get(state).into_iter().flatten()) {
                let open = open.get_mut(key).expect("every choice was counted");
                *open -= 1;
                if *open == 0 {
                    next.push(key.0);
                }
            }
            layer = next;
        }
        Ok(ranks)
    }

    /// Follows the ranks down, where there is a choice of outcomes along the longest.
    fn plan(&mut self, start: u32, ranks: &FxHashMap<u32, usize>, tally: &mut Tally) -> Result<Way, Limit> {
        let mut steps = Vec::new();
        let mut at = start;
        while ranks[&at] > 0 {
            let worst = |choice: &&Choice| {
                choice.ends.iter().map(|end| ranks.get(end)).max_by_key(|rank| rank.map_or(usize::MAX, |rank| *rank))
            };
            let rank = |choice: &&Choice| worst(choice).flatten().copied().unwrap_or(usize::MAX);
            let best = self.choices[&at].iter().min_by_key(rank).expect("a winning state has a winning choice");
            steps.push(best.step);
            at = *best.ends.iter().max_by_key(|end| ranks[*end]).expect("a step leads somewhere");
        }
        let depends = !self.works_blindly(start, &steps, tally)?;
        Ok(Way { steps, depends })
    }

    /// Whether these steps end well whatever comes of each.
    fn works_blindly(&mut self, start: u32, steps: &[StepId], tally: &mut Tally) -> Result<bool, Limit> {
        let mut states = BTreeSet::from([self.states[start as usize]]);
        for step in steps {
            let what = &self.system.steps[step.0 as usize];
            let mut after = BTreeSet::new();
            for state in states {
                for run in &self.runner.step_to_rest(state, what, tally)?.runs {
                    let End::Stable(end) = run.end else { return Ok(false) };
                    after.insert(end);
                }
            }
            states = after;
        }
        for state in states {
            if self.finishes.finish(state, tally)? != Finish::Healthy {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
