//! Guarded commands: steps, reactions and faults.

use super::{Condition, EventId, Predicate, State};

/// Index of a step in `System::steps`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(pub u32);

/// Index of an action, for reactions in `System::reactions`, for faults in `System::faults`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionId(pub u32);

/// A masked assignment, done if `when` holds in the state before: `state[word] = state[word] & !mask | value`.
///
/// All assignments of an outcome read the state before it; the lowering guarantees that no two that apply in one state overlap.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assign {
    /// Evaluated on the state before the outcome.
    pub when: Predicate,
    /// Which word.
    pub word: u8,
    /// The bits written.
    pub mask: u64,
    /// What they become; a subset of `mask`.
    pub value: u64,
}

/// One way in which an action can go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// The environment may choose this outcome where it holds.
    pub when: Predicate,
    /// Simultaneous.
    pub assigns: Vec<Assign>,
    /// Raised, in this order.
    pub events: Vec<EventId>,
    /// The step is said to have *failed*: not bad in itself.
    pub fails: bool,
    /// Sources of this outcome, shown with it.
    pub cite: Vec<String>,
}

impl Outcome {
    /// The state after this outcome. Does not look at `when`.
    pub fn apply(&self, state: &State) -> State {
        let mut after = *state;
        for assign in &self.assigns {
            if assign.when.holds(state) {
                let word = &mut after[assign.word as usize];
                *word = (*word & !assign.mask) | assign.value;
            }
        }
        after
    }
}

/// One indivisible part of a step; the system settles after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phase {
    /// The environment chooses among those whose `when` holds. If none holds in a state, the step is refused there
    /// (first phase) or goes on without effect (later phases).
    pub outcomes: Vec<Outcome>,
}

/// What people do. Total: in every state it is done, fails or is refused.
#[derive(Clone, Debug)]
pub struct Step {
    /// The sentence, `install ntop on A`.
    pub name: String,
    /// Indices into `Origins::nodes` of the nodes acted on, for the columns of a trace.
    pub nodes: Vec<u32>,
    /// Sources.
    pub cite: Vec<String>,
    /// Each must hold, or the step is refused and nothing changes; the parts that do not hold are the reason.
    pub needs: Vec<Condition>,
    /// Done in order, settling after each.
    pub phases: Vec<Phase>,
}

/// A reaction: what the system does by itself where `when` holds. All outcomes whose `when` holds are possible; if
/// none is, the reaction is not enabled.
#[derive(Clone, Debug)]
pub struct Action {
    /// As a trace prints it: `clussvc starts on B`.
    pub name: String,
    /// Indices into `Origins::nodes`.
    pub nodes: Vec<u32>,
    /// Sources.
    pub cite: Vec<String>,
    /// Enabled where it holds (and an outcome is possible).
    pub when: Predicate,
    /// At least one.
    pub outcomes: Vec<Outcome>,
}

/// What may go wrong: like a reaction, but the environment need not. Its outcomes count down the budget, which is a
/// variable of the state, so `when` is false when the budget is spent.
///
/// So is a reaction that takes time: it has no budget, nothing is wrong about it, and at the end of a procedure all of
/// them happen until none can.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What happens.
    pub action: Action,
    /// Whether it is a reaction that takes time.
    pub slow: bool,
}
