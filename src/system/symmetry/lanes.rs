//! What interchangeable nodes hold, read and put into order.
//!
//! In: the nodes of a class. Out: a [`Class`] that sorts what they hold in a state.
//!
//! What a node holds is read as a key of one word. Pieces of nodes that stand as far from those of the first node as each other, word by
//! word, are read at once: a word is turned until they lie where those of the first one do, and masked. So nodes that lie in a row take
//! one turn each, whether the pieces of a node lie side by side or each beside those of its like.

use super::chosen::Chosen;
use super::classes::Member;
use crate::system::MAX_WORDS;
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
pub struct Class {
    /// Those of each node, one node after the other.
    lanes: Vec<Lane>,
    /// How many of them a node has.
    each: usize,
    /// How many nodes there are.
    pub count: usize,
    /// Keys do not fit one word.
    pub wide: bool,
}

impl Class {
    /// Prepares to read these nodes.
    pub fn new(members: &[Member]) -> Class {
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
            count: members.len(),
            wide: further.is_none(),
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &[Lane]> {
        self.lanes.chunks_exact(self.each)
    }

    /// Puts what the nodes hold into order, in each state.
    pub fn sort_all<const W: usize>(&self, states: &mut [[u64; W]]) {
        match (self.wide, self.count) {
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
        for end in 1..self.count {
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
    #[inline(always)]
    pub fn deal<const W: usize, T: CheckedMul>(&self, state: &[u64; W], ways: T, chosen: &Chosen<T>) -> Option<T> {
        if self.wide {
            self.deal_keys::<W, MAX_WORDS, T>(state, ways, chosen)
        } else {
            self.deal_keys::<W, 1, T>(state, ways, chosen)
        }
    }

    fn deal_keys<const W: usize, const K: usize, T: CheckedMul>(
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
        ways.checked_mul(chosen.get(self.count, equal)?)
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
