//! `runproof rollback`

use super::arguments::Form;
use super::command::{Work, readable};
use super::exit::Exit;
use super::plan::wrong;
use super::terminal::Terminal;
use crate::check::Runbook;
use crate::files::shown;
use crate::report::{json, text};
use std::path::Path;

/// Says after each step whether there is a way back.
pub fn rollback(path: &Path, work: &Work, form: Form, terminal: &mut Terminal) -> Exit {
    if let Err(exit) = readable(path, terminal) {
        return exit;
    }
    let found = work.within(&shown(path), |budget| {
        let runbook = Runbook::open(path)?;
        runbook.rollback(budget).map(|report| (report, runbook.warnings().clone()))
    });
    let (report, warnings) = match found {
        Ok(found) => found,
        Err(mistakes) => return wrong("rollback", &mistakes, form, terminal),
    };
    terminal.mistakes(&warnings);
    if form.json {
        terminal.print(&json::report("rollback", Some(&report), &[]));
    } else {
        terminal.print(&text::rollback(&report, terminal.look()));
    }
    if report.finding.limit.is_some() { Exit::Undecided } else { Exit::Fine }
}
