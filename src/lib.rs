//! runproof: runbooks, proved.

pub mod base;
pub mod diag;
pub mod engine;
pub mod lower;
pub mod resolve;
pub mod syntax;
pub mod system;
pub mod trace;
pub mod verdict;
