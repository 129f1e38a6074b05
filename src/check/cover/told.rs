//! What was found, as a report.

use super::baseline::{Baseline, Known};
use super::{Candidate, Fate, files};
use crate::base::{Files, SourceId, Sources, Span};
use crate::check::{Mistakes, shown};
use crate::cover::{self, Accepted, Element, Facts, Measure, Never, fits};
use crate::diag::{Code, Diagnostic};
use crate::report::{
    Citations, CoveredWorld, LoadBearing, MutantCounts, NeverExercised, Stale, Stillborn, Survivor, UndecidedMutant,
};
use crate::resolve::Disk;
use crate::syntax;
use crate::verdict::Kind;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What is accepted, and where that is written.
pub struct Reasons {
    pub entries: Accepted,
    pub sources: Sources,
    pub folder: PathBuf,
}

/// The report without what is found, and what is accepted.
pub fn begun(all: &[Baseline], group: &[usize], known: &[Known]) -> Result<(CoveredWorld, Reasons), Mistakes> {
    let mut report = CoveredWorld::default();
    for (file, one, id) in files(all, group) {
        let path = shown(Path::new(one.runbook.warnings().sources.path(id)));
        if one.files[0].0 == file { report.runbooks.push(path) } else { report.files.push(path) }
    }
    for (number, known) in group.iter().zip(known) {
        let limit = match (known.answers.kind, &known.footprint) {
            (Kind::Undecided(limit), _) => limit,
            (_, Err(limit)) => *limit,
            _ => continue,
        };
        report.silent.push((shown(&all[*number].path), limit.to_string()));
    }
    let (path, text) = beside(all, group, "survivors.toml");
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut mistakes = Mistakes::default();
    let mut entries = Vec::new();
    if let Some(bytes) = text {
        let id = syntax::decode(&shown(&path), &bytes, &mut mistakes.sources, &mut mistakes.diagnostics);
        if let Some(id) = id {
            entries = cover::accepted(&mistakes.sources, id, &mut mistakes.diagnostics);
        }
        if !mistakes.diagnostics.is_empty() {
            return Err(mistakes);
        }
    }
    Ok((report, Reasons { entries, sources: mistakes.sources, folder }))
}

/// A file beside the first world: its path, and what is in it if there is one.
fn beside(all: &[Baseline], group: &[usize], name: &str) -> (PathBuf, Option<Vec<u8>>) {
    // The deepest folder that is above all worlds would do too, but a world's own folder is where people look.
    let paths = files(all, group).into_iter().filter(|(file, one, _)| one.files[0].0 != *file);
    let mut folders: Vec<PathBuf> = paths
        .map(|(_, one, id)| {
            let path = PathBuf::from(one.runbook.warnings().sources.path(id));
            path.parent().map(Path::to_path_buf).unwrap_or_default()
        })
        .collect();
    folders.sort_by_key(|folder| (folder.components().count(), folder.clone()));
    folders.dedup();
    let mut first = None;
    for folder in folders {
        let path = folder.join(name);
        if let Ok(bytes) = Disk.read(&path, syntax::MAX_BYTES) {
            return (path, Some(bytes));
        }
        first.get_or_insert(path);
    }
    (first.unwrap_or_default(), None)
}

/// What no run exercises.
pub fn never(measure: &Measure) -> Vec<NeverExercised> {
    let told = measure.never().into_iter().map(|(kind, element, values)| {
        let kind = match kind {
            Never::Attempted => "never-attempted",
            Never::Taken => "never-taken",
            Never::Holds => "never-holds",
            Never::Fails => "always-holds",
            Never::Met => "never-met",
            Never::Strikes => "never-strikes",
            Never::Begun => "never-begun",
            Never::Runs => "never-runs",
        };
        NeverExercised { kind, element, values }
    });
    told.collect()
}

/// What came of the mutants.
pub fn mutants(
    report: &mut CoveredWorld,
    (all, made): (&[Baseline], usize),
    (candidates, fates): (&[Candidate<'_>], &[Fate]),
    accepted: &Reasons,
    whole: bool,
) {
    let mut counts = MutantCounts { made, tried: candidates.len(), ..MutantCounts::default() };
    let mut used = vec![false; accepted.entries.len()];
    let mut unsure = vec![false; accepted.entries.len()];
    for (one, fate) in candidates.iter().zip(fates) {
        let like = |entry: &cover::Entry| {
            let from = Path::new(one.shown).strip_prefix(&accepted.folder).unwrap_or(Path::new(one.shown));
            entry.file.as_ref().is_none_or(|file| fits(file, &shown(from)))
                && fits(&entry.element, &one.mutant.element)
                && entry.change.as_ref().is_none_or(|change| fits(change, &one.mutant.change()))
        };
        match fate {
            Fate::Killed(..) => counts.killed += 1,
            Fate::Stillborn(why) => {
                counts.stillborn += 1;
                report.stillborn.push(Stillborn {
                    file: shown(Path::new(one.shown)),
                    element: one.mutant.element.clone(),
                    change: one.mutant.change(),
                    why: why.clone(),
                });
            }
            Fate::Equivalent { idle } => {
                counts.equivalent += 1;
                counts.idle += usize::from(*idle);
            }
            Fate::Undecided(limit) => {
                counts.undecided += 1;
                for (unsure, entry) in unsure.iter_mut().zip(&accepted.entries) {
                    *unsure |= like(entry);
                }
                report.undecided.push(UndecidedMutant {
                    file: shown(Path::new(one.shown)),
                    element: one.mutant.element.clone(),
                    change: one.mutant.change(),
                    limit: limit.to_string(),
                });
            }
            Fate::Survived { verdicts, compared } => {
                let entry = accepted.entries.iter().position(like);
                for (used, entry) in used.iter_mut().zip(&accepted.entries) {
                    *used |= like(entry);
                }
                match entry {
                    Some(_) => counts.accepted += 1,
                    None => counts.survived += 1,
                }
                let (line, column) = place(one.text, one.mutant.start());
                report.survivors.push(Survivor {
                    file: shown(Path::new(one.shown)),
                    line,
                    column,
                    kind: one.mutant.kind.name(),
                    element: one.mutant.element.clone(),
                    change: one.mutant.change(),
                    verdicts: verdicts.iter().map(|number| shown(&all[*number].path)).collect(),
                    compared: *compared,
                    reason: entry.map(|entry| accepted.entries[entry].reason.clone()),
                });
            }
        }
    }
    for ((entry, used), unsure) in accepted.entries.iter().zip(used).zip(unsure) {
        if !used && !unsure && whole {
            report.stale.push(Stale {
                file: accepted.sources.path(entry.span.source).to_owned(),
                line: accepted.sources.position(entry.span).line,
                element: entry.element.clone(),
                change: entry.change.clone(),
            });
        }
    }
    report.mutants = Some(counts);
}

fn place(text: &str, at: usize) -> (u32, u32) {
    let mut sources = Sources::default();
    let source = sources.add("", text);
    let position = sources.position(Span::new(source, at..at));
    (position.line, position.column)
}

/// What cites what, and what rests on it.
pub fn citations(
    report: &mut CoveredWorld,
    all: &[Baseline],
    group: &[usize],
    (candidates, fates): (&[Candidate<'_>], &[Fate]),
    whole: bool,
) -> Result<(), Mistakes> {
    let (path, bytes) = beside(all, group, "facts.toml");
    let Some(bytes) = bytes else { return Ok(()) };
    let facts = read(&path, &bytes)?;
    let mut told = Citations { facts: shown(&path), known: facts.len(), ..Citations::default() };
    let (mut by_elements, mut by_claims) = (BTreeSet::new(), BTreeSet::new());
    for (file, one, id) in files(all, group) {
        let sources = &one.runbook.warnings().sources;
        let claims = one.files[0].0 == file;
        let cited: Vec<Element> = if claims {
            let block = syntax::runbook(sources, id, &mut Vec::new()).block;
            block.map_or_else(Vec::new, |block| cover::of_claims(&block.claims))
        } else {
            cover::cited(&syntax::world(sources, id, &mut Vec::new()))
        };
        let from = shown(Path::new(sources.path(id)));
        for element in cited {
            let name =
                if claims { format!("{from}::{}", element.path.trim_start_matches("claim.")) } else { element.path };
            if element.cites.is_empty() {
                told.without.push(name.clone());
            }
            for id in element.cites {
                if !facts.contains_key(&id) && !id.starts_with("--") {
                    told.unknown.push((id.clone(), name.clone()));
                }
                if claims {
                    by_claims.insert(id)
                } else {
                    by_elements.insert(id)
                };
            }
        }
    }
    for id in facts.keys() {
        match (by_elements.contains(id), by_claims.contains(id)) {
            (false, false) => told.uncited.push(id.clone()),
            (false, true) => told.only_claimed.push(id.clone()),
            _ => {}
        }
    }
    let mut bearing: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (one, fate) in candidates.iter().zip(fates) {
        if let (Fate::Killed(number, claim), false) = (fate, one.mutant.kind == cover::Kind::Claim) {
            let runbook = &all[*number];
            let claim = claim.map_or("verdict", |claim| runbook.runbook.system().claims[claim].id.as_str());
            let by = format!("{}::{claim}", shown(&runbook.path));
            for fact in one.mutant.cites.iter().filter(|fact| facts.contains_key(*fact)) {
                bearing.entry(fact).or_default().insert(by.clone());
            }
        }
    }
    if whole {
        told.idle = by_elements
            .iter()
            .filter(|id| facts.contains_key(*id) && !bearing.contains_key(id.as_str()))
            .cloned()
            .collect();
    }
    let bearing =
        bearing.into_iter().map(|(fact, by)| LoadBearing { fact: fact.to_owned(), by: by.into_iter().collect() });
    told.load_bearing = bearing.collect();
    report.citations = Some(told);
    Ok(())
}

fn read(path: &Path, bytes: &[u8]) -> Result<Facts, Mistakes> {
    let mut mistakes = Mistakes::default();
    let id: Option<SourceId> = syntax::decode(&shown(path), bytes, &mut mistakes.sources, &mut mistakes.diagnostics);
    let Some(id) = id else { return Err(mistakes) };
    cover::facts(mistakes.sources.text(id)).map_err(|(message, range)| {
        let span = Span::new(id, range);
        mistakes.diagnostics.push(Diagnostic::new(Code::R001, message.replace('\n', ", "), span));
        mistakes
    })
}
