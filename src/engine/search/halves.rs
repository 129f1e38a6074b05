//! A state cut in two: which bits make which half, and a number for every half that is met.

use rustc_hash::FxHashMap;

/// One half of a state: some of its bits, gathered.
#[derive(Clone, Debug)]
pub struct Half<const W: usize> {
    /// The bits that belong to it.
    pub mask: [u64; W],
    /// Runs of neighbouring bits: word, mask, and where the run goes (right by `down`, left by `up`).
    runs: Vec<(usize, u64, u32, u32)>,
    bits: u32,
}

impl<const W: usize> Half<W> {
    /// The half with these bits.
    pub fn new(mask: [u64; W]) -> Half<W> {
        let (mut runs, mut bits) = (Vec::new(), 0);
        for (word, bits_of_word) in mask.iter().enumerate() {
            let mut left = *bits_of_word;
            while left != 0 {
                let low = left.trailing_zeros();
                let length = (!(left >> low)).trailing_zeros();
                let run = (u64::MAX >> (64 - length)) << low;
                left &= !run;
                if bits + length <= 64 {
                    runs.push((word, run, low.saturating_sub(bits), bits.saturating_sub(low)));
                }
                bits += length;
            }
        }
        Half { mask, runs, bits }
    }

    /// Its bits side by side, if they fit a word.
    #[inline(always)]
    fn gather(&self, state: &[u64; W]) -> u64 {
        self.runs.iter().fold(0, |sofar, (word, mask, down, up)| sofar | (state[*word] & mask) >> down << up)
    }
}

impl<const W: usize> Half<W> {
    /// The opposite of gathering.
    fn spread(&self, bits: u64) -> [u64; W] {
        let mut state = [0; W];
        for (word, mask, down, up) in &self.runs {
            state[*word] |= bits >> up << down & mask;
        }
        state
    }
}

/// Numbers for halves, from zero, in the order in which they are met.
#[derive(Debug)]
pub struct Numbers<const W: usize> {
    half: Half<W>,
    /// By the bits themselves, where they are few: the number and one more.
    direct: Vec<u32>,
    /// By what is masked, where they are many.
    hashed: FxHashMap<[u64; W], u32>,
    len: u32,
}

/// Halves of at most so many bits are looked up directly.
const DIRECT: u32 = 22;

impl<const W: usize> Numbers<W> {
    /// No half was met yet.
    pub fn new(half: Half<W>) -> Numbers<W> {
        let direct = if half.bits <= DIRECT { vec![0; 1 << half.bits] } else { Vec::new() };
        Numbers { half, direct, hashed: FxHashMap::default(), len: 0 }
    }

    /// The number of a state's half; a new one if it was not met before.
    #[inline(always)]
    pub fn of(&mut self, state: &[u64; W]) -> u32 {
        if self.direct.is_empty() {
            let key = std::array::from_fn(|word| state[word] & self.half.mask[word]);
            let number = *self.hashed.entry(key).or_insert(self.len);
            self.len += u32::from(number == self.len);
            return number;
        }
        let entry = &mut self.direct[self.half.gather(state) as usize];
        if *entry == 0 {
            self.len += 1;
            *entry = self.len;
        }
        *entry - 1
    }

    /// All halves that were met, by their number: the bits where they stand in a state.
    pub fn all(&self) -> Vec<[u64; W]> {
        let mut all = vec![[0; W]; self.len as usize];
        self.hashed.iter().for_each(|(half, number)| all[*number as usize] = *half);
        for (bits, number) in self.direct.iter().enumerate().filter(|(_, number)| **number != 0) {
            all[*number as usize - 1] = self.half.spread(bits as u64);
        }
        all
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        let direct = self.direct.len() * size_of::<u32>();
        let hashed = self.hashed.capacity() * (size_of::<([u64; W], u32)>() + 1);
        (direct + hashed) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_half_gathers_its_bits_one_to_one_wherever_they_stand() {
        let half = Half::new([0b1011_0000_0110, 0b11]);
        assert_eq!(half.bits, 7);
        let spread = |value: u64| {
            let (mut state, mut left) = ([0, 0], value);
            for bit in [1, 2, 8, 9, 11] {
                state[0] |= (left & 1) << bit;
                left >>= 1;
            }
            state[1] = left;
            state
        };
        let gathered: HashSet<u64> = (0..128).map(|value| half.gather(&spread(value))).collect();
        assert_eq!(gathered, (0..128).collect());
        assert!((0..128).all(|value| half.gather(&half.spread(value)) == value));
        assert_eq!(half.gather(&[!half.mask[0], !half.mask[1]]), 0);
    }

    #[test]
    fn numbers_are_given_once_in_the_order_of_meeting() {
        for mask in [[0xff, 0], [u64::MAX, u64::MAX]] {
            let mut numbers = Numbers::new(Half::new(mask));
            let met: Vec<u32> = [7, 3, 7, 0, 3].into_iter().map(|word| numbers.of(&[word, 0])).collect();
            assert_eq!(met, [0, 1, 0, 2, 1]);
        }
    }
}
