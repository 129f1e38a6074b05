//! Which files below a path are runbooks, and the files of a revision.
//!
//! Comes in: paths, and names of revisions. Goes out: paths of Markdown files with a checked block; text as git has it. What is
//! in a file is for the parser to say.
//!
//! Invariant: nothing is written, neither to the work tree nor to the repository.

mod revision;
mod runbooks;

pub use revision::{Revision, is_revision};
pub use runbooks::{is_runbook, runbooks_below, shown};
