//! The exact set of states met, in few bits each: both halves of a state are numbered, and a bitmap says which pairs were met.
//!
//! Collapse compression (Holzmann 1997, *State compression in SPIN*), with a bitmap in place of the table of pairs. Good where
//! the halves have little to do with each other: then most pairs of halves are states, and a state costs a bit or a few.
//! The bitmap comes in blocks of one cache line; a block is there once a state in it is. Where hardly any pair is a state, a
//! block may hold one alone: then the table of slots is smaller.

use super::halves::{Half, Numbers};
use super::known::Known;
use super::memory::Lines;
use super::prefetch::prefetch;

/// A set of states, as pairs of halves.
pub struct Collapsed<const W: usize> {
    left: Numbers<W>,
    right: Numbers<W>,
    /// For each left half and each 512 right halves, which block, and one more; 0 where there is none.
    blocks: Vec<Vec<u32>>,
    pool: Vec<Lines<u64, 8>>,
    used: u32,
    len: u64,
    directory: u64,
}

/// Blocks in a piece of the pool, as a power of two: one mebibyte.
const PIECE: u32 = 14;

/// Pairs in a block, as a power of two.
const BLOCK: u32 = 9;

/// How many states ahead a block is asked for.
const AHEAD: usize = 16;

impl<const W: usize> Collapsed<W> {
    /// Nothing was met yet. The bits of both halves are all that states have.
    pub fn new(left: [u64; W], right: [u64; W]) -> Collapsed<W> {
        Collapsed {
            left: Numbers::new(Half::new(left)),
            right: Numbers::new(Half::new(right)),
            blocks: Vec::new(),
            pool: Vec::new(),
            used: 0,
            len: 0,
            directory: 0,
        }
    }

    /// The block of a pair, and the bit in it; the block is made if it is not there.
    #[inline(always)]
    fn place(&mut self, state: &[u64; W]) -> std::io::Result<(u32, u32)> {
        let (left, right) = (self.left.of(state) as usize, self.right.of(state));
        let (column, bit) = ((right >> BLOCK) as usize, right & ((1 << BLOCK) - 1));
        match self.blocks.get(left).and_then(|row| row.get(column)) {
            Some(block) if *block != 0 => Ok((*block - 1, bit)),
            _ => Ok((self.add(left, column)?, bit)),
        }
    }

    #[cold]
    fn add(&mut self, left: usize, column: usize) -> std::io::Result<u32> {
        if self.used >> PIECE == self.pool.len() as u32 {
            self.pool.push(Lines::zeroed(1 << PIECE)?);
        }
        if self.blocks.len() <= left {
            self.directory += ((left + 1 - self.blocks.len()) * size_of::<Vec<u32>>()) as u64;
            self.blocks.resize_with(left + 1, Vec::new);
        }
        let row = &mut self.blocks[left];
        if row.len() <= column {
            // A few more than needed: right halves are met one after the other.
            let more = column + 1 + column / 4 - row.len();
            self.directory += (more * size_of::<u32>()) as u64;
            row.reserve_exact(more);
            row.resize(row.len() + more, 0);
        }
        self.used += 1;
        row[column] = self.used;
        Ok(self.used - 1)
    }

    #[inline(always)]
    fn line(&mut self, block: u32) -> &mut [u64; 8] {
        &mut self.pool[(block >> PIECE) as usize].lines_mut()[(block & ((1 << PIECE) - 1)) as usize]
    }
}

impl<const W: usize> Known<W> for Collapsed<W> {
    fn insert(&mut self, states: &[[u64; W]], new: &mut Vec<[u64; W]>) -> usize {
        let mut places = [(0, 0); AHEAD];
        for at in 0..states.len() + AHEAD {
            if let Some(before) = at.checked_sub(AHEAD) {
                let (block, bit) = places[at % AHEAD];
                let word = &mut self.line(block)[bit as usize / 64];
                if *word >> (bit % 64) & 1 == 0 {
                    *word |= 1 << (bit % 64);
                    self.len += 1;
                    new.push(states[before]);
                }
            }
            if let Some(state) = states.get(at) {
                let Ok(place) = self.place(state) else {
                    // What was asked for is still to be put in.
                    return at.saturating_sub(AHEAD) + usize::from(at >= AHEAD);
                };
                places[at % AHEAD] = place;
                prefetch(&self.line(place.0)[0]);
            }
        }
        states.len()
    }

    fn crowded(&self, _: usize) -> bool {
        false
    }

    fn full(&self, _: usize) -> bool {
        false
    }

    fn grow(&mut self, _: usize) -> std::io::Result<Option<Box<dyn Known<W>>>> {
        Err(std::io::ErrorKind::OutOfMemory.into())
    }

    fn growth(&self, _: usize) -> u64 {
        0
    }

    fn each(&self, give: &mut dyn FnMut(&[u64; W]) -> std::io::Result<()>) -> std::io::Result<()> {
        let (lefts, rights) = (self.left.all(), self.right.all());
        for (left, row) in lefts.iter().zip(&self.blocks) {
            for (column, block) in row.iter().enumerate().filter(|(_, block)| **block != 0) {
                let line =
                    &self.pool[((block - 1) >> PIECE) as usize].lines()[((block - 1) & ((1 << PIECE) - 1)) as usize];
                for bit in (0..1 << BLOCK).filter(|bit| line[bit / 64] >> (bit % 64) & 1 == 1) {
                    let right = &rights[(column << BLOCK) + bit];
                    give(&std::array::from_fn(|word| left[word] | right[word]))?;
                }
            }
        }
        Ok(())
    }

    fn len(&self) -> u64 {
        self.len
    }

    fn bytes(&self) -> u64 {
        let pool = (self.pool.len() as u64) << (PIECE + BLOCK - 3);
        pool + self.directory + self.left.bytes() + self.right.bytes()
    }
}
