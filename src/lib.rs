//! runproof: runbooks, proved.

pub mod base;
pub mod diag;
pub mod explain;
pub mod report;
pub mod resolve;
pub mod syntax;
pub mod system;
pub mod trace;
pub mod verdict;
