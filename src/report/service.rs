//! What is reported about service.

use super::SCHEMA_VERSION;
use crate::explain::data::ServiceFinding;
use serde::Serialize;

/// The report of what is served while a runbook is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    /// [`SCHEMA_VERSION`]
    pub schema_version: u32,
    /// The file, as it is shown to people.
    pub path: String,
    /// The first heading.
    pub title: String,
    /// What was found out.
    #[serde(flatten)]
    pub finding: ServiceFinding,
}

impl Service {
    /// Pairs what was found out with where it comes from.
    pub fn new(path: impl Into<String>, title: impl Into<String>, finding: ServiceFinding) -> Service {
        Service { schema_version: SCHEMA_VERSION, path: path.into(), title: title.into(), finding }
    }
}
