//! The verdict on a system with an ordered procedure.

use super::claims::{Claims, watched};
use super::shortest;
use super::suffixes::{Runs, Suffixes, Trait};
use super::witness::Scene;
use crate::base::{Budget, Limit, Tally};
use crate::engine::{Stopped, packed};
use crate::system::{Claim, Plan, Procedure, System, Watch, Watched};
use crate::verdict::{ClaimVerdict, Counts, Effort, Kind, Verdict};
use num_bigint::BigUint;

/// Decides a system: in a word, in exact counts, with the shortest counterexample, and each of its claims.
///
/// # Panics
/// If the procedure is [`Procedure::Free`]: a world alone has no orderings, see [`super::explore()`].
pub fn decide(system: &System, budget: &Budget) -> Verdict {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no orderings") };
    let mut tally = Tally::start(budget, "states");
    let mut effort = Effort::default();
    let verdict = match Deciding::prepare(system, plan, properties(system), &mut tally, &mut effort) {
        Ok(deciding) => decide_reached(system, plan, deciding, &mut tally, &mut effort),
        Err(limit) => Err(limit),
    };
    verdict.unwrap_or_else(|limit| Verdict {
        kind: Kind::Undecided(limit),
        counts: None,
        effort,
        counterexample: None,
        claims: system.claims.iter().map(|_| ClaimVerdict::undecided(limit)).collect(),
    })
}

/// A graph with what it watches.
struct Deciding<'s> {
    watch: Watch,
    suffixes: Suffixes<'s>,
}

impl<'s> Deciding<'s> {
    fn prepare(
        system: &'s System,
        plan: &Plan,
        things: Vec<Watched>,
        tally: &mut Tally,
        effort: &mut Effort,
    ) -> Result<Deciding<'s>, Limit> {
        let watch = Watch::things(things);
        let reached = packed::reach(system, plan, &watch, tally);
        let (states, moves) = match &reached {
            Ok(reached) => (reached.nodes() as u64, reached.moves() as u64),
            Err(stopped) => (stopped.states, stopped.moves),
        };
        (effort.states, effort.moves) = (states, moves);
        let reached = reached.map_err(|Stopped { limit, .. }| limit)?;
        tally.states = reached.nodes() as u64;
        Ok(Deciding { watch, suffixes: Suffixes::of(system, reached, tally)? })
    }
}

fn properties(system: &System) -> Vec<Watched> {
    let mut things = Vec::new();
    for (_, property, _) in system.claims.iter().filter_map(|claim| claim.property.as_ref()) {
        things.extend(watched(*property).filter(|thing| !things.contains(thing)));
    }
    things
}

fn decide_reached(
    system: &System,
    plan: &Plan,
    deciding: Deciding<'_>,
    tally: &mut Tally,
    effort: &mut Effort,
) -> Result<Verdict, Limit> {
    let Deciding { watch, mut suffixes } = deciding;
    let scene = Scene { system, plan, watch: &watch };
    let all = suffixes.whole();
    let good = suffixes.having(Runs::Every, Trait::Good, tally)?;
    let good_in_some = if good == all { all } else { suffixes.having(Runs::Some, Trait::Good, tally)? };
    effort.automaton = suffixes.languages.size(good);
    let counts = counts(&mut suffixes, good, good_in_some);
    let kind = match (&counts.good, &counts.total) {
        (good, _) if *good == BigUint::ZERO => Kind::NeverHealthy,
        (good, total) if good == total => Kind::AlwaysHealthy,
        _ => Kind::OrderMatters,
    };
    let counterexample = match shortest::outside(&suffixes.languages, all, good, tally)? {
        None => None,
        Some(ordering) => Some(scene.run(&mut suffixes, (ordering, Trait::NotGood), good, tally)?),
    };
    let known = vec![((Runs::Every, Trait::Good), good)];
    let mut claims = Claims { scene: &scene, suffixes: &mut suffixes, good, known };
    let mut verdicts = Vec::with_capacity(system.claims.len());
    for claim in &system.claims {
        let thing = claim.property.as_ref().and_then(|(_, property, _)| watched(*property));
        verdicts.push(match thing {
            Some(thing) if watch.mark(thing).is_none() => decide_apart(system, plan, claim, thing, tally),
            _ => claims.decide(claim, tally),
        });
    }
    Ok(Verdict { kind, counts: Some(counts), effort: *effort, counterexample, claims: verdicts })
}

/// A claim about something for which there was no room in the watch: explored again, for it alone.
fn decide_apart(system: &System, plan: &Plan, claim: &Claim, thing: Watched, tally: &mut Tally) -> ClaimVerdict {
    let mut decide = || {
        let Deciding { watch, mut suffixes } =
            Deciding::prepare(system, plan, vec![thing], tally, &mut Effort::default())?;
        let scene = Scene { system, plan, watch: &watch };
        let good = suffixes.having(Runs::Every, Trait::Good, tally)?;
        let known = vec![((Runs::Every, Trait::Good), good)];
        Ok(Claims { scene: &scene, suffixes: &mut suffixes, good, known }.decide(claim, tally))
    };
    decide().unwrap_or_else(ClaimVerdict::undecided)
}

fn counts(
    suffixes: &mut Suffixes<'_>,
    good: super::language::Language,
    good_in_some: super::language::Language,
) -> Counts {
    let total = suffixes.reached.course.total().clone();
    let good = suffixes.languages.count(good);
    let good_in_some = suffixes.languages.count(good_in_some);
    Counts { mixed: &good_in_some - &good, bad: &total - &good_in_some, good, total }
}
