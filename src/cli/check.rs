//! `runproof check`

use super::arguments::Form;
use super::command::Work;
use super::exit::Exit;
use super::terminal::Terminal;
use crate::check::{self, Detail};
use crate::files::{is_runbook, runbooks_below, shown};
use crate::report::{Mistake, Runbook, json, text};
use std::io;
use std::path::{Path, PathBuf};

/// Decides every runbook below the paths.
pub fn check(paths: &[PathBuf], (work, detail): (&Work, Detail), form: Form, terminal: &mut Terminal) -> Exit {
    let mut exit = Exit::Fine;
    let mut reports: Vec<Runbook> = Vec::new();
    let mut mistakes: Vec<Mistake> = Vec::new();
    for path in runbooks(paths, &mut exit, terminal) {
        if work.cancelled() {
            exit = exit.min(Exit::Undecided);
            break;
        }
        let found = match work.within(&shown(&path), |budget| check::runbook_with(&path, detail, budget)) {
            Ok(checked) => {
                exit = exit.min(of(&checked.report));
                if !form.json {
                    let gap = if reports.is_empty() { "" } else { "\n\n" };
                    terminal.print(&format!("{gap}{}", text::runbook(&checked.report, terminal.look())));
                }
                reports.push(checked.report);
                checked.warnings
            }
            Err(found) => {
                exit = exit.min(Exit::WrongFile);
                found
            }
        };
        terminal.mistakes(&found);
        mistakes.extend(found.diagnostics.iter().map(|mistake| Mistake::new(mistake, &found.sources)));
    }
    if form.json {
        terminal.print(&json::runbooks(&reports, &mistakes));
    } else if reports.len() > 1 {
        terminal.print(&format!("\n\n{}", text::summary(&reports, terminal.look())));
    }
    exit
}

fn of(report: &Runbook) -> Exit {
    match (report.fails(), report.undecided()) {
        (true, _) => Exit::ClaimFails,
        (false, true) => Exit::Undecided,
        (false, false) => Exit::Fine,
    }
}

/// The runbooks below the paths, each once, in the order of the paths. A path that has none is a mistake.
fn runbooks(paths: &[PathBuf], exit: &mut Exit, terminal: &Terminal) -> Vec<PathBuf> {
    let models = Path::new("models");
    let default = [if models.is_dir() { models } else { Path::new(".") }.to_owned()];
    let mut found: Vec<PathBuf> = Vec::new();
    for path in if paths.is_empty() { &default } else { paths } {
        match below(path) {
            Ok(runbooks) => {
                let new: Vec<PathBuf> = runbooks.into_iter().filter(|runbook| !found.contains(runbook)).collect();
                found.extend(new);
            }
            Err(error) => {
                terminal.complain(&error.to_string());
                *exit = (*exit).min(Exit::WrongFile);
            }
        }
    }
    found
}

fn below(path: &Path) -> io::Result<Vec<PathBuf>> {
    let none = |text: &str| io::Error::other(format!("{}: {text}", shown(path)));
    let metadata = std::fs::metadata(path).map_err(|error| none(&error.to_string()))?;
    if metadata.is_dir() {
        let runbooks = runbooks_below(path)?;
        let missing = "no runbook here: no *.md with a `toml runproof` block";
        return if runbooks.is_empty() { Err(none(missing)) } else { Ok(runbooks) };
    }
    if is_runbook(path)? { Ok(vec![path.to_owned()]) } else { Err(none("no runbook: it has no `toml runproof` block")) }
}
