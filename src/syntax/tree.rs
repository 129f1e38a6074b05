//! What a file says, word for word, with its places: nothing is resolved here.

use crate::base::{Span, Spanned};

/// Text with its place.
pub type Text = Spanned<String>;

/// A table's entries in the order of the file.
pub type Entries<T> = Vec<(Text, T)>;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where. Inside a TOML string the place inside it, where the string has no escapes; else the whole string.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// Could not be parsed; a diagnostic says why. Resolves to anything, silently.
    Bad,
    /// `12`
    Integer(i64),
    /// A bare word: a value, a name, a node, `here`, `yes`, `1997.11.532.0`.
    Word(String),
    /// `clusres(here)`, `max(x, y)`
    Call(Text, Vec<Expr>),
    /// `not x`
    Not(Box<Expr>),
    /// `- x`
    Negative(Box<Expr>),
    /// `x OP y`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `x in (a, b)`
    In(Box<Expr>, Vec<Expr>),
    /// `if c then x else y`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `all m, n in control: body`
    Quantified {
        /// Which.
        kind: Quantifier,
        /// The names bound.
        names: Vec<Text>,
        /// After `in`: a set of nodes, `groups`, `packages`; all nodes without it.
        set: Option<Text>,
        /// As far right as it can.
        body: Box<Expr>,
    },
}

/// `all`, `some`, `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// For every binding.
    All,
    /// For at least one.
    Some,
    /// How many.
    Count,
}

/// Operators of two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `and`
    And,
    /// `or`
    Or,
    /// `implies`
    Implies,
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
    /// `+`
    Add,
    /// `-`
    Subtract,
}

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

/// One runbook.
#[derive(Clone, Debug, Default)]
pub struct Runbook {
    /// The first heading.
    pub title: Option<Text>,
    /// The checked block. None if the file has none: it is not a runbook then.
    pub block: Option<Block>,
    /// The lists outside block quotes, in order of the document: several lists on the top level are done one after the other.
    pub lists: Vec<List>,
}

/// ` ```toml runproof `
#[derive(Clone, Debug)]
pub struct Block {
    /// The block's text.
    pub span: Span,
    /// `world`
    pub world: Option<Text>,
    /// `title`
    pub title: Option<Text>,
    /// `given`
    pub given: Assignments,
    /// `unknown`
    pub unknown: Vec<(Assignments, Span)>,
    /// `faults`
    pub faults: Entries<Spanned<i64>>,
    /// `[[claim]]`
    pub claims: Vec<Claim>,
}

/// `[[claim]]`
#[derive(Clone, Debug)]
pub struct Claim {
    /// The whole table.
    pub span: Span,
    /// `id`
    pub id: Option<Text>,
    /// `title`
    pub title: Option<Text>,
    /// `cite`
    pub cite: Vec<Text>,
    /// `where`
    pub filter: Option<(Text, Rule)>,
    /// `every`, `some`, `no`
    pub property: Option<(Quantity, Text)>,
    /// `count = { good = …, of = … }`
    pub count: Option<Count>,
}

/// `count = { good = …, of = … }`; numbers may be strings of digits, for those that TOML cannot hold.
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// `good`
    pub good: Option<Text>,
    /// `of`
    pub of: Option<Text>,
}

/// `every`, `some`, `no`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// `every`
    Every,
    /// `some`
    Some,
    /// `no`
    No,
}

/// The rule language of `where`. Steps are labels or sentences as written, `{n}` still in them.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What it is.
    pub kind: RuleKind,
    /// Where.
    pub span: Span,
}

/// The forms of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleKind {
    /// Could not be parsed; a diagnostic says why.
    Bad,
    /// `X before Y`
    Before(Text, Text),
    /// `X between Y and Z`: after Y and before Z.
    Between(Text, Text, Text),
    /// `X right after Y`
    RightAfter(Text, Text),
    /// `some X after all Y`
    SomeAfterAll(Text, Text),
    /// `not R`
    Not(Box<Rule>),
    /// `R and S`
    And(Box<Rule>, Box<Rule>),
    /// `R or S`
    Or(Box<Rule>, Box<Rule>),
}

/// A Markdown list.
#[derive(Clone, Debug)]
pub struct List {
    /// Numbered: its items in this order. Bulleted: in any order.
    pub ordered: bool,
    /// Its items.
    pub items: Vec<Item>,
    /// Where.
    pub span: Span,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where.
    pub span: Span,
    /// `- [ ]`
    pub optional: bool,
    /// Code spans and sub-lists in the order written.
    pub content: Vec<Content>,
}

/// A part of an item that means something.
#[derive(Clone, Debug)]
pub enum Content {
    /// A single-backtick code span that is none of the forms below: a step's sentence, with the label `{#name}` after it.
    Step(Text, Option<Text>),
    /// `if …`
    If(Text, Expr),
    /// `for each n in SET`: name and set.
    ForEach(Text, Option<Text>),
    /// `either`
    Either(Span),
    /// `undivided`
    Undivided(Span),
    /// A sub-list.
    List(List),
}
