//! A runbook of a test run: read when tests are listed, decided when the first of its tests runs.

use crate::base::{Budget, parse_amount, parse_duration};
use crate::check::{self, CheckedRunbook, Mistakes};
use crate::diag::{Style, show};
use crate::files::Revision;
use crate::report::text::{self, Look};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A runbook that is decided at most once.
pub struct Model {
    /// Its place below the directory, without the extension: `nt4-cluster/q223258`.
    pub name: String,
    /// As reports show it: the same wherever the tests run.
    shown: String,
    path: PathBuf,
    checked: OnceLock<Result<CheckedRunbook, String>>,
}

impl Model {
    /// A runbook that is not decided yet.
    pub fn new(shown: String, name: String, path: PathBuf) -> Arc<Model> {
        Arc::new(Model { name, shown, path, checked: OnceLock::new() })
    }

    /// The ids of its claims, and whether it asks for a report of slips.
    ///
    /// # Errors
    /// The mistakes in its files, as people read them.
    pub fn asks(&self) -> Result<(Vec<String>, bool), String> {
        let runbook = check::Runbook::open(&self.path).map_err(|mistakes| shown(&mistakes))?;
        Ok((runbook.claims(), runbook.asks_for_slips().is_some()))
    }

    /// What may go wrong in it.
    ///
    /// # Errors
    /// The mistakes in its files, or in a limit of the environment, as people read them; or the limit that was hit.
    pub fn slips(&self) -> Result<String, String> {
        let budget = budget()?;
        let runbook = check::Runbook::open(&self.path).map_err(|mistakes| shown(&mistakes))?;
        let most = runbook.asks_for_slips().unwrap_or(1);
        let mut report = runbook.slips(most, &budget).map_err(|mistakes| shown(&mistakes))?;
        report.path.clone_from(&self.shown);
        let text = text::slips(&report, Look::PLAIN);
        match report.undecided() {
            Some(_) => Err(format!("undecided: nothing is compared\n\n{text}")),
            None => Ok(text),
        }
    }

    /// What a change since the last commit does, in words; None where there was none, or nobody knows.
    pub fn since_last_commit(&self) -> Option<String> {
        let (revision, path) = Revision::last_of(&self.path)?;
        let old = check::Runbook::open_in(&revision, &path).ok()?;
        let new = check::Runbook::open(&self.path).ok()?;
        let mut difference = new.since(&old, &budget().ok()?).ok().filter(|it| it.difference.differs)?;
        difference.new.path.clone_from(&self.shown);
        Some(text::difference(&difference, Look::PLAIN))
    }

    /// What was found out; decides it the first time.
    ///
    /// # Errors
    /// The mistakes in its files, or in a limit of the environment, as people read them.
    pub fn checked(&self) -> Result<&CheckedRunbook, String> {
        let checked = self.checked.get_or_init(|| {
            let budget = budget()?;
            let mut checked = check::runbook(&self.path, &budget).map_err(|mistakes| shown(&mistakes))?;
            checked.report.path.clone_from(&self.shown);
            Ok(checked)
        });
        checked.as_ref().map_err(Clone::clone)
    }
}

fn shown(mistakes: &Mistakes) -> String {
    let texts = mistakes.diagnostics.iter().map(|mistake| show(mistake, &mistakes.sources, Style::default()));
    texts.collect::<Vec<_>>().join("\n")
}

fn budget() -> Result<Budget, String> {
    let amount = |name| limit(name, parse_amount);
    Ok(Budget {
        time: limit("RUNPROOF_TIME", parse_duration)?,
        states: amount("RUNPROOF_STATES")?,
        memory: amount("RUNPROOF_MEMORY")?,
        ..Budget::default()
    })
}

fn limit<T>(name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    let Ok(text) = std::env::var(name) else { return Ok(None) };
    parse(&text).map(Some).map_err(|error| format!("{name}={text}: {error}"))
}
