//! Numbers of sequences, by their length.
//!
//! Sequences of several parts that come in any order with each other are put together here: of those with lengths a and b there are
//! (a + b)! / (a! · b!) for each pair.

use num_bigint::BigUint;

/// How many sequences there are of each length; sorted by length, none of the numbers zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread(Vec<(usize, BigUint)>);

impl Spread {
    /// The empty sequence alone.
    pub fn end() -> Spread {
        Spread(vec![(0, BigUint::from(1u8))])
    }

    /// Whether there is no sequence.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn sum(&self) -> BigUint {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// Adds the sequences of `rest`, each with one step before it, for which there are so many choices.
    pub fn add_after_a_step(&mut self, rest: &Spread, choices: u32) {
        rest.0.iter().for_each(|(length, count)| self.add(length + 1, count * choices));
    }

    fn add(&mut self, length: usize, more: BigUint) {
        match self.0.binary_search_by_key(&length, |(length, _)| *length) {
            Ok(at) => self.0[at].1 += more,
            Err(at) => self.0.insert(at, (length, more)),
        }
    }

    /// The sequences that are one of each when only the steps of one are looked at.
    pub fn shuffled(&self, other: &Spread) -> Spread {
        let mut all = Spread::default();
        for (one, count) in &self.0 {
            for (two, others) in &other.0 {
                all.add(one + two, count * others * choose(one + two, *one));
            }
        }
        all
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let number = |(_, count): &(usize, BigUint)| count.bits() as usize / 8;
        size_of_val(&self.0[..]) + self.0.iter().map(number).sum::<usize>()
    }
}

/// In how many ways `some` of `all` can be chosen.
fn choose(all: usize, some: usize) -> BigUint {
    (0..some.min(all - some)).fold(BigUint::from(1u8), |sofar, taken| sofar * (all - taken) / (taken + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_and_two_others_can_be_shuffled_in_six_ways() {
        let mut two = Spread::default();
        two.add(2, BigUint::from(1u8));
        assert_eq!(two.shuffled(&two).sum(), BigUint::from(6u8));
        assert_eq!(two.shuffled(&Spread::end()), two);
        assert_eq!(two.shuffled(&Spread::default()).sum(), BigUint::ZERO);
    }
}
