//! runproof: runbooks, proved.
//!
//! A *world* (TOML) says what a system is, a *runbook* (Markdown) what people do. The check says, for every order that
//! the runbook allows and everything the environment may do, whether it ends well.
//!
//! ```
//! use runproof::{Budget, Runbook};
//!
//! let runbook = Runbook::open("models/tutorial/order/runbook.md")?;
//! let report = runbook.check(&Budget::default())?;
//! assert!(!report.fails(), "a claim fails");
//! let counts = report.finding.counts.expect("decided within the budget");
//! assert_eq!((counts.good.as_str(), counts.total.as_str()), ("1", "2"));
//! # Ok::<(), runproof::Mistakes>(())
//! ```
//!
//! In `cargo test`, [`testing::main!`] makes each claim of each runbook a test. `docs/language.md` is the reference of both
//! file formats, `ARCHITECTURE.md` says where what is.

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod base;
pub mod certify;
pub mod check;
pub mod cli;
pub mod cover;
pub mod diag;
pub mod engine;
pub mod explain;
pub mod export;
pub mod files;
pub mod lower;
pub mod orderings;
pub mod plan;
pub mod recheck;
pub mod report;
pub mod resolve;
pub mod slips;
pub mod syntax;
pub mod system;
pub mod testing;
pub mod trace;
pub mod verdict;

pub use base::Budget;
pub use check::{Mistakes, Runbook, World};
