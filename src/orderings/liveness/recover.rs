//! Whether a healthy state can be reached from every state that a run of a runbook can come to.
//!
//! In: the system of a runbook, and the same with every step of its world (which numbers variables alike and packs them
//! differently). From each state that a run may come to, any steps of the world may follow, and what comes of them may be the best: a
//! state is *beyond repair* only if no luck helps. Faults do not strike any more, and `always` is not asked.

use super::course::{Place, Whole};
use crate::base::graph::{self, Edge};
use crate::base::{Budget, Limit, Tally};
use crate::system::{ActionId, End, Finish, Finishes, Procedure, Runner, State, System, VarId, Watch};
use crate::verdict::{Counterexample, Whose};
use rustc_hash::FxBuildHasher;

static NOTHING: Watch = Watch::nothing();

/// A shortest run to a state beyond repair; None where there is none. All states of the world that are met are explored,
/// until it is known of every state of the runbook.
///
/// # Errors
/// The limit that was hit.
///
/// # Panics
/// If the procedure is [`Procedure::Free`]: a world alone has no end.
pub fn recoverable(system: &System, every_step: &System, budget: &Budget) -> Result<Option<Counterexample>, Limit> {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no orderings") };
    let mut tally = Tally::start(budget, "states");
    let tally = &mut tally;
    let mut whole = Whole::of(system, plan, tally)?;
    let mut repairs = Repairs::new(every_step);
    let mut own = Vec::with_capacity(whole.nodes.len());
    for (place, state) in &whole.nodes {
        // Where reactions go on for ever there is no state to start from; the states before it are looked at.
        let stable = !matches!(place, Place::Unsettled(_));
        let translated = translated(system, every_step, state);
        own.push(stable.then(|| repairs.number(translated)));
    }
    let hopeful = repairs.explore(&own, tally)?;
    let doomed = |at: u32| own[at as usize].is_some_and(|state| !hopeful[state]);
    let found = graph::path(&whole.edges, whole.starts.iter().copied(), |_| true, doomed);
    let Some((path, last)) = found else { return Ok(None) };
    let mut shown = whole.shown((&path, last), None, true, tally)?;
    shown.insight.lost = Some((whole.steps(&path), Whose::Operators));
    Ok(Some(shown))
}

fn translated(from: &System, to: &System, state: &State) -> State {
    let mut translated = State::default();
    let vars = u32::try_from(from.layout.slots.len()).expect("a world has few variables");
    for var in (0..vars).map(VarId) {
        to.layout.set(&mut translated, var, from.layout.get(state, var));
    }
    translated
}

/// States of the world, and what its steps make of them.
struct Repairs<'s> {
    system: &'s System,
    runner: Runner<'s>,
    finishes: Finishes<'s>,
    relevant: State,
    states: indexmap::IndexSet<State, FxBuildHasher>,
    edges: Vec<Vec<Edge>>,
    good: Vec<bool>,
}

impl<'s> Repairs<'s> {
    fn new(system: &'s System) -> Repairs<'s> {
        Repairs {
            system,
            runner: Runner::new(system, &NOTHING),
            finishes: Finishes::new(system),
            relevant: system.relevant(),
            states: indexmap::IndexSet::default(),
            edges: Vec::new(),
            good: Vec::new(),
        }
    }

    fn number(&mut self, state: State) -> usize {
        self.states.insert_full(std::array::from_fn(|word| state[word] & self.relevant[word])).0
    }

    /// For each state whether a good end can be reached; as far as it is needed to know it of these.
    fn explore(&mut self, own: &[Option<usize>], tally: &mut Tally) -> Result<Vec<bool>, Limit> {
        let mut next = 64;
        loop {
            while self.edges.len() < self.states.len().min(next) {
                self.expand(tally)?;
            }
            let done = self.edges.len() == self.states.len();
            let mut edges = self.edges.clone();
            edges.resize(self.states.len(), Vec::new());
            let hopeful = graph::reaching(&edges, |at| self.good.get(at).copied().unwrap_or(false));
            if done || own.iter().flatten().all(|at| hopeful[*at]) {
                return Ok(hopeful);
            }
            next *= 2;
        }
    }

    fn expand(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        let state = self.states[self.edges.len()];
        let mut ends = Vec::new();
        for step in &self.system.steps {
            ends.extend(self.runner.step(state, step, tally)?.runs.into_iter().map(|run| run.end));
        }
        let slow = (0..).map(ActionId).zip(&self.system.faults).filter(|(_, fault)| fault.slow);
        for (reaction, _) in slow {
            ends.extend(self.runner.strike(state, reaction, tally)?.runs.into_iter().map(|run| run.end));
        }
        let mut out: Vec<Edge> = Vec::new();
        for end in ends {
            let End::Stable(state) = end else { continue };
            let to = u32::try_from(self.number(state)).expect("states are bounded by memory far below u32::MAX");
            if !out.contains(&Edge::from(to)) {
                out.push(Edge::from(to));
            }
        }
        let good = self.runner.at_rest(&state) && self.finishes.finish(state, tally)? == Finish::Healthy;
        tally.hold(3 * size_of::<State>() + out.len() * size_of::<Edge>())?;
        self.good.push(good);
        self.edges.push(out);
        Ok(())
    }
}
