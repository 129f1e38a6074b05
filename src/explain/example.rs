//! A small system made by hand, for the tests of this layer and of the views: on two nodes, a package that cannot be
//! configured where another one is newer and a service runs.

use crate::certify::{Certified, certify};
use crate::system::{
    Action, ActionId, Assign, Block, Condition, EventId, EventOrigin, Guard, GuardId, Layout, Occurrence, OccurrenceId,
    Origins, Outcome, Part, Phase, Plan, Predicate, Procedure, Retries, Slot, State, Step, StepId, StepSet, System,
    VarId, VarOrigin,
};
use crate::trace::{Actor, Fire, PhaseRun, Trace, Turn};
use crate::verdict::{Classes, Counterexample, Counts, Effort, Ending, Insight, Kind, Verdict, Whose};

const FIELD: u64 = 3;
const NAMES: [(&str, &str, Option<u32>, &[&str]); 6] = [
    ("clusres(A)", "clusres", Some(0), &["sp4", "ntop"]),
    ("clusres.pending(A)", "clusres.pending", Some(0), &["sp4", "ntop", "nothing"]),
    ("clussvc(B)", "clussvc", Some(1), &["stopped", "running", "failed"]),
    ("msdtc(B)", "msdtc", Some(1), &["older", "newer"]),
    ("iis(B)", "iis", Some(1), &["absent", "working", "broken"]),
    ("owner(sql)", "owner(sql)", None, &["A", "B"]),
];

fn is(var: u8, value: u64) -> Predicate {
    Predicate::Masked { word: 0, mask: FIELD << (2 * var), value: value << (2 * var) }
}

fn becomes(var: u8, value: u64) -> Assign {
    Assign { when: Predicate::Constant(true), word: 0, mask: FIELD << (2 * var), value: value << (2 * var) }
}

fn state(values: [u64; 6]) -> State {
    let packed = values.iter().rev().fold(0, |word, value| word << 2 | value);
    [packed, 0, 0, 0]
}

fn outcome(when: Predicate, assigns: Vec<Assign>) -> Outcome {
    Outcome { when, assigns, events: Vec::new(), fails: false, cite: Vec::new() }
}

fn step(name: &str, node: u32, cite: &str, outcomes: Vec<Outcome>) -> Step {
    let phases = vec![Phase { outcomes }];
    Step { name: name.to_owned(), nodes: vec![node], cite: vec![cite.to_owned()], needs: Vec::new(), phases }
}

fn condition(name: &str, parts: &[(&str, Predicate, u32)]) -> Condition {
    let parts = parts.iter().map(|(text, predicate, var)| Part {
        text: (*text).to_owned(),
        predicate: predicate.clone(),
        reads: vec![VarId(*var)],
    });
    Condition { name: name.to_owned(), cite: vec!["Q1.health".to_owned()], parts: parts.collect() }
}

/// Three steps: install on A (left pending), install on B (fails while clussvc runs there and msdtc is newer), start iis.
fn system() -> System {
    let join_fails = Predicate::All(vec![is(2, 1), is(3, 1)]);
    let mut fails = outcome(join_fails.clone(), vec![becomes(4, 2)]);
    fails.fails = true;
    fails.events = vec![EventId(0)];
    fails.cite = vec!["Q223258.join-fails".to_owned()];
    let works = outcome(Predicate::Not(Box::new(join_fails)), vec![becomes(4, 1)]);
    let pending = outcome(Predicate::Constant(true), vec![becomes(1, 1)]);
    let mut start = step("start iis on B", 1, "Q1.start", vec![outcome(Predicate::Constant(true), Vec::new())]);
    start.needs = vec![condition("iis(B) != broken", &[("iis(B) != broken", Predicate::Not(Box::new(is(4, 2))), 4)])];
    let occurrence =
        |label: &str, step, guards| Occurrence { label: label.to_owned(), step: StepId(step), guards, line: 3 };
    let sequence = (0..3).map(|id| Block::Step(OccurrenceId(id))).collect();
    System {
        layout: Layout { words: 1, slots: (0..6).map(|n| Slot::Field { word: 0, shift: 2 * n, bits: 2 }).collect() },
        initial: vec![state([0, 2, 1, 1, 0, 1])],
        steps: vec![
            step("install ntop on A", 0, "Q1.install", vec![pending]),
            step("install ntop on B", 1, "Q1.install", vec![fails, works]),
            start,
        ],
        reactions: vec![Action {
            name: "sql fails over to A".to_owned(),
            nodes: vec![0],
            cite: vec!["Q1.failover".to_owned()],
            when: Predicate::All(vec![is(5, 1), is(4, 2)]),
            outcomes: vec![outcome(Predicate::Constant(true), vec![becomes(5, 0)])],
        }],
        faults: Vec::new(),
        procedure: Procedure::Ordered(Plan {
            occurrences: vec![
                occurrence("install ntop on A", 0, Vec::new()),
                occurrence("second", 1, Vec::new()),
                occurrence("start iis on B", 2, vec![GuardId(0)]),
            ],
            root: Block::Sequence(sequence),
            guards: vec![Guard {
                text: "iis(B) == working".to_owned(),
                when: is(4, 1),
                steps: StepSet::default().with(OccurrenceId(2)),
                memory: None,
            }],
            chains: Vec::new(),
            retries: Retries::default(),
        }),
        always: Vec::new(),
        health: vec![condition("end", &[("iis(B) == working", is(4, 1), 4), ("owner(sql) == B", is(5, 1), 5)])],
        drills: Vec::new(),
        claims: Vec::new(),
        origins: Origins {
            title: "Two nodes".to_owned(),
            nodes: vec!["A".to_owned(), "B".to_owned()],
            vars: NAMES
                .map(|(name, short, node, values)| VarOrigin {
                    name: name.to_owned(),
                    short: short.to_owned(),
                    node,
                    values: values.iter().map(|value| (*value).to_owned()).collect(),
                    hidden: false,
                    observable: true,
                })
                .to_vec(),
            events: vec![EventOrigin {
                name: "join-failed".to_owned(),
                source: Some("Setup".to_owned()),
                code: None,
                text: Some("msdtc -join failed (0xffffffff)".to_owned()),
                cite: Vec::new(),
            }],
            initial: vec![String::new()],
        },
    }
}

/// A system of nothing but steps, for what is said about their order. A step's label stands after `#`.
pub fn plan(nodes: &[&str], steps: &[&str], root: Block) -> System {
    let mut system = system();
    let parts: Vec<(&str, &str)> = steps.iter().map(|step| step.split_once(" #").unwrap_or((step, step))).collect();
    system.steps = parts.iter().map(|(sentence, _)| step(sentence, 0, "Q1", Vec::new())).collect();
    let occurrences = (0u32..).zip(&parts).map(|(id, (_, label))| Occurrence {
        label: (*label).to_owned(),
        step: StepId(id),
        guards: Vec::new(),
        line: id,
    });
    let occurrences = occurrences.collect();
    system.procedure = Procedure::Ordered(Plan {
        occurrences,
        root,
        guards: Vec::new(),
        chains: Vec::new(),
        retries: Retries::default(),
    });
    system.origins.nodes = nodes.iter().map(|node| (*node).to_owned()).collect();
    system
}

fn turn(occurrence: u32, settle: &[u32]) -> Turn {
    let settle = settle.iter().map(|reaction| Fire { reaction: ActionId(*reaction), outcome: 0 }).collect();
    let phases = vec![PhaseRun { outcome: Some(0), settle }];
    Turn { actor: Actor::Occurrence(OccurrenceId(occurrence)), phases }
}

/// [`system`] and its verdict, certified.
pub fn certified() -> (System, Certified) {
    let certified = certify(&system(), verdict()).expect("the example was made with care");
    (system(), certified)
}

/// A verdict on [`system`]: the document's own order ends badly, because the second step fails.
fn verdict() -> Verdict {
    let mut last = turn(2, &[]);
    last.phases.clear();
    let counterexample = Counterexample {
        ordering: (0..3).map(OccurrenceId).collect(),
        lost_after: Some(2),
        trace: Trace { initial: 0, settle: Vec::new(), turns: vec![turn(0, &[]), turn(1, &[0]), last] },
        ending: Ending::Unhealthy,
        insight: Insight { lost: Some((2, Whose::Operators)), ..Insight::default() },
    };
    Verdict {
        kind: Kind::OrderMatters,
        counts: Some(Counts { total: 10_080u32.into(), good: 36u32.into(), mixed: 0u32.into(), bad: 10_044u32.into() }),
        effort: Effort { states: 1234, moves: 5678, automaton: 9 },
        fingerprint: None,
        rules: None,
        classes: Classes::default(),
        counterexample: Some(counterexample),
        claims: Vec::new(),
    }
}
