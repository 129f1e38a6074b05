//! What a user's `cargo test` calls: each claim of each runbook a test of its own, each report compared with a snapshot.
//!
//! In a file `tests/models.rs` whose `[[test]]` entry says `harness = false`:
//!
//! ```text
//! runproof::testing::main!("models");
//! ```
//!
//! | test | passes where |
//! |---|---|
//! | `nt4-cluster/q223258::claim-id` | the claim holds |
//! | `nt4-cluster/q223258::report` | the report equals `snapshots/nt4-cluster/q223258.snap`; `cargo insta review` takes changes |
//! | `nt4-cluster/q223258::slips` | where the block says `slips`: what may go wrong equals `snapshots/nt4-cluster/q223258__slips.snap` |
//! | `nt4-cluster/q223258::reads` | never: it stands for the others where a file is wrong, and shows the mistakes |
//!
//! `RUNPROOF_TIME`, `RUNPROOF_STATES` and `RUNPROOF_MEMORY` limit the work for one runbook, as the options of the
//! command do; undecided is a failure that says so.
//!
//! Invariant: a file that is wrong never stops the list of tests. It does not know what a claim means.

mod compare;
mod models;
mod suite;

#[doc(hidden)]
pub use insta;
#[doc(hidden)]
pub use suite::run;

/// The `main` function of a test file that tests every runbook below a directory of the package.
#[doc(inline)]
pub use crate::__runproof_testing_main as main;
