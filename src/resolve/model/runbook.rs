//! A runbook, resolved with its world.

use super::{EventId, Expr, StepId};
use crate::base::{Span, Spanned};
use std::sync::Arc;

/// A resolved runbook. Indices refer to the world it was resolved with.
#[derive(Clone, Debug)]
pub struct Runbook {
    /// The first heading, or the path.
    pub title: String,
    /// The initial value of every variable, `given` applied, one for each alternative of `unknown`, with what tells it from the others.
    pub initial: Vec<(String, Vec<u8>)>,
    /// Indices into [`World::faults`](super::World::faults) with the budget that they draw from.
    pub faults: Vec<(u32, u32)>,
    /// How many times the faults of each budget may strike, with its name.
    pub budgets: Vec<(String, u8)>,
    /// How many slips and crashes at once its report looks at, where it asks for that.
    pub slips: Option<u32>,
    /// The steps in the order of the document.
    pub occurrences: Vec<Occurrence>,
    /// The tree over them.
    pub root: crate::system::Block,
    /// The `if`s, outer ones first.
    pub guards: Vec<Guard>,
    /// What is repeated without end.
    pub loops: Vec<Loop>,
    /// Whether runs that always could have ended are left out where they go round for ever.
    pub fair: bool,
    /// Equal occurrences that could change places: earlier, later.
    pub chains: Vec<(crate::system::OccurrenceId, crate::system::OccurrenceId)>,
    /// Claims.
    pub claims: Vec<Claim>,
    /// The block, for messages about the runbook as a whole.
    pub span: Span,
}

/// A step as it stands in the document.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// Unique.
    pub label: String,
    /// Which.
    pub step: StepId,
    /// Indices into [`Runbook::guards`], outer ones first.
    pub guards: Vec<u32>,
    /// Where.
    pub span: Span,
    /// One-based line.
    pub line: u32,
}

/// An `if`.
#[derive(Clone, Debug)]
pub struct Guard {
    /// As written.
    pub text: String,
    /// The condition.
    pub when: Arc<Expr>,
    /// The steps under it.
    pub steps: Vec<crate::system::OccurrenceId>,
}

/// `repeat until`
#[derive(Clone, Debug)]
pub struct Loop {
    /// The condition as written.
    pub text: String,
    /// The condition.
    pub until: Arc<Expr>,
    /// The steps, in their order.
    pub body: Vec<crate::system::OccurrenceId>,
    /// How many of the `if`s of its steps are around the loop.
    pub outer: usize,
}

/// A claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Unique in the runbook.
    pub id: String,
    /// For people.
    pub title: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
    /// `where`, with its text.
    pub filter: Option<(Spanned<String>, crate::system::Order)>,
    /// `every`, `some`, `no`, with the property as written.
    pub property: Option<(crate::system::Quantifier, Property, String)>,
    /// `count`: good, of; decimal digits.
    pub count: Option<(Option<String>, Option<String>)>,
    /// `tolerates`, `no-silent-slips`, `eventually`, `recoverable`
    pub promise: Option<Promise>,
    /// Where.
    pub span: Span,
}

/// A claim about more than the orderings.
#[derive(Clone, Debug)]
pub enum Promise {
    /// `tolerates`: slips, and the others by their names.
    Tolerates(u32, Vec<(String, u32)>),
    /// `no-silent-slips`
    NoSilentSlips(bool),
    /// `eventually`: as written, what (None is health with its drills), whether progress is fair.
    Eventually(String, Option<super::Condition>, bool),
    /// `recoverable`
    Recoverable(bool),
}

/// What a claim may ask of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// `healthy`
    Healthy,
    /// `unhealthy`
    Unhealthy,
    /// `refused`
    Refused,
    /// An event's name.
    Event(EventId),
    /// Index into [`World::always`](super::World::always).
    Always(u32),
}
