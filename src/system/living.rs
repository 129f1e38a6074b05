//! Which bits of a state still matter at each position: what no step that is left reads any more is forgotten there.
//!
//! In: a system, its plan, and the positions. Out: a mask for each position. Two states that agree inside of it go the same ways from
//! there on, in step: the same refusals, events and broken conditions, the same end. Found from the last position to the first:
//!
//! ```text
//!  matters here = what drills and health read, where an ordering may end
//!               ∪ for every step that may come next: what it, reactions, faults and `always` read,
//!                 and what matters after it, unless its first phase writes it whatever happens
//! ```
//!
//! What an assignment depends on counts as read where what it writes matters. After the last step no fault strikes and `always` was
//! asked already, so neither reads anything there.

use super::relevant::{Read, union};
use super::{Course, OccurrenceId, Phase, Plan, Predicate, State, Step, System};
use crate::base::{Limit, Tally};
use rustc_hash::FxHashMap;

/// Which bits matter at each position.
#[derive(Clone, Debug)]
pub struct Living {
    masks: Vec<State>,
    /// The mask of each position; the first for all, where there are none.
    of: Vec<u32>,
}

impl Living {
    /// These bits matter everywhere.
    pub fn everywhere(mask: State) -> Living {
        Living { masks: vec![mask], of: Vec::new() }
    }

    /// Only what is read from each position on. Linear in the moves of the course.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(system: &System, plan: &Plan, course: &Course, tally: &mut Tally) -> Result<Living, Limit> {
        tally.hold(course.len() * size_of::<u32>())?;
        let mut living = Living { masks: Vec::new(), of: vec![0; course.len()] };
        let mut numbers: FxHashMap<State, u32> = FxHashMap::default();
        let steps: Vec<Reader<'_>> =
            (0..).map(OccurrenceId).take(plan.occurrences.len()).map(|id| Reader::of(system, plan, id)).collect();
        // For each occurrence and each mask after it, the mask before it.
        let mut known: Vec<Vec<Option<State>>> = vec![Vec::new(); steps.len()];
        let end = at_the_end(system);
        for at in course.backwards() {
            let mut mask = if course.may_end(*at) { end } else { State::default() };
            for (id, to) in course.next(*at) {
                let (known, after) = (&mut known[id.0 as usize], living.of[*to as usize] as usize);
                if known.len() <= after {
                    known.resize(after + 1, None);
                }
                let before = known[after].get_or_insert_with(|| steps[id.0 as usize].before(living.masks[after]));
                mask = union(mask, *before);
            }
            let new = u32::try_from(living.masks.len()).expect("there are no more masks than positions");
            let number = *numbers.entry(mask).or_insert(new);
            if number == new {
                living.masks.push(mask);
            }
            living.of[*at as usize] = number;
            tally.check()?;
        }
        Ok(living)
    }

    /// How many masks there are.
    pub fn masks(&self) -> usize {
        self.masks.len()
    }

    /// Which of the masks is that of a position.
    pub fn at(&self, position: u32) -> u32 {
        self.of.get(position as usize).copied().unwrap_or(0)
    }

    /// A state without what does not matter; `mask` is that of the position.
    pub fn shorn(&self, mask: u32, state: State) -> State {
        std::array::from_fn(|word| state[word] & self.masks[mask as usize][word])
    }
}

/// What health and drills read.
fn at_the_end(system: &System) -> State {
    let mut read = Read::default();
    read.conditions(&system.health);
    if !system.drills.is_empty() {
        read.drills(system);
        read.reactions(system);
        system.faults.iter().filter(|fault| fault.slow).for_each(|fault| read.action(&fault.action));
    }
    read.closed(State::default())
}

/// What is read where an occurrence is tried.
struct Reader<'s> {
    read: Read<'s>,
    /// Written whatever happens, before anything else is.
    written: State,
}

impl<'s> Reader<'s> {
    fn of(system: &'s System, plan: &'s Plan, id: OccurrenceId) -> Reader<'s> {
        let occurrence = &plan.occurrences[id.0 as usize];
        let step = &system.steps[occurrence.step.0 as usize];
        let mut read = Read::default();
        read.bits = system.remembered(plan);
        read.conditions(&system.always);
        read.reactions(system);
        system.faults.iter().for_each(|fault| read.action(&fault.action));
        occurrence.guards.iter().for_each(|guard| read.predicate(&plan.guards[guard.0 as usize].when));
        read.step(step);
        // Further passes of a loop are part of its last step.
        let lap = plan.retries.ending_with(id);
        if let Some(lap) = lap {
            read.predicate(&lap.until);
            for again in lap.body.iter().map(|id| &plan.occurrences[id.0 as usize]) {
                again.guards.iter().for_each(|guard| read.predicate(&plan.guards[guard.0 as usize].when));
                read.step(&system.steps[again.step.0 as usize]);
            }
        }
        let written =
            if occurrence.guards.is_empty() && lap.is_none() { surely_written(step) } else { State::default() };
        Reader { read, written }
    }

    fn before(&self, after: State) -> State {
        let left = std::array::from_fn(|word| after[word] & !self.written[word]);
        union(self.read.closed(after), left)
    }
}

/// The bits that the first phase writes in every outcome, whatever the state.
fn surely_written(step: &Step) -> State {
    let Some(Phase { outcomes }) = step.phases.first() else { return State::default() };
    let written = |outcome: &super::Outcome| {
        let always = outcome.assigns.iter().filter(|assign| assign.when == Predicate::Constant(true));
        always.fold(State::default(), |mut bits, assign| {
            bits[assign.word as usize] |= assign.mask;
            bits
        })
    };
    let both = |one: State, other: State| std::array::from_fn(|word| one[word] & other[word]);
    outcomes.iter().map(written).reduce(both).unwrap_or_default()
}
