//! Rules in plain English: forbidden patterns as sentences about the runbook's own steps.
//!
//! ```text
//! patterns ─ group ─► sayings ─ lift ─► rules ─ wording ─► text
//! ```
//!
//! Comes in: a system and the [`crate::verdict::Rules`] on it. Goes out: numbered sentences, each with the patterns it
//! stands for.
//!
//! Invariants: what is told is neither more nor less than what was found: every rule is turned back into patterns, and
//! where these are not the ones it was made from, the patterns are told one by one. The same rules give the same text.
//!
//! What it does not know: why a pattern is forbidden.

mod group;
mod lift;
mod name;
mod saying;
mod tell;
#[cfg(test)]
mod tests;
mod wording;

pub use name::Names;
pub use tell::told;
pub use wording::list;
