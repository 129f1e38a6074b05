//! Where a state belongs in the table, and what is left to remember of it there.
//!
//! A state of W words is mixed by a bijection; the low bits of the first word name its home line, all the rest goes into the
//! slot. Nothing is lost: home and rest give the state back, so equal slots of one home are equal states. This is quotienting
//! (Cleary 1984, *Compact hash tables using bidirectional linear probing*): exact, at the price of the bits that the table's
//! size already tells.

/// A bijection on states of W words.
#[derive(Clone, Copy, Debug)]
pub struct Mixer {
    /// All bits that a first word may have after mixing.
    mask: u64,
    /// How far the high half is shifted onto the low one.
    half: u32,
    /// How many bits the first word has after mixing.
    bits: u32,
}

const FIRST: u64 = 0x9E37_79B9_7F4A_7C15;
const SECOND: u64 = 0xD6E8_FEB8_6659_FD93;

impl Mixer {
    /// For states whose words have these bits, at most. With one word only that many bits are mixed; with more, all 64
    /// of the first.
    pub fn of(used: &[u64]) -> Mixer {
        let bits = match used {
            [only] => (64 - only.leading_zeros()).max(1),
            _ => 64,
        };
        Mixer { mask: u64::MAX >> (64 - bits), half: bits.div_ceil(2), bits }
    }

    /// How many bits the first word has after mixing.
    pub fn bits(self) -> u32 {
        self.bits
    }

    /// Mixes the first word with all others; these stay as they are.
    #[inline(always)]
    pub fn mix<const W: usize>(self, state: &[u64; W]) -> u64 {
        let mut word = state[0] ^ others(state);
        word = word.wrapping_mul(FIRST) & self.mask;
        word ^= word >> self.half;
        word = word.wrapping_mul(SECOND) & self.mask;
        word ^ word >> self.half
    }

    /// The first word of a state, given what it was mixed to and all others.
    pub fn unmix<const W: usize>(self, mixed: u64, state: &[u64; W]) -> u64 {
        // A shift by half of the bits or more undoes itself.
        let mut word = mixed ^ mixed >> self.half;
        word = word.wrapping_mul(inverse(SECOND)) & self.mask;
        word ^= word >> self.half;
        word = word.wrapping_mul(inverse(FIRST)) & self.mask;
        word ^ others(state)
    }
}

/// All words but the first.
#[inline(always)]
fn others<const W: usize>(state: &[u64; W]) -> u64 {
    state[1..].iter().fold(0u64, |sofar, word| {
        let both = (sofar ^ word).wrapping_mul(SECOND);
        both ^ both >> 32
    })
}

/// What an odd number is undone by, modulo 2^64: Newton's iteration, each of which doubles the bits that are right.
const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut bits = 3;
    while bits < 64 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_states_are_mixed_alike() {
        for bits in [1, 2, 5, 12, 16] {
            let mixer = Mixer::of(&[(1 << bits) - 1]);
            let mixed: HashSet<u64> = (0..1 << bits).map(|word| mixer.mix(&[word])).collect();
            assert_eq!(mixed.len(), 1 << bits);
            assert!(mixed.iter().all(|word| word >> bits == 0));
        }
    }

    #[test]
    fn what_is_mixed_can_be_unmixed() {
        for used in [&[1][..], &[0x3_ffff_ffff], &[u64::MAX], &[u64::MAX, 0xff]] {
            let mixer = Mixer::of(used);
            for seed in 0..1000u64 {
                let word =
                    |place: usize| seed.wrapping_mul(FIRST ^ place as u64) & used.get(place).copied().unwrap_or(0);
                let state = [word(0), word(1)];
                if used.len() == 1 {
                    assert_eq!(mixer.unmix(mixer.mix(&[state[0]]), &[0]), state[0]);
                } else {
                    assert_eq!(mixer.unmix(mixer.mix(&state), &state), state[0]);
                }
            }
        }
    }

    #[test]
    fn with_several_words_the_first_is_mixed_one_to_one_whatever_the_others_are() {
        let mixer = Mixer::of(&[u64::MAX, 3]);
        for other in 0..4 {
            let mixed: HashSet<u64> = (0..10_000u64).map(|word| mixer.mix(&[word << 40 | word, other])).collect();
            assert_eq!(mixed.len(), 10_000);
        }
    }
}
