//! What a file says, word for word, with its places: nothing is resolved here.

mod expression;
mod procedure;
mod world;

pub use expression::{BinaryOp, Entries, Expr, ExprKind, Quantifier, Text};
pub use procedure::{Block, Claim, Content, Count, Item, List, Promise, Quantity, Rule, RuleKind, Runbook, State};
pub use world::{
    Action, Assignments, Component, Define, Drill, Event, Group, Nodes, Outcome, Package, PerComponent, Removal,
    Sentence, SentencePart, Service, Target, Value, Var, VarDomain, Versions, World,
};
