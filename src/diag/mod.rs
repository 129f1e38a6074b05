//! A mistake in a file, as data; the one table of codes.
//!
//! Comes in: what parsing and resolving found. Goes out: [`Diagnostic`]s, which a terminal shows with their source lines.

mod codes;
mod diagnostic;
mod show;

pub use codes::{Code, CodeEntry, TABLE};
pub use diagnostic::{Diagnostic, Severity, nearest};
pub use show::{Style, show};
