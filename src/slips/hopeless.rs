//! Which of many states are beyond repair: no steps of the world lead from them to a good end, whatever comes of each.
//!
//! In: states, and a system with every step of the world. Out: those beyond repair, and a limit where some could not be decided. It
//! is the question of [`crate::orderings::Beyond`], asked of all at once: states are met breadth first from those that are
//! open, and after each layer two fixpoints say which are decided, one in which states that were not looked at yet have no way,
//! and one in which they have.

use crate::base::{Budget, Limit, Tally};
use crate::system::{End, Finish, Finishes, Runner, Slot, State, System, VarId, Watch};
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::collections::BTreeSet;

/// More states than this are not looked at.
const MOST_STATES: u64 = 20_000;

static NOTHING: Watch = Watch::nothing();

/// What is found out about states.
struct Search<'s> {
    every: &'s System,
    runner: Runner<'s>,
    finishes: Finishes<'s>,
    relevant: State,
    states: indexmap::IndexSet<State, FxBuildHasher>,
    good: Vec<bool>,
    /// For each state that was looked at, where each step that may be taken may lead.
    choices: Vec<Option<Vec<Vec<u32>>>>,
}

/// The states that are beyond repair, and why others may be too.
///
/// # Errors
/// The budget's own limits on time and memory, and a request to stop.
pub fn hopeless(
    (system, every): (&System, &System),
    states: impl IntoIterator<Item = State>,
    tally: &mut Tally,
) -> Result<(FxHashSet<State>, Option<Limit>), Limit> {
    let most = tally.budget().states.map_or(MOST_STATES, |most| most.min(MOST_STATES));
    let mut own = Tally::start(&Budget { states: Some(most), time: None, ..tally.budget().clone() }, "repairs");
    let mut search = Search {
        every,
        runner: Runner::new(every, &NOTHING),
        finishes: Finishes::new(every),
        relevant: every.relevant(),
        states: indexmap::IndexSet::default(),
        good: Vec::new(),
        choices: Vec::new(),
    };
    let mut asked = Vec::new();
    let limit = search.decide((system, states), &mut asked, &mut own, tally);
    if let Err(limit @ (Limit::Time | Limit::Cancelled)) = limit {
        return Err(limit);
    }
    let (_, hopeful) = search.fixpoints();
    let beyond = asked.iter().filter(|(_, number)| !hopeful[*number as usize]).map(|(state, _)| *state);
    Ok((beyond.collect(), limit.err()))
}

impl Search<'_> {
    /// Looks until everything is decided, or a limit is hit.
    fn decide(
        &mut self,
        (system, states): (&System, impl IntoIterator<Item = State>),
        asked: &mut Vec<(State, u32)>,
        own: &mut Tally,
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        for state in states {
            let number = self.number(translated(system, self.every, &state), own)?;
            asked.push((state, number));
            tally.check()?;
        }
        loop {
            let (has_a_way, hopeful) = self.fixpoints();
            let open = |state: &u32| !has_a_way[*state as usize] && hopeful[*state as usize];
            // What can be met from those that are open, by way of others that are.
            let mut met: indexmap::IndexSet<u32, FxBuildHasher> =
                asked.iter().map(|(_, number)| *number).filter(open).collect();
            let (mut at, mut ahead) = (0, Vec::new());
            while let Some(state) = met.get_index(at).copied() {
                at += 1;
                match &self.choices[state as usize] {
                    None => ahead.push(state),
                    Some(choices) => met.extend(choices.iter().flatten().copied().filter(open)),
                }
            }
            if ahead.is_empty() {
                return Ok(());
            }
            for state in ahead {
                self.look(state, own)?;
                tally.check()?;
            }
        }
    }

    fn number(&mut self, state: State, own: &mut Tally) -> Result<u32, Limit> {
        let shorn = std::array::from_fn(|word| state[word] & self.relevant[word]);
        let (number, new) = self.states.insert_full(shorn);
        if new {
            own.states = self.states.len() as u64;
            self.choices.push(None);
            self.good.push(false);
            self.good[number] = self.finishes.finish(shorn, own)? == Finish::Healthy;
            own.hold(3 * size_of::<State>())?;
        }
        Ok(u32::try_from(number).expect("states are bounded by a limit far below u32::MAX"))
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
                    ends.insert(std::array::from_fn::<u64, 4, _>(|word| end[word] & self.relevant[word]));
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
                own.hold(size_of_val(&*ends) + size_of::<Vec<u32>>())?;
                choices.push(ends);
            }
        }
        self.choices[state as usize] = Some(choices);
        Ok(())
    }

    /// Which states have a way for sure, and which may have one.
    fn fixpoints(&self) -> (Vec<bool>, Vec<bool>) {
        let known = |state: usize| self.choices[state].is_some();
        let sure = self.fixpoint(|state| self.good[state]);
        let maybe = self.fixpoint(|state| self.good[state] || !known(state));
        (sure, maybe)
    }

    fn fixpoint(&self, begin: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut before: Vec<Vec<(u32, u32)>> = vec![Vec::new(); self.states.len()];
        let mut open: Vec<Vec<usize>> = vec![Vec::new(); self.states.len()];
        for (state, choices) in self.choices.iter().enumerate() {
            for (index, ends) in (0u32..).zip(choices.iter().flatten()) {
                open[state].push(ends.len());
                let key = (u32::try_from(state).expect("states are few"), index);
                ends.iter().for_each(|end| before[*end as usize].push(key));
            }
        }
        let mut won: Vec<bool> = (0..self.states.len()).map(begin).collect();
        let mut todo: Vec<usize> = (0..won.len()).filter(|state| won[*state]).collect();
        while let Some(state) = todo.pop() {
            for (from, index) in &before[state] {
                let left = &mut open[*from as usize][*index as usize];
                *left -= 1;
                if *left == 0 && !std::mem::replace(&mut won[*from as usize], true) {
                    todo.push(*from as usize);
                }
            }
        }
        won
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
