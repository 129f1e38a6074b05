//! Domain words to the packed system: packages, services, groups, restarts and drills become guarded commands.
//!
//! ```text
//! model ─ commands (over model variables) ─ possible values ─ layout ─ packed System
//! ```
//!
//! Comes in: a resolved world and, unless the world is explored alone, a runbook. Goes out: a [`crate::system::System`],
//! or the one thing that can go wrong, a system that is [`TooLarge`].
//!
//! Kept: a variable that no command can ever change takes no bits, and conditions on it are decided here; an outcome
//! never assigns one bit twice. It does not know how a system is searched, nor what a report looks like.

mod assemble;
mod condition;
mod effect;
mod leftover;
mod mishap;
mod pack;
mod power;
mod print;
mod procedure;
mod reaction;
mod step;

pub use assemble::{alone, measured, mishaps, runbook, with_every_step};
pub use leftover::MOST_PARTS;
pub use mishap::coarse;
pub use pack::TooLarge;
pub use print::print;
