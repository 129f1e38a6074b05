//! Which orders of a runbook work, on one card.

use super::Runbook;
use crate::explain::data::{Freedom, Freest, Samples};
use serde::Serialize;

/// Which orders of a runbook work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Counts, rules, classes.
    #[serde(flatten)]
    pub runbook: Runbook,
    /// Every step, in the order of the document.
    pub steps: Vec<Freedom>,
    /// Where order matters, and there are lists that say so.
    pub freest: Option<Freest>,
    /// The limit that was hit before any such lists were found.
    pub freest_limit: Option<String>,
    /// Where some were asked for.
    pub samples: Option<Samples>,
    /// The limit that was hit, where the verdict is known and something after it is not.
    pub limit: Option<String>,
}
