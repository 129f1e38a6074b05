//! Both engines on a world whose states can be counted by hand, and under limits.

mod rolling;

use runproof::base::{Budget, Limit};
use runproof::engine::{Engine, Facts, Packed, Stateright};
use runproof::orderings::explore;

const ENGINES: [&dyn Engine; 2] = [&Packed, &Stateright];

#[test]
fn the_rolling_upgrade_has_as_many_states_as_the_formula_says() {
    for nodes in [2, 4, 6] {
        let expected = Facts { states: rolling::states(nodes), bad: false };
        for engine in ENGINES {
            assert_eq!(
                engine.facts(&rolling::world(nodes as usize), &Budget::default()),
                Ok(expected),
                "{}",
                engine.name()
            );
        }
    }
    assert_eq!(rolling::states(10), 653_312);
    assert_eq!(rolling::states(12), 10_280_960);
}

#[test]
fn a_limit_on_states_stops_every_engine_without_a_verdict() {
    let budget = Budget { states: Some(100), ..Budget::default() };
    for engine in ENGINES {
        let stopped = engine.facts(&rolling::world(6), &budget).unwrap_err();
        assert_eq!(stopped.limit, Limit::States);
        let met = 100..rolling::states(6);
        assert!(met.contains(&stopped.states), "{} met {} states", engine.name(), stopped.states);
    }
}

#[test]
fn a_limit_on_memory_stops_every_engine_without_a_verdict() {
    let budget = Budget { memory: Some(10_000), ..Budget::default() };
    for engine in ENGINES {
        assert_eq!(engine.facts(&rolling::world(6), &budget).unwrap_err().limit, Limit::Memory);
    }
}

#[test]
fn whoever_cancels_is_heard() {
    let budget = Budget::default();
    budget.cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
    for engine in ENGINES {
        assert_eq!(engine.facts(&rolling::world(6), &budget).unwrap_err().limit, Limit::Cancelled);
    }
}

#[test]
fn what_was_found_before_a_limit_is_kept() {
    let mut world = rolling::world(6);
    world.always = vec![world.steps[0].needs[0].clone()];
    let explored = explore(&world, &Budget { states: Some(100), ..Budget::default() });
    assert_eq!(explored.undecided, Some(Limit::States));
    let (trace, _) = explored.violation.expect("the first step breaks it");
    assert_eq!(trace.turns.len(), 1);
}
