//! From arguments to an exit code.

use super::arguments::{Arguments, Limits, SchemaOf, Task};
use super::exit::Exit;
use super::progress::TerminalProgress;
use super::terminal::Terminal;
use super::{
    check, cover, diff, explain, export, memory, orderings, plan, put, recheck, repair, rollback, service, slips,
    states, trace,
};
use crate::base::{Budget, Progress, printable};
use crate::check::Asked;
use clap::{CommandFactory, Parser};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs the command of this process.
pub fn run() -> ExitCode {
    say_that_a_panic_is_a_bug();
    memory::end_with_a_code();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            return if Terminal::usage(&error) { Exit::Fine } else { Exit::WrongFile }.into();
        }
    };
    let mut terminal = Terminal::new(arguments.no_color);
    if arguments.allow_outside {
        crate::check::allow_outside();
    }
    let exit = perform(arguments.task, &mut terminal);
    terminal.exit(exit).into()
}

fn perform(task: Task, terminal: &mut Terminal) -> Exit {
    match task {
        Task::Check { paths, certify, stats, limits, form } => {
            let work = Work::new(&limits);
            check::check(&paths, certify.as_deref(), (&work, stats.detail()), form, terminal)
        }
        Task::Orderings { runbook, absolute, sample, seed, bad, listed, limits, form } => {
            let asked = Asked { absolute, samples: sample, seed, bad };
            orderings::orderings(&runbook, &asked, &listed, &Work::new(&limits), form, terminal)
        }
        Task::Trace { runbook, claim, class, ordering, limits, form } => {
            let of = trace::Of { claim: claim.as_deref(), class, ordering: ordering.as_deref() };
            trace::trace(&runbook, &of, &Work::new(&limits), form, terminal)
        }
        Task::Diff { old, new, exit_code, limits, form } => {
            diff::diff(&old, new.as_deref(), (&Work::new(&limits), exit_code), form, terminal)
        }
        Task::Repair { runbook, edits, keep_steps, write, limits, form } => {
            let writing = if write { repair::Writing::Replace } else { repair::Writing::Show };
            let may = crate::check::Repairing { edits, keep_steps };
            repair::repair(&runbook, (may, writing), &Work::new(&limits), form, terminal)
        }
        Task::Slips { runbook, most, step, slip, fail_on, limits, form } => {
            let run = step.map(|step| crate::check::Slip { step, kind: slip.map(|slip| slip.0) });
            slips::slips(&runbook, &slips::Of { most, run, fail_on }, &Work::new(&limits), form, terminal)
        }
        Task::Plan { world, from, runbook, after, ordering, to, surviving, limits, form } => {
            let asked = crate::check::Planning {
                from: from.as_deref(),
                runbook: runbook.as_deref(),
                after: &after,
                ordering: ordering.as_deref(),
                to: &to,
                surviving,
            };
            plan::plan(&world, &asked, &Work::new(&limits), form, terminal)
        }
        Task::Rollback { runbook, limits, form } => rollback::rollback(&runbook, &Work::new(&limits), form, terminal),
        Task::Service { runbook, limits, form } => service::service(&runbook, &Work::new(&limits), form, terminal),
        Task::States { world, exploring, stats, limits, form } => {
            states::states(&world, (&exploring, stats.detail()), Work::new(&limits), form, terminal)
        }
        Task::Recheck { certificate, runbook, limits, form } => {
            recheck::recheck(&certificate, runbook.as_deref(), &Work::new(&limits), form, terminal)
        }
        Task::Export { file, exporting, limits, form } => {
            export::export(&file, &exporting, &Work::new(&limits), form.json, terminal)
        }
        Task::Cover { paths, mutating, limits, form } => {
            cover::cover(&paths, &mutating, &Work::new(&limits), form, terminal)
        }
        Task::Lower { file } => lower(&file, terminal),
        Task::Explain { code } => explain::explain(&code, terminal),
        Task::Schema { of } => {
            let schema = match of {
                SchemaOf::World => crate::check::world_schema(),
                SchemaOf::Block => crate::check::block_schema(),
            };
            terminal.print(&format!("{schema:#}\n"));
            Exit::Fine
        }
        Task::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "runproof", &mut script);
            terminal.print(&String::from_utf8_lossy(&script));
            Exit::Fine
        }
    }
}

fn lower(file: &Path, terminal: &mut Terminal) -> Exit {
    if let Err(exit) = readable(file, terminal) {
        return exit;
    }
    match crate::check::lowered(file) {
        Ok(text) => {
            terminal.print(&text);
            Exit::Fine
        }
        Err(mistakes) => {
            terminal.mistakes(&mistakes);
            Exit::WrongFile
        }
    }
}

/// Complains about a path that is no file.
pub(super) fn readable(file: &Path, terminal: &Terminal) -> Result<(), Exit> {
    match std::fs::metadata(file) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(_) => {
            terminal.complain(&format!("{} is no file", file.display()));
            Err(Exit::WrongFile)
        }
        Err(error) => {
            terminal.complain(&format!("{}: {error}", file.display()));
            Err(Exit::WrongFile)
        }
    }
}

/// Limits on each check, and a signal that ends all.
pub(super) struct Work {
    pub(super) limits: Budget,
}

impl Work {
    fn new(limits: &Limits) -> Work {
        let cancelled = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&cancelled);
        // Without a handler a signal ends the process at once, which is as well.
        let _ = ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::Relaxed) {
                put::give_up(Exit::Undecided);
            }
        });
        let Limits { time, states, memory, threads, ref without } = *limits;
        let without = without.iter().map(|left_out| left_out.0).collect();
        Work {
            limits: Budget {
                time,
                states,
                memory: Some(memory.unwrap_or_else(memory::usual)),
                cancelled,
                progress: None,
                threads,
                compact: false,
                checkpoint: None,
                without,
            },
        }
    }

    /// Whether somebody asked to stop.
    pub(super) fn cancelled(&self) -> bool {
        self.limits.cancelled.load(Ordering::Relaxed)
    }

    /// Does something within the limits, with a line of progress of this name.
    pub(super) fn within<T>(&self, name: &str, job: impl FnOnce(&Budget) -> T) -> T {
        let line = TerminalProgress::new(name.to_owned());
        let progress = line.clone().map(|line| line as Arc<dyn Progress>);
        let done = job(&Budget { progress, ..self.limits.clone() });
        line.inspect(|line| line.finish());
        done
    }
}

/// A panic ends the process with the code of a program that failed, never with that of a failing claim.
fn say_that_a_panic_is_a_bug() {
    std::panic::set_hook(Box::new(|panic| {
        use std::io::Write;
        let place = panic.location().map(|place| format!(" ({}:{})", place.file(), place.line())).unwrap_or_default();
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let text = text.unwrap_or("something that should not happen did");
        let _ = writeln!(
            std::io::stderr(),
            "runproof: this is a bug, not a verdict: {}{place}\n\
             Please report it with the files that were checked: {}/issues",
            printable(text, false),
            env!("CARGO_PKG_REPOSITORY")
        );
        put::give_up_at_once(Exit::Crashed);
    }));
}
