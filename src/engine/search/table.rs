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
use super::slot::{REACH, Slot};

/// A set of states of W words, in lines of N slots.
#[derive(Debug)]
pub struct Table<S, const N: usize, const W: usize> {
    mixer: Mixer,
    /// The number of lines, as a power of two.
    home_bits: u32,
    /// That of the first segment. Every other one is as long as all before it.
    first_bits: u32,
    segments: Vec<Lines<S, N>>,
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

/// The table's lines, at hand for many look-ups.
pub struct View<'t, S, const N: usize> {
    segments: Vec<&'t mut [[S; N]]>,
    home_bits: u32,
    first_bits: u32,
    len: &'t mut u64,
}

impl<S: Slot<W>, const N: usize, const W: usize> Table<S, N, W> {
    /// An empty table. `mixer` must fit the states.
    ///
    /// # Errors
    /// The system has no memory for it.
    pub fn new(mixer: Mixer, least_lines: u32) -> std::io::Result<Self> {
        let needed = mixer.bits().saturating_sub(S::ROOM);
        let home_bits = least_lines.max(needed).min(mixer.bits());
        let segments = vec![Lines::zeroed(1 << home_bits)?];
        Ok(Table { mixer, home_bits, first_bits: home_bits, segments, len: 0 })
    }

    /// How the states are mixed.
    pub fn mixer(&self) -> Mixer {
        self.mixer
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

    /// All lines at hand.
    pub fn view(&mut self) -> View<'_, S, N> {
        let segments = self.segments.iter_mut().map(Lines::lines_mut).collect();
        View { segments, home_bits: self.home_bits, first_bits: self.first_bits, len: &mut self.len }
    }

    /// All slots in use, each with the home of its state.
    fn slots(&self) -> impl Iterator<Item = (usize, &S)> {
        let last = (1 << self.home_bits) - 1;
        let lines = self.segments.iter().flat_map(|segment| segment.lines()).enumerate();
        let taken =
            lines.flat_map(|(at, line)| line.iter().map(move |slot| (at, slot))).filter(|(_, slot)| slot.tag() != 0);
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

    /// Bits of the first word that homes do not tell.
    pub fn rest_bits(&self) -> u32 {
        self.mixer.bits() - self.home_bits
    }

    /// The same states in as many lines of other slots. Both are held meanwhile.
    ///
    /// # Errors
    /// The system has no memory for it, or the lines have less room than these.
    pub fn refilled<T: Slot<W>, const M: usize>(&mut self) -> std::io::Result<Table<T, M, W>> {
        let mut other: Table<T, M, W> = Table::new(self.mixer, self.home_bits)?;
        let mut view = other.view();
        for (home, slot) in self.slots() {
            if view.put(home, T::new(slot.rest(), &slot.others())) != Found::New {
                return Err(std::io::ErrorKind::OutOfMemory.into());
            }
        }
        Ok(other)
    }

    /// Twice as many lines. Linear in the table; the memory is touched from front to back.
    ///
    /// # Errors
    /// The system has no memory for it.
    pub fn grow(&mut self) -> std::io::Result<()> {
        let lines = 1 << self.home_bits;
        self.segments.push(Lines::zeroed(lines)?);
        let (upper, lower) = self.segments.split_last_mut().expect("a segment was added");
        let upper = upper.lines_mut();
        // Home in the old table, and the slot as it is at home.
        let mut away: Vec<(usize, S)> = Vec::new();
        let mut at = 0;
        for segment in lower {
            for line in segment.lines_mut() {
                let (mut kept, mut moved) = ([S::zeroed(); N], [S::zeroed(); N]);
                let (mut low, mut high) = (0, 0);
                for slot in line.iter().filter(|slot| slot.tag() != 0) {
                    let (rest, far) = (slot.rest(), slot.tag() - 1);
                    if far > 0 {
                        away.push((at + lines - far & lines - 1, slot.with_rest(rest)));
                    } else if rest & 1 == 0 {
                        kept[low] = slot.with_rest(rest >> 1);
                        low += 1;
                    } else {
                        moved[high] = slot.with_rest(rest >> 1);
                        high += 1;
                    }
                }
                *line = kept;
                upper[at] = moved;
                at += 1;
            }
        }
        self.home_bits += 1;
        self.len -= away.len() as u64;
        let mut view = self.view();
        for (home, slot) in away {
            let rest = slot.rest();
            let home = home + if rest & 1 == 0 { 0 } else { lines };
            let found = view.put(home, slot.with_rest(rest >> 1));
            assert_eq!(found, Found::New, "a table with twice the lines has room for what stood away from home");
        }
        Ok(())
    }
}

impl<S: Copy + PartialEq, const N: usize> View<'_, S, N> {
    #[inline(always)]
    fn line(&mut self, at: usize) -> &mut [S; N] {
        let high = at >> self.first_bits;
        let segment = (usize::BITS - high.leading_zeros()) as usize;
        let offset = if segment == 0 { at } else { at & !(1 << (self.first_bits as usize + segment - 1)) };
        &mut self.segments[segment][offset]
    }

    /// Where a mixed state is at home.
    #[inline(always)]
    pub fn home(&self, mixed: u64) -> usize {
        mixed as usize & ((1 << self.home_bits) - 1)
    }

    /// Brings a line near, and gives something that depends on it.
    #[inline(always)]
    pub fn touch(&mut self, home: usize) -> S {
        self.line(home)[0]
    }

    /// Asks for a line, for later.
    #[inline(always)]
    pub fn prefetch(&mut self, home: usize) {
        super::prefetch::prefetch(self.line(home));
    }

    /// Puts a state there unless it is there.
    #[inline(always)]
    pub fn insert<const W: usize>(&mut self, mixed: u64, state: &[u64; W]) -> Found
    where
        S: Slot<W>,
    {
        self.put(self.home(mixed), S::new(mixed >> self.home_bits, state))
    }

    /// Puts a slot at a home. A line is looked at as a whole, without a branch for each slot.
    #[inline(always)]
    fn put<const W: usize>(&mut self, home: usize, mut slot: S) -> Found
    where
        S: Slot<W>,
    {
        let last = (1usize << self.home_bits) - 1;
        let mut at = home;
        for _ in 0..REACH {
            let line = self.line(at);
            let (mut known, mut taken) = (false, 0);
            for other in line.iter() {
                known |= *other == slot;
                taken += usize::from(other.tag() != 0);
            }
            if known {
                return Found::Known;
            }
            if taken < N {
                line[taken] = slot;
                *self.len += 1;
                return Found::New;
            }
            slot = slot.further();
            at = (at + 1) & last;
        }
        Found::NoRoom
    }
}
