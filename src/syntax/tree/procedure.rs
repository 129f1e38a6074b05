//! Runbooks: the checked block, and the lists.

use super::{Assignments, Entries, Expr, Text};
use crate::base::{Span, Spanned};

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
    /// `progress`, whether it is fair; also where nothing is said.
    pub fair: bool,
    /// `slips`
    pub slips: Option<Spanned<i64>>,
    /// `[[claim]]`
    pub claims: Vec<Claim>,
}

/// A state file.
#[derive(Clone, Debug)]
pub struct State {
    /// `world`
    pub world: Option<Text>,
    /// `given`
    pub given: Assignments,
    /// `unknown`
    pub unknown: Vec<(Assignments, Span)>,
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
    /// `every`, `some`, `no`, `only`, `exactly`
    pub property: Option<(Quantity, Text)>,
    /// `count = { good = …, of = … }`
    pub count: Option<Count>,
    /// `tolerates`, `no-silent-slips`, `eventually`, `recoverable`
    pub promise: Option<Promise>,
}

/// A claim about more than the orderings.
#[derive(Clone, Debug)]
pub enum Promise {
    /// `tolerates = { slips = 1, crash = 1 }`
    Tolerates(Entries<Spanned<i64>>),
    /// `no-silent-slips`
    NoSilentSlips(bool),
    /// `eventually`, with whether progress is fair (`progress = "fair"`, or nothing said). The expression is None for `healthy`.
    Eventually(Text, Option<Expr>, bool),
    /// `recoverable`
    Recoverable(bool),
}

/// `count = { good = …, of = … }`; numbers may be strings of digits, for those that TOML cannot hold.
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// `good`
    pub good: Option<Text>,
    /// `of`
    pub of: Option<Text>,
}

/// `every`, `some`, `no`, `only`, `exactly`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// `every`
    Every,
    /// `some`
    Some,
    /// `no`
    No,
    /// `only`
    Only,
    /// `exactly`
    Exactly,
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
    /// `repeat until …`, `repeat at most 3 until …`: the most tries, the condition as written, and what it is; where.
    Repeat(Option<Spanned<u32>>, Text, Expr, Span),
    /// A sub-list.
    List(List),
}
