//! Whether there is a way back.

use super::StepName;
use serde::Serialize;

/// How far something is at worst.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum WayBack {
    /// No run comes here.
    Nowhere,
    /// There is a way in every case.
    Steps {
        /// Its steps at worst.
        steps: u32,
    },
    /// In some case there is none.
    None,
    /// A limit was hit before that was known.
    Unknown {
        /// The limit.
        limit: String,
    },
}

/// The ways back after one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RollbackRow {
    /// One-based place in the document.
    pub number: usize,
    /// The step.
    #[serde(flatten)]
    pub step: StepName,
    /// To how everything was at the start.
    pub to_start: WayBack,
    /// To a healthy state, without carrying the runbook on.
    pub to_health: WayBack,
}

/// The ways back at every step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RollbackFinding {
    /// Of the good orders; else of all, since none is good.
    pub good: bool,
    /// To a healthy state before the first step: no steps where it is healthy then.
    pub healthy_before: WayBack,
    /// By step, in the order of the document.
    pub rows: Vec<RollbackRow>,
    /// The number of the step after which, and after all later ones of the document, there is no way back to the start.
    pub no_way_back_after: Option<usize>,
    /// The limit that was hit before anything was known.
    pub limit: Option<String>,
}
