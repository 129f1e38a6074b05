//! What is looked at: files in a folder of their own, and what a check may use.

use crate::written::Dice;
use crate::written::wider::Written;
use runproof::base::Budget;
use runproof::engine::{Engine, Packed};
use runproof::system::{Procedure, System};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// How often each thing was met.
pub type Tallies = BTreeMap<String, u64>;

/// A world and a runbook in a folder.
pub struct Subject {
    pub folder: PathBuf,
    /// What is chosen in a check is chosen alike for the same seed.
    pub seed: u64,
    /// The program that the peers are compared with; None leaves them out.
    pub program: Option<PathBuf>,
    /// Set it to end what is under way.
    pub cancelled: Arc<AtomicBool>,
    pub met: Mutex<Tallies>,
}

impl Subject {
    pub fn new(folder: &Path, seed: u64) -> Subject {
        Subject { folder: folder.to_owned(), seed, program: None, cancelled: Arc::default(), met: Mutex::default() }
    }

    /// Writes the files in place of those that are there.
    pub fn put(&self, written: &Written) {
        if let Ok(entries) = std::fs::read_dir(&self.folder) {
            for entry in entries {
                std::fs::remove_file(entry.unwrap().path()).unwrap();
            }
        }
        std::fs::create_dir_all(&self.folder).unwrap();
        for (name, text) in &written.files {
            std::fs::write(self.folder.join(name), text).unwrap();
        }
    }

    pub fn runbook(&self) -> PathBuf {
        self.folder.join("runbook.md")
    }

    pub fn world(&self) -> PathBuf {
        self.folder.join("world.toml")
    }

    pub fn dice(&self, check: &str) -> Dice {
        let word = check.bytes().fold(17u64, |sofar, byte| sofar.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Dice::new(self.seed.wrapping_mul(1_000_003).wrapping_add(word) & 0xffff_ffff)
    }

    /// So many states and no more. No clock: what is found is the same each time.
    pub fn within(&self, states: u64) -> Budget {
        Budget {
            states: Some(states),
            memory: Some(1 << 30),
            threads: 1,
            cancelled: Arc::clone(&self.cancelled),
            ..Budget::default()
        }
    }

    pub fn count(&self, what: &str) {
        self.add(what, 1);
    }

    pub fn add(&self, what: &str, many: u64) {
        *self.met.lock().unwrap().entry(what.to_owned()).or_default() += many;
    }

    /// How many pairs of position and state there are, if not more than so many.
    pub fn pairs(&self, system: &System, most: u64) -> Option<u64> {
        Packed.facts(system, &self.within(most)).ok().map(|facts| facts.states)
    }
}

/// How many steps a runbook's system has.
pub fn steps(system: &System) -> usize {
    match &system.procedure {
        Procedure::Ordered(plan) => plan.occurrences.len(),
        Procedure::Free => 0,
    }
}
