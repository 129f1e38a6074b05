//! The verdict of a system whose orderings are counted only.
//!
//! In: a system that has too many positions to look at each. Out: verdict, exact counts, a shortest counterexample with its run, and claims about
//! `healthy` and `unhealthy` without a `where`. Rules, classes, the fingerprint and all other claims are undecided, and say that the limit on positions is why.

use super::count::{Counted, Reduced, Shortest, counted, ordered};
use crate::base::{Budget, Limit, Tally};
use crate::orderings::study::Study;
use crate::orderings::suffixes::Trait;
use crate::system::{Block, Claim, OccurrenceId, Plan, Procedure, Property, Quantifier, System};
use crate::trace::{Actor, Trace, Turn};
use crate::verdict::{
    Among, Answer, ClaimVerdict, Classes, Counterexample, Counts, Effort, Ending, Insight, Kind, Rules, Verdict,
};
use num_bigint::BigUint;
use rustc_hash::FxHashSet;

/// Up to so many positions a procedure is looked at as a whole; one more step in any order than that is where the whole check
/// takes minutes and gigabytes.
const MOST_POSITIONS: usize = 2_000_000;

/// Decides a system by counting alone. None where that is not called for: no reduction applies, or there are not too many positions for
/// everything to be found out.
pub fn decide_by_counting(system: &System, among: Among, budget: &Budget) -> Option<Verdict> {
    let Procedure::Ordered(plan) = &system.procedure else { return None };
    let mut tally = Tally::start(budget, "parts");
    let decided = match called_for(system, plan, budget, &mut tally) {
        Ok(None) => return None,
        Ok(Some(reduced)) => decided(system, &reduced, among, &mut tally),
        Err(limit) => Err(limit),
    };
    Some(decided.unwrap_or_else(|limit| undecided(system, limit)))
}

fn called_for(system: &System, plan: &Plan, budget: &Budget, tally: &mut Tally) -> Result<Option<Reduced>, Limit> {
    if at_most(&plan.root) <= MOST_POSITIONS as f64 {
        return Ok(None);
    }
    let reduced = Reduced::of(system, budget, tally)?;
    Ok((reduced.applies() && has_more(plan, tally)?).then_some(reduced))
}

/// Whether a system is decided by counting alone, so that nothing should be asked of it which needs every position.
///
/// # Errors
/// The limit that was hit.
pub fn only_counted(system: &System, budget: &Budget) -> Result<bool, Limit> {
    let mut tally = Tally::start(budget, "parts");
    match &system.procedure {
        Procedure::Ordered(plan) => Ok(called_for(system, plan, budget, &mut tally)?.is_some()),
        Procedure::Free => Ok(false),
    }
}

/// Decides a system by counting alone, however small it is: what [`super::super::decide()`] does where there are too many positions to look at each.
///
/// # Panics
/// If the procedure is [`Procedure::Free`]: a world alone has no orderings.
pub fn decide_counted(system: &System, among: Among, budget: &Budget) -> Verdict {
    let mut tally = Tally::start(budget, "parts");
    let reduced = Reduced::of(system, budget, &mut tally);
    let decided = reduced.and_then(|reduced| decided(system, &reduced, among, &mut tally));
    decided.unwrap_or_else(|limit| undecided(system, limit))
}

fn undecided(system: &System, limit: Limit) -> Verdict {
    Verdict {
        kind: Kind::Undecided(limit),
        counts: None,
        effort: Effort::default(),
        fingerprint: None,
        rules: None,
        classes: Classes::default(),
        counterexample: None,
        claims: system.claims.iter().map(|_| ClaimVerdict::undecided(limit)).collect(),
    }
}

fn decided(system: &System, reduced: &Reduced, among: Among, tally: &mut Tally) -> Result<Verdict, Limit> {
    let plan = ordered(system);
    let found = counted(system, reduced, tally)?;
    let Counted { kind, counts, places, moves, shortest, good, .. } = found;
    let counterexample = match shortest {
        None => None,
        Some(Shortest { ordering, lost_after }) => {
            let shown = run(system, plan, ordering, Trait::NotGood, tally)?;
            Some(Counterexample { lost_after, ..shown })
        }
    };
    let good = good.filter(|_| system.claims.iter().any(wants_a_good_run));
    let good = good.map(|ordering| run(system, plan, ordering, Trait::Good, tally)).transpose()?;
    let claims = system.claims.iter().map(|claim| decide_claim(claim, &counts, (&counterexample, &good))).collect();
    let rules = Rules { among, spoken_of: None, never: Vec::new(), admitted: None, limit: Some(Limit::Positions) };
    let limit = (kind != Kind::AlwaysHealthy).then_some(Limit::Positions);
    Ok(Verdict {
        kind,
        counts: Some(counts),
        effort: Effort { states: places, moves, automaton: 0 },
        fingerprint: None,
        rules: (kind == Kind::OrderMatters).then_some(rules),
        classes: Classes { classes: Vec::new(), limit },
        counterexample,
        claims,
    })
}

fn wants_a_good_run(claim: &Claim) -> bool {
    let property = claim.property.as_ref().map(|(quantifier, property, _)| (quantifier, property));
    matches!(
        property,
        Some((Quantifier::Some | Quantifier::No, Property::Healthy) | (Quantifier::Every, Property::Unhealthy))
    )
}

fn decide_claim(
    claim: &Claim,
    counts: &Counts,
    (bad, good): (&Option<Counterexample>, &Option<Counterexample>),
) -> ClaimVerdict {
    let none = counts.good == BigUint::ZERO;
    let all = counts.good == counts.total;
    let (mut holds, witness) = match &claim.property {
        _ if claim.filter.is_some() => return ClaimVerdict::undecided(Limit::Positions),
        // Whoever made the promise answers for it.
        _ if claim.promise.is_some() => return ClaimVerdict::undecided(Limit::Unasked),
        None => (true, None),
        Some((Quantifier::Every, Property::Healthy, _)) => (all, bad.clone()),
        Some((Quantifier::Some, Property::Healthy, _)) => (!none, good.clone()),
        Some((Quantifier::No, Property::Healthy, _)) => (none, good.clone()),
        Some((Quantifier::Some, Property::Unhealthy, _)) => (!all, bad.clone()),
        Some((Quantifier::No, Property::Unhealthy, _)) => (all, bad.clone()),
        // Where no ordering is good in every run but some are in one, that run is not looked for.
        Some((Quantifier::Every, Property::Unhealthy, _)) if !none || counts.mixed == BigUint::ZERO => {
            (none, good.clone())
        }
        Some(_) => return ClaimVerdict::undecided(Limit::Positions),
    };
    if let Some((good, of)) = &claim.count {
        let same = |wanted: &Option<String>, counted: &BigUint| {
            wanted.as_ref().is_none_or(|wanted| *wanted == counted.to_string())
        };
        holds &= same(good, &counts.good) && same(of, &counts.total);
    }
    let answer = if holds { Answer::Holds } else { Answer::Fails };
    let healthy = matches!(claim.property, Some((_, Property::Healthy, _)));
    let counted = (healthy || claim.count.is_some()).then(|| (counts.good.clone(), counts.total.clone()));
    ClaimVerdict { answer, witness, counted, good_elsewhere: None }
}

/// A run of one ordering: the system is asked again, with that ordering alone.
fn run(
    system: &System,
    plan: &Plan,
    ordering: Vec<OccurrenceId>,
    what: Trait,
    tally: &mut Tally,
) -> Result<Counterexample, Limit> {
    let mut alone = plan.restricted(&ordering);
    let numbers = || (0..).map(OccurrenceId).take(ordering.len());
    alone.root = Block::Sequence(numbers().map(Block::Step).collect());
    alone.chains.clear();
    let mut alone = System { procedure: Procedure::Ordered(alone), ..system.clone() };
    alone.claims.clear();
    let mut study = Study::of(&alone, tally)?;
    let shown = study.run(numbers().collect(), what, tally)?;
    let renamed = |mut turn: Turn| {
        if let Actor::Occurrence(id) = turn.actor {
            turn.actor = Actor::Occurrence(ordering[id.0 as usize]);
        }
        turn
    };
    let Trace { initial, settle, turns } = shown.trace;
    let trace = Trace { initial, settle, turns: turns.into_iter().map(renamed).collect() };
    let ending = match shown.ending {
        Ending::Endless(turns) => Ending::Endless(turns.into_iter().map(renamed).collect()),
        other => other,
    };
    Ok(Counterexample { ordering, lost_after: None, trace, ending, insight: Insight::default() })
}

/// No plan has more positions than this; chains, and what is left out, make them fewer.
fn at_most(block: &Block) -> f64 {
    match block {
        Block::Step(_) => 2.0,
        Block::Optional(inner) => at_most(inner) + 1.0,
        Block::Undivided(inner) => 2.0 * at_most(inner),
        Block::Sequence(children) | Block::Either(children) => children.iter().map(at_most).sum::<f64>().max(1.0),
        Block::Interleaved(children) => children.iter().map(at_most).product(),
    }
}

/// How many positions a plan of lists has: the product for steps in any order, the sum for steps in a row.
fn of_lists(block: &Block) -> f64 {
    match block {
        Block::Sequence(children) => children.iter().map(of_lists).sum::<f64>() - (children.len().max(1) - 1) as f64,
        Block::Interleaved(children) => children.iter().map(of_lists).product(),
        _ => 2.0,
    }
}

/// Whether there are more positions than are looked at. Lists without chains are counted by a formula, others by walking.
fn has_more(plan: &Plan, tally: &mut Tally) -> Result<bool, Limit> {
    if plan.chains.is_empty() && plan.predecessors().is_some() {
        return Ok(of_lists(&plan.root) > MOST_POSITIONS as f64);
    }
    let predecessors = plan.predecessors();
    let mut known = FxHashSet::from_iter([plan.start()]);
    let mut open = vec![plan.start()];
    while let Some(position) = open.pop() {
        for (_, after) in plan.next_after(position, predecessors.as_deref()) {
            if known.insert(after) {
                open.push(after);
                if known.len() > MOST_POSITIONS {
                    return Ok(true);
                }
            }
        }
        tally.check()?;
    }
    Ok(false)
}
