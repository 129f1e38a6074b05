//! Mistakes in files as plain data.

use crate::base::Sources;
use crate::diag::{Diagnostic, Severity};
use serde::Serialize;

/// A mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Stable, `R012`.
    pub code: &'static str,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The file, as it is shown to people.
    pub path: String,
    /// One-based.
    pub line: u32,
    /// One-based, in characters.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Mistake {
    /// The mistake, with its place looked up.
    pub fn new(diagnostic: &Diagnostic, sources: &Sources) -> Mistake {
        let position = sources.position(diagnostic.span);
        Mistake {
            code: diagnostic.code.entry().name,
            severity: match diagnostic.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            path: sources.path(diagnostic.span.source).to_owned(),
            line: position.line,
            column: position.column,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
        }
    }
}
