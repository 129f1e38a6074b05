//! `runproof cover`

use super::arguments::{Form, Mutating};
use super::check::runbooks;
use super::command::Work;
use super::exit::Exit;
use super::terminal::Terminal;
use crate::check::{self, Covering};
use crate::report::{Cover, CoveredWorld, Mistake, json, text};
use std::path::PathBuf;

/// Says whether the checks of all runbooks below the paths are worth anything.
pub fn cover(paths: &[PathBuf], mutating: &Mutating, work: &Work, form: Form, terminal: &mut Terminal) -> Exit {
    let mut exit = Exit::Fine;
    let runbooks = runbooks(paths, &mut exit, terminal);
    let Mutating { mutants, ref only, no_mutants } = *mutating;
    let asked = Covering { most: mutants, only: only.clone(), without_mutants: no_mutants };
    match work.within("cover", |budget| check::cover(&runbooks, &asked, budget)) {
        Ok(report) => {
            match form.json {
                true => terminal.print(&json::report("cover", Some(&report), &[])),
                false => terminal.print(&text::cover(&report, terminal.look())),
            }
            exit.min(of(&report))
        }
        Err(mistakes) => {
            terminal.mistakes(&mistakes);
            if form.json {
                let all = mistakes.diagnostics.iter().map(|mistake| Mistake::new(mistake, &mistakes.sources));
                terminal.print(&json::report::<Cover>("cover", None, &all.collect::<Vec<_>>()));
            }
            Exit::WrongFile
        }
    }
}

fn of(report: &Cover) -> Exit {
    if report.worlds.iter().any(CoveredWorld::fails) {
        Exit::ClaimFails
    } else if report.worlds.iter().any(CoveredWorld::undecided) {
        Exit::Undecided
    } else {
        Exit::Fine
    }
}
