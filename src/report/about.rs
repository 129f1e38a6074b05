//! What is reported about one runbook, and about a world alone.

use super::Readings;
use crate::explain::data::{Answer, Finding, Stats, WorldFinding};
use serde::Serialize;

/// The version of the JSON view; raised when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 2;

/// The report of a runbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Runbook {
    /// [`SCHEMA_VERSION`]
    pub schema_version: u32,
    /// The file, as it is shown to people.
    pub path: String,
    /// The first heading.
    pub title: String,
    /// The world's title.
    pub world: String,
    /// Under which assumptions it was checked.
    pub assumptions: Assumptions,
    /// What was found out.
    #[serde(flatten)]
    pub finding: Finding,
    /// What its loops are worth, where it has some without a bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readings: Option<Readings>,
    /// What makes the check large, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<Stats>,
}

/// Under which assumptions a runbook was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Assumptions {
    /// `given`, one text an entry: `clusres = sp4`.
    pub given: Vec<String>,
    /// `unknown`, one text an alternative: `systemroot = differs`.
    pub unknown: Vec<String>,
    /// What may strike, and how many times.
    pub faults: Vec<FaultBudget>,
}

/// What may strike, and how many times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FaultBudget {
    /// The family, or one ground fault.
    pub fault: String,
    /// At most.
    pub at_most: u8,
}

impl Runbook {
    /// Pairs what was found out with where it comes from.
    pub fn new(
        path: impl Into<String>,
        title: impl Into<String>,
        world: impl Into<String>,
        assumptions: Assumptions,
        finding: Finding,
    ) -> Self {
        Runbook {
            schema_version: SCHEMA_VERSION,
            path: path.into(),
            title: title.into(),
            world: world.into(),
            assumptions,
            finding,
            readings: None,
            stats: None,
        }
    }

    /// Whether a claim fails (or speaks of no ordering at all).
    pub fn fails(&self) -> bool {
        self.finding.claims.iter().any(|claim| matches!(claim.answer, Answer::Fails | Answer::Vacuous))
    }

    /// Whether a limit was hit before the verdict, or a claim, was decided.
    pub fn undecided(&self) -> bool {
        self.finding.limit.is_some() || self.finding.claims.iter().any(|claim| claim.answer == Answer::Undecided)
    }
}

/// The report of a world explored alone, every step allowed at any time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct World {
    /// [`SCHEMA_VERSION`]
    pub schema_version: u32,
    /// The file, as it is shown to people.
    pub path: String,
    /// The world's title.
    pub title: String,
    /// What was found out.
    #[serde(flatten)]
    pub finding: WorldFinding,
    /// What makes the world large, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<Stats>,
}

impl World {
    /// Pairs what was found out with where it comes from.
    pub fn new(path: impl Into<String>, title: impl Into<String>, finding: WorldFinding) -> Self {
        World { schema_version: SCHEMA_VERSION, path: path.into(), title: title.into(), finding, stats: None }
    }

    /// Whether an `always` condition breaks, or something never settles.
    pub fn fails(&self) -> bool {
        self.finding.violation.is_some()
    }

    /// Whether a limit was hit before all states were seen.
    pub fn undecided(&self) -> bool {
        self.finding.limit.is_some()
    }
}
