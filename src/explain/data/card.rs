//! How free each step is, and orderings one by one.

use super::StepName;
use serde::Serialize;

/// Where a step may stand in a good order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Freedom {
    /// One-based place in the document; `runproof trace --ordering` takes it.
    pub number: usize,
    /// The step.
    #[serde(flatten)]
    pub step: StepName,
    /// The first place, from 1, at which it stands in a good order; None where no good order has it.
    pub earliest: Option<usize>,
    /// The last place at which it stands in a good order.
    pub latest: Option<usize>,
    /// Whether some good order leaves it out.
    pub may_be_left_out: bool,
    /// The numbers of the steps with which it may change places wherever a good order has the two side by side.
    pub swaps_with: Vec<usize>,
}

/// Orderings drawn by chance, each as likely as any other of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Samples {
    /// Whether they are good.
    pub good: bool,
    /// The same seed gives the same ones.
    pub seed: u64,
    /// Each as the numbers of its steps.
    pub orders: Vec<Vec<usize>>,
}

/// The freest lists that allow good orderings alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Freest {
    /// Markdown.
    pub lists: String,
    /// How many orderings they allow, as decimal digits.
    pub orders: String,
    /// How many good orderings they do not allow, as decimal digits.
    pub given_up: String,
    /// Whether no lists with fewer steps bound to an order are as good.
    pub proved: bool,
}
