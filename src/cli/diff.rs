//! `runproof diff`

use super::arguments::Form;
use super::command::{Work, readable};
use super::exit::Exit;
use super::terminal::Terminal;
use crate::check::{Mistakes, Runbook};
use crate::files::{Revision, is_revision, shown};
use crate::report::{Mistake, json, text};
use std::io;
use std::path::{Path, PathBuf};

/// Where a runbook is.
enum Place {
    File(PathBuf),
    Revision(Revision, PathBuf),
}

/// Says what a change does. Without `new` it is that of the work tree: against the file that `old` names in a revision, or of
/// the file `old` since the last commit.
pub fn diff(
    old: &Path,
    new: Option<&Path>,
    (work, exit_code): (&Work, bool),
    form: Form,
    terminal: &mut Terminal,
) -> Exit {
    let (old, new) = match places(old, new) {
        Ok(places) => places,
        Err(error) => {
            terminal.complain(&error.to_string());
            return Exit::WrongFile;
        }
    };
    for place in [&old, &new] {
        if let Place::File(path) = place
            && let Err(exit) = readable(path, terminal)
        {
            return exit;
        }
    }
    let (mut mistakes, mut report) = (Vec::new(), None);
    let mut opened = [&old, &new].map(|place| match open(place) {
        Ok(runbook) => {
            say(runbook.warnings(), &mut mistakes, terminal);
            Some(runbook)
        }
        Err(found) => {
            say(&found, &mut mistakes, terminal);
            None
        }
    });
    if let [Some(old), Some(runbook)] = opened.each_mut() {
        match work.within(&name(&new), |budget| runbook.since(old, budget)) {
            Ok(found) => report = Some(found),
            Err(found) => say(&found, &mut mistakes, terminal),
        }
    }
    if form.json {
        terminal.print(&json::difference(report.as_ref(), &mistakes));
    } else if let Some(report) = &report {
        terminal.print(&text::difference(report, terminal.look()));
    }
    match report {
        None => Exit::WrongFile,
        Some(report) if report.undecided() => Exit::Undecided,
        Some(report) if exit_code && report.difference.differs => Exit::ClaimFails,
        Some(_) => Exit::Fine,
    }
}

fn places(old: &Path, new: Option<&Path>) -> io::Result<(Place, Place)> {
    let place = |path: &Path| {
        if is_revision(path) {
            Revision::of_argument(path).map(|(revision, path)| Place::Revision(revision, path))
        } else {
            Ok(Place::File(path.to_owned()))
        }
    };
    match (place(old)?, new) {
        (old, Some(new)) => Ok((old, place(new)?)),
        (Place::Revision(revision, path), None) => {
            let working = revision.working(&path)?;
            Ok((Place::Revision(revision, path), Place::File(working)))
        }
        (Place::File(file), None) => {
            let none =
                || io::Error::other(format!("{}: the last commit has no such file to compare with", shown(&file)));
            let (revision, path) = Revision::last_of(&file).ok_or_else(none)?;
            Ok((Place::Revision(revision, path), Place::File(file)))
        }
    }
}

fn open(place: &Place) -> Result<Runbook, Mistakes> {
    match place {
        Place::File(path) => Runbook::open(path),
        Place::Revision(revision, path) => Runbook::open_in(revision, path),
    }
}

fn name(place: &Place) -> String {
    match place {
        Place::File(path) | Place::Revision(_, path) => shown(path),
    }
}

fn say(found: &Mistakes, mistakes: &mut Vec<Mistake>, terminal: &Terminal) {
    terminal.mistakes(found);
    mistakes.extend(found.diagnostics.iter().map(|mistake| Mistake::new(mistake, &found.sources)));
}
