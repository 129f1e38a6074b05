//! Every reduction against the search without it, on random systems that it applies to, or nearly: states, moves, verdicts, counts and
//! shortest lengths are the same, and what is shown replays.

mod naive;
mod rolling;

use naive::copies::Copies;
use naive::random::{Dice, system};
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::{Budget, Reduction, Tally, Without};
use runproof::certify::{certify, certify_exploration};
use runproof::orderings::{Study, Which, count, decide, decide_counted, explore};
use runproof::system::{Claim, OccurrenceId, Procedure, Property, Quantifier, Symmetry, System};
use runproof::verdict::{Among, Answer};

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
    let claim = |quantifier| Claim {
        id: String::new(),
        title: None,
        cite: Vec::new(),
        filter: None,
        filter_text: None,
        property: Some((quantifier, Property::Healthy, String::new())),
        count: None,
    };
    let claims = [Quantifier::Every, Quantifier::Some, Quantifier::No].map(claim).to_vec();
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
        if let Some((trace, ending)) = &explored.violation {
            certify_exploration(&system, trace, ending).unwrap();
        }
    }
}

/// After how many steps an ordering cannot be good any more; where it ends too early, that is one step more than it has.
fn depth(good: &[Vec<OccurrenceId>], ordering: &[OccurrenceId]) -> usize {
    let doomed = |length: &usize| !good.iter().any(|good| good.starts_with(&ordering[..*length]));
    (0..=ordering.len()).find(doomed).unwrap_or(ordering.len() + 1)
}

fn same_orderings(copies: &Copies) {
    let system = packed(copies, None);
    let verdict = decide(&system, &without(Without::all()));
    let counts = verdict.counts.as_ref().unwrap();
    let mut tally = Tally::start(&Budget::default(), "test");
    let mut study = Study::of(&system, &mut tally).unwrap();
    let good: Vec<Vec<OccurrenceId>> = study.orderings(Which::Good, &mut tally).unwrap().collect();
    for budget in reduced().into_iter().chain([without(Without::all())]) {
        let counted = count(&system, &budget).unwrap();
        assert_eq!(&counted.counts, counts);
        assert_eq!(counted.kind, verdict.kind);
        let shown = counted.shortest.as_ref();
        assert_eq!(shown.is_some(), verdict.counterexample.is_some());
        if let (Some(shown), Some(theirs)) = (shown, &verdict.counterexample) {
            assert_eq!(depth(&good, &shown.ordering), depth(&good, &theirs.ordering));
            let lost = Some(depth(&good, &shown.ordering)).filter(|length| *length < shown.ordering.len());
            assert_eq!(shown.lost_after, lost);
            assert!(!good.contains(&shown.ordering));
        }
        assert!(counted.good.as_ref().map_or(good.is_empty(), |ordering| good.contains(ordering)));
        let by_counting = decide_counted(&system, Among::NotRefused, &budget);
        for (ours, theirs) in by_counting.claims.iter().zip(&verdict.claims) {
            assert_eq!((ours.answer, &ours.counted), (theirs.answer, &theirs.counted));
            assert_eq!(ours.witness.is_some(), theirs.witness.is_some());
            assert!(!matches!(ours.answer, Answer::Undecided(_)));
        }
        certify(&system, by_counting).unwrap();
    }
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

#[test]
fn the_rolling_upgrade_has_as_many_states_as_the_formula_says_and_few_are_looked_at() {
    for nodes in [2, 4, 6, 10, 12] {
        let explored = explore(&rolling::world(nodes as usize), &Budget::default());
        assert_eq!(explored.states, BigUint::from(rolling::states(nodes)));
        assert!(explored.looked_at < 500, "{}", explored.looked_at);
    }
}
