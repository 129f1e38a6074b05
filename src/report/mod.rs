//! The report of a run: plain owned data, then views of it.
//!
//! Comes in: what `explain` tells, and what is known of the file. Goes out: [`Runbook`], [`World`] and [`Difference`] as data, and
//! views of them: [`text`] for people, [`json`] for programs.
//!
//! Invariants: the same data gives the same bytes; no text of a file reaches a terminal as a control character; no line is
//! wider than asked. What it does not know: packed states, files, the terminal, the time that a check took.

mod about;
mod card;
mod cover;
mod difference;
pub mod json;
mod mistake;
mod plan;
mod readings;
mod recheck;
mod repair;
mod rollback;
mod service;
mod slips;
pub mod text;

pub use about::{Assumptions, FaultBudget, Runbook, SCHEMA_VERSION, World};
pub use card::Card;
pub use cover::{
    Citations, Cover, CoveredWorld, LoadBearing, MutantCounts, NeverExercised, Stale, Stillborn, Survivor,
    UndecidedMutant,
};
pub use difference::{Difference, Side};
pub use mistake::Mistake;
pub use plan::Plan;
pub use readings::{ReadingWord, Readings};
pub use recheck::{Recheck, RecheckOutcome, Rechecked, RecheckedClaim};
pub use repair::{ClaimChange, KeptOrders, Repair, RepairCost, RepairOutcome};
pub use rollback::Rollback;
pub use service::Service;
pub use slips::Slips;

#[doc(inline)]
pub use crate::explain::data;
