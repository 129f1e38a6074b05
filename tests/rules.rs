//! The rules of random small systems, checked against lists of all orderings.

#[allow(dead_code, reason = "claims are another test's")]
mod naive;

use naive::Case;
use naive::random::{Dice, system};
use num_bigint::BigUint;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use runproof::base::{Budget, Limit, Tally};
use runproof::orderings::{Study, decide};
use runproof::system::{Block, OccurrenceId, Procedure, System};
use runproof::verdict::{Among, Kind, Pattern, Rules, Verdict};
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
        let alone = |it: &Judged| (0..).zip(&told).all(|(other, told)| told.fits(&it.ordering) == (other == at));
        assert!(spoken().any(alone), "{rule:?} follows from the others");
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

/// The same procedure with its steps numbered from the last to the first: another document that allows the same.
fn numbered_backwards(mut system: System) -> System {
    let Procedure::Ordered(plan) = &mut system.procedure else { unreachable!() };
    let last = plan.occurrences.len() as u32 - 1;
    let new = |id: OccurrenceId| OccurrenceId(last - id.0);
    plan.occurrences.reverse();
    plan.root = numbered(&plan.root, &new);
    plan.chains.iter_mut().for_each(|(a, b)| (*a, *b) = (new(*a), new(*b)));
    plan.guards.iter_mut().for_each(|guard| {
        guard.steps = (0..=last).map(OccurrenceId).filter(|id| guard.steps.contains(new(*id))).collect();
    });
    system
}

fn numbered(block: &Block, new: &dyn Fn(OccurrenceId) -> OccurrenceId) -> Block {
    let all = |children: &[Block]| children.iter().map(|child| numbered(child, new)).collect::<Vec<_>>();
    match block {
        Block::Step(id) => Block::Step(new(*id)),
        Block::Optional(inner) => Block::Optional(Box::new(numbered(inner, new))),
        Block::Undivided(inner) => Block::Undivided(Box::new(numbered(inner, new))),
        Block::Sequence(children) => Block::Sequence(all(children)),
        Block::Interleaved(children) => Block::Interleaved(all(children).into_iter().rev().collect()),
        Block::Either(children) => Block::Either(all(children).into_iter().rev().collect()),
    }
}

fn fingerprint(system: &System) -> String {
    decide(system, &Budget::default()).fingerprint.expect("it is decided")
}

fn good_orderings(case: &Case) -> BTreeSet<Vec<u32>> {
    judged(case).into_iter().filter(|it| it.good).map(|it| it.ordering).collect()
}

fn same_fingerprints(cases: &[Case]) {
    let known: Vec<_> =
        cases.iter().map(|case| (good_orderings(case), fingerprint(&system(case, Vec::new())))).collect();
    for (case, (good, print)) in cases.iter().zip(&known) {
        assert!(print.len() == 16 && print.chars().all(|c| c.is_ascii_hexdigit()));
        assert_eq!(*print, fingerprint(&numbered_backwards(system(case, Vec::new()))));
        for (other_good, other_print) in &known {
            assert_eq!(good == other_good, print == other_print);
        }
    }
}

fn cases(steps: &'static [u32]) -> impl Strategy<Value = Case> {
    prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| Dice(bytes.iter()).case_of(steps))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1536, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_say_exactly_which_orderings_are_good(case in cases(&[3, 4, 4, 5, 5, 5, 6])) {
        same_rules(&case);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_of_seven_steps_say_exactly_which_orderings_are_good(case in cases(&[7])) {
        same_rules(&case);
    }

    #[test]
    fn rules_that_a_limit_cut_short_say_so_and_are_true_as_far_as_they_go(case in cases(&[3, 4, 5])) {
        same_under_limits(&case);
    }

    #[test]
    fn fingerprints_are_equal_if_and_only_if_the_good_orderings_are(
        cases in prop::collection::vec(cases(&[2, 2, 3, 4]), 2..12)
    ) {
        same_fingerprints(&cases);
    }
}

#[test]
fn the_random_systems_have_rules_of_every_kind() {
    let mut runner = TestRunner::deterministic();
    let mut seen = [0; 6];
    for _ in 0..384 {
        let case = cases(&[5, 6]).new_tree(&mut runner).unwrap().current();
        let Some(rules) = decide(&system(&case, Vec::new()), &Budget::default()).rules else { continue };
        let some = |which: &dyn Fn(&Pattern) -> bool| rules.never.iter().any(which);
        let kinds = [
            true,
            rules.among == Among::NotRefused,
            some(&|rule| !rule.left_out.is_empty()),
            some(&|rule| rule.done.len() == 3),
            some(&|rule| rule.done.len() > 3),
            rules.never.len() > 3,
        ];
        seen.iter_mut().zip(kinds).for_each(|(count, kind)| *count += u32::from(kind));
    }
    assert!(seen.iter().all(|count| *count > 1), "{seen:?}");
}

#[test]
fn a_limit_that_is_hit_among_the_rules_leaves_the_verdict_as_it_is() {
    let mut runner = TestRunner::deterministic();
    let mut cut_short = 0;
    for _ in 0..96 {
        let case = cases(&[5, 6]).new_tree(&mut runner).unwrap().current();
        let system = system(&case, Vec::new());
        let full = decide(&system, &Budget::default());
        for states in (1..).map_while(|step| (full.rules.is_some() && step < 1000).then_some(step * 5)) {
            let verdict = decide(&system, &Budget { states: Some(states), ..Budget::default() });
            if let Kind::Undecided(limit) = verdict.kind {
                assert_eq!((limit, &verdict.rules), (Limit::States, &None));
                continue;
            }
            assert_eq!((verdict.kind, &verdict.counts), (full.kind, &full.counts));
            let shown =
                |verdict: &Verdict| verdict.counterexample.as_ref().map(|it| (it.ordering.clone(), it.trace.clone()));
            assert_eq!(shown(&verdict), shown(&full));
            if verdict.rules == full.rules {
                break;
            }
            assert_eq!(verdict.rules.expect("it is decided").limit, Some(Limit::States));
            cut_short += 1;
        }
    }
    assert!(cut_short > 10, "the limits are never hit among the rules");
}
