//! Whether the check of runbooks is worth anything: what no run exercises, and what no claim notices.
//!
//! Comes in: paths of runbooks, and what may be used. Goes out: a report for each world. Mutants are judged by several threads, each by the
//! runbooks that read the changed file, those with the fewest states first; the first claim that notices ends it. Runs of mutants are not
//! shown, so none is certified.

mod baseline;
mod judge;
mod told;

use super::Mistakes;
use crate::base::{Budget, Limit, SourceId, Tally};
use crate::cover::{self, Measure, Mutant};
use crate::engine::each;
use crate::report;
use crate::syntax;
use baseline::{Baseline, Known, groups};
use judge::{Bench, Fate};
use std::path::{Path, PathBuf};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Covering {
    /// Only so many mutants of each world, spread evenly over all.
    pub most: Option<usize>,
    /// Only mutants of elements, or in files, whose name holds this.
    pub only: Option<String>,
    /// No mutants at all.
    pub without_mutants: bool,
}

impl Covering {
    fn is_whole(&self) -> bool {
        self.most.is_none() && self.only.is_none() && !self.without_mutants
    }
}

/// A mutant with its file.
struct Candidate<'c> {
    file: &'c Path,
    shown: &'c str,
    text: &'c str,
    mutant: Mutant,
}

/// Looks at the worlds of these runbooks.
///
/// # Errors
/// Everything that is wrong with the files of the first runbook that has a mistake.
pub fn cover(paths: &[PathBuf], asked: &Covering, budget: &Budget) -> Result<report::Cover, Mistakes> {
    let all = paths.iter().map(|path| Baseline::open(path)).collect::<Result<Vec<_>, _>>()?;
    let mut worlds = Vec::new();
    for group in groups(&all) {
        worlds.push(covered(&all, &group, asked, budget)?);
    }
    Ok(report::Cover { worlds })
}

fn covered(
    all: &[Baseline],
    group: &[usize],
    asked: &Covering,
    budget: &Budget,
) -> Result<report::CoveredWorld, Mistakes> {
    let alone = Budget { threads: 1, ..budget.clone() };
    let known = each(budget.threads, group, |number| all[*number].known(&alone));
    let known = known.into_iter().collect::<Result<Vec<Known>, _>>()?;
    let (mut report, accepted) = told::begun(all, group, &known)?;
    let (measure, limits) = measured(all, group, &known, budget);
    report.never = told::never(&measure);
    report
        .silent
        .extend(limits.into_iter().map(|(number, limit)| (super::shown(&all[number].path), limit.to_string())));
    if asked.without_mutants {
        told::citations(&mut report, all, group, (&[], &[]), false)?;
        return Ok(report);
    }
    let mut candidates = candidates(all, group);
    let made = candidates.len();
    candidates.retain(|one| {
        asked
            .only
            .as_ref()
            .is_none_or(|word| one.mutant.element.contains(word.as_str()) || one.shown.contains(word.as_str()))
    });
    if let Some(most) = asked.most.filter(|most| *most < candidates.len()) {
        let of = candidates.len();
        let mut number = 0;
        candidates.retain(|_| {
            number += 1;
            number * most / of != (number - 1) * most / of
        });
    }
    let mut order: Vec<(usize, &Known)> = group.iter().copied().zip(&known).collect();
    // What is asked of slips and of ways back takes far longer than orders do.
    order.sort_by_key(|(number, known)| (all[*number].slips.is_some(), known.answers.states, *number));
    let bench = Bench { all, order, budget };
    let done = std::sync::atomic::AtomicUsize::new(0);
    let fates = each(budget.threads, &candidates, |one| {
        let fate = bench.judge(one.file, one.text, &one.mutant);
        let done = 1 + done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if let Some(progress) = &budget.progress {
            progress.tick("mutants", done as u64, Some(done as f64 / candidates.len() as f64));
        }
        fate
    });
    told::mutants(&mut report, (all, made), (&candidates, &fates), &accepted, asked.is_whole());
    told::citations(&mut report, all, group, (&candidates, &fates), asked.is_whole())?;
    Ok(report)
}

fn measured(all: &[Baseline], group: &[usize], known: &[Known], budget: &Budget) -> (Measure, Vec<(usize, Limit)>) {
    let (mut measure, mut limits) = (Measure::default(), Vec::new());
    for (number, known) in group.iter().zip(known) {
        if let Ok(footprint) = &known.footprint {
            let one = &all[*number];
            let mut tally = Tally::start(budget, "exercised");
            let own = (&one.resolved, &one.runbook.runbook);
            // What was found so far stays; what was not may have been met all the same, so the runbook is named.
            if let Err(limit) = measure.add(own, one.runbook.system(), footprint, &mut tally) {
                limits.push((*number, limit));
            }
        }
    }
    (measure, limits)
}

/// The files of a group, each once, with the first runbook that reads it: those of worlds first.
fn files<'a>(all: &'a [Baseline], group: &[usize]) -> Vec<(&'a Path, &'a Baseline, SourceId)> {
    let mut found: Vec<(&Path, &Baseline, SourceId)> = Vec::new();
    let own = |one: &'a Baseline| one.files.iter().take(1);
    let world = |one: &'a Baseline| one.files.iter().skip(1);
    let worlds = group.iter().flat_map(|number| world(&all[*number]).map(|file| (&all[*number], file)));
    let runbooks = group.iter().flat_map(|number| own(&all[*number]).map(|file| (&all[*number], file)));
    for (one, (path, id)) in worlds.chain(runbooks) {
        if found.iter().all(|(other, ..)| *other != path.as_path()) {
            found.push((path, one, *id));
        }
    }
    found
}

fn candidates<'a>(all: &'a [Baseline], group: &[usize]) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    for (file, one, id) in files(all, group) {
        let sources = &one.runbook.warnings().sources;
        let text: &str = sources.text(id);
        let mutants = if one.files[0].0 == file {
            cover::of_runbook(text, &syntax::runbook(sources, id, &mut Vec::new()))
        } else {
            cover::of_world(text, &syntax::world(sources, id, &mut Vec::new()), one.resolved.tree())
        };
        let shown = sources.path(id);
        found.extend(mutants.into_iter().map(|mutant| Candidate { file, shown, text, mutant }));
    }
    found
}
