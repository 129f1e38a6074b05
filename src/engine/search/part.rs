//! One thread's share of a search: the states that are its by their hash, and its work on them.
//!
//! ```text
//! current ─ expand ─► following ─┬─ mine ─────► known ─ new ─► next
//!                                └─ others' ─► post ─► their known ─► their next
//! ```
//!
//! Threads meet nowhere but at the post. A slice of work is over when nobody expands any more and no letter is on its way:
//! then every state is in exactly one place, which is when levels are counted, limits told and checkpoints written.

use super::checkpoint::Kind;
use super::counts::Counts;
use super::expand::{Asked, Following};
use super::folding::Folding;
use super::known::Known;
use super::queue::{PIECE, Queue};
use crate::base::Limit;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, PoisonError};

/// One thread's share.
pub struct Part<const W: usize> {
    /// The states met that are its.
    pub known: Box<dyn Known<W>>,
    /// Those of this level that are not expanded yet.
    pub current: Queue<W>,
    /// Those of the next.
    pub next: Queue<W>,
    /// What it found in the states that it expanded.
    pub counts: Counts,
    /// A state of this level is broken; something is lost on the way to the next.
    pub broken: bool,
    /// Something is lost on the way from this level to the next.
    pub lost: bool,
    /// Which part it is.
    place: usize,
    spare: Vec<Vec<[u64; W]>>,
    following: Following<W>,
    out: Vec<Vec<[u64; W]>>,
    new: Vec<[u64; W]>,
}

/// What threads share during a slice.
pub struct Shared<const W: usize> {
    /// One box for each part.
    boxes: Vec<Mutex<Vec<Vec<[u64; W]>>>>,
    on_the_way: AtomicUsize,
    busy: AtomicUsize,
    stop: AtomicBool,
    limit: Mutex<Option<Limit>>,
    torn: AtomicBool,
    /// A thread came to grief: nobody waits for it.
    dead: AtomicBool,
    states: AtomicU64,
    bytes: AtomicU64,
    memory: Option<u64>,
    shares: Shares<W>,
}

/// States in one letter to another part.
const LETTER: usize = 1024;

/// New states that room is made for ahead of a piece.
const AHEAD: usize = 2 * PIECE;

/// States expanded at a time.
const BATCH: usize = 256;

impl<const W: usize> Shared<W> {
    /// For a slice of work by so many parts, which hold so much.
    pub fn new(parts: &[Part<W>], shares: Shares<W>, other_bytes: u64, memory: Option<u64>) -> Shared<W> {
        Shared {
            boxes: parts.iter().map(|_| Mutex::default()).collect(),
            on_the_way: AtomicUsize::new(0),
            busy: AtomicUsize::new(parts.len()),
            stop: AtomicBool::new(false),
            limit: Mutex::new(None),
            torn: AtomicBool::new(false),
            dead: AtomicBool::new(false),
            states: AtomicU64::new(parts.iter().map(|part| part.known.len()).sum()),
            bytes: AtomicU64::new(other_bytes + parts.iter().map(Part::bytes).sum::<u64>()),
            memory,
            shares,
        }
    }

    /// Whether states that were found could not be kept.
    pub fn is_torn(&self) -> bool {
        self.torn.load(SeqCst)
    }

    /// The limit that was hit.
    pub fn limit(self) -> Option<Limit> {
        self.limit.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether so many bytes more are allowed.
    fn allows(&self, more: u64) -> bool {
        self.memory.is_none_or(|most| self.bytes.load(SeqCst) + more <= most)
    }

    /// Nobody begins anything new.
    fn stop(&self, limit: Limit) {
        self.limit.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(limit);
        self.stop.store(true, SeqCst);
    }
}

/// Which part a state belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Shares<const W: usize> {
    /// The bits that decide.
    pub mask: [u64; W],
    /// How many parts there are.
    pub parts: usize,
}

impl<const W: usize> Shares<W> {
    /// The part of a state: by multiplication alone, which is quick and has nothing to do with where the part keeps it.
    #[inline(always)]
    pub fn owner(&self, state: &[u64; W]) -> usize {
        let fold =
            |sofar: u64, word: usize| (sofar ^ state[word] & self.mask[word]).wrapping_mul(0xA076_1D64_78BD_642F);
        let high = (0..W).fold(0, fold) >> 32;
        ((high * self.parts as u64) >> 32) as usize
    }
}

impl<const W: usize> Part<W> {
    /// An empty share.
    pub fn new(place: usize, known: Box<dyn Known<W>>) -> Part<W> {
        Part {
            known,
            current: Queue::default(),
            next: Queue::default(),
            counts: Counts::default(),
            broken: false,
            lost: false,
            place,
            spare: Vec::new(),
            following: Following::default(),
            out: Vec::new(),
            new: Vec::new(),
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        let pieces = self.current.pieces() + self.next.pieces() + self.spare.len();
        self.known.bytes() + Queue::<W>::bytes(pieces)
    }

    /// Puts states in before there is any work.
    pub fn seed(&mut self, states: &[[u64; W]]) {
        let mut new = Vec::new();
        self.known.insert(states, &mut new);
        self.current.extend(&new, &mut self.spare);
    }

    /// Nothing waits any more.
    pub fn forget_waiting(&mut self) {
        (self.current, self.next) = (Queue::default(), Queue::default());
    }

    /// Puts a state back where it was.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn restore(&mut self, kind: Kind, state: &[u64; W]) -> std::io::Result<()> {
        let states = std::slice::from_ref(state);
        match kind {
            Kind::Known => {
                while self.known.crowded(1) || self.known.insert(states, &mut self.new) == 0 {
                    if !self.grow(0) {
                        return Err(std::io::ErrorKind::OutOfMemory.into());
                    }
                }
                self.new.clear();
            }
            Kind::Current => self.current.extend(states, &mut self.spare),
            Kind::Next => self.next.extend(states, &mut self.spare),
        }
        Ok(())
    }

    /// Goes on to the next level.
    pub fn turn(&mut self) {
        std::mem::swap(&mut self.current, &mut self.next);
    }

    /// Expands up to `pieces` pieces of its level while others do the same, and takes in what they send, until all are done.
    pub fn work(&mut self, shared: &Shared<W>, mut pieces: usize, folding: &Folding<'_, W>, asked: &mut Asked<'_, '_>) {
        let mut idle = false;
        let _watch = Watched(&shared.dead);
        loop {
            self.open_letters(shared);
            if !idle && self.expand(shared, &mut pieces, folding, asked) {
                continue;
            }
            if !idle {
                self.send_all(shared);
                idle = true;
                shared.busy.fetch_sub(1, SeqCst);
            }
            // In this order: nobody sends once nobody is busy.
            let over = shared.busy.load(SeqCst) == 0 && shared.on_the_way.load(SeqCst) == 0;
            if over || shared.dead.load(SeqCst) {
                return;
            }
            std::thread::yield_now();
        }
    }

    /// The same for all parts on one thread: where there is little to do, that is faster.
    pub fn work_alone(
        parts: &mut [Part<W>],
        shared: &Shared<W>,
        mut pieces: usize,
        folding: &Folding<'_, W>,
        asked: &mut Asked<'_, '_>,
    ) {
        for part in &mut *parts {
            while part.expand(shared, &mut pieces, folding, asked) {}
            part.send_all(shared);
        }
        parts.iter_mut().for_each(|part| part.open_letters(shared));
    }

    /// Takes in what others sent.
    fn open_letters(&mut self, shared: &Shared<W>) {
        if shared.boxes.len() > 1 {
            let letters = std::mem::take(&mut *shared.boxes[self.place].lock().unwrap_or_else(PoisonError::into_inner));
            for letter in letters {
                self.take_in(&letter, shared);
                shared.on_the_way.fetch_sub(1, SeqCst);
            }
        }
    }

    fn send_all(&mut self, shared: &Shared<W>) {
        for (to, states) in self.out.iter_mut().enumerate().filter(|(_, states)| !states.is_empty()) {
            send(to, states, shared);
        }
    }

    /// Expands a piece; false where there is none, or no more should be done.
    fn expand(
        &mut self,
        shared: &Shared<W>,
        pieces: &mut usize,
        folding: &Folding<'_, W>,
        asked: &mut Asked<'_, '_>,
    ) -> bool {
        if *pieces == 0 || shared.stop.load(SeqCst) || self.current.len() == 0 || !self.room(shared) {
            return false;
        }
        let Some(mut piece) = self.current.pop() else { return false };
        *pieces -= 1;
        while !piece.is_empty() {
            let batch = piece.len().saturating_sub(BATCH);
            let mut following = std::mem::take(&mut self.following);
            following.clear();
            if let Err(limit) = folding.expand(&piece[batch..], asked, &mut following) {
                // What is not done stays to be done.
                shared.stop(limit);
                self.current.extend(&piece, &mut self.spare);
                return false;
            }
            piece.truncate(batch);
            self.counts += &following.counts;
            self.broken |= following.broken > 0;
            self.lost |= following.lost;
            self.hand_out(&following.states, shared);
            self.following = following;
        }
        self.spare.push(piece);
        asked.tally.states = shared.states.load(SeqCst);
        asked.tally.bytes = shared.bytes.load(SeqCst);
        asked.tally.check_now().map_err(|limit| shared.stop(limit)).is_ok()
    }

    /// Gives every state to the part it belongs to.
    fn hand_out(&mut self, states: &[[u64; W]], shared: &Shared<W>) {
        let parts = shared.boxes.len();
        if parts == 1 {
            self.take_in(states, shared);
            return;
        }
        let mut out = std::mem::take(&mut self.out);
        out.resize_with(parts, Vec::new);
        for state in states {
            out[shared.shares.owner(state)].push(*state);
        }
        for (to, states) in out.iter_mut().enumerate() {
            if to == self.place {
                self.take_in(states, shared);
                states.clear();
            } else if states.len() >= LETTER {
                send(to, states, shared);
            }
        }
        self.out = out;
    }

    /// Makes room ahead of a piece of work, within the memory allowed.
    fn room(&mut self, shared: &Shared<W>) -> bool {
        if !self.known.crowded(AHEAD) {
            return true;
        }
        let (before, more) = (self.known.bytes(), self.known.growth(AHEAD));
        if shared.allows(more) && self.grow(AHEAD) {
            shared.bytes.fetch_add(self.known.bytes().saturating_sub(before), SeqCst);
            return true;
        }
        let room = !self.known.full(AHEAD);
        if !room {
            shared.stop(Limit::Memory);
        }
        room
    }

    /// Makes room, if the system gives it.
    fn grow(&mut self, more: usize) -> bool {
        let Ok(other) = self.known.grow(more) else { return false };
        if let Some(other) = other {
            self.known = other;
        }
        true
    }

    fn take_in(&mut self, mut states: &[[u64; W]], shared: &Shared<W>) {
        let mut new = std::mem::take(&mut self.new);
        new.clear();
        let before = self.known.bytes();
        loop {
            let done = self.known.insert(states, &mut new);
            states = &states[done..];
            if states.is_empty() {
                break;
            }
            // There has to be room for what was found; if that is too much, nothing more is begun.
            if !shared.allows(self.known.bytes() - before + self.known.growth(0)) {
                shared.stop(Limit::Memory);
            }
            if !self.grow(0) {
                shared.torn.store(true, SeqCst);
                shared.stop(Limit::Memory);
                break;
            }
        }
        let pieces = self.next.pieces() + self.spare.len();
        self.next.extend(&new, &mut self.spare);
        let more = (self.next.pieces() + self.spare.len()).saturating_sub(pieces);
        shared.bytes.fetch_add(Queue::<W>::bytes(more), SeqCst);
        shared.bytes.fetch_add(self.known.bytes().saturating_sub(before), SeqCst);
        shared.states.fetch_add(new.len() as u64, SeqCst);
        self.new = new;
    }
}

/// Tells the others when this thread panics, so that the panic is seen and nobody waits for ever.
struct Watched<'a>(&'a AtomicBool);

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, SeqCst);
        }
    }
}

fn send<const W: usize>(to: usize, states: &mut Vec<[u64; W]>, shared: &Shared<W>) {
    shared.on_the_way.fetch_add(1, SeqCst);
    let letter = std::mem::replace(states, Vec::with_capacity(LETTER + LETTER / 2));
    shared.boxes[to].lock().unwrap_or_else(PoisonError::into_inner).push(letter);
}
