//! runproof: runbooks, proved.

pub mod base;
pub mod certify;
pub mod diag;
pub mod engine;
pub mod lower;
pub mod orderings;
pub mod resolve;
pub mod syntax;
pub mod system;
pub mod trace;
pub mod verdict;
