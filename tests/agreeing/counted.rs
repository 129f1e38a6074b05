//! Orderings counted without looking at each position, against the check that does.

use num_bigint::BigUint;
use runproof::base::{Budget, Limit, Tally, Without};
use runproof::certify::certify;
use runproof::orderings::{Study, Which, count, decide, decide_counted};
use runproof::system::{OccurrenceId, System};
use runproof::verdict::{Among, Answer};

/// After how many steps an ordering cannot be good any more; where it ends too early, that is one step more than it has.
fn depth(good: &[Vec<OccurrenceId>], ordering: &[OccurrenceId]) -> usize {
    let doomed = |length: &usize| !good.iter().any(|good| good.starts_with(&ordering[..*length]));
    (0..=ordering.len()).find(doomed).unwrap_or(ordering.len() + 1)
}

/// A system of few orderings, decided position by position and by counting alone.
pub fn same_by_counting(system: &System, budgets: &[Budget]) {
    let verdict = decide(system, &Budget { without: Without::all(), ..Budget::default() });
    let counts = verdict.counts.as_ref().unwrap();
    let mut tally = Tally::start(&Budget::default(), "test");
    let mut study = Study::of(system, &mut tally).unwrap();
    let good: Vec<Vec<OccurrenceId>> = study.orderings(Which::Good, &mut tally).unwrap().collect();
    for budget in budgets {
        let counted = count(system, budget).unwrap();
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
        let by_counting = decide_counted(system, Among::NotRefused, budget);
        for (ours, theirs) in by_counting.claims.iter().zip(&verdict.claims) {
            if ours.answer == Answer::Undecided(Limit::Unasked) {
                assert_eq!(theirs.answer, ours.answer, "a promise is answered elsewhere");
                continue;
            }
            if matches!(ours.answer, Answer::Undecided(_)) {
                assert!(counts.good == BigUint::ZERO && counts.mixed != BigUint::ZERO);
                continue;
            }
            assert_eq!((ours.answer, &ours.counted), (theirs.answer, &theirs.counted));
            assert_eq!(ours.witness.is_some(), theirs.witness.is_some());
        }
        certify(system, by_counting).unwrap();
    }
}
