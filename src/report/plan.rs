//! What is reported about a plan.

use super::SCHEMA_VERSION;
use crate::explain::data::PlanFinding;
use serde::Serialize;

/// The report of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// [`SCHEMA_VERSION`]
    pub schema_version: u32,
    /// The world, as it is shown to people.
    pub path: String,
    /// The world's title.
    pub world: String,
    /// The state file.
    pub from: Option<String>,
    /// The runbook.
    pub runbook: Option<String>,
    /// How far it was followed: labels.
    pub after: Vec<String>,
    /// What was found out.
    #[serde(flatten)]
    pub finding: PlanFinding,
}

impl Plan {
    /// Pairs what was found out with where it comes from.
    pub fn new(
        (path, world): (String, String),
        (from, runbook, after): (Option<String>, Option<String>, Vec<String>),
        finding: PlanFinding,
    ) -> Plan {
        Plan { schema_version: SCHEMA_VERSION, path, world, from, runbook, after, finding }
    }
}
