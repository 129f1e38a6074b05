//! `runproof recheck`, and writing the certificate that it reads.

use super::arguments::Form;
use super::command::{Work, readable};
use super::exit::Exit;
use super::put::put;
use super::terminal::Terminal;
use crate::check;
use crate::files::shown;
use crate::report::{Mistake, Recheck, RecheckOutcome, json, text};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// Rechecks a certificate.
pub fn recheck(certificate: &Path, runbook: Option<&Path>, work: &Work, form: Form, terminal: &mut Terminal) -> Exit {
    if let Err(exit) = readable(certificate, terminal) {
        return exit;
    }
    let most = work.limits.memory.unwrap_or(u64::MAX) / 4;
    let bytes = match read(certificate, most) {
        Ok(bytes) => bytes,
        Err(error) => {
            terminal.complain(&format!("cannot read {}: {error}", shown(certificate)));
            return Exit::WrongFile;
        }
    };
    if bytes.len() as u64 > most {
        terminal.complain("undecided: the certificate is larger than a quarter of the memory allowed");
        return Exit::Undecided;
    }
    let name = shown(certificate);
    let folder = match std::fs::canonicalize(folder_of(certificate)) {
        Ok(folder) => folder,
        Err(error) => {
            terminal.complain(&format!("cannot read {}: {error}", shown(certificate)));
            return Exit::WrongFile;
        }
    };
    match work.within(&name, |budget| check::recheck((&name, &bytes, &folder), runbook, budget)) {
        Ok(report) => {
            match form.json {
                true => terminal.print(&json::recheck(Some(&report), &[])),
                false => terminal.print(&text::recheck(&report, terminal.look())),
            }
            exit(&report)
        }
        Err(mistakes) => {
            terminal.mistakes(&mistakes);
            if form.json {
                let found: Vec<Mistake> =
                    mistakes.diagnostics.iter().map(|mistake| Mistake::new(mistake, &mistakes.sources)).collect();
                terminal.print(&json::recheck(None, &found));
            }
            Exit::WrongFile
        }
    }
}

fn exit(report: &Recheck) -> Exit {
    match report.outcome {
        RecheckOutcome::Changed | RecheckOutcome::Refused => Exit::WrongFile,
        RecheckOutcome::Undecided => Exit::Undecided,
        RecheckOutcome::Rechecked if report.fails() => Exit::ClaimFails,
        RecheckOutcome::Rechecked if report.uncovered() => Exit::Undecided,
        RecheckOutcome::Rechecked => Exit::Fine,
    }
}

/// All of a file, or one byte more than `most`.
fn read(file: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where a certificate of a runbook goes, and the path from its folder to the runbook.
pub struct Destination<'f> {
    /// The certificate.
    pub file: &'f Path,
    /// From its folder to the runbook, parted by `/`.
    pub to_runbook: String,
}

impl<'f> Destination<'f> {
    /// Looks at both, before any work is done.
    pub fn of(file: &'f Path, runbook: &Path, terminal: &Terminal) -> Result<Destination<'f>, Exit> {
        let complain = |error: io::Error| {
            terminal.complain(&format!("cannot write {}: {error}", shown(file)));
            Exit::WrongFile
        };
        let folder = std::fs::canonicalize(folder_of(file)).map_err(complain)?;
        if file.file_name().is_none() || file.is_dir() {
            return Err(complain(io::Error::from(io::ErrorKind::InvalidFilename)));
        }
        // The runbook's own folder is looked up, not what a link in it points to: its world is beside it.
        let beside = std::fs::canonicalize(folder_of(runbook)).map_err(complain)?;
        let runbook = beside.join(runbook.file_name().unwrap_or_default());
        Ok(Destination { file, to_runbook: between(&folder, &runbook) })
    }

    /// Writes it.
    pub fn write(&self, text: &str) -> io::Result<()> {
        put(self.file, text)
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn between(folder: &Path, to: &Path) -> String {
    let (from, to): (Vec<Component>, Vec<Component>) = (folder.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut path = PathBuf::new();
    from[common..].iter().for_each(|_| path.push(".."));
    to[common..].iter().for_each(|part| path.push(part));
    path.to_string_lossy().replace('\\', "/")
}
