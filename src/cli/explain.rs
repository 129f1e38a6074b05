//! `runproof explain`

use super::exit::Exit;
use super::terminal::Terminal;
use crate::diag::{Severity, TABLE, nearest};
use crate::report::text;

/// Says what a code means.
pub fn explain(code: &str, terminal: &mut Terminal) -> Exit {
    let wanted = code.to_uppercase();
    let Some(entry) = TABLE.iter().find(|entry| entry.name == wanted) else {
        let near = nearest(&wanted, TABLE.iter().map(|entry| entry.name));
        let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        terminal.complain(&format!("no mistake has the code {code}{hint}"));
        return Exit::WrongFile;
    };
    let severity = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let heading = format!("{} ({severity}): {}", entry.name, entry.title);
    terminal.print(&text::explanation(&heading, entry.explanation, entry.example, terminal.look()));
    Exit::Fine
}
