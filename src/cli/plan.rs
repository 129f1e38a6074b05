//! `runproof plan`

use super::arguments::Form;
use super::command::{Work, readable};
use super::exit::Exit;
use super::terminal::Terminal;
use crate::check::{self, Mistakes, Planning, Unplanned};
use crate::files::shown;
use crate::report::data::PlanOutcome;
use crate::report::{Mistake, json, text};
use std::path::Path;

/// Says what to do from where one is.
pub fn plan(world: &Path, asked: &Planning<'_>, work: &Work, form: Form, terminal: &mut Terminal) -> Exit {
    for file in [Some(world), asked.from, asked.runbook].into_iter().flatten() {
        if let Err(exit) = readable(file, terminal) {
            return exit;
        }
    }
    let planned = match work.within(&shown(world), |budget| check::plan(world, asked, budget)) {
        Ok(planned) => planned,
        Err(Unplanned::Asked(wrong)) => {
            terminal.complain(&wrong);
            return Exit::WrongFile;
        }
        Err(Unplanned::Mistakes(mistakes)) => return wrong("plan", &mistakes, form, terminal),
    };
    terminal.mistakes(&planned.warnings);
    if form.json {
        terminal.print(&json::report("plan", Some(&planned.report), &[]));
    } else {
        terminal.print(&text::plan(&planned.report, terminal.look()));
    }
    match planned.report.finding.outcome {
        PlanOutcome::Nothing | PlanOutcome::GoOn | PlanOutcome::GoOnInOrder | PlanOutcome::Plan => Exit::Fine,
        PlanOutcome::BeyondRepair => Exit::ClaimFails,
        PlanOutcome::Undecided => Exit::Undecided,
    }
}

/// Tells mistakes in files.
pub(super) fn wrong(kind: &str, mistakes: &Mistakes, form: Form, terminal: &mut Terminal) -> Exit {
    terminal.mistakes(mistakes);
    if form.json {
        let found: Vec<Mistake> =
            mistakes.diagnostics.iter().map(|mistake| Mistake::new(mistake, &mistakes.sources)).collect();
        terminal.print(&json::report::<()>(kind, None, &found));
    }
    Exit::WrongFile
}
