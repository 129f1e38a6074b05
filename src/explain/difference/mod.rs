//! What a change of a runbook, or of its world, does, in words.
//!
//! Comes in: two systems with their certified verdicts, and how their orders and rules compare. Goes out: plain data ([`data`]).
//!
//! Invariant: every run that is told is replayed first.

pub mod data;
mod pattern;
mod tell;

pub use tell::{Seen, difference};
