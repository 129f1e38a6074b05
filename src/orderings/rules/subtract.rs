//! The orderings that remain to be explained, and taking away those that fit a rule.
//!
//! In: the orderings spoken of and the good ones, later one rule after the other. Out: a set in an arena of its own, which is
//! laid out anew when most of it is no longer in use. A pattern is followed by the set of its steps that are done; where it can
//! no longer be fitted the rest of the set is kept as it is, where it cannot be avoided the rest is dropped.

use super::chart::Chart;
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
    /// For each node, by its number, the steps that may come; some nodes at the end may be missing.
    may: Vec<StepSet>,
    /// What was used when the arena was begun.
    before: (u64, u64),
    /// Nodes in use when the arena was laid out.
    laid_out: u64,
}

struct Following<'a> {
    remains: &'a mut Remains,
    shape: &'a Shape,
    known: FxHashMap<(Language, StepSet), Language>,
}

impl Remains {
    /// The arena is laid out anew when it has become this many times larger.
    const WASTE: u64 = 4;
    /// Below this many nodes it is not worth it.
    const SMALL: u64 = 1 << 16;

    /// The orderings of a chart that are not in `good`, that have none of `pairs` in this order, and that fit `wanted`.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(
        (chart, languages, good): (&Chart, &Languages, Language),
        pairs: &[(OccurrenceId, OccurrenceId)],
        wanted: Option<&Shape>,
        tally: &mut Tally,
    ) -> Result<Remains, Limit> {
        let before = (tally.states, tally.bytes);
        let own = Languages::default();
        let mut remains = Remains { languages: own, set: Language::NONE, may: Vec::new(), before, laid_out: 0 };
        let mut not_before = vec![StepSet::default(); StepSet::CAPACITY];
        let mut not_after = not_before.clone();
        for (earlier, later) in pairs {
            not_before[later.0 as usize] = not_before[later.0 as usize].with(*earlier);
            not_after[earlier.0 as usize] = not_after[earlier.0 as usize].with(*later);
        }
        let earlier: StepSet = pairs.iter().map(|(earlier, _)| *earlier).collect();
        let relevant = wanted.map_or(earlier, |wanted| earlier.union(wanted.done));
        let (into, known) = (&mut remains.languages, FxHashMap::default());
        let mut outside = Outside { chart, languages, into, not_before, not_after, wanted, relevant, known };
        let set = outside.from(chart.root(), good, StepSet::default(), tally)?;
        drop(outside);
        remains.set = set;
        remains.lay_out(tally)?;
        Ok(remains)
    }

    /// Takes away the orderings that fit a pattern. Says whether there were any. The set is unchanged where a limit is hit.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn subtract(&mut self, shape: &Shape, tally: &mut Tally) -> Result<bool, Limit> {
        if tally.states.saturating_sub(self.before.0) > Remains::WASTE * self.laid_out.max(Remains::SMALL) {
            self.lay_out(tally)?;
        }
        self.catch_up();
        let held = tally.bytes;
        let set = self.set;
        let mut following = Following { remains: self, shape, known: FxHashMap::default() };
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
        let mut known = vec![Language::NONE; self.languages.since(0).count()];
        let copied = copy(&self.languages, self.set, &mut fresh, &mut known, tally);
        match copied {
            Ok(set) => (self.languages, self.set, self.may) = (fresh, set, Vec::new()),
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

    /// Finds out which steps may come for the nodes that are new.
    fn catch_up(&mut self) {
        for set in self.languages.since(self.may.len()) {
            let next = self.languages.next(set).iter();
            self.may
                .push(next.fold(StepSet::default(), |may, (id, rest)| may.union(self.may[rest.number()]).with(*id)));
        }
    }
}

impl Following<'_> {
    /// Recursion is as deep as an ordering is long.
    fn from(&mut self, set: Language, done: StepSet, tally: &mut Tally) -> Result<Language, Limit> {
        let shape = self.shape;
        let may = self.remains.may[set.number()];
        if set == Language::NONE || !shape.done.minus(done).within(may) {
            return Ok(set);
        }
        if done == shape.done && !shape.left_out.meets(may) {
            return Ok(Language::NONE);
        }
        if let Some(known) = self.known.get(&(set, done)) {
            return Ok(*known);
        }
        let count = self.remains.languages.next(set).len();
        let mut next = Vec::with_capacity(count);
        for at in 0..count {
            let (id, rest) = self.remains.languages.next(set)[at];
            let broken = shape.is_broken_by(id, done);
            let rest = match broken {
                true => rest,
                false if shape.done.contains(id) => self.from(rest, done.with(id), tally)?,
                false => self.from(rest, done, tally)?,
            };
            next.push((id, rest));
        }
        let ends = self.remains.languages.ends(set) && done != shape.done;
        let result = self.remains.languages.node(ends, next, tally)?;
        self.known.insert((set, done), result);
        tally.hold(2 * size_of::<((Language, StepSet), Language)>())?;
        Ok(result)
    }
}

/// What is in a chart and not in a set, without some pairs.
struct Outside<'a> {
    chart: &'a Chart,
    /// Those of the chart and of the other set.
    languages: &'a Languages,
    into: &'a mut Languages,
    /// For each occurrence, the steps that must not be before it, and those that must not be after it.
    not_before: Vec<StepSet>,
    not_after: Vec<StepSet>,
    wanted: Option<&'a Shape>,
    /// Steps of which it matters whether they are done.
    relevant: StepSet,
    known: FxHashMap<(u32, Language, StepSet), Language>,
}

impl Outside<'_> {
    /// Recursion is as deep as an ordering is long.
    fn from(&mut self, node: u32, good: Language, done: StepSet, tally: &mut Tally) -> Result<Language, Limit> {
        let chart = self.chart;
        if chart.set(node) == good {
            return Ok(Language::NONE);
        }
        let key = (node, good, done);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let mut next = Vec::with_capacity(chart.next(node).len());
        for (id, to) in chart.next(node) {
            let at = id.0 as usize;
            let after = if self.relevant.contains(*id) { done.with(*id) } else { done };
            let in_order = !self.not_before[at].meets(done) && !self.not_after[at].meets(chart.must(*to));
            let open = |wanted: &Shape| {
                let rest = wanted.done.minus(after);
                !wanted.is_broken_by(*id, done)
                    && rest.within(chart.may(*to))
                    && !wanted.left_out.meets(chart.must(*to))
            };
            if in_order && self.wanted.is_none_or(open) {
                next.push((*id, self.from(*to, self.languages.after(good, *id), after, tally)?));
            }
        }
        let fits = self.wanted.is_none_or(|wanted| wanted.done.within(done));
        let ends = chart.ends(node) && !self.languages.ends(good) && fits;
        let set = self.into.node(ends, next, tally)?;
        self.known.insert(key, set);
        tally.hold(2 * size_of::<((u32, Language, StepSet), Language)>())?;
        Ok(set)
    }
}

/// Recursion is as deep as an ordering is long. What was copied already is `known` by its number; the others are none there.
fn copy(
    from: &Languages,
    set: Language,
    into: &mut Languages,
    known: &mut [Language],
    tally: &mut Tally,
) -> Result<Language, Limit> {
    if set == Language::NONE || known[set.number()] != Language::NONE {
        return Ok(known[set.number()]);
    }
    let mut next = Vec::with_capacity(from.next(set).len());
    for (id, rest) in from.next(set) {
        next.push((*id, copy(from, *rest, into, known, tally)?));
    }
    let copied = into.node(from.ends(set), next, tally)?;
    known[set.number()] = copied;
    Ok(copied)
}
