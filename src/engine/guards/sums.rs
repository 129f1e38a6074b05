//! Sums of narrow conditions, packed side by side into words that are added up window by window.

use super::normal::Test;
use super::windows::Span;
use crate::system::Predicate;

/// A sum and where it is kept.
#[derive(Clone, Debug)]
pub struct Sum {
    terms: Vec<(i64, Predicate)>,
    /// Which counter word.
    pub word: usize,
    /// Its lowest bit there.
    pub shift: u32,
    /// Its bits, at the bottom of a word.
    pub mask: u64,
    /// What is kept is the sum less this.
    least: i64,
}

/// All sums, each once.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    sums: Vec<Sum>,
    used: u32,
}

impl Sums {
    /// The most words that counters may take.
    pub const WORDS: usize = 4;

    /// The place of a test's sum; None where no room is left for it.
    pub fn place(&mut self, test: &Test) -> Option<usize> {
        if let Some(known) = self.sums.iter().position(|sum| sum.terms == test.terms) {
            return Some(known);
        }
        // Whatever terms exclude each other, the sum lies between all negative weights and all positive ones.
        let weights = || test.terms.iter().map(|(weight, _)| *weight);
        let least = weights().filter(|weight| *weight < 0).try_fold(0i64, i64::checked_add)?;
        let most = weights().filter(|weight| *weight > 0).try_fold(0i64, i64::checked_add)?;
        let bits = (u64::BITS - u64::try_from(most.checked_sub(least)?).ok()?.leading_zeros()).max(1);
        if self.used % u64::BITS + bits > u64::BITS {
            self.used = self.used.next_multiple_of(u64::BITS);
        }
        if self.used + bits > Self::WORDS as u32 * u64::BITS {
            return None;
        }
        let (word, shift) = ((self.used / u64::BITS) as usize, self.used % u64::BITS);
        let mask = u64::MAX >> (u64::BITS - bits);
        self.sums.push(Sum { terms: test.terms.clone(), word, shift, mask, least });
        self.used += bits;
        Some(self.sums.len() - 1)
    }

    /// The sum at a place.
    pub fn get(&self, place: usize) -> &Sum {
        &self.sums[place]
    }

    /// How many words are used.
    pub fn words(&self) -> usize {
        self.used.div_ceil(u64::BITS) as usize
    }

    /// What every term reads.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        self.sums.iter().flat_map(|sum| sum.terms.iter().filter_map(|(_, term)| Span::of(term)))
    }

    /// What the bits of one window add to the counters. Each term belongs to the first window that covers it.
    pub fn of(&self, windows: &[Span], window: usize, value: usize) -> Vec<u64> {
        let state = windows[window].state(value);
        let mut words = vec![0; self.words()];
        for sum in &self.sums {
            let mut total = 0;
            for (weight, term) in &sum.terms {
                let span = Span::of(term).expect("terms are narrow");
                if windows.iter().position(|other| other.covers(span)) == Some(window) {
                    // Less the least: a negative weight counts where its term does not hold.
                    total += match (term.holds(&state), *weight < 0) {
                        (true, false) => *weight,
                        (false, true) => -*weight,
                        _ => 0,
                    };
                }
            }
            words[sum.word] += (total as u64) << sum.shift;
        }
        words
    }
}

impl Sum {
    /// The values of the counter that pass a test on this sum, as the bounds that it is compared with: between them, or not.
    pub fn bounds(&self, test: &Test) -> (u64, u64) {
        let most = i64::try_from(self.mask).unwrap_or(i64::MAX);
        let clamp = |bound: i64| bound.saturating_sub(self.least);
        let (least, most) = (clamp(test.least).max(0), clamp(test.most).min(most));
        // Nothing lies between one and zero.
        if least > most { (1, 0) } else { (least as u64, most as u64) }
    }
}
