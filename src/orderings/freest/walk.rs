//! Walks along good orderings and along those that a partial order on elements allows.
//!
//! Every place looked at is counted; past a cap the walk stops, which says nothing about what it looked for.

use super::elements::Elements;
use super::partial::Partial;
use crate::base::{Limit, Tally};
use crate::orderings::language::{Language, Languages};
use crate::system::{Block, OccurrenceId, Plan, Position, StepSet};
use rustc_hash::{FxHashMap, FxHashSet};

/// How many places are looked at for one answer.
const MOST_PLACES: u64 = 2_000_000;

/// Why a walk or a search ended early.
pub enum Stop {
    /// A limit of the budget.
    Limit(Limit),
    /// The cap on the work.
    Capped,
}

impl From<Limit> for Stop {
    fn from(limit: Limit) -> Stop {
        Stop::Limit(limit)
    }
}

/// What is walked along.
pub struct Walk<'a> {
    elements: &'a Elements,
    languages: &'a Languages,
    good: Language,
    /// All elements in any order.
    loose: Plan,
    places: u64,
}

/// For every element, what a partial order asks of its steps.
struct Asked {
    /// Single steps that must be done before.
    done: Vec<StepSet>,
    /// Blocks that must be through before.
    through: Vec<Vec<usize>>,
    /// Steps that must not have come.
    ahead: Vec<StepSet>,
}

impl<'a> Walk<'a> {
    /// Along the orderings of a plan and the good ones among them.
    pub fn new(plan: &Plan, elements: &'a Elements, (languages, good): (&'a Languages, Language)) -> Walk<'a> {
        let loose = Plan { root: Block::Interleaved(elements.blocks.clone()), ..plan.clone() };
        Walk { elements, languages, good, loose, places: 0 }
    }

    /// Pairs of single steps that stand in one order in every good ordering.
    pub fn necessary(&self, tally: &mut Tally) -> Result<Vec<(usize, usize)>, Limit> {
        let mut later: FxHashMap<Language, StepSet> = FxHashMap::default();
        let mut after = vec![StepSet::default(); self.elements.of.len()];
        self.look_ahead(self.good, &mut later, &mut after, tally)?;
        let singles =
            (0..).map(OccurrenceId).zip(&self.elements.of).filter(|(_, element)| self.elements.plain(**element));
        let singles: Vec<(OccurrenceId, usize)> = singles.map(|(id, element)| (id, *element)).collect();
        let pairs = singles.iter().flat_map(|a| singles.iter().map(move |b| (*a, *b)));
        let never = pairs.filter(|((a, _), (b, _))| a != b && !after[b.0 as usize].contains(*a));
        Ok(never.map(|((_, a), (_, b))| (a, b)).collect())
    }

    /// What may still come after a node; notes for each step what may come after it.
    fn look_ahead(
        &self,
        node: Language,
        later: &mut FxHashMap<Language, StepSet>,
        after: &mut [StepSet],
        tally: &mut Tally,
    ) -> Result<StepSet, Limit> {
        if let Some(known) = later.get(&node) {
            return Ok(*known);
        }
        let mut all = StepSet::default();
        for (id, rest) in self.languages.next(node) {
            let then = self.look_ahead(*rest, later, after, tally)?;
            after[id.0 as usize] = after[id.0 as usize].union(then);
            all = all.union(then).with(*id);
        }
        later.insert(node, all);
        tally.hold(2 * size_of::<(Language, StepSet)>())?;
        Ok(all)
    }

    /// An ordering that keeps a partial order and is not good.
    pub fn bad(&mut self, order: &Partial, tally: &mut Tally) -> Result<Option<Vec<OccurrenceId>>, Stop> {
        let asked = self.asked(order);
        let (mut dead, mut ordering) = (FxHashSet::default(), Vec::new());
        let held = tally.bytes;
        let found = self.find_bad((Position::default(), self.good), &asked, (&mut dead, &mut ordering), tally)?;
        tally.bytes = held;
        Ok(found.then_some(ordering))
    }

    fn asked(&self, order: &Partial) -> Asked {
        let elements = self.elements.blocks.len();
        let mut asked = Asked {
            done: vec![StepSet::default(); elements],
            through: vec![Vec::new(); elements],
            ahead: vec![StepSet::default(); elements],
        };
        for (a, b) in order.pairs() {
            match self.elements.plain(a) {
                true => asked.done[b] = asked.done[b].union(self.elements.blocks[a].steps()),
                false => {
                    asked.through[b].push(a);
                    asked.ahead[a] = asked.ahead[a].union(self.elements.blocks[b].steps());
                }
            }
        }
        asked
    }

    fn find_bad(
        &mut self,
        at: (Position, Language),
        asked: &Asked,
        (dead, ordering): (&mut FxHashSet<(Position, Language)>, &mut Vec<OccurrenceId>),
        tally: &mut Tally,
    ) -> Result<bool, Stop> {
        let (position, good) = at;
        if self.loose.may_end(position) && !self.languages.ends(good) {
            return Ok(true);
        }
        if dead.contains(&at) {
            return Ok(false);
        }
        self.look()?;
        tally.hold(2 * size_of::<(Position, Language)>())?;
        for (id, after) in self.loose.next(position) {
            let element = self.elements.of[id.0 as usize];
            let through = |a: &usize| self.elements.blocks[*a].may_end(position.done);
            let allowed = asked.done[element].within(position.done)
                && asked.through[element].iter().all(through)
                && !asked.ahead[element].meets(position.done);
            if allowed {
                ordering.push(id);
                let after = (after, self.languages.after(good, id));
                if self.find_bad(after, asked, (dead, ordering), tally)? {
                    return Ok(true);
                }
                ordering.pop();
            }
        }
        dead.insert(at);
        Ok(false)
    }

    /// Whether some good ordering keeps a partial order as far as it is about single steps.
    pub fn possible(&mut self, order: &Partial, tally: &mut Tally) -> Result<bool, Stop> {
        let asked = self.asked(order);
        let single = |id: usize| self.elements.plain(self.elements.of[id]);
        let steps = 0..self.elements.of.len();
        let before = steps.map(|id| if single(id) { asked.done[self.elements.of[id]] } else { StepSet::default() });
        self.fitting(&before.map(Some).collect::<Vec<_>>(), StepSet::default(), tally)
    }

    /// Whether some good ordering has the same steps, in the same order inside of every element. Where none has, no
    /// order of the elements is good: whatever it is, the elements may go like this.
    pub fn same_inside(&mut self, ordering: &[OccurrenceId], tally: &mut Tally) -> Result<bool, Stop> {
        let mut before = vec![None; self.elements.of.len()];
        for (at, id) in ordering.iter().enumerate() {
            let same = |other: &&OccurrenceId| self.elements.of[other.0 as usize] == self.elements.of[id.0 as usize];
            before[id.0 as usize] = Some(ordering[..at].iter().filter(same).copied().collect());
        }
        self.fitting(&before, ordering.iter().copied().collect(), tally)
    }

    /// Whether some good ordering has each step only where these are done before it; a step
    /// that has no such set is left out, and those that are needed are not.
    fn fitting(&mut self, before: &[Option<StepSet>], needed: StepSet, tally: &mut Tally) -> Result<bool, Stop> {
        let (none, held) = (StepSet::default(), tally.bytes);
        let found = self.find_good((self.good, none), (before, needed), &mut FxHashSet::default(), tally);
        tally.bytes = held;
        found
    }

    fn find_good(
        &mut self,
        at: (Language, StepSet),
        (before, needed): (&[Option<StepSet>], StepSet),
        dead: &mut FxHashSet<(Language, StepSet)>,
        tally: &mut Tally,
    ) -> Result<bool, Stop> {
        let (node, done) = at;
        if self.languages.ends(node) && needed.within(done) {
            return Ok(true);
        }
        if dead.contains(&at) {
            return Ok(false);
        }
        self.look()?;
        tally.hold(2 * size_of::<(Language, StepSet)>())?;
        let languages = self.languages;
        for (id, rest) in languages.next(node) {
            let fits = before[id.0 as usize].is_some_and(|before| before.within(done));
            if fits && self.find_good((*rest, done.with(*id)), (before, needed), dead, tally)? {
                return Ok(true);
            }
        }
        dead.insert(at);
        Ok(false)
    }

    fn look(&mut self) -> Result<(), Stop> {
        self.places += 1;
        if self.places > MOST_PLACES { Err(Stop::Capped) } else { Ok(()) }
    }
}
