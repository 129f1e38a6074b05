//! What goes round, followed naively: all of a small graph, and for each node whatever can be reached from it.

use super::random::Dice;
use super::{Case, Lap, Run, holds, leaves};
use runproof::system::{Block, OccurrenceId};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// A place in a loop, and a run that is there.
type Node = (usize, Run);

/// The place after the last pass.
const DONE: usize = usize::MAX;

impl Case {
    /// A step, and where it is the last of a loop all further passes.
    pub fn take_round(&self, id: u32, run: Run) -> BTreeSet<Run> {
        self.further(id, self.take(id, run))
    }

    /// The further passes of a loop that ends with a step, after the first one.
    pub fn further(&self, id: u32, after: BTreeSet<Run>) -> BTreeSet<Run> {
        let Some(lap) = self.rounds.laps.iter().find(|lap| lap.body.last() == Some(&id)) else {
            return after;
        };
        let outer = self.guards.iter().filter(|(_, steps)| steps.contains(&id)).take(lap.outer);
        let around: Vec<usize> =
            outer.map(|guard| self.guards.iter().position(|other| std::ptr::eq(guard, other)).unwrap()).collect();
        let (inside, over): (BTreeSet<Run>, BTreeSet<Run>) = after.into_iter().partition(|run| {
            !run.refused && !run.unsettled && around.iter().all(|guard| run.answers.get(guard).is_none_or(|yes| *yes))
        });
        // The condition is looked at after the last step, and not again before the next.
        let passed = |run: Run| (if holds(&lap.until, &run.world) { DONE } else { 0 }, run);
        let next = |(place, run): &Node| {
            let mut next: BTreeSet<Node> = self.struck_once(run).into_iter().map(|run| (*place, run)).collect();
            let mut fresh = run.clone();
            if *place == 0 {
                fresh.answers.retain(|guard, _| {
                    around.contains(guard) || !self.guards[*guard].1.iter().all(|step| lap.body.contains(step))
                });
            }
            let after = self.take(lap.body[*place], fresh).into_iter();
            next.extend(after.map(|run| if place + 1 < lap.body.len() { (place + 1, run) } else { passed(run) }));
            next
        };
        let ended = |(place, _): &Node| *place == DONE;
        let starts = inside.into_iter().map(passed).collect();
        over.into_iter().chain(self.follow(starts, &next, &ended)).collect()
    }

    /// Reactions that take time, until none can happen.
    pub fn rested(&self, runs: BTreeSet<Run>) -> BTreeSet<Run> {
        let over = |run: &Run| run.refused || run.unsettled || run.endless;
        let (over, live): (BTreeSet<Run>, BTreeSet<Run>) = runs.into_iter().partition(over);
        let slow = |(_, run): &Node| {
            self.struck_by(&self.rounds.slow, run).into_iter().map(|run| (0, run)).collect::<BTreeSet<Node>>()
        };
        let ended = |node: &Node| slow(node).is_empty();
        let starts = live.into_iter().map(|run| (0, run)).collect();
        over.into_iter().chain(self.follow(starts, &slow, &ended)).collect()
    }

    /// All ends, and the runs that have none.
    fn follow(
        &self,
        starts: BTreeSet<Node>,
        next: &dyn Fn(&Node) -> BTreeSet<Node>,
        ended: &dyn Fn(&Node) -> bool,
    ) -> BTreeSet<Run> {
        let mut ends = BTreeSet::new();
        let mut graph: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
        let mut leaves = BTreeSet::new();
        let mut open: Vec<Node> = starts.into_iter().collect();
        while let Some(node) = open.pop() {
            if node.1.refused || node.1.unsettled || ended(&node) {
                leaves.insert(node.clone());
                ends.insert(node.1);
            } else if let Entry::Vacant(entry) = graph.entry(node) {
                let after = next(entry.key());
                open.extend(after.iter().cloned());
                entry.insert(after);
            }
        }
        let reached = |from: &Node| {
            let mut seen: BTreeSet<Node> = BTreeSet::new();
            let mut open: Vec<Node> = graph[from].iter().cloned().collect();
            while let Some(node) = open.pop() {
                if seen.insert(node.clone())
                    && let Some(after) = graph.get(&node)
                {
                    open.extend(after.iter().cloned());
                }
            }
            seen
        };
        let reach: BTreeMap<&Node, BTreeSet<Node>> = graph.keys().map(|node| (node, reached(node))).collect();
        for (node, all) in &reach {
            let back = |other: &Node| reach.get(other).is_some_and(|all| all.contains(*node));
            let endless = if self.rounds.any { all.contains(*node) } else { all.iter().all(back) };
            if endless && (self.rounds.any || all.is_disjoint(&leaves)) {
                ends.insert(Run { endless: true, ..node.1.clone() });
            }
        }
        ends
    }
}

impl Dice<'_> {
    /// The case with loops, reactions that take time, or both.
    pub fn going_round(&mut self, case: &Case) -> Case {
        let mut case = case.clone();
        let vars = case.sizes.len() - usize::from(!case.faults.is_empty());
        let sizes = case.sizes[..vars].to_vec();
        if self.chance(2) {
            for _ in 0..1 + self.below(2) {
                let when = self.cond(&sizes, 1);
                let ways = self.ways(&sizes);
                case.rounds.slow.push((when, ways));
            }
        }
        if case.rounds.slow.is_empty() || self.chance(2) {
            let mut plan = case.plan.clone();
            self.loops(&mut plan, &sizes, &mut case);
            case.plan = plan;
        }
        case.rounds.any = self.chance(2);
        case
    }

    fn loops(&mut self, block: &mut Block, sizes: &[u8], case: &mut Case) {
        let mut body = leaves(block);
        body.sort_unstable();
        if body.len() <= 3 && self.chance(2) {
            let around = |steps: &Vec<u32>| body.iter().all(|id| steps.contains(id));
            let more = case.guards.iter().filter(|(_, steps)| around(steps) && steps.len() > body.len()).count();
            let equal = case.guards.iter().filter(|(_, steps)| around(steps) && steps.len() == body.len()).count();
            let outer = more + if self.chance(2) { equal } else { 0 };
            let steps = body.iter().map(|id| Block::Step(OccurrenceId(*id))).collect();
            *block = Block::Undivided(Box::new(Block::Sequence(steps)));
            case.rounds.laps.push(Lap { until: self.cond(sizes, 1), body, outer });
            return;
        }
        match block {
            Block::Step(_) => {}
            Block::Optional(inner) | Block::Undivided(inner) => self.loops(inner, sizes, case),
            Block::Sequence(all) | Block::Interleaved(all) | Block::Either(all) => {
                all.iter_mut().for_each(|child| self.loops(child, sizes, case));
            }
        }
    }
}
