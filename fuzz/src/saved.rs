//! Checkpoints in memory.

use runproof::base::{Budget, Checkpoint, Writing};
use runproof::orderings::explore;
use runproof::system::System;
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// How many bytes of a checkpoint say which version it is of, which system it belongs to, and how that is folded.
const HEAD: usize = 24 + 32 + 32;

/// A checkpoint in memory. After one save the work is cancelled.
#[derive(Default)]
pub struct Saved {
    bytes: Mutex<Option<Vec<u8>>>,
    refused: Mutex<Option<String>>,
    cancelled: Arc<std::sync::atomic::AtomicBool>,
}

impl Saved {
    /// What was saved before.
    pub fn holding(bytes: Vec<u8>) -> Saved {
        Saved { bytes: Mutex::new(Some(bytes)), ..Saved::default() }
    }

    /// Why it was refused.
    pub fn refused(&self) -> Option<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Checkpoint for Saved {
    fn open(&self) -> io::Result<Option<Box<dyn Read + '_>>> {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(bytes.map(|bytes| Box::new(io::Cursor::new(bytes)) as Box<dyn Read>))
    }

    fn due(&self) -> bool {
        true
    }

    fn save(&self, write: &mut Writing<'_>) {
        let mut bytes = Vec::new();
        write(&mut bytes).expect("memory takes it");
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
        self.cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    fn refuse(&self, reason: &str) {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason.to_owned());
    }

    fn finish(&self) {}
}

/// A checkpoint of this system, without its first lines and its digest.
pub fn some(system: &System) -> Vec<u8> {
    let all = whole(system);
    all[HEAD..all.len() - 32].to_vec()
}

fn whole(system: &System) -> Vec<u8> {
    let saved = Arc::new(Saved::default());
    let cancelled = Arc::clone(&saved.cancelled);
    explore(system, &Budget { threads: 1, cancelled, checkpoint: Some(saved.clone()), ..Budget::default() });
    let mut bytes = saved.bytes.lock().unwrap_or_else(PoisonError::into_inner);
    bytes.take().expect("something was saved")
}

/// The bytes after the first lines of a checkpoint of this system.
pub fn belonging_to(system: &System, rest: &[u8]) -> Vec<u8> {
    static FIRST: LazyLock<Mutex<Option<Vec<u8>>>> = LazyLock::new(Mutex::default);
    let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    let head = first.get_or_insert_with(|| whole(system)[..HEAD].to_vec());
    [head, rest].concat()
}

/// With a digest that fits.
pub fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let digest = Sha256::digest(&bytes);
    bytes.extend_from_slice(&digest);
    bytes
}
