//! A world explored alone, with one state for all those that interchangeable nodes make of it.
//!
//! In: a system and its [`Symmetry`]. Out: the exact numbers of the whole, not of what was looked at: a state stands for its orbit, and so
//! do the moves from it. What can be done from a state can be done, with other nodes, from every state of its orbit, and goes as
//! many ways. A violation is found after as few turns as without, and is told as a run of the system itself: its states are looked for again,
//! turn by turn, from a real initial state on.

use super::free::{Violation, Wrong};
use crate::base::{Limit, Tally};
use crate::system::{ActionId, Attempt, End, Firing, Marks, Run, Runner, State, StepId, Symmetry, System, Watch};
use crate::trace::{Actor, Trace};
use num_bigint::BigUint;
use rustc_hash::FxBuildHasher;

/// What can be reached.
#[derive(Clone, Debug)]
pub struct Folded {
    /// States looked at.
    pub looked_at: u64,
    /// Distinct stable states.
    pub states: BigUint,
    /// Those of them that break no `always` condition.
    pub unbroken: BigUint,
    /// Moves between them, as [`super::free::Roamed::moves`]: ways are told apart by where they lead and by whether a condition breaks.
    pub moves: BigUint,
    /// The same, where a condition is broken in every state anyway; none where the twin was not given.
    pub moves_broken: BigUint,
    /// The shortest run that goes wrong.
    pub violation: Option<Violation>,
    /// A run that does nothing but settle; None where no initial state can.
    pub start: Option<Trace>,
    /// The limit that was hit, if not all was explored; what is said above is then what was found until then.
    pub stopped: Option<Limit>,
}

/// Where a state was reached from first; none for an initial one.
type From = Option<u32>;

struct Walk<'s> {
    system: &'s System,
    symmetry: &'s Symmetry,
    runner: Runner<'s>,
    /// Runs the twin.
    broken: Option<Runner<'s>>,
    states: indexmap::IndexSet<State, FxBuildHasher>,
    from: Vec<From>,
    found: Folded,
}

/// Explores a world alone. Its twin, where there is one, is the same world with a condition that no state keeps: it says in how many ways
/// things go while something else is broken.
pub fn roam(system: &System, symmetry: &Symmetry, twin: Option<&System>, tally: &mut Tally) -> Folded {
    let watch = Watch::always();
    let found = Folded {
        looked_at: 0,
        states: BigUint::ZERO,
        unbroken: BigUint::ZERO,
        moves: BigUint::ZERO,
        moves_broken: BigUint::ZERO,
        violation: None,
        start: None,
        stopped: None,
    };
    let runner = Runner::new(system, &watch);
    let broken = twin.map(|twin| Runner::new(twin, &watch));
    let states = indexmap::IndexSet::default();
    let mut walk = Walk { system, symmetry, runner, broken, states, from: Vec::new(), found };
    walk.found.stopped = walk.explore(tally).err();
    walk.found
}

fn goes_wrong(run: &Run) -> bool {
    run.marks.meets(Marks::BROKEN) || run.end == End::Unsettled
}

impl Walk<'_> {
    fn explore(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        for initial in (0..).take(self.system.initial.len()) {
            let attempt = self.runner.initial(initial, tally)?;
            if self.found.start.is_none()
                && let Some(run) = attempt.runs.iter().find(|run| matches!(run.end, End::Stable(_)))
            {
                self.found.start = Some(Trace::begin(initial, &attempt.moves(run)));
            }
            if self.found.violation.is_none()
                && let Some(run) = attempt.runs.iter().find(|run| goes_wrong(run))
            {
                let trace = Trace { initial, settle: Vec::new(), turns: Vec::new() };
                self.found.violation = Some(self.told(trace, None, &attempt, run));
            }
            self.meet(&attempt, None, tally)?;
        }
        let mut at = 0;
        while let Some(state) = self.states.get_index(at as usize).copied() {
            let (mut moves, mut moves_broken) = (0, 0);
            for actor in actors(self.system) {
                let Some(attempt) = attempted(&mut self.runner, state, actor, tally)? else { continue };
                moves += ways(&attempt);
                if let Some(broken) = &mut self.broken {
                    moves_broken += attempted(broken, state, actor, tally)?.as_ref().map_or(0, ways);
                }
                if self.found.violation.is_none() && attempt.runs.iter().any(goes_wrong) {
                    self.found.violation = Some(self.lifted(at, tally)?);
                }
                self.meet(&attempt, Some(at), tally)?;
            }
            let orbit = self.symmetry.orbit(&state);
            self.found.moves += &orbit * moves;
            self.found.moves_broken += &orbit * moves_broken;
            at += 1;
        }
        Ok(())
    }

    fn meet(&mut self, attempt: &Attempt, from: From, tally: &mut Tally) -> Result<(), Limit> {
        for run in &attempt.runs {
            let End::Stable(state) = run.end else { continue };
            let state = self.symmetry.representative(&state);
            if self.states.insert(state) {
                self.from.push(from);
                let orbit = self.symmetry.orbit(&state);
                if self.system.breached(&state, |_| true).is_none() {
                    self.found.unbroken += &orbit;
                }
                self.found.states += orbit;
                self.found.looked_at = self.states.len() as u64;
                tally.states = self.found.looked_at;
                tally.hold(2 * size_of::<State>() + size_of::<From>())?;
            }
        }
        tally.check()
    }

    /// A real run that goes wrong one turn after it has come to the orbit of a state.
    fn lifted(&mut self, last: u32, tally: &mut Tally) -> Result<Violation, Limit> {
        let mut wanted = vec![self.states[last as usize]];
        let mut at = last;
        while let Some(from) = self.from[at as usize] {
            wanted.push(self.states[from as usize]);
            at = from;
        }
        let (mut trace, mut state) = self.begun(wanted.pop().expect("there is at least one"), tally)?;
        while let Some(next) = wanted.pop() {
            let symmetry = self.symmetry;
            let (actor, attempt, run, end) = self.turn(state, tally, |run| match run.end {
                End::Stable(end) if symmetry.representative(&end) == next => Some(end),
                _ => None,
            })?;
            trace.follow(actor, &attempt.moves(&run));
            state = end;
        }
        let (actor, attempt, run, ()) = self.turn(state, tally, |run| goes_wrong(run).then_some(()))?;
        Ok(self.told(trace, Some(actor), &attempt, &run))
    }

    fn begun(&mut self, wanted: State, tally: &mut Tally) -> Result<(Trace, State), Limit> {
        for initial in (0..).take(self.system.initial.len()) {
            let attempt = self.runner.initial(initial, tally)?;
            for run in &attempt.runs {
                if let End::Stable(state) = run.end
                    && self.symmetry.representative(&state) == wanted
                {
                    return Ok((Trace::begin(initial, &attempt.moves(run)), state));
                }
            }
        }
        unreachable!("the state was reached from an initial one")
    }

    /// The first step or fault, in the order of declaration, one of whose results is as wanted.
    fn turn<T>(
        &mut self,
        state: State,
        tally: &mut Tally,
        wanted: impl Fn(&Run) -> Option<T>,
    ) -> Result<(Actor, Attempt, Run, T), Limit> {
        for actor in actors(self.system) {
            let Some(attempt) = attempted(&mut self.runner, state, actor, tally)? else { continue };
            if let Some((run, found)) = attempt.runs.iter().find_map(|run| Some((*run, wanted(run)?))) {
                return Ok((actor, attempt, run, found));
            }
        }
        unreachable!("what can be done in a state can be done in every state of its orbit")
    }

    /// The run with its last moves, up to where it goes wrong.
    fn told(&self, mut trace: Trace, actor: Option<Actor>, attempt: &Attempt, run: &Run) -> Violation {
        let mut moves = attempt.moves(run);
        let at_once = match run.end {
            End::Stable(state) if moves.is_empty() => self.system.breached(&state, |_| true),
            _ => None,
        };
        let wrong = match (self.system.first_breach(&moves, |_| true), at_once) {
            (Some((length, always)), _) => {
                moves.truncate(length);
                Wrong::Always(always)
            }
            (None, Some(always)) => Wrong::Always(always),
            (None, None) => Wrong::Unsettled(attempt.cycle(run).map(<[Firing]>::to_vec).unwrap_or_default()),
        };
        match actor {
            None => trace = Trace::begin(trace.initial, &moves),
            Some(actor) => trace.follow(actor, &moves),
        }
        Violation { trace, wrong }
    }
}

/// What comes of a step or fault; None where a step is refused for what it needs.
fn attempted(runner: &mut Runner<'_>, state: State, actor: Actor, tally: &mut Tally) -> Result<Option<Attempt>, Limit> {
    match actor {
        Actor::Fault(fault) => runner.strike(state, fault, tally).map(Some),
        Actor::Step(step) => {
            let what = &runner.system().steps[step.0 as usize];
            let possible = what.needs.iter().all(|need| need.holds(&state));
            possible.then(|| runner.step(state, what, tally)).transpose()
        }
        Actor::Occurrence(_) => unreachable!("a world explored alone has no occurrences"),
    }
}

/// In how many ways an attempt goes; a refused step goes none.
fn ways(attempt: &Attempt) -> u64 {
    attempt.runs.iter().filter(|run| run.end != End::Refused).count() as u64
}

/// All that can happen: steps, then faults.
fn actors(system: &System) -> impl Iterator<Item = Actor> + use<> {
    let steps = (0..).map(StepId).take(system.steps.len()).map(Actor::Step);
    steps.chain((0..).map(ActionId).take(system.faults.len()).map(Actor::Fault))
}
