//! `runproof check`

use super::arguments::Form;
use super::command::Work;
use super::exit::Exit;
use super::recheck::Destination;
use super::terminal::Terminal;
use crate::check::{self, Detail, Uncertified};
use crate::files::{is_runbook, runbooks_below, shown};
use crate::report::{Mistake, Runbook, json, text};
use std::io;
use std::path::{Path, PathBuf};

/// Decides every runbook below the paths; writes the certificate of the one there is, if asked to.
pub fn check(
    paths: &[PathBuf],
    certify: Option<&Path>,
    (work, detail): (&Work, Detail),
    form: Form,
    terminal: &mut Terminal,
) -> Exit {
    let mut exit = Exit::Fine;
    let mut reports: Vec<Runbook> = Vec::new();
    let mut mistakes: Vec<Mistake> = Vec::new();
    let runbooks = runbooks(paths, &mut exit, terminal);
    if certify.is_some() && runbooks.len() != 1 {
        terminal.complain("--certify writes the certificate of one runbook: name that one");
        return Exit::WrongFile;
    }
    for path in runbooks {
        if work.cancelled() {
            exit = exit.min(Exit::Undecided);
            break;
        }
        let destination = match certify.map(|file| Destination::of(file, &path, terminal)).transpose() {
            Ok(destination) => destination,
            Err(exit) => return exit,
        };
        let decided = work.within(&shown(&path), |budget| match &destination {
            None => check::runbook_with(&path, detail, budget).map(|checked| (checked, None)),
            Some(to) => check::certified(&path, &to.to_runbook, detail, budget)
                .map(|certified| (certified.checked, Some(certified.certificate))),
        });
        let found = match decided {
            Ok((checked, certificate)) => {
                exit = exit.min(of(&checked.report));
                if let (Some(certificate), Some(to)) = (certificate, &destination) {
                    exit = exit.min(written(certificate, to, terminal));
                }
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

/// Writes a certificate, or says why there is none. A part of one is never written.
fn written(certificate: Result<String, Uncertified>, to: &Destination<'_>, terminal: &Terminal) -> Exit {
    let file = shown(to.file);
    match certificate.map(|text| to.write(&text)) {
        Ok(Ok(())) => {
            terminal.complain(&format!("certificate written to {file}"));
            Exit::Fine
        }
        Ok(Err(error)) => {
            terminal.complain(&format!("cannot write {file}: {error}"));
            Exit::Crashed
        }
        Err(Uncertified::Limit(limit)) => {
            let why = text::stopped_by(&limit.to_string());
            terminal.complain(&format!("no certificate: {why}. It is found without reductions, which takes more"));
            Exit::Undecided
        }
        Err(Uncertified::Unknown(what)) => {
            terminal.complain(&format!("no certificate: certificates do not hold {what}"));
            Exit::Undecided
        }
    }
}

fn of(report: &Runbook) -> Exit {
    match (report.fails(), report.undecided()) {
        (true, _) => Exit::ClaimFails,
        (false, true) => Exit::Undecided,
        (false, false) => Exit::Fine,
    }
}

/// The runbooks below the paths, each once, in the order of the paths. A path that has none is a mistake.
pub(super) fn runbooks(paths: &[PathBuf], exit: &mut Exit, terminal: &Terminal) -> Vec<PathBuf> {
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
