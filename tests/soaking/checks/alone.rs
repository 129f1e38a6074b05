//! The world alone: every step at any time.

use super::super::subject::Subject;
use crate::plain::pieces::{agrees, in_pieces, plainly};
use crate::plain::{Plain, plain};
use runproof::base::{Reduction, Without};
use runproof::engine::{Engine, Facts, Packed, Stateright};
use runproof::orderings::explore;
use runproof::report::{json, text, text::Look};
use runproof::system::System;
use runproof::{Budget, World};

/// More states than this are not searched plainly.
const MOST: usize = 3_000;

/// The system of the world alone, and what a plain search finds in it.
fn found(subject: &Subject) -> Option<(System, Plain)> {
    let world = World::open(subject.world()).expect("it was read before");
    let system = world.system().ok()?;
    let plain = plain(&system, MOST)?;
    Some((system, plain))
}

pub fn alone(subject: &Subject) {
    let Some((system, expected)) = found(subject) else { return };
    let first = explore(&system, &Budget { threads: 1, ..plainly() });
    agrees(&system, &first, &expected);
    let facts = Ok(Facts { states: expected.states, bad: expected.violation.is_some() });
    assert_eq!(Packed.facts(&system, &subject.within(u64::MAX)), facts, "packed");
    assert_eq!(Stateright.facts(&system, &subject.within(u64::MAX)), facts, "another engine");
    for (threads, compact) in [(2, false), (1, true), (2, true)] {
        let explored = explore(&system, &Budget { threads, compact, ..plainly() });
        agrees(&system, &explored, &expected);
        assert_eq!(explored.violation, first.violation, "the same run, whatever the threads");
    }
    let alone = Reduction::ALL.map(Without::all_but);
    let less = Reduction::ALL.map(|reduction| Without::from_iter([reduction]));
    for (at, without) in alone.into_iter().chain(less).chain([Without::default()]).enumerate() {
        let budget = Budget { threads: 1 + at % 2, compact: at % 3 == 0, without, ..Budget::default() };
        let explored = explore(&system, &budget);
        agrees(&system, &explored, &expected);
        if !without.uses(Reduction::IndependentParts) {
            assert_eq!(explored.violation, first.violation, "the same run with {without:?}");
        }
    }
    let told = || {
        let world = World::open(subject.world()).expect("it was read before");
        let report = world.states(&subject.within(u64::MAX)).expect("it was small enough");
        (text::world(&report, Look::PLAIN), json::world(Some(&report), &[]))
    };
    assert_eq!(told(), told(), "twice the same bytes");
    subject.count("done: world alone");
}

pub fn interrupted(subject: &Subject) {
    let Some((system, expected)) = found(subject) else { return };
    let mut dice = subject.dice("interrupted");
    let saves = 1 + dice.below(3);
    let budgets = [plainly(), Budget::default()];
    let (explored, pieces) = in_pieces(&system, &budgets[dice.below(2)], || saves);
    agrees(&system, &explored, &expected);
    subject.count("done: interrupted");
    subject.add("interruptions", pieces as u64 - 1);
}
