//! `runproof states`

use super::arguments::Form;
use super::command::{Work, readable};
use super::exit::Exit;
use super::terminal::Terminal;
use crate::check::{self, Detail};
use crate::files::shown;
use crate::report::{Mistake, json, text};
use std::path::Path;

/// Explores a world alone.
pub fn states(world: &Path, (work, detail): (&Work, Detail), form: Form, terminal: &mut Terminal) -> Exit {
    if let Err(exit) = readable(world, terminal) {
        return exit;
    }
    let (report, found) = match work.within(&shown(world), |budget| check::world_alone(world, detail, budget)) {
        Ok(checked) => (Some(checked.report), checked.warnings),
        Err(found) => (None, found),
    };
    terminal.mistakes(&found);
    if form.json {
        let mistakes: Vec<Mistake> = found.diagnostics.iter().map(|m| Mistake::new(m, &found.sources)).collect();
        terminal.print(&json::world(report.as_ref(), &mistakes));
    } else if let Some(report) = &report {
        terminal.print(&text::world(report, terminal.look()));
    }
    match report {
        None => Exit::WrongFile,
        Some(report) if report.fails() => Exit::ClaimFails,
        Some(report) if report.undecided() => Exit::Undecided,
        Some(_) => Exit::Fine,
    }
}
