//! A search that is interrupted and gone on with, and what it must find.

#![allow(dead_code, reason = "every test uses a part of it")]

use super::Plain;
use runproof::base::{Budget, Checkpoint, Without, Writing};
use runproof::certify::certify_exploration;
use runproof::orderings::{Exploration, explore};
use runproof::system::System;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Every state for itself.
pub fn plainly() -> Budget {
    Budget { without: Without::all(), ..Budget::default() }
}

/// An exploration finds what a plain search finds, and what it shows replays.
pub fn agrees(system: &System, explored: &Exploration, expected: &Plain) {
    assert_eq!(explored.undecided, None);
    assert_eq!(explored.states, expected.states.into());
    assert_eq!(explored.moves, expected.moves.into());
    assert_eq!(explored.violation.as_ref().map(|(trace, _)| trace.turns.len()), expected.violation);
    if let Some((trace, ending)) = &explored.violation {
        certify_exploration(system, trace, ending).unwrap();
    }
}

/// A checkpoint in memory that ends the work after some saves.
#[derive(Default)]
pub struct Kept {
    pub saved: Mutex<Option<Vec<u8>>>,
    pub left: AtomicUsize,
    pub cancelled: Arc<AtomicBool>,
    pub refused: Mutex<Option<String>>,
    pub finished: AtomicBool,
}

impl Checkpoint for Kept {
    fn open(&self) -> io::Result<Option<Box<dyn Read + '_>>> {
        let saved = self.saved.lock().unwrap().clone();
        Ok(saved.map(|bytes| Box::new(io::Cursor::new(bytes)) as Box<dyn Read>))
    }

    fn due(&self) -> bool {
        true
    }

    fn save(&self, write: &mut Writing<'_>) {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        *self.saved.lock().unwrap() = Some(bytes);
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.cancelled.store(true, Ordering::SeqCst);
        }
    }

    fn refuse(&self, reason: &str) {
        *self.refused.lock().unwrap() = Some(reason.to_owned());
    }

    fn finish(&self) {
        self.finished.store(true, Ordering::SeqCst);
    }
}

/// Explores in pieces, each with other threads and another way to keep states, until it is done.
pub fn in_pieces(system: &System, budget: &Budget, mut saves: impl FnMut() -> usize) -> (Exploration, usize) {
    let mut saved = None;
    for piece in 1.. {
        let kept = Arc::new(Kept { saved: Mutex::new(saved), ..Kept::default() });
        kept.left.store(saves(), Ordering::SeqCst);
        let cancelled = Arc::clone(&kept.cancelled);
        let checkpoint = Some(Arc::clone(&kept) as Arc<dyn Checkpoint>);
        let (threads, compact) = (1 + piece % 3, piece % 2 == 0);
        let explored = explore(system, &Budget { threads, compact, cancelled, checkpoint, ..budget.clone() });
        assert_eq!(*kept.refused.lock().unwrap(), None);
        assert_eq!(kept.finished.load(Ordering::SeqCst), explored.undecided.is_none());
        if explored.undecided.is_none() {
            return (explored, piece);
        }
        saved = kept.saved.lock().unwrap().take();
    }
    unreachable!("every piece goes on further")
}
