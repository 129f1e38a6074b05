//! What engines, reductions and the naive checker must agree on, of any case and its packed form.

#![allow(dead_code, reason = "every test uses a part of it")]

pub mod counted;
pub mod reduced;

use crate::naive::{Case, Run, satisfied};
use num_bigint::BigUint;
use runproof::base::Budget;
use runproof::certify::{certify, certify_run};
use runproof::engine::{Engine, Packed, Stateright};
use runproof::orderings::decide;
use runproof::orderings::liveness::{Reading, eventually, readings, recoverable};
use runproof::system::{Claim, Property, Quantifier, System};
use runproof::trace::Actor;
use runproof::verdict::{Answer, Counterexample, Kind};
use std::collections::BTreeSet;

type Ordering = Vec<u32>;

/// Every ordering with all its runs.
type All = Vec<(Ordering, BTreeSet<Run>)>;

fn good(runs: &BTreeSet<Run>) -> bool {
    runs.iter().all(|run| run.good)
}

/// The ordering that is shown for not being wanted: one with the shortest prefix that no wanted ordering has (the end of
/// an ordering counts as a step, before all others), then the first in the document's order.
fn shortest_outside(all: &[(Ordering, bool)]) -> Option<Ordering> {
    let ended = |ordering: &Ordering| ordering.iter().map(|id| id + 1).chain([0]).collect::<Vec<u32>>();
    let all: Vec<(Vec<u32>, bool)> = all.iter().map(|(ordering, wanted)| (ended(ordering), *wanted)).collect();
    let longest = all.iter().map(|(ordering, _)| ordering.len()).max()?;
    for length in 0..=longest {
        let prefixes = |wanted: bool| {
            let some = all.iter().filter(move |(ordering, is)| *is == wanted && ordering.len() >= length);
            some.map(|(ordering, _)| ordering[..length].to_vec()).collect::<BTreeSet<_>>()
        };
        if let Some(prefix) = prefixes(false).difference(&prefixes(true)).next() {
            let mut shown = prefix.clone();
            while shown.last() != Some(&0) {
                let next =
                    all.iter().filter(|(ordering, _)| ordering.starts_with(&shown)).map(|(it, _)| it[shown.len()]);
                shown.push(next.min_by_key(|id| (*id == 0, *id)).unwrap());
            }
            shown.pop();
            return Some(shown.into_iter().map(|id| id - 1).collect());
        }
    }
    None
}

/// After how many steps of an ordering no good ordering begins like it, if some steps are left then.
fn lost_after(all: &All, ordering: &[u32]) -> Option<usize> {
    let hopeless =
        |length: &usize| !all.iter().any(|(other, runs)| good(runs) && other.starts_with(&ordering[..*length]));
    (0..ordering.len()).find(hopeless)
}

/// After how many steps of an ordering the first run has failed.
fn fails_after(case: &Case, ordering: &[u32]) -> usize {
    let failed = |length: &usize| {
        case.runs(&ordering[..*length]).iter().any(|run| run.refused || run.unsettled || !run.broken.is_empty())
    };
    (0..=ordering.len()).find(failed).unwrap_or(ordering.len())
}

fn ids(shown: &Counterexample) -> Ordering {
    shown.ordering.iter().map(|id| id.0).collect()
}

/// Up to which step of its ordering a run goes; the faults before a step count to that step.
fn goes_up_to(shown: &Counterexample) -> usize {
    let turns = &shown.trace.turns;
    let done = turns.iter().filter(|turn| matches!(turn.actor, Actor::Occurrence(_))).count();
    done + usize::from(matches!(turns.last(), Some(turn) if matches!(turn.actor, Actor::Fault(_))))
}

fn has(property: Property, run: &Run) -> bool {
    match property {
        Property::Healthy => run.good,
        Property::Unhealthy => !run.good,
        Property::Refused => run.refused,
        Property::Event(event) => run.events.contains(&event.0),
        Property::Always(always) => !run.broken.contains(&always),
    }
}

/// Whether an ordering has a property.
fn ordering_has(property: Property, runs: &BTreeSet<Run>) -> bool {
    match property {
        Property::Healthy | Property::Always(_) => runs.iter().all(|run| has(property, run)),
        _ => runs.iter().any(|run| has(property, run)),
    }
}

/// Whether a claim holds, and the ordering that is shown for it.
fn verdict_on(claim: &Claim, all: &All) -> (bool, Option<Ordering>) {
    let (quantifier, property, _) = *claim.property.as_ref().unwrap();
    let inside = |ordering: &Ordering| claim.filter.as_ref().is_none_or(|order| satisfied(order, ordering));
    let spoken_of = |wanted: &dyn Fn(&BTreeSet<Run>) -> bool| {
        let some = all.iter().filter(|(ordering, _)| inside(ordering));
        shortest_outside(&some.map(|(ordering, runs)| (ordering.clone(), wanted(runs))).collect::<Vec<_>>())
    };
    let elsewhere = || {
        let having = all.iter().filter(|(_, runs)| ordering_has(property, runs));
        shortest_outside(&having.map(|(ordering, _)| (ordering.clone(), inside(ordering))).collect::<Vec<_>>())
    };
    let shown = match quantifier {
        Quantifier::Every => spoken_of(&|runs| runs.iter().all(|run| has(property, run))),
        Quantifier::Some | Quantifier::No => spoken_of(&|runs| !ordering_has(property, runs)),
        Quantifier::Only => elsewhere(),
        Quantifier::Exactly => spoken_of(&|runs| ordering_has(property, runs)).or_else(elsewhere),
    };
    (shown.is_none() == (quantifier != Quantifier::Some), shown)
}

/// Counts, claims, the shortest counterexample, rules and facts of a case and its packed form.
pub fn same_counts(case: &Case, system: &System) {
    // That the system comes to rest is a step of its own, which nobody does.
    let rest = (!case.rounds.slow.is_empty()).then_some(case.steps.len() as u32);
    let ordered = |ordering: Ordering| {
        let runs = case.runs(&ordering);
        (ordering.into_iter().chain(rest).collect(), runs)
    };
    let all: All = case.orderings().into_iter().map(ordered).collect();
    let verdict = decide(system, &Budget::default());

    let counts = verdict.counts.as_ref().expect("there is no limit");
    let number =
        |which: &dyn Fn(&BTreeSet<Run>) -> bool| BigUint::from(all.iter().filter(|(_, runs)| which(runs)).count());
    let bad = |runs: &BTreeSet<Run>| !runs.iter().any(|run| run.good);
    assert_eq!(counts.total, BigUint::from(all.len()));
    assert_eq!(counts.good, number(&good));
    assert_eq!(counts.bad, number(&bad));
    assert_eq!(counts.mixed, number(&|runs| !good(runs) && !bad(runs)));
    assert_eq!(verdict.kind == Kind::AlwaysHealthy, !all.is_empty() && all.iter().all(|(_, runs)| good(runs)));

    let judged: Vec<(Ordering, bool)> = all.iter().map(|(ordering, runs)| (ordering.clone(), good(runs))).collect();
    assert_eq!(verdict.counterexample.as_ref().map(ids), shortest_outside(&judged));
    if let Some(shown) = &verdict.counterexample {
        assert_eq!(shown.lost_after, lost_after(&all, &ids(shown)));
        if case.rounds.laps.is_empty() && rest.is_none() {
            assert_eq!(goes_up_to(shown), fails_after(case, &ids(shown)));
        }
    }

    for (claim, answer) in system.claims.iter().zip(&verdict.claims).filter(|(claim, _)| claim.property.is_some()) {
        let spoken_of = |ordering: &Ordering| claim.filter.as_ref().is_none_or(|order| satisfied(order, ordering));
        let some: Vec<_> = all.iter().filter(|(ordering, _)| spoken_of(ordering)).collect();
        if some.is_empty() {
            assert_eq!(answer.answer, Answer::Vacuous);
            continue;
        }
        let (holds, shown) = verdict_on(claim, &all);
        assert_eq!(answer.answer, if holds { Answer::Holds } else { Answer::Fails }, "{claim:?}");
        assert_eq!(answer.witness.as_ref().map(ids), shown, "{claim:?}");
        let healthy = claim.property.as_ref().unwrap().1 == Property::Healthy;
        let elsewhere = || number(&good) - some.iter().filter(|(_, runs)| good(runs)).count();
        assert_eq!(answer.good_elsewhere, (healthy && claim.filter.is_some()).then(elsewhere));
        let counted = || (BigUint::from(some.iter().filter(|(_, runs)| good(runs)).count()), BigUint::from(some.len()));
        assert_eq!(answer.counted, healthy.then(counted));
    }

    let decided_bad = verdict.kind != Kind::AlwaysHealthy && !all.is_empty();
    let facts = Packed.facts(system, &Budget::default()).unwrap();
    assert_eq!(facts.bad, decided_bad);
    assert!(verdict.effort.states <= facts.states, "more is looked at than there is");
    assert_eq!(Stateright.facts(system, &Budget::default()), Ok(facts));
    certify(system, verdict).unwrap();
}

/// What loops are worth, and whether health comes at last.
pub fn same_liveness(case: &Case, packed: &System) {
    let reading = |any: bool| {
        let mut case = case.clone();
        case.rounds.any = any;
        let runs: Vec<BTreeSet<Run>> = case.orderings().iter().map(|ordering| case.runs(ordering)).collect();
        (case, runs)
    };
    let ((fair_case, fair), (_, any)) = (reading(false), reading(true));
    let found = readings(packed, &Budget::default()).unwrap();
    let count = |runs: &[BTreeSet<Run>]| BigUint::from(runs.iter().filter(|runs| good(runs)).count());
    let has = |all: &[BTreeSet<Run>], what: &dyn Fn(&Run) -> bool| all.iter().flatten().any(what);
    assert_eq!((found.fair, found.any), (count(&fair), count(&any)));
    let word = match () {
        () if !has(&fair, &|run| run.good) => Reading::Never,
        () if !has(&any, &|run| run.endless) => Reading::Strong,
        () if !has(&fair, &|run| run.endless) => Reading::StrongCyclic,
        () => Reading::Weak,
    };
    assert_eq!(found.reading, word);

    // Conditions that must hold all the time are not asked.
    let well = |run: &Run| fair_case.good(&Run { broken: BTreeSet::new(), ..run.clone() });
    let never_ill = |all: &[BTreeSet<Run>]| all.iter().flatten().all(well);
    for (is_fair, all) in [(true, &fair), (false, &any)] {
        let Ok(come) = eventually(packed, (None, is_fair), &Budget::default()) else {
            assert!(!case.faults.is_empty(), "only where faults may strike before an end that could come later");
            return;
        };
        if !all.is_empty() && (is_fair || case.rounds.slow.is_empty()) {
            assert_eq!(come.witness.is_none(), never_ill(all), "fair: {is_fair}");
        }
        if let Some(shown) = &come.witness {
            certify_run(packed, shown).unwrap();
        }
    }
    let shown = recoverable(packed, packed, &Budget::default()).unwrap();
    if let Some(shown) = &shown {
        certify_run(packed, shown).unwrap();
    }
    if case.rounds.laps.is_empty() {
        assert_eq!(shown.is_none(), recovers(&fair_case));
    }
}

/// Whether from every world that a run comes to some steps lead to a good end.
fn recovers(case: &Case) -> bool {
    let fresh = |run: Run| Run { answers: Default::default(), events: BTreeSet::new(), broken: BTreeSet::new(), ..run };
    let live = |run: &Run| !run.refused && !run.unsettled && !run.endless;
    let good = |run: &Run| case.struck_by(&case.rounds.slow, run).is_empty() && case.good(run);
    let after = |run: &Run| -> BTreeSet<Run> {
        let moves = case.steps.iter().map(|deed| case.attempt(deed, run));
        let all = moves.chain([case.struck_by(&case.rounds.slow, run)]).flatten();
        all.filter(live).map(fresh).collect()
    };
    let mut met = BTreeSet::new();
    let mut prefixes = BTreeSet::new();
    for ordering in case.orderings() {
        prefixes.extend((0..=ordering.len()).map(|length| (ordering[..length].to_vec(), length == ordering.len())));
    }
    for (prefix, whole) in prefixes {
        let mut runs = case.starts();
        for id in &prefix {
            let mut struck = BTreeSet::new();
            runs.into_iter().filter(live).for_each(|run| case.struck(run, &mut struck));
            met.extend(struck.iter().cloned());
            runs = struck.into_iter().filter(live).flat_map(|run| case.take(*id, run)).collect();
        }
        met.extend(runs.iter().cloned());
        if whole {
            let slow = Case { faults: Vec::new(), ..case.clone() };
            runs.into_iter().filter(live).for_each(|run| slow.struck(run, &mut met));
        }
    }
    // A step that is refused leaves the world as it was.
    let met = met.into_iter().filter(|run| !run.unsettled).map(|run| fresh(Run { refused: false, ..run }));
    met.collect::<BTreeSet<Run>>().into_iter().all(|run| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![run]);
        while let Some(run) = open.pop() {
            if good(&run) {
                return true;
            }
            if seen.insert(run.clone()) {
                open.extend(after(&run));
            }
        }
        false
    })
}
