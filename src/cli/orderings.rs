//! `runproof orderings`

use super::arguments::{Form, Listed};
use super::command::{Work, readable};
use super::exit::Exit;
use super::terminal::Terminal;
use crate::check::{self, Asked};
use crate::files::shown;
use crate::report::{json, text};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Shows which orders of a runbook work, and lists them in a file if asked to.
pub fn orderings(
    path: &Path,
    asked: &Asked,
    listed: &Listed,
    work: &Work,
    form: Form,
    terminal: &mut Terminal,
) -> Exit {
    if let Err(exit) = readable(path, terminal).and_then(|()| may_be_written(listed.all.as_deref(), terminal)) {
        return exit;
    }
    let name = shown(path);
    let card = check::Runbook::open(path).and_then(|runbook| {
        let card = work.within(&name, |budget| runbook.card(asked, budget))?;
        Ok((runbook, card))
    });
    let (runbook, card) = match card {
        Ok(found) => found,
        Err(mistakes) => {
            terminal.mistakes(&mistakes);
            return Exit::WrongFile;
        }
    };
    terminal.mistakes(runbook.warnings());
    match form.json {
        true => terminal.print(&json::card(&card)),
        false => terminal.print(&text::card(&card, terminal.look())),
    }
    let mut exit = Exit::Fine;
    let finding = &card.runbook.finding;
    let rules = finding.rules.as_ref().filter(|rules| !rules.exact).and_then(|rules| rules.limit.as_ref());
    let classes = finding.classes_limit.as_ref();
    if let Some(limit) = finding.limit.as_ref().or(card.limit.as_ref()).or(rules).or(classes) {
        terminal.complain(&format!("undecided: the limit on {limit} was hit"));
        exit = Exit::Undecided;
    } else if let Some(file) = &listed.all {
        exit = list(&runbook, (file, listed.most), (&name, work), terminal);
    }
    exit
}

/// Complains about a file that no folder would hold, before any work is done.
fn may_be_written(file: Option<&Path>, terminal: &Terminal) -> Result<(), Exit> {
    let folder = file.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    match folder.filter(|folder| !folder.is_dir()) {
        Some(folder) => {
            terminal.complain(&format!("there is no folder {}", folder.display()));
            Err(Exit::WrongFile)
        }
        None => Ok(()),
    }
}

/// Writes all good orders to a file, one a line; says so where there are more than wanted.
fn list(
    runbook: &check::Runbook,
    (file, most): (&PathBuf, u64),
    (name, work): (&str, &Work),
    terminal: &Terminal,
) -> Exit {
    match work.within(name, |budget| {
        Listing::written(file, most, |listing| {
            let visited = runbook.each_good(budget, &mut |labels| listing.line(labels));
            visited.err().map(|limit| format!("the limit on {limit} was hit"))
        })
    }) {
        Err(error) => {
            terminal.complain(&format!("cannot write {}: {error}", file.display()));
            Exit::Crashed
        }
        Ok((lines, None)) => {
            let orders = if lines == 1 { "order" } else { "orders" };
            terminal.complain(&format!("{lines} good {orders} written to {}", file.display()));
            Exit::Fine
        }
        Ok((lines, Some(why))) => {
            terminal
                .complain(&format!("only the first {lines} of the good orders written to {}: {why}", file.display()));
            if lines == most { Exit::Fine } else { Exit::Undecided }
        }
    }
}

/// A file that grows line by line and is there once it is complete.
struct Listing {
    out: BufWriter<File>,
    lines: u64,
    most: u64,
    /// There would have been more.
    cut: bool,
    failed: Option<io::Error>,
}

impl Listing {
    /// Writes beside the file, then puts it in place. Says how many lines there are and why not more.
    fn written(
        file: &Path,
        most: u64,
        write: impl FnOnce(&mut Listing) -> Option<String>,
    ) -> io::Result<(u64, Option<String>)> {
        let mut name = file.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let part = file.with_file_name(name);
        let mut listing =
            Listing { out: BufWriter::new(File::create(&part)?), lines: 0, most, cut: false, failed: None };
        let limit = write(&mut listing);
        let Listing { mut out, lines, cut, failed, .. } = listing;
        let done = failed.map_or(Ok(()), Err).and_then(|()| out.flush());
        drop(out);
        if let Err(error) = done.and_then(|()| std::fs::rename(&part, file)) {
            // Whatever is left of it is of no use; that it cannot be removed is no news.
            let _ = std::fs::remove_file(&part);
            return Err(error);
        }
        Ok((lines, limit.or_else(|| cut.then(|| format!("there are more than --most {most}")))))
    }

    fn line(&mut self, labels: &[&str]) -> ControlFlow<()> {
        if self.lines == self.most {
            self.cut = true;
            return ControlFlow::Break(());
        }
        self.lines += 1;
        // A file's own line breaks would tear a line apart.
        let clean: Vec<String> =
            labels.iter().map(|label| label.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        match writeln!(self.out, "{}", clean.join(" | ")) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}
