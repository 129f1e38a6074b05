//! `runproof service`

use super::arguments::Form;
use super::command::{Work, readable};
use super::exit::Exit;
use super::plan::wrong;
use super::terminal::Terminal;
use crate::check::Runbook;
use crate::files::shown;
use crate::report::{json, text};
use std::path::Path;

/// Says what is served during each step.
pub fn service(path: &Path, work: &Work, form: Form, terminal: &mut Terminal) -> Exit {
    if let Err(exit) = readable(path, terminal) {
        return exit;
    }
    let found = work.within(&shown(path), |budget| {
        let runbook = Runbook::open(path)?;
        runbook.service(budget).map(|report| (report, runbook.warnings().clone()))
    });
    let (report, warnings) = match found {
        Ok(found) => found,
        Err(mistakes) => return wrong("service", &mistakes, form, terminal),
    };
    terminal.mistakes(&warnings);
    if form.json {
        terminal.print(&json::report("service", Some(&report), &[]));
    } else {
        terminal.print(&text::service(&report, terminal.look()));
    }
    if report.finding.limit.is_some() { Exit::Undecided } else { Exit::Fine }
}
