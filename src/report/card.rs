//! Which orders of a runbook work, on one card.

use super::Runbook;
use serde::Serialize;

/// Which orders of a runbook work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Counts, rules, classes.
    #[serde(flatten)]
    pub runbook: Runbook,
}
