//! What is reported about the repair of a runbook.

use super::SCHEMA_VERSION;
use crate::explain::data::{Answer, Finding, Word};
use serde::Serialize;
use similar::TextDiff;

/// How the search for a repair ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepairOutcome {
    /// Every order is good as it is.
    NotNeeded,
    /// There is one.
    Repaired,
    /// There is none with so few edits.
    None,
    /// A limit was hit first. There may be a repair all the same, but not surely the smallest.
    Undecided,
}

/// What a repair costs; `docs/repair.md` says how it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RepairCost {
    /// Edits of the document.
    pub edits: usize,
    /// Steps that take a node down.
    pub restarts: usize,
    /// Steps after which health may not hold.
    pub not_healthy_after: usize,
}

/// A claim that a repair gives another answer to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimChange {
    /// Unique in its runbook.
    pub id: String,
    /// Before the repair.
    pub was: Answer,
    /// After it; None where the claim can no longer be read.
    pub is: Option<Answer>,
}

/// How many of the good orders are still allowed, as decimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptOrders {
    /// Good orders of the repaired runbook.
    pub kept: String,
    /// Good orders of the runbook as it is.
    pub of: String,
}

/// The report of a repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// [`SCHEMA_VERSION`]
    pub schema_version: u32,
    /// The file, as it is shown to people.
    pub path: String,
    /// The first heading.
    pub title: String,
    /// The world's title.
    pub world: String,
    /// How many edits there may be.
    pub at_most: usize,
    /// How it ended.
    pub outcome: RepairOutcome,
    /// The limit that was hit.
    pub limit: Option<String>,
    /// What was found out about the runbook as it is.
    pub before: Finding,
    /// What was found out about the repaired runbook, its claims left out.
    pub after: Option<Finding>,
    /// The edits, one sentence each.
    pub edits: Vec<String>,
    /// Steps of the runbook that are left out.
    pub leaves_out: usize,
    /// Good orders that are kept, where some are lost and the edits only rule orders out.
    pub keeps: Option<KeptOrders>,
    /// What they cost.
    pub cost: Option<RepairCost>,
    /// Claims that are answered in another way after the repair.
    pub claims: Vec<ClaimChange>,
    /// The change of the file, as a unified diff.
    pub diff: Option<String>,
    /// Why there is no repair.
    pub reasons: Vec<String>,
    /// Candidates looked at.
    pub tried: u64,
    /// Whether the file was replaced.
    pub written: bool,
}

impl Repair {
    /// Before anything was tried.
    pub fn new(
        path: impl Into<String>,
        title: impl Into<String>,
        world: impl Into<String>,
        at_most: usize,
        before: Finding,
    ) -> Repair {
        let outcome = match before.verdict {
            Word::AlwaysHealthy => RepairOutcome::NotNeeded,
            Word::Undecided => RepairOutcome::Undecided,
            Word::OrderMatters | Word::NeverHealthy => RepairOutcome::None,
        };
        Repair {
            schema_version: SCHEMA_VERSION,
            path: path.into(),
            title: title.into(),
            world: world.into(),
            at_most,
            outcome,
            limit: before.limit.clone(),
            before,
            after: None,
            edits: Vec::new(),
            leaves_out: 0,
            keeps: None,
            cost: None,
            claims: Vec::new(),
            diff: None,
            reasons: Vec::new(),
            tried: 0,
            written: false,
        }
    }

    /// A limit was hit.
    pub fn stopped(&mut self, limit: String) {
        self.outcome = RepairOutcome::Undecided;
        self.limit = Some(limit);
    }

    /// A repair was found, checked and written as text.
    pub fn repaired(&mut self, after: Finding, old: &str, new: &str) {
        if self.limit.is_none() {
            self.outcome = RepairOutcome::Repaired;
        }
        self.after = Some(after);
        let header = (format!("a/{}", self.path), format!("b/{}", self.path));
        let diff = TextDiff::from_lines(old, new);
        self.diff = Some(diff.unified_diff().context_radius(3).header(&header.0, &header.1).to_string());
    }
}
