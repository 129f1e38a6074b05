//! Orderings one by one: all of them in the document's order, or some by chance, every one as likely as any other.
//!
//! In: a [`Study`], and whether good orderings are wanted or the others. Out: orderings, never the whole set. Those
//! that are not good are read off the positions and the automaton of good ones side by side: from a pair of these,
//! exactly the difference of the two counts ends badly, so no set of them is built.

use super::language::{Language, Languages};
use super::study::Study;
use crate::base::{Limit, Tally};
use crate::system::{Course, OccurrenceId};
use num_bigint::BigUint;

/// Which orderings are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    /// Those all of whose runs are good.
    Good,
    /// All others.
    NotGood,
}

impl Study<'_> {
    /// All orderings of a kind, in the document's order (one that ends comes before those that go on). Each costs
    /// time in its length alone.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn orderings(&mut self, which: Which, tally: &mut Tally) -> Result<Orderings<'_>, Limit> {
        Ok(Orderings::new(self.weighed(which, tally)?))
    }

    /// The first in the document's own order that is not good.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn first_not_good(&mut self, tally: &mut Tally) -> Result<Option<Vec<OccurrenceId>>, Limit> {
        Ok(self.orderings(Which::NotGood, tally)?.next())
    }

    /// So many orderings of a kind, each drawn from all of them with equal chances; the same seed gives the same
    /// ones. Empty where there are no such orderings.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn samples(
        &mut self,
        which: Which,
        (many, seed): (usize, u64),
        tally: &mut Tally,
    ) -> Result<Vec<Vec<OccurrenceId>>, Limit> {
        let weighed = self.weighed(which, tally)?;
        let mut chance = Chance(seed);
        let mut samples = Vec::new();
        if weighed.weight(weighed.start) == BigUint::ZERO {
            return Ok(samples);
        }
        for _ in 0..many {
            let sample = weighed.sample(&mut chance);
            tally.hold(size_of_val(&*sample))?;
            samples.push(sample);
        }
        Ok(samples)
    }

    fn weighed(&mut self, which: Which, tally: &mut Tally) -> Result<Weighed<'_>, Limit> {
        // From here on the count of every node of the automaton is known.
        self.suffixes.languages.count(self.good);
        let course = &self.suffixes.course;
        let completions = match which {
            Which::Good => Vec::new(),
            Which::NotGood => completions(course, tally)?,
        };
        let start = At { position: 0, good: self.good };
        Ok(Weighed { course, languages: &self.suffixes.languages, which, completions, start })
    }
}

/// How many orderings there are from each position on.
fn completions(course: &Course, tally: &mut Tally) -> Result<Vec<BigUint>, Limit> {
    let mut counts = vec![BigUint::ZERO; course.len()];
    for at in course.backwards() {
        let mut count = BigUint::from(u8::from(course.may_end(*at)));
        for (_, to) in course.next(*at) {
            count += &counts[*to as usize];
        }
        tally.hold(size_of::<BigUint>() + count.bits().div_ceil(8) as usize)?;
        counts[*at as usize] = count;
    }
    Ok(counts)
}

/// How far one has come: the position, where the others are wanted, and the good orderings that go on from here.
#[derive(Clone, Copy)]
struct At {
    position: u32,
    good: Language,
}

/// Orderings of a kind, with how many there are from any place on.
struct Weighed<'a> {
    course: &'a Course,
    languages: &'a Languages,
    which: Which,
    completions: Vec<BigUint>,
    start: At,
}

impl Weighed<'_> {
    fn weight(&self, at: At) -> BigUint {
        let good = self.languages.counted(at.good);
        match self.which {
            Which::Good => good,
            Which::NotGood => &self.completions[at.position as usize] - good,
        }
    }

    fn ends(&self, at: At) -> bool {
        let good = self.languages.ends(at.good);
        match self.which {
            Which::Good => good,
            Which::NotGood => self.course.may_end(at.position) && !good,
        }
    }

    /// What may come next in the document's order, where it leads, and how many orderings go that way; never none.
    fn next(&self, at: At) -> Vec<(OccurrenceId, At, BigUint)> {
        let weighed = |(id, at): (OccurrenceId, At)| (id, at, self.weight(at));
        match self.which {
            Which::Good => {
                let next = self.languages.next(at.good).iter();
                next.map(|(id, good)| weighed((*id, At { position: 0, good: *good }))).collect()
            }
            Which::NotGood => {
                let next = self.course.next(at.position).iter();
                let next = next.map(|(id, to)| (*id, At { position: *to, good: self.languages.after(at.good, *id) }));
                next.map(weighed).filter(|(_, _, weight)| *weight != BigUint::ZERO).collect()
            }
        }
    }

    fn sample(&self, chance: &mut Chance) -> Vec<OccurrenceId> {
        let (mut at, mut ordering) = (self.start, Vec::new());
        loop {
            let mut drawn = chance.below(&self.weight(at));
            if self.ends(at) {
                if drawn == BigUint::ZERO {
                    return ordering;
                }
                drawn -= 1u8;
            }
            for (id, after, weight) in self.next(at) {
                if drawn < weight {
                    ordering.push(id);
                    at = after;
                    break;
                }
                drawn -= weight;
            }
        }
    }
}

/// Orderings in the document's order.
pub struct Orderings<'a> {
    weighed: Weighed<'a>,
    /// The steps so far.
    ordering: Vec<OccurrenceId>,
    /// What is left to be tried at the start and after each of them; none before the first ordering.
    open: Vec<std::vec::IntoIter<(OccurrenceId, At, BigUint)>>,
    begun: bool,
}

impl<'a> Orderings<'a> {
    fn new(weighed: Weighed<'a>) -> Self {
        Orderings { weighed, ordering: Vec::new(), open: Vec::new(), begun: false }
    }

    /// Comes to a place; says whether an ordering ends there.
    fn come(&mut self, at: At) -> bool {
        self.open.push(self.weighed.next(at).into_iter());
        self.weighed.ends(at)
    }
}

impl Iterator for Orderings<'_> {
    type Item = Vec<OccurrenceId>;

    fn next(&mut self) -> Option<Vec<OccurrenceId>> {
        if !std::mem::replace(&mut self.begun, true) && self.come(self.weighed.start) {
            return Some(self.ordering.clone());
        }
        while let Some(open) = self.open.last_mut() {
            if let Some((id, at, _)) = open.next() {
                self.ordering.push(id);
                if self.come(at) {
                    return Some(self.ordering.clone());
                }
            } else {
                self.open.pop();
                self.ordering.pop();
            }
        }
        None
    }
}

/// Numbers by chance: SplitMix64, from G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not zero, each as likely as any other: as many bits as the limit has, drawn
    /// again until they are below it.
    fn below(&mut self, limit: &BigUint) -> BigUint {
        loop {
            let mut drawn = BigUint::ZERO;
            for _ in 0..limit.bits().div_ceil(64) {
                drawn = (drawn << 64u8) | BigUint::from(self.next());
            }
            drawn >>= (64 - limit.bits() % 64) % 64;
            if drawn < *limit {
                return drawn;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_published_numbers_for_a_seed() {
        let mut chance = Chance(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| chance.next()).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn numbers_below_a_limit_are_all_drawn_and_none_other() {
        let mut chance = Chance(7);
        for limit in [1u8, 2, 3, 5, 8] {
            let mut seen = vec![0; usize::from(limit)];
            (0..300).for_each(|_| seen[usize::try_from(chance.below(&limit.into())).unwrap()] += 1);
            assert!(seen.iter().all(|times| *times > 0), "{seen:?}");
        }
        let large = BigUint::from(3u8) << 130u8;
        assert!((0..100).all(|_| chance.below(&large) < large));
    }
}
