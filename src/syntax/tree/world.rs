//! Worlds.

use super::{Entries, Expr, Text};
use crate::base::{Span, Spanned};

/// A value on the right of a key in `set`, `given`, `initial`: an expression (a bare TOML string is parsed as one;
/// TOML integers and booleans are taken as `12`, `yes`, `no`).
pub type Value = Expr;

/// The left side of a `set`, `given` or `initial` entry, parsed as an expression: `iis(here)`, `clusres`.
pub type Target = Expr;

/// `set = { target = value }`
pub type Assignments = Vec<(Target, Value)>;

/// One file `world.toml`. Keys that are missing are None or empty.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// `title`
    pub title: Option<Text>,
    /// `nodes`
    pub nodes: Option<Nodes>,
    /// `include`
    pub include: Vec<Text>,
    /// `[sets]`
    pub sets: Entries<Vec<Text>>,
    /// `[scales]`
    pub scales: Entries<Vec<Text>>,
    /// `[component.*]`
    pub components: Entries<Component>,
    /// `[package.*]`
    pub packages: Entries<Package>,
    /// `[service.*]`
    pub services: Entries<Service>,
    /// `[group.*]`
    pub groups: Entries<Group>,
    /// `[event.*]`
    pub events: Entries<Event>,
    /// `[var]`
    pub vars: Entries<Var>,
    /// `[define]`: the head as written (`serving(n)`), its name, its parameters, its body.
    pub defines: Vec<Define>,
    /// `[action.*]`
    pub actions: Vec<Action>,
    /// `[reaction.*]`
    pub reactions: Vec<Action>,
    /// `[fault.*]`
    pub faults: Vec<Action>,
    /// `[health]`
    pub health: Entries<Expr>,
    /// `[always]`
    pub always: Entries<Expr>,
    /// `[drill.*]`
    pub drills: Entries<Drill>,
    /// `[initial]`
    pub initial: Assignments,
}

/// `nodes = …`
#[derive(Clone, Debug)]
pub enum Nodes {
    /// `["A", "B"]`
    Names(Vec<Text>),
    /// `5` gives n1 … n5.
    Count(Spanned<i64>),
    /// `[nodes.A]` with static attributes (words).
    Tables(Entries<Entries<Text>>),
}

/// `[component.c]`
#[derive(Clone, Debug)]
pub struct Component {
    /// `title`
    pub title: Option<Text>,
    /// `cite`
    pub cite: Vec<Text>,
    /// `versions`
    pub versions: Versions,
    /// `on`; all nodes without it.
    pub on: Option<Text>,
    /// `in-use`
    pub in_use: Option<Expr>,
}

/// `versions = …`
#[derive(Clone, Debug)]
pub enum Versions {
    /// Missing or wrong; a diagnostic says so.
    Bad,
    /// Oldest first.
    List(Vec<Text>),
    /// The name of a scale.
    Scale(Text),
}

/// A key for all components, or a table by component.
#[derive(Clone, Debug)]
pub enum PerComponent {
    /// For all.
    All(Text),
    /// By component.
    Each(Entries<Text>),
}

/// `[package.p]`
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// `title`
    pub title: Option<Text>,
    /// `cite`
    pub cite: Vec<Text>,
    /// `needs`
    pub needs: Option<Expr>,
    /// `on`: the nodes it can be installed on; all nodes without it.
    pub on: Option<Text>,
    /// `writes`
    pub writes: Entries<Text>,
    /// `replaces`: older | always | present; older without it.
    pub replaces: Option<PerComponent>,
    /// `at`: once | restart; once without it.
    pub at: Option<PerComponent>,
    /// `restart`: none | needed; none without it.
    pub restart: Option<Text>,
    /// `removable = true`, or a table `[package.p.remove]`.
    pub removable: Option<Spanned<bool>>,
    /// `[package.p.remove]`: needs, set, events, cite of the step `remove p on N`; implies removable.
    pub remove: Option<Box<Removal>>,
    /// `set`
    pub set: Assignments,
    /// `events`
    pub events: Vec<Text>,
    /// `[[package.p.fails]]`
    pub fails: Vec<Outcome>,
    /// `interrupted`
    pub interrupted: Option<Vec<Outcome>>,
}

/// `[package.p.remove]`
#[derive(Clone, Debug, Default)]
pub struct Removal {
    /// `cite`
    pub cite: Vec<Text>,
    /// `needs`
    pub needs: Option<Expr>,
    /// `set`
    pub set: Assignments,
    /// `events`
    pub events: Vec<Text>,
}

/// An outcome of an action, reaction or fault, or one way in which a package fails.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// `when`
    pub when: Option<Expr>,
    /// `set`
    pub set: Assignments,
    /// `events`
    pub events: Vec<Text>,
    /// `cite`
    pub cite: Vec<Text>,
    /// `fails = true`: the step is said to have failed. Always so for a package's `fails`.
    pub fails: bool,
    /// Where it is written.
    pub span: Option<Span>,
}

/// `[service.s]`
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// `title`
    pub title: Option<Text>,
    /// `cite`
    pub cite: Vec<Text>,
    /// `start`: automatic | manual; automatic without it.
    pub start: Option<Text>,
    /// `on`: the nodes it is on; all nodes without it.
    pub on: Option<Text>,
    /// `needs`
    pub needs: Option<Expr>,
    /// `events`
    pub events: Vec<Text>,
}

/// `[group.g]`
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// `title`
    pub title: Option<Text>,
    /// `cite`
    pub cite: Vec<Text>,
    /// `needs`
    pub needs: Option<Expr>,
    /// `failover`: automatic | manual; automatic without it.
    pub failover: Option<Text>,
    /// `starts-on`; the first node without it.
    pub starts_on: Option<Text>,
}

/// `[event.e]`
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// `source`
    pub source: Option<Text>,
    /// `code`
    pub code: Option<Text>,
    /// `text`
    pub text: Option<Text>,
    /// `cite`
    pub cite: Vec<Text>,
}

/// An entry of `[var]`
#[derive(Clone, Debug)]
pub struct Var {
    /// `title`
    pub title: Option<Text>,
    /// `cite`
    pub cite: Vec<Text>,
    /// `per`: node, group, package or the name of a set of nodes; one variable for the whole system without it.
    pub per: Option<Text>,
    /// `values` or `range` (inclusive), or `values = "yes-no"` style booleans: `values = ["no", "yes"]`.
    pub domain: VarDomain,
    /// `observable`; true without it.
    pub observable: Option<Spanned<bool>>,
}

/// What a variable may be.
#[derive(Clone, Debug)]
pub enum VarDomain {
    /// Missing or wrong; a diagnostic says so.
    Bad,
    /// `values = ["absent", "working"]`; exactly `["no", "yes"]` in either order is boolean.
    Values(Vec<Text>),
    /// `values = "nt"`: the name of a scale.
    Scale(Text),
    /// `range = [0, 3]`, inclusive.
    Range(Spanned<i64>, Spanned<i64>),
}

/// An entry of `[define]`
#[derive(Clone, Debug)]
pub struct Define {
    /// The key as written.
    pub head: Text,
    /// `serving`
    pub name: Text,
    /// `n`
    pub params: Vec<Text>,
    /// The body.
    pub body: Expr,
}

/// A sentence with parameters: `msdtc -join on {n: node}`.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// As written.
    pub text: Text,
    /// Its parts in order.
    pub parts: Vec<SentencePart>,
}

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum SentencePart {
    /// Words as written.
    Words(String),
    /// `{n: node}`: name and kind (node, group, package, or a set of nodes); `{n}` is `{n: node}`.
    Param(Text, Option<Text>),
}

/// `[action."…"]`, `[reaction."…"]`, `[fault."…"]`
#[derive(Clone, Debug)]
pub struct Action {
    /// The key.
    pub sentence: Sentence,
    /// `title`
    pub title: Option<Text>,
    /// `cite`
    pub cite: Vec<Text>,
    /// `for = { n = "node" }` (reactions and faults; its names are parameters like those of the sentence).
    pub binders: Entries<Text>,
    /// `needs` (actions only).
    pub needs: Option<Expr>,
    /// `when` (reactions and faults only).
    pub when: Option<Expr>,
    /// `takes-time` (reactions only).
    pub takes_time: bool,
    /// `outcomes`; or one made of `set` and `events` written directly.
    pub outcomes: Vec<Outcome>,
}

/// `[drill.d]`
#[derive(Clone, Debug, Default)]
pub struct Drill {
    /// `title`
    pub title: Option<Text>,
    /// `cite`
    pub cite: Vec<Text>,
    /// `for = { n = "node" }`
    pub binders: Entries<Text>,
    /// `do`: sentences with `{n}`
    pub act: Vec<Text>,
    /// `expect`
    pub expect: Option<Expr>,
    /// `then`: sentences with `{n}`
    pub then: Vec<Text>,
    /// `expect-after`
    pub expect_after: Option<Expr>,
}
