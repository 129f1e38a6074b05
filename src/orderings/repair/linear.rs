//! The cheapest repair of a runbook that allows one order.
//!
//! ```text
//! (units looked at, brought forward, put off, belief) ─ keep, delete, move, insert ─► … ─► all looked at, good
//! ```
//! In: the units in their order. Out: the sequences that end well, the cheapest first. Uniform cost search (Dijkstra 1959);
//! exact, because the cost of a step depends on the belief alone. Among equal costs the first found wins, and what is
//! tried is in the order of the document, then of the world's steps.

use super::belief::{Belief, Beliefs, Deed};
use super::cost::Cost;
use super::outline::UnitId;
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, StepId, StepSet};
use rustc_hash::FxHashSet;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

/// A unit of the document, in its order.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Which.
    pub unit: UnitId,
    /// What it does, in its only order.
    pub does: Vec<OccurrenceId>,
    /// Whether it may be left out.
    pub deletable: bool,
    /// Whether it may come earlier or later.
    pub movable: bool,
}

/// What comes next in a repaired order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A unit in its place.
    Keep(UnitId),
    /// A unit from elsewhere.
    Moved(UnitId),
    /// A step of the world.
    New(StepId),
    /// This unit is left out.
    Deleted(UnitId),
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    /// Units looked at.
    at: usize,
    /// Units not looked at that were brought forward; sorted.
    forward: Vec<u16>,
    /// Units looked at that are still to come; sorted.
    later: Vec<u16>,
    belief: Belief,
    /// Something was done.
    any: bool,
}

struct Node {
    key: Key,
    cost: Cost,
    from: Option<(usize, Option<Next>)>,
}

/// A repaired order that is not good, and the parts of health (condition and part) that do not hold at its end.
pub type Closest = (Cost, Vec<Next>, Vec<(usize, usize)>);

/// A search that gives one repaired order after the other.
pub struct Linear<'a, 's> {
    beliefs: &'a mut Beliefs<'s>,
    stages: &'a [Stage],
    most: usize,
    nodes: Vec<Node>,
    queue: BinaryHeap<Reverse<(Cost, usize)>>,
    closed: FxHashSet<Rc<Key>>,
    /// Sequences tried.
    pub tried: u64,
    /// Of those that come to their end and are not good, the first with the fewest parts of health that do not hold.
    closest: Option<(usize, Vec<(usize, usize)>)>,
}

impl<'a, 's> Linear<'a, 's> {
    /// Before the first.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn new(
        beliefs: &'a mut Beliefs<'s>,
        stages: &'a [Stage],
        most: usize,
        tally: &mut Tally,
    ) -> Result<Linear<'a, 's>, Limit> {
        let mut queue = BinaryHeap::new();
        let mut nodes = Vec::new();
        if let Some(belief) = beliefs.start(tally)? {
            let key = Key { at: 0, forward: Vec::new(), later: Vec::new(), belief, any: false };
            nodes.push(Node { key, cost: Cost::default(), from: None });
            queue.push(Reverse((Cost::default(), 0)));
        }
        Ok(Linear { beliefs, stages, most, nodes, queue, closed: FxHashSet::default(), tried: 0, closest: None })
    }

    /// The next cheapest order that ends well.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn next(&mut self, tally: &mut Tally) -> Result<Option<(Cost, Vec<Next>)>, Limit> {
        while let Some(Reverse((cost, at))) = self.queue.pop() {
            let key = Rc::new(self.nodes[at].key.clone());
            if !self.closed.insert(Rc::clone(&key)) {
                continue;
            }
            self.tried += 1;
            tally.hold(2 * size_of::<Node>())?;
            let finished = key.at == self.stages.len() && key.later.is_empty();
            let good = finished && key.any && self.beliefs.good(key.belief, tally)?;
            if finished && !good {
                let unmet = self.beliefs.unmet(key.belief);
                if self.closest.as_ref().is_none_or(|(_, least)| unmet.len() < least.len()) {
                    self.closest = Some((at, unmet));
                }
            }
            self.expand(at, &key, tally)?;
            if good {
                return Ok(Some((cost, self.path(at))));
            }
        }
        Ok(None)
    }

    /// The order that comes closest.
    pub fn closest(&self) -> Option<Closest> {
        self.closest.as_ref().map(|(at, unmet)| (self.nodes[*at].cost, self.path(*at), unmet.clone()))
    }

    fn expand(&mut self, at: usize, key: &Key, tally: &mut Tally) -> Result<(), Limit> {
        let left = self.nodes[at].cost.edits < self.most;
        // First of all, so that of equal costs the one wins that moves a unit no further than it has to.
        for place in 0..key.later.len() {
            let mut next = key.clone();
            let index = usize::from(next.later.remove(place));
            self.does(at, next, (index, 0, Next::Moved(self.stages[index].unit)), tally)?;
        }
        if let Some(stage) = self.stages.get(key.at) {
            let index = number(key.at);
            let further = || Key { at: key.at + 1, ..key.clone() };
            if let Ok(place) = key.forward.binary_search(&index) {
                let mut next = further();
                next.forward.remove(place);
                self.push(at, next, 0, None);
                return self.insertions(at, key, left, tally);
            }
            self.does(at, further(), (key.at, 0, Next::Keep(stage.unit)), tally)?;
            if left && stage.deletable {
                self.push(at, further(), 1, Some(Next::Deleted(stage.unit)));
            }
            if left && stage.movable {
                let mut next = further();
                next.later.push(index);
                self.push(at, next, 1, None);
            }
        }
        if left {
            for (index, stage) in self.stages.iter().enumerate().skip(key.at + 1).filter(|(_, stage)| stage.movable) {
                if let Err(place) = key.forward.binary_search(&number(index)) {
                    let mut next = key.clone();
                    next.forward.insert(place, number(index));
                    self.does(at, next, (index, 1, Next::Moved(stage.unit)), tally)?;
                }
            }
        }
        self.insertions(at, key, left, tally)
    }

    /// Steps of the world that change something.
    fn insertions(&mut self, at: usize, key: &Key, left: bool, tally: &mut Tally) -> Result<(), Limit> {
        for step in (0..).map(StepId).take(if left { self.beliefs.steps() } else { 0 }) {
            let Some(after) = self.beliefs.after(key.belief, Deed::New(step), tally)? else { continue };
            if after != key.belief || !key.any {
                let spent = self.spent(after, Deed::New(step));
                let next = Key { belief: after, any: true, ..key.clone() };
                self.arrive(at, next, Cost { edits: 1, ..spent }, Some(Next::New(step)));
            }
        }
        Ok(())
    }

    /// A unit is done.
    fn does(
        &mut self,
        at: usize,
        mut key: Key,
        (index, edits, what): (usize, usize, Next),
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        let mut cost = Cost { edits, ..Cost::default() };
        let mut done = StepSet::default();
        for id in &self.stages[index].does {
            let deed = Deed::Own(*id, done);
            let Some(belief) = self.beliefs.after(key.belief, deed, tally)? else { return Ok(()) };
            key.belief = belief;
            cost = cost + self.spent(belief, deed);
            done = done.with(*id);
        }
        key.any |= !done.is_empty();
        self.arrive(at, key, cost, Some(what));
        Ok(())
    }

    fn spent(&mut self, after: Belief, deed: Deed) -> Cost {
        let unhealthy = usize::from(!self.beliefs.healthy(after));
        Cost { edits: 0, restarts: usize::from(self.beliefs.restarts(deed)), unhealthy }
    }

    fn push(&mut self, at: usize, key: Key, edits: usize, what: Option<Next>) {
        self.arrive(at, key, Cost { edits, ..Cost::default() }, what);
    }

    fn arrive(&mut self, from: usize, key: Key, more: Cost, what: Option<Next>) {
        let cost = self.nodes[from].cost + more;
        if cost.edits <= self.most && !self.closed.contains(&key) {
            self.queue.push(Reverse((cost, self.nodes.len())));
            self.nodes.push(Node { key, cost, from: Some((from, what)) });
        }
    }

    fn path(&self, mut at: usize) -> Vec<Next> {
        let mut path = Vec::new();
        while let Some((from, what)) = self.nodes[at].from {
            path.extend(what);
            at = from;
        }
        path.reverse();
        path
    }
}

fn number(index: usize) -> u16 {
    u16::try_from(index).expect("a runbook has few units")
}
