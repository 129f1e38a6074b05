//! A checker that anybody can check by reading: it lists every ordering and follows every run of each, one by one.
//!
//! It shares no code with the library but the tree of blocks and the formulas of `where`: worlds are plain vectors of
//! small numbers, conditions are evaluated by a function of a few lines, and nothing is packed, shared or remembered.

#![allow(dead_code, reason = "every test uses a part of it")]

pub mod copies;
pub mod doubled;
pub mod pairs;
pub mod random;
pub mod rounds;
pub mod unpacked;

use runproof::system::{Block, OccurrenceId, Order};
use std::collections::{BTreeMap, BTreeSet};

/// A value for every variable.
pub type World = Vec<u8>;

#[derive(Clone, Debug)]
pub enum Cond {
    Is(usize, u8),
    OneOf(usize, Vec<u8>),
    AtMost(Vec<(i64, Cond)>, i64),
    Not(Box<Cond>),
    All(Vec<Cond>),
    Any(Vec<Cond>),
}

/// One way in which something can go: when, assignments (read the world before), events, in this order.
#[derive(Clone, Debug)]
pub struct Way {
    pub when: Cond,
    pub sets: Vec<(Cond, usize, u8)>,
    pub events: Vec<u32>,
}

#[derive(Clone, Debug)]
pub struct Deed {
    pub needs: Vec<Cond>,
    pub phases: Vec<Vec<Way>>,
}

#[derive(Clone, Debug)]
pub struct Trial {
    pub act: Vec<Deed>,
    pub expect: Cond,
    pub then: Vec<Deed>,
    pub expect_after: Cond,
}

/// Everything that is checked. Step i is occurrence i.
#[derive(Clone, Debug)]
pub struct Case {
    pub sizes: Vec<u8>,
    pub initial: Vec<World>,
    pub steps: Vec<Deed>,
    pub reactions: Vec<(Cond, Vec<Way>)>,
    pub faults: Vec<(Cond, Vec<Way>)>,
    pub plan: Block,
    pub chains: Vec<(u32, u32)>,
    /// Condition and the steps under it; outer ones before inner ones.
    pub guards: Vec<(Cond, Vec<u32>)>,
    pub always: Vec<Cond>,
    pub health: Vec<Cond>,
    pub drills: Vec<Trial>,
    /// What goes round.
    pub rounds: Rounds,
}

/// What of a case goes round.
#[derive(Clone, Debug, Default)]
pub struct Rounds {
    pub laps: Vec<Lap>,
    /// Reactions that take time.
    pub slow: Vec<(Cond, Vec<Way>)>,
    /// Whether every cycle counts.
    pub any: bool,
}

/// Steps that are done again until a condition holds; their first guards are around all of it.
#[derive(Clone, Debug)]
pub struct Lap {
    pub body: Vec<u32>,
    pub until: Cond,
    pub outer: usize,
}

/// What is known of a run at some moment, or at its end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    pub world: World,
    pub answers: BTreeMap<usize, bool>,
    pub events: BTreeSet<u32>,
    pub broken: BTreeSet<u32>,
    pub refused: bool,
    pub unsettled: bool,
    pub endless: bool,
    pub good: bool,
}

pub fn holds(cond: &Cond, world: &World) -> bool {
    match cond {
        Cond::Is(var, value) => world[*var] == *value,
        Cond::OneOf(var, values) => values.contains(&world[*var]),
        Cond::AtMost(terms, bound) => {
            terms.iter().filter(|(_, term)| holds(term, world)).map(|(weight, _)| weight).sum::<i64>() <= *bound
        }
        Cond::Not(inner) => !holds(inner, world),
        Cond::All(parts) => parts.iter().all(|part| holds(part, world)),
        Cond::Any(parts) => parts.iter().any(|part| holds(part, world)),
    }
}

pub fn satisfied(order: &Order, ordering: &[u32]) -> bool {
    let at = |id: &OccurrenceId| ordering.iter().position(|other| *other == id.0);
    match order {
        Order::Constant(value) => *value,
        Order::Before(a, b) => at(a).is_some() && at(b).is_some() && at(a) < at(b),
        Order::RightAfter(a, b) => at(b).is_some_and(|b| at(a) == Some(b + 1)),
        Order::Not(inner) => !satisfied(inner, ordering),
        Order::All(parts) => parts.iter().all(|part| satisfied(part, ordering)),
        Order::Any(parts) => parts.iter().any(|part| satisfied(part, ordering)),
    }
}

pub fn leaves(block: &Block) -> Vec<u32> {
    match block {
        Block::Step(id) => vec![id.0],
        Block::Optional(inner) | Block::Undivided(inner) => leaves(inner),
        Block::Sequence(all) | Block::Interleaved(all) | Block::Either(all) => all.iter().flat_map(leaves).collect(),
    }
}

/// Whether a sequence of steps, as far as it concerns a block, is a way to do the block.
fn allowed(block: &Block, ordering: &[u32]) -> bool {
    let own = leaves(block);
    let part: Vec<u32> = ordering.iter().copied().filter(|id| own.contains(id)).collect();
    match block {
        Block::Step(id) => part == [id.0],
        Block::Optional(inner) => part.is_empty() || allowed(inner, ordering),
        Block::Undivided(inner) => {
            allowed(inner, ordering) && (part.is_empty() || ordering.windows(part.len()).any(|window| window == part))
        }
        Block::Interleaved(all) => all.iter().all(|child| allowed(child, ordering)),
        Block::Sequence(all) => {
            let child_of = |id: &u32| all.iter().position(|child| leaves(child).contains(id));
            part.is_sorted_by_key(child_of) && all.iter().all(|child| allowed(child, ordering))
        }
        Block::Either(all) => {
            all.iter().any(|child| part.iter().all(|id| leaves(child).contains(id)) && allowed(child, ordering))
        }
    }
}

/// The case with progress that is fair.
pub fn fair(case: &Case) -> Case {
    let mut case = case.clone();
    case.rounds.any = false;
    case
}

impl Case {
    /// Every ordering: every sequence of some of the steps that the plan allows.
    pub fn orderings(&self) -> Vec<Vec<u32>> {
        fn grow(case: &Case, all: &[u32], sofar: &mut Vec<u32>, found: &mut Vec<Vec<u32>>) {
            let at = |id: u32| sofar.iter().position(|other| *other == id);
            let chained = case.chains.iter().all(|(a, b)| at(*b).is_none() || at(*a).is_some() && at(*a) < at(*b));
            if chained && allowed(&case.plan, sofar) {
                found.push(sofar.clone());
            }
            for id in all {
                if !sofar.contains(id) {
                    sofar.push(*id);
                    grow(case, all, sofar, found);
                    sofar.pop();
                }
            }
        }
        let mut found = Vec::new();
        grow(self, &leaves(&self.plan), &mut Vec::new(), &mut found);
        found
    }

    fn possible<'w>(&self, ways: &'w [Way], world: &World) -> Vec<&'w Way> {
        ways.iter().filter(|way| holds(&way.when, world)).collect()
    }

    pub fn go(&self, way: &Way, run: &Run) -> Run {
        let mut after = run.clone();
        for (when, var, value) in &way.sets {
            if holds(when, &run.world) {
                after.world[*var] = *value;
            }
        }
        after.events.extend(&way.events);
        after
    }

    /// Every way to settle; `path` is what was met since settling began.
    fn settle(&self, run: Run, path: &[Run], ends: &mut BTreeSet<Run>) {
        if path.contains(&run) {
            ends.insert(Run { unsettled: true, ..run });
            return;
        }
        let mut stable = true;
        for (when, ways) in &self.reactions {
            for way in if holds(when, &run.world) { self.possible(ways, &run.world) } else { Vec::new() } {
                stable = false;
                self.settle(self.go(way, &run), &[path, std::slice::from_ref(&run)].concat(), ends);
            }
        }
        if stable {
            let mut run = run;
            run.broken.extend((0..).zip(&self.always).filter(|(_, it)| !holds(it, &run.world)).map(|(index, _)| index));
            ends.insert(run);
        }
    }

    /// Every way in which a step that is not passed over can go.
    pub fn attempt(&self, deed: &Deed, run: &Run) -> BTreeSet<Run> {
        let impossible = deed.phases.first().is_some_and(|ways| self.possible(ways, &run.world).is_empty());
        if impossible || !deed.needs.iter().all(|need| holds(need, &run.world)) {
            return BTreeSet::from([Run { refused: true, ..run.clone() }]);
        }
        let mut runs = BTreeSet::from([run.clone()]);
        for ways in &deed.phases {
            let mut next = BTreeSet::new();
            for run in runs {
                if run.unsettled || self.possible(ways, &run.world).is_empty() {
                    next.insert(run);
                    continue;
                }
                for way in self.possible(ways, &run.world) {
                    self.settle(self.go(way, &run), &[], &mut next);
                }
            }
            runs = next;
        }
        runs
    }

    /// The run itself, and what any number of faults make of it.
    pub fn struck(&self, run: Run, all: &mut BTreeSet<Run>) {
        if !all.insert(run.clone()) || run.unsettled {
            return;
        }
        self.struck_once(&run).into_iter().for_each(|run| self.struck(run, all));
    }

    /// What one fault, or one reaction that takes time, makes of a run.
    pub fn struck_once(&self, run: &Run) -> BTreeSet<Run> {
        let mut ends = self.struck_by(&self.faults, run);
        ends.extend(self.struck_by(&self.rounds.slow, run));
        ends
    }

    pub fn struck_by(&self, by: &[(Cond, Vec<Way>)], run: &Run) -> BTreeSet<Run> {
        let mut ends = BTreeSet::new();
        for (when, ways) in by {
            for way in if holds(when, &run.world) { self.possible(ways, &run.world) } else { Vec::new() } {
                self.settle(self.go(way, run), &[], &mut ends);
            }
        }
        ends
    }

    pub fn take(&self, id: u32, mut run: Run) -> BTreeSet<Run> {
        for (index, (when, _)) in self.guards.iter().enumerate().filter(|(_, (_, steps))| steps.contains(&id)) {
            let now = holds(when, &run.world);
            if !*run.answers.entry(index).or_insert(now) {
                return BTreeSet::from([run]);
            }
        }
        self.attempt(&self.steps[id as usize], &run)
    }

    pub fn starts(&self) -> BTreeSet<Run> {
        let mut runs = BTreeSet::new();
        for world in &self.initial {
            let (answers, events, broken) = Default::default();
            let world = world.clone();
            let (refused, unsettled, endless) = Default::default();
            let run = Run { world, answers, events, broken, refused, unsettled, endless, good: false };
            self.settle(run, &[], &mut runs);
        }
        runs
    }

    /// Every run of an ordering.
    pub fn runs(&self, ordering: &[u32]) -> BTreeSet<Run> {
        self.runs_from(self.starts(), ordering)
    }

    /// Every way in which these runs can go on.
    pub fn runs_from(&self, mut runs: BTreeSet<Run>, ordering: &[u32]) -> BTreeSet<Run> {
        for id in ordering {
            let mut next = BTreeSet::new();
            for run in runs {
                let mut struck = BTreeSet::new();
                if run.refused || run.unsettled || run.endless {
                    next.insert(run);
                } else {
                    self.struck(run, &mut struck);
                }
                for run in struck {
                    next.extend(if run.unsettled { BTreeSet::from([run]) } else { self.take_round(*id, run) });
                }
            }
            runs = next;
        }
        self.rested(runs).into_iter().map(|run| Run { good: self.good(&run), ..run }).collect()
    }

    /// The steps that some run of an ordering refuses.
    pub fn refusals(&self, ordering: &[u32]) -> BTreeSet<u32> {
        let refuses = |at: &usize| {
            let live = self.runs(&ordering[..*at]).into_iter().filter(|run| !run.refused && !run.unsettled);
            let mut struck = BTreeSet::new();
            live.for_each(|run| self.struck(run, &mut struck));
            let live = struck.into_iter().filter(|run| !run.unsettled);
            live.flat_map(|run| self.take(ordering[*at], run)).any(|run| run.refused)
        };
        (0..ordering.len()).filter(refuses).map(|at| ordering[at]).collect()
    }

    /// The first drill that fails after a run.
    pub fn failing_drill(&self, run: &Run) -> Option<usize> {
        self.drills.iter().position(|drill| !self.passes(drill, run))
    }

    pub fn good(&self, run: &Run) -> bool {
        !run.refused
            && !run.unsettled
            && !run.endless
            && run.broken.is_empty()
            && self.health.iter().all(|health| holds(health, &run.world))
            && self.drills.iter().all(|drill| self.passes(drill, run))
    }

    fn passes(&self, drill: &Trial, run: &Run) -> bool {
        let after = |runs: BTreeSet<Run>, deeds: &[Deed]| {
            deeds.iter().fold(runs, |runs, deed| {
                let over = |run: &Run| run.refused || run.unsettled || run.endless;
                let attempt = |run: Run| if over(&run) { [run].into() } else { self.attempt(deed, &run) };
                self.rested(runs.into_iter().flat_map(attempt).collect())
            })
        };
        let fine = |runs: &BTreeSet<Run>, expect: &Cond| {
            runs.iter().all(|run| !run.refused && !run.unsettled && !run.endless && holds(expect, &run.world))
        };
        let acted = after(BTreeSet::from([run.clone()]), &drill.act);
        fine(&acted, &drill.expect) && fine(&after(acted, &drill.then), &drill.expect_after)
    }
}
