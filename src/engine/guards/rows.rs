//! The tables: for each window and each value of its bits a row, which says what clauses it does not rule out.

use super::normal::{Clause, Literal};
use super::sums::Sums;
use super::windows::{Span, cover};
use crate::system::{MAX_WORDS, Predicate, State};

/// Clauses as a bitmap of K words.
pub type Row<const K: usize> = [u64; K];

/// The most words of a row.
pub struct Most;

impl Most {
    /// The most clauses that a set of guards may have.
    pub const CLAUSES: usize = 16 * 64;
}

/// A set of clauses that a state is held against at once.
#[derive(Clone, Debug)]
pub struct Guards {
    windows: Vec<Window>,
    /// Rows one after the other: `words` of clauses, then `counters`.
    table: Vec<u64>,
    tests: Vec<Bounded>,
    /// What is evaluated where all else in a clause holds; empty for most.
    wide: Vec<Vec<(Predicate, bool)>>,
    /// Those for which there is something.
    widened: Vec<u64>,
    words: usize,
    counters: usize,
    clauses: usize,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    word: usize,
    shift: u32,
    mask: u64,
    first_row: usize,
}

#[derive(Clone, Debug)]
struct Bounded {
    word: usize,
    shift: u32,
    mask: u64,
    least: u64,
    most: u64,
    within: bool,
    /// The clauses that do not hold where it does not.
    clauses: Vec<u64>,
}

impl Guards {
    /// Prepares clauses. None where there are more than [`Most::CLAUSES`].
    pub fn new(clauses: &[Clause]) -> Option<Guards> {
        if clauses.len() > Most::CLAUSES {
            return None;
        }
        let words = clauses.len().div_ceil(64).max(1).next_power_of_two();
        let mut sums = Sums::default();
        let mut tests: Vec<(usize, super::Test, Vec<u64>)> = Vec::new();
        let mut wide: Vec<Vec<(Predicate, bool)>> = vec![Vec::new(); clauses.len()];
        let mut widened = vec![0; words];
        let mut spans = Vec::new();
        for (place, clause) in clauses.iter().enumerate() {
            for literal in clause {
                match literal {
                    Literal::Narrow(predicate, _) => spans.extend(Span::of(predicate)),
                    Literal::Sum(test) => match sums.place(test) {
                        Some(sum) => {
                            let known = tests.iter().position(|(_, other, _)| other == test);
                            let at = known.unwrap_or_else(|| {
                                tests.push((sum, test.clone(), vec![0; words]));
                                tests.len() - 1
                            });
                            tests[at].2[place / 64] |= 1 << (place % 64);
                        }
                        None => wide[place].push((test.predicate(), true)),
                    },
                    Literal::Wide(predicate, wanted) => wide[place].push((predicate.clone(), *wanted)),
                }
            }
            if !wide[place].is_empty() {
                widened[place / 64] |= 1 << (place % 64);
            }
        }
        spans.extend(sums.spans());
        let windows = cover(spans);
        let counters = match sums.words() {
            few @ 0..=1 => few,
            _ => Sums::WORDS,
        };
        let mut guards = Guards {
            windows: Vec::new(),
            table: Vec::new(),
            tests: Vec::new(),
            wide,
            widened,
            words,
            counters,
            clauses: clauses.len(),
        };
        guards.tests.extend(tests.into_iter().map(|(sum, test, clauses)| {
            let sum = sums.get(sum);
            let (least, most) = sum.bounds(&test);
            Bounded { word: sum.word, shift: sum.shift, mask: sum.mask, least, most, within: test.within, clauses }
        }));
        guards.fill(clauses, &windows, &sums);
        Some(guards)
    }

    fn fill(&mut self, clauses: &[Clause], windows: &[Span], sums: &Sums) {
        for (at, window) in windows.iter().enumerate() {
            let mask = window.values() as u64 - 1;
            let first_row = self.table.len();
            self.windows.push(Window { word: window.word as usize, shift: window.low, mask, first_row });
            let literals: Vec<(usize, &Predicate, bool)> = clauses
                .iter()
                .enumerate()
                .flat_map(|(place, clause)| clause.iter().map(move |literal| (place, literal)))
                .filter_map(|(place, literal)| match literal {
                    Literal::Narrow(predicate, wanted) => {
                        let span = Span::of(predicate).expect("it is narrow");
                        let first = windows.iter().position(|other| other.covers(span));
                        (first == Some(at)).then_some((place, predicate, *wanted))
                    }
                    _ => None,
                })
                .collect();
            for value in 0..window.values() {
                let state = window.state(value);
                let row = self.table.len();
                self.table.resize(row + self.words, 0);
                for place in 0..clauses.len() {
                    self.table[row + place / 64] |= 1 << (place % 64);
                }
                for (place, predicate, wanted) in &literals {
                    if predicate.holds(&state) != *wanted {
                        self.table[row + place / 64] &= !(1 << (place % 64));
                    }
                }
                let mut counted = sums.of(windows, at, value);
                counted.resize(self.counters, 0);
                self.table.extend(counted);
            }
        }
    }

    /// How many words a row has: a power of two.
    pub fn words(&self) -> usize {
        self.words
    }

    /// How many words of counters a row has: 0, 1 or 4.
    pub fn counters(&self) -> usize {
        self.counters
    }

    /// Bytes of the tables.
    pub fn bytes(&self) -> usize {
        self.table.len() * size_of::<u64>()
    }

    /// The clauses that hold in a state, wide literals left aside. K and C must be [`Guards::words`] and
    /// [`Guards::counters`].
    #[inline(always)]
    pub fn narrow<const W: usize, const K: usize, const C: usize>(&self, state: &[u64; W]) -> Row<K> {
        let mut row = [0; K];
        for (word, row) in row.iter_mut().enumerate() {
            // Without any window all clauses hold.
            let left = self.clauses.saturating_sub(word * 64);
            *row = if left >= 64 { u64::MAX } else { (1 << left) - 1 };
        }
        let mut counters = [0u64; C];
        for window in &self.windows {
            let value = (state[window.word] >> window.shift & window.mask) as usize;
            let at = window.first_row + value * (K + C);
            let entry = &self.table[at..at + K + C];
            for word in 0..K {
                row[word] &= entry[word];
            }
            for word in 0..C {
                counters[word] += entry[K + word];
            }
        }
        if C > 0 {
            for test in &self.tests {
                let value = counters[test.word] >> test.shift & test.mask;
                let fails = (test.least <= value && value <= test.most) != test.within;
                let kept = u64::from(fails).wrapping_sub(1);
                for (held, clauses) in row.iter_mut().zip(&test.clauses) {
                    *held &= kept | !clauses;
                }
            }
        }
        row
    }

    /// Of these clauses, those whose wide literals hold too.
    #[inline(always)]
    pub fn widen<const K: usize>(&self, mut row: Row<K>, state: impl Fn() -> State) -> Row<K> {
        for (word, held) in row.iter_mut().enumerate() {
            let mut left = *held & self.widened[word];
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                let wide = &self.wide[word * 64 + bit as usize];
                let state = state();
                if wide.iter().any(|(predicate, wanted)| predicate.holds(&state) != *wanted) {
                    *held &= !(1 << bit);
                }
            }
        }
        row
    }

    /// The clauses that hold in a state.
    pub fn holding<const W: usize, const K: usize, const C: usize>(&self, state: &[u64; W]) -> Row<K> {
        let row = self.narrow::<W, K, C>(state);
        self.widen(row, || padded(state))
    }

    /// Whether two clauses exclude each other by what one window holds: never both in one state.
    pub fn exclude(&self, one: usize, other: usize) -> bool {
        let stride = self.words + self.counters;
        let holds = |row: usize, clause: usize| self.table[row + clause / 64] >> (clause % 64) & 1 == 1;
        self.windows.iter().any(|window| {
            let rows = (0..=window.mask as usize).map(|value| window.first_row + value * stride);
            rows.into_iter().all(|row| !(holds(row, one) && holds(row, other)))
        })
    }
}

/// A state in full width.
pub fn padded<const W: usize>(state: &[u64; W]) -> State {
    let mut all = [0; MAX_WORDS];
    all[..W].copy_from_slice(state);
    all
}
