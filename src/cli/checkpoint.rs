//! A checkpoint in a file.
//!
//! Written beside it first and then renamed, so that whatever happens the file holds a whole checkpoint or none.

use crate::base::{Checkpoint, Writing};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A checkpoint in a file.
pub struct FileCheckpoint {
    file: PathBuf,
    every: Duration,
    last: Mutex<Instant>,
    outcome: Mutex<Outcome>,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Something was saved, and stands in the file.
    pub saved: bool,
    /// Why what stood in the file was refused.
    pub refused: Option<String>,
    /// Why something could not be saved or taken away.
    pub failed: Option<String>,
}

impl FileCheckpoint {
    /// In this file, as often as this.
    pub fn new(file: &Path, every: Duration) -> FileCheckpoint {
        let (last, outcome) = (Mutex::new(Instant::now()), Mutex::default());
        FileCheckpoint { file: file.to_owned(), every, last, outcome }
    }

    /// What became of it.
    pub fn outcome(&self) -> Outcome {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, note: impl FnOnce(&mut Outcome)) {
        note(&mut self.outcome.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The name of the file with something behind it: in the same folder, so that it can be renamed.
    fn beside(&self) -> PathBuf {
        let mut name = self.file.as_os_str().to_owned();
        name.push(".new");
        PathBuf::from(name)
    }

    fn write(&self, write: &mut Writing<'_>) -> io::Result<()> {
        let beside = self.beside();
        let written = File::create(&beside).and_then(|mut file| {
            write(&mut file)?;
            file.flush()?;
            file.sync_all()
        });
        let done = written.and_then(|()| fs::rename(&beside, &self.file));
        if done.is_err() {
            // What is half written helps nobody; if it cannot be taken away either, that is told by the error before.
            let _ = fs::remove_file(&beside);
        }
        done
    }
}

impl Checkpoint for FileCheckpoint {
    fn open(&self) -> io::Result<Option<Box<dyn Read + '_>>> {
        match File::open(&self.file) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn due(&self) -> bool {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed() >= self.every
    }

    fn save(&self, write: &mut Writing<'_>) {
        let done = self.write(write);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.note(|outcome| match done {
            Ok(()) => (outcome.saved, outcome.failed) = (true, None),
            Err(error) => outcome.failed = Some(error.to_string()),
        });
    }

    fn refuse(&self, reason: &str) {
        self.note(|outcome| outcome.refused = Some(reason.to_owned()));
    }

    fn finish(&self) {
        let done = match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Some(error.to_string()),
            _ => None,
        };
        self.note(|outcome| (outcome.saved, outcome.failed) = (false, done));
    }
}
