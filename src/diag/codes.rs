//! The one table of codes: what each means, with an example. `runproof explain` and `docs/diagnostics.md` print it.

use super::Severity;

/// A stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// Not readable as TOML.
    R001,
}

/// What a code means.
#[derive(Clone, Copy, Debug)]
pub struct CodeEntry {
    /// The code.
    pub code: Code,
    /// As printed.
    pub name: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// What it means and what to do.
    pub explanation: &'static str,
    /// A file that has the mistake.
    pub example: &'static str,
}

impl Code {
    /// Its entry in [`TABLE`].
    pub fn entry(self) -> &'static CodeEntry {
        TABLE.iter().find(|entry| entry.code == self).expect("every code has an entry: a test walks the table")
    }
}

/// Every code, in order.
pub const TABLE: &[CodeEntry] = &[CodeEntry {
    code: Code::R001,
    name: "R001",
    severity: Severity::Error,
    title: "not TOML",
    explanation: "The file or the checked block is not readable as TOML.",
    example: "title = Cluster\n",
}];
