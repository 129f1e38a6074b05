//! A checkpoint in a file.
//!
//! Whatever happens the file holds a whole checkpoint or none.

use super::put::NewFile;
use crate::base::{Checkpoint, Writing};
use std::fs::{self, File};
use std::io::{self, Read};
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

    fn write(&self, write: &mut Writing<'_>) -> io::Result<()> {
        let mut file = NewFile::at(&self.file)?;
        write(&mut file)?;
        file.put()
    }
}

impl Checkpoint for FileCheckpoint {
    fn open(&self) -> io::Result<Option<Box<dyn Read + '_>>> {
        if std::fs::metadata(&self.file).is_ok_and(|found| !found.is_file()) {
            return Err(io::Error::other("it is no plain file"));
        }
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
