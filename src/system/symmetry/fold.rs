//! One state for all that interchangeable nodes make of it, fast enough to be asked for every state that follows.
//!
//! In: the classes of a [`Symmetry`]. Out: a [`Fold`] for states of W words: which state of an orbit stands for it, namely the one in which
//! what the nodes of each class hold is in order; and how many states it stands for.
//!
//! What a node holds is read as a key of one word. Pieces of nodes that stand as far from those of the first node as each other, word by
//! word, are read at once: a word is turned until they lie where those of the first one do, and masked. So nodes that lie in a row take
//! one turn each, whether the pieces of a node lie side by side or each beside those of its like.

use super::classes::{Member, Symmetry};
use crate::system::MAX_WORDS;
use num_bigint::BigUint;
use num_traits::CheckedMul;

/// Some pieces of a node: a word of the state, turned right and masked, is their share of a word of the key.
#[derive(Clone, Copy, Debug)]
struct Lane {
    word: usize,
    turn: u32,
    mask: u64,
    to: usize,
}

/// The nodes of a class.
#[derive(Clone, Debug)]
struct Class {
    /// Those of each node, one node after the other.
    lanes: Vec<Lane>,
    /// How many of them a node has.
    each: usize,
    /// How many nodes there are.
    nodes: usize,
    /// Keys do not fit one word.
    wide: bool,
}

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

/// Binomial coefficients, as far as they fit: row by row, each as long as its number and one more.
#[derive(Clone, Debug)]
struct Chosen<T>(Vec<Option<T>>);

impl Class {
    fn new(members: &[Member]) -> Class {
        // By where each node has them: the turn from there to the first node, and what lies there.
        let mut groups: Vec<(Vec<(usize, u32)>, u64)> = Vec::new();
        for (place, first) in members[0].pieces.iter().enumerate() {
            let away = |member: &Member| {
                let piece = member.pieces[place];
                (usize::from(piece.word), (64 + u32::from(piece.shift) - u32::from(first.shift)) % 64)
            };
            let (away, mask): (Vec<_>, _) = (members.iter().map(away).collect(), first.mask << first.shift);
            match groups.iter_mut().find(|(other, _)| *other == away) {
                Some((_, known)) => *known |= mask,
                None => groups.push((away, mask)),
            }
        }
        groups.sort_by_key(|(_, mask)| std::cmp::Reverse(mask.count_ones()));
        let mut taken = 0;
        let further = groups.iter().map(|(_, mask)| {
            let turn = (0..64).find(|turn| mask.rotate_left(*turn) & taken == 0)?;
            taken |= mask.rotate_left(turn);
            Some(turn)
        });
        let further: Option<Vec<u32>> = further.collect();
        let lane = |node: usize, group: usize| {
            let (away, mask) = &groups[group];
            let (word, turn) = away[node];
            match &further {
                Some(further) => {
                    let turn = (64 + turn - further[group]) % 64;
                    Lane { word, turn, mask: mask.rotate_left(further[group]), to: 0 }
                }
                None => Lane { word, turn, mask: *mask, to: away[0].0 },
            }
        };
        let all = (0..members.len()).flat_map(|node| (0..groups.len()).map(move |group| (node, group)));
        Class {
            lanes: all.map(|(node, group)| lane(node, group)).collect(),
            each: groups.len(),
            nodes: members.len(),
            wide: further.is_none(),
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &[Lane]> {
        self.lanes.chunks_exact(self.each)
    }

    fn sort_all<const W: usize>(&self, states: &mut [[u64; W]]) {
        match (self.wide, self.nodes) {
            (false, 2) => states.iter_mut().for_each(|state| self.sort_two(state)),
            (false, 3..=4) => states.iter_mut().for_each(|state| self.sort::<W, 1, 4>(state)),
            (false, 5..=8) => states.iter_mut().for_each(|state| self.sort::<W, 1, 8>(state)),
            (false, 9..=16) => states.iter_mut().for_each(|state| self.sort::<W, 1, 16>(state)),
            (false, 17..=64) => states.iter_mut().for_each(|state| self.sort::<W, 1, 64>(state)),
            (false, _) => states.iter_mut().for_each(|state| self.sort::<W, 1, MOST_NODES>(state)),
            (true, 2..=4) => states.iter_mut().for_each(|state| self.sort::<W, MAX_WORDS, 4>(state)),
            (true, _) => states.iter_mut().for_each(|state| self.sort::<W, MAX_WORDS, MOST_NODES>(state)),
        }
    }

    /// Without a branch where a node has one lane; else lanes are compared one by one, mostly few.
    #[inline(always)]
    fn sort_two<const W: usize>(&self, state: &mut [u64; W]) {
        let (one, other) = self.lanes.split_at(self.each);
        if let ([one], [other]) = (one, other) {
            let ([first], [second]) = (read([one], state), read([other], state));
            let by = [(first ^ second) * u64::from(first > second)];
            change([one], state, &by);
            change([other], state, &by);
            return;
        }
        let unequal = one.iter().zip(other).find_map(|(one, other)| {
            let [first, second]: [[u64; 1]; 2] = [read([one], state), read([other], state)];
            (first != second).then_some(first > second)
        });
        if unequal == Some(true) {
            for (one, other) in one.iter().zip(other) {
                let ([first], [second]) = (read([one], state), read([other], state));
                change([one], state, &[first ^ second]);
                change([other], state, &[first ^ second]);
            }
        }
    }

    /// A state that follows one in order is nearly in order.
    #[inline(always)]
    fn sort<const W: usize, const K: usize, const N: usize>(&self, state: &mut [u64; W]) {
        let mut held = [[0; K]; N];
        let mut in_order = true;
        let mut before = [0; K];
        for (held, lanes) in held.iter_mut().zip(self.nodes()) {
            *held = read(lanes, state);
            in_order &= before <= *held;
            before = *held;
        }
        if in_order {
            return;
        }
        let mut sorted = held;
        for end in 1..self.nodes {
            let moving = sorted[end];
            let mut place = end;
            while place > 0 && sorted[place - 1] > moving {
                sorted[place] = sorted[place - 1];
                place -= 1;
            }
            sorted[place] = moving;
        }
        for (lanes, (old, new)) in self.nodes().zip(held.iter().zip(&sorted)) {
            if old != new {
                let by: [u64; K] = std::array::from_fn(|word| old[word] ^ new[word]);
                change(lanes, state, &by);
            }
        }
    }

    /// Multiplies the ways to deal out again what is held in a state in order. None where that does not fit.
    fn deal<const W: usize, const K: usize, T: CheckedMul>(
        &self,
        state: &[u64; W],
        mut ways: T,
        chosen: &Chosen<T>,
    ) -> Option<T> {
        let (mut before, mut equal) = ([0; K], 0);
        for (at, lanes) in self.nodes().enumerate() {
            let held: [u64; K] = read(lanes, state);
            if at > 0 && held != before {
                ways = ways.checked_mul(chosen.get(at, equal)?)?;
                equal = 0;
            }
            (before, equal) = (held, equal + 1);
        }
        ways.checked_mul(chosen.get(self.nodes, equal)?)
    }
}

/// More nodes of a bit each do not fit a state.
const MOST_NODES: usize = 64 * MAX_WORDS;

#[inline(always)]
fn read<'l, const W: usize, const K: usize>(lanes: impl IntoIterator<Item = &'l Lane>, state: &[u64; W]) -> [u64; K] {
    let mut key = [0; K];
    for lane in lanes {
        key[if K == 1 { 0 } else { lane.to }] |= state[lane.word].rotate_right(lane.turn) & lane.mask;
    }
    key
}

/// Changes the bits of a key that are set here.
#[inline(always)]
fn change<'l, const W: usize, const K: usize>(
    lanes: impl IntoIterator<Item = &'l Lane>,
    state: &mut [u64; W],
    by: &[u64; K],
) {
    for lane in lanes {
        state[lane.word] ^= (by[if K == 1 { 0 } else { lane.to }] & lane.mask).rotate_left(lane.turn);
    }
}

impl<const W: usize> Fold<W> {
    /// Prepares to fold. None where there is nothing to fold.
    pub fn of(symmetry: &Symmetry) -> Option<Fold<W>> {
        let classes: Vec<Class> = symmetry.classes().iter().map(|members| Class::new(members)).collect();
        let largest = classes.iter().map(|class| class.nodes).max()?;
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
        self.classes.iter().try_fold(one, |ways, class| {
            if class.wide {
                class.deal::<W, MAX_WORDS, T>(state, ways, chosen)
            } else {
                class.deal::<W, 1, T>(state, ways, chosen)
            }
        })
    }
}

impl<T> Chosen<T> {
    /// Pascal's triangle.
    fn of(largest: usize, one: T, sum: impl Fn(&T, &T) -> Option<T>) -> Chosen<T>
    where
        T: Clone,
    {
        let mut chosen = Chosen(Vec::new());
        for from in 0..=largest {
            for some in 0..=from {
                let both = || sum(chosen.get(from - 1, some - 1)?, chosen.get(from - 1, some)?);
                let ways = if some == 0 || some == from { Some(one.clone()) } else { both() };
                chosen.0.push(ways);
            }
        }
        chosen
    }

    /// In how many ways so many are chosen from so many.
    #[inline(always)]
    fn get(&self, from: usize, some: usize) -> Option<&T> {
        self.0[from * (from + 1) / 2 + some].as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::super::classes::Piece;
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
