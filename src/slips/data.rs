//! What was found out about mishaps.

use crate::base::Limit;
use crate::system::{EventId, MishapKind, OccurrenceId, System, VarId};
use crate::verdict::Counterexample;
use num_bigint::BigUint;

/// The least and the most harm are first and last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Harm {
    /// In no good ordering, and no run of one, can it happen.
    Impossible,
    /// Every run ends well, with no sign that anything happened.
    Harmless,
    /// Every run ends well; some have a sign: an event that is not raised there otherwise, a step that fails or is refused.
    Signs,
    /// Some run ends badly; each that does has a sign.
    Announced,
    /// Some run ends badly without a sign.
    Silent,
    /// Some run ends where no steps of the world lead to a good end.
    BeyondRepair,
}

/// What one mishap can do.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Index into the mishaps.
    pub mishap: usize,
    /// The worst that it does in some good ordering.
    pub worst: Harm,
    /// Whether some run that ends as badly as `worst` says has no sign; of interest for [`Harm::BeyondRepair`].
    pub silent: bool,
    /// Whether some run that ends badly, as badly as `worst` says or less so, has no sign.
    pub unseen: bool,
    /// In how many good orderings it can do its worst.
    pub orders: BigUint,
    /// In how many good orderings it can happen at all.
    pub of: BigUint,
    /// The cheapest check after which a silent one is announced; None also where there is none.
    pub check: Option<Check>,
    /// A run that does its worst, where that is bad.
    pub witness: Option<Witness>,
}

/// A condition that holds in every run of a good ordering without mishaps, and in no run that is silently bad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Looked at right after this step; None is after the last step.
    pub after: Option<OccurrenceId>,
    /// Each variable and the values that it may have (bit i for value i).
    pub variables: Vec<(VarId, u64)>,
}

/// A run with mishaps, as a run of a system of its own whose only ordering is what was done.
#[derive(Clone, Debug)]
pub struct Witness {
    /// What went wrong, in the order in which it did, as indices into the mishaps.
    pub mishaps: Vec<usize>,
    /// The good ordering that was meant.
    pub meant: Vec<OccurrenceId>,
    /// What was done: steps left out, done again, done elsewhere.
    pub system: Box<System>,
    /// The run.
    pub run: Counterexample,
    /// Events that are not raised there without the mishap.
    pub signs: Vec<EventId>,
}

/// How much may go wrong in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Mishaps that a person does.
    pub slips: u32,
    /// Crashes, while a step is under way or before it.
    pub crashes: u32,
    /// Faults, by their [detail](crate::system::Mishap::detail); none of those that are not named.
    pub faults: Vec<(String, u32)>,
}

/// The least that leads to a bad end.
#[derive(Clone, Debug, Default)]
pub struct Tolerance {
    /// How many mishaps at once were looked at: all sets of so many were, unless a limit was hit.
    pub looked_at: u32,
    /// All smallest sets that lead to a bad end, as sorted indices into the mishaps; empty if there is none up to `looked_at`.
    pub sets: Vec<Vec<usize>>,
    /// A run for the first of them.
    pub witness: Option<Witness>,
    /// Why no more is known.
    pub limit: Option<Limit>,
}

/// What all mishaps can do, one at a time, and the least that does harm.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// How many good orderings there are. With none, nothing else is asked.
    pub good: BigUint,
    /// One for each mishap, in their order.
    pub cells: Vec<Cell>,
    /// The least that leads to a bad end.
    pub tolerance: Tolerance,
    /// Why it is not known of all bad ends whether they are beyond repair: those that are not known count as not.
    pub repairs: Option<Limit>,
    /// Why some of it is missing.
    pub limit: Option<Limit>,
}

impl Matrix {
    /// The worst cell of a kind at an occurrence.
    pub fn worst<'m>(
        &'m self,
        mishaps: &[crate::system::Mishap],
        (occurrence, kind): (OccurrenceId, MishapKind),
    ) -> Option<&'m Cell> {
        let here = |cell: &&Cell| {
            let mishap = &mishaps[cell.mishap];
            (mishap.occurrence, mishap.kind) == (occurrence, kind)
        };
        self.cells.iter().filter(here).max_by_key(|cell| cell.worst)
    }
}
