//! A report against its snapshot: first what changed in the verdict and, where git knows the runbook as it was, what the change
//! does; then the difference of the texts.

use super::models::Model;
use crate::report::text::{self, Look, differences};
use libtest_mimic::Failed;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Where snapshots are, and how one is asserted.
#[derive(Clone)]
pub struct Compare {
    /// The directory of the snapshots, which mirrors that of the models.
    pub snapshots: PathBuf,
    /// Asserts that the text equals the snapshot of this name.
    pub assert: fn(&str, &str),
}

/// One report at a time writes to the terminal.
static TERMINAL: Mutex<()> = Mutex::new(());

/// Compares the report of a runbook with its snapshot.
pub fn report(model: &Model, compare: &Compare) -> Result<(), Failed> {
    let checked = model.checked()?;
    let new = text::runbook(&checked.report, Look::PLAIN);
    if checked.report.undecided() {
        return Err(format!("undecided: nothing is compared\n\n{new}").into());
    }
    let place = Place::of(model, compare, "");
    let old = place.old();
    let differs = old.as_deref().is_some_and(|old| contents(old).trim_end() != new.trim_end());
    let mut said = match old.as_deref().map(contents) {
        None => format!("{} has no snapshot yet", model.name),
        Some(old) => changed(&model.name, old, &new),
    };
    if let Some(since) = differs.then(|| model.since_last_commit()).flatten() {
        said = format!("{said}\n\nsince the last commit:\n\n{since}");
    }
    place.asserted(&new, &said, differs, compare)
}

/// Compares what may go wrong in a runbook with its snapshot.
pub fn slips(model: &Model, compare: &Compare) -> Result<(), Failed> {
    let new = model.slips()?;
    let place = Place::of(model, compare, "__slips");
    let (old, what) = (place.old(), format!("what may go wrong in {}", model.name));
    let said = if old.is_some() { format!("{what} changed") } else { format!("{what} has no snapshot yet") };
    place.asserted(&new, &said, false, compare)
}

/// Where a snapshot is.
struct Place {
    directory: PathBuf,
    stem: String,
}

impl Place {
    fn of(model: &Model, compare: &Compare, ending: &str) -> Place {
        let place = Path::new(&model.name);
        let stem = place.file_name().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default() + ending;
        Place { directory: compare.snapshots.join(place.parent().unwrap_or(Path::new(""))), stem }
    }

    fn old(&self) -> Option<String> {
        std::fs::read_to_string(self.directory.join(format!("{}.snap", self.stem))).ok()
    }

    /// Asserts that a text is the snapshot's; says what changed, before the difference is printed if that is wanted.
    fn asserted(self, new: &str, said: &str, first: bool, compare: &Compare) -> Result<(), Failed> {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(self.directory);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let _terminal = TERMINAL.lock().unwrap_or_else(PoisonError::into_inner);
        if first {
            // Before the difference that the assertion prints: what it means.
            println!("{said}");
        }
        let stem = self.stem;
        let asserted = catch_unwind(AssertUnwindSafe(|| settings.bind(|| (compare.assert)(&stem, new))));
        asserted.map_err(|_| Failed::from(format!("{said}\n`cargo insta review` shows the difference and takes it")))
    }
}

/// What changed, in a few lines.
fn changed(name: &str, old: &str, new: &str) -> String {
    match differences(old, new).as_slice() {
        [] => format!("the report of {name} changed; verdict, rules and claims did not"),
        changes => format!("the report of {name} changed:\n  {}", changes.join("\n  ")),
    }
}

/// A snapshot's text, without its header.
fn contents(snapshot: &str) -> &str {
    let body = snapshot.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    body.map_or(snapshot, |(_, body)| body)
}
