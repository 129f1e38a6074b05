//! Which of many states are beyond repair: no steps of the world lead from them to a good end, whatever comes of each.
//!
//! In: states, and a system with every step of the world. Out: those beyond repair, and a limit where some could not be decided. It
//! is the question of [`crate::orderings::Beyond`], asked of all at once: states are met breadth first from those that are open. Those
//! that have a way for sure are known at every moment, as in a game that is solved backward; those that may have one, if all that was
//! not looked at has, each time that the graph has doubled, and at the end.

use crate::base::{Budget, Limit, Tally};
use crate::system::{End, Finish, Finishes, Runner, Slot, State, System, VarId, Watch};
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::collections::{BTreeSet, VecDeque};

/// More states are not looked at than so many divided by the number of steps, or than [`FEWEST_STATES`].
const MOST_TRIES: u64 = 1_000_000;
/// So many are looked at, however many steps there are.
const FEWEST_STATES: u64 = 5_000;

static NOTHING: Watch = Watch::nothing();

/// What is known of a state.
#[derive(Default)]
struct Known {
    /// Somebody wants to know.
    asked: bool,
    /// It has a way for sure.
    has_a_way: bool,
    /// It has none for sure.
    hopeless: bool,
    /// Where each step that may be taken may lead; None before it was looked at.
    choices: Option<Vec<Vec<u32>>>,
    /// For each of these, how many of the states that it may lead to have no way so far.
    open: Vec<usize>,
    /// Which choices of which states may lead here, of those made before it had a way.
    before: Vec<(u32, u32)>,
}

/// What is found out about states.
struct Search<'s> {
    every: &'s System,
    runner: Runner<'s>,
    finishes: Finishes<'s>,
    relevant: State,
    states: indexmap::IndexSet<State, FxBuildHasher>,
    known: Vec<Known>,
}

/// The states that are beyond repair, and why others may be too.
///
/// # Errors
/// The budget's limits on time and memory, and a request to stop.
pub fn hopeless(
    (system, every): (&System, &System),
    states: impl IntoIterator<Item = State>,
    tally: &mut Tally,
) -> Result<(FxHashSet<State>, Option<Limit>), Limit> {
    let most = (MOST_TRIES / every.steps.len().max(1) as u64).max(FEWEST_STATES);
    let most = tally.budget().states.map_or(most, |other| other.min(most));
    let mut own = Tally::start(&Budget { states: Some(most), time: None, ..tally.budget().clone() }, "repairs");
    let mut search = Search {
        every,
        runner: Runner::new(every, &NOTHING),
        finishes: Finishes::new(every),
        relevant: every.relevant(),
        states: indexmap::IndexSet::default(),
        known: Vec::new(),
    };
    let mut asked = Vec::new();
    for state in states {
        let number = search.number(translated(system, every, &state), &mut own)?;
        search.known[number as usize].asked = true;
        asked.push((state, number));
        tally.check()?;
    }
    let limit = match search.decide(&mut own, tally) {
        Err(Limit::States) => Some(Limit::States),
        decided => {
            decided?;
            None
        }
    };
    search.give_up();
    let beyond = asked.iter().filter(|(_, number)| search.known[*number as usize].hopeless).map(|(state, _)| *state);
    Ok((beyond.collect(), limit))
}

impl Search<'_> {
    /// Looks until everything is decided, or a limit is hit.
    fn decide(&mut self, own: &mut Tally, tally: &mut Tally) -> Result<(), Limit> {
        let asked = (0u32..).zip(&self.known).map(|(state, _)| state);
        let mut todo: VecDeque<u32> = asked.collect();
        let mut last = todo.len().max(64);
        while let Some(state) = todo.pop_front() {
            tally.check()?;
            if !self.wanted(state) {
                continue;
            }
            own.states += 1;
            self.look(state, own)?;
            let choices = self.known[state as usize].choices.iter().flatten();
            todo.extend(choices.flatten().filter(|end| self.known[**end as usize].choices.is_none()));
            if self.states.len() > 2 * last {
                last = self.states.len();
                self.give_up();
            }
        }
        Ok(())
    }

    /// Whether something that is open hangs on a state that was not looked at.
    fn wanted(&self, state: u32) -> bool {
        let is_open = |state: u32| {
            let known = &self.known[state as usize];
            !known.has_a_way && !known.hopeless
        };
        let known = &self.known[state as usize];
        known.choices.is_none()
            && is_open(state)
            && (known.asked || known.before.iter().any(|(from, _)| is_open(*from)))
    }

    fn number(&mut self, state: State, own: &mut Tally) -> Result<u32, Limit> {
        let shorn = self.shorn(&state);
        let (number, new) = self.states.insert_full(shorn);
        if new {
            let has_a_way = self.finishes.finish(shorn, own)? == Finish::Healthy;
            self.known.push(Known { has_a_way, ..Known::default() });
            own.hold(3 * size_of::<State>() + size_of::<Known>())?;
        }
        Ok(u32::try_from(number).expect("states are bounded by memory far below u32::MAX"))
    }

    fn shorn(&self, state: &State) -> State {
        std::array::from_fn(|word| state[word] & self.relevant[word])
    }

    fn look(&mut self, state: u32, own: &mut Tally) -> Result<(), Limit> {
        let packed = self.states[state as usize];
        let mut choices: Vec<Vec<u32>> = Vec::new();
        let every = self.every;
        for step in &every.steps {
            if !step.needs.iter().all(|need| need.holds(&packed)) {
                continue;
            }
            let attempt = self.runner.step_to_rest(packed, step, own)?;
            let mut ends = BTreeSet::new();
            let stable = attempt.runs.iter().all(|run| match run.end {
                End::Stable(end) => {
                    ends.insert(self.shorn(&end));
                    true
                }
                End::Refused | End::Unsettled | End::Endless => false,
            });
            // A step that may leave everything as it was gets nobody nearer, for sure.
            if !stable || ends.contains(&packed) {
                continue;
            }
            let ends: Vec<u32> = ends.into_iter().map(|end| self.number(end, own)).collect::<Result<_, Limit>>()?;
            if !choices.contains(&ends) {
                own.hold(2 * size_of_val(&*ends) + 2 * size_of::<Vec<u32>>())?;
                choices.push(ends);
            }
        }
        let mut wins = false;
        for (index, ends) in (0u32..).zip(&choices) {
            let mut open = 0;
            for end in ends {
                if !self.known[*end as usize].has_a_way {
                    open += 1;
                    self.known[*end as usize].before.push((state, index));
                }
            }
            self.known[state as usize].open.push(open);
            wins |= open == 0;
        }
        self.known[state as usize].choices = Some(choices);
        if wins {
            self.win(state);
        }
        Ok(())
    }

    /// A state has a way, and so have others by it.
    fn win(&mut self, state: u32) {
        let mut todo = vec![state];
        self.known[state as usize].has_a_way = true;
        while let Some(state) = todo.pop() {
            for (from, index) in std::mem::take(&mut self.known[state as usize].before) {
                let from_known = &mut self.known[from as usize];
                from_known.open[index as usize] -= 1;
                if from_known.open[index as usize] == 0 && !from_known.has_a_way {
                    from_known.has_a_way = true;
                    todo.push(from);
                }
            }
        }
    }

    /// Notes the states that have no way even if all that were not looked at have one.
    fn give_up(&mut self) {
        let mut before: Vec<Vec<(u32, u32)>> = vec![Vec::new(); self.known.len()];
        let mut open: Vec<Vec<usize>> = vec![Vec::new(); self.known.len()];
        for (state, known) in (0u32..).zip(&self.known) {
            for (index, ends) in (0u32..).zip(known.choices.iter().flatten()) {
                open[state as usize].push(ends.len());
                ends.iter().for_each(|end| before[*end as usize].push((state, index)));
            }
        }
        let begins = |known: &Known| known.has_a_way || known.choices.is_none() && !known.hopeless;
        let mut may: Vec<bool> = self.known.iter().map(begins).collect();
        let mut todo: Vec<usize> = (0..may.len()).filter(|state| may[*state]).collect();
        while let Some(state) = todo.pop() {
            for (from, index) in &before[state] {
                let left = &mut open[*from as usize][*index as usize];
                *left -= 1;
                if *left == 0 && !std::mem::replace(&mut may[*from as usize], true) {
                    todo.push(*from as usize);
                }
            }
        }
        for (known, may) in self.known.iter_mut().zip(may) {
            known.hopeless = !may;
        }
    }
}

/// A state of one system as a state of another that has the same variables.
fn translated(from: &System, to: &System, state: &State) -> State {
    if std::ptr::eq(from, to) {
        return *state;
    }
    let mut other = State::default();
    for var in (0..).map(VarId).take(from.layout.slots.len()) {
        if !matches!(to.layout.slots.get(var.0 as usize), None | Some(Slot::Constant(_))) {
            to.layout.set(&mut other, var, from.layout.get(state, var));
        }
    }
    other
}
