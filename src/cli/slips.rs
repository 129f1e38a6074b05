//! `runproof slips`

use super::arguments::{FailOn, Form};
use super::command::{Work, readable};
use super::exit::Exit;
use super::terminal::Terminal;
use crate::check::{self, Slip};
use crate::files::shown;
use crate::report::data::SlipsFinding;
use crate::report::{Mistake, Slips, json, text};
use std::path::Path;

/// What is asked for.
pub struct Of {
    /// How many things at once; None is what the runbook says, or one.
    pub most: Option<u32>,
    /// One run.
    pub run: Option<Slip>,
    /// What ends with [`Exit::ClaimFails`].
    pub fail_on: Option<FailOn>,
}

/// Shows what may go wrong in a runbook.
pub fn slips(path: &Path, of: &Of, work: &Work, form: Form, terminal: &mut Terminal) -> Exit {
    if let Err(exit) = readable(path, terminal) {
        return exit;
    }
    let name = shown(path);
    let found = check::Runbook::open(path).and_then(|runbook| {
        let most = of.most.or(runbook.asks_for_slips()).unwrap_or(1);
        let report = work.within(&name, |budget| match &of.run {
            None => runbook.slips(most, budget).map(Ok),
            Some(run) => runbook.slip(run, most, budget),
        })?;
        Ok((report, runbook.warnings().clone()))
    });
    let (report, warnings) = match found {
        Ok((Ok(report), warnings)) => (report, warnings),
        Ok((Err(wrong), _)) => {
            terminal.complain(&format!("{name}: {wrong}"));
            return Exit::WrongFile;
        }
        Err(mistakes) => {
            terminal.mistakes(&mistakes);
            if form.json {
                let all = mistakes.diagnostics.iter().map(|mistake| Mistake::new(mistake, &mistakes.sources));
                terminal.print(&json::slips(None, &all.collect::<Vec<_>>()));
            }
            return Exit::WrongFile;
        }
    };
    terminal.mistakes(&warnings);
    if form.json {
        let all = warnings.diagnostics.iter().map(|mistake| Mistake::new(mistake, &warnings.sources));
        terminal.print(&json::slips(Some(&report), &all.collect::<Vec<_>>()));
    } else if of.run.is_none() {
        terminal.print(&text::slips(&report, terminal.look()));
    } else {
        match &report.shown {
            Some(story) => terminal.print(&text::slip_story(story, terminal.look())),
            None => terminal.print("nothing bad comes of it in any good order\n"),
        }
    }
    end(&report, of.fail_on, terminal)
}

fn end(report: &Slips, fail_on: Option<FailOn>, terminal: &Terminal) -> Exit {
    let finding: &SlipsFinding = &report.finding;
    let fails = match fail_on {
        None => false,
        Some(FailOn::Silent) => finding.silent().next().is_some(),
        Some(FailOn::Bad) => finding.is_bad(),
    };
    if fails {
        return Exit::ClaimFails;
    }
    match report.undecided() {
        Some(limit) => {
            terminal.complain(&format!("undecided: the limit on {limit} was hit"));
            Exit::Undecided
        }
        None => Exit::Fine,
    }
}
