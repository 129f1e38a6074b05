//! `runproof states`

use super::arguments::{Exploring, Form};
use super::checkpoint::FileCheckpoint;
use super::command::{Work, readable};
use super::exit::Exit;
use super::terminal::Terminal;
use crate::base::Checkpoint;
use crate::check::{self, Detail};
use crate::files::shown;
use crate::report::{Mistake, json, text};
use std::path::Path;
use std::sync::Arc;

/// Explores a world alone.
pub fn states(
    world: &Path,
    (exploring, detail): (&Exploring, Detail),
    mut work: Work,
    form: Form,
    terminal: &mut Terminal,
) -> Exit {
    if let Err(exit) = readable(world, terminal) {
        return exit;
    }
    let file = exploring.checkpoint.as_deref();
    let saved = file.map(|file| Arc::new(FileCheckpoint::new(file, exploring.checkpoint_every)));
    work.limits.compact = exploring.compact;
    work.limits.checkpoint = saved.clone().map(|saved| saved as Arc<dyn Checkpoint>);
    let (report, found) = match work.within(&shown(world), |budget| check::world_alone(world, detail, budget)) {
        Ok(checked) => (Some(checked.report), checked.warnings),
        Err(found) => (None, found),
    };
    terminal.mistakes(&found);
    if let (Some(file), Some(saved)) = (file, saved) {
        let (file, outcome) = (shown(file), saved.outcome());
        if let Some(reason) = outcome.refused {
            terminal.complain(&format!(
                "{file}: cannot go on from this checkpoint: {reason}; name another file, or take it away"
            ));
            return Exit::WrongFile;
        }
        if let Some(reason) = outcome.failed {
            terminal.complain(&format!("{file}: not saved: {reason}"));
        } else if outcome.saved {
            terminal.complain(&format!("saved in {file}: the same command goes on from there"));
        }
    }
    if form.json {
        let mistakes: Vec<Mistake> = found.diagnostics.iter().map(|m| Mistake::new(m, &found.sources)).collect();
        terminal.print(&json::world(report.as_ref(), &mistakes));
    } else if let Some(report) = &report {
        terminal.print(&text::world(report, terminal.look()));
    }
    match report {
        None => Exit::WrongFile,
        Some(report) if report.fails() => Exit::ClaimFails,
        Some(report) if report.undecided() => Exit::Undecided,
        Some(_) => Exit::Fine,
    }
}
