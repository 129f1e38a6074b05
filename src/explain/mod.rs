//! Why: a verdict told in words, its runs step by step, and the facts behind what does not hold.
//!
//! Comes in: a system and its certified verdict. Goes out: plain data ([`data`]) without packed states.
//!
//! Invariants: all that is told of a run is computed from its replay; a value's reason is the last change of that value
//! in this run and the values that made the change go the way it went; the same verdict gives the same data.
//!
//! What it does not know: files, terminals, how wide a line is.

mod beyond;
mod card;
mod cause;
mod chain;
mod classes;
pub mod data;
pub mod difference;
#[cfg(test)]
pub(crate) mod example;
mod finding;
mod history;
mod lists;
mod otherwise;
mod plan;
mod reasons;
mod replayed;
mod rows;
mod rules;
mod slips;
mod stats;
mod story;
mod support;
mod tell;

pub use beyond::rescue;
pub use card::{freedom, freest, number, numbers};
pub use lists::lists;
pub use plan::{never, part_texts, plan};
pub use slips::{slip_story, slips};
pub use stats::stats;
pub use story::step_name;
pub use tell::{run, runbook, world};
