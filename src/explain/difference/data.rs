//! What is told about a change: plain owned data in words.

use crate::explain::data::{ClaimFinding, StepName, Story};
use serde::Serialize;

/// What was, and what is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WasIs<T> {
    /// Of the old runbook.
    pub old: T,
    /// Of the new runbook.
    pub new: T,
}

/// What a change does. Made by [`super::difference`] alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// Whether anything is said below: another verdict, other counts, steps, orders, rules, claims, another shortest counterexample.
    pub differs: bool,
    /// The limit that was hit before orders and rules were compared; of the verdicts, see there.
    pub limit: Option<String>,
    /// Which steps can be compared.
    pub steps: Steps,
    /// None where no step is shared, or a limit was hit.
    pub orders: Option<Orders>,
    /// Rules of either; those of the new runbook last. None where a limit was hit.
    pub rules: Option<Vec<RuleChange>>,
    /// Whether there is another shortest counterexample, or one where there was none, or none where there was one.
    pub other_counterexample: bool,
    /// Claims that are not what they were, in the order of the new runbook; those that are gone last.
    pub claims: Vec<ClaimChange>,
}

/// Which steps can be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Steps {
    /// How many both have.
    pub shared: usize,
    /// Steps that only the old runbook has.
    pub only_old: Vec<StepName>,
    /// Steps that only the new runbook has.
    pub only_new: Vec<StepName>,
    /// Steps that have kept their label and have another sentence.
    pub reworded: Vec<WasIs<StepName>>,
}

/// How many orders there are, as decimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Extent {
    /// Those that the procedure allows.
    pub allowed: String,
    /// Those that are good.
    pub good: String,
}

/// Orders that are not what they were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderChange {
    /// How many, as decimal digits.
    pub count: String,
    /// The first of them in the new document's order.
    pub first: Option<Vec<StepName>>,
    /// A run of it, with all its steps, that is not good.
    pub run: Option<Story>,
}

/// Orders of the steps that both have; those that differ in other steps alone are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Orders {
    /// Before.
    pub old: Extent,
    /// Now.
    pub new: Extent,
    /// Allowed before, and not now.
    pub forbidden: OrderChange,
    /// Allowed now, and not before.
    pub admitted: OrderChange,
    /// Good before, still allowed, no longer good; with a run of the new runbook.
    pub spoiled: OrderChange,
    /// Good before, no longer allowed.
    pub good_forbidden: OrderChange,
    /// Good now, allowed before, not good then; with a run of the old runbook.
    pub mended: OrderChange,
    /// Good now, not allowed before.
    pub good_admitted: OrderChange,
}

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It was told, and is told.
    Kept,
    /// It was told, and does not hold any more.
    Gone,
    /// It was told; it holds, and follows from the rest.
    Redundant,
    /// It was told; it holds, but is not told now: no order is good, or a limit was hit.
    Untold,
    /// It was told, and speaks of a step that is gone.
    StepGone,
    /// It is told, and did not hold before.
    New,
    /// It is told; it held before, and followed from the rest.
    NowNeeded,
    /// It is told; it held before, but was not told: no order was good, or a limit was hit.
    NowTold,
    /// It is told, and speaks of a step that is new.
    StepNew,
}

/// Why a rule need not be told where it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The procedure allows no order that breaks it.
    Procedure,
    /// In every order that breaks it a step may be refused.
    Refusals,
    /// Every order that breaks it breaks another rule.
    Rules,
}

/// What became of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleChange {
    /// In a word.
    pub fate: Fate,
    /// The rule.
    pub says: String,
    /// Why it need not be told, where it is redundant or was.
    pub because: Option<Reason>,
    /// The rule that it follows from, where one suffices.
    pub follows_from: Option<String>,
}

/// A claim that is not what it was. Witnesses are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimChange {
    /// Unique in its runbook.
    pub id: String,
    /// None where it is new.
    pub old: Option<ClaimFinding>,
    /// None where it is gone.
    pub new: Option<ClaimFinding>,
}
