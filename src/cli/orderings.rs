//! `runproof orderings`

use super::arguments::{Form, Listed};
use super::command::{Work, readable};
use super::exit::Exit;
use super::put::{NewFile, may_be_put};
use super::terminal::Terminal;
use crate::base::Limit;
use crate::check::{self, Asked};
use crate::files::shown;
use crate::report::{json, text};
use std::io::{self, Write};
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
    if let Err(exit) =
        readable(path, terminal).and_then(|()| listed.all.as_deref().map_or(Ok(()), |file| may_be_put(file, terminal)))
    {
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

/// Writes all good orders to a file, one a line; says so where there are more than wanted.
fn list(
    runbook: &check::Runbook,
    (file, most): (&PathBuf, u64),
    (name, work): (&str, &Work),
    terminal: &Terminal,
) -> Exit {
    match work.within(name, |budget| {
        Listing::written(file, most, |listing| runbook.each_good(budget, &mut |labels| listing.line(labels)).err())
    }) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {
            terminal.complain(&format!("{} is not written: the work was cancelled", shown(file)));
            Exit::Undecided
        }
        Err(error) => {
            terminal.complain(&format!("cannot write {}: {error}", shown(file)));
            Exit::Crashed
        }
        Ok((lines, None)) => {
            let orders = if lines == 1 { "order" } else { "orders" };
            terminal.complain(&format!("{lines} good {orders} written to {}", shown(file)));
            Exit::Fine
        }
        Ok((lines, Some(why))) => {
            terminal.complain(&format!("only the first {lines} of the good orders written to {}: {why}", shown(file)));
            if lines == most { Exit::Fine } else { Exit::Undecided }
        }
    }
}

/// A file that grows line by line.
struct Listing {
    out: NewFile,
    lines: u64,
    most: u64,
    /// There would have been more.
    cut: bool,
    failed: Option<io::Error>,
}

impl Listing {
    /// Puts it in its place, and says how many lines there are and why not more. Where somebody asked to stop it is not put there.
    fn written(
        file: &Path,
        most: u64,
        write: impl FnOnce(&mut Listing) -> Option<Limit>,
    ) -> io::Result<(u64, Option<String>)> {
        let mut listing = Listing { out: NewFile::at(file)?, lines: 0, most, cut: false, failed: None };
        let limit = write(&mut listing);
        let Listing { out, lines, cut, failed, .. } = listing;
        if let Some(error) = failed {
            return Err(error);
        }
        if limit == Some(Limit::Cancelled) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        out.put()?;
        let hit = limit.map(|limit| format!("the limit on {limit} was hit"));
        Ok((lines, hit.or_else(|| cut.then(|| format!("there are more than --most {most}")))))
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
