//! What goes on without a bound: the further passes of a loop, and reactions that take time until none is possible.
//!
//! In: spots from which it goes on. Out: the spots in which it ends, those in which a step is refused, and one run that goes on
//! for ever for each distinct set of marks that such a run may leave:
//!
//! ```text
//!  (place in the loop, state, marks) ─ strike ─► (same place, …)
//!                                    ─ step ───► (next place, …), or out: the condition holds, refused, never settles
//! ```
//!
//! The graph is finite and is walked as a whole. *Fair*: for ever goes only what comes to nodes from which nothing leads out; then
//! it goes round in a component that nothing leads out of. *Any*: every cycle is a run. Of each kind of run the one with the shortest stem
//! and cycle is kept; under fair progress one in which no reaction stays possible without ever happening.

use super::attempt::{Attempt, Board, By, Endless, Spot};
use super::{ActionId, Fairness, Loop, Marks, OccurrenceId, Plan, Position, Runner, State};
use crate::base::graph::{self, Edge, Wanted};
use crate::base::{Limit, Tally};
use rustc_hash::{FxBuildHasher, FxHashMap};

/// What goes on.
#[derive(Clone, Copy)]
pub(super) enum Round<'p> {
    /// Passes of a loop.
    Passes(&'p Plan, &'p Loop),
    /// Reactions that take time.
    Rest,
}

/// Place in the loop, state, marks.
type Node = (u32, State, Marks);

#[derive(Default)]
struct Walk {
    /// Each with the spot in which it was met first.
    nodes: indexmap::IndexMap<Node, u32, FxBuildHasher>,
    edges: Vec<Vec<Edge>>,
    /// For each edge, the spot at its end.
    spots: Vec<Vec<u32>>,
    /// Whether something ends there.
    out: Vec<bool>,
}

fn root(state: State) -> Spot {
    Spot { state, marks: Marks::default(), from: 0, by: By::Root, settling: None }
}

impl Walk {
    fn node(&mut self, node: Node, spot: u32) -> u32 {
        let entry = self.nodes.entry(node);
        let number = u32::try_from(entry.index()).expect("nodes are bounded by memory far below u32::MAX");
        entry.or_insert(spot);
        number
    }
}

impl Runner<'_> {
    /// Whether no reaction that takes time is possible.
    pub fn at_rest(&self, state: &State) -> bool {
        self.impatient(state) == 0
    }

    /// Which of the reactions that take time are possible; those after the 64th are told as one.
    fn impatient(&self, state: &State) -> u64 {
        let slow = self.system().faults.iter().filter(|fault| fault.slow);
        let possible = slow.enumerate().filter(|(_, fault)| {
            let can = |outcome: &super::Outcome| outcome.when.holds(state);
            fault.action.when.holds(state) && fault.action.outcomes.iter().any(can)
        });
        possible.fold(0, |set, (at, _)| set | 1 << at.min(63))
    }

    /// An occurrence in its first pass, with no fault before it and no further pass after it; and whether the `if`s around its
    /// loop hold, where it is the last of one.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn once(
        &mut self,
        plan: &Plan,
        (before, id, after): (Position, OccurrenceId, Position),
        state: State,
        tally: &mut Tally,
    ) -> Result<(Attempt, bool), Limit> {
        let lap = plan.retries.ending_with(id);
        let goes_round = lap.is_some_and(|lap| self.held(plan, (before, id), lap.outer, &state));
        let (mut board, marks) = (Board::new(vec![root(state)]), Marks::default());
        let (mut ends, mut refused) = (Vec::new(), Vec::new());
        let (follows, state) = self.guards(plan, (before, id, after), state);
        if follows {
            let step = &self.system().steps[plan.occurrences[id.0 as usize].step.0 as usize];
            self.try_step(&mut board, step, (0, state, marks), (&mut ends, &mut refused), tally)?;
        } else {
            ends.push(board.add(Spot { state, marks, from: 0, by: By::PassOver, settling: None }));
        }
        Ok((Attempt::finish(board, None, ends, refused), goes_round))
    }

    /// All further passes of a loop, from a state in which the first one ended: none where its condition holds there.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn passes(&mut self, plan: &Plan, lap: &Loop, state: State, tally: &mut Tally) -> Result<Attempt, Limit> {
        let mut board = Board::new(vec![root(state)]);
        let (mut ends, mut refused) = (Vec::new(), Vec::new());
        let round = (Round::Passes(plan, lap), plan.retries.fairness);
        self.go_on(round, &mut board, vec![0], (&mut ends, &mut refused), tally)?;
        Ok(Attempt::finish(board, None, ends, refused))
    }

    /// The step at a place of a loop, in a pass after the first, with no fault before it.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn once_again(
        &mut self,
        plan: &Plan,
        lap: &Loop,
        (place, state): (u32, State),
        tally: &mut Tally,
    ) -> Result<Attempt, Limit> {
        let mut board = Board::new(vec![root(state)]);
        let (mut ends, mut refused) = (Vec::new(), Vec::new());
        let from = (place, 0, state, Marks::default());
        self.again(plan, lap, &mut board, from, (&mut ends, &mut refused), tally)?;
        Ok(Attempt::finish(board, None, ends, refused))
    }

    /// Goes on from these spots until it ends.
    pub(super) fn go_on(
        &mut self,
        (round, fairness): (Round<'_>, Fairness),
        board: &mut Board,
        from: Vec<u32>,
        (ends, refused): (&mut Vec<u32>, &mut Vec<u32>),
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        let mut walk = Walk::default();
        for spot in from {
            self.come(round, &mut walk, board, (0, spot), ends);
        }
        let starts = walk.nodes.len();
        let mut looked_at = 0;
        while let Some((&(place, state, marks), &spot)) = walk.nodes.get_index(looked_at) {
            let done = (ends.len(), refused.len(), board.unsettled.len());
            let (mut edges, mut spots) = (Vec::new(), Vec::new());
            let waiting = self.impatient(&state);
            let patient = !waiting;
            let mut slow = 0;
            for fault in (0..).map(ActionId).take(self.system().faults.len()) {
                let takes_time = self.system().faults[fault.0 as usize].slow;
                let just = if takes_time { 1u64 << slow } else { 0 };
                slow = if takes_time { (slow + 1).min(63) } else { slow };
                if !takes_time && matches!(round, Round::Rest) {
                    continue;
                }
                let mut landed = Vec::new();
                self.strike_from(board, (spot, fault), &mut landed, tally)?;
                for to in landed {
                    let (state, marks) = board.at(to);
                    edges.push(Edge { to: walk.node((place, state, marks), to), just: just | patient });
                    spots.push(to);
                }
            }
            match round {
                Round::Rest if waiting == 0 => ends.push(spot),
                Round::Rest => {}
                Round::Passes(plan, lap) => {
                    let mut after = Vec::new();
                    self.again(plan, lap, board, (place, spot, state, marks), (&mut after, refused), tally)?;
                    for to in after {
                        let next = (place as usize + 1) % lap.body.len();
                        let next = u32::try_from(next).expect("a runbook has few steps");
                        if let Some(node) = self.come(round, &mut walk, board, (next, to), ends) {
                            edges.push(Edge { to: node, just: patient });
                            spots.push(to);
                        }
                    }
                }
            }
            walk.out.push(done != (ends.len(), refused.len(), board.unsettled.len()));
            tally.hold(size_of::<(Node, u32)>() + edges.len() * (size_of::<Edge>() + size_of::<Spot>()))?;
            walk.edges.push(edges);
            walk.spots.push(spots);
            looked_at += 1;
        }
        self.for_ever(fairness, &walk, starts, board, tally)
    }

    /// A spot at a place of the round: its node, or an end.
    fn come(
        &self,
        round: Round<'_>,
        walk: &mut Walk,
        board: &Board,
        (place, spot): (u32, u32),
        ends: &mut Vec<u32>,
    ) -> Option<u32> {
        let (state, marks) = board.at(spot);
        if let (Round::Passes(..), Some(trail), 0) = (round, &self.trail, place) {
            trail.passed.borrow_mut().insert(state);
        }
        if let Round::Passes(_, lap) = round
            && place == 0
            && lap.until.holds(&state)
        {
            ends.push(spot);
            return None;
        }
        Some(walk.node((place, state, marks), spot))
    }

    /// The step at a place of a loop, in a pass after the first.
    fn again(
        &mut self,
        plan: &Plan,
        lap: &Loop,
        board: &mut Board,
        (place, spot, state, marks): (u32, u32, State, Marks),
        (ends, refused): (&mut Vec<u32>, &mut Vec<u32>),
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        let id = lap.body[place as usize];
        let from = board.add(Spot { state, marks, from: spot, by: By::Again(id), settling: None });
        let (follows, state) = self.guards_again(plan, lap, place as usize, state);
        if !follows {
            ends.push(board.add(Spot { state, marks, from, by: By::PassOver, settling: None }));
            return Ok(());
        }
        let step = &self.system().steps[plan.occurrences[id.0 as usize].step.0 as usize];
        self.try_step(board, step, (from, state, marks), (ends, refused), tally)
    }

    /// As [`Runner::guards`], in a pass after the first: the `if`s around the loop held, those in it are looked at anew.
    fn guards_again(&self, plan: &Plan, lap: &Loop, place: usize, mut state: State) -> (bool, State) {
        let layout = &self.system().layout;
        let seen = state;
        let before = lap.body[..place].iter().copied().collect::<super::StepSet>();
        let own = &plan.occurrences[lap.body[place].0 as usize].guards[lap.outer..];
        let mut follows = true;
        for (number, guard) in own.iter().map(|guard| (guard.0, &plan.guards[guard.0 as usize])) {
            let first = !guard.steps.meets(before);
            let answer = match guard.memory {
                Some(memory) if !first => layout.get(&seen, memory) == 1,
                _ => self.asked(number, guard, &seen),
            };
            if let Some(memory) = guard.memory.filter(|_| first) {
                layout.set(&mut state, memory, u8::from(answer));
            }
            if !answer {
                follows = false;
                break;
            }
        }
        let after = before.with(lap.body[place]);
        for guard in own.iter().map(|guard| &plan.guards[guard.0 as usize]) {
            if let Some(memory) = guard.memory.filter(|_| guard.steps.within(after)) {
                layout.set(&mut state, memory, 0);
            }
        }
        (follows, state)
    }

    /// The runs that go on for ever.
    fn for_ever(
        &self,
        fairness: Fairness,
        walk: &Walk,
        starts: usize,
        board: &mut Board,
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        let edges = &walk.edges;
        let fair = fairness == Fairness::Fair;
        let leads_out = graph::reaching(edges, |at| walk.out[at]);
        if fair && !leads_out.contains(&false) {
            return Ok(());
        }
        let (of, found) = graph::components(edges);
        let round = |at: u32| {
            let component = found[of[at as usize] as usize];
            component.cyclic && (!fair || component.last && !leads_out[at as usize])
        };
        let node = |at: u32| walk.nodes.get_index(at as usize).expect("each has a node").0;
        let mut likes: FxHashMap<(u32, State), u32> = FxHashMap::default();
        let like: Vec<u32> = (0..)
            .zip(walk.nodes.keys())
            .map(|(at, (place, state, _))| *likes.entry((*place, *state)).or_insert(at))
            .collect();
        let all = || (0..).take(edges.len());
        let mut marks: Vec<Marks> = Vec::new();
        for at in all().filter(|at| round(*at)) {
            let own = node(at).2;
            if !marks.contains(&own) {
                marks.push(own);
            }
        }
        let slow = self.system().faults.iter().filter(|fault| fault.slow).count();
        let just = if fair && (1..=63).contains(&slow) { (1 << slow) - 1 } else { 0 };
        for marks in marks {
            let ends = |at: u32| round(at) && node(at).2 == marks;
            let mut turning = vec![false; edges.len()];
            all().filter(|at| ends(*at)).for_each(|at| turning[like[at as usize] as usize] = true);
            let begins = |at: u32| turning[like[at as usize] as usize] && !(fair && leads_out[at as usize]);
            let wanted =
                Wanted { like: &|at| like[at as usize], within: &|_| true, begins: &begins, ends: &ends, just };
            let starts = u32::try_from(starts).expect("nodes are bounded by memory far below u32::MAX");
            let lasso = graph::lasso(edges, 0..starts, &wanted, tally)?;
            let lasso = lasso.expect("what goes round for ever has a cycle, and a way into it");
            let first = lasso.cycle.first().map_or(0, |(at, _)| *at);
            let segment = |(at, edge): &(u32, u32)| {
                let (_, from) = walk.nodes.get_index(*at as usize).expect("each has a node");
                (*from, walk.spots[*at as usize][*edge as usize])
            };
            let (_, spot) = walk.nodes.get_index(first as usize).expect("each has a node");
            board.endless.push(Endless { spot: *spot, marks, cycle: lasso.cycle.iter().map(segment).collect() });
        }
        Ok(())
    }
}
