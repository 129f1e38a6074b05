//! Reductions change how much is looked at and nothing else: random systems, decided with and without each.

mod agreeing;
mod naive;

use agreeing::reduced::same_with_and_without;
use naive::random::{Dice, system};
use naive::{Case, Cond, Deed, Way};
use proptest::prelude::*;
use runproof::base::Budget;
use runproof::engine::{Census, Engine, Packed, census};
use runproof::orderings::decide;
use runproof::system::{Block, Claim, OccurrenceId, Procedure, System};

fn cases() -> impl Strategy<Value = (naive::Case, Vec<Claim>)> {
    prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| {
        let mut dice = Dice(bytes.iter());
        let case = dice.case();
        let claims = dice.claims(&case);
        (if dice.chance(2) { dice.doubled(&case) } else { case }, claims)
    })
}

/// As many states as the engine finds, and numbers that can be.
fn same_census(case: &naive::Case, system: &System) {
    let Census { states, values, without, steps, .. } =
        census(system, &mut runproof::base::Tally::start(&Budget::default(), "test"));
    assert!(without.iter().all(|without| *without <= states && *without * 64 >= states));
    let starts = case.starts();
    for (var, size) in case.sizes.iter().enumerate() {
        let met: u64 = starts.iter().filter(|run| !run.unsettled).map(|run| 1 << run.world[var]).fold(0, |a, b| a | b);
        assert_eq!(met & !values[var], 0, "the values at the start are met");
        assert_eq!(values[var] >> size, 0, "there are no other values");
    }
    assert!(steps.iter().all(|step| step.refused <= step.tried && step.tried <= states));
    assert_eq!(Packed.facts(system, &Budget::default()).map(|facts| facts.states), Ok(states));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_reduction_changes_what_is_said((case, claims) in cases()) {
        same_with_and_without(&system(&case, claims));
    }

    #[test]
    fn a_census_counts_what_is_there((case, _) in cases()) {
        let mut system = system(&case, Vec::new());
        same_census(&case, &system);
        system.procedure = Procedure::Free;
        same_census(&case, &system);
    }
}

#[test]
fn among_the_random_systems_are_some_with_fields_written_alike_and_some_with_nearly_such() {
    let mut next = 1u64;
    let mut byte = || {
        next = next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (next >> 56) as u8
    };
    let (mut alike, mut nearly) = (0, 0);
    for _ in 0..200 {
        let bytes: Vec<u8> = (0..400).map(|_| byte()).collect();
        let mut dice = Dice(bytes.iter());
        let case = dice.case();
        let system = system(&dice.doubled(&case), Vec::new());
        match system.merged() {
            None => nearly += 1,
            Some(_) => {
                alike += 1;
                same_with_and_without(&system);
            }
        }
    }
    assert!(alike > 50 && nearly > 25, "{alike} alike, {nearly} nearly");
}

#[test]
fn a_variable_that_some_outcome_keeps_is_not_forgotten_before_it() {
    let any = || Cond::All(Vec::new());
    let way = |var, value| Way { when: any(), sets: vec![(any(), var, value)], events: Vec::new() };
    let case = Case {
        sizes: vec![2, 2],
        initial: vec![vec![1, 0]],
        // One outcome writes the first variable, the other leaves it as it was, and health reads it.
        steps: vec![Deed { needs: Vec::new(), phases: vec![vec![way(0, 0), way(1, 1)]] }],
        reactions: Vec::new(),
        faults: Vec::new(),
        plan: Block::Step(OccurrenceId(0)),
        chains: Vec::new(),
        guards: Vec::new(),
        always: Vec::new(),
        health: vec![Cond::Is(0, 0)],
        drills: Vec::new(),
        rounds: Default::default(),
    };
    let system = system(&case, Vec::new());
    same_with_and_without(&system);
    let counts = decide(&system, &Budget::default()).counts.unwrap();
    assert_eq!((counts.total, counts.mixed), (1u8.into(), 1u8.into()));
}
