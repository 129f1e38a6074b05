//! The exact set of states met: open addressing over lines of one cache line, with quotients in the slots.
//!
//! In: mixed states. Out: whether each is new. A state stands in its home line or, where that is full, in one of the next few;
//! within a line slots fill from the first. Nothing is ever taken out, so a line with room ends the search.
//!
//! **Growing** is linear hashing (Litwin 1980): line after line sends to its twin in a new upper half what one more bit of the hash says,
//! a few at a time between insertions, while three fifths to three quarters of the lower half are filled. So there is no pause, and nothing is
//! held twice. Lines are split from one that has room to another: no state stands across such a place, so what is taken out between
//! them finds room there again.
//!
//! ```text
//! lines  0 … split        split … 2^h       2^h … 2^h + split       then a few that only take what stands away from home
//! homes  h + 1 bits       h bits            h + 1 bits
//! ```

use super::key::Mixer;
use super::memory::Lines;
use super::prefetch::prefetch;
use super::slot::Slot;

/// A set of states of W words, in lines of N slots.
#[derive(Debug)]
pub struct Table<S, const N: usize, const W: usize> {
    mixer: Mixer,
    /// Homes of lines that are not split yet have so many bits.
    home_bits: u32,
    /// So many lines are split; fewer than `1 << home_bits`.
    split: usize,
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
        let lines = Lines::growing((1 << home_bits) + S::REACH)?;
        Ok(Table { mixer, home_bits, split: 0, lines, len: 0 })
    }

    /// How many states there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// How many lines have states at home.
    fn homes(&self) -> usize {
        (1 << self.home_bits) + self.split
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        (size_of::<[S; N]>() * (self.homes() + S::REACH)) as u64
    }

    /// How many lines should be split for so many states: none while three fifths of the slots of the lower half are filled, all at
    /// three quarters. With more, lines that are full stand in long runs, and the next state may find no room.
    fn target(&self, states: u64) -> usize {
        let (lines, slots) = (1u64 << self.home_bits, (N as u64) << self.home_bits);
        let over = states.saturating_sub(slots / 5 * 3);
        let share = (over as f64 / (slots as f64 * 0.15)).min(1.0);
        if self.home_bits < self.mixer.bits() { (share * lines as f64) as usize } else { 0 }
    }

    /// Whether lines should be split before `more` states come.
    pub fn crowded(&self, more: usize) -> bool {
        self.target(self.len + more as u64) > self.split
    }

    /// Whether `more` states could find no room.
    pub fn full(&self, more: usize) -> bool {
        (self.len + more as u64) > (N as u64 * self.homes() as u64) / 10 * 9 && self.home_bits < self.mixer.bits()
    }

    /// Bits of the first word that homes do not tell, where lines are not split.
    pub fn rest_bits(&self) -> u32 {
        self.mixer.bits() - self.home_bits
    }

    /// How many bits tell a home.
    fn bits(&self) -> impl Fn(usize) -> u32 + use<S, N, W> {
        let (home_bits, split) = (self.home_bits, self.split);
        move |home| home_bits + u32::from(home < split || home >= 1 << home_bits)
    }

    /// All slots in use, each with the home of its state.
    fn slots(&self) -> impl Iterator<Item = (usize, &S)> {
        let lines = self.lines.lines().iter().enumerate();
        let slots = lines.flat_map(|(at, line)| line.iter().map(move |slot| (at, slot)));
        slots.filter(|(_, slot)| slot.tag() != 0).map(|(at, slot)| (at + 1 - slot.tag(), slot))
    }

    /// All states, in no order that means anything.
    pub fn states(&self) -> impl Iterator<Item = [u64; W]> {
        let bits = self.bits();
        self.slots().map(move |(home, slot)| {
            let mut state = slot.others();
            state[0] = self.mixer.unmix(slot.rest() << bits(home) | home as u64, &state);
            state
        })
    }

    /// The same states in as many lines of other slots, where none is split. Both are held meanwhile.
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

    /// Whether no line is split, so that a table of other slots can take over.
    pub fn is_even(&self) -> bool {
        self.split == 0
    }

    /// How many lines are split next, so that `more` states find room: at least a few.
    fn next(&self, more: usize) -> usize {
        let wanted = self.target(self.len + more as u64).saturating_sub(self.split);
        let least = LEAST_SPLIT.max(1 << self.home_bits >> 6);
        // Not more than an eighth: whoever needs more asks again, and is seen to.
        wanted.min(1 << self.home_bits >> 3).max(least).min((1 << self.home_bits) - self.split)
    }

    /// Bytes that growing for `more` states would add, about.
    pub fn growth(&self, more: usize) -> u64 {
        (size_of::<[S; N]>() * (self.next(more) + LEAST_SPLIT)) as u64
    }

    /// Splits some lines, so that `more` states find room. Linear in the lines split.
    ///
    /// # Errors
    /// The system has no memory for it.
    pub fn grow(&mut self, more: usize) -> std::io::Result<()> {
        let half = 1 << self.home_bits;
        let from = self.split;
        // No state stands across the end of a line that has room.
        let mut end = from + self.next(more);
        let lines = self.lines.lines();
        while end < lines.len() && lines[end - 1].iter().all(|slot| slot.tag() != 0) {
            end += 1;
        }
        let to = end.min(half);
        self.lines.grow(half + to + S::REACH)?;
        let bits = self.bits();
        let lines = self.lines.lines_mut();
        // Where a slot found in a line goes, and how it looks at home there.
        let sent = |at: usize, slot: S| {
            let (home, rest) = (at + 1 - slot.tag(), slot.rest());
            match (from..to).contains(&home) && bits(home) < bits(half) {
                true => (home + if rest & 1 == 1 { half } else { 0 }, slot.with_rest(rest >> 1)),
                false => (home, slot.with_rest(rest)),
            }
        };
        // Lines of the upper half that states of the lower one may stand in: what stands there waits until the rest is done.
        let waiting: Vec<(usize, S)> = (half.min(end)..end)
            .flat_map(|at| lines[at].map(|slot| (at, slot)))
            .filter(|(_, slot)| slot.tag() != 0)
            .map(|(at, slot)| sent(at, slot))
            .collect();
        lines[half.min(end)..end].fill([S::zeroed(); N]);
        for at in from..end.min(half) {
            // What stays in this half goes no further than it stood, so no line ahead is changed.
            let line = lines[at];
            let (mut kept, mut moved) = ([S::zeroed(); N], [S::zeroed(); N]);
            let (mut low, mut high, mut away) = (0, 0, 0u64);
            for (place, slot) in line.iter().enumerate() {
                // Both are written, at most one counts: which it is cannot be foreseen.
                let (rest, at_home) = (slot.rest(), slot.tag() == 1);
                let slot = slot.with_rest(rest >> 1);
                (kept[low], moved[high]) = (slot, slot);
                low += usize::from(at_home && rest & 1 == 0);
                high += usize::from(at_home && rest & 1 == 1);
                away |= u64::from(line[place].tag() > 1) << place;
            }
            kept[low..].fill(S::zeroed());
            lines[at] = kept;
            let twin = &mut lines[half + at];
            let taken = twin.iter().filter(|slot| slot.tag() != 0).count();
            if taken + high <= N {
                twin[taken..taken + high].copy_from_slice(&moved[..high]);
            } else {
                moved[..high].iter().for_each(|slot| again(lines, half + at, *slot));
            }
            while away != 0 {
                let (home, slot) = sent(at, line[away.trailing_zeros() as usize]);
                again(lines, home, slot);
                away &= away - 1;
            }
        }
        waiting.into_iter().for_each(|(home, slot)| again(lines, home, slot));
        self.split = to;
        if self.split == half {
            (self.home_bits, self.split) = (self.home_bits + 1, 0);
        }
        Ok(())
    }

    /// Puts states in, in order; adds those that are new to `new`. Says how many were put in: fewer than all where there is no
    /// room for the next one.
    ///
    /// In blocks: while one is put in, the lines of the next are on their way.
    pub fn insert(&mut self, states: &[[u64; W]], new: &mut Vec<[u64; W]>) -> usize {
        let (mixer, home_bits, split) = (self.mixer, self.home_bits, self.split);
        let lines = self.lines.lines_mut();
        let last = (1usize << home_bits) - 1;
        let mut blocks = [[(0usize, S::zeroed()); BLOCK]; 2];
        let ask = |states: &[[u64; W]], block: &mut [(usize, S); BLOCK], lines: &[[S; N]]| {
            for (state, (home, slot)) in states.iter().zip(block) {
                let mixed = mixer.mix(state);
                let low = mixed as usize & last;
                let more = usize::from(low < split);
                *home = low | (mixed as usize & (more << home_bits));
                *slot = S::new(mixed >> home_bits >> more, state);
                prefetch(&lines[*home]);
            }
        };
        let before = new.len();
        let mut done = 0;
        ask(&states[..states.len().min(BLOCK)], &mut blocks[0], lines);
        'all: for (at, block) in states.chunks(BLOCK).enumerate() {
            let next = states.len().min((at + 1) * BLOCK)..states.len().min((at + 2) * BLOCK);
            ask(&states[next], &mut blocks[(at + 1) % 2], lines);
            for (state, (home, slot)) in block.iter().zip(&blocks[at % 2]) {
                match put(lines, *home, *slot) {
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
const BLOCK: usize = 64;

/// Lines that are split at a time, at least.
const LEAST_SPLIT: usize = 64;

/// Puts a slot back. There is room: in the lower half fewer states stand than before; in the upper one at most three eighths of the
/// slots are filled by then, and as many full lines as a state may stand away do not stand in a row there.
fn again<S: Slot<W>, const N: usize, const W: usize>(lines: &mut [[S; N]], home: usize, slot: S) {
    assert_eq!(put(lines, home, slot), Found::New, "a table that was split has room for what it held");
}

/// Puts a slot at a home. A line is looked at as a whole, without a branch for each slot. Behind the last home there are as many
/// lines as a slot may stand away.
#[inline(always)]
fn put<S: Slot<W>, const N: usize, const W: usize>(lines: &mut [[S; N]], home: usize, mut slot: S) -> Found {
    for line in &mut lines[home..home + S::REACH] {
        if line.iter().fold(false, |known, other| known | (*other == slot)) {
            return Found::Known;
        }
        let taken = line.iter().fold(0, |taken, other| taken + usize::from(other.tag() != 0));
        if taken < N {
            line[taken] = slot;
            return Found::New;
        }
        slot = slot.further();
    }
    Found::NoRoom
}
