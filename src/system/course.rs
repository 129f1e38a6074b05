//! All positions of a plan, numbered, with the moves between them and the exact number of orderings.
//!
//! In: a [`Plan`]. Out: a [`Course`], in which every position can be completed: a move that leads where no ordering can
//! end is left out. Position 0 is the start. Exponential in the number of steps that may come in any order.

use super::numbers::Numbers;
use super::{OccurrenceId, Plan, Position, StepSet};
use crate::base::{Limit, Tally};
use num_bigint::BigUint;

/// All positions of a plan, numbered from the start, which is 0.
#[derive(Clone, Debug)]
pub struct Course {
    positions: Vec<Position>,
    ends: Vec<bool>,
    /// Where the moves from each position begin in `moves`; one more at the end.
    first: Vec<u32>,
    moves: Vec<(OccurrenceId, u32)>,
    /// Where the moves to each position begin in `before`; one more at the end.
    first_before: Vec<u32>,
    before: Vec<(u32, OccurrenceId)>,
    /// From the last position to the first.
    backwards: Vec<u32>,
    total: BigUint,
}

impl Course {
    /// Walks a plan.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(plan: &Plan, tally: &mut Tally) -> Result<Course, Limit> {
        let course = Course::walk(plan, tally);
        // Positions are told as progress; they are no states.
        tally.states = 0;
        course
    }

    fn walk(plan: &Plan, tally: &mut Tally) -> Result<Course, Limit> {
        let predecessors = plan.predecessors();
        let mut numbers = Numbers::of(predecessors.as_deref());
        let lent = numbers.bytes();
        tally.hold(lent)?;
        let all: StepSet = (0..).map(OccurrenceId).take(plan.occurrences.len()).collect();
        let mut positions = vec![plan.start()];
        let mut places = vec![Numbers::START];
        let (mut ends, mut first, mut moves) = (Vec::new(), vec![0], Vec::new());
        while ends.len() < positions.len() {
            let (position, place) = (positions[ends.len()], places[ends.len()]);
            let mut lead = |id: OccurrenceId, after: Position| {
                let new = index(positions.len());
                let (to, place) = numbers.number((place, id), after, new);
                if to == new {
                    positions.push(after);
                    places.push(place);
                }
                moves.push((id, to));
            };
            match &predecessors {
                // Every step whose predecessors are done.
                Some(predecessors) => {
                    for id in all.minus(position.done).iter() {
                        if predecessors[id.0 as usize].within(position.done) {
                            lead(id, Position { done: position.done.with(id), open: 0 });
                        }
                    }
                    ends.push(position.done == all);
                }
                None => {
                    plan.next(position).into_iter().for_each(|(id, after)| lead(id, after));
                    ends.push(plan.may_end(position));
                }
            }
            first.push(index(moves.len()));
            tally.states = ends.len() as u64;
            tally.hold(3 * size_of::<Position>() + moves.len() / ends.len() * size_of::<(OccurrenceId, u32)>())?;
        }
        tally.bytes -= lent as u64;
        let mut backwards: Vec<u32> = (0..index(positions.len())).collect();
        backwards.sort_by_key(|at| std::cmp::Reverse(positions[*at as usize].done.len()));
        let (first_before, before) = (Vec::new(), Vec::new());
        let course = Course { positions, ends, first, moves, first_before, before, backwards, total: BigUint::ZERO };
        course.prune(tally)
    }

    /// Counts the orderings and leaves out the moves to positions with none.
    fn prune(mut self, tally: &mut Tally) -> Result<Course, Limit> {
        let mut completed = vec![false; self.positions.len()];
        for at in &self.backwards {
            let goes_on = || self.next(*at).iter().any(|(_, to)| completed[*to as usize]);
            completed[*at as usize] = self.ends[*at as usize] || goes_on();
            tally.check()?;
        }
        if completed.contains(&false) {
            let (mut first, mut moves) = (vec![0], Vec::with_capacity(self.moves.len()));
            for at in 0..index(self.positions.len()) {
                moves.extend(self.next(at).iter().filter(|(_, to)| completed[*to as usize]));
                first.push(index(moves.len()));
            }
            (self.first, self.moves) = (first, moves);
        }
        self.total = match self.count(|a: &u128, b| a.checked_add(*b), tally)? {
            Some(total) => total.into(),
            None => self.count(|a: &BigUint, b| Some(a + b), tally)?.expect("these numbers have no end"),
        };
        self.turn_round();
        tally.hold(self.moves.len() * size_of::<(u32, OccurrenceId)>())?;
        Ok(self)
    }

    /// How many orderings there are; None where such numbers are too small to say it.
    fn count<N: Clone + From<u8>>(
        &self,
        add: impl Fn(&N, &N) -> Option<N>,
        tally: &mut Tally,
    ) -> Result<Option<N>, Limit> {
        let mut counts = vec![N::from(0); self.positions.len()];
        for at in &self.backwards {
            tally.check()?;
            let mut count = N::from(u8::from(self.ends[*at as usize]));
            for (_, to) in self.next(*at) {
                match add(&count, &counts[*to as usize]) {
                    Some(more) => count = more,
                    None => return Ok(None),
                }
            }
            counts[*at as usize] = count;
        }
        Ok(Some(counts.swap_remove(0)))
    }

    /// Lists the moves to each position.
    fn turn_round(&mut self) {
        let mut first = vec![0; self.positions.len() + 1];
        self.moves.iter().for_each(|(_, to)| first[*to as usize + 1] += 1);
        for at in 1..first.len() {
            first[at] += first[at - 1];
        }
        let mut free: Vec<u32> = first.clone();
        self.before = vec![(0, OccurrenceId(0)); self.moves.len()];
        for at in 0..index(self.positions.len()) {
            for place in self.first[at as usize]..self.first[at as usize + 1] {
                let (id, to) = self.moves[place as usize];
                self.before[free[to as usize] as usize] = (at, id);
                free[to as usize] += 1;
            }
        }
        self.first_before = first;
    }

    /// How many orderings there are.
    pub fn total(&self) -> &BigUint {
        &self.total
    }

    /// How many positions there are.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Whether there are none; never so.
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The position with this number.
    pub fn position(&self, at: u32) -> Position {
        self.positions[at as usize]
    }

    /// The occurrences that may come next, in document order, and where each leads.
    pub fn next(&self, at: u32) -> &[(OccurrenceId, u32)] {
        &self.moves[self.first[at as usize] as usize..self.first[at as usize + 1] as usize]
    }

    /// The positions that lead here, each with the occurrence that does.
    pub fn before(&self, at: u32) -> &[(u32, OccurrenceId)] {
        &self.before[self.first_before[at as usize] as usize..self.first_before[at as usize + 1] as usize]
    }

    /// Whether an ordering may end here.
    pub fn may_end(&self, at: u32) -> bool {
        self.ends[at as usize]
    }

    /// All positions, each before those that lead to it.
    pub fn backwards(&self) -> &[u32] {
        &self.backwards
    }
}

impl Plan {
    /// What may come next, as [`Plan::next`]; faster where [`Plan::predecessors`] are given, which say all: every step whose
    /// predecessors are done.
    pub fn next_after(&self, position: Position, predecessors: Option<&[StepSet]>) -> Vec<(OccurrenceId, Position)> {
        let Some(predecessors) = predecessors else { return self.next(position) };
        let steps = (0..).map(OccurrenceId).zip(predecessors);
        let next = steps.filter(|(id, before)| before.within(position.done) && !position.done.contains(*id));
        next.map(|(id, _)| (id, Position { done: position.done.with(id), open: 0 })).collect()
    }
}

fn index(length: usize) -> u32 {
    u32::try_from(length).expect("positions and moves are bounded by memory far below u32::MAX")
}
