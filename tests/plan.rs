//! Plans, ways back and service against a checker that follows every run of random cases, one by one.

mod naive;

use naive::random::{Dice, pack, system};
use naive::{Case, Run, World, holds};
use proptest::prelude::*;
use runproof::base::{Budget, Tally};
use runproof::plan::{Found, Goal, NEVER, Node, Plan, Planner, Problem, find, watch};
use runproof::system::{State, System, VarId, Watch};
use std::collections::{BTreeMap, BTreeSet};

fn tally() -> Tally {
    Tally::start(&Budget::default(), "test")
}

fn bare(world: &World) -> Run {
    let (answers, events, broken) = Default::default();
    Run { world: world.clone(), answers, events, broken, refused: false, unsettled: false, endless: false, good: false }
}

type Ends = Option<BTreeSet<World>>;
/// What each step leads to, and what faults do.
type Out = (Vec<Ends>, Ends);

/// A graph of worlds: for each step its ends (None where it is refused, never settles or breaks what is kept), and what faults do.
struct Graph {
    moves: BTreeMap<World, Out>,
}

impl Graph {
    fn of(case: &Case, starts: &[World], keep: bool) -> Graph {
        let ends = |runs: BTreeSet<Run>| -> Option<BTreeSet<World>> {
            let lost = |run: &Run| run.refused || run.unsettled || keep && !run.broken.is_empty();
            if runs.iter().any(lost) { None } else { Some(runs.into_iter().map(|run| run.world).collect()) }
        };
        let mut moves = BTreeMap::new();
        let mut open: Vec<World> = starts.to_vec();
        while let Some(world) = open.pop() {
            if moves.contains_key(&world) {
                continue;
            }
            let run = bare(&world);
            let steps: Vec<_> = case.steps.iter().map(|deed| ends(case.attempt(deed, &run))).collect();
            let struck = ends(case.struck_once(&run));
            open.extend(steps.iter().flatten().flatten().cloned());
            open.extend(struck.iter().flatten().cloned());
            moves.insert(world, (steps, struck));
        }
        Graph { moves }
    }

    /// In how many steps at worst each world leads to a good one, by layers.
    fn values(&self, good: impl Fn(&World) -> bool) -> BTreeMap<World, u32> {
        let mut values: BTreeMap<World, u32> =
            self.moves.keys().filter(|world| good(world)).map(|world| (world.clone(), 0)).collect();
        for layer in 1.. {
            let before = values.clone();
            loop {
                let wins = |(world, (steps, struck)): &(&World, &Out)| {
                    let nearer = |ends: &BTreeSet<World>| ends.iter().all(|end| before.contains_key(end));
                    !values.contains_key(*world)
                        && struck.as_ref().is_some_and(|ends| ends.iter().all(|end| values.contains_key(end)))
                        && steps.iter().flatten().any(nearer)
                };
                let more: Vec<World> = self.moves.iter().filter(wins).map(|(world, _)| world.clone()).collect();
                if more.is_empty() {
                    break;
                }
                values.extend(more.into_iter().map(|world| (world, layer)));
            }
            if values.len() == before.len() {
                return values;
            }
        }
        unreachable!("there are finitely many worlds")
    }

    /// Whether one sequence of at most so many steps is right in all these worlds.
    fn blind(&self, worlds: &BTreeSet<World>, steps: u32, good: &impl Fn(&World) -> bool) -> bool {
        if worlds.iter().all(good) {
            return true;
        }
        let next = |step: usize| -> Option<BTreeSet<World>> {
            let ends = worlds.iter().map(|world| self.moves[world].0[step].clone());
            ends.collect::<Option<Vec<_>>>().map(|ends| ends.into_iter().flatten().collect())
        };
        let count = self.moves.values().next().map_or(0, |(steps, _)| steps.len());
        steps > 0 && (0..count).any(|step| next(step).is_some_and(|worlds| self.blind(&worlds, steps - 1, good)))
    }
}

/// The stable worlds that a case begins in; None where something never settles.
fn starts(case: &Case) -> Option<Vec<World>> {
    let runs = case.starts();
    if runs.iter().any(|run| run.unsettled) {
        return None;
    }
    let worlds: BTreeSet<World> = runs.into_iter().map(|run| run.world).collect();
    Some(worlds.into_iter().collect())
}

/// All that steps lead to from a world, if every outcome could be wished for.
fn wished_for(case: &Case, from: &World) -> BTreeSet<World> {
    let mut met = BTreeSet::new();
    let mut open = vec![from.clone()];
    while let Some(world) = open.pop() {
        if met.insert(world.clone()) {
            let runs = case.steps.iter().flat_map(|deed| case.attempt(deed, &bare(&world)));
            open.extend(runs.filter(|run| !run.refused && !run.unsettled).map(|run| run.world));
        }
    }
    met
}

fn looks(plan: &Plan) -> bool {
    let mut at = plan.root;
    loop {
        match &plan.nodes[at] {
            Node::Done => return false,
            Node::Look { .. } => return true,
            Node::Step { next, .. } => at = *next,
        }
    }
}

/// A plan carried out on worlds by hand: steps at worst.
fn carried_out(case: &Case, graph: &Graph, plan: &Plan, node: usize, world: &World) -> u32 {
    match &plan.nodes[node] {
        Node::Done => {
            assert!(case.good(&bare(world)), "a plan ends in a world that is not good");
            0
        }
        Node::Look { variables, cases } => {
            let seen: Vec<u8> = variables.iter().map(|var| world[var.0 as usize]).collect();
            let fits: Vec<usize> =
                cases.iter().filter(|(values, _)| values.contains(&seen)).map(|(_, next)| *next).collect();
            assert_eq!(fits.len(), 1, "a look does not tell what to do");
            carried_out(case, graph, plan, fits[0], world)
        }
        Node::Step { step, crashes, next } => {
            let (steps, struck) = &graph.moves[world];
            let ends = steps[step.0 as usize].as_ref().expect("a plan takes no step that may be refused");
            let after = ends.iter().map(|end| 1 + carried_out(case, graph, plan, *next, end)).max().unwrap();
            let struck = struck.as_ref().expect("what may strike is survived");
            let hit = struck.iter().map(|end| carried_out(case, graph, plan, crashes[0].1, end)).max();
            after.max(hit.unwrap_or(0))
        }
    }
}

fn agrees(case: &Case, keep: bool) -> Result<(), TestCaseError> {
    let Some(starts) = starts(case) else { return Ok(()) };
    let graph = Graph::of(case, &starts, keep);
    let good = |world: &World| case.good(&bare(world));
    let values = graph.values(good);
    let packed = system(case, Vec::new());
    let kept: Vec<u32> = if keep { (0..case.always.len() as u32).collect() } else { Vec::new() };
    let problem = Problem { keep: kept.clone(), ..Problem::new(&packed) };
    let watch = watch(&kept);
    let states: Vec<State> = starts.iter().map(|world| pack(world)).collect();
    match find(&problem, &watch, &states, &mut tally()) {
        Found::Plan(plan) => {
            let worst = starts.iter().map(|world| values.get(world).copied()).max().flatten();
            let all: Option<Vec<u32>> = starts.iter().map(|world| values.get(world).copied()).collect();
            prop_assert_eq!(all.map(|all| all.into_iter().max().unwrap()), Some(plan.steps));
            prop_assert_eq!(worst, Some(plan.steps));
            let done = starts.iter().map(|world| carried_out(case, &graph, &plan, plan.root, world)).max();
            prop_assert_eq!(done, Some(plan.steps));
            if case.faults.is_empty() {
                let blind = graph.blind(&starts.iter().cloned().collect(), plan.steps, &good);
                prop_assert_eq!(!looks(&plan), blind, "one looks where that is not needed, or the other way round");
            }
        }
        Found::Hopeless(hopeless) => {
            let lost: Vec<usize> = (0..starts.len()).filter(|at| !values.contains_key(&starts[*at])).collect();
            prop_assert_eq!(&hopeless.lost, &lost);
            prop_assert!(!lost.is_empty());
            // What is said never to hold holds in no world that any of the lost ones leads to.
            for at in lost {
                let reached = wished_for(case, &starts[at]);
                for part in &hopeless.never {
                    let somewhere = reached.iter().any(|world| holds(&case.health[*part], world));
                    prop_assert!(!somewhere || hopeless.lost.len() > 1);
                }
            }
        }
        Found::Undecided(limit) => prop_assert!(false, "undecided: {limit}"),
    }
    Ok(())
}

/// To the values that a world has in its first variables.
fn way_back(case: &Case, vars: usize) -> Result<(), TestCaseError> {
    let Some(starts) = starts(case) else { return Ok(()) };
    let graph = Graph::of(case, &starts, false);
    let packed: System = system(case, Vec::new());
    let home = &starts[0];
    let values = graph.values(|world| world[..vars] == home[..vars]);
    let goal = Goal::like(&packed, &pack(home), |var: VarId| (var.0 as usize) < vars);
    let nothing = Watch::nothing();
    let mut planner = Planner::new(Problem { goal, ..Problem::new(&packed) }, &nothing);
    for world in graph.moves.keys() {
        let place = planner.place(pack(world), &mut tally()).unwrap();
        let found = planner.value(place, &mut tally()).unwrap();
        prop_assert_eq!(found, values.get(world).copied().unwrap_or(NEVER));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_has_the_fewest_steps_at_worst_and_looks_only_where_it_must(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut case = Dice(bytes.iter()).case();
        case.faults.clear();
        agrees(&case, false)?;
    }

    #[test]
    fn a_plan_that_survives_faults_has_the_fewest_steps_at_worst(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        agrees(&Dice(bytes.iter()).case(), false)?;
    }

    #[test]
    fn what_is_to_be_kept_is_kept(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        agrees(&Dice(bytes.iter()).case(), true)?;
    }

    #[test]
    fn the_way_back_is_as_long_as_it_is(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut case = Dice(bytes.iter()).case();
        case.faults.clear();
        let vars = case.sizes.len();
        way_back(&case, vars)?;
        way_back(&case, 1)?;
    }
}
