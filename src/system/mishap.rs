//! What may go wrong while one occurrence is carried out: slips of the person, crashes of the machine.
//!
//! A [`Mishap`] replaces the step of one occurrence by other *tries*. It happens only where the `if`s around the occurrence hold;
//! faults may strike before each try, as they may before each step. Here is what is tried; what comes of it is found in
//! [`crate::slips`].

use super::{OccurrenceId, StepId};

/// One thing that may go wrong at one occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mishap {
    /// Where.
    pub occurrence: OccurrenceId,
    /// What.
    pub kind: MishapKind,
    /// What tells it from others of this kind at this occurrence: the sentence that is done instead, the node, the fault.
    pub detail: String,
    /// What is tried instead of the step, in this order. Empty for [`MishapKind::Skipped`] and [`MishapKind::Swapped`].
    pub tries: Vec<Try>,
}

/// Kinds of mishaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MishapKind {
    /// The step is left out.
    Skipped,
    /// The step is done, and at once done again.
    Twice,
    /// The step is done right after the step that should have come next.
    Swapped,
    /// The step is done on another node.
    WrongNode,
    /// A node of the step crashes while the step is under way, and is started again; then the step is done again.
    CutShort,
    /// The step is begun and never finished.
    HalfWay,
    /// A node crashes before the step, and is started again.
    Crash,
    /// A fault of the world's own strikes before the step.
    Fault,
}

impl MishapKind {
    /// Those that a person does: what `slips` counts in `tolerates`.
    pub fn is_slip(self) -> bool {
        matches!(self, Self::Skipped | Self::Twice | Self::Swapped | Self::WrongNode | Self::HalfWay)
    }

    /// Those that `crash` counts in `tolerates`.
    pub fn is_crash(self) -> bool {
        matches!(self, Self::CutShort | Self::Crash)
    }
}

/// A step that is tried in a mishap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    /// Index into `System::steps`.
    pub step: StepId,
    /// What it means if the step is refused.
    pub refused: Refused,
}

/// What it means if a try is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The procedure ends there, as it does where any step is refused.
    Stop,
    /// It is a sign that something went wrong; nothing changes, and the next try or step comes.
    GoOn,
    /// It is a sign; this step is tried instead, and if it is refused too, the procedure ends.
    Instead(StepId),
    /// The mishap cannot happen here.
    Impossible,
}
