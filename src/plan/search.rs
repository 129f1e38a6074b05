//! In how many steps, at worst, a state leads to the goal: exact, by depth-first search that deepens.
//!
//! ```text
//! value(s) = 0 in the goal, else the greater of
//!            1 + least over steps of the greatest value of their ends      (the operator sees what came of it)
//!            the greatest value of what a crash makes of s                 (before the step, if crashes are left)
//! ```
//! A step that may be refused, may never settle or breaks what is to be kept is no choice. What was found out about a state is kept as
//! a lower and an upper bound of its value (as in iterative deepening with a transposition table: Reinefeld and Marsland, 1994); the
//! lower bound begins with the [landmarks](super::relax) of the state, those of the state before it without the ones that
//! the step met. Beside it states are met breadth first, no more than the search itself looks at, so that a goal that cannot be
//! reached for sure is noticed.

use super::alike::alike;
use super::problem::{Goal, Problem, faults, takes_down};
use super::relax::{Relaxed, Steps};
use crate::base::{Limit, Tally};
use crate::system::{ActionId, End, Finish, Finishes, Marks, Run, Runner, State, System, Watch, Watched};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::rc::Rc;

/// Number of a state that was met.
pub type Place = u32;

/// For each step its distinct ends, sorted; None where it is no choice.
pub type Moves = Rc<[Option<Rc<[Place]>>]>;

/// For each crash that may strike: which, and its distinct ends; None where it may never settle or breaks what is kept.
pub type Crashes = Rc<[(ActionId, Option<Rc<[Place]>>)]>;

/// What is known of a state.
#[derive(Clone)]
struct Known {
    good: Option<bool>,
    moves: Option<Moves>,
    /// With the states that stand for the ends.
    like_moves: Option<Moves>,
    crashes: Option<Crashes>,
    /// The value is at least this.
    lower: u32,
    /// And at most this.
    upper: u32,
    /// Landmarks of its own or handed down; None before any are known.
    landmarks: Option<Rc<Vec<Rc<Steps>>>>,
    own_landmarks: bool,
}

/// No number of steps is enough.
pub const NEVER: u32 = u32::MAX;

/// Looks for the values of states, and remembers them.
pub struct Planner<'s> {
    /// What is planned.
    pub problem: Problem<'s>,
    runner: Runner<'s>,
    finishes: Finishes<'s>,
    kept: Marks,
    relaxed: Relaxed,
    parts: Vec<crate::system::Predicate>,
    relevant: State,
    /// The bits that tell apart only which of two equal steps may be taken.
    alike: State,
    switches: Vec<bool>,
    states: indexmap::IndexSet<State, FxBuildHasher>,
    known: Vec<Known>,
    expanded: u64,
}

/// What a [`Planner`] watches: the conditions that are to be kept.
pub fn watch(keep: &[u32]) -> Watch {
    if keep.is_empty() { Watch::nothing() } else { Watch::things(keep.iter().map(|index| Watched::Broken(*index))) }
}

impl<'s> Planner<'s> {
    /// Nothing was looked at yet. `watch` is [`watch`] of what is to be kept.
    pub fn new(problem: Problem<'s>, watch: &'s Watch) -> Planner<'s> {
        let system = problem.system;
        let kept = problem.keep.iter().filter_map(|index| watch.mark(Watched::Broken(*index)));
        let parts = problem.parts();
        Planner {
            runner: Runner::new(system, watch),
            finishes: Finishes::new(system),
            kept: kept.fold(Marks::default(), Marks::union),
            relaxed: Relaxed::new(system, &parts, matches!(problem.goal, Goal::Healthy)),
            parts,
            relevant: problem.relevant(),
            alike: alike(&problem),
            switches: system.steps.iter().map(|step| takes_down(system, step)).collect(),
            states: indexmap::IndexSet::default(),
            known: Vec::new(),
            expanded: 0,
            problem,
        }
    }

    /// The system.
    pub fn system(&self) -> &'s System {
        self.problem.system
    }

    /// The relaxation that bounds are taken from.
    pub fn relaxed(&self) -> &Relaxed {
        &self.relaxed
    }

    /// The state with a number; bits that do not matter are zero.
    pub fn state(&self, place: Place) -> State {
        self.states[place as usize]
    }

    /// Whether a step takes a node down.
    pub fn restarts(&self, step: usize) -> bool {
        self.switches[step]
    }

    /// How many states were met.
    pub fn met(&self) -> usize {
        self.states.len()
    }

    /// The number of a stable state.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn place(&mut self, state: State, tally: &mut Tally) -> Result<Place, Limit> {
        let shorn: State = std::array::from_fn(|word| state[word] & self.relevant[word]);
        let (number, new) = self.states.insert_full(shorn);
        if new {
            let (moves, like_moves, crashes, landmarks) = (None, None, None, None);
            let (good, own_landmarks) = (None, false);
            let (lower, upper) = (0, NEVER);
            self.known.push(Known { good, moves, like_moves, crashes, lower, upper, landmarks, own_landmarks });
            tally.states += 1;
            tally.hold(2 * size_of::<State>() + size_of::<Known>())?;
        }
        Ok(u32::try_from(number).expect("states are bounded by memory far below u32::MAX"))
    }

    /// The state that stands for all that need as many steps.
    fn like(&mut self, place: Place, tally: &mut Tally) -> Result<Place, Limit> {
        let state = self.state(place);
        self.place(std::array::from_fn(|word| state[word] & !self.alike[word]), tally)
    }

    /// Whether a state is one to end in.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn good(&mut self, place: Place, tally: &mut Tally) -> Result<bool, Limit> {
        if let Some(known) = self.known[place as usize].good {
            return Ok(known);
        }
        let state = self.state(place);
        let good = self.parts.iter().all(|part| part.holds(&state))
            && match self.problem.goal {
                Goal::Healthy => self.finishes.finish(state, tally)? == Finish::Healthy,
                Goal::Holds(_) => true,
            };
        self.known[place as usize].good = Some(good);
        if good {
            self.known[place as usize].upper = 0;
        }
        Ok(good)
    }

    fn ends(&mut self, runs: &[Run], tally: &mut Tally) -> Result<Option<Rc<[Place]>>, Limit> {
        let mut ends = Vec::with_capacity(runs.len());
        for run in runs {
            match run.end {
                End::Stable(state) if !run.marks.meets(self.kept) => ends.push(self.place(state, tally)?),
                End::Stable(_) | End::Refused | End::Unsettled | End::Endless => return Ok(None),
            }
        }
        ends.sort_unstable();
        ends.dedup();
        Ok(Some(ends.into()))
    }

    /// What each step leads to.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn moves(&mut self, place: Place, tally: &mut Tally) -> Result<Moves, Limit> {
        if let Some(known) = &self.known[place as usize].moves {
            return Ok(Rc::clone(known));
        }
        let state = self.state(place);
        let mut moves = Vec::with_capacity(self.system().steps.len());
        for (step, what) in self.system().steps.iter().enumerate() {
            let may = self.problem.allowed[step] && what.needs.iter().all(|need| need.holds(&state));
            moves.push(if may {
                let attempt = self.runner.step_to_rest(state, what, tally)?;
                self.ends(&attempt.runs, tally)?
            } else {
                None
            });
        }
        self.expanded += 1;
        tally.hold(moves.len() * size_of::<Option<Rc<[Place]>>>())?;
        let moves: Moves = moves.into();
        self.known[place as usize].moves = Some(Rc::clone(&moves));
        Ok(moves)
    }

    /// The same, with the states that stand for the ends.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn like_moves(&mut self, place: Place, tally: &mut Tally) -> Result<Moves, Limit> {
        if let Some(known) = &self.known[place as usize].like_moves {
            return Ok(Rc::clone(known));
        }
        let mut moves = Vec::new();
        for ends in self.moves(place, tally)?.iter() {
            moves.push(match ends {
                None => None,
                Some(ends) => {
                    let mut like = Vec::with_capacity(ends.len());
                    for end in ends.iter() {
                        like.push(self.like(*end, tally)?);
                    }
                    like.sort_unstable();
                    like.dedup();
                    Some(Rc::from(like))
                }
            });
        }
        let moves: Moves = moves.into();
        self.known[place as usize].like_moves = Some(Rc::clone(&moves));
        self.hand_down(place, &moves);
        Ok(moves)
    }

    /// All that any step that may be used can lead to, also those that may be refused, never settle or break what is kept.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn wished_for(&mut self, place: Place, tally: &mut Tally) -> Result<Vec<Place>, Limit> {
        let state = self.state(place);
        let mut ends = Vec::new();
        for (step, what) in self.system().steps.iter().enumerate() {
            if !self.problem.allowed[step] {
                continue;
            }
            let attempt = self.runner.step_to_rest(state, what, tally)?;
            ends.extend(attempt.runs.iter().filter_map(|run| match run.end {
                End::Stable(state) => Some(state),
                End::Refused | End::Unsettled | End::Endless => None,
            }));
        }
        let places = ends.into_iter().map(|end| {
            let place = self.place(end, tally)?;
            self.like(place, tally)
        });
        places.collect()
    }

    /// Landmarks of a state that a step does not meet are landmarks of its ends.
    fn hand_down(&mut self, place: Place, moves: &Moves) {
        let Some(landmarks) = self.known[place as usize].landmarks.clone() else { return };
        for (step, ends) in moves.iter().enumerate() {
            let Some(ends) = ends else { continue };
            let left: Vec<Rc<Steps>> = landmarks.iter().filter(|landmark| !landmark.has(step)).cloned().collect();
            let (bound, left) = (u32::try_from(left.len()).unwrap_or(NEVER), Rc::new(left));
            for end in ends.iter() {
                let known = &mut self.known[*end as usize];
                if known.landmarks.as_ref().is_none_or(|other| other.len() < left.len()) && !known.own_landmarks {
                    known.landmarks = Some(Rc::clone(&left));
                    known.lower = known.lower.max(bound);
                }
            }
        }
    }

    /// What each crash leads to.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn crashes(&mut self, place: Place, tally: &mut Tally) -> Result<Crashes, Limit> {
        if let Some(known) = &self.known[place as usize].crashes {
            return Ok(Rc::clone(known));
        }
        let state = self.state(place);
        let mut crashes = Vec::new();
        for fault in faults(self.system()) {
            let attempt = self.runner.strike(state, fault, tally)?;
            if !attempt.runs.is_empty() {
                crashes.push((fault, self.ends(&attempt.runs, tally)?));
            }
        }
        let crashes: Crashes = crashes.into();
        self.known[place as usize].crashes = Some(Rc::clone(&crashes));
        Ok(crashes)
    }

    fn bound(&mut self, place: Place) {
        if self.known[place as usize].own_landmarks {
            return;
        }
        let landmarks = self.relaxed.landmarks(&self.states[place as usize], &self.problem.allowed);
        let known = &mut self.known[place as usize];
        known.own_landmarks = true;
        match landmarks {
            None => known.lower = NEVER,
            Some(landmarks) => {
                known.lower = known.lower.max(u32::try_from(landmarks.len()).unwrap_or(NEVER));
                if known.landmarks.as_ref().is_none_or(|handed_down| handed_down.len() <= landmarks.len()) {
                    known.landmarks = Some(Rc::new(landmarks.into_iter().map(Rc::new).collect()));
                }
            }
        }
    }

    /// Whether bounds alone prove that nothing leads from a state to the goal.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn lost_at_once(&mut self, place: Place, tally: &mut Tally) -> Result<bool, Limit> {
        let place = self.like(place, tally)?;
        if self.good(place, tally)? {
            return Ok(false);
        }
        self.bound(place);
        Ok(self.known[place as usize].lower == NEVER)
    }

    /// Whether the value of a state is at most `steps`.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn within(&mut self, place: Place, steps: u32, tally: &mut Tally) -> Result<bool, Limit> {
        let place = self.like(place, tally)?;
        if self.good(place, tally)? {
            return Ok(true);
        }
        let known = &self.known[place as usize];
        if known.upper <= steps || known.lower > steps {
            return Ok(known.upper <= steps);
        }
        self.bound(place);
        if self.known[place as usize].lower > steps || !self.found_within(place, steps, tally)? {
            let known = &mut self.known[place as usize];
            known.lower = known.lower.max(steps.saturating_add(1));
            return Ok(false);
        }
        self.known[place as usize].upper = steps;
        Ok(true)
    }

    fn found_within(&mut self, place: Place, steps: u32, tally: &mut Tally) -> Result<bool, Limit> {
        tally.check()?;
        if steps == 0 {
            return Ok(false);
        }
        for (_, ends) in self.crashes(place, tally)?.iter() {
            let Some(ends) = ends else { return Ok(false) };
            for end in ends.iter() {
                if !self.within(*end, steps, tally)? {
                    return Ok(false);
                }
            }
        }
        let moves = self.like_moves(place, tally)?;
        let mut hopeful: Vec<&Rc<[Place]>> = moves.iter().flatten().collect();
        hopeful.retain(|ends| ends.iter().all(|end| self.known[*end as usize].lower < steps));
        hopeful.sort_unstable();
        hopeful.dedup();
        hopeful.sort_by_key(|ends| ends.iter().map(|end| self.known[*end as usize].lower).max());
        for ends in hopeful {
            if self.all_within(ends, steps - 1, tally)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the values of all these states are at most `steps`.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn all_within(&mut self, places: &[Place], steps: u32, tally: &mut Tally) -> Result<bool, Limit> {
        for place in places {
            if !self.within(*place, steps, tally)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The value of a state; [`NEVER`] where nothing leads to the goal for sure.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn value(&mut self, place: Place, tally: &mut Tally) -> Result<u32, Limit> {
        let place = self.like(place, tally)?;
        if self.good(place, tally)? {
            return Ok(0);
        }
        self.bound(place);
        let mut around = Around::of(place);
        loop {
            let known = &self.known[place as usize];
            if known.lower == known.upper || known.lower == NEVER {
                return Ok(known.lower);
            }
            let steps = known.lower;
            if self.within(place, steps, tally)? {
                return Ok(steps);
            }
            if around.all(self, tally)? && !around.wins(self, tally)? {
                for place in around.met.clone() {
                    if !around.winning[&place] {
                        self.known[place as usize].lower = NEVER;
                    }
                }
            }
        }
    }
}

/// The states around one, met breadth first.
struct Around {
    met: indexmap::IndexSet<Place, FxBuildHasher>,
    looked_at: usize,
    winning: FxHashMap<Place, bool>,
}

impl Around {
    /// More states than the search looks at are looked at, by this factor and number.
    const MORE: (u64, u64) = (1, 500);

    fn of(place: Place) -> Around {
        Around { met: std::iter::once(place).collect(), looked_at: 0, winning: FxHashMap::default() }
    }

    /// Goes on, no further than the search itself has come; whether all were met.
    fn all(&mut self, planner: &mut Planner<'_>, tally: &mut Tally) -> Result<bool, Limit> {
        let most = planner.expanded * Self::MORE.0 + Self::MORE.1;
        while let Some(place) = self.met.get_index(self.looked_at).copied() {
            if self.looked_at as u64 > most {
                return Ok(false);
            }
            self.looked_at += 1;
            let lost = planner.known[place as usize].lower == NEVER;
            if lost || planner.good(place, tally)? {
                continue;
            }
            let moves = planner.like_moves(place, tally)?;
            self.met.extend(moves.iter().flatten().flat_map(|ends| ends.iter().copied()));
            for end in
                planner.crashes(place, tally)?.iter().filter_map(|(_, ends)| ends.as_ref()).flat_map(|ends| ends.iter())
            {
                let like = planner.like(*end, tally)?;
                self.met.insert(like);
            }
            tally.check()?;
        }
        Ok(true)
    }

    /// The least fixpoint over all that was met; whether the first of them is in it. Quadratic at worst, in passes.
    fn wins(&mut self, planner: &mut Planner<'_>, tally: &mut Tally) -> Result<bool, Limit> {
        for place in &self.met {
            let good = planner.good(*place, tally)?;
            self.winning.insert(*place, good);
        }
        loop {
            let mut grown = false;
            for place in self.met.iter().rev() {
                tally.check()?;
                if self.winning[place] || planner.known[*place as usize].lower == NEVER {
                    continue;
                }
                let mut safe = true;
                for (_, ends) in planner.crashes(*place, tally)?.iter() {
                    let Some(ends) = ends else {
                        safe = false;
                        break;
                    };
                    for end in ends.iter() {
                        safe = safe && self.winning[&planner.like(*end, tally)?];
                    }
                }
                let win = |ends: &Rc<[Place]>| ends.iter().all(|end| self.winning[end]);
                if safe && planner.like_moves(*place, tally)?.iter().flatten().any(win) {
                    self.winning.insert(*place, true);
                    grown = true;
                }
            }
            if !grown {
                return Ok(self.winning[&self.met[0]]);
            }
        }
    }
}
