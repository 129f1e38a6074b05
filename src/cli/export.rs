//! `runproof export`

use super::arguments::Exporting;
use super::command::{Work, readable};
use super::exit::Exit;
use super::put::{may_be_put, put};
use super::terminal::Terminal;
use crate::check::{self, Unexported};
use crate::files::shown;
use crate::report::json;
use std::path::Path;

/// Writes a runbook or a world in another tool's language.
pub fn export(file: &Path, asked: &Exporting, work: &Work, json: bool, terminal: &mut Terminal) -> Exit {
    let out = asked.out.as_deref().map_or(Ok(()), |out| may_be_put(out, terminal));
    if let Err(exit) = out.and_then(|()| readable(file, terminal)) {
        return exit;
    }
    let target = asked.to.0;
    let exported = work.within(&shown(file), |budget| check::export(file, target, asked.rules, budget));
    let exported = match exported {
        Ok(exported) => exported,
        Err(Unexported::Mistakes(mistakes)) => {
            terminal.mistakes(&mistakes);
            return Exit::WrongFile;
        }
        Err(Unexported::Limit(limit)) => {
            terminal.complain(&format!("not exported: the limit on {limit} was hit"));
            return Exit::Undecided;
        }
        Err(Unexported::Unsaid(why)) => {
            terminal.complain(&format!("not exported: {why}"));
            return Exit::WrongFile;
        }
    };
    terminal.mistakes(&exported.warnings);
    let text = if json { json::export(&shown(file), target.name(), &exported.text) } else { exported.text };
    let Some(out) = &asked.out else {
        terminal.print(&text);
        return Exit::Fine;
    };
    match put(out, &text) {
        Ok(()) => Exit::Fine,
        Err(error) => {
            terminal.complain(&format!("cannot write {}: {error}", shown(out)));
            Exit::Crashed
        }
    }
}
