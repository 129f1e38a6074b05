//! One state for all that interchangeable nodes make of it, fast enough to be asked for every state that follows.
//!
//! In: the classes of a [`Symmetry`]. Out: a [`Fold`] for states of W words: which state of an orbit stands for it, namely the one in which
//! what the nodes of each class hold is in order; and how many states it stands for.

use super::chosen::Chosen;
use super::classes::Symmetry;
use super::lanes::Class;
use num_bigint::BigUint;
use num_traits::CheckedMul;

/// How many states a state stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Orbit {
    /// So many.
    Small(u128),
    /// So many, more than fit.
    Large(BigUint),
}

/// Folds states of W words.
#[derive(Clone, Debug)]
pub struct Fold<const W: usize> {
    classes: Vec<Class>,
    narrow: Chosen<u64>,
    middle: Chosen<u128>,
    wide: Chosen<BigUint>,
}

impl<const W: usize> Fold<W> {
    /// Prepares to fold. None where there is nothing to fold.
    pub fn of(symmetry: &Symmetry) -> Option<Fold<W>> {
        let classes: Vec<Class> = symmetry.classes().iter().map(|members| Class::new(members)).collect();
        let largest = classes.iter().map(|class| class.count).max()?;
        let sum = |one: &BigUint, other: &BigUint| Some(one + other);
        Some(Fold {
            classes,
            narrow: Chosen::of(largest, 1, |one: &u64, other| one.checked_add(*other)),
            middle: Chosen::of(largest, 1, |one: &u128, other| one.checked_add(*other)),
            wide: Chosen::of(largest, BigUint::from(1u8), sum),
        })
    }

    /// Puts in place of each state the one of its orbit that stands for all.
    #[inline]
    pub fn fold(&self, states: &mut [[u64; W]]) {
        self.classes.iter().for_each(|class| class.sort_all(states));
    }

    /// The state of an orbit that stands for all.
    #[must_use]
    pub fn representative(&self, mut state: [u64; W]) -> [u64; W] {
        self.fold(std::slice::from_mut(&mut state));
        state
    }

    /// How many states a state stands for: the distinct ones that permutations make of it. It must be one that stands for all.
    #[inline]
    pub fn orbit(&self, representative: &[u64; W]) -> Orbit {
        if let Some(ways) = self.deal(representative, 1, &self.narrow) {
            return Orbit::Small(ways.into());
        }
        let ways = self.deal(representative, 1, &self.middle).map(Orbit::Small);
        ways.unwrap_or_else(|| {
            let ways = self.deal(representative, BigUint::from(1u8), &self.wide);
            Orbit::Large(ways.expect("there is no largest number"))
        })
    }

    #[inline(always)]
    fn deal<T: CheckedMul>(&self, state: &[u64; W], one: T, chosen: &Chosen<T>) -> Option<T> {
        self.classes.iter().try_fold(one, |ways, class| class.deal(state, ways, chosen))
    }
}

#[cfg(test)]
mod tests {
    use super::super::classes::{Member, Piece};
    use super::*;
    use std::collections::BTreeSet;

    /// A node whose pieces stand there: word, lowest bit, bits.
    fn node(pieces: &[(u8, u8, u32)]) -> Member {
        let mut at = 0;
        let piece = |(word, shift, bits): &(u8, u8, u32)| {
            let piece = Piece { word: *word, shift: *shift, mask: u64::MAX >> (64 - bits), at };
            at += *bits as u8;
            piece
        };
        Member { pieces: pieces.iter().map(piece).collect(), ..Member::default() }
    }

    fn held(member: &Member, state: &[u64; 4]) -> Vec<u64> {
        member.pieces.iter().map(|piece| state[piece.word as usize] >> piece.shift & piece.mask).collect()
    }

    fn swapped(state: &[u64; 4], one: &Member, other: &Member) -> [u64; 4] {
        let mut swapped = *state;
        for (to, from) in [(one, other), (other, one)] {
            for (to, from) in to.pieces.iter().zip(&from.pieces) {
                let value = state[from.word as usize] >> from.shift & from.mask;
                swapped[to.word as usize] &= !(to.mask << to.shift);
                swapped[to.word as usize] |= value << to.shift;
            }
        }
        swapped
    }

    /// The orbit of a state, state by state.
    fn orbit(state: [u64; 4], classes: &[Vec<Member>]) -> BTreeSet<[u64; 4]> {
        let (mut orbit, mut left) = (BTreeSet::from([state]), vec![state]);
        while let Some(state) = left.pop() {
            for class in classes {
                let swaps = class.windows(2).map(|pair| swapped(&state, &pair[0], &pair[1]));
                left.extend(swaps.filter(|state| orbit.insert(*state)));
            }
        }
        orbit
    }

    /// Three states of two classes, of which one state of each orbit stands for all.
    fn folds(classes: Vec<Vec<Member>>, wide: bool) {
        let fold = Fold::<4>::of(&Symmetry::with(classes.clone())).expect("there are classes");
        assert_eq!(fold.classes.iter().any(|class| class.wide), wide);
        let mut seed = 88_172_645_463_325_252_u64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        for round in 0..60 {
            let mut state: [u64; 4] = std::array::from_fn(|_| next());
            for pair in classes.iter().flat_map(|class| class.windows(2)).filter(|_| round % 3 > 0) {
                // Equal nodes, now and then.
                if next() % 2 == 0 {
                    let mut both = state;
                    for (from, to) in pair[0].pieces.iter().zip(&pair[1].pieces) {
                        let value = both[from.word as usize] >> from.shift & from.mask;
                        both[to.word as usize] &= !(to.mask << to.shift);
                        both[to.word as usize] |= value << to.shift;
                    }
                    state = both;
                }
            }
            let orbit = orbit(state, &classes);
            let representative = fold.representative(state);
            assert!(orbit.contains(&representative));
            assert!(orbit.iter().all(|state| fold.representative(*state) == representative));
            assert_eq!(fold.orbit(&representative), Orbit::Small(orbit.len() as u128));
            let sorted = |state: &[u64; 4]| {
                let mut all: Vec<Vec<u64>> = classes[0].iter().map(|member| held(member, state)).collect();
                all.sort();
                all
            };
            assert_eq!(sorted(&representative), sorted(&state));
        }
    }

    #[test]
    fn one_state_of_an_orbit_stands_for_all_however_nodes_lie() {
        let in_a_row = (0..5).map(|at| node(&[(0, at * 7, 2), (0, at * 7 + 2, 5)])).collect();
        let side_by_side = (0..4).map(|at| node(&[(1, at * 2, 2), (1, 40 + at * 3, 3), (2, at, 1)])).collect();
        let apart = vec![node(&[(3, 0, 1), (2, 60, 4)]), node(&[(0, 60, 1), (3, 50, 4)])];
        let wide = vec![node(&[(0, 0, 50), (1, 0, 30)]), node(&[(3, 0, 50), (2, 10, 30)])];
        for class in [&in_a_row, &side_by_side, &apart] {
            folds(vec![Vec::clone(class)], false);
        }
        folds(vec![in_a_row, side_by_side], false);
        folds(vec![wide.clone()], true);
        folds(vec![wide, vec![node(&[(1, 60, 2)]), node(&[(1, 50, 2)])]], true);
        folds(vec![(0..3).map(|at| node(&[(at, 3, 60), (3, at * 7, 7)])).collect()], true);
    }

    #[test]
    fn orbits_of_any_size_are_counted() {
        let nodes: Vec<Member> = (0..60).map(|at| node(&[(at / 16, at % 16 * 4, 4)])).collect();
        let fold = Fold::<4>::of(&Symmetry::with(vec![nodes])).expect("there is a class");
        let factorial = |n: u32| (1..=n).map(BigUint::from).product::<BigUint>();
        let mut state = [0; 4];
        // Sixteen values, three or four nodes each.
        for at in 0..60 {
            state[at / 16] |= (at as u64 * 4 / 15) << (at % 16 * 4);
        }
        let ways = factorial(60) / factorial(4).pow(12) / factorial(3).pow(4);
        let Orbit::Large(large) = fold.orbit(&fold.representative(state)) else { panic!("more than 2^128") };
        assert_eq!(large, ways);
        assert_eq!(fold.orbit(&[0, 0, 0, 0xfff << 36]), Orbit::Small(60 * 59 * 58 / 6));
    }
}
