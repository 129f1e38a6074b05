//! The exact set of states met: open addressing over lines of one cache line, with quotients in the slots.
//!
//! In: mixed states. Out: whether each is new. A state stands in its home line or, where that is full, in one of the next fourteen;
//! within a line slots fill from the first. Nothing is ever taken out, so a line with room ends the search.
//!
//! **Growing** doubles the number of lines in place: a new half of equal size is added, every line sends to its twin there what
//! one more bit of the hash says, in one pass from the first line to the last. The few states that stand away from home
//! are put aside and come back after it. The most that is held meanwhile is the new size and those few.

use super::key::Mixer;
use super::memory::Lines;
use super::prefetch::prefetch;
use super::slot::{REACH, Slot};

/// A set of states of W words, in lines of N slots.
#[derive(Debug)]
pub struct Table<S, const N: usize, const W: usize> {
    mixer: Mixer,
    /// The number of lines, as a power of two.
    home_bits: u32,
    lines: Lines<S, N>,
    len: u64,
}

/// What an insertion found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The state was there.
    Known,
    /// It is there now.
    New,
    /// There is no room near its home: the table has to grow first.
    NoRoom,
}

impl<S: Slot<W>, const N: usize, const W: usize> Table<S, N, W> {
    /// An empty table. `mixer` must fit the states.
    ///
    /// # Errors
    /// The system has no memory for it.
    pub fn new(mixer: Mixer, least_lines: u32) -> std::io::Result<Self> {
        let needed = mixer.bits().saturating_sub(S::ROOM);
        let home_bits = least_lines.max(needed).min(mixer.bits());
        Ok(Table { mixer, home_bits, lines: Lines::zeroed(1 << home_bits)?, len: 0 })
    }

    /// How many states there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        (size_of::<[S; N]>() as u64) << self.home_bits
    }

    /// Whether `more` states would fill more than this share of all slots. Past three quarters lines that are full stand in
    /// long runs, and the next state may find no room.
    pub fn crowded(&self, more: usize, share: u64, of: u64) -> bool {
        let slots = (N as u64) << self.home_bits;
        self.len + more as u64 > slots / of * share && self.home_bits < self.mixer.bits()
    }

    /// Bits of the first word that homes do not tell.
    pub fn rest_bits(&self) -> u32 {
        self.mixer.bits() - self.home_bits
    }

    /// All slots in use, each with the home of its state.
    fn slots(&self) -> impl Iterator<Item = (usize, &S)> {
        let last = (1 << self.home_bits) - 1;
        let lines = self.lines.lines().iter().enumerate();
        let slots = lines.flat_map(|(at, line)| line.iter().map(move |slot| (at, slot)));
        let taken = slots.filter(|(_, slot)| slot.tag() != 0);
        taken.map(move |(at, slot)| (at.wrapping_sub(slot.tag() - 1) & last, slot))
    }

    /// All states, in no order that means anything.
    pub fn states(&self) -> impl Iterator<Item = [u64; W]> {
        self.slots().map(|(home, slot)| {
            let mut state = slot.others();
            state[0] = self.mixer.unmix(slot.rest() << self.home_bits | home as u64, &state);
            state
        })
    }

    /// The same states in as many lines of other slots. Both are held meanwhile.
    ///
    /// # Errors
    /// The system has no memory for it, or the lines have less room than these.
    pub fn refilled<T: Slot<W>, const M: usize>(&self) -> std::io::Result<Table<T, M, W>> {
        let mut other: Table<T, M, W> = Table::new(self.mixer, self.home_bits)?;
        for (home, slot) in self.slots() {
            if put(other.lines.lines_mut(), home, T::new(slot.rest(), &slot.others())) != Found::New {
                return Err(std::io::ErrorKind::OutOfMemory.into());
            }
        }
        other.len = self.len;
        Ok(other)
    }

    /// Twice as many lines. Linear in the table; the memory is touched from front to back.
    ///
    /// # Errors
    /// The system has no memory for it.
    pub fn grow(&mut self) -> std::io::Result<()> {
        let count = 1 << self.home_bits;
        self.lines.grow(2 * count)?;
        let lines = self.lines.lines_mut();
        let (lower, upper) = lines.split_at_mut(count);
        // Home in the old table, and the slot as it is at home.
        let mut away: Vec<(usize, S)> = Vec::new();
        for (at, (line, twin)) in lower.iter_mut().zip(upper).enumerate() {
            let (mut kept, mut moved) = ([S::zeroed(); N], [S::zeroed(); N]);
            let (mut low, mut high) = (0, 0);
            for slot in line.iter().filter(|slot| slot.tag() != 0) {
                let (rest, far) = (slot.rest(), slot.tag() - 1);
                if far > 0 {
                    away.push((at + count - far & count - 1, slot.with_rest(rest)));
                    continue;
                }
                // Both are written, one counts: which it is cannot be foreseen.
                let slot = slot.with_rest(rest >> 1);
                (kept[low], moved[high]) = (slot, slot);
                low += usize::from(rest & 1 == 0);
                high += usize::from(rest & 1 == 1);
            }
            kept[low..].fill(S::zeroed());
            moved[high..].fill(S::zeroed());
            (*line, *twin) = (kept, moved);
        }
        self.home_bits += 1;
        for (home, slot) in away {
            let rest = slot.rest();
            let home = home + if rest & 1 == 0 { 0 } else { count };
            let found = put(lines, home, slot.with_rest(rest >> 1));
            assert_eq!(found, Found::New, "a table with twice the lines has room for what stood away from home");
        }
        Ok(())
    }

    /// Puts states in, in order; adds those that are new to `new`. Says how many were put in: fewer than all where there is no
    /// room for the next one.
    ///
    /// In blocks: while one is put in, the lines of the next are on their way.
    pub fn insert(&mut self, states: &[[u64; W]], new: &mut Vec<[u64; W]>) -> usize {
        let (mixer, home_bits) = (self.mixer, self.home_bits);
        let lines = self.lines.lines_mut();
        let last = lines.len() - 1;
        let mut blocks = [[(0usize, S::zeroed()); BLOCK]; 2];
        let ask = |states: &[[u64; W]], block: &mut [(usize, S); BLOCK], lines: &[[S; N]]| {
            for (state, (home, slot)) in states.iter().zip(block) {
                let mixed = mixer.mix(state);
                *home = mixed as usize & last;
                *slot = S::new(mixed >> home_bits, state);
                prefetch(&lines[*home]);
            }
        };
        let before = new.len();
        let mut done = 0;
        ask(&states[..states.len().min(BLOCK)], &mut blocks[0], lines);
        'all: for (at, block) in states.chunks(BLOCK).enumerate() {
            let next = states.len().min((at + 1) * BLOCK)..states.len().min((at + 2) * BLOCK);
            ask(&states[next], &mut blocks[(at + 1) % 2], lines);
            for (state, (home, slot)) in block.iter().zip(blocks[at % 2]) {
                match put(lines, home, slot) {
                    Found::Known => {}
                    Found::New => new.push(*state),
                    Found::NoRoom => break 'all,
                }
                done += 1;
            }
        }
        self.len += (new.len() - before) as u64;
        done
    }
}

/// States that are put in at a time: enough to hide the way to memory.
const BLOCK: usize = 32;

/// Puts a slot at a home. A line is looked at as a whole, without a branch for each slot. The number of lines is a power of two.
#[inline(always)]
fn put<S: Slot<W>, const N: usize, const W: usize>(lines: &mut [[S; N]], home: usize, mut slot: S) -> Found {
    let last = lines.len() - 1;
    let mut at = home;
    for _ in 0..REACH {
        let line = &mut lines[at];
        if line.iter().fold(false, |known, other| known | (*other == slot)) {
            return Found::Known;
        }
        let taken = line.iter().fold(0, |taken, other| taken + usize::from(other.tag() != 0));
        if taken < N {
            line[taken] = slot;
            return Found::New;
        }
        slot = slot.further();
        at = (at + 1) & last;
    }
    Found::NoRoom
}
