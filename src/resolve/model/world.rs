//! A world as a whole, its domains and variables.

use super::{
    Component, Condition, DomainId, Drill, Event, Fault, Group, NodeId, Package, Reaction, Service, Step, VariableId,
};

/// A resolved world.
#[derive(Clone, Debug)]
pub struct World {
    /// `title`, or the path.
    pub title: String,
    /// Node names.
    pub nodes: Vec<String>,
    /// Finite domains.
    pub domains: Vec<Domain>,
    /// Every ground variable: written ones and those of components, packages, services, groups and nodes.
    pub variables: Vec<Variable>,
    /// Components.
    pub components: Vec<Component>,
    /// Packages.
    pub packages: Vec<Package>,
    /// Services.
    pub services: Vec<Service>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Events.
    pub events: Vec<Event>,
    /// `up(n)` for each node.
    pub up: Vec<VariableId>,
    /// `restart-pending(n)` for each node.
    pub restart_pending: Vec<VariableId>,
    /// Every ground step, generated ones and the world's own, in a fixed order.
    pub steps: Vec<Step>,
    /// Ground reactions of the world's own (failover and automatic start are made by the lowering).
    pub reactions: Vec<Reaction>,
    /// Ground faults of the world's own, and `crash on N` for each node.
    pub faults: Vec<Fault>,
    /// `[health]`, by name.
    pub health: Vec<Condition>,
    /// `[always]`, by name.
    pub always: Vec<Condition>,
    /// Ground drills.
    pub drills: Vec<Drill>,
    /// The value of every variable before `given`, by variable.
    pub initial: Vec<u8>,
}

/// An ordered list of value names; at most 64.
#[derive(Clone, Debug)]
pub struct Domain {
    /// In order of their index.
    pub values: Vec<String>,
    /// What kind of values they are.
    pub kind: DomainKind,
}

/// Kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainKind {
    /// no, yes
    Truth,
    /// Words with equality; order is that of the list.
    Words,
    /// Versions, oldest first: comparable with all variables of the same domain.
    Versions,
    /// Integers from this one on.
    Range(i64),
    /// Node names, in the order of [`World::nodes`].
    Nodes,
}

/// A ground variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// `clusres(A)`, `clusres.pending(A)`, `installed(sp4, A)`, `owner(sql)`, `dtc-resource`
    pub name: String,
    /// Without the node: `clusres`, `clusres.pending`, `installed(sp4)`.
    pub short: String,
    /// The node it belongs to.
    pub node: Option<NodeId>,
    /// Its values.
    pub domain: DomainId,
    /// Machinery that traces do not show.
    pub hidden: bool,
    /// Whether an operator can look at it.
    pub observable: bool,
}
