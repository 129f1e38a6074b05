//! Rechecks a certificate without anything that found what it says: no lowering, no packed states, no engine.
//!
//! In: a [`Certificate`], and the resolved world and runbook that it is about. Out: a [`Summary`] in numbers, or the
//! [`Refused`] that says which check failed. States are plain lists of value indices, one for each variable of the world; what
//! packages, services, groups, restarts, faults, `if`s and drills do is written here a second time, from `docs/language.md`.
//!
//! Of `system` nothing is named but what the resolved model itself is made of: the tree of blocks and the formulas of `where`.

mod attempt;
mod certificate;
mod claims;
mod courses;
mod deeds;
mod formula;
mod known;
mod machine;
mod names;
mod places;
mod problem;
mod remains;
mod rules;
mod runs;
mod sets;
mod settle;
mod summary;

pub use certificate::{
    AnswerTold, Certificate, ClaimTold, Ending, Move, Names, Node, Pattern, Question, Rules, RunShown, Set, SetRuns,
    Source, VerdictTold, What, Word, digest,
};
pub use known::unknown;
pub use names::{letter, state_text};
pub use problem::{Problem, Refused};
pub use summary::{Summary, recheck};
