//! The orderings that remain to be explained, and taking away those that fit a rule.
//!
//! In: the orderings spoken of and the good ones, later one rule after the other. Out: a set in an arena of its own, which is
//! laid out anew when most of it is no longer in use. A pattern is followed by the set of its steps that are done; where it can
//! no longer be fitted the rest of the set is kept as it is, where it cannot be avoided the rest is dropped.

use super::shape::Shape;
use crate::base::{Limit, Tally};
use crate::orderings::language::{Language, Languages};
use crate::system::{OccurrenceId, StepSet};
use rustc_hash::FxHashMap;

/// A set of orderings in an arena of its own.
pub struct Remains {
    /// The arena.
    pub languages: Languages,
    /// The set.
    pub set: Language,
    /// For nodes that were asked about, the steps that may come.
    may: FxHashMap<Language, StepSet>,
    /// What was used when the arena was begun.
    before: (u64, u64),
    /// Nodes in use when the arena was laid out.
    laid_out: u64,
}

/// What follows a rule in a set: either the orderings that fit it, or the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Those that fit.
    Fitting,
    /// The others.
    Others,
}

struct Following<'a> {
    remains: &'a mut Remains,
    shape: &'a Shape,
    keep: Keep,
    known: FxHashMap<(Language, StepSet), Language>,
}

impl Remains {
    /// The arena is laid out anew when it has become this many times larger.
    const WASTE: u64 = 4;
    /// Below this many nodes it is not worth it.
    const SMALL: u64 = 1 << 16;

    /// The orderings in the first set that are not in the second and have none of `pairs` in this order.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(
        languages: &Languages,
        (spoken, good): (Language, Language),
        pairs: &[(OccurrenceId, OccurrenceId)],
        tally: &mut Tally,
    ) -> Result<Remains, Limit> {
        let before = (tally.states, tally.bytes);
        let (own, may) = (Languages::default(), FxHashMap::default());
        let mut remains = Remains { languages: own, set: Language::NONE, may, before, laid_out: 0 };
        let size = pairs.iter().map(|(_, later)| later.0 as usize + 1).max().unwrap_or(0);
        let mut against = vec![StepSet::default(); size];
        pairs.iter().for_each(|(a, b)| against[b.0 as usize] = against[b.0 as usize].with(*a));
        let relevant = pairs.iter().map(|(earlier, _)| *earlier).collect();
        let known = FxHashMap::default();
        let mut outside = Outside { languages, into: &mut remains.languages, against, relevant, known };
        remains.set = outside.from((spoken, good), StepSet::default(), tally)?;
        drop(outside);
        remains.lay_out(tally)?;
        Ok(remains)
    }

    /// Takes away the orderings that fit a pattern, or the others. Says whether any were taken. The set is unchanged where a
    /// limit is hit.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn keep(&mut self, keep: Keep, shape: &Shape, tally: &mut Tally) -> Result<bool, Limit> {
        if tally.states.saturating_sub(self.before.0) > Remains::WASTE * self.laid_out.max(Remains::SMALL) {
            self.lay_out(tally)?;
        }
        let held = tally.bytes;
        let set = self.set;
        let mut following = Following { remains: self, shape, keep, known: FxHashMap::default() };
        let rest = following.from(set, StepSet::default(), tally)?;
        let memory = following.known.len() * 2 * size_of::<((Language, StepSet), Language)>();
        drop(following);
        tally.bytes = tally.bytes.saturating_sub(memory as u64).max(held);
        self.set = rest;
        Ok(rest != set)
    }

    /// Copies what is in use and forgets the rest. Everything is as before where a limit is hit.
    fn lay_out(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        let mut fresh = Languages::default();
        let spent = (tally.states, tally.bytes);
        (tally.states, tally.bytes) = self.before;
        let copied = copy(&self.languages, self.set, &mut fresh, &mut FxHashMap::default(), tally);
        match copied {
            Ok(set) => (self.languages, self.set, self.may) = (fresh, set, FxHashMap::default()),
            Err(_) => (tally.states, tally.bytes) = spent,
        }
        self.laid_out = tally.states - self.before.0;
        copied.map(|_| ())
    }

    /// The first ordering in the document's order; None where none remains.
    pub fn first(&self) -> Option<Vec<OccurrenceId>> {
        if self.set == Language::NONE {
            return None;
        }
        let (mut ordering, mut set) = (Vec::new(), self.set);
        while !self.languages.ends(set) {
            let (id, rest) = self.languages.next(set)[0];
            ordering.push(id);
            set = rest;
        }
        Some(ordering)
    }

    fn may(&mut self, set: Language) -> StepSet {
        if let Some(known) = self.may.get(&set) {
            return *known;
        }
        let mut may = StepSet::default();
        for at in 0..self.languages.next(set).len() {
            let (id, rest) = self.languages.next(set)[at];
            may = may.union(self.may(rest)).with(id);
        }
        self.may.insert(set, may);
        may
    }
}

impl Following<'_> {
    /// Recursion is as deep as an ordering is long.
    fn from(&mut self, set: Language, done: StepSet, tally: &mut Tally) -> Result<Language, Limit> {
        let (shape, keep) = (self.shape, self.keep);
        let chosen = |fits: bool| if fits == (keep == Keep::Fitting) { set } else { Language::NONE };
        let may = self.remains.may(set);
        if set == Language::NONE || !shape.done.minus(done).within(may) {
            return Ok(chosen(false));
        }
        if done == shape.done && !shape.left_out.meets(may) {
            return Ok(chosen(true));
        }
        if let Some(known) = self.known.get(&(set, done)) {
            return Ok(*known);
        }
        let count = self.remains.languages.next(set).len();
        let mut next = Vec::with_capacity(count);
        for at in 0..count {
            let (id, rest) = self.remains.languages.next(set)[at];
            let broken = shape.left_out.contains(id) || shape.done.contains(id) && !shape.earlier(id).within(done);
            let rest = match broken {
                true if keep == Keep::Others => rest,
                true => Language::NONE,
                false if shape.done.contains(id) => self.from(rest, done.with(id), tally)?,
                false => self.from(rest, done, tally)?,
            };
            next.push((id, rest));
        }
        let fits_here = done == shape.done;
        let ends = self.remains.languages.ends(set) && fits_here == (keep == Keep::Fitting);
        let result = self.remains.languages.node(ends, next, tally)?;
        self.known.insert((set, done), result);
        tally.hold(2 * size_of::<((Language, StepSet), Language)>())?;
        Ok(result)
    }
}

/// What is in one set and not in another, without some pairs.
struct Outside<'a> {
    languages: &'a Languages,
    into: &'a mut Languages,
    /// For each occurrence, the steps that must not be before it.
    against: Vec<StepSet>,
    /// Steps that must not be before others.
    relevant: StepSet,
    known: FxHashMap<(Language, Language, StepSet), Language>,
}

impl Outside<'_> {
    /// Recursion is as deep as an ordering is long.
    fn from(&mut self, sets: (Language, Language), done: StepSet, tally: &mut Tally) -> Result<Language, Limit> {
        let (spoken, good) = sets;
        if spoken == good {
            return Ok(Language::NONE);
        }
        let key = (spoken, good, done);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let mut next = Vec::with_capacity(self.languages.next(spoken).len());
        for (id, rest) in self.languages.next(spoken) {
            if self.against.get(id.0 as usize).is_some_and(|against| against.meets(done)) {
                continue;
            }
            let after = if self.relevant.contains(*id) { done.with(*id) } else { done };
            next.push((*id, self.from((*rest, self.languages.after(good, *id)), after, tally)?));
        }
        let ends = self.languages.ends(spoken) && !self.languages.ends(good);
        let set = self.into.node(ends, next, tally)?;
        self.known.insert(key, set);
        tally.hold(2 * size_of::<((Language, Language, StepSet), Language)>())?;
        Ok(set)
    }
}

/// Recursion is as deep as an ordering is long.
fn copy(
    from: &Languages,
    set: Language,
    into: &mut Languages,
    known: &mut FxHashMap<Language, Language>,
    tally: &mut Tally,
) -> Result<Language, Limit> {
    if set == Language::NONE {
        return Ok(set);
    }
    if let Some(known) = known.get(&set) {
        return Ok(*known);
    }
    let mut next = Vec::with_capacity(from.next(set).len());
    for (id, rest) in from.next(set) {
        next.push((*id, copy(from, *rest, into, known, tally)?));
    }
    let copied = into.node(from.ends(set), next, tally)?;
    known.insert(set, copied);
    Ok(copied)
}
