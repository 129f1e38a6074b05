//! `runproof trace`

use super::arguments::Form;
use super::command::{Work, readable};
use super::exit::Exit;
use super::terminal::Terminal;
use crate::check::{self, Unordered};
use crate::diag::nearest;
use crate::files::shown;
use crate::report::data::EndKind;
use crate::report::{Runbook, json, text};
use std::path::Path;

/// Which run is asked for; the shortest counterexample where nothing is said.
pub struct Of<'o> {
    /// The witness of this claim.
    pub claim: Option<&'o str>,
    /// The shortest of this class.
    pub class: Option<usize>,
    /// One of this order.
    pub ordering: Option<&'o str>,
}

/// Shows a run.
pub fn trace(runbook: &Path, of: &Of<'_>, work: &Work, form: Form, terminal: &mut Terminal) -> Exit {
    if let Err(exit) = readable(runbook, terminal) {
        return exit;
    }
    if let Some(order) = of.ordering {
        return of_order(runbook, order, work, form, terminal);
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
    match (of.claim, of.class) {
        (Some(id), _) => of_claim(&checked.report, id, form, terminal),
        (None, Some(number)) => of_class(&checked.report, number, form, terminal),
        (None, None) => of_runbook(&checked.report, form, terminal),
    }
}

fn of_order(path: &Path, order: &str, work: &Work, form: Form, terminal: &mut Terminal) -> Exit {
    let runbook = match check::Runbook::open(path) {
        Ok(runbook) => runbook,
        Err(mistakes) => {
            terminal.mistakes(&mistakes);
            return Exit::WrongFile;
        }
    };
    terminal.mistakes(runbook.warnings());
    let path = shown(path);
    match work.within(&path, |budget| runbook.order(order, budget)) {
        Ok(story) if form.json => terminal.print(&json::run(&path, Some(&story))),
        Ok(story) => {
            terminal.print(&text::story(&path, &story, terminal.look()));
            if story.ending.kind == EndKind::Healthy {
                terminal.print("\nevery run of this order is good: this is one of them\n");
            }
        }
        Err(Unordered::Order(wrong)) => {
            terminal.complain(&format!("{path}: {wrong}"));
            return Exit::WrongFile;
        }
        Err(Unordered::Limit(limit)) => return undecided(Some(&limit), terminal),
    }
    Exit::Fine
}

fn of_class(report: &Runbook, number: usize, form: Form, terminal: &mut Terminal) -> Exit {
    let finding = &report.finding;
    let limit = finding.limit.as_ref().or(finding.classes_limit.as_ref());
    let Some(class) = number.checked_sub(1).and_then(|at| finding.classes.get(at)) else {
        if limit.is_some() {
            return undecided(limit.map(String::as_str), terminal);
        }
        let has = match finding.classes.len() {
            0 => "has no class of orders that are not good".to_owned(),
            1 => "has one class of orders that are not good: --class 1".to_owned(),
            all => format!("has {all} classes of orders that are not good: --class 1 to --class {all}"),
        };
        terminal.complain(&format!("{} {has}", report.path));
        return Exit::WrongFile;
    };
    match form.json {
        true => terminal.print(&json::run(&report.path, Some(&class.story))),
        false => terminal.print(&text::class(class, terminal.look())),
    }
    Exit::Fine
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
            let counts = claim.says.starts_with("count");
            terminal.print(if counts {
                "\nthis claim counts orders: no single run shows it\n"
            } else {
                "\nno run contradicts it, and none need be shown for it\n"
            });
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
