//! Repairs a runbook: outline of its lists, search, and each candidate written down and checked as a file would be.
//!
//! Comes in: a path, a budget, how many edits there may be. Goes out: a report, and the repaired text. Nothing is offered
//! that was not read back from its own text and decided: every order good, and at least one.

use super::document::Document;
use super::{Mistakes, shown, too_large};
use crate::base::{Budget, Limit, SourceId, Sources, Tally};
use crate::certify::certify;
use crate::diag::Severity;
use crate::explain::data::{Finding, Word};
use crate::orderings::repair::{Edit, Options, Search, Stop, repair as search};
use crate::report::{self, ClaimChange, KeptOrders, RepairCost, RepairOutcome};
use crate::resolve::{self, Resolved};
use crate::syntax::{self, Sheet};
use crate::system::{Procedure, System};
use crate::{explain, lower, orderings};
use std::path::Path;

/// A runbook that was repaired, as far as that was possible.
#[derive(Debug)]
pub struct Repaired {
    /// What was found out.
    pub report: report::Repair,
    /// The file's text with the repair, where there is one.
    pub text: Option<String>,
    /// Warnings.
    pub warnings: Mistakes,
}

/// What a repair may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repairing {
    /// The most edits.
    pub edits: usize,
    /// Whether every step of the runbook stays in it.
    pub keep_steps: bool,
}

/// Reads a runbook and looks for the smallest edit after which every order that it allows is good.
///
/// # Errors
/// Everything that is wrong with the files.
///
/// # Panics
/// If evidence does not replay: a bug of the program.
pub fn repair(path: &Path, may: Repairing, budget: &Budget) -> Result<Repaired, Mistakes> {
    let mut mistakes = Mistakes::default();
    let opened = resolve::open_runbook(path, &mut mistakes.sources, &mut mistakes.diagnostics);
    let Some((resolved, runbook)) = opened else { return Err(mistakes) };
    let large = |error| too_large(&error, runbook.span, &mistakes);
    let system = lower::runbook(&resolved.world, &runbook).map_err(large)?;
    let before = told(&system, budget);
    let mut report = report::Repair::new(shown(path), &runbook.title, &resolved.world.title, may.edits, before);
    if report.outcome != RepairOutcome::None {
        return Ok(Repaired { report, text: None, warnings: mistakes });
    }
    if matches!(&system.procedure, Procedure::Ordered(plan) if !plan.retries.is_empty()) {
        report.reasons.push(
            "runbooks with `repeat until`, or whose world has reactions that take time, are not repaired".to_owned(),
        );
        report.stopped(Limit::Unasked.to_string());
        return Ok(Repaired { report, text: None, warnings: mistakes });
    }
    let whole = lower::with_every_step(&resolved.world, &runbook).map_err(large)?;
    let text = mistakes.sources.text(runbook.span.source).to_string();
    let tree = syntax::runbook(&mistakes.sources, runbook.span.source, &mut Vec::new());
    let mut document = Document::new(Sheet::new(&text, &tree), &runbook, &whole);
    if may.keep_steps {
        document.outline.units.iter_mut().for_each(|unit| unit.deletable = false);
    }
    let desk = Desk { resolved: &resolved, sources: &mistakes.sources, source: runbook.span.source, budget };
    let (mut accepted, mut undecided, mut refused) = (None, None, 0);
    let mut tally = Tally::start(budget, "repairs");
    let options = Options { edits: may.edits, ..Options::default() };
    let found = search(&whole, &document.outline, options, &mut tally, &mut |candidate| {
        let written = document.written(&candidate.outline);
        let finding = desk.checked(&written);
        match finding.as_ref().map(|finding| finding.verdict) {
            Some(Word::AlwaysHealthy) => accepted = finding.map(|finding| (written, finding)),
            Some(Word::Undecided) => undecided = finding.and_then(|finding| finding.limit),
            Some(Word::OrderMatters | Word::NeverHealthy) | None => refused += 1,
        }
        accepted.is_some()
    });
    tell(&document, &found, &whole, &mut report);
    if refused > 0 && accepted.is_none() {
        let were = if refused == 1 { "repair was" } else { "repairs were" };
        report.reasons.push(format!("{refused} {were} found that cannot be written into these lists"));
    }
    if let Some(limit) = undecided.filter(|_| accepted.is_none()) {
        report.stopped(limit);
    }
    let (Some((repaired, after)), Some(repair)) = (accepted, &found.found) else {
        return Ok(Repaired { report, text: None, warnings: mistakes });
    };
    report.keeps = kept(&repair.edits, &report.before, &after);
    report.claims = desk.changed_claims(&repaired, &report.before);
    report.repaired(after, &text, &repaired);
    Ok(Repaired { report, text: Some(repaired), warnings: mistakes })
}

fn told(system: &System, budget: &Budget) -> Finding {
    let certified = certify(system, orderings::decide(system, budget)).unwrap_or_else(|bug| panic!("{bug}"));
    explain::runbook(system, &certified)
}

/// The good orders that are kept, where there were more. Only where every edit rules orders out: then those that are good
/// after it were good before.
fn kept(edits: &[Edit], before: &Finding, after: &Finding) -> Option<KeptOrders> {
    let rules_out = |edit: &Edit| matches!(edit, Edit::Order { .. } | Edit::Require(_));
    let (was, is) = (before.counts.as_ref()?, after.counts.as_ref()?);
    let size = |digits: &str| (digits.len(), digits.to_owned());
    let fewer = edits.iter().all(rules_out) && size(&is.good) < size(&was.good);
    fewer.then(|| KeptOrders { kept: is.good.clone(), of: was.good.clone() })
}

/// How many steps of the runbook an edit leaves out.
fn left_out(document: &Document<'_>, edit: &Edit) -> usize {
    match edit {
        Edit::Delete(unit) => document.outline.steps(*unit).len(),
        Edit::Order { .. } | Edit::Require(_) | Edit::Insert(..) | Edit::Move(..) => 0,
    }
}

/// What a search found, in words.
fn tell(document: &Document<'_>, found: &Search, system: &System, report: &mut report::Repair) {
    report.tried = found.tried;
    if let Some(repair) = &found.found {
        report.edits = document.words(repair);
        report.leaves_out = repair.edits.iter().map(|edit| left_out(document, edit)).sum();
        let cost = repair.cost;
        report.cost =
            Some(RepairCost { edits: cost.edits, restarts: cost.restarts, not_healthy_after: cost.unhealthy });
    }
    if let Some(stop) = found.stopped {
        let limit = match stop {
            Stop::Limit(limit) => limit.to_string(),
            Stop::Candidates => "candidates".to_owned(),
        };
        report.stopped(limit);
    }
    if found.found.is_some() {
        return;
    }
    let mut reasons = Vec::new();
    if let Some(hopeless) = &found.hopeless {
        reasons.push(if hopeless.at_once {
            "beyond repair: it goes wrong before the first step".to_owned()
        } else {
            "beyond repair: no steps that the world has lead to a good end from the start, whatever happens".to_owned()
        });
        let part = |(condition, part): &(usize, usize)| &system.health[*condition].parts[*part].text;
        reasons.extend(hopeless.never.iter().map(|never| format!("{} never holds, whatever is done", part(never))));
    } else {
        let all = match found.through {
            0 if report.at_most == 0 => "it is not good as it is, and no edit is allowed".to_owned(),
            0 => "not every single edit was tried".to_owned(),
            1 => "every single edit was tried".to_owned(),
            many => format!("every set of up to {many} edits was tried"),
        };
        reasons.push(all);
        if let Some((closest, unmet)) = &found.closest {
            let edits = if closest.edits.is_empty() { vec!["as it is".to_owned()] } else { document.words(closest) };
            let still: Vec<&str> =
                unmet.iter().map(|(condition, part)| &system.health[*condition].parts[*part].text[..]).collect();
            let still = if still.is_empty() { "a drill fails".to_owned() } else { still.join(", ") + " may not hold" };
            reasons.push(format!("closest: {}; then at the end {still}", edits.join(", ")));
        }
        if let Some(with) = found.with.filter(|with| *with > found.through) {
            reasons.push(format!(
                "putting lists in order would do it, with {with} edit{}: --edits {with}",
                if with == 1 { "" } else { "s" }
            ));
        }
    }
    if document.kept {
        reasons
            .push("items with conditions, choices or several steps were left out or moved as a whole only".to_owned());
    }
    report.reasons = reasons;
}

/// Where texts are read and checked.
struct Desk<'d> {
    resolved: &'d Resolved,
    sources: &'d Sources,
    source: SourceId,
    budget: &'d Budget,
}

impl Desk<'_> {
    /// What a text comes to, its claims left out; None where it cannot be read.
    fn checked(&self, text: &str) -> Option<Finding> {
        self.read(text, |_| false).map(|system| told(&system, self.budget))
    }

    /// The system of a text, with those of its claims that are asked for; None if something is wrong with it.
    fn read(&self, text: &str, claims: impl Fn(&str) -> bool) -> Option<System> {
        let (mut sources, mut found) = (self.sources.clone(), Vec::new());
        let source = sources.add(self.sources.path(self.source), text);
        let mut tree = syntax::runbook(&sources, source, &mut found);
        if let Some(block) = &mut tree.block {
            block.claims.retain(|claim| claim.id.as_ref().is_some_and(|id| claims(&id.value)));
        }
        let runbook = resolve::runbook(&tree, self.resolved, &sources, &mut found)?;
        if found.iter().any(|mistake| mistake.severity() == Severity::Error) {
            return None;
        }
        lower::runbook(&self.resolved.world, &runbook).ok()
    }

    /// The claims that another answer is given to; None where a claim can no longer be read.
    fn changed_claims(&self, text: &str, before: &Finding) -> Vec<ClaimChange> {
        let readable: Vec<&str> = before
            .claims
            .iter()
            .map(|claim| &claim.id[..])
            .filter(|id| self.read(text, |other| other == *id).is_some())
            .collect();
        let system = self.read(text, |id| readable.contains(&id));
        let after = system.map(|system| told(&system, self.budget).claims).unwrap_or_default();
        let change = |was: &explain::data::ClaimFinding| {
            let is = after.iter().find(|claim| claim.id == was.id).map(|claim| claim.answer);
            (is != Some(was.answer)).then(|| ClaimChange { id: was.id.clone(), was: was.answer, is })
        };
        before.claims.iter().filter_map(change).collect()
    }
}
