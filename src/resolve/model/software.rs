//! Components, packages, services, groups and events.

use super::{ComponentId, Condition, EventId, Expr, Outcome, VariableId};
use std::sync::Arc;

/// `[component.c]`
#[derive(Clone, Debug)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// For people.
    pub title: Option<String>,
    /// By node: None where the component is not `on` the node.
    pub on: Vec<Option<ComponentOnNode>>,
    /// The index of the version `none`, if there is one.
    pub none: Option<u8>,
}

/// A component on one node.
#[derive(Clone, Debug)]
pub struct ComponentOnNode {
    /// `c(n)`
    pub version: VariableId,
    /// `c.pending(n)`, whose domain is the versions followed by `nothing`, where writes can be left pending.
    pub pending: Option<VariableId>,
    /// Where it holds a write stays pending.
    pub in_use: Option<Arc<Expr>>,
}

/// `[package.p]`
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// For people.
    pub title: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
    /// `restart = "needed"`
    pub restart: bool,
    /// By node: None where the package cannot be there.
    pub on: Vec<Option<PackageOnNode>>,
}

/// A package on one node.
#[derive(Clone, Debug)]
pub struct PackageOnNode {
    /// `installed(p, n)`
    pub installed: VariableId,
    /// `needs`, with `here` the node.
    pub needs: Option<Condition>,
    /// In order; the first whose `when` holds wins.
    pub fails: Vec<Outcome>,
    /// What may be left where the setup is cut short; None: any part of what it writes.
    pub interrupted: Option<Vec<Outcome>>,
    /// `set` and `events` on success.
    pub done: Outcome,
    /// On success; components that are not on the node are left out.
    pub writes: Vec<Write>,
    /// `remove p on N`, where it can be removed.
    pub remove: Option<Removal>,
}

/// How `remove p on N` goes: `installed` becomes no, and this.
#[derive(Clone, Debug)]
pub struct Removal {
    /// Else refused.
    pub needs: Option<Condition>,
    /// `set`, `events`
    pub done: Outcome,
}

/// One write of a package.
#[derive(Clone, Copy, Debug)]
pub struct Write {
    /// What.
    pub component: ComponentId,
    /// Which version, as its index.
    pub version: u8,
    /// Whether the version on disk is replaced.
    pub replaces: Replaces,
    /// Left pending until the node restarts, whether in use or not.
    pub at_restart: bool,
}

/// Which versions on disk a package replaces. Compared with the version on disk, never with a pending one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaces {
    /// Those older than its own.
    Older,
    /// All.
    Always,
    /// Those older than its own, and only where the component is there (its version is not `none`).
    Present,
}

/// `[service.s]`
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// For people.
    pub title: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
    /// Started when its node boots.
    pub automatic: bool,
    /// Raised when a start is tried and `needs` does not hold.
    pub events: Vec<EventId>,
    /// By node: None where the service is not `on` the node.
    pub on: Vec<Option<ServiceOnNode>>,
}

/// A service on one node.
#[derive(Clone, Debug)]
pub struct ServiceOnNode {
    /// `s(n)`: stopped, running, failed, in this order.
    pub state: VariableId,
    /// Hidden, boolean: the node has booted and this service has yet to start. Automatic services only.
    pub starting: Option<VariableId>,
    /// `needs`, with `here` the node.
    pub needs: Option<Condition>,
}

/// `[group.g]`
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// For people.
    pub title: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
    /// `owner(g)`
    pub owner: VariableId,
    /// Moves by itself when its owner lacks what it needs and another node has it.
    pub automatic: bool,
    /// By node: what that node must have for the group to be online on it. Includes that the node is up.
    pub needs: Vec<Condition>,
}

/// `[event.e]`
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// `source`
    pub source: Option<String>,
    /// `code`
    pub code: Option<String>,
    /// `text`
    pub text: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
}
