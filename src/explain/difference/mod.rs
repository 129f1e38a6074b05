//! What a change of a runbook, or of its world, does, in words.
//!
//! Comes in: two systems with their certified verdicts, and how their orders and rules compare. Goes out: plain data ([`data`]).
//!
//! Invariants: every run that is told is replayed first; rules of one fate are told together, as the rules of a runbook are, so
//! that what holds on every node is said once.

pub mod data;
mod rules;
mod tell;

pub use tell::{Seen, difference};
