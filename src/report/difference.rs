//! What is reported about a change.

use super::SCHEMA_VERSION;
use super::about::Runbook;
use crate::explain::data::{Counts, Effort, Story, Word};
use crate::explain::difference::data;
use serde::Serialize;

/// The report of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// [`SCHEMA_VERSION`]
    pub schema_version: u32,
    /// The runbook as it was.
    pub old: Side,
    /// The runbook as it is.
    pub new: Side,
    /// What the change does.
    #[serde(flatten)]
    pub difference: data::Difference,
}

/// One of the two runbooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The file, as it is shown to people.
    pub path: String,
    /// The first heading.
    pub title: String,
    /// The world's title.
    pub world: String,
    /// In a word.
    pub verdict: Word,
    /// The limit that was hit, where undecided.
    pub limit: Option<String>,
    /// None where undecided.
    pub counts: Option<Counts>,
    /// Of the set of good orderings; None if undecided.
    pub fingerprint: Option<String>,
    /// How much was looked at.
    pub effort: Effort,
    /// The shortest, where not all orderings are good.
    pub counterexample: Option<Story>,
}

impl From<Runbook> for Side {
    fn from(report: Runbook) -> Side {
        let Runbook { path, title, world, finding, .. } = report;
        Side {
            path,
            title,
            world,
            verdict: finding.verdict,
            limit: finding.limit,
            counts: finding.counts,
            fingerprint: finding.fingerprint,
            effort: finding.effort,
            counterexample: finding.counterexample,
        }
    }
}

impl Difference {
    /// Pairs two reports with what a change does.
    pub fn new(old: Runbook, new: Runbook, difference: data::Difference) -> Self {
        Difference { schema_version: SCHEMA_VERSION, old: old.into(), new: new.into(), difference }
    }

    /// Whether a limit was hit before both were decided and compared.
    pub fn undecided(&self) -> bool {
        let limits = [&self.old.limit, &self.new.limit, &self.difference.limit];
        limits.iter().any(|limit| limit.is_some())
    }
}
