//! Three systems of many states, at any size: the shipped worlds, and beside them the same written by hand for Stateright.
//!
//! | system | size | a state |
//! |---|---|---|
//! | rolling upgrade | nodes | two bits a node |
//! | two-phase commit | participants | four bits a participant, two for the decision |
//! | install orders | the first package that is installed; p9 is the last | up to 23 bits for each of two nodes |

mod by_hand;

use runproof::base::Budget;
use runproof::engine::{Engine, Packed};
use runproof::system::System;
use std::fmt;

/// A system, at a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// With so many nodes, half of which may be away.
    RollingUpgrade(u64),
    /// With so many participants.
    TwoPhaseCommit(u64),
    /// With the packages from this one to p9.
    InstallOrders(u64),
}

/// Who explores it. All look at every state and ask one condition of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contender {
    /// Our engine, on the world as it ships, on so many threads.
    Packed(usize),
    /// Stateright on a model written by hand, one thread, breadth first.
    StaterightBfs,
    /// The same, depth first.
    StaterightDfs,
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Example::RollingUpgrade(nodes) => write!(f, "rolling upgrade, {nodes} nodes"),
            Example::TwoPhaseCommit(participants) => write!(f, "two-phase commit, {participants} participants"),
            Example::InstallOrders(first) => write!(f, "install orders, p{first} to p9"),
        }
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Contender::Packed(1) => write!(f, "runproof, 1 thread"),
            Contender::Packed(threads) => write!(f, "runproof, {threads} threads"),
            Contender::StaterightBfs => write!(f, "stateright, bfs"),
            Contender::StaterightDfs => write!(f, "stateright, dfs"),
        }
    }
}

impl Example {
    /// How many states can be reached. Of a rolling upgrade a formula says it: each node is away in one of two phases, or here
    /// in one of two, and at most half are away. Of the others it was counted, by every checker that is compared here.
    pub fn states(self) -> u64 {
        match self {
            Example::RollingUpgrade(nodes) => {
                let choose = |k: u64| (0..k).fold(1, |sofar, i| sofar * (nodes - i) / (i + 1));
                (1 << nodes) * (0..=nodes / 2).map(choose).sum::<u64>()
            }
            Example::TwoPhaseCommit(3) => 288,
            Example::TwoPhaseCommit(5) => 8_832,
            Example::TwoPhaseCommit(7) => 296_448,
            Example::TwoPhaseCommit(9) => 10_340_352,
            Example::InstallOrders(5) => 30_978,
            Example::InstallOrders(3) => 1_267_950,
            Example::InstallOrders(1) => 23_080_566,
            Example::TwoPhaseCommit(_) | Example::InstallOrders(_) => panic!("nobody counted {self}"),
        }
    }

    /// The shipped world with what makes its size replaced, read and lowered like any other.
    pub fn system(self) -> System {
        let change = |old: &str, new: String| (old.to_owned(), new);
        let (name, changes) = match self {
            Example::RollingUpgrade(nodes) => {
                let bound = nodes / 2;
                let nodes = change("nodes = 6", format!("nodes = {nodes}"));
                let bounds = [change("< 3", format!("< {bound}")), change("<= 3", format!("<= {bound}"))];
                ("rolling-upgrade", [nodes].into_iter().chain(bounds).collect())
            }
            Example::TwoPhaseCommit(participants) => {
                ("two-phase-commit", vec![change("nodes = 5", format!("nodes = {participants}"))])
            }
            // A package that `[initial]` takes for done is never installed: those from `first` on are not done.
            Example::InstallOrders(first) => {
                let to_do = |package: u64| change(&format!("p{package} = \"done\"\n"), String::new());
                ("install-orders", (first..=4).map(to_do).collect::<Vec<_>>())
            }
        };
        let shipped = format!("{}/models/{name}/world.toml", env!("CARGO_MANIFEST_DIR"));
        let mut world = std::fs::read_to_string(shipped).expect("it ships");
        for (old, new) in changes {
            assert_eq!(world.matches(&old).count(), 1, "`{old}` in the world {name}");
            world = world.replace(&old, &new);
        }
        let folder = tempfile::tempdir().expect("a folder for a while");
        let path = folder.path().join("world.toml");
        std::fs::write(&path, world).expect("the folder is ours");
        runproof::World::open(path).expect("it has no mistake").system().expect("it is small enough")
    }
}

/// A system made ready for one contender.
pub enum Ready {
    /// For our engine.
    Lowered(Box<System>, usize),
    /// For Stateright.
    ByHand(Example, by_hand::Search),
}

impl Ready {
    /// Reads and lowers what has to be.
    pub fn new(example: Example, contender: Contender) -> Ready {
        match contender {
            Contender::Packed(threads) => Ready::Lowered(Box::new(example.system()), threads),
            Contender::StaterightBfs => Ready::ByHand(example, by_hand::Search::Bfs),
            Contender::StaterightDfs => Ready::ByHand(example, by_hand::Search::Dfs),
        }
    }

    /// Explores all of it: how many states there are.
    ///
    /// # Panics
    /// If the condition does not hold everywhere.
    pub fn explore(&self) -> u64 {
        match self {
            Ready::Lowered(system, threads) => {
                let budget = Budget { threads: *threads, ..Budget::default() };
                let facts = Packed.facts(system, &budget).expect("there is no limit");
                assert!(!facts.bad, "the world keeps its condition");
                facts.states
            }
            Ready::ByHand(example, search) => by_hand::explore(*example, *search),
        }
    }
}
