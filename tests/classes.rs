//! Classes of orderings that are not good, against a naive checker that lists orderings and runs one by one.

mod naive;

use naive::random::{Dice, system};
use naive::{Case, holds};
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::{Budget, Limit};
use runproof::certify::certify;
use runproof::orderings::decide;
use runproof::system::OccurrenceId;
use runproof::verdict::{Cause, Kind, Pattern};
use std::collections::BTreeMap;

/// Which class an ordering is in: the first rule that it breaks, and the least cause that a run of it has. None if it is good.
fn class(case: &Case, ordering: &[u32], rules: &[Pattern]) -> Option<(Option<usize>, Cause)> {
    let runs = case.runs(ordering);
    let causes = runs.iter().flat_map(|run| {
        let mut causes: Vec<Cause> = run.broken.iter().map(|always| Cause::Always(*always)).collect();
        causes.extend(run.unsettled.then_some(Cause::Unsettled));
        if causes.is_empty() && !run.refused {
            let parts = (0..).zip(&case.health).filter(|(_, health)| !holds(health, &run.world));
            let broken: Vec<(u32, u32)> = parts.map(|(index, _)| (index, 0)).collect();
            match case.failing_drill(run) {
                _ if !broken.is_empty() => causes.push(Cause::Unhealthy(broken)),
                Some(drill) => causes.push(Cause::Drill(drill as u32)),
                None => {}
            }
        }
        causes
    });
    let refusals = case.refusals(ordering).into_iter().map(|id| Cause::Refused(OccurrenceId(id)));
    let cause = causes.chain(refusals).min()?;
    let ids: Vec<OccurrenceId> = ordering.iter().map(|id| OccurrenceId(*id)).collect();
    let refused = matches!(cause, Cause::Refused(_));
    let breaks = rules.iter().position(|pattern| !refused && pattern.fits(&ids));
    Some((breaks, cause))
}

fn same_classes(case: &Case) {
    let system = system(case, Vec::new());
    let verdict = decide(&system, &Budget::default());
    let rules = verdict.rules.as_ref().map_or(&[][..], |rules| &rules.never);
    let classes: BTreeMap<Vec<u32>, Option<(Option<usize>, Cause)>> = case
        .orderings()
        .into_iter()
        .map(|ordering| {
            let class = class(case, &ordering, rules);
            (ordering, class)
        })
        .collect();
    let mut expected: BTreeMap<(Option<usize>, Cause), u32> = BTreeMap::new();
    classes.values().flatten().for_each(|class| *expected.entry(class.clone()).or_default() += 1);
    assert_eq!(verdict.classes.limit, None);
    let found = verdict.classes.classes.iter().map(|class| {
        let cause = class.cause.clone().expect("there are few");
        ((class.breaks, cause), class.count.to_string().parse().unwrap())
    });
    assert_eq!(found.collect::<BTreeMap<_, u32>>(), expected);
    // After how many steps no good ordering begins alike; the end counts as one more step.
    let loses = |ordering: &[u32]| {
        let good = |prefix: &[u32]| classes.iter().any(|(it, class)| class.is_none() && it.starts_with(prefix));
        (0..=ordering.len()).find(|length| !good(&ordering[..*length])).unwrap_or(ordering.len() + 1)
    };
    for found in &verdict.classes.classes {
        let ordering: Vec<u32> = found.shortest.ordering.iter().map(|id| id.0).collect();
        let own = Some((found.breaks, found.cause.clone().unwrap()));
        assert_eq!(classes[&ordering], own);
        let alike = classes.iter().filter(|(_, class)| **class == own);
        assert_eq!(Some(loses(&ordering)), alike.map(|(ordering, _)| loses(ordering)).min());
    }
    let all: BigUint = verdict.classes.classes.iter().map(|class| &class.count).sum();
    let counts = verdict.counts.as_ref().unwrap();
    assert_eq!(all, &counts.total - &counts.good);
    certify(&system, verdict).unwrap();
}

fn cases() -> impl Strategy<Value = Case> {
    prop::collection::vec(any::<u8>(), 0..300).prop_map(|bytes| Dice(bytes.iter()).case())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_ordering_that_is_not_good_is_in_the_class_that_the_naive_checker_puts_it_in(case in cases()) {
        same_classes(&case);
    }

    #[test]
    fn a_limit_that_is_hit_leaves_no_classes_rather_than_wrong_ones(case in cases(), most in 1u64..60) {
        let system = system(&case, Vec::new());
        let whole = decide(&system, &Budget::default());
        let verdict = decide(&system, &Budget { states: Some(most), ..Budget::default() });
        match (verdict.kind, verdict.classes.limit) {
            (Kind::Undecided(limit), _) => prop_assert_eq!(limit, Limit::States),
            (kind, Some(limit)) => {
                prop_assert_eq!(kind, whole.kind);
                prop_assert_eq!(limit, Limit::States);
                prop_assert!(verdict.classes.classes.is_empty());
            }
            (kind, None) => {
                prop_assert_eq!(kind, whole.kind);
                prop_assert_eq!(verdict.classes.classes.len(), whole.classes.classes.len());
            }
        }
    }
}
