//! `runproof repair`

use super::arguments::Form;
use super::command::{Work, readable};
use super::exit::Exit;
use super::put::put;
use super::terminal::Terminal;
use crate::check;
use crate::files::shown;
use crate::report::{Mistake, RepairOutcome, json, text};
use std::path::Path;

/// What to do with a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// Show it.
    Show,
    /// Show it, and replace the file.
    Replace,
}

/// Looks for the smallest edit after which every order of a runbook is good.
pub fn repair(
    runbook: &Path,
    (may, writing): (check::Repairing, Writing),
    work: &Work,
    form: Form,
    terminal: &mut Terminal,
) -> Exit {
    if let Err(exit) = readable(runbook, terminal) {
        return exit;
    }
    let mut repaired = match work.within(&shown(runbook), |budget| check::repair(runbook, may, budget)) {
        Ok(repaired) => repaired,
        Err(mistakes) => {
            terminal.mistakes(&mistakes);
            if form.json {
                let found: Vec<Mistake> =
                    mistakes.diagnostics.iter().map(|mistake| Mistake::new(mistake, &mistakes.sources)).collect();
                terminal.print(&json::repair(None, &found));
            }
            return Exit::WrongFile;
        }
    };
    terminal.mistakes(&repaired.warnings);
    let undecided = repaired.report.outcome == RepairOutcome::Undecided;
    let replacing = match (writing, &repaired.text) {
        (Writing::Replace, Some(text)) if !undecided => Some(put(runbook, text)),
        _ => None,
    };
    repaired.report.written = matches!(replacing, Some(Ok(())));
    if form.json {
        terminal.print(&json::repair(Some(&repaired.report), &[]));
    } else {
        terminal.print(&text::repair(&repaired.report, terminal.look()));
    }
    match replacing {
        Some(Ok(())) => terminal.complain(&format!("written to {}", shown(runbook))),
        Some(Err(error)) => {
            terminal.complain(&format!("cannot write {}: {error}", shown(runbook)));
            return Exit::Crashed;
        }
        None if writing == Writing::Replace && repaired.text.is_some() => {
            terminal.complain("not written: whether fewer edits would do is not decided; use the difference above");
        }
        None => {}
    }
    match repaired.report.outcome {
        RepairOutcome::NotNeeded | RepairOutcome::Repaired => Exit::Fine,
        RepairOutcome::None => Exit::ClaimFails,
        RepairOutcome::Undecided => Exit::Undecided,
    }
}
