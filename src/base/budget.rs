//! Limits on time, states and memory, and a way to cancel: every loop over user-sized work asks a [`Meter`].

use super::{Checkpoint, Without};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Which limit ended the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// The time allowed is over.
    Time,
    /// More states (or nodes of an automaton) than allowed.
    States,
    /// More memory than allowed, as counted by the structure that grew.
    Memory,
    /// More causes of failure than can be told apart.
    Causes,
    /// Somebody asked to stop.
    Cancelled,
    /// More rules than anybody would read. No budget sets it.
    Rules,
    /// Nothing: it was not asked here. No budget sets it.
    Unasked,
    /// More positions than are looked at one by one: orderings are counted, and nothing else is known of them. No budget sets it.
    Positions,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Limit::Time => "time",
            Limit::States => "states",
            Limit::Memory => "memory",
            Limit::Causes => "causes",
            Limit::Cancelled => "cancelled",
            Limit::Rules => "rules",
            Limit::Unasked => "not asked",
            Limit::Positions => "positions",
        })
    }
}

/// Receives how far the work got, now and then. Implemented by the terminal; the library prints nothing.
pub trait Progress: Send + Sync {
    /// `phase` is a word for what is being done; `states` how many were seen; `share` of the work that is decided, where known (0 to 1).
    fn tick(&self, phase: &'static str, states: u64, share: Option<f64>);
}

/// What a check may use.
#[derive(Clone, Default)]
pub struct Budget {
    /// Wall-clock time for one check.
    pub time: Option<Duration>,
    /// Distinct states, and nodes of the automaton of orderings.
    pub states: Option<u64>,
    /// Bytes held by states, edges and nodes.
    pub memory: Option<u64>,
    /// Set it to stop the work soon.
    pub cancelled: Arc<AtomicBool>,
    /// Told how far the work got.
    pub progress: Option<Arc<dyn Progress>>,
    /// Threads; 0 is as many as the machine has cores. No result depends on it.
    pub threads: usize,
    /// Where a world explored alone is saved now and then, and gone on with.
    pub checkpoint: Option<Arc<dyn Checkpoint>>,
    /// Keeps the states of a world explored alone in as few bits as it can.
    pub compact: bool,
    /// Reductions that are left out. No verdict and no count depends on it.
    pub without: Without,
}

impl Budget {
    /// Starts the clock.
    pub fn start(&self) -> Meter {
        Meter { budget: self.clone(), started: Instant::now(), calls: 0 }
    }
}

/// A running budget.
pub struct Meter {
    budget: Budget,
    started: Instant,
    calls: u64,
}

impl Meter {
    /// How many calls of [`Meter::check`] pass between two looks at the clock.
    const STRIDE: u64 = 1024;

    /// Fails when a limit is hit. Cheap: the clock is read, and progress told, every thousandth call.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn check(&mut self, phase: &'static str, states: u64, bytes: u64, share: Option<f64>) -> Result<(), Limit> {
        if self.budget.states.is_some_and(|most| states > most) {
            return Err(Limit::States);
        }
        if self.budget.memory.is_some_and(|most| bytes > most) {
            return Err(Limit::Memory);
        }
        self.calls += 1;
        if self.calls % Self::STRIDE == 1 { self.look(phase, states, share) } else { Ok(()) }
    }

    /// Looks at what is not looked at every time: whether somebody asked to stop, and the clock. Tells progress.
    fn look(&self, phase: &'static str, states: u64, share: Option<f64>) -> Result<(), Limit> {
        if self.budget.cancelled.load(Ordering::Relaxed) {
            return Err(Limit::Cancelled);
        }
        if self.budget.time.is_some_and(|most| self.started.elapsed() > most) {
            return Err(Limit::Time);
        }
        if let Some(progress) = &self.budget.progress {
            progress.tick(phase, states, share);
        }
        Ok(())
    }
}

/// A running budget together with what was used so far.
pub struct Tally {
    meter: Meter,
    /// A word for what is being done.
    pub phase: &'static str,
    /// Distinct states, or nodes of an automaton, so far.
    pub states: u64,
    /// Bytes held so far.
    pub bytes: u64,
    /// The share of the work that is decided, where known.
    pub share: Option<f64>,
}

impl Tally {
    /// Starts the clock of a budget.
    pub fn start(budget: &Budget, phase: &'static str) -> Tally {
        Tally { meter: budget.start(), phase, states: 0, bytes: 0, share: None }
    }

    /// The reductions that are left out.
    pub fn without(&self) -> Without {
        self.meter.budget.without
    }

    /// Looks at the limits.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn check(&mut self) -> Result<(), Limit> {
        self.meter.check(self.phase, self.states, self.bytes, self.share)
    }

    /// Looks at all limits, the clock too: for work that comes in large pieces.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn check_now(&mut self) -> Result<(), Limit> {
        self.check()?;
        self.meter.look(self.phase, self.states, self.share)
    }

    /// For another thread: the same limits and the same clock, nothing counted yet, no progress told.
    pub fn fork(&self) -> Tally {
        let budget = Budget { progress: None, ..self.meter.budget.clone() };
        let meter = Meter { budget, started: self.meter.started, calls: 0 };
        Tally { meter, phase: self.phase, states: 0, bytes: 0, share: None }
    }

    /// What may be used.
    pub fn budget(&self) -> &Budget {
        &self.meter.budget
    }

    /// Counts `bytes` more, then looks at the limits.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn hold(&mut self, bytes: usize) -> Result<(), Limit> {
        self.bytes += bytes as u64;
        self.check()
    }
}
