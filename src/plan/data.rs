//! Plans as values, and why there is none.

use crate::base::Limit;
use crate::system::{ActionId, StepId, VarId};

/// One place in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// Nothing more is to be done.
    Done,
    /// Do this step.
    Step {
        /// Index into `System::steps`.
        step: StepId,
        /// Where to go on if this fault strikes before the step; one for each that can.
        crashes: Vec<(ActionId, usize)>,
        /// Where to go on after the step, whatever came of it.
        next: usize,
    },
    /// Look at these variables.
    Look {
        /// At what.
        variables: Vec<VarId>,
        /// For each case the values that they may have there, and where to go on.
        cases: Vec<(Vec<Vec<u8>>, usize)>,
    },
}

/// What to do, whatever happens: a graph without cycles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Places; each leads to earlier ones only.
    pub nodes: Vec<Node>,
    /// Where it begins.
    pub root: usize,
    /// Steps at worst.
    pub steps: u32,
    /// Steps at worst that take a node down.
    pub restarts: u32,
    /// Where there are several cases: whether one sequence is enough, without looking.
    pub blind: bool,
}

/// What was found for a problem.
#[derive(Clone, Debug)]
pub enum Found {
    /// There is a plan; none is shorter.
    Plan(Plan),
    /// There is none.
    Hopeless(Hopeless),
    /// A limit was hit.
    Undecided(Limit),
}

/// Why there is no plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hopeless {
    /// Cases (indices into what was given) from which no plan leads to the goal.
    pub lost: Vec<usize>,
    /// How many cases there are.
    pub of: usize,
    /// Parts of the goal, by their place, that never hold from there on, whatever is done.
    pub never: Vec<usize>,
    /// Drills, by their place, that never pass from there on.
    pub drills: Vec<usize>,
    /// Variables that those parts read and that keep to these values from there on (bit i for value i).
    pub stuck: Vec<(VarId, u64)>,
    /// Whether some outcomes would lead to the goal all the same; None where that is not known.
    pub luck: Option<bool>,
}
