//! The rules of random small systems, checked against lists of all orderings.

mod naive;

use naive::Case;
use naive::random::{Dice, system};
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::{Budget, Limit, Tally};
use runproof::orderings::{Study, decide};
use runproof::system::{Block, OccurrenceId, System};
use runproof::verdict::{Among, Kind, Pattern, Rules};
use std::collections::BTreeSet;

/// An ordering, whether all its runs are good, and whether none of them is refused.
struct Judged {
    ordering: Vec<u32>,
    good: bool,
    not_refused: bool,
}

fn judged(case: &Case) -> Vec<Judged> {
    let judge = |ordering: Vec<u32>| {
        let runs = case.runs(&ordering);
        let (good, not_refused) = (runs.iter().all(|run| run.good), runs.iter().all(|run| !run.refused));
        Judged { ordering, good, not_refused }
    };
    case.orderings().into_iter().map(judge).collect()
}

/// A pattern as plain numbers, its order transitively closed.
#[derive(Clone, Debug)]
struct Told {
    done: BTreeSet<u32>,
    before: BTreeSet<(u32, u32)>,
    left_out: BTreeSet<u32>,
}

impl Told {
    fn of(pattern: &Pattern) -> Told {
        let mut before: BTreeSet<(u32, u32)> = pattern.before.iter().map(|(a, b)| (a.0, b.0)).collect();
        loop {
            let more: Vec<(u32, u32)> = before
                .iter()
                .flat_map(|(a, b)| before.iter().filter(move |(c, _)| b == c).map(move |(_, d)| (*a, *d)))
                .filter(|pair| !before.contains(pair))
                .collect();
            if more.is_empty() {
                break;
            }
            before.extend(more);
        }
        let ids = |ids: &[OccurrenceId]| ids.iter().map(|id| id.0).collect();
        Told { done: ids(&pattern.done), before, left_out: ids(&pattern.left_out) }
    }

    fn fits(&self, ordering: &[u32]) -> bool {
        let at = |id: u32| ordering.iter().position(|other| *other == id);
        self.done.iter().all(|id| at(*id).is_some())
            && self.before.iter().all(|(a, b)| at(*a) < at(*b))
            && self.left_out.iter().all(|id| at(*id).is_none())
    }

    /// Every pattern with one thing less: a step, one atom that does not follow from others, or a step left out.
    fn less(&self) -> Vec<Told> {
        let mut less = Vec::new();
        for id in &self.done {
            let mut told = self.clone();
            told.done.remove(id);
            told.before.retain(|(a, b)| a != id && b != id);
            less.push(told);
        }
        for (a, b) in &self.before {
            if !self.done.iter().any(|x| self.before.contains(&(*a, *x)) && self.before.contains(&(*x, *b))) {
                let mut told = self.clone();
                told.before.remove(&(*a, *b));
                less.push(told);
            }
        }
        for id in &self.left_out {
            let mut told = self.clone();
            told.left_out.remove(id);
            less.push(told);
        }
        less
    }
}

/// What holds of rules however far they got.
fn honest(rules: &Rules, all: &[Judged]) {
    let spoken: Vec<&Judged> = all.iter().filter(|it| rules.among == Among::All || it.not_refused).collect();
    if let Some(counted) = &rules.spoken_of {
        assert_eq!(*counted, BigUint::from(spoken.len()));
    }
    let told: Vec<Told> = rules.never.iter().map(Told::of).collect();
    let forbidden = |told: &Told| !all.iter().any(|it| it.good && told.fits(&it.ordering));
    for told in &told {
        assert!(forbidden(told), "a good ordering fits {told:?}");
        assert!(told.less().iter().all(|less| !forbidden(less)), "{told:?} is not prime");
    }
    let admitted = spoken.iter().filter(|it| !it.good && !told.iter().any(|told| told.fits(&it.ordering))).count();
    if let Some(counted) = &rules.admitted {
        assert_eq!(*counted, BigUint::from(admitted));
    }
    assert!(rules.limit.is_some() || rules.admitted == Some(BigUint::ZERO), "nothing says why there are no more");
}

/// What holds of rules that are complete.
fn complete(rules: &Rules, all: &[Judged]) {
    honest(rules, all);
    assert_eq!((&rules.admitted, rules.limit), (&Some(BigUint::ZERO), None));
    let told: Vec<Told> = rules.never.iter().map(Told::of).collect();
    let spoken = || all.iter().filter(|it| rules.among == Among::All || it.not_refused);
    for it in spoken() {
        assert_eq!(it.good, !told.iter().any(|told| told.fits(&it.ordering)), "{:?}", it.ordering);
    }
    for (at, rule) in told.iter().enumerate() {
        let mut others = told.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, told)| told);
        let mut alone = |it: &Judged| rule.fits(&it.ordering) && !others.clone().any(|told| told.fits(&it.ordering));
        assert!(spoken().any(&mut alone), "{rule:?} follows from the others");
        others.next();
    }
    let length = |pattern: &Pattern| (pattern.done.len() + pattern.left_out.len(), pattern.before.len());
    assert!(rules.never.is_sorted_by_key(length));
    assert!(rules.among == Among::All || spoken().count() < all.len());
}

fn of(system: &System, among: Among, budget: &Budget) -> Rules {
    let mut study = Study::of(system, &mut Tally::start(&Budget::default(), "test")).unwrap();
    study.rules(among, &mut Tally::start(budget, "test"))
}

fn same_rules(case: &Case) {
    let all = judged(case);
    let system = system(case, Vec::new());
    let verdict = decide(&system, &Budget::default());
    assert_eq!(verdict.rules.is_some(), verdict.kind == Kind::OrderMatters);
    if let Some(rules) = &verdict.rules {
        complete(rules, &all);
    }
    for among in [Among::All, Among::NotRefused] {
        complete(&of(&system, among, &Budget::default()), &all);
    }
}

fn same_under_limits(case: &Case) {
    let all = judged(case);
    let system = system(case, Vec::new());
    let full = of(&system, Among::NotRefused, &Budget::default());
    for states in 0.. {
        let rules = of(&system, Among::NotRefused, &Budget { states: Some(states), ..Budget::default() });
        honest(&rules, &all);
        if rules.limit.is_none() {
            assert_eq!(rules, full);
            break;
        }
        assert_eq!(rules.limit, Some(Limit::States));
    }
}

/// The same case with the steps of every list whose order is free listed from the last to the first.
fn turned_round(block: &Block) -> Block {
    let all = |children: &[Block]| children.iter().map(turned_round).collect::<Vec<_>>();
    match block {
        Block::Step(id) => Block::Step(*id),
        Block::Optional(inner) => Block::Optional(Box::new(turned_round(inner))),
        Block::Undivided(inner) => Block::Undivided(Box::new(turned_round(inner))),
        Block::Sequence(children) => Block::Sequence(all(children)),
        Block::Interleaved(children) => Block::Interleaved(all(children).into_iter().rev().collect()),
        Block::Either(children) => Block::Either(all(children).into_iter().rev().collect()),
    }
}

fn cases() -> impl Strategy<Value = Case> {
    prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| Dice(bytes.iter()).case())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_say_exactly_which_orderings_are_good(case in cases()) {
        same_rules(&case);
    }
}
proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_that_a_limit_cut_short_say_so_and_are_true_as_far_as_they_go(case in cases()) {
        same_under_limits(&case);
    }
}
