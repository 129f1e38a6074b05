//! The verdict on a system with an ordered procedure.

use super::claims::{Claims, watched};
use super::classes::classify;
use super::fingerprint::fingerprint;
use super::insight;
use super::quotient::decide_by_counting;
use super::study::Study;
use super::suffixes::{Runs, Suffixes, Trait};
use crate::base::{Budget, Limit, Reduction, Tally};
use crate::system::{Claim, System, Watch, Watched};
use crate::verdict::{Among, ClaimVerdict, Classes, Counts, Effort, Kind, Verdict};
use num_bigint::BigUint;

/// More `always` conditions than this are not told apart in classes, so that there is room to watch what claims ask about.
const MOST_CONDITIONS: usize = 40;

/// Decides a system: in a word, in exact counts, with rules, classes, the shortest counterexample, and each of its claims.
///
/// # Panics
/// If the procedure is [`crate::system::Procedure::Free`]: a world alone has no orderings, see [`super::explore()`].
pub fn decide(system: &System, budget: &Budget) -> Verdict {
    decide_among(system, Among::NotRefused, budget)
}

/// The same, with rules that speak of these orderings.
///
/// # Panics
/// As [`decide`].
pub fn decide_among(system: &System, among: Among, budget: &Budget) -> Verdict {
    studied(system, among, budget, |study, tally, effort| decided(study, among, tally, effort))
}

/// Decides the verdict, the counts and the claims of a system, and nothing else: no rules, no classes, no counterexample of the whole.
///
/// # Panics
/// As [`decide`].
pub fn answers(system: &System, budget: &Budget) -> Verdict {
    studied(system, Among::NotRefused, budget, |mut study, tally, effort| answered(&mut study, tally, effort))
}

/// Counts where there are too many positions to look at; else explores, and leaves the rest to `judge`.
fn studied(
    system: &System,
    among: Among,
    budget: &Budget,
    judge: impl FnOnce(Study<'_>, &mut Tally, Effort) -> Result<Verdict, Limit>,
) -> Verdict {
    if let Some(counted) = decide_by_counting(system, among, budget) {
        return counted;
    }
    let mut tally = Tally::start(budget, "states");
    let mut effort = Effort::default();
    let watch = Watch::things(properties(system));
    let merged = if budget.without.uses(Reduction::EqualComponents) { system.merged() } else { None };
    let study = Study::watching((system, merged.as_ref()), &watch, &mut tally, &mut effort);
    let judged = study.and_then(|study| judge(study, &mut tally, effort));
    judged.unwrap_or_else(|limit| undecided(system, limit, effort))
}

fn answered(study: &mut Study<'_>, tally: &mut Tally, mut effort: Effort) -> Result<Verdict, Limit> {
    let good = study.good;
    let several_ways = study.suffixes.looked_at.several_ways;
    let good_in_some = if several_ways { study.suffixes.having(Runs::Some, Trait::Good, tally)? } else { good };
    effort.automaton = study.suffixes.languages.size(good);
    let counts = counts(&mut study.suffixes, good, good_in_some);
    let (rules, classes, counterexample) = (None, Classes::default(), None);
    let kind = in_a_word(&counts);
    let claims = claimed(study, tally);
    Ok(Verdict { kind, counts: Some(counts), effort, fingerprint: None, rules, classes, counterexample, claims })
}

fn undecided(system: &System, limit: Limit, effort: Effort) -> Verdict {
    Verdict {
        kind: Kind::Undecided(limit),
        counts: None,
        effort,
        fingerprint: None,
        rules: None,
        classes: Classes::default(),
        counterexample: None,
        claims: system.claims.iter().map(|_| ClaimVerdict::undecided(limit)).collect(),
    }
}

fn in_a_word(counts: &Counts) -> Kind {
    match (&counts.good, &counts.total) {
        (good, _) if *good == BigUint::ZERO => Kind::NeverHealthy,
        (good, total) if good == total => Kind::AlwaysHealthy,
        _ => Kind::OrderMatters,
    }
}

fn claimed(study: &mut Study<'_>, tally: &mut Tally) -> Vec<ClaimVerdict> {
    let (system, good) = (study.system, study.good);
    let known = vec![((Runs::Every, Trait::Good), good)];
    let mut claims = Claims { study, known };
    let decide = |claim: &Claim| {
        if claim.promise.is_some() {
            return ClaimVerdict::undecided(Limit::Unasked);
        }
        let thing = claim.property.as_ref().and_then(|(_, property, _)| watched(*property));
        match thing {
            Some(thing) if claims.study.watch.mark(thing).is_none() => decide_apart(system, claim, thing, tally),
            _ => claims.decide(claim, tally),
        }
    };
    system.claims.iter().map(decide).collect()
}

fn properties(system: &System) -> Vec<Watched> {
    // Conditions first: classes tell them apart.
    let conditions = u32::try_from(system.always.len().min(MOST_CONDITIONS)).expect("there are at most so many");
    let mut things: Vec<Watched> = (0..conditions).map(Watched::Broken).collect();
    for (_, property, _) in system.claims.iter().filter_map(|claim| claim.property.as_ref()) {
        things.extend(watched(*property).filter(|thing| !things.contains(thing)));
    }
    things
}

fn decided(mut study: Study<'_>, among: Among, tally: &mut Tally, mut effort: Effort) -> Result<Verdict, Limit> {
    let good = study.good;
    // Where nothing can go several ways, an ordering is good in every run or in none.
    let several_ways = study.suffixes.looked_at.several_ways;
    let good_in_some = if several_ways { study.suffixes.having(Runs::Some, Trait::Good, tally)? } else { good };
    effort.automaton = study.suffixes.languages.size(good);
    let counts = counts(&mut study.suffixes, good, good_in_some);
    let kind = in_a_word(&counts);
    let mut counterexample = match study.outside(tally)? {
        None => None,
        Some(ordering) => Some(study.run(ordering, Trait::NotGood, tally)?),
    };
    let verdicts = claimed(&mut study, tally);
    // After the claims: a limit that is hit here leaves the answers as they are.
    let fingerprint = fingerprint(&study.suffixes.languages, good, study.plan, tally).ok();
    if let Some(shown) = &mut counterexample {
        shown.insight.by_swaps = study.nearest_by_swaps(&shown.ordering, tally).ok().flatten();
        shown.insight.by_moves = study.nearest_by_moves(&shown.ordering, tally).ok().flatten();
    }
    let rules = (kind == Kind::OrderMatters).then(|| study.rules(among, tally));
    let classes = match kind {
        Kind::AlwaysHealthy => Classes::default(),
        _ => classify(&mut study, rules.as_ref(), tally),
    };
    let counts = Some(counts);
    let mut verdict = Verdict { kind, counts, effort, fingerprint, rules, classes, counterexample, claims: verdicts };
    insight::broken_rules(&mut verdict);
    Ok(verdict)
}

/// A claim about something for which there was no room in the watch: explored again, for it alone.
fn decide_apart(system: &System, claim: &Claim, thing: Watched, tally: &mut Tally) -> ClaimVerdict {
    let watch = Watch::things([thing]);
    let study = Study::watching((system, None), &watch, tally, &mut Effort::default());
    study.map_or_else(ClaimVerdict::undecided, |mut study| {
        let known = vec![((Runs::Every, Trait::Good), study.good)];
        Claims { study: &mut study, known }.decide(claim, tally)
    })
}

fn counts(
    suffixes: &mut Suffixes<'_>,
    good: super::language::Language,
    good_in_some: super::language::Language,
) -> Counts {
    let total = suffixes.course.total().clone();
    let good = suffixes.languages.count(good);
    let good_in_some = suffixes.languages.count(good_in_some);
    Counts { mixed: &good_in_some - &good, bad: &total - &good_in_some, good, total }
}
