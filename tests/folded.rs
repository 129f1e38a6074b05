//! Every reduction against the search without it, on random systems that it applies to, or nearly: states, moves, verdicts, counts and
//! shortest lengths are the same, and what is shown replays.

mod agreeing;
mod naive;
mod rolling;

use agreeing::counted::same_by_counting;
use naive::copies::Copies;
use naive::random::{Dice, system};
use naive::{Case, Cond, Deed, Way};
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::{Budget, Limit, Reduction, Tally, Without};
use runproof::certify::{certify, certify_exploration};
use runproof::check::Asked;
use runproof::orderings::{count, decide, explore};
use runproof::system::{Action, Block, Claim, OccurrenceId, Procedure, Property, Quantifier, Step, Symmetry, System};
use runproof::verdict::{Answer, Kind};
use runproof::{Runbook, World};
use std::path::{Path, PathBuf};

fn without(without: Without) -> Budget {
    Budget { without, ..Budget::default() }
}

fn reduced() -> [Budget; 3] {
    [
        Without::default(),
        Without::all_but(Reduction::InterchangeableNodes),
        Without::all_but(Reduction::IndependentParts),
    ]
    .map(without)
}

fn packed(copies: &Copies, procedure: Option<Procedure>) -> System {
    let claim = |(quantifier, property)| Claim {
        id: String::new(),
        title: None,
        cite: Vec::new(),
        filter: None,
        filter_text: None,
        property: Some((quantifier, property, String::new())),
        count: None,
        promise: None,
    };
    let quantifiers = [Quantifier::Every, Quantifier::Some, Quantifier::No];
    let properties = [Property::Healthy, Property::Unhealthy];
    let all = quantifiers.iter().flat_map(|quantifier| properties.map(|property| (*quantifier, property)));
    let claims = all.map(claim).collect();
    let mut system = system(&copies.case, claims);
    copies.name(&mut system);
    if let Some(procedure) = procedure {
        system.procedure = procedure;
    }
    system
}

fn same_exploration(copies: &Copies) {
    let system = packed(copies, Some(Procedure::Free));
    let whole = explore(&system, &without(Without::all()));
    let turns =
        |explored: &runproof::orderings::Exploration| explored.violation.as_ref().map(|(trace, _)| trace.turns.len());
    for budget in reduced() {
        let explored = explore(&system, &budget);
        assert_eq!(explored.states, whole.states);
        assert_eq!(explored.moves, whole.moves);
        assert_eq!(explored.undecided, None);
        assert_eq!(turns(&explored), turns(&whole));
        if !budget.without.uses(Reduction::IndependentParts) {
            assert_eq!(explored.violation, whole.violation, "the first of the shortest runs, folded or not");
        }
        if let Some((trace, ending)) = &explored.violation {
            certify_exploration(&system, trace, ending).unwrap();
        }
    }
}

fn same_orderings(copies: &Copies) {
    let budgets: Vec<Budget> = reduced().into_iter().chain([without(Without::all())]).collect();
    same_by_counting(&packed(copies, None), &budgets);
}

fn dice<T: std::fmt::Debug>(roll: fn(&mut Dice) -> T) -> impl Strategy<Value = T> {
    prop::collection::vec(any::<u8>(), 0..300).prop_map(move |bytes| roll(&mut Dice(bytes.iter())))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn interchangeable_nodes_change_no_number_of_a_world_explored_alone(copies in dice(|dice| dice.copies())) {
        same_exploration(&copies);
    }

    #[test]
    fn independent_parts_change_no_number_of_a_world_explored_alone(copies in dice(|dice| dice.side_by_side())) {
        same_exploration(&copies);
    }

    #[test]
    fn interchangeable_nodes_change_no_count_of_orderings(copies in dice(|dice| dice.copies())) {
        same_orderings(&copies);
    }

    #[test]
    fn independent_parts_change_no_count_of_orderings(copies in dice(|dice| dice.side_by_side())) {
        same_orderings(&copies);
    }
}

/// How many of many random systems a reduction applies to: a test of the tests.
fn share(applies: impl Fn(u32) -> bool) -> usize {
    (0..400).filter(|seed| applies(*seed)).count()
}

fn bytes(seed: u32) -> Vec<u8> {
    let mut state = u64::from(seed) * 2 + 1;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    (0..300).map(|_| byte()).collect()
}

#[test]
fn most_random_systems_are_reduced_and_some_are_not() {
    let mut tally = Tally::start(&Budget::default(), "test");
    let mut folds = |free: bool, seed: u32| {
        let bytes = bytes(seed);
        let system = packed(&Dice(bytes.iter()).copies(), free.then_some(Procedure::Free));
        Symmetry::of(&system, &mut tally).unwrap().folds()
    };
    let folded = [true, false].map(|free| (0..400).filter(|seed| folds(free, *seed)).count());
    let apart = share(|seed| {
        let bytes = bytes(seed);
        let system = packed(&Dice(bytes.iter()).side_by_side(), None);
        count(&system, &Budget::default()).unwrap().parts > 1
    });
    assert!(folded.iter().all(|folded| (200..400).contains(folded)), "{folded:?}");
    assert!((100..400).contains(&apart), "{apart}");
}

/// How many nodes are in each class.
fn classes(system: &System) -> Vec<usize> {
    let mut tally = Tally::start(&Budget::default(), "test");
    Symmetry::of(system, &mut tally).unwrap().classes().iter().map(Vec::len).collect()
}

#[test]
fn what_speaks_of_one_node_keeps_it_apart() {
    let world = rolling::world(4);
    assert_eq!(classes(&world), [4]);
    let mut kept = world.clone();
    kept.always.push(kept.steps[0].needs[0].clone());
    assert_eq!(classes(&kept), [3]);
    let mut begun = world.clone();
    begun.initial = vec![[1, 0, 0, 0]];
    assert_eq!(classes(&begun), [3]);
    begun.initial.extend([[4, 0, 0, 0], [16, 0, 0, 0], [64, 0, 0, 0]]);
    assert_eq!(classes(&begun), [4]);
    let mut more = world.clone();
    more.steps.push(Step { needs: Vec::new(), ..more.steps[2].clone() });
    assert_eq!(classes(&more), [3]);
    let mut restless = world;
    let Step { needs, phases, .. } = restless.steps[2].clone();
    let (when, outcomes) = (needs[0].parts[0].predicate.clone(), phases[0].outcomes.clone());
    let (name, nodes, cite) = (String::new(), Vec::new(), Vec::new());
    restless.reactions.push(Action { name, nodes, cite, when, outcomes });
    assert_eq!(classes(&restless), [3]);
}

#[test]
fn ways_that_differ_in_a_broken_condition_are_one_while_another_part_breaks_one() {
    let any = || Cond::All(Vec::new());
    let set = |var, value| Way { when: any(), sets: vec![(any(), var, value)], events: Vec::new() };
    let deed = |phases| Deed { needs: Vec::new(), phases };
    let case = Case {
        sizes: vec![3, 2],
        initial: vec![vec![0, 0]],
        // The first step passes a broken state or does not, and comes to the same.
        steps: vec![deed(vec![vec![set(0, 1), set(0, 2)], vec![set(0, 0)]]), deed(vec![vec![set(1, 1)]])],
        reactions: Vec::new(),
        faults: Vec::new(),
        plan: Block::Interleaved(vec![Block::Step(OccurrenceId(0)), Block::Step(OccurrenceId(1))]),
        chains: Vec::new(),
        guards: Vec::new(),
        always: vec![Cond::Not(Box::new(Cond::Is(0, 1))), Cond::Not(Box::new(Cond::Is(1, 1)))],
        health: vec![Cond::Is(1, 1)],
        drills: Vec::new(),
        rounds: Default::default(),
    };
    let copies = Copies { case, nodes: vec![None; 2] };
    same_exploration(&copies);
    same_orderings(&copies);
    let explored = explore(&packed(&copies, Some(Procedure::Free)), &Budget::default());
    assert_eq!((explored.states, explored.moves), (2u8.into(), 5u8.into()));
}

#[test]
fn steps_that_are_chained_are_not_apart_though_they_share_no_variable() {
    let any = || Cond::All(Vec::new());
    let deed = |sets| Deed { needs: Vec::new(), phases: vec![vec![Way { when: any(), sets, events: Vec::new() }]] };
    let step = |id| Block::Step(OccurrenceId(id));
    let case = Case {
        sizes: vec![2, 2],
        initial: vec![vec![0, 0]],
        // The first two do nothing, and are taken in the order of the document.
        steps: vec![deed(Vec::new()), deed(Vec::new()), deed(vec![(any(), 0, 1)]), deed(vec![(any(), 1, 1)])],
        reactions: Vec::new(),
        faults: Vec::new(),
        plan: Block::Interleaved((0..4).map(step).collect()),
        chains: vec![(0, 1)],
        guards: Vec::new(),
        always: Vec::new(),
        health: vec![Cond::Is(0, 1), Cond::Is(1, 1)],
        drills: Vec::new(),
        rounds: Default::default(),
    };
    let copies = Copies { case, nodes: vec![None; 2] };
    same_orderings(&copies);
    let counted = count(&packed(&copies, None), &Budget::default()).unwrap();
    assert_eq!((counted.counts.total, counted.parts), (12u8.into(), 3));
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn fifty_interchangeable_nodes_have_as_many_states_as_the_formula_says() {
    let report = World::open(path("models/rolling-upgrade/fifty.toml")).unwrap().states(&Budget::default()).unwrap();
    let choose = |k: u64| (0..k).fold(BigUint::from(1u8), |sofar, i| sofar * (50 - i) / (i + 1));
    let expected: BigUint = (0..=25).map(choose).sum::<BigUint>() << 50u32;
    assert_eq!(report.finding.states, expected.to_string());
    assert_eq!(report.finding.looked_at, 12_051);
    assert!(!report.fails() && !report.undecided());
}

/// The orderings in which no node is drained while half of them are away, by how many are old, drained and upgraded.
fn good_orders(nodes: usize) -> BigUint {
    let mut counts = vec![vec![vec![BigUint::ZERO; nodes + 2]; nodes + 2]; nodes + 1];
    for old in 0..=nodes {
        for away in 0..=nodes - old {
            for upgraded in (0..=away).rev() {
                let drained = away - upgraded;
                let mut count = BigUint::from(u8::from(old + away == 0));
                if old > 0 && away < nodes / 2 {
                    count += &counts[old - 1][drained + 1][upgraded] * old;
                }
                if drained > 0 {
                    count += &counts[old][drained - 1][upgraded + 1] * drained;
                }
                if upgraded > 0 {
                    count += &counts[old][drained][upgraded - 1] * upgraded;
                }
                counts[old][drained][upgraded] = count;
            }
        }
    }
    counts[nodes][0][0].clone()
}

#[test]
fn fifty_interchangeable_nodes_in_any_order_are_decided_and_counted() {
    let runbook = Runbook::open(path("benches/any-order/fifty.md")).unwrap();
    let verdict = decide(runbook.system(), &Budget::default());
    assert_eq!(verdict.kind, Kind::OrderMatters);
    let counts = verdict.counts.as_ref().unwrap();
    let all = (1..=150u32).fold(BigUint::from(1u8), |product, factor| product * factor) / BigUint::from(6u8).pow(50);
    assert_eq!((&counts.total, &counts.good), (&all, &good_orders(50)));
    assert_eq!(counts.mixed, BigUint::ZERO);
    assert_eq!(verdict.counterexample.as_ref().unwrap().lost_after, Some(26));
    let answers: Vec<Answer> = verdict.claims.iter().map(|claim| claim.answer).collect();
    let unknown = Answer::Undecided(Limit::Positions);
    assert_eq!(answers, [Answer::Holds, Answer::Holds, Answer::Fails, unknown]);
    assert_eq!((verdict.fingerprint.as_ref(), verdict.classes.limit), (None, Some(Limit::Positions)));
    assert!(verdict.rules.as_ref().unwrap().admitted.is_none());
    certify(runbook.system(), verdict).unwrap();
    let card = runbook.card(&Asked::default(), &Budget::default()).unwrap();
    assert_eq!(card.limit.as_deref(), Some("positions"));
}

#[test]
fn the_rolling_upgrade_has_as_many_states_as_the_formula_says_and_few_are_looked_at() {
    for nodes in [2, 4, 6, 10, 12] {
        let explored = explore(&rolling::world(nodes as usize), &Budget::default());
        assert_eq!(explored.states, BigUint::from(rolling::states(nodes)));
        assert!(explored.looked_at < 500, "{}", explored.looked_at);
    }
}
