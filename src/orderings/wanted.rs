//! What is wanted of a run, over all runs of an ordering or some: and what one attempt says about it.

use crate::engine::{Fate, Target};
use crate::system::{Finish, Marks, OccurrenceId};

/// What a run may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// The run is good.
    Good,
    /// It is not.
    NotGood,
    /// A step is refused.
    Refused,
    /// None is.
    NotRefused,
    /// The mark is left.
    Marked(Marks),
    /// It is not.
    Unmarked(Marks),
    /// This step is refused.
    RefusedAt(OccurrenceId),
    /// Reactions go on for ever.
    Unsettled,
    /// A loop goes round for ever, or reactions that take time do.
    Endless,
    /// All steps are done, nothing breaks on the way, and it ends like this.
    Ends(Finish),
}

/// What an attempt says about a run that goes that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edgewise {
    /// The run has it, however it goes on.
    Has,
    /// The run has it not, however it goes on.
    Lacks,
    /// It depends on what follows, from this state on.
    Open(u32),
}

impl Trait {
    /// What an attempt says; no occurrence where an initial state settles.
    pub fn edgewise(self, id: Option<OccurrenceId>, fate: Fate) -> Edgewise {
        let either = |has: bool| if has { Edgewise::Has } else { Edgewise::Lacks };
        match (self, fate.target) {
            (Trait::Good | Trait::NotGood | Trait::Ends(_), _) if fate.marks.meets(Marks::BROKEN) => {
                either(self == Trait::NotGood)
            }
            (Trait::Marked(mark), _) if fate.marks.meets(mark) => Edgewise::Has,
            (Trait::Unmarked(mark), _) if fate.marks.meets(mark) => Edgewise::Lacks,
            (_, Target::State(state)) => Edgewise::Open(state),
            (Trait::Good | Trait::Ends(_) | Trait::Marked(_), _) => Edgewise::Lacks,
            (Trait::NotGood | Trait::Unmarked(_), _) => Edgewise::Has,
            (Trait::Refused, end) => either(end == Target::Refused),
            (Trait::NotRefused, end) => either(end != Target::Refused),
            (Trait::RefusedAt(at), end) => either(end == Target::Refused && id == Some(at)),
            (Trait::Unsettled, end) => either(end == Target::Unsettled),
            (Trait::Endless, end) => either(end == Target::Endless),
        }
    }

    /// Whether a run that comes to its end undecided has it.
    pub fn at_the_end(self, finish: Finish) -> bool {
        match self {
            Trait::Good => finish == Finish::Healthy,
            Trait::NotGood => finish != Finish::Healthy,
            Trait::Ends(wanted) => finish == wanted,
            Trait::Refused | Trait::RefusedAt(_) | Trait::Unsettled | Trait::Endless | Trait::Marked(_) => false,
            Trait::NotRefused | Trait::Unmarked(_) => true,
        }
    }

    /// Whether a run that has it is shown for not being good.
    pub fn fails(self) -> bool {
        match self {
            Trait::NotGood | Trait::RefusedAt(_) | Trait::Unsettled | Trait::Endless => true,
            Trait::Ends(finish) => finish != Finish::Healthy,
            Trait::Good | Trait::Refused | Trait::NotRefused | Trait::Marked(_) | Trait::Unmarked(_) => false,
        }
    }

    /// Whether no attempt decides that a run has it: then a run has it only if what follows has.
    pub(super) fn hangs_on_what_follows(self) -> bool {
        matches!(self, Trait::Good | Trait::Ends(_))
    }

    /// Whether how a run ends matters.
    pub(super) fn asks_the_end(self) -> bool {
        matches!(self, Trait::Good | Trait::NotGood | Trait::Ends(_))
    }
}

/// Over which runs of an ordering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// All have it.
    Every,
    /// At least one has it.
    Some,
}
