//! What people and machines may do wrong in a runbook.

use super::Assumptions;
use crate::explain::data::{SlipStory, SlipsFinding};
use serde::Serialize;

/// What may go wrong in a runbook, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slips {
    /// The file, as it is shown to people.
    pub path: String,
    /// The first heading.
    pub title: String,
    /// The world's title.
    pub world: String,
    /// Under which assumptions it was looked at.
    pub assumptions: Assumptions,
    /// What was found out.
    #[serde(flatten)]
    pub finding: SlipsFinding,
    /// The run that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<SlipStory>,
}

impl Slips {
    /// Whether a limit was hit before all was known.
    pub fn undecided(&self) -> Option<&str> {
        self.finding.limit.as_deref().or(self.finding.tolerance.limit.as_deref())
    }
}
