//! The states that the world may be in, and what a step makes of them in every run.
//!
//! ```text
//! belief ─ faults, any number ─ step, every outcome ─ settle ─► belief, or lost
//! ```
//! In: a system with every step of the world. Out: numbers of beliefs; equal sets are equal numbers. A belief is *lost*
//! when in one of its states the step is refused, something never settles, or an `always` condition breaks: then no run
//! of the rest makes the ordering good.

use crate::base::{Limit, Tally};
use crate::system::{
    Attempt, End, Finish, Finishes, Marks, Occurrence, OccurrenceId, Plan, Position, Runner, Slot, State, Step, StepId,
    StepSet, System, Watch,
};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::rc::Rc;

/// A set of stable states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Belief(u32);

/// What is done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// An occurrence of the document, after these of its unit.
    Own(OccurrenceId, StepSet),
    /// A step of the world, without an `if`.
    New(StepId),
}

/// Beliefs that were met, and what comes of them.
pub struct Beliefs<'s> {
    system: &'s System,
    /// That of the document, and after its occurrences one for each step of the world.
    plan: Plan,
    runner: Runner<'s>,
    finishes: Finishes<'s>,
    sets: indexmap::IndexSet<Rc<[State]>, FxBuildHasher>,
    after: FxHashMap<(Belief, Deed), Option<Belief>>,
    single: FxHashMap<(State, Deed), Option<Rc<[State]>>>,
    healthy: FxHashMap<Belief, bool>,
    good: FxHashMap<Belief, bool>,
    own: usize,
    switches: Vec<bool>,
}

impl<'s> Beliefs<'s> {
    /// Nothing is known yet. `watch` is what asks `always`.
    pub fn new(system: &'s System, plan: &Plan, watch: &'s Watch) -> Beliefs<'s> {
        let own = plan.occurrences.len();
        let mut plan = plan.clone();
        let step = |step: u32| Occurrence { label: String::new(), step: StepId(step), guards: Vec::new(), line: 0 };
        plan.occurrences.extend((0..).take(system.steps.len()).map(step));
        Beliefs {
            system,
            plan,
            runner: Runner::new(system, watch),
            finishes: Finishes::new(system),
            sets: indexmap::IndexSet::default(),
            after: FxHashMap::default(),
            single: FxHashMap::default(),
            healthy: FxHashMap::default(),
            good: FxHashMap::default(),
            own,
            switches: system.steps.iter().map(|step| takes_down(system, step)).collect(),
        }
    }

    /// What may be at the start, once everything has settled; None where it is lost already.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn start(&mut self, tally: &mut Tally) -> Result<Option<Belief>, Limit> {
        let mut states = Vec::new();
        for initial in (0..).take(self.system.initial.len()) {
            match stable(&self.runner.initial(initial, tally)?) {
                Some(some) => states.extend(some),
                None => return Ok(None),
            }
        }
        self.known(states, tally).map(Some)
    }

    /// What may be after a deed; None where it is lost.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn after(&mut self, belief: Belief, deed: Deed, tally: &mut Tally) -> Result<Option<Belief>, Limit> {
        if let Some(known) = self.after.get(&(belief, deed)) {
            return Ok(*known);
        }
        let mut states = Vec::new();
        let mut lost = false;
        for state in self.states(belief).iter() {
            match self.one(*state, deed, tally)? {
                Some(some) => states.extend_from_slice(&some),
                None => {
                    lost = true;
                    break;
                }
            }
        }
        let after = if lost { None } else { Some(self.known(states, tally)?) };
        tally.hold(size_of::<(Belief, Deed, Option<Belief>)>())?;
        self.after.insert((belief, deed), after);
        Ok(after)
    }

    /// What may be after a deed in one state.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn one(&mut self, state: State, deed: Deed, tally: &mut Tally) -> Result<Option<Rc<[State]>>, Limit> {
        if let Some(known) = self.single.get(&(state, deed)) {
            return Ok(known.clone());
        }
        let struck = self.runner.struck(state, tally)?;
        let (id, before, after) = match deed {
            Deed::Own(id, before) => (id, before, before.with(id)),
            Deed::New(step) => (self.new_occurrence(step), StepSet::default(), StepSet::default()),
        };
        let position = |done| Position { done, open: 0 };
        let attempt = self.runner.occurrence(&self.plan, (position(before), id, position(after)), &struck, tally)?;
        let states = stable(&attempt).map(Rc::from);
        tally.hold(size_of::<(State, Deed)>())?;
        self.single.insert((state, deed), states.clone());
        Ok(states)
    }

    fn new_occurrence(&self, step: StepId) -> OccurrenceId {
        OccurrenceId(u32::try_from(self.own + step.0 as usize).expect("steps of a world are limited"))
    }

    fn known(&mut self, mut states: Vec<State>, tally: &mut Tally) -> Result<Belief, Limit> {
        states.sort_unstable();
        states.dedup();
        let bytes = size_of_val(&states[..]);
        let (index, new) = self.sets.insert_full(Rc::from(states));
        if new {
            tally.states += 1;
            tally.hold(bytes)?;
        }
        Ok(Belief(u32::try_from(index).expect("beliefs are bounded by memory far below u32::MAX")))
    }

    /// The states of a belief, sorted.
    pub fn states(&self, belief: Belief) -> Rc<[State]> {
        Rc::clone(&self.sets[belief.0 as usize])
    }

    /// Whether health holds in every state; drills are not asked.
    pub fn healthy(&mut self, belief: Belief) -> bool {
        let health = &self.system.health;
        let states = Rc::clone(&self.sets[belief.0 as usize]);
        let found = || states.iter().all(|state| health.iter().all(|health| health.holds(state)));
        *self.healthy.entry(belief).or_insert_with(found)
    }

    /// The parts of health (condition and part) that do not hold in some state.
    pub fn unmet(&self, belief: Belief) -> Vec<(usize, usize)> {
        let states = self.states(belief);
        let health = self.system.health.iter().enumerate();
        let parts = health.flat_map(|(at, condition)| condition.parts.iter().enumerate().map(move |part| (at, part)));
        let broken = parts.filter(|(_, (_, part))| !states.iter().all(|state| part.predicate.holds(state)));
        broken.map(|(at, (part, _))| (at, part)).collect()
    }

    /// Whether an ordering that ends here is good.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn good(&mut self, belief: Belief, tally: &mut Tally) -> Result<bool, Limit> {
        if let Some(known) = self.good.get(&belief) {
            return Ok(*known);
        }
        let mut good = true;
        for state in self.states(belief).iter() {
            good = good && self.finishes.finish(*state, tally)? == Finish::Healthy;
        }
        self.good.insert(belief, good);
        Ok(good)
    }

    /// Whether an ordering that ends in this state is good.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn ends_well(&mut self, state: State, tally: &mut Tally) -> Result<bool, Limit> {
        Ok(self.finishes.finish(state, tally)? == Finish::Healthy)
    }

    /// How many steps the world has.
    pub fn steps(&self) -> usize {
        self.system.steps.len()
    }

    /// Whether a step takes a node down.
    pub fn restarts(&self, deed: Deed) -> bool {
        let step = match deed {
            Deed::Own(id, _) => self.plan.occurrences[id.0 as usize].step,
            Deed::New(step) => step,
        };
        self.switches[step.0 as usize]
    }
}

/// The states in which an attempt ends; None where a run of it is lost.
fn stable(attempt: &Attempt) -> Option<Vec<State>> {
    let ended = |run: &crate::system::Run| match run.end {
        End::Stable(state) if !run.marks.meets(Marks::BROKEN) => Some(state),
        _ => None,
    };
    attempt.runs.iter().map(ended).collect()
}

/// Whether some phase of a step may set `up` of a node to no.
fn takes_down(system: &System, step: &Step) -> bool {
    let fields: Vec<(u8, u64)> = system
        .origins
        .vars
        .iter()
        .zip(&system.layout.slots)
        .filter(|(var, _)| var.short == "up" && var.node.is_some())
        .filter_map(|(_, slot)| match slot {
            Slot::Field { word, shift, bits } => Some((*word, ((1u64 << bits) - 1) << shift)),
            Slot::Constant(_) => None,
        })
        .collect();
    let outcomes = step.phases.iter().flat_map(|phase| &phase.outcomes);
    let mut assigns = outcomes.flat_map(|outcome| &outcome.assigns);
    assigns.any(|assign| {
        let down =
            |(word, mask): &(u8, u64)| assign.word == *word && assign.mask & mask != 0 && assign.value & mask == 0;
        fields.iter().any(down)
    })
}
