//! What people and machines may do wrong, step by step, and what comes of it.

use super::{StepName, Story};
use serde::Serialize;

/// Kinds of mishaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlipKind {
    /// The step is left out.
    Skipped,
    /// The step is done, and at once done again.
    Twice,
    /// The step is done right after the step that should have come next.
    Swapped,
    /// The step is done on another node.
    WrongNode,
    /// A node of the step crashes while the step is under way.
    CutShort,
    /// The step is begun and never finished.
    HalfWay,
    /// A node crashes before the step.
    Crash,
    /// A fault of the world's own strikes before the step.
    Fault,
}

impl SlipKind {
    /// Those that have a column in the matrix, in its order.
    pub const COLUMNS: [SlipKind; 6] =
        [Self::Skipped, Self::Twice, Self::Swapped, Self::WrongNode, Self::CutShort, Self::HalfWay];

    /// Its name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Twice => "twice",
            Self::Swapped => "swapped",
            Self::WrongNode => "wrong-node",
            Self::CutShort => "cut-short",
            Self::HalfWay => "half-way",
            Self::Crash => "crash",
            Self::Fault => "fault",
        }
    }
}

/// What comes of it, from the least to the most harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Harm {
    /// It cannot happen.
    Impossible,
    /// Every run ends well, and nothing tells that it happened.
    Harmless,
    /// Every run ends well; some have a sign.
    Signs,
    /// Some run ends badly; each that does has a sign.
    Announced,
    /// Some run ends badly without a sign.
    Silent,
    /// Some run ends where no steps of the world lead to a good end.
    BeyondRepair,
}

/// One thing that may go wrong at one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slip {
    /// One-based place of the step in the document.
    pub number: usize,
    /// What.
    pub kind: SlipKind,
    /// The sentence that is done instead, the node that crashes, the fault; empty for the others.
    pub detail: String,
    /// In words: `step 7 (restart B) skipped`.
    pub says: String,
}

/// What one thing that goes wrong can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlipCell {
    /// What goes wrong.
    #[serde(flatten)]
    pub slip: Slip,
    /// The worst that it does in some good order.
    pub harm: Harm,
    /// Whether some run ends as badly without a sign.
    pub silent: bool,
    /// Whether some run ends badly without a sign, if not as badly.
    pub unseen: bool,
    /// In how many good orders it can do its worst, as decimal digits.
    pub orders: String,
    /// In how many good orders it can happen, as decimal digits.
    pub of: String,
    /// After which check it would no longer be silent.
    pub check: Option<SlipCheck>,
}

impl SlipCell {
    /// How bad it is, for the choice of the worst.
    pub fn rank(&self) -> (Harm, bool) {
        (self.harm, self.silent)
    }

    /// Whether it can end badly and nothing tells.
    pub fn is_silent(&self) -> bool {
        self.unseen
    }
}

/// A condition to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlipCheck {
    /// Right after the step of this number; None is after the last step.
    pub after: Option<usize>,
    /// As a runbook's `if` says it.
    pub condition: String,
}

/// A step, and all that may go wrong there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlipStep {
    /// One-based place in the document.
    pub number: usize,
    /// The step.
    #[serde(flatten)]
    pub step: StepName,
    /// What may go wrong.
    pub cells: Vec<SlipCell>,
}

impl SlipStep {
    /// The worst of a kind, the first of those that are as bad.
    pub fn worst(&self, kind: SlipKind) -> Option<&SlipCell> {
        let of_kind = self.cells.iter().filter(|cell| cell.slip.kind == kind);
        of_kind.reduce(|worst, cell| if cell.rank() > worst.rank() { cell } else { worst })
    }
}

/// The least that leads to a bad end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tolerance {
    /// How many things at once were looked at.
    pub looked_at: u32,
    /// All smallest sets that lead to a bad end; empty if there is none up to `looked_at`.
    pub sets: Vec<Vec<Slip>>,
    /// The limit that was hit before all was known.
    pub limit: Option<String>,
}

/// What people and machines may do wrong, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlipsFinding {
    /// How many orders are good, as decimal digits.
    pub good: String,
    /// Every step, in the order of the document.
    pub steps: Vec<SlipStep>,
    /// The least that leads to a bad end.
    pub tolerance: Tolerance,
    /// Packages that write too much for every part of it to be looked at.
    pub coarse: Vec<String>,
    /// The limit that was hit before it was known of all bad ends whether they are beyond repair.
    pub repair_limit: Option<String>,
    /// The limit that was hit before all was known.
    pub limit: Option<String>,
}

impl SlipsFinding {
    /// All cells, step by step.
    pub fn cells(&self) -> impl Iterator<Item = &SlipCell> {
        self.steps.iter().flat_map(|step| &step.cells)
    }

    /// What a person does wrong, or a crash in the middle of a step, that can end badly and nothing tells.
    pub fn silent(&self) -> impl Iterator<Item = &SlipCell> {
        self.cells().filter(|cell| cell.is_silent() && SlipKind::COLUMNS.contains(&cell.slip.kind))
    }

    /// Whether something of the matrix can end badly.
    pub fn is_bad(&self) -> bool {
        self.cells().any(|cell| cell.harm >= Harm::Announced && SlipKind::COLUMNS.contains(&cell.slip.kind))
    }
}

/// A run in which something went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlipStory {
    /// What went wrong.
    pub slips: Vec<Slip>,
    /// The order that was meant.
    pub meant: Vec<StepName>,
    /// Whether nothing shows that something went wrong, where that is known.
    pub silent: Option<bool>,
    /// Events that are not raised where nothing goes wrong.
    pub signs: Vec<String>,
    /// What was done, and how it went.
    pub run: Story,
}
