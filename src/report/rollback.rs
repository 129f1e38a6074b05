//! What is reported about ways back.

use super::SCHEMA_VERSION;
use crate::explain::data::RollbackFinding;
use serde::Serialize;

/// The report of the ways back from a runbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rollback {
    /// [`SCHEMA_VERSION`]
    pub schema_version: u32,
    /// The file, as it is shown to people.
    pub path: String,
    /// The first heading.
    pub title: String,
    /// What was found out.
    #[serde(flatten)]
    pub finding: RollbackFinding,
}

impl Rollback {
    /// Pairs what was found out with where it comes from.
    pub fn new(path: impl Into<String>, title: impl Into<String>, finding: RollbackFinding) -> Rollback {
        Rollback { schema_version: SCHEMA_VERSION, path: path.into(), title: title.into(), finding }
    }
}
