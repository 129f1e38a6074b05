//! runproof: runbooks, proved.

pub mod base;
pub mod certify;
pub mod check;
pub mod cli;
pub mod diag;
pub mod engine;
pub mod explain;
pub mod files;
pub mod lower;
pub mod orderings;
pub mod report;
pub mod resolve;
pub mod syntax;
pub mod system;
pub mod testing;
pub mod trace;
pub mod verdict;

pub use base::Budget;
pub use check::{Mistakes, Runbook, World};
