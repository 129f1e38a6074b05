//! `runproof trace`

use super::arguments::Form;
use super::command::{Work, readable};
use super::exit::Exit;
use super::terminal::Terminal;
use crate::check;
use crate::diag::nearest;
use crate::files::shown;
use crate::report::{Runbook, json, text};
use std::path::Path;

/// Shows the shortest counterexample of a runbook, or a claim's witness.
pub fn trace(runbook: &Path, claim: Option<&str>, work: &Work, form: Form, terminal: &mut Terminal) -> Exit {
    if let Err(exit) = readable(runbook, terminal) {
        return exit;
    }
    let path = shown(runbook);
    let checked = match work.within(&path, |budget| check::runbook(runbook, budget)) {
        Ok(checked) => checked,
        Err(mistakes) => {
            terminal.mistakes(&mistakes);
            return Exit::WrongFile;
        }
    };
    terminal.mistakes(&checked.warnings);
    match claim {
        Some(id) => of_claim(&checked.report, id, form, terminal),
        None => of_runbook(&checked.report, form, terminal),
    }
}

fn of_runbook(report: &Runbook, form: Form, terminal: &mut Terminal) -> Exit {
    let story = report.finding.counterexample.as_ref();
    if form.json {
        terminal.print(&json::run(&report.path, story));
    } else if let Some(story) = story {
        terminal.print(&text::story(&report.path, story, terminal.look()));
    } else if report.finding.limit.is_none() {
        terminal.print("every order is good: there is no counterexample\n");
    }
    undecided(report.finding.limit.as_deref().filter(|_| story.is_none()), terminal)
}

fn of_claim(report: &Runbook, id: &str, form: Form, terminal: &mut Terminal) -> Exit {
    let claims = &report.finding.claims;
    let Some(claim) = claims.iter().find(|claim| claim.id == id) else {
        let near = nearest(id, claims.iter().map(|claim| claim.id.as_str()));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        terminal.complain(&format!("{} has no claim `{id}`{hint}", report.path));
        return Exit::WrongFile;
    };
    if form.json {
        terminal.print(&json::run(&report.path, claim.witness.as_ref()));
    } else {
        terminal.print(&text::claim(claim, terminal.look()));
        if claim.witness.is_none() && claim.limit.is_none() {
            terminal.print("\nno run contradicts it, and none need be shown for it\n");
        }
    }
    undecided(claim.limit.as_deref(), terminal)
}

fn undecided(limit: Option<&str>, terminal: &Terminal) -> Exit {
    match limit {
        Some(limit) => {
            terminal.complain(&format!("undecided: the limit on {limit} was hit"));
            Exit::Undecided
        }
        None => Exit::Fine,
    }
}
