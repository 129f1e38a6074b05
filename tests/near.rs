//! What is near an ordering, what may be moved, what is drawn by chance, and the freest lists: against lists of all orderings.

mod naive;

use naive::Case;
use naive::random::{Dice, system};
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::{Budget, Limit, Tally};
use runproof::orderings::{Study, Which};
use runproof::system::{Block, OccurrenceId, System};
use runproof::verdict::Nearest;
use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

type Ordering = Vec<u32>;

fn ids(ordering: &[u32]) -> Vec<OccurrenceId> {
    ordering.iter().copied().map(OccurrenceId).collect()
}

fn numbers(ordering: &[OccurrenceId]) -> Ordering {
    ordering.iter().map(|id| id.0).collect()
}

fn tally() -> Tally {
    Tally::start(&Budget::default(), "test")
}

/// All orderings in the document's order, the good ones and the others.
fn sorted(case: &Case) -> (BTreeSet<Ordering>, BTreeSet<Ordering>) {
    case.orderings().into_iter().partition(|ordering| case.runs(ordering).iter().all(|run| run.good))
}

fn swaps(from: &[u32], to: &[u32]) -> Option<u64> {
    let place = |id: &u32| from.iter().position(|other| other == id);
    let places: Vec<usize> = to.iter().map(place).collect::<Option<_>>()?;
    let inversions = (0..places.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    let inversions = inversions.filter(|(a, b)| places[*a] > places[*b]).count();
    (to.len() == from.len()).then_some(inversions as u64)
}

/// Steps of the first that are not kept in order, and steps of the second that the first has not.
fn moves(from: &[u32], to: &[u32]) -> u64 {
    let mut kept = vec![vec![0; to.len() + 1]; from.len() + 1];
    for (i, a) in from.iter().enumerate() {
        for (j, b) in to.iter().enumerate() {
            kept[i + 1][j + 1] = if a == b { kept[i][j] + 1 } else { kept[i][j + 1].max(kept[i + 1][j]) };
        }
    }
    let added = to.iter().filter(|id| !from.contains(id)).count();
    (from.len() - kept[from.len()][to.len()] + added) as u64
}

/// The first with the least distance.
fn nearest(good: &BTreeSet<Ordering>, distance: impl Fn(&Ordering) -> Option<u64>) -> Option<(u64, Ordering)> {
    good.iter().filter_map(|to| distance(to).map(|far| (far, to.clone()))).min()
}

fn found(nearest: Option<Nearest>) -> Option<(u64, Ordering)> {
    nearest.map(|nearest| (nearest.distance, numbers(&nearest.ordering)))
}

fn same_distances(study: &mut Study<'_>, good: &BTreeSet<Ordering>, all: &BTreeSet<Ordering>) {
    for from in all {
        let by_swaps = study.nearest_by_swaps(&ids(from), &mut tally()).unwrap();
        assert_eq!(found(by_swaps), nearest(good, |to| swaps(from, to)), "swaps from {from:?}");
        let by_moves = study.nearest_by_moves(&ids(from), &mut tally()).unwrap();
        assert_eq!(found(by_moves), nearest(good, |to| Some(moves(from, to))), "moves from {from:?}");
    }
}

fn same_slack(study: &mut Study<'_>, steps: u32, good: &BTreeSet<Ordering>) {
    let slack = study.slack(&mut tally()).unwrap();
    assert_eq!(slack.len() as u32, steps);
    for (id, slack) in (0..).zip(&slack) {
        let places: Vec<usize> =
            good.iter().filter_map(|it| it.iter().position(|other| *other == id)).map(|place| place + 1).collect();
        let ends = places.iter().min().zip(places.iter().max()).map(|(first, last)| (*first, *last));
        assert_eq!((slack.step.0, slack.places), (id, ends));
        assert_eq!(slack.left_out, good.iter().any(|ordering| !ordering.contains(&id)));
    }
    let mut free = BTreeSet::new();
    for (a, b) in (0..steps).flat_map(|b| (0..b).map(move |a| (a, b))) {
        let beside = |ordering: &&Ordering| ordering.windows(2).any(|two| two == [a, b] || two == [b, a]);
        let exchanged = |ordering: &Ordering| -> Ordering {
            ordering
                .iter()
                .map(|id| {
                    if *id == a {
                        b
                    } else if *id == b {
                        a
                    } else {
                        *id
                    }
                })
                .collect()
        };
        let mut met = good.iter().filter(beside).peekable();
        if met.peek().is_some() && met.all(|ordering| good.contains(&exchanged(ordering))) {
            free.insert((a, b));
        }
    }
    let neighbours = study.neighbours(&mut tally()).unwrap();
    assert_eq!(neighbours.iter().map(|(a, b)| (a.0, b.0)).collect::<Vec<_>>(), free.into_iter().collect::<Vec<_>>());
}

fn same_leeway(study: &mut Study<'_>, good: &BTreeSet<Ordering>, all: &BTreeSet<Ordering>) {
    for ordering in all {
        let leeway = study.leeway(&ids(ordering), &mut tally()).unwrap();
        assert_eq!(leeway.is_some(), good.contains(ordering));
        for (at, leeway) in leeway.iter().flatten().enumerate() {
            let moved = |to: usize| {
                let mut moved = ordering.clone();
                let id = moved.remove(at);
                moved.insert(to, id);
                good.contains(&moved)
            };
            assert_eq!(leeway.earlier, (0..at).rev().take_while(|to| moved(*to)).count());
            assert_eq!(leeway.later, (at + 1..ordering.len()).take_while(|to| moved(*to)).count());
        }
    }
}

fn same_members(study: &mut Study<'_>, which: Which, members: &BTreeSet<Ordering>) {
    let listed: Vec<Ordering> = study.orderings(which, &mut tally()).unwrap().map(|it| numbers(&it)).collect();
    assert_eq!(listed, members.iter().cloned().collect::<Vec<_>>());
    let many = if members.len() > 12 { 20 } else { 60 * members.len() };
    let drawn = study.samples(which, (many, 5), &mut tally()).unwrap();
    assert_eq!(drawn, study.samples(which, (many, 5), &mut tally()).unwrap());
    assert_eq!(drawn.len(), if members.is_empty() { 0 } else { many });
    let seen: BTreeSet<Ordering> = drawn.iter().map(|it| numbers(it)).collect();
    assert!(seen.is_subset(members));
    assert!(members.len() > 12 || seen == *members, "each is drawn sooner or later");
}

fn sound_lists(case: &Case, study: &mut Study<'_>, good: &BTreeSet<Ordering>) {
    let Some(freest) = study.freest(&mut tally()).unwrap() else { return };
    assert!(freest.proved_fewest);
    let allowed = Case { plan: freest.root, ..case.clone() }.orderings();
    assert!(!allowed.is_empty() && allowed.iter().all(|ordering| good.contains(ordering)));
    assert_eq!(freest.orderings, BigUint::from(allowed.len()));
    assert_eq!(freest.given_up, BigUint::from(good.len() - allowed.len()));
}

fn same(case: &Case) {
    let (good, bad) = sorted(case);
    let all: BTreeSet<Ordering> = good.union(&bad).cloned().collect();
    let system = system(case, Vec::new());
    let study = &mut Study::of(&system, &mut tally()).unwrap();
    same_distances(study, &good, &all);
    same_slack(study, case.steps.len() as u32, &good);
    same_leeway(study, &good, &all);
    same_members(study, Which::Good, &good);
    same_members(study, Which::NotGood, &bad);
    let first = study.first_not_good(&mut tally()).unwrap();
    assert_eq!(first.map(|it| numbers(&it)), bad.first().cloned());
    sound_lists(case, study, &good);
}

/// Which pairs of `steps` stand in their order: bit `a * steps + b` for a before b.
fn pairs(ordering: &[u32], steps: usize) -> u32 {
    let places = (0..ordering.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    places.map(|(a, b)| 1 << (ordering[a] as usize * steps + ordering[b] as usize)).sum()
}

/// The partial orders of all trees of sequences and interleavings over some of `steps`.
fn trees(some: &[u32], steps: usize) -> BTreeSet<u32> {
    let mut orders = BTreeSet::new();
    if some.len() == 1 {
        orders.insert(0);
    }
    for choice in 1..(1u32 << some.len()) - 1 {
        let (one, other): (Vec<(usize, &u32)>, Vec<_>) =
            some.iter().enumerate().partition(|(at, _)| choice >> at & 1 == 1);
        let [one, other] = [one, other].map(|part| part.into_iter().map(|(_, id)| *id).collect::<Vec<u32>>());
        let across: u32 = one.iter().flat_map(|a| other.iter().map(move |b| pairs(&[*a, *b], steps))).sum();
        let others = trees(&other, steps);
        for first in trees(&one, steps) {
            orders.extend(others.iter().flat_map(|second| [first | second, first | second | across]));
        }
    }
    orders
}

fn all_trees(steps: usize) -> &'static BTreeSet<u32> {
    static FOUR: OnceLock<BTreeSet<u32>> = OnceLock::new();
    static FIVE: OnceLock<BTreeSet<u32>> = OnceLock::new();
    let known = if steps == 5 { &FIVE } else { &FOUR };
    known.get_or_init(|| trees(&(0..steps as u32).collect::<Vec<_>>(), steps))
}

/// The fewest bound pairs, and the most orderings with so many.
fn fewest(good: &BTreeSet<Ordering>, bad: &BTreeSet<Ordering>, steps: usize) -> Option<(u32, usize)> {
    let [good, bad] = [good, bad].map(|set| set.iter().map(|it| pairs(it, steps)).collect::<Vec<u32>>());
    let fine = all_trees(steps).iter().filter(|order| bad.iter().all(|it| it & *order != **order));
    let measured = fine.map(|order| {
        let orderings = good.iter().filter(|it| *it & order == *order).count();
        (order.count_ones(), std::cmp::Reverse(orderings))
    });
    measured.min().map(|(bound, orderings)| (bound, orderings.0)).filter(|_| !good.is_empty())
}

/// The first steps of a case, in any order.
fn free(mut case: Case, steps: usize) -> Case {
    case.steps.truncate(steps);
    case.plan = Block::Interleaved((0..case.steps.len() as u32).map(|id| Block::Step(OccurrenceId(id))).collect());
    case.chains.clear();
    case.guards.clear();
    case
}

fn cases() -> impl Strategy<Value = Case> {
    prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| Dice(bytes.iter()).case())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 320, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_near_what_is_drawn_and_what_is_free_agree_with_lists_of_all_orderings(case in cases()) {
        same(&case);
    }

    #[test]
    fn no_lists_over_free_steps_bind_fewer_pairs_than_the_freest(case in cases(), steps in 4..=5usize) {
        let case = free(case, steps);
        if case.steps.len() == steps {
            let (good, bad) = sorted(&case);
            let system = system(&case, Vec::new());
            let freest = Study::of(&system, &mut tally()).unwrap().freest(&mut tally()).unwrap();
            let found = freest.map(|freest| (freest.bound as u32, usize::try_from(freest.orderings).unwrap()));
            prop_assert_eq!(found, fewest(&good, &bad, steps));
        }
    }
}

/// Steps in any order, each of which is refused before those that it needs.
fn needing(steps: usize, needs: &[(u32, usize)]) -> Case {
    use naive::{Cond, Deed, Way};
    let deed = |id: usize| Deed {
        needs: needs.iter().filter(|(_, later)| *later == id).map(|(first, _)| Cond::Is(*first as usize, 1)).collect(),
        phases: vec![vec![Way {
            when: Cond::All(Vec::new()),
            sets: vec![(Cond::All(Vec::new()), id, 1)],
            events: Vec::new(),
        }]],
    };
    let (always, health) = (Vec::new(), Vec::new());
    let (reactions, faults, drills, guards, chains) = Default::default();
    let plan = Block::Interleaved((0..steps as u32).map(|id| Block::Step(OccurrenceId(id))).collect());
    let (sizes, initial) = (vec![2; steps], vec![vec![0; steps]]);
    Case {
        sizes,
        initial,
        steps: (0..steps).map(deed).collect(),
        reactions,
        faults,
        plan,
        chains,
        guards,
        always,
        health,
        drills,
        rounds: Default::default(),
    }
}

fn n() -> System {
    system(&needing(4, &[(0, 2), (1, 2), (1, 3)]), Vec::new())
}

#[test]
fn where_lists_cannot_say_it_the_freest_give_up_as_little_as_they_can() {
    let system = n();
    let freest = Study::of(&system, &mut tally()).unwrap().freest(&mut tally()).unwrap().expect("some orders are good");
    let [a, b, c, d] = [0, 1, 2, 3].map(|id| Block::Step(OccurrenceId(id)));
    let both = |one, other| Block::Interleaved(vec![one, other]);
    assert_eq!(freest.root, Block::Sequence(vec![both(a, b), both(c, d)]));
    assert_eq!((freest.orderings, freest.given_up), (4u8.into(), 1u8.into()));
    assert_eq!((freest.bound, freest.added.len(), freest.proved_fewest), (4, 4, true));
}

#[test]
fn a_limit_is_said_and_never_hidden() {
    let system = n();
    let study = &mut Study::of(&system, &mut tally()).unwrap();
    let ordering = ids(&[3, 2, 1, 0]);
    let small = || Tally::start(&Budget { memory: Some(1), ..Budget::default() }, "test");
    assert_eq!(study.nearest_by_swaps(&ordering, &mut small()), Err(Limit::Memory));
    assert_eq!(study.nearest_by_moves(&ordering, &mut small()), Err(Limit::Memory));
    assert_eq!(study.orderings(Which::NotGood, &mut small()).err(), Some(Limit::Memory));
    assert_eq!(study.samples(Which::Good, (1, 0), &mut small()), Err(Limit::Memory));
    assert_eq!(study.freest(&mut small()), Err(Limit::Memory));
    let stopped = || Budget { cancelled: std::sync::Arc::new(AtomicBool::new(true)), ..Budget::default() };
    let stopped = || Tally::start(&stopped(), "test");
    assert_eq!(study.slack(&mut stopped()).err(), Some(Limit::Cancelled));
    assert_eq!(study.neighbours(&mut stopped()).err(), Some(Limit::Cancelled));
    assert_eq!(study.leeway(&ids(&[0, 1, 2, 3]), &mut stopped()).err(), Some(Limit::Cancelled));
}

#[test]
fn a_search_that_is_cut_short_gives_what_it_has_and_does_not_call_it_proved() {
    let system = n();
    let study = &mut Study::of(&system, &mut tally()).unwrap();
    let cut = (1..4000)
        .map(|memory| study.freest(&mut Tally::start(&Budget { memory: Some(memory), ..Budget::default() }, "test")));
    let cut: Vec<_> = cut.filter_map(|found| found.ok().flatten()).filter(|found| !found.proved_fewest).collect();
    assert!(!cut.is_empty());
    assert!(cut.iter().all(|found| &found.orderings + &found.given_up == BigUint::from(5u8)));
}
