//! The whole of a recheck, in order, and what it comes to in numbers.

use super::certificate::{AnswerTold, Certificate, Question, SetRuns, VerdictTold};
use super::claims::Recount;
use super::courses::Courses;
use super::known::unknown;
use super::machine::Machine;
use super::names::{Shape, names};
use super::places::Places;
use super::problem::{Problem, check, refused};
use super::runs::Runs;
use super::sets::Sets;
use super::settle::Known;
use crate::base::Tally;
use crate::resolve::model::{Property, Runbook, World};
use std::collections::BTreeSet;

/// What was rechecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The verdict.
    pub verdict: VerdictTold,
    /// Positions of the procedure.
    pub positions: u64,
    /// Pairs of position and state.
    pub pairs: u64,
    /// Ways of going on from them that were looked at.
    pub moves: u64,
    /// Sets of orderings.
    pub sets: u64,
    /// Nodes of their automaton.
    pub nodes: u64,
    /// Rules.
    pub rules: u64,
    /// Whether the rules are exact: *good exactly when*.
    pub exact: bool,
    /// Runs that were replayed.
    pub runs: u64,
    /// Each claim, and how it comes out.
    pub claims: Vec<(String, AnswerTold)>,
}

/// Rechecks a certificate against the world and runbook that it is about.
///
/// # Errors
/// The check that failed, or the limit that was hit.
pub fn recheck(
    certificate: &Certificate,
    world: &World,
    runbook: &Runbook,
    tally: &mut Tally,
) -> Result<Summary, Problem> {
    if let Some(what) = unknown(world, runbook) {
        return Err(refused(format!("certificates do not hold {what}")));
    }
    names(certificate, world, runbook)?;
    let wanted = wanted(certificate, world, runbook);
    let there: Vec<(Question, SetRuns)> = certificate.sets.iter().map(|set| (set.of.clone(), set.runs)).collect();
    check(there == wanted, || "the sets of orderings are not those that the claims ask for".to_owned())?;
    let mut watched: Vec<Question> = there.into_iter().map(|(question, _)| question).collect();
    watched.dedup();
    let courses = Courses::of(runbook, tally)?;
    let shape = Shape::of(world, runbook);
    let machine = Machine::new(world, runbook, watched);
    let mut known = Known::default();
    let mut sets = Sets::new(&certificate.nodes, &courses, runbook.occurrences.len())?;
    used(certificate)?;
    tally.phase = "pairs";
    let mut places = Places::read(certificate, &courses, &shape, tally)?;
    places.check(&machine, &mut sets, &mut known, tally)?;
    tally.phase = "claims";
    let mut recount = Recount { certificate, courses: &courses, sets: &mut sets, world };
    recount.verdict(tally)?;
    let order_matters = certificate.verdict.word == super::certificate::Word::OrderMatters;
    check(certificate.rules.is_some() == order_matters, || "rules are missing, or too many".to_owned())?;
    if let Some(rules) = &certificate.rules {
        recount.rules(rules, tally)?;
    }
    let mut runs = Runs { machine: &machine, courses: &courses, shape: &shape, known: &mut known, count: 0 };
    let all_good = certificate.verdict.good == certificate.verdict.total;
    check(certificate.counterexample.is_none() == all_good, || {
        "a run that is not good is missing, or one too many".to_owned()
    })?;
    if let Some(shown) = &certificate.counterexample {
        let run = runs.replay(shown, tally)?;
        check(run.good == Some(false), || "the counterexample ends well".to_owned())?;
    }
    check(certificate.claims.len() == runbook.claims.len(), || {
        "there are not as many claims as in the runbook".to_owned()
    })?;
    for pair in runbook.claims.iter().zip(&certificate.claims) {
        recount.claim(pair, &mut runs, tally)?;
    }
    Ok(Summary {
        verdict: certificate.verdict.clone(),
        positions: courses.positions.len() as u64,
        pairs: places.count(),
        moves: places.moves,
        sets: certificate.sets.len() as u64,
        nodes: certificate.nodes.len() as u64 - 1,
        rules: certificate.rules.as_ref().map_or(0, |rules| rules.never.len() as u64),
        exact: certificate.rules.as_ref().is_some_and(|rules| rules.admitted.as_deref() == Some("0")),
        runs: runs.count,
        claims: certificate.claims.iter().map(|claim| (claim.id.clone(), claim.answer)).collect(),
    })
}

/// The sets that a certificate of this runbook has: what every verdict needs, and what its claims ask for.
fn wanted(certificate: &Certificate, world: &World, runbook: &Runbook) -> Vec<(Question, SetRuns)> {
    let mut wanted = BTreeSet::from([(Question::Good, SetRuns::Every), (Question::Good, SetRuns::Some)]);
    if certificate.rules.as_ref().is_some_and(|rules| rules.not_refused) {
        wanted.insert((Question::Refused, SetRuns::Some));
    }
    for (_, property, _) in runbook.claims.iter().filter_map(|claim| claim.property.as_ref()) {
        let question = match property {
            Property::Healthy | Property::Unhealthy => continue,
            Property::Refused => Question::Refused,
            Property::Event(event) => Question::Event(world.events[event.index()].name.clone()),
            Property::Always(index) => Question::Keeps(world.always[*index as usize].name.clone()),
        };
        wanted.extend([SetRuns::Every, SetRuns::Some].map(|runs| (question.clone(), runs)));
    }
    wanted.into_iter().collect()
}

/// Every node is part of some set.
fn used(certificate: &Certificate) -> Result<(), Problem> {
    let mut used = vec![false; certificate.nodes.len()];
    used[0] = true;
    let named = certificate.sets.iter().flat_map(|set| set.from.iter().flatten().chain([&set.root]));
    for node in named {
        *used.get_mut(*node as usize).ok_or_else(|| refused(format!("there is no node {node} in the automaton")))? =
            true;
    }
    // An edge leads to a node that stands before.
    for number in (0..certificate.nodes.len()).rev() {
        if used[number] {
            certificate.nodes[number].1.iter().for_each(|(_, to)| used[*to as usize] = true);
        }
    }
    check(used.iter().all(|used| *used), || "a node of the automaton is part of no set".to_owned())
}
