//! The same work on many things, by several threads.
//!
//! In: how many threads, and things. Out: what came of each, in their order, whichever thread did it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does something with each thing. As many threads as the machine has cores for 0; what comes out does not depend on it.
///
/// # Panics
/// If `work` does.
pub fn each<T: Sync, R: Send>(threads: usize, things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = if threads == 0 { cores() } else { threads }.min(things.len());
    if threads <= 1 {
        return things.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Vec<Mutex<Option<R>>> = things.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(thing) = things.get(at) else { break };
                    *done[at].lock().expect("nobody panics with it") = Some(work(thing));
                }
            });
        }
    });
    let taken = |slot: Mutex<Option<R>>| slot.into_inner().expect("nobody panics with it");
    done.into_iter().map(|slot| taken(slot).expect("each thing was taken by some thread")).collect()
}
