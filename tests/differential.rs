//! Random small systems, decided by the engines and by a naive checker that lists orderings and runs one by one.

mod agreeing;
mod naive;

use agreeing::{same_counts, same_liveness};
use naive::random::{Dice, system};
use naive::{Case, Run};
use proptest::prelude::*;
use runproof::base::Budget;
use runproof::certify::certify_exploration;
use runproof::engine::{Engine, Facts, Packed, Stateright};
use runproof::orderings::explore;
use runproof::system::{Claim, Procedure};
use std::collections::BTreeSet;

/// Distinct stable worlds, and the fewest turns after which something goes wrong.
fn explore_naively(case: &Case) -> (usize, Option<usize>) {
    let wrong = |runs: &BTreeSet<Run>| runs.iter().any(|run| run.unsettled || !run.broken.is_empty());
    let starts = case.starts();
    let mut violation = wrong(&starts).then_some(0);
    let fresh = |run: Run| Run { events: BTreeSet::new(), broken: BTreeSet::new(), ..run };
    let stable = |runs: BTreeSet<Run>| runs.into_iter().filter(|run| !run.unsettled && !run.refused).map(fresh);
    let mut layer: BTreeSet<Run> = stable(starts).collect();
    let mut seen = layer.clone();
    for turns in 1.. {
        let mut next = BTreeSet::new();
        for run in &layer {
            let mut moves: Vec<BTreeSet<Run>> = case.steps.iter().map(|deed| case.attempt(deed, run)).collect();
            moves.push(case.struck_once(run));
            for runs in moves {
                violation = violation.or(wrong(&runs).then_some(turns));
                next.extend(stable(runs).filter(|run| seen.insert(run.clone())));
            }
        }
        if next.is_empty() {
            break;
        }
        layer = next;
    }
    (seen.len(), violation)
}

fn same_exploration(case: &Case) {
    let mut system = system(case, Vec::new());
    system.procedure = Procedure::Free;
    let (states, violation) = explore_naively(case);
    let explored = explore(&system, &Budget::default());
    assert_eq!(explored.states, states.into());
    assert_eq!(explored.undecided, None);
    assert_eq!(explored.violation.as_ref().map(|(trace, _)| trace.turns.len()), violation);
    if let Some((trace, ending)) = &explored.violation {
        certify_exploration(&system, trace, ending).unwrap();
    }
    let facts = Facts { states: states as u64, bad: violation.is_some() };
    assert_eq!(Packed.facts(&system, &Budget::default()), Ok(facts));
    assert_eq!(Stateright.facts(&system, &Budget::default()), Ok(facts));
}

fn cases() -> impl Strategy<Value = (Case, Vec<Claim>)> {
    prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| {
        let mut dice = Dice(bytes.iter());
        let case = dice.case();
        let claims = dice.claims(&case);
        (case, claims)
    })
}

/// Small cases in which something goes round.
fn rounds() -> impl Strategy<Value = (Case, Vec<Claim>)> {
    prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| {
        let mut dice = Dice(bytes.iter());
        let case = dice.case_of(&[2, 3, 3, 4]);
        let case = dice.going_round(&case);
        let claims = dice.claims(&case);
        (case, claims)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn engines_and_the_naive_checker_agree_on_every_ordering((case, claims) in cases()) {
        same_counts(&case, &system(&case, claims));
    }

    #[test]
    fn they_agree_on_what_goes_round((case, claims) in rounds()) {
        same_counts(&case, &system(&case, claims));
    }

    #[test]
    fn they_agree_on_a_world_with_reactions_that_take_time((case, _) in rounds()) {
        same_exploration(&case);
    }

    #[test]
    fn engines_and_the_naive_checker_agree_on_a_world_explored_alone((case, _) in cases()) {
        same_exploration(&case);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn they_agree_on_what_comes_at_last((case, _) in rounds()) {
        same_liveness(&case, &system(&naive::fair(&case), Vec::new()));
    }
}
