//! Whether a run comes to something at last: on any graph, and on all that a runbook can do.
//!
//! Never decided along single paths while a graph is still being explored: where paths join or go round, that misses
//! counterexamples.

mod classify;
mod course;
mod promise;
mod readings;
mod recover;

pub use classify::{Escape, Liveness, Word, classify};
pub use promise::{Come, eventually};
pub use readings::{Reading, Readings, readings};
pub use recover::recoverable;
