//! What is served during each step.

use super::StepName;
use serde::Serialize;

/// How many could provide something at the worst moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Served {
    /// The group, or the `always` condition.
    pub name: String,
    /// How many could, at the worst moment.
    pub could: u32,
    /// How many have to.
    pub need: u32,
    /// How many there are.
    pub of: u32,
    /// Whether more than `could` are not told apart, because there is too much to watch.
    pub or_more: bool,
    /// Whether it is provided throughout; a group may be offline though a node could have it.
    pub online: bool,
}

/// What is served during one step, at worst.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceRow {
    /// One-based place in the document; zero before the first step.
    pub number: usize,
    /// The step; None before the first.
    pub step: Option<StepName>,
    /// Whether some run comes here.
    pub reached: bool,
    /// `always` conditions that break.
    pub breaks: Vec<String>,
    /// Groups and counted conditions.
    pub served: Vec<Served>,
}

/// A good order that no other betters both in steps without redundancy and in restarts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BestOrder {
    /// Steps without redundancy, in the worst run.
    pub without_redundancy: u32,
    /// Steps that take a node down, in the worst run.
    pub restarts: u32,
    /// The numbers of its steps.
    pub order: Vec<usize>,
}

/// What is served while a runbook is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceFinding {
    /// Of the good orders; else of all, since none is good.
    pub good: bool,
    /// Before the first step, then step by step in the order of the document.
    pub rows: Vec<ServiceRow>,
    /// Fewest steps without redundancy first.
    pub front: Vec<BestOrder>,
    /// Groups and conditions that were not measured, because there is too much to watch.
    pub not_measured: Vec<String>,
    /// The limit that was hit.
    pub limit: Option<String>,
}
