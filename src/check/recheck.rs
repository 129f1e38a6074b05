//! Rechecks a certificate: are the files as they were, and does everything in it come out again.

use super::recorded::{Recorded, plain};
use super::{Mistakes, shown};
use crate::base::{Budget, Files, Tally};
use crate::recheck::{self, AnswerTold, Certificate, Problem, Summary, Word};
use crate::report::{Recheck, RecheckOutcome, Rechecked, RecheckedClaim};
use crate::resolve;
use std::path::{Path, PathBuf};

/// Rechecks a certificate: its name, its bytes and the folder it is in. The runbook is where the certificate says, seen from
/// the folder (whose path is followed by its text: links in it are to be worked out before), or here.
///
/// # Errors
/// Mistakes in files that are as they were: they were none to whoever wrote the certificate.
pub fn recheck(
    (name, bytes, folder): (&str, &[u8], &Path),
    runbook: Option<&Path>,
    budget: &Budget,
) -> Result<Recheck, Mistakes> {
    let mut report = Recheck {
        certificate: name.to_owned(),
        runbook: None,
        outcome: RecheckOutcome::Refused,
        reason: None,
        changed: Vec::new(),
        found: None,
    };
    let certificate = match Certificate::read(bytes) {
        Ok(certificate) => certificate,
        Err(problem) => return Ok(ended(report, problem)),
    };
    report.runbook = Some(runbook.map_or_else(|| certificate.runbook.clone(), shown));
    let runbook = plain(&runbook.map_or_else(|| folder.join(&certificate.runbook), PathBuf::from));
    report.changed = changed(&certificate, &runbook);
    if !report.changed.is_empty() {
        report.outcome = RecheckOutcome::Changed;
        return Ok(report);
    }
    let files = Recorded::default();
    let mut mistakes = Mistakes::default();
    let opened = resolve::open_runbook_in(&files, &runbook, &mut mistakes.sources, &mut mistakes.diagnostics);
    let Some((resolved, model)) = opened else { return Err(mistakes) };
    if files.sources(&runbook) != certificate.sources {
        report.reason = Some("the files of the certificate are not those that the runbook is made of".to_owned());
        return Ok(report);
    }
    let mut tally = Tally::start(budget, "pairs");
    match recheck::recheck(&certificate, &resolved.world, &model, &mut tally) {
        Err(problem) => Ok(ended(report, problem)),
        Ok(summary) => {
            report.outcome = RecheckOutcome::Rechecked;
            report.found = Some(numbers(&summary, certificate.sources.len() as u64));
            Ok(report)
        }
    }
}

fn ended(report: Recheck, problem: Problem) -> Recheck {
    match problem {
        Problem::Refused(refused) => Recheck { reason: Some(refused.reason), ..report },
        Problem::Limit(limit) => Recheck {
            outcome: RecheckOutcome::Undecided,
            reason: Some(format!("the limit on {limit} was hit")),
            ..report
        },
    }
}

/// The files that are not as they were, by their paths from the folder of the runbook.
fn changed(certificate: &Certificate, runbook: &Path) -> Vec<String> {
    let folder = runbook.parent().unwrap_or(Path::new(""));
    let mut changed = Vec::new();
    for (number, source) in certificate.sources.iter().enumerate() {
        // The runbook itself may have been given another name.
        let path = if number == 0 { runbook.to_owned() } else { folder.join(&source.path) };
        let name = &source.path;
        match resolve::Disk.read(&path, MOST_BYTES) {
            Err(error) => changed.push(format!("{name}: {error}")),
            Ok(bytes) if recheck::digest(&bytes) != source.sha256 => changed.push(format!("{name}: changed")),
            Ok(_) => {}
        }
    }
    changed
}

/// No file of a world is larger.
const MOST_BYTES: usize = 1 << 20;

fn numbers(summary: &Summary, files: u64) -> Rechecked {
    let answer = |answer: AnswerTold| match answer {
        AnswerTold::Holds => "holds",
        AnswerTold::Fails => "fails",
        AnswerTold::NotCovered => "not-covered",
    };
    let claims = summary.claims.iter();
    Rechecked {
        verdict: match summary.verdict.word {
            Word::AlwaysHealthy => "always-healthy",
            Word::OrderMatters => "order-matters",
            Word::NeverHealthy => "never-healthy",
        },
        total: summary.verdict.total.clone(),
        good: summary.verdict.good.clone(),
        mixed: summary.verdict.mixed.clone(),
        files,
        positions: summary.positions,
        pairs: summary.pairs,
        moves: summary.moves,
        sets: summary.sets,
        nodes: summary.nodes,
        rules: summary.rules,
        exact: summary.exact,
        runs: summary.runs,
        claims: claims.map(|(id, told)| RecheckedClaim { id: id.clone(), answer: answer(*told) }).collect(),
    }
}
