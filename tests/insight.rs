//! Where a run was lost, whose doing that was, and what could still be done: against brute force on random worlds.

mod naive;

use naive::random::{Dice, pack, system};
use naive::{Case, Run, holds};
use proptest::prelude::*;
use runproof::base::{Budget, Tally};
use runproof::explain::rescue;
use runproof::orderings::{Beyond, decide};
use runproof::system::System;
use runproof::trace::{Actor, Fire, Trace};
use runproof::verdict::{Counterexample, Ending, Verdict, Whose};
use std::collections::{BTreeMap, BTreeSet};

/// Follows a trace, move by move: where the run is at the start, and after each step; the last may be cut short.
fn follow(case: &Case, trace: &Trace) -> Vec<Run> {
    let world = case.initial[trace.initial as usize].clone();
    let (answers, events, broken) = Default::default();
    let mut run = Run { world, answers, events, broken, refused: false, unsettled: false, endless: false, good: false };
    run = fire(case, run, &trace.settle);
    let mut places = vec![run.clone()];
    for turn in &trace.turns {
        let ways = match turn.actor {
            Actor::Fault(fault) => vec![&case.faults[fault.0 as usize].1],
            Actor::Occurrence(id) => case.steps[id.0 as usize].phases.iter().collect(),
            Actor::Step(_) => unreachable!("a runbook has occurrences"),
        };
        if let Actor::Occurrence(id) = turn.actor {
            if turn.phases.is_empty() {
                // Refused, passed over, or a step that does nothing: there is one way only.
                run = case.take(id.0, run).pop_first().unwrap();
            } else {
                answered(case, id.0, &mut run);
            }
        }
        for (ways, phase) in ways.into_iter().zip(&turn.phases) {
            if let Some(outcome) = phase.outcome {
                run = fire(case, case.go(&ways[outcome as usize], &run), &phase.settle);
            }
        }
        if matches!(turn.actor, Actor::Occurrence(_)) {
            places.push(run.clone());
        }
    }
    if matches!(trace.turns.last(), Some(turn) if matches!(turn.actor, Actor::Fault(_))) {
        places.push(run);
    }
    places
}

/// Remembers what the `if`s around a step said when they were looked at first.
fn answered(case: &Case, id: u32, run: &mut Run) {
    for (index, (when, _)) in case.guards.iter().enumerate().filter(|(_, (_, steps))| steps.contains(&id)) {
        let now = holds(when, &run.world);
        run.answers.entry(index).or_insert(now);
    }
}

fn fire(case: &Case, mut run: Run, fires: &[Fire]) -> Run {
    for fire in fires {
        run = case.go(&case.reactions[fire.reaction.0 as usize].1[fire.outcome as usize], &run);
    }
    let possible = |ways: &[naive::Way]| ways.iter().any(|way| holds(&way.when, &run.world));
    let stable = !case.reactions.iter().any(|(when, ways)| holds(when, &run.world) && possible(ways));
    run.unsettled = !stable;
    if stable {
        run.broken.extend((0..).zip(&case.always).filter(|(_, it)| !holds(it, &run.world)).map(|(index, _)| index));
    }
    run
}

/// Whether some order of the rest ends well from here, whatever happens.
fn hopeful(case: &Case, orderings: &[Vec<u32>], prefix: &[u32], run: &Run) -> bool {
    orderings.iter().filter(|ordering| ordering.starts_with(prefix)).any(|ordering| {
        let ends = case.runs_from(BTreeSet::from([run.clone()]), &ordering[prefix.len()..]);
        ends.iter().all(|run| case.good(run))
    })
}

fn lost(case: &Case, orderings: &[Vec<u32>], shown: &Counterexample) -> Option<(usize, Whose)> {
    let ordering: Vec<u32> = shown.ordering.iter().map(|id| id.0).collect();
    let places = follow(case, &shown.trace);
    let steps = (0..places.len()).find(|steps| !hopeful(case, orderings, &ordering[..*steps], &places[*steps]))?;
    let others = match steps.checked_sub(1) {
        None => case.starts(),
        Some(before) => case.runs_from(BTreeSet::from([places[before].clone()]), &ordering[before..steps]),
    };
    let luck = others.iter().any(|other| hopeful(case, orderings, &ordering[..steps], other));
    Some((steps, if luck { Whose::Luck } else { Whose::Operators }))
}

fn shown(verdict: &Verdict) -> impl Iterator<Item = &Counterexample> {
    let classes = verdict.classes.classes.iter().map(|class| &class.shortest);
    let witnesses = verdict.claims.iter().filter_map(|claim| claim.witness.as_ref());
    let all = verdict.counterexample.iter().chain(classes).chain(witnesses);
    all.filter(|shown| !matches!(shown.ending, Ending::Healthy | Ending::Witness))
}

/// In how many steps, at worst, a good end can be had from a world without faults, for each world from which it can.
fn ranks(case: &Case, from: &Run) -> BTreeMap<Vec<u8>, usize> {
    let bare =
        |run: &Run| Run { answers: BTreeMap::new(), events: BTreeSet::new(), broken: BTreeSet::new(), ..run.clone() };
    // Where a step was refused, nothing has changed.
    let mut met = BTreeSet::from([Run { refused: false, ..bare(from) }]);
    let mut choices: Vec<(Run, BTreeSet<Run>)> = Vec::new();
    let mut todo: Vec<Run> = met.iter().cloned().collect();
    while let Some(run) = todo.pop() {
        for deed in &case.steps {
            let ends: BTreeSet<Run> = case.attempt(deed, &run).iter().map(bare).collect();
            if ends.iter().all(|end| !end.refused && !end.unsettled) {
                todo.extend(ends.iter().filter(|end| met.insert((*end).clone())).cloned());
                choices.push((run.clone(), ends));
            }
        }
    }
    let mut ranks: BTreeMap<Run, usize> = met.iter().filter(|run| case.good(run)).map(|run| (run.clone(), 0)).collect();
    for rank in 1.. {
        let won = |(run, ends): &&(Run, BTreeSet<Run>)| {
            !ranks.contains_key(run) && ends.iter().all(|end| ranks.contains_key(end))
        };
        let new: Vec<Run> = choices.iter().filter(won).map(|(run, _)| run.clone()).collect();
        if new.is_empty() {
            break;
        }
        ranks.extend(new.into_iter().map(|run| (run, rank)));
    }
    ranks.into_iter().map(|(run, rank)| (run.world, rank)).collect()
}

fn same_repairs(case: &Case, system: &System, shown: &Counterexample) {
    let mut tally = Tally::start(&Budget::default(), "test");
    let places = follow(case, &shown.trace);
    for place in places.iter().filter(|place| !place.unsettled) {
        let way = Beyond::new(system).way(pack(&place.world), &mut tally).unwrap();
        let rank = ranks(case, place).get(&place.world).copied();
        assert_eq!(way.map(|way| way.steps.len()), rank, "from {:?}", place.world);
    }
    let Some(told) = rescue(system, system, shown, &mut tally) else {
        return assert!(matches!(shown.ending, Ending::Unsettled(_)));
    };
    let from = |steps: &usize| ranks(case, &places[*steps]).get(&places[*steps].world).copied();
    let end = places.len() - 1;
    assert_eq!(told.limit, None);
    match from(&end) {
        Some(rank) => assert_eq!((told.beyond_after, told.steps.len()), (None, rank)),
        None => {
            let last_way = (0..end).rev().find(|steps| from(steps).is_some());
            assert_eq!(told.beyond_after, Some(last_way.map_or(0, |steps| steps + 1)));
        }
    }
    for states in 0..8 {
        let mut tally = Tally::start(&Budget { states: Some(states), ..Budget::default() }, "test");
        let partial = rescue(system, system, shown, &mut tally).unwrap();
        assert!(partial.limit.as_deref() == Some("states") && partial.steps.is_empty() || partial == told);
    }
}

fn cases() -> impl Strategy<Value = (Case, System)> {
    prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| {
        let mut dice = Dice(bytes.iter());
        let case = dice.case();
        let claims = dice.claims(&case);
        let system = system(&case, claims);
        (case, system)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 320, max_shrink_iters: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_run_that_is_not_good_says_where_it_was_lost_and_whose_doing_that_was((case, system) in cases()) {
        let orderings = case.orderings();
        for shown in shown(&decide(&system, &Budget::default())) {
            assert_eq!(shown.insight.lost, lost(&case, &orderings, shown));
        }
    }

    #[test]
    fn what_could_still_be_done_is_the_shortest_plan_that_works_whatever_comes_of_it((case, system) in cases()) {
        for shown in decide(&system, &Budget::default()).counterexample.iter() {
            same_repairs(&case, &system, shown);
        }
    }

    #[test]
    fn without_choices_of_the_environment_the_run_is_lost_where_its_ordering_is((case, system) in cases()) {
        let verdict = decide(&system, &Budget::default());
        let determined = case.orderings().iter().all(|ordering| case.runs(ordering).len() == 1);
        if let Some(shown) = verdict.counterexample.filter(|_| determined && case.starts().len() == 1) {
            let lost = shown.insight.lost.map(|(steps, _)| steps).filter(|steps| *steps < shown.ordering.len());
            assert_eq!(lost, shown.lost_after);
            assert_ne!(shown.insight.lost.map(|(_, whose)| whose), Some(Whose::Luck));
        }
    }
}
