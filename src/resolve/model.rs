//! What a world and a runbook mean, in the words of the domain: packages, services, groups; ground and typed.

use crate::base::{Span, Spanned};
use std::sync::Arc;

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            /// As an index into a `Vec`.
            pub fn index(self) -> usize { self.0 as usize }
        }
    )*};
}
index!(
    /// Index into [`World::nodes`].
    NodeId,
    /// Index into [`World::domains`].
    DomainId,
    /// Index into [`World::variables`].
    VariableId,
    /// Index into [`World::components`].
    ComponentId,
    /// Index into [`World::packages`].
    PackageId,
    /// Index into [`World::services`].
    ServiceId,
    /// Index into [`World::groups`].
    GroupId,
    /// Index into [`World::events`].
    EventId,
    /// Index into [`World::steps`].
    StepId
);

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
}

/// A ground expression that is true or false. Shared parts are shared (`Arc`), so walks should memoise by pointer.
#[derive(Clone, Debug)]
pub enum Expr {
    /// `yes`, `no`
    Constant(bool),
    /// A boolean variable.
    Holds(VariableId),
    /// `left OP right`
    Compare(Compare, Term, Term),
    /// `x in (a, b)`
    In(Term, Vec<Term>),
    /// `not x`
    Not(Arc<Expr>),
    /// Conjunction, also of `all`.
    And(Vec<Arc<Expr>>),
    /// Disjunction, also of `some`.
    Or(Vec<Arc<Expr>>),
    /// `a implies b`
    Implies(Arc<Expr>, Arc<Expr>),
    /// `a == b` of two truths.
    Same(Arc<Expr>, Arc<Expr>),
    /// `if c then a else b` of two truths.
    If(Arc<Expr>, Arc<Expr>, Arc<Expr>),
    /// A use of a definition: `serving(A)` and its body.
    Named(String, Arc<Expr>),
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// A ground expression with a number or a value. Values count as their place in their domain (0-based), integers as themselves.
#[derive(Clone, Debug)]
pub enum Term {
    /// A constant, with the text that a reader knows it by (`sp4`, `A`, `3`).
    Constant(i64, String),
    /// A variable: its value's index, plus the lowest integer for a range.
    Variable(VariableId),
    /// `rank(x)`: as the term, printed as `rank(…)`.
    Rank(Box<Term>),
    /// `count n: p(n)`
    Count(Vec<Arc<Expr>>),
    /// `x + y`
    Add(Box<Term>, Box<Term>),
    /// `x - y`
    Subtract(Box<Term>, Box<Term>),
    /// `if c then x else y`
    If(Arc<Expr>, Box<Term>, Box<Term>),
    /// `max(…)`
    Max(Vec<Term>),
    /// `min(…)`
    Min(Vec<Term>),
    /// A use of a definition and its body: `base(A)`.
    Named(String, Box<Term>),
}

/// A condition with a name and sources.
#[derive(Clone, Debug)]
pub struct Condition {
    /// `end`, `serving`; for `needs` the text.
    pub name: String,
    /// Sources.
    pub cite: Vec<String>,
    /// What must hold.
    pub expr: Arc<Expr>,
    /// Where it is written.
    pub span: Span,
}

/// `variable = value`
#[derive(Clone, Debug)]
pub struct Assign {
    /// What is written.
    pub variable: VariableId,
    /// What it becomes.
    pub value: Value,
}

/// The right side of an assignment. The resolver has made sure that the value is in the domain wherever the outcome's guard holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// This value index.
    Index(u8),
    /// The domain's value for this number: a range's integer, else the index.
    Term(Term),
    /// For a boolean variable.
    Truth(Arc<Expr>),
}

/// What happens, in one of several ways.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Possible where it holds; always without it.
    pub when: Option<Arc<Expr>>,
    /// Simultaneous; no variable twice.
    pub set: Vec<Assign>,
    /// Raised.
    pub events: Vec<EventId>,
    /// Sources.
    pub cite: Vec<String>,
    /// The step is said to have failed.
    pub fails: bool,
}

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
    },
}

/// A ground reaction.
#[derive(Clone, Debug)]
pub struct Reaction {
    /// With its binding: `a failed node leaves (A)`.
    pub name: String,
    /// Nodes bound.
    pub nodes: Vec<NodeId>,
    /// Sources.
    pub cite: Vec<String>,
    /// Enabled where it holds; always without it.
    pub when: Option<Arc<Expr>>,
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
    /// Index into [`World::faults`].
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

/// A resolved runbook. Indices refer to the world it was resolved with.
#[derive(Clone, Debug)]
pub struct Runbook {
    /// The first heading, or the path.
    pub title: String,
    /// The initial value of every variable, `given` applied, one for each alternative of `unknown`, with what tells it from the others.
    pub initial: Vec<(String, Vec<u8>)>,
    /// Indices into [`World::faults`] with the budget that they draw from.
    pub faults: Vec<(u32, u32)>,
    /// How many times the faults of each budget may strike, with its name.
    pub budgets: Vec<(String, u8)>,
    /// The steps in the order of the document.
    pub occurrences: Vec<Occurrence>,
    /// The tree over them.
    pub root: crate::system::Block,
    /// The `if`s, outer ones first.
    pub guards: Vec<Guard>,
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
    /// Where.
    pub span: Span,
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
    /// Index into [`World::always`].
    Always(u32),
}
