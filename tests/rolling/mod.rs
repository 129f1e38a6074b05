//! A rolling upgrade, built in code: every node goes through four phases (old, drained, installing, new), and at most
//! half of the nodes are away (drained or installing) at a time.

use runproof::system::{
    Assign, Compare, Condition, Layout, Origins, Outcome, Part, Phase, Predicate, Procedure, Slot, Step, System,
};

const OLD: u64 = 0;
const INSTALLING: u64 = 2;
const BITS: usize = 2;

fn is(node: usize, phase: u64) -> Predicate {
    let shift = node * BITS;
    Predicate::Masked { word: 0, mask: 3 << shift, value: phase << shift }
}

/// Fewer nodes than `bound` are away, or just as many.
fn away(nodes: usize, compare: Compare, bound: usize) -> Predicate {
    let node = |node: usize| Predicate::Member { word: 0, shift: (node * BITS) as u8, bits: BITS as u8, set: 0b0110 };
    Predicate::Sum { terms: (0..nodes).map(|it| (1, node(it))).collect(), compare, bound: bound as i64 }
}

fn condition(parts: impl IntoIterator<Item = Predicate>) -> Condition {
    let part = |predicate| Part { text: String::new(), predicate, reads: Vec::new() };
    Condition { name: String::new(), cite: Vec::new(), parts: parts.into_iter().map(part).collect() }
}

fn advance(nodes: usize, node: usize, from: u64) -> Step {
    let when = Predicate::Constant(true);
    let shift = node * BITS;
    let assign = Assign { when: when.clone(), word: 0, mask: 3 << shift, value: (from + 1) << shift };
    let outcome = Outcome { when, assigns: vec![assign], events: Vec::new(), fails: false, cite: Vec::new() };
    let room = (from == OLD).then(|| away(nodes, Compare::Less, nodes / 2));
    Step {
        name: format!("advance {node} from {from}"),
        nodes: Vec::new(),
        cite: Vec::new(),
        needs: vec![condition([is(node, from)].into_iter().chain(room))],
        phases: vec![Phase { outcomes: vec![outcome] }],
    }
}

/// The world alone, for an even number of nodes up to 32.
pub fn world(nodes: usize) -> System {
    let slot = |node: usize| Slot::Field { word: 0, shift: (node * BITS) as u8, bits: BITS as u8 };
    System {
        layout: Layout { words: 1, slots: (0..nodes).map(slot).collect() },
        initial: vec![[0; 4]],
        steps: (0..nodes).flat_map(|node| (OLD..=INSTALLING).map(move |from| advance(nodes, node, from))).collect(),
        reactions: Vec::new(),
        faults: Vec::new(),
        procedure: Procedure::Free,
        always: vec![condition([away(nodes, Compare::AtMost, nodes / 2)])],
        health: Vec::new(),
        drills: Vec::new(),
        claims: Vec::new(),
        origins: Origins::default(),
    }
}

/// How many states can be reached: each node is away in one of two phases, or here in one of two, and at most half are
/// away.
pub fn states(nodes: u64) -> u64 {
    let choose = |k: u64| (0..k).fold(1, |sofar, i| sofar * (nodes - i) / (i + 1));
    (1 << nodes) * (0..=nodes / 2).map(choose).sum::<u64>()
}
