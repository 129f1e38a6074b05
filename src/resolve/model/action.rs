//! Steps, reactions, faults and drills.

use super::{Condition, Expr, GroupId, NodeId, Outcome, PackageId, ServiceId, StepId};
use std::sync::Arc;

/// A ground step.
#[derive(Clone, Debug)]
pub struct Step {
    /// The sentence: `install ntop on A`.
    pub name: String,
    /// Nodes in the sentence.
    pub nodes: Vec<NodeId>,
    /// Sources.
    pub cite: Vec<String>,
    /// What it does.
    pub act: Act,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Act {
    /// `install p on N`
    Install(PackageId, NodeId),
    /// `reapply p on N`
    Reapply(PackageId, NodeId),
    /// `remove p on N`
    Remove(PackageId, NodeId),
    /// `start s on N`
    Start(ServiceId, NodeId),
    /// `stop s on N`
    Stop(ServiceId, NodeId),
    /// `move g to N`
    Move(GroupId, NodeId),
    /// `move all groups to N`
    MoveAll(NodeId),
    /// `restart N`
    Restart(NodeId),
    /// `power off N`
    PowerOff(NodeId),
    /// `power on N`
    PowerOn(NodeId),
    /// The world's own.
    Own {
        /// Else refused.
        needs: Option<Condition>,
        /// The environment chooses among those whose `when` holds; none: refused.
        outcomes: Vec<Outcome>,
        /// Which of the world's actions it is one of.
        action: u32,
        /// What the parameters of its sentence stand for.
        arguments: Vec<Argument>,
    },
}

/// What a parameter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A node.
    Node(NodeId),
    /// A group or a package, by its index.
    Other(u32),
}

/// A ground reaction.
#[derive(Clone, Debug)]
pub struct Reaction {
    /// With its binding: `a failed node leaves (A)`.
    pub name: String,
    /// Which of the world's reactions it is one of.
    pub of: u32,
    /// Nodes bound.
    pub nodes: Vec<NodeId>,
    /// Sources.
    pub cite: Vec<String>,
    /// Enabled where it holds; always without it.
    pub when: Option<Arc<Expr>>,
    /// Whether it happens at some later moment only.
    pub takes_time: bool,
    /// At least one.
    pub outcomes: Vec<Outcome>,
}

/// A ground fault.
#[derive(Clone, Debug)]
pub struct Fault {
    /// `crash on A`, `resource monitor fails on B`
    pub name: String,
    /// What a runbook calls all of its kind: `crash`, `resource monitor fails`.
    pub family: String,
    /// Nodes bound.
    pub nodes: Vec<NodeId>,
    /// Sources.
    pub cite: Vec<String>,
    /// What happens.
    pub effect: FaultEffect,
}

/// What a fault does.
#[derive(Clone, Debug)]
pub enum FaultEffect {
    /// `crash on N`: possible where the node is up; as `power off N`.
    Crash(NodeId),
    /// The world's own.
    Own {
        /// Which of the world's faults it is one of.
        of: u32,
        /// Possible where it holds; always without it.
        when: Option<Arc<Expr>>,
        /// At least one.
        outcomes: Vec<Outcome>,
    },
}

/// What a drill does: a step or a fault.
#[derive(Clone, Copy, Debug)]
pub enum DrillStep {
    /// A step.
    Step(StepId),
    /// Index into [`World::faults`](super::World::faults).
    Fault(u32),
}

/// A ground drill.
#[derive(Clone, Debug)]
pub struct Drill {
    /// With its binding: `failover (A)`.
    pub name: String,
    /// For people.
    pub title: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
    /// `do`
    pub act: Vec<DrillStep>,
    /// `expect`
    pub expect: Condition,
    /// `then`
    pub then: Vec<DrillStep>,
    /// `expect-after`; the world's health where it says `healthy`.
    pub expect_after: Vec<Condition>,
}
