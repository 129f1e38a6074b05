//! What is to be planned: where one may be, where one wants to be, and which steps may be used.

use crate::system::{ActionId, Predicate, Slot, State, Step, System, VarId};

/// The faults that are to be survived: reactions that take time are waited for, and are none.
pub fn faults(system: &System) -> impl Iterator<Item = ActionId> + use<> {
    let slow: Vec<bool> = system.faults.iter().map(|fault| fault.slow).collect();
    (0..).map(ActionId).zip(slow).filter(|(_, slow)| !slow).map(|(fault, _)| fault)
}

/// What is to be planned. The states that one may be in are the initial ones of the system, or given apart.
#[derive(Clone, Debug)]
pub struct Problem<'s> {
    /// Every step of the world, and as faults the crashes that are to be survived, with their budget.
    pub system: &'s System,
    /// What a plan leads to.
    pub goal: Goal,
    /// By step: whether a plan may use it.
    pub allowed: Vec<bool>,
    /// Indices into `System::always`: conditions that hold on the way, in every stable state.
    pub keep: Vec<u32>,
}

/// Where a plan leads.
#[derive(Clone, Debug)]
pub enum Goal {
    /// Health holds and every drill passes.
    Healthy,
    /// All of these hold.
    Holds(Vec<Predicate>),
}

impl Goal {
    /// A state in which these variables have the values that they have in another one. Those that nothing can change are left out.
    pub fn like(system: &System, state: &State, same: impl Fn(VarId) -> bool) -> Goal {
        let slots = (0..).map(VarId).zip(&system.layout.slots).filter(|(var, _)| same(*var));
        let parts = slots.filter_map(|(_, slot)| match slot {
            Slot::Field { word, shift, bits } => {
                let mask = ((1u64 << bits) - 1) << shift;
                Some(Predicate::Masked { word: *word, mask, value: state[*word as usize] & mask })
            }
            Slot::Constant(_) => None,
        });
        Goal::Holds(parts.collect())
    }
}

impl<'s> Problem<'s> {
    /// To a healthy end, with every step.
    pub fn new(system: &'s System) -> Problem<'s> {
        Problem { system, goal: Goal::Healthy, allowed: vec![true; system.steps.len()], keep: Vec::new() }
    }

    /// The parts of the goal that are conditions.
    pub fn parts(&self) -> Vec<Predicate> {
        match &self.goal {
            Goal::Healthy => {
                let parts = self.system.health.iter().flat_map(|condition| &condition.parts);
                parts.map(|part| part.predicate.clone()).collect()
            }
            Goal::Holds(parts) => parts.clone(),
        }
    }

    /// The bits that matter on the way to the goal.
    pub fn relevant(&self) -> State {
        let mut bits = self.system.relevant();
        for part in self.parts() {
            bits.iter_mut().zip(part.bits()).for_each(|(word, more)| *word |= more);
        }
        bits
    }
}

/// Whether some phase of a step may set `up` of a node to no.
pub fn takes_down(system: &System, step: &Step) -> bool {
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
