//! From two certified verdicts and a comparison to what is told about a change.

use super::data::{ClaimChange, Difference, Extent, Fate, OrderChange, Orders, Steps, WasIs};
use super::rules::rules;
use crate::certify::{Bug, Certified};
use crate::explain::data::{ClaimFinding, Finding, StepName, Story};
use crate::explain::tell::run;
use crate::orderings::compare::{self, Change, Comparison, SharedSteps};
use crate::system::{OccurrenceId, Procedure, System};
use crate::verdict::Rules;

/// A runbook, and what was found out about it.
#[derive(Clone, Copy)]
pub struct Seen<'r> {
    /// The system.
    pub system: &'r System,
    /// The verdict on it.
    pub certified: &'r Certified,
    /// What is told about the verdict.
    pub finding: &'r Finding,
}

/// Tells what a change does.
///
/// # Errors
/// A run of the comparison does not replay: a bug of the program.
pub fn difference(old: Seen<'_>, new: Seen<'_>, comparison: &Comparison) -> Result<Difference, Bug> {
    let mut told = Difference {
        differs: false,
        limit: comparison.limit.map(|limit| limit.to_string()),
        steps: steps(old.system, new.system, &comparison.steps),
        orders: comparison.orders.as_ref().map(|found| orders(old.system, new.system, found)).transpose()?,
        rules: rules((old.system, rules_of(old)), (new.system, rules_of(new)), comparison),
        other_counterexample: !alike(old.finding.counterexample.as_ref(), new.finding.counterexample.as_ref()),
        claims: claims(&old.finding.claims, &new.finding.claims),
    };
    told.differs =
        differs(&told) || old.finding.verdict != new.finding.verdict || old.finding.counts != new.finding.counts;
    Ok(told)
}

fn rules_of(seen: Seen<'_>) -> Option<&Rules> {
    seen.certified.verdict().rules.as_ref()
}

fn differs(told: &Difference) -> bool {
    let steps = &told.steps;
    let other_steps = !(steps.only_old.is_empty() && steps.only_new.is_empty() && steps.reworded.is_empty());
    let other_orders = told.orders.as_ref().is_some_and(|orders| {
        let kinds = [&orders.forbidden, &orders.admitted, &orders.spoiled, &orders.mended];
        kinds.iter().any(|change| change.count != "0")
    });
    let other_rules = told.rules.iter().flatten().any(|rule| rule.fate != Fate::Kept);
    other_steps || other_orders || other_rules || told.other_counterexample || !told.claims.is_empty()
}

fn step_name(system: &System, id: OccurrenceId) -> StepName {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no orderings") };
    let occurrence = &plan.occurrences[id.0 as usize];
    StepName {
        label: occurrence.label.clone(),
        sentence: system.steps[occurrence.step.0 as usize].name.clone(),
        line: Some(occurrence.line),
    }
}

fn steps(old: &System, new: &System, shared: &SharedSteps) -> Steps {
    let names = |system, ids: &[OccurrenceId]| ids.iter().map(|id| step_name(system, *id)).collect();
    let both = shared.both.iter();
    let pairs = both.map(|(before, now)| WasIs { old: step_name(old, *before), new: step_name(new, *now) });
    Steps {
        shared: shared.both.len(),
        only_old: names(old, &shared.only_old),
        only_new: names(new, &shared.only_new),
        reworded: pairs.filter(|pair| pair.old.sentence != pair.new.sentence).collect(),
    }
}

fn orders(old: &System, new: &System, found: &compare::Orders) -> Result<Orders, Bug> {
    let extent =
        |extent: &compare::Extent| Extent { allowed: extent.allowed.to_string(), good: extent.good.to_string() };
    let change = |change: &Change, run_of: &System| -> Result<OrderChange, Bug> {
        let first = change.first.as_ref();
        let run = change.run.as_ref().map(|bad| run(run_of, bad)).transpose()?;
        Ok(OrderChange {
            count: change.count.to_string(),
            first: first.map(|first| first.iter().map(|id| step_name(new, *id)).collect()),
            run,
        })
    };
    Ok(Orders {
        old: extent(&found.old),
        new: extent(&found.new),
        forbidden: change(&found.forbidden, old)?,
        admitted: change(&found.admitted, new)?,
        spoiled: change(&found.spoiled, new)?,
        good_forbidden: change(&found.good_forbidden, old)?,
        mended: change(&found.mended, old)?,
        good_admitted: change(&found.good_admitted, new)?,
    })
}

/// Whether two counterexamples take the same steps and end the same way.
fn alike(old: Option<&Story>, new: Option<&Story>) -> bool {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (old, new) => return old.is_none() && new.is_none(),
    };
    let rows = |story: &Story| story.rows.iter().map(|row| (row.actor, row.text.clone(), row.went)).collect::<Vec<_>>();
    let broken = |story: &Story| story.ending.broken.iter().map(|broken| broken.part.clone()).collect::<Vec<_>>();
    let drill = |story: &Story| story.ending.drill.as_ref().map(|drill| (drill.name.clone(), drill.failure));
    rows(old) == rows(new)
        && old.ending.kind == new.ending.kind
        && broken(old) == broken(new)
        && drill(old) == drill(new)
}

fn claims(old: &[ClaimFinding], new: &[ClaimFinding]) -> Vec<ClaimChange> {
    let bare = |claim: &ClaimFinding| ClaimFinding { witness: None, ..claim.clone() };
    let find = |claims: &[ClaimFinding], id: &str| claims.iter().find(|claim| claim.id == id).map(bare);
    let is =
        new.iter().map(|claim| ClaimChange { id: claim.id.clone(), old: find(old, &claim.id), new: Some(bare(claim)) });
    let gone = old.iter().filter(|claim| find(new, &claim.id).is_none());
    let gone = gone.map(|claim| ClaimChange { id: claim.id.clone(), old: Some(bare(claim)), new: None });
    is.chain(gone).filter(|change| change.old != change.new).collect()
}
