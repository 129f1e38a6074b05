//! The three systems as a user of Stateright would write them for speed: a state is one integer, an action a few bytes,
//! one condition, one thread. Nothing of runproof is in here.

use super::Example;
use stateright::{Checker, Model, Property};
use std::fmt::Debug;

/// Which of Stateright's searches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    Bfs,
    Dfs,
}

/// Explores all of it: how many states there are.
///
/// # Panics
/// If the condition does not hold everywhere.
pub fn explore(example: Example, search: Search) -> u64 {
    match example {
        Example::RollingUpgrade(nodes) => run(Rolling { nodes, bound: nodes as u32 / 2 }, search),
        Example::TwoPhaseCommit(participants) => run(TwoPhase { participants }, search),
        Example::InstallOrders(first) => run(Install { first: first as u8 }, search),
    }
}

fn run<M>(model: M, search: Search) -> u64
where
    M: Model<State = u64> + Send + Sync + 'static,
    M::Action: Clone + PartialEq + Debug + Send + 'static,
{
    let builder = model.checker().threads(1);
    match search {
        Search::Bfs => count(&builder.spawn_bfs().join()),
        Search::Dfs => count(&builder.spawn_dfs().join()),
    }
}

/// After `join`, never `report`: a panic of a searching thread has to be one here.
fn count<M>(checker: &impl Checker<M>) -> u64
where
    M: Model<State = u64>,
    M::Action: Clone + PartialEq + Debug,
{
    assert!(checker.discoveries().is_empty(), "the model keeps its condition");
    checker.unique_state_count() as u64
}

/// Two bits a node: old, drained, installing, new.
struct Rolling {
    nodes: u64,
    bound: u32,
}

/// The lower bit of every node.
const LOWER: u64 = 0x5555_5555_5555_5555;

/// How many are drained or installing: those whose two bits differ.
fn away(state: u64) -> u32 {
    ((state ^ (state >> 1)) & LOWER).count_ones()
}

impl Model for Rolling {
    type State = u64;
    type Action = u8;

    fn init_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, state: &u64, actions: &mut Vec<u8>) {
        let room = away(*state) < self.bound;
        for node in 0..self.nodes as u8 {
            match state >> (2 * node) & 3 {
                0 if room => actions.push(node),
                1 | 2 => actions.push(node),
                _ => {}
            }
        }
    }

    fn next_state(&self, state: &u64, node: u8) -> Option<u64> {
        Some(state + (1 << (2 * node)))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("half stays", |model: &Self, state| away(*state) <= model.bound)]
    }
}

/// From the lowest bit: two a participant (working, prepared, committed, aborted), `sent`, `received`, the decision.
struct TwoPhase {
    participants: u64,
}

const PREPARED: u64 = 1;
const COMMITTED: u64 = 2;
const ABORTED: u64 = 3;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Commit {
    Receive(u8),
    Decide(u8),
    Prepare(u8),
    Become(u8, u8),
}

impl TwoPhase {
    fn sent(&self, participant: u8) -> u64 {
        1 << (2 * self.participants + u64::from(participant))
    }

    fn received(&self, participant: u8) -> u64 {
        1 << (3 * self.participants + u64::from(participant))
    }

    fn consistent(&self, state: u64) -> bool {
        let pairs = state & ((1 << (2 * self.participants)) - 1);
        let (upper, lower) = (pairs >> 1 & LOWER, pairs & LOWER);
        upper & !lower == 0 || upper & lower == 0
    }
}

impl Model for TwoPhase {
    type State = u64;
    type Action = Commit;

    fn init_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, state: &u64, actions: &mut Vec<Commit>) {
        let everybody = ((1 << self.participants) - 1) << (3 * self.participants);
        let decision = state >> (4 * self.participants);
        if decision == 0 {
            if state & everybody == everybody {
                actions.push(Commit::Decide(COMMITTED as u8));
            }
            actions.push(Commit::Decide(ABORTED as u8));
        }
        for it in 0..self.participants as u8 {
            if decision == 0 && state & self.sent(it) != 0 && state & self.received(it) == 0 {
                actions.push(Commit::Receive(it));
            }
            let own = state >> (2 * it) & 3;
            if own == 0 {
                actions.extend([Commit::Prepare(it), Commit::Become(it, ABORTED as u8)]);
            }
            if decision != 0 && own != decision {
                actions.push(Commit::Become(it, decision as u8));
            }
        }
    }

    fn next_state(&self, state: &u64, action: Commit) -> Option<u64> {
        Some(match action {
            Commit::Receive(it) => state | self.received(it),
            Commit::Decide(decision) => state | u64::from(decision) << (4 * self.participants),
            Commit::Prepare(it) => state | PREPARED << (2 * it) | self.sent(it),
            Commit::Become(it, what) => state & !(3 << (2 * it)) | u64::from(what) << (2 * it),
        })
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("consistent", |model: &Self, state| model.consistent(*state))]
    }
}

/// A node in 32 bits: two for each of six files, one for each of nine packages, a restart to do, off.
struct Install {
    first: u8,
}

/// The files that a package writes, with their versions.
const WRITES: [&[(u8, u64)]; 9] = [
    &[(1, 1), (2, 1)],
    &[(2, 2)],
    &[(3, 1)],
    &[(3, 2), (4, 1)],
    &[(4, 2)],
    &[(5, 1)],
    &[(5, 2), (6, 1)],
    &[(2, 3), (4, 3)],
    &[(5, 3), (6, 3)],
];
const RESTART: u64 = 1 << 21;
const OFF: u64 = 1 << 22;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Setup {
    Install(u8, u8),
    Stop(u8),
    Start(u8),
}

fn node(state: u64, node: u8) -> u64 {
    state >> (32 * node) & 0xffff_ffff
}

fn done(package: u8) -> u64 {
    1 << (11 + package)
}

fn sound(node: u64) -> bool {
    let file = |file: u8| node >> (2 * (file - 1)) & 3;
    file(1) <= file(2) && file(3) <= file(4) && file(5) <= file(6)
}

impl Model for Install {
    type State = u64;
    type Action = Setup;

    fn init_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, state: &u64, actions: &mut Vec<Setup>) {
        let both_on = (node(*state, 0) | node(*state, 1)) & OFF == 0;
        for it in 0..2 {
            let own = node(*state, it);
            if both_on {
                for package in self.first..=9 {
                    let again = package >= 8 || own & done(package) == 0;
                    if again && (package != 2 || own & done(1) != 0) {
                        actions.push(Setup::Install(it, package));
                    }
                }
                if own & RESTART != 0 && sound(node(*state, 1 - it)) {
                    actions.push(Setup::Stop(it));
                }
            } else if own & OFF != 0 {
                actions.push(Setup::Start(it));
            }
        }
    }

    fn next_state(&self, state: &u64, action: Setup) -> Option<u64> {
        let (Setup::Install(it, _) | Setup::Stop(it) | Setup::Start(it)) = action;
        let mut own = node(*state, it);
        match action {
            Setup::Install(_, package) => {
                for (file, version) in WRITES[usize::from(package) - 1] {
                    let shift = 2 * (file - 1);
                    own = own & !(3 << shift) | version << shift;
                }
                own |= done(package) | RESTART;
            }
            Setup::Stop(_) => own |= OFF,
            Setup::Start(_) => own &= !(OFF | RESTART),
        }
        Some(node(*state, 1 - it) << (32 * (1 - it)) | own << (32 * it))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("one serves", |_, state| {
            let [a, b] = [node(*state, 0), node(*state, 1)];
            let serves = |own: u64, other: u64| own & OFF == 0 && (other & OFF == 0 || sound(own));
            serves(a, b) || serves(b, a)
        })]
    }
}
