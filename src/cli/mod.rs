//! The command: arguments, files, terminal, progress, exit codes.
//!
//! Comes in: the arguments of the process. Goes out: text or JSON on standard output, mistakes and progress on standard
//! error, an exit code. All printing of the command happens here.
//!
//! Invariants: a crash never looks like a failing claim (it ends with code 4); a reader that closes the pipe early ends
//! the printing, not the check; nothing but text of views is printed, so no control character of a file gets out.

mod arguments;
mod check;
mod checkpoint;
mod diff;
mod exit;
mod explain;
mod export;
mod memory;
mod orderings;
mod plan;
mod progress;
mod put;
mod recheck;
mod repair;
mod rollback;
mod service;
mod slips;
mod states;
mod terminal;
mod trace;

mod command;
mod cover;

pub use command::run;
