//! What to do from where one is.

use super::StepName;
use serde::Serialize;

/// What was found for a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanOutcome {
    /// It is reached already.
    Nothing,
    /// Following the rest of the runbook ends well, in any order that it allows.
    GoOn,
    /// Following the rest of the runbook in one order ends well.
    GoOnInOrder,
    /// There is a plan.
    Plan,
    /// There is none.
    BeyondRepair,
    /// A limit was hit.
    Undecided,
}

/// What to do from where one is, and why that is all that can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanFinding {
    /// What it leads to: `healthy`, or a condition as it was written.
    pub to: String,
    /// How many crashes it survives.
    pub surviving: u8,
    /// In how many different states one may be.
    pub cases: usize,
    /// What was found.
    pub outcome: PlanOutcome,
    /// Where the rest of the runbook does it: the steps, in an order that does.
    pub rest: Vec<StepName>,
    /// Steps at worst.
    pub steps: u32,
    /// Steps at worst that take a node down.
    pub restarts: u32,
    /// Where there are several cases: whether the same steps are right in all of them.
    pub same_in_all_cases: bool,
    /// The plan.
    pub plan: Vec<PlanItem>,
    /// `always` conditions that hold now and that this plan breaks on the way: no plan keeps all of them.
    pub breaks: Vec<String>,
    /// `always` conditions that do not hold now; a plan is not asked to keep them.
    pub broken: Vec<String>,
    /// Why there is no plan.
    pub reasons: Vec<String>,
    /// The limit that was hit.
    pub limit: Option<String>,
}

/// One line of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum PlanItem {
    /// A step.
    Step {
        /// By which other lines call it.
        number: usize,
        /// The sentence.
        sentence: String,
        /// The steps of the runbook with this sentence that are still to come.
        of_runbook: Vec<StepName>,
        /// What to do instead if something crashes before it.
        crashes: Vec<CrashBranch>,
    },
    /// Look, and go on as the case calls for.
    Look {
        /// By which other lines call it.
        number: usize,
        /// At what.
        at: Vec<String>,
        /// The cases; one of them is there.
        cases: Vec<LookCase>,
    },
    /// Go on at the line with this number.
    GoOn {
        /// Its number.
        number: usize,
    },
    /// Nothing more is to be done.
    Done,
}

/// What to do in a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LookCase {
    /// What is seen; each alternative is all that is in it: `clussvc(B) == running`.
    pub seen: Vec<Vec<String>>,
    /// What to do then.
    pub then: Vec<PlanItem>,
}

/// What to do after a crash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CrashBranch {
    /// `crash on B`
    pub fault: String,
    /// What to do then.
    pub then: Vec<PlanItem>,
}
