//! What one step, fault or initial state can lead to: the reference semantics, one state at a time.
//!
//! ```text
//! stable state ─ faults, any number ─ if? ─ needs? ─ phase, settle ─ phase, settle ─ … ─► stable state
//!                                     │      └► refused      └► never settles
//!                                     └► passed over: nothing changes
//! ```
//!
//! In: a state and what is tried in it. Out: an [`Attempt`], with every distinct way in which it can end and how it gets
//! there. Settling and faults are remembered by state, so that the same work is not done twice.
//! Nothing here knows orderings: whoever explores says which occurrence comes and where the procedure stands.

use super::attempt::{Attempt, Board, By, Spot, Struck, Way};
use super::round::Round;
use super::sieve::Sieve;
use super::{
    ActionId, Fairness, Guard, Marks, OccurrenceId, Outcome, Plan, Position, Procedure, Settling, State, Step, System,
    Trail, Watch,
};
use crate::base::{Limit, Tally};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// Runs steps, faults and reactions of one system.
pub struct Runner<'s> {
    system: &'s System,
    watch: &'s Watch,
    sieve: Sieve<'s>,
    settled: FxHashMap<State, Rc<Settling>>,
    struck: FxHashMap<State, Rc<Struck>>,
    /// Where something was looked at, if that is asked for.
    pub(super) trail: Option<Box<Trail>>,
}

impl<'s> Runner<'s> {
    /// A runner that remembers nothing yet.
    pub fn new(system: &'s System, watch: &'s Watch) -> Runner<'s> {
        let sieve = Sieve::of(system);
        Runner { system, watch, sieve, settled: FxHashMap::default(), struck: FxHashMap::default(), trail: None }
    }

    /// A runner that remembers where it looked at something.
    pub fn on_a_trail(system: &'s System, watch: &'s Watch) -> Runner<'s> {
        Runner { trail: Some(Box::default()), ..Runner::new(system, watch) }
    }

    /// Where it looked at something, if it was to remember that.
    pub fn trail(&self) -> Option<&Trail> {
        self.trail.as_deref()
    }

    /// The system.
    pub fn system(&self) -> &'s System {
        self.system
    }

    /// The states in which something settled so far, and those passed through on the way; each once or more.
    pub fn passed_through(&self) -> impl Iterator<Item = State> + '_ {
        self.settled.values().flat_map(|settling| settling.unsettled(self.system))
    }

    pub(super) fn watch(&self) -> &'s Watch {
        self.watch
    }

    pub(super) fn sieve(&self) -> &Sieve<'s> {
        &self.sieve
    }

    /// Settles the initial state with this index.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn initial(&mut self, index: u32, tally: &mut Tally) -> Result<Attempt, Limit> {
        let mut board = Board::new(Vec::new());
        let mut ends = Vec::new();
        let state = self.system.initial[index as usize];
        self.land(&mut board, &mut ends, (0, Marks::default(), By::Root), state, tally)?;
        Ok(Attempt::finish(board, None, ends, Vec::new()))
    }

    /// What faults may do before the next step.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn struck(&mut self, state: State, tally: &mut Tally) -> Result<Rc<Struck>, Limit> {
        let root = Spot { state, marks: Marks::default(), from: 0, by: By::Root, settling: None };
        if self.system.faults.is_empty() {
            return Ok(Rc::new(Struck { spots: vec![root], distinct: vec![0], unsettled: Vec::new() }));
        }
        if let Some(known) = self.struck.get(&state) {
            return Ok(Rc::clone(known));
        }
        let mut board = Board::new(vec![root]);
        let mut known = FxHashSet::from_iter([(state, Marks::default())]);
        let mut distinct = vec![0];
        let mut looked_at = 0;
        while let Some(from) = distinct.get(looked_at) {
            let before = board.spots.len();
            for landed in self.strikes_from(&mut board, *from, tally)? {
                let spot = &board.spots[landed as usize];
                if known.insert((spot.state, spot.marks)) {
                    distinct.push(landed);
                }
            }
            looked_at += 1;
            // Many faults at once are many states: asked on the way, not at the end.
            tally.hold((board.spots.len() - before) * size_of::<Spot>())?;
        }
        let Board { spots, unsettled, .. } = board;
        let struck = Rc::new(Struck { spots, distinct, unsettled });
        self.struck.insert(state, Rc::clone(&struck));
        Ok(struck)
    }

    /// One fault strikes: for a world that is explored alone.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn strike(&mut self, state: State, fault: ActionId, tally: &mut Tally) -> Result<Attempt, Limit> {
        let root = Spot { state, marks: Marks::default(), from: 0, by: By::Root, settling: None };
        let mut board = Board::new(vec![root]);
        let mut ends = Vec::new();
        self.strike_from(&mut board, (0, fault), &mut ends, tally)?;
        Ok(Attempt::finish(board, None, ends, Vec::new()))
    }

    /// One step is tried, with no fault before it: for a world that is explored alone.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn step(&mut self, state: State, step: &Step, tally: &mut Tally) -> Result<Attempt, Limit> {
        let (board, ends, refused) = self.stepped(state, step, tally)?;
        Ok(Attempt::finish(board, None, ends, refused))
    }

    /// One step is tried, with no fault before it, and then reactions that take time happen until none is possible: for a
    /// drill, or for somebody who waits.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn step_to_rest(&mut self, state: State, step: &Step, tally: &mut Tally) -> Result<Attempt, Limit> {
        let (mut board, mut ends, mut refused) = self.stepped(state, step, tally)?;
        if self.system.faults.iter().any(|fault| fault.slow) {
            let from = std::mem::take(&mut ends);
            let round = (Round::Rest, self.fairness());
            self.go_on(round, &mut board, from, (&mut ends, &mut refused), tally)?;
        }
        Ok(Attempt::finish(board, None, ends, refused))
    }

    fn stepped(&mut self, state: State, step: &Step, tally: &mut Tally) -> Result<(Board, Vec<u32>, Vec<u32>), Limit> {
        let root = Spot { state, marks: Marks::default(), from: 0, by: By::Root, settling: None };
        let mut board = Board::new(vec![root]);
        let (mut ends, mut refused) = (Vec::new(), Vec::new());
        self.try_step(&mut board, step, (0, state, Marks::default()), (&mut ends, &mut refused), tally)?;
        Ok((board, ends, refused))
    }

    fn fairness(&self) -> Fairness {
        match &self.system.procedure {
            Procedure::Ordered(plan) => plan.retries.fairness,
            Procedure::Free => Fairness::Fair,
        }
    }

    /// Faults strike, or not, and then the occurrence is tried, on the way from one position to the next; if it is the last of a
    /// loop, with all further passes.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn occurrence(
        &mut self,
        plan: &Plan,
        (before, id, after): (Position, OccurrenceId, Position),
        struck: &Rc<Struck>,
        tally: &mut Tally,
    ) -> Result<Attempt, Limit> {
        let step = &self.system.steps[plan.occurrences[id.0 as usize].step.0 as usize];
        let mut board = Board::after(struck);
        let (mut ends, mut refused) = (Vec::new(), Vec::new());
        if plan.retries.rest == Some(id) {
            let root = &struck.spots[0];
            let from = board.add(Spot { state: root.state, marks: root.marks, from: 0, by: By::Wait, settling: None });
            let round = (Round::Rest, plan.retries.fairness);
            let mut rested = Vec::new();
            self.go_on(round, &mut board, vec![from], (&mut rested, &mut refused), tally)?;
            for from in rested {
                let (state, marks) = board.at(from);
                ends.push(board.add(Spot { state, marks, from, by: By::NoPhases, settling: None }));
            }
            return Ok(Attempt::finish(board, Some(Rc::clone(struck)), ends, refused));
        }
        board.unsettled.clone_from(&struck.unsettled);
        let lap = plan.retries.ending_with(id);
        let mut over = Vec::new();
        for (from, spot) in struck.distinct.iter().map(|from| (*from, &struck.spots[*from as usize])) {
            let (follows, state) = self.guards(plan, (before, id, after), spot.state);
            if follows {
                self.try_step(&mut board, step, (from, state, spot.marks), (&mut ends, &mut refused), tally)?;
            } else {
                let end = board.add(Spot { state, marks: spot.marks, from, by: By::PassOver, settling: None });
                // A loop that is passed over as a whole does not go round.
                let round = lap.is_some_and(|lap| self.held(plan, (before, id), lap.outer, &spot.state));
                if round { ends.push(end) } else { over.push(end) }
            }
        }
        if let Some(lap) = lap {
            let from = std::mem::take(&mut ends);
            let round = (Round::Passes(plan, lap), plan.retries.fairness);
            self.go_on(round, &mut board, from, (&mut ends, &mut refused), tally)?;
        }
        ends.append(&mut over);
        Ok(Attempt::finish(board, Some(Rc::clone(struck)), ends, refused))
    }

    /// Whether the `if`s around an occurrence hold, and the state with their answers remembered, or forgotten where no
    /// step under them is left.
    pub fn guards(
        &self,
        plan: &Plan,
        (before, id, after): (Position, OccurrenceId, Position),
        mut state: State,
    ) -> (bool, State) {
        let seen = state;
        let mut follows = true;
        for (number, guard) in
            plan.occurrences[id.0 as usize].guards.iter().map(|guard| (guard.0, &plan.guards[guard.0 as usize]))
        {
            let first = !guard.steps.meets(before.done);
            let answer = match guard.memory {
                Some(memory) if !first => self.system.layout.get(&seen, memory) == 1,
                _ => self.asked(number, guard, &seen),
            };
            if let Some(memory) = guard.memory.filter(|_| first) {
                self.system.layout.set(&mut state, memory, u8::from(answer));
            }
            if !answer {
                follows = false;
                break;
            }
        }
        for guard in &plan.guards {
            if let Some(memory) = guard.memory.filter(|_| guard.steps.within(after.done)) {
                self.system.layout.set(&mut state, memory, 0);
            }
        }
        (follows, state)
    }

    /// Whether the outermost of the `if`s around an occurrence hold.
    pub fn held(&self, plan: &Plan, (before, id): (Position, OccurrenceId), outer: usize, state: &State) -> bool {
        let guards = plan.occurrences[id.0 as usize].guards[..outer].iter();
        guards.map(|guard| (guard.0, &plan.guards[guard.0 as usize])).all(|(number, guard)| match guard.memory {
            Some(memory) if guard.steps.meets(before.done) => self.system.layout.get(state, memory) == 1,
            _ => self.asked(number, guard, state),
        })
    }

    /// Whether an `if` holds in a state.
    pub(super) fn asked(&self, number: u32, guard: &Guard, state: &State) -> bool {
        if let Some(trail) = &self.trail {
            trail.asked.borrow_mut().insert((number, *state));
        }
        guard.when.holds(state)
    }

    /// Refused, or all phases; `ends` receives the spots where the step is done.
    pub(super) fn try_step(
        &mut self,
        board: &mut Board,
        step: &Step,
        (from, state, marks): (u32, State, Marks),
        (ends, refused): (&mut Vec<u32>, &mut Vec<u32>),
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        self.tries(step, 0, state, tally)?;
        let refuse = |board: &mut Board| board.add(Spot { state, marks, from, by: By::Refuse, settling: None });
        if !step.needs.iter().all(|need| need.holds(&state)) {
            refused.push(refuse(board));
            return Ok(());
        }
        let Some((first, later)) = step.phases.split_first() else {
            ends.push(board.add(Spot { state, marks, from, by: By::NoPhases, settling: None }));
            return Ok(());
        };
        let mut layer = Vec::new();
        for (outcome, what) in Outcome::possible(&first.outcomes, &state) {
            let marks = marks.union(self.watch.events(&what.events));
            let by = By::Phase { place: 0, outcome: Some(outcome) };
            self.land(board, &mut layer, (from, marks, by), what.apply(&state), tally)?;
        }
        if layer.is_empty() && Outcome::possible(&first.outcomes, &state).next().is_none() {
            refused.push(refuse(board));
        }
        for (place, phase) in (1u32..).zip(later) {
            let mut next = Vec::new();
            for from in std::mem::take(&mut layer) {
                let spot = &board.spots[from as usize - board.offset];
                let (state, marks) = (spot.state, spot.marks);
                self.tries(step, place, state, tally)?;
                let mut possible = Outcome::possible(&phase.outcomes, &state).peekable();
                if possible.peek().is_none() {
                    let by = By::Phase { place: place as usize, outcome: None };
                    next.push(board.add(Spot { state, marks, from, by, settling: None }));
                }
                for (outcome, what) in possible {
                    let marks = marks.union(self.watch.events(&what.events));
                    let by = By::Phase { place: place as usize, outcome: Some(outcome) };
                    self.land(board, &mut next, (from, marks, by), what.apply(&state), tally)?;
                }
            }
            layer = next;
        }
        ends.append(&mut layer);
        Ok(())
    }

    fn tries(&mut self, step: &Step, phase: u32, state: State, tally: &mut Tally) -> Result<(), Limit> {
        let Some(trail) = &mut self.trail else { return Ok(()) };
        if trail.tried.insert((std::ptr::from_ref(step).addr(), phase, state)) {
            tally.hold(2 * size_of::<(usize, u32, State)>())?;
        }
        Ok(())
    }

    fn strikes_from(&mut self, board: &mut Board, from: u32, tally: &mut Tally) -> Result<Vec<u32>, Limit> {
        let mut landed = Vec::new();
        for fault in (0..).map(ActionId).take(self.system.faults.len()) {
            self.strike_from(board, (from, fault), &mut landed, tally)?;
        }
        Ok(landed)
    }

    pub(super) fn strike_from(
        &mut self,
        board: &mut Board,
        (from, fault): (u32, ActionId),
        landed: &mut Vec<u32>,
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        let (state, marks) = board.at(from);
        if let Some(trail) = &mut self.trail {
            trail.struck.insert(state);
        }
        let action = &self.system.faults[fault.0 as usize].action;
        if action.when.holds(&state) {
            for (outcome, what) in Outcome::possible(&action.outcomes, &state) {
                let marks = marks.union(self.watch.events(&what.events));
                let by = By::Strike { fault, outcome };
                self.land(board, landed, (from, marks, by), what.apply(&state), tally)?;
            }
        }
        Ok(())
    }

    /// Settles a state; adds a spot for each stable state that is new among `landed`, and for each way not to settle.
    fn land(
        &mut self,
        board: &mut Board,
        landed: &mut Vec<u32>,
        (from, marks, by): (u32, Marks, By),
        state: State,
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        let offset = board.offset;
        let mut add = |board: &mut Board, spot: Spot| {
            let same = |other: &u32| {
                let other = &board.spots[*other as usize - offset];
                (other.state, other.marks) == (spot.state, spot.marks)
            };
            if !landed.iter().any(same) {
                landed.push(board.add(spot));
            }
        };
        if self.sieve.enabled(&state).next().is_none() {
            let marks = marks.union(self.watch.stable(self.system, &state));
            add(board, Spot { state, marks, from, by, settling: None });
            if let Some(trail) = &mut self.trail {
                trail.stable.insert(state);
            }
            return Ok(());
        }
        let settling = self.settled(state, tally)?;
        for (place, stable) in settling.stable.iter().enumerate() {
            let marks = marks.union(stable.marks);
            let settling = Some((Rc::clone(&settling), Way::Stable(place)));
            add(board, Spot { state: stable.state, marks, from, by, settling });
            if let Some(trail) = &mut self.trail {
                trail.stable.insert(stable.state);
            }
        }
        for (place, cycle) in settling.cycles.iter().enumerate() {
            let marks = marks.union(cycle.marks);
            let settling = Some((Rc::clone(&settling), Way::Cycle(place)));
            let spot = board.add(Spot { state, marks, from, by, settling });
            board.unsettled.push(spot);
        }
        Ok(())
    }

    /// All that may come of settling a state.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn settled(&mut self, state: State, tally: &mut Tally) -> Result<Rc<Settling>, Limit> {
        if let Some(known) = self.settled.get(&state) {
            return Ok(Rc::clone(known));
        }
        let settling = Rc::new(Settling::of((self.system, &self.sieve), self.watch, state, tally)?);
        self.settled.insert(state, Rc::clone(&settling));
        Ok(settling)
    }
}
