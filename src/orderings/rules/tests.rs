//! Rules of sets that are made by listing orderings.

use super::discover::{MOST_RULES, Question, discover};
use crate::base::{Budget, Limit, Tally};
use crate::orderings::language::{Language, Languages};
use crate::system::OccurrenceId;
use crate::verdict::{Among, Pattern, Rules};
use num_bigint::BigUint;
use proptest::prelude::*;

type Ordering = Vec<OccurrenceId>;

fn ids(ids: impl IntoIterator<Item = u32>) -> Ordering {
    ids.into_iter().map(OccurrenceId).collect()
}

fn permutations(steps: u32) -> Vec<Ordering> {
    fn grow(steps: u32, sofar: &mut Ordering, found: &mut Vec<Ordering>) {
        if sofar.len() == steps as usize {
            found.push(sofar.clone());
        }
        for id in ids(0..steps) {
            if !sofar.contains(&id) {
                sofar.push(id);
                grow(steps, sofar, found);
                sofar.pop();
            }
        }
    }
    let mut found = Vec::new();
    grow(steps, &mut Vec::new(), &mut found);
    found
}

/// The set of some orderings; each is there once, and they are sorted.
fn set(languages: &mut Languages, orderings: &[Ordering], depth: usize, tally: &mut Tally) -> Language {
    let ends = orderings.first().is_some_and(|first| first.len() == depth);
    let groups = orderings[usize::from(ends)..].chunk_by(|a, b| a[depth] == b[depth]);
    let next: Vec<_> = groups.map(|group| (group[0][depth], set(languages, group, depth + 1, tally))).collect();
    languages.node(ends, next, tally).unwrap()
}

fn rules(all: &[Ordering], good: impl Fn(&Ordering) -> bool, renamings: &[Ordering]) -> Rules {
    let mut tally = Tally::start(&Budget::default(), "test");
    let mut languages = Languages::default();
    let spoken = set(&mut languages, all, 0, &mut tally);
    let good: Vec<Ordering> = all.iter().filter(|ordering| good(ordering)).cloned().collect();
    let good = set(&mut languages, &good, 0, &mut tally);
    discover(&mut languages, Question { spoken, good, among: Among::All, renamings }, &mut tally)
}

/// The steps that are named are done.
fn pattern<const N: usize>(before: [(u32, u32); N]) -> Pattern {
    let before = before.map(|(a, b)| (OccurrenceId(a), OccurrenceId(b))).to_vec();
    let mut done: Ordering = before.iter().flat_map(|(a, b)| [*a, *b]).collect();
    done.sort_unstable();
    done.dedup();
    Pattern { done, before, left_out: Vec::new() }
}

#[test]
fn rules_that_a_set_is_made_of_are_found_again() {
    let told = [
        pattern([(1, 0)]),
        pattern([(2, 1)]),
        // 5 not between 3 and 4, in this order
        pattern([(3, 5), (5, 4)]),
        // one of 3 and 4 is after 6
        pattern([(3, 6), (4, 6)]),
        // if 3 is before 0, then 4 is not before 2
        pattern([(3, 0), (4, 2)]),
    ];
    let found = rules(&permutations(7), |ordering| !told.iter().any(|rule| rule.fits(ordering)), &[]);
    assert_eq!(found.never, told);
    assert_eq!((found.admitted, found.limit), (Some(BigUint::ZERO), None));
}

#[test]
fn a_pair_that_follows_by_way_of_what_the_procedure_forces_is_not_told() {
    let mut all = permutations(4);
    all.retain(|ordering| pattern([(0, 1)]).fits(ordering));
    let found = rules(&all, |ordering| pattern([(1, 2)]).fits(ordering), &[]);
    assert_eq!(found.never, [pattern([(2, 1)])]);
}

#[test]
fn steps_that_must_or_must_not_be_done_and_pairs_that_exclude_each_other_are_rules() {
    let all: Vec<Ordering> = [vec![], vec![0], vec![0, 1], vec![0, 2], vec![0, 1, 2], vec![1], vec![0, 3]]
        .into_iter()
        .map(ids)
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let good = [ids([0]), ids([0, 1]), ids([0, 2])];
    let found = rules(&all, |ordering| good.contains(ordering), &[]);
    let left_out = Pattern { left_out: ids([0]), ..Pattern::default() };
    let done = |steps: Ordering| Pattern { done: steps, ..Pattern::default() };
    assert_eq!(found.never, [left_out, done(ids([3])), done(ids([1, 2]))]);
    assert_eq!(found.spoken_of, Some(BigUint::from(7u8)));
}

#[test]
fn rules_that_are_alike_on_every_node_are_all_told_or_all_not() {
    // Three steps on each of two nodes; on each node the second is not between the others, and what is done on a node
    // first is not done on it last.
    let told =
        [pattern([(0, 1), (1, 2)]), pattern([(3, 4), (4, 5)]), pattern([(0, 3), (5, 2)]), pattern([(3, 0), (2, 5)])];
    let swap = ids([3, 4, 5, 0, 1, 2]);
    let found =
        rules(&permutations(6), |ordering| !told.iter().any(|rule| rule.fits(ordering)), std::slice::from_ref(&swap));
    assert_eq!(found.admitted, Some(BigUint::ZERO));
    for rule in &found.never {
        let mut before: Vec<_> =
            rule.before.iter().map(|(a, b)| (swap[a.0 as usize].0, swap[b.0 as usize].0)).collect();
        before.sort_unstable();
        let alike = |other: &Pattern| other.before.iter().map(|(a, b)| (a.0, b.0)).eq(before.iter().copied());
        assert!(found.never.iter().any(alike), "{rule:?} has no counterpart on the other node");
    }
}

#[test]
fn more_rules_than_anybody_would_read_are_cut_off_and_what_they_admit_is_counted() {
    let even = |ordering: &Ordering| {
        let inversions = |at: usize| ordering[at..].iter().filter(|id| **id < ordering[at]).count();
        (0..ordering.len()).map(inversions).sum::<usize>() % 2 == 0
    };
    // Every odd ordering of six steps is a rule of its own: any two neighbours swapped make it even.
    let found = rules(&permutations(6), even, &[]);
    assert_eq!((found.never.len(), found.limit), (MOST_RULES, Some(Limit::Rules)));
    assert_eq!(found.admitted, Some(BigUint::from(360 - MOST_RULES)));
    assert!(found.never.iter().all(|rule| rule.before.len() == 5));
}

#[test]
fn where_nothing_is_good_the_rule_is_that_nothing_is() {
    let found = rules(&permutations(3), |_| false, &[]);
    assert_eq!(found.never, [Pattern::default()]);
    let found = rules(&permutations(3), |_| true, &[]);
    assert_eq!((found.never, found.admitted), (Vec::new(), Some(BigUint::ZERO)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Sets made of few random patterns, some with steps left out, on up to seven steps.
    #[test]
    fn rules_of_sets_made_of_patterns_are_equivalent_and_none_follows_from_the_others(
        steps in 3u32..8,
        shortened in any::<bool>(),
        drawn in prop::collection::vec((prop::collection::vec((0u32..7, 0u32..7), 1..4), prop::option::of(0u32..7)), 1..7),
    ) {
        let mut all = permutations(steps);
        if shortened {
            // The last step of the document may be left out, and all after it are.
            all.iter_mut().for_each(|ordering| {
                let end = ordering.iter().position(|id| id.0 == steps - 1).unwrap();
                ordering.truncate(end.max(1));
            });
            all.sort();
            all.dedup();
        }
        let bad: Vec<Pattern> = drawn.into_iter().map(|(pairs, left_out)| {
            let before = pairs.into_iter().filter(|(a, b)| a < b && *b < steps);
            let before: Vec<_> = before.map(|(a, b)| (OccurrenceId(steps - 1 - b), OccurrenceId(a))).collect();
            let done = before.iter().flat_map(|(a, b)| [*a, *b]).collect();
            Pattern { done, before, left_out: left_out.into_iter().map(OccurrenceId).filter(|_| shortened).collect() }
        }).collect();
        let good = |ordering: &Ordering| !bad.iter().any(|rule| rule.fits(ordering));
        let found = rules(&all, good, &[ids((0..steps).rev())]);
        prop_assert_eq!((&found.admitted, found.limit), (&Some(BigUint::ZERO), None));
        for ordering in &all {
            prop_assert_eq!(good(ordering), !found.never.iter().any(|rule| rule.fits(ordering)));
        }
        for rule in &found.never {
            let alone = |ordering: &&Ordering| found.never.iter().all(|other| other.fits(ordering) == (other == rule));
            prop_assert!(all.iter().any(|ordering| alone(&ordering)), "{:?} follows from the others", rule);
        }
    }
}
