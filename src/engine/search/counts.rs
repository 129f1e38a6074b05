//! Exact numbers of what a search found, where a state stands for many.

use crate::system::Orbit;
use num_bigint::BigUint;
use std::ops::AddAssign;

/// A number that costs little while it is small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    small: u128,
    large: BigUint,
}

impl Sum {
    #[inline(always)]
    fn add(&mut self, small: u128) {
        let (sum, over) = self.small.overflowing_add(small);
        if over {
            self.large += self.small;
            self.small = small;
        } else {
            self.small = sum;
        }
    }

    #[inline(always)]
    fn add_times(&mut self, orbit: &Orbit, times: u64) {
        match orbit {
            Orbit::Small(orbit) => match orbit.checked_mul(times.into()) {
                Some(product) => self.add(product),
                None => self.large += BigUint::from(*orbit) * times,
            },
            Orbit::Large(orbit) => self.large += orbit * times,
        }
    }

    /// The number.
    pub fn total(&self) -> BigUint {
        &self.large + self.small
    }
}

impl From<BigUint> for Sum {
    fn from(large: BigUint) -> Sum {
        Sum { small: 0, large }
    }
}

impl AddAssign<&Sum> for Sum {
    fn add_assign(&mut self, other: &Sum) {
        self.add(other.small);
        if other.large != BigUint::ZERO {
            self.large += &other.large;
        }
    }
}

/// What was found in states that were expanded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// States.
    pub states: Sum,
    /// Those of them that break an `always` condition.
    pub broken: Sum,
    /// Moves from them.
    pub moves: Sum,
}

impl Counts {
    /// These states, each for itself.
    pub fn plain(&mut self, states: u64, broken: u64, moves: u64) {
        self.states.add(states.into());
        self.broken.add(broken.into());
        self.moves.add(moves.into());
    }

    /// A state that stands for others, with as many moves from each.
    #[inline(always)]
    pub fn folded(&mut self, orbit: &Orbit, broken: bool, moves: u64) {
        self.states.add_times(orbit, 1);
        self.broken.add_times(orbit, broken.into());
        self.moves.add_times(orbit, moves);
    }
}

impl AddAssign<&Counts> for Counts {
    fn add_assign(&mut self, other: &Counts) {
        self.states += &other.states;
        self.broken += &other.broken;
        self.moves += &other.moves;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_stay_exact_past_what_fits() {
        let orbits = [Orbit::Small(u128::MAX), Orbit::Large(BigUint::from(3u8) << 200u32), Orbit::Small(7)];
        let (mut counts, mut states, mut moves) = (Counts::default(), BigUint::ZERO, BigUint::ZERO);
        for round in 0..40u64 {
            let orbit = &orbits[round as usize % 3];
            let size = match orbit {
                Orbit::Small(size) => BigUint::from(*size),
                Orbit::Large(size) => size.clone(),
            };
            counts.folded(orbit, round % 2 == 0, round);
            states += &size;
            moves += size * round;
        }
        let mut twice = counts.clone();
        twice += &counts;
        assert_eq!((twice.states.total(), twice.moves.total()), (states * 2u8, moves * 2u8));
        assert_eq!(Sum::from(counts.moves.total()).total(), counts.moves.total());
        assert!(counts.broken.total() < counts.states.total());
    }
}
