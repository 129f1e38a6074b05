//! How far a check got, on a terminal alone, once it takes longer than a second.

use crate::base::{Progress, one_line};
use indicatif::{HumanCount, ProgressBar};
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What takes less is not talked about.
const PATIENCE: Duration = Duration::from_secs(1);

/// A line on standard error that says how far a check got.
pub struct TerminalProgress {
    name: String,
    started: Instant,
    bar: Mutex<Option<ProgressBar>>,
}

impl TerminalProgress {
    /// A line for the check of this file; None where standard error is no terminal.
    pub fn new(name: String) -> Option<Arc<TerminalProgress>> {
        let shown = std::io::stderr().is_terminal();
        shown.then(|| {
            Arc::new(TerminalProgress { name: one_line(&name), started: Instant::now(), bar: Mutex::new(None) })
        })
    }

    /// Takes the line away.
    pub fn finish(&self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

impl Progress for TerminalProgress {
    fn tick(&self, phase: &'static str, states: u64, share: Option<f64>) {
        let elapsed = self.started.elapsed();
        if elapsed < PATIENCE {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bar.get_or_insert_with(ProgressBar::new_spinner);
        bar.set_message(message(&self.name, phase, states, share, elapsed));
        bar.tick();
    }
}

/// `q223258.md · orders · 1,204,000 states, 602,000 a second, 12% decided`
fn message(name: &str, phase: &str, states: u64, share: Option<f64>, elapsed: Duration) -> String {
    let rate = u128::from(states) * 1000 / elapsed.as_millis().max(1);
    let rate = HumanCount(u64::try_from(rate).unwrap_or(u64::MAX));
    let share = share.map(|share| format!(", {:.0}% decided", share * 100.0)).unwrap_or_default();
    let counted = if phase == "positions" { "positions" } else { "states" };
    format!("{name} · {phase} · {} {counted}, {rate} a second{share}", HumanCount(states))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_states_their_rate_and_the_share_decided() {
        let line = message("a.md", "orders", 1_204_000, Some(0.124), Duration::from_secs(2));
        assert_eq!(line, "a.md · orders · 1,204,000 states, 602,000 a second, 12% decided");
        assert_eq!(message("a.md", "x", 5, None, Duration::from_secs(5)), "a.md · x · 5 states, 1 a second");
    }
}
