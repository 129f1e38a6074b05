//! Rules and classes, in words.

use super::Story;
use serde::Serialize;

/// Which orderings rules speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Among {
    /// All that the runbook allows.
    All,
    /// Those in which no step is refused in any run.
    NotRefused,
}

/// Which orderings are good, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RulesFinding {
    /// What the rules are to an ordering, to be read before them: `an order is good exactly when`.
    pub heading: String,
    /// Which orderings they speak of.
    pub among: Among,
    /// How many those are, as decimal digits.
    pub spoken_of: Option<String>,
    /// Whether an ordering that is spoken of is good exactly when it keeps the rules.
    pub exact: bool,
    /// How many of those that are spoken of keep the rules and are not good, as decimal digits; None if nobody knows.
    pub admitted: Option<String>,
    /// The limit that was hit before all rules were found.
    pub limit: Option<String>,
    /// In the order in which they are told.
    pub rules: Vec<RuleFinding>,
}

/// One rule, and exactly what it forbids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleFinding {
    /// One-based.
    pub number: usize,
    /// What a good ordering does: ``on every node n: `install x on n` before `restart n` ``.
    pub text: String,
    /// What it forbids: an ordering keeps the rule exactly when it fits none of these.
    pub never: Vec<PatternFinding>,
}

/// Steps that stand in some order, and steps that are left out; by their labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PatternFinding {
    /// Steps that are in the ordering.
    pub done: Vec<String>,
    /// Of these, which comes before which.
    pub before: Vec<(String, String)>,
    /// Steps that are not in the ordering.
    pub left_out: Vec<String>,
}

/// Orderings that are not good, and fail alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassFinding {
    /// One-based; `runproof trace --class` takes it.
    pub number: usize,
    /// How many orderings, as decimal digits.
    pub count: String,
    /// Of all orderings that are not good: `5.0%`.
    pub share: String,
    /// The number of the first rule that they break; None where they break none, or where a step is refused.
    pub breaks: Option<usize>,
    /// What goes wrong, in words.
    pub cause: String,
    /// The fewest steps after which no order of the rest ends well; None where it is only the end that is bad.
    pub lost_after: Option<usize>,
    /// The step that comes last of these.
    pub lost_by: Option<String>,
    /// The shortest run.
    #[serde(skip)]
    pub story: Story,
}
