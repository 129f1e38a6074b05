//! `runproof export`

use super::arguments::Exporting;
use super::command::{Work, readable};
use super::exit::Exit;
use super::terminal::Terminal;
use crate::check::{self, Unexported};
use crate::files::shown;
use crate::report::json;
use std::io;
use std::path::Path;

/// Writes a runbook or a world in another tool's language.
pub fn export(file: &Path, asked: &Exporting, work: &Work, json: bool, terminal: &mut Terminal) -> Exit {
    if let Err(exit) = readable(file, terminal) {
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
    match written(out, &text) {
        Ok(()) => Exit::Fine,
        Err(error) => {
            terminal.complain(&format!("cannot write {}: {error}", out.display()));
            Exit::Crashed
        }
    }
}

/// Writes beside the file, then puts that in its place, so that it is never there in part.
fn written(file: &Path, text: &str) -> io::Result<()> {
    let mut name = file.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = file.with_file_name(name);
    let written = std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, file));
    if written.is_err() {
        // What went wrong is said by the error; that a file is left over as well would not help.
        let _ = std::fs::remove_file(&part);
    }
    written
}
