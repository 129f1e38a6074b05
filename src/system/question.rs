//! What is asked of a system: drills and claims.

use super::{Condition, EventId, OccurrenceId, Step};

/// Tried on a copy of every final state: the steps of `act` in order (each settles), then every stable result must
/// meet `expect`; from each, the steps of `then`, and every stable result must meet `expect_after`.
/// A step that is refused or does not settle fails the drill. `always` is not asked during a drill.
#[derive(Clone, Debug)]
pub struct Drill {
    /// With its binding: `failover (A)`.
    pub name: String,
    /// For people.
    pub title: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
    /// Done first; faults such as `crash on A` are steps here.
    pub act: Vec<Step>,
    /// Must hold in every stable result.
    pub expect: Condition,
    /// Done next, from every stable result.
    pub then: Vec<Step>,
    /// Must hold after that; several where it is the world's health.
    pub expect_after: Vec<Condition>,
}

/// Over which orderings a claim speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// Every run of every ordering has the property.
    Every,
    /// Some ordering has it.
    Some,
    /// No ordering has it.
    No,
    /// Only orderings that satisfy the filter have it.
    Only,
    /// The orderings that satisfy the filter have it, and no others.
    Exactly,
}

/// What a run (an ordering and one resolution of everything else) may have.
///
/// For all but `Every`, an ordering *has* `Healthy` or `Always` if every run of it does, and the other properties if
/// some run of it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Property {
    /// The run is good: nothing refused, every `always` kept, everything settles, the end healthy, all drills pass.
    Healthy,
    /// The run is not good, for whatever reason.
    Unhealthy,
    /// A step is refused.
    Refused,
    /// The event is raised by a step, reaction or fault (not in a drill).
    Event(EventId),
    /// The condition `System::always[i]` holds in every stable state of the run.
    Always(u32),
}

/// What a claim asserts.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Unique in its runbook.
    pub id: String,
    /// For people.
    pub title: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
    /// Only orderings that satisfy this are spoken of; for `Only` and `Exactly`, what those that have the property are compared
    /// with.
    pub filter: Option<Order>,
    /// The filter as the runbook writes it.
    pub filter_text: Option<String>,
    /// The quantifier, with the property and its name in the runbook.
    pub property: Option<(Quantifier, Property, String)>,
    /// Exact numbers of good orderings and of all orderings (of those that satisfy the filter), as decimal digits.
    pub count: Option<(Option<String>, Option<String>)>,
    /// What it asserts of more than the orderings.
    pub promise: Option<Promise>,
}

/// A claim about more than the orderings.
#[derive(Clone, Debug)]
pub enum Promise {
    /// Every good ordering still ends well with at most so many slips, and at most so many of these faults (by the names
    /// that `faults` gives them, `crash` and the world's own).
    Tolerates {
        /// `slips`
        slips: u32,
        /// The others, as written.
        faults: Vec<(String, u32)>,
    },
    /// Whether no single slip in a good ordering ends badly without a sign of it.
    NoSilentSlips(bool),
    /// Every run comes to states in which the conditions hold, and stays there; None is health with its drills.
    Eventually {
        /// As written.
        text: String,
        /// What is to hold.
        condition: Option<Condition>,
        /// Whether reactions and outcomes are taken to be fair.
        fair: bool,
    },
    /// Whether a healthy state can be reached from every state that a run can come to.
    Recoverable(bool),
}

/// A condition on the order of steps. An atom holds only if all the steps it names are in the ordering.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Always or never.
    Constant(bool),
    /// The first comes before the second.
    Before(OccurrenceId, OccurrenceId),
    /// `RightAfter(x, y)`: x follows y immediately.
    RightAfter(OccurrenceId, OccurrenceId),
    /// Does not hold.
    Not(Box<Order>),
    /// All hold.
    All(Vec<Order>),
    /// At least one holds.
    Any(Vec<Order>),
}
