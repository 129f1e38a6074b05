//! Service, best orders and ways back against a checker that follows every run of random cases, one by one.

mod naive;

use naive::random::{Dice, system};
use naive::{Case, Cond, Deed, Run, World, holds};
use proptest::prelude::*;
use runproof::base::{Budget, Tally};
use runproof::orderings::Lanes;
use runproof::plan::{Back, Distance, Gauge, Gauges, Grounds, Service, Ways, back, gauged, service};
use runproof::system::{Plan, Procedure, System, VarOrigin};
use std::collections::{BTreeMap, BTreeSet};

fn tally() -> Tally {
    Tally::start(&Budget::default(), "test")
}

/// As the lowering would name the variables: the first is whether a node is up, answers of `if`s are hidden.
fn named(case: &Case) -> System {
    let mut system = system(case, Vec::new());
    let origin = |index: usize| VarOrigin {
        name: index.to_string(),
        short: if index == 0 { "up".to_owned() } else { index.to_string() },
        node: (index == 0).then_some(0),
        values: Vec::new(),
        hidden: index >= case.sizes.len(),
        observable: true,
    };
    system.origins.vars = (0..system.layout.slots.len()).map(origin).collect();
    system
}

fn takes_down(deed: &Deed) -> bool {
    deed.phases.iter().flatten().any(|way| way.sets.iter().any(|(_, var, value)| (*var, *value) == (0, 0)))
}

/// The orderings that are looked at: the good ones, or all where there is none.
fn orderings(case: &Case) -> (bool, Vec<Vec<u32>>) {
    let all = case.orderings();
    let good = |ordering: &&Vec<u32>| case.runs(ordering).iter().all(|run| run.good);
    let kept: Vec<Vec<u32>> = all.iter().filter(good).cloned().collect();
    if kept.is_empty() { (false, all) } else { (true, kept) }
}

/// What may come of a step, with nothing broken before, and whether it is passed over.
fn take(case: &Case, id: u32, run: &Run) -> Vec<(Run, bool)> {
    let mut struck = BTreeSet::new();
    case.struck(Run { broken: BTreeSet::new(), ..run.clone() }, &mut struck);
    let mut ends = Vec::new();
    for run in struck.into_iter().filter(|run| !run.unsettled) {
        let mut answers = run.answers.clone();
        let mut follows = true;
        for (index, (when, _)) in case.guards.iter().enumerate().filter(|(_, (_, steps))| steps.contains(&id)) {
            let now = holds(when, &run.world);
            follows = follows && *answers.entry(index).or_insert(now);
        }
        let taken = case.take(id, run).into_iter().filter(|run| !run.refused && !run.unsettled);
        ends.extend(taken.map(|run| (run, !follows)));
    }
    ends
}

/// For each step the levels that break in some run of the orderings, if it is reached; and for each ordering its costs.
type Measured = (BTreeMap<u32, BTreeSet<u32>>, BTreeMap<Vec<u32>, (u32, u32)>);

fn measured(case: &Case, orders: &[Vec<u32>], gauges: &Gauges) -> Measured {
    let (mut steps, mut costs) = Measured::default();
    for ordering in orders {
        let starts = case.starts().into_iter().filter(|run| !run.unsettled);
        let bare = |run: Run| (Run { events: BTreeSet::new(), broken: BTreeSet::new(), ..run }, 0, 0);
        let mut runs: BTreeSet<(Run, u32, u32)> = starts.map(bare).collect();
        for id in ordering {
            let mut next = BTreeSet::new();
            for (run, without, restarts) in runs {
                // What a run that ends here saw before is seen as well.
                let mut struck = BTreeSet::new();
                case.struck(Run { broken: BTreeSet::new(), ..run.clone() }, &mut struck);
                let attempted = struck.into_iter().filter(|run| !run.unsettled).flat_map(|run| case.take(*id, run));
                steps.entry(*id).or_default().extend(attempted.flat_map(|run| run.broken));
                for (end, passed_over) in take(case, *id, &run) {
                    let count =
                        |gauge: &Gauge| gauge.levels.iter().take_while(|at| !end.broken.contains(at)).count() as u32;
                    let scarce = gauges.gauges.iter().any(|gauge| count(gauge) <= gauge.need);
                    let down = takes_down(&case.steps[*id as usize]);
                    let more = |counts: bool| u32::from(counts && !passed_over);
                    let (end, ..) = bare(end);
                    next.insert((end, without + more(scarce), restarts + more(down)));
                }
            }
            runs = next;
        }
        let worst = |cost: &dyn Fn(&(Run, u32, u32)) -> u32| runs.iter().map(cost).max().unwrap_or(0);
        costs.insert(ordering.clone(), (worst(&|run| run.1), worst(&|run| run.2)));
    }
    (steps, costs)
}

/// A case with conditions that measure behind its own.
fn with_gauges(case: &Case, providers: &[Vec<Cond>]) -> (Case, Gauges) {
    let mut case = case.clone();
    let mut gauges = Gauges { own: case.always.len() as u32, gauges: Vec::new() };
    for (at, by) in providers.iter().enumerate() {
        let mut levels = Vec::new();
        for level in 1..=by.len() {
            levels.push(case.always.len() as u32);
            let terms = by.iter().map(|cond| (1, cond.clone())).collect();
            case.always.push(Cond::Not(Box::new(Cond::AtMost(terms, level as i64 - 1))));
        }
        gauges.gauges.push(Gauge { need: 1 + (at as u32 % 2), levels, online: None });
    }
    (case, gauges)
}

fn served(case: &Case, providers: &[Vec<Cond>]) -> Result<(), TestCaseError> {
    let (good, orders) = orderings(case);
    if orders.is_empty() {
        return Ok(());
    }
    let (wider, gauges) = with_gauges(case, providers);
    let (packed, measuring) = (named(case), named(&wider));
    let lanes = Lanes::of(&packed, &mut tally()).unwrap();
    let watch = gauged(&measuring);
    let Procedure::Ordered(plan) = &measuring.procedure else { unreachable!() };
    let found: Service = service((&measuring, plan), (&gauges, &watch), &lanes, &mut tally()).unwrap();
    prop_assert_eq!(found.good, good);
    let (steps, costs) = measured(&wider, &orders, &gauges);
    for (id, worst) in (0u32..).zip(&found.steps) {
        let Some(broken) = steps.get(&id) else { continue };
        if !good {
            // Runs that end at a step tell what they saw, too; only good orders have none of these.
            continue;
        }
        let counts: Vec<u32> = gauges
            .gauges
            .iter()
            .map(|gauge| gauge.levels.iter().take_while(|at| !broken.contains(at)).count() as u32)
            .collect();
        prop_assert_eq!(&worst.counts, &counts);
        let own: Vec<u32> = broken.iter().copied().filter(|at| *at < gauges.own).collect();
        prop_assert_eq!(&worst.broken, &own);
    }
    if !good {
        prop_assert!(found.front.is_empty());
        return Ok(());
    }
    let better = |a: &(u32, u32), b: &(u32, u32)| a != b && a.0 <= b.0 && a.1 <= b.1;
    let front: BTreeSet<(u32, u32)> =
        costs.values().copied().filter(|cost| !costs.values().any(|other| better(other, cost))).collect();
    let told: BTreeSet<(u32, u32)> = found.front.iter().map(|best| (best.without, best.restarts)).collect();
    prop_assert_eq!(told, front);
    for best in &found.front {
        let ordering: Vec<u32> = best.ordering.iter().map(|id| id.0).collect();
        prop_assert_eq!(costs.get(&ordering), Some(&(best.without, best.restarts)));
    }
    Ok(())
}

/// In how many steps at worst each world leads to a good one.
fn values(case: &Case, from: &BTreeSet<World>, good: impl Fn(&World) -> bool) -> BTreeMap<World, u32> {
    let bare = |world: &World| {
        let (answers, events, broken) = Default::default();
        Run {
            world: world.clone(),
            answers,
            events,
            broken,
            refused: false,
            unsettled: false,
            endless: false,
            good: false,
        }
    };
    let mut moves: BTreeMap<World, Vec<BTreeSet<World>>> = BTreeMap::new();
    let mut open: Vec<World> = from.iter().cloned().collect();
    while let Some(world) = open.pop() {
        if moves.contains_key(&world) {
            continue;
        }
        let sure = |deed: &Deed| {
            let runs = case.attempt(deed, &bare(&world));
            let lost = runs.iter().any(|run| run.refused || run.unsettled);
            (!lost).then(|| runs.into_iter().map(|run| run.world).collect::<BTreeSet<World>>())
        };
        let steps: Vec<BTreeSet<World>> = case.steps.iter().filter_map(sure).collect();
        open.extend(steps.iter().flatten().cloned());
        moves.insert(world, steps);
    }
    let mut values: BTreeMap<World, u32> =
        moves.keys().filter(|world| good(world)).map(|world| (world.clone(), 0)).collect();
    for layer in 1.. {
        let nearer = |ends: &BTreeSet<World>| ends.iter().all(|end| values.contains_key(end));
        let wins =
            |(world, steps): &(&World, &Vec<BTreeSet<World>>)| !values.contains_key(*world) && steps.iter().any(nearer);
        let more: Vec<World> = moves.iter().filter(wins).map(|(world, _)| world.clone()).collect();
        if more.is_empty() {
            break;
        }
        values.extend(more.into_iter().map(|world| (world, layer)));
    }
    values
}

fn ways_back(case: &Case) -> Result<(), TestCaseError> {
    let (good, orders) = orderings(case);
    if orders.is_empty() {
        return Ok(());
    }
    let packed = named(case);
    let mut every_step = packed.clone();
    every_step.faults.clear();
    every_step.procedure = Procedure::Free;
    let routine = vec![true; every_step.steps.len()];
    let grounds = Grounds { system: &packed, every_step: &every_step, routine };
    let lanes = Lanes::of(&packed, &mut tally()).unwrap();
    let plan: &Plan = match &packed.procedure {
        Procedure::Ordered(plan) => plan,
        Procedure::Free => unreachable!(),
    };
    let found: Back = back(&grounds, plan, &lanes, (&mut tally(), &tally)).unwrap();
    prop_assert_eq!(found.good, good);
    let mut after: BTreeMap<u32, BTreeSet<(World, World)>> = BTreeMap::new();
    for start in case.starts().into_iter().filter(|run| !run.unsettled) {
        for ordering in &orders {
            let mut runs = BTreeSet::from([start.clone()]);
            for id in ordering {
                runs = runs.iter().flat_map(|run| take(case, *id, run)).map(|(run, _)| run).collect();
                after.entry(*id).or_default().extend(runs.iter().map(|run| (run.world.clone(), start.world.clone())));
            }
        }
    }
    let fresh = |world: &World| {
        let (answers, events, broken) = Default::default();
        Run {
            world: world.clone(),
            answers,
            events,
            broken,
            refused: false,
            unsettled: false,
            endless: false,
            good: false,
        }
    };
    let worst = |all: Vec<Option<u32>>| match all.iter().copied().collect::<Option<Vec<u32>>>() {
        Some(all) => all.into_iter().max().map_or(Distance::Nowhere, Distance::Steps),
        None => Distance::Never,
    };
    for (id, ways) in (0u32..).zip(&found.after) {
        let here = after.get(&id).cloned().unwrap_or_default();
        let start = here.iter().map(|(world, home)| {
            values(case, &BTreeSet::from([world.clone()]), |other| other == home).get(world).copied()
        });
        let healthy = here.iter().map(|(world, _)| {
            values(case, &BTreeSet::from([world.clone()]), |other| case.good(&fresh(other))).get(world).copied()
        });
        prop_assert_eq!(*ways, Ways { start: worst(start.collect()), healthy: worst(healthy.collect()) });
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_served_and_the_best_orders_are_those_of_all_runs_one_by_one(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        providers in proptest::collection::vec(proptest::collection::vec((any::<u8>(), any::<u8>()), 2..4), 1..3),
    ) {
        let case = Dice(bytes.iter()).case_of(&[3, 4, 4, 5]);
        let vars = case.sizes.len();
        let cond = |(var, value): &(u8, u8)| {
            let var = *var as usize % vars;
            Cond::Is(var, value % case.sizes[var])
        };
        let providers: Vec<Vec<Cond>> = providers.iter().map(|by| by.iter().map(cond).collect()).collect();
        served(&case, &providers)?;
    }

    #[test]
    fn ways_back_are_as_long_as_those_from_every_world_one_by_one(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        ways_back(&Dice(bytes.iter()).case_of(&[3, 4, 4, 5]))?;
    }
}
