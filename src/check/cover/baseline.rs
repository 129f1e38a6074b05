//! Runbooks as they are: what each comes to, where its system was looked at, and which of them share a world.

use crate::base::{Budget, Files, Limit, SourceId, Tally};
use crate::check::{Mistakes, Runbook};
use crate::cover;
use crate::engine::{Footprint, footprint};
use crate::orderings;
use crate::resolve::{self, Disk, Resolved};
use crate::system::Promise;
use crate::verdict::{Answer, Kind};
use std::path::{Path, PathBuf};

/// What claims come to, in a runbook as it is or with a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// In a word.
    pub kind: Kind,
    /// By claim.
    pub claims: Vec<Answer>,
    /// Pairs that were looked at.
    pub states: u64,
}

/// A runbook as it is.
pub struct Baseline {
    /// Its path, as it was given.
    pub path: PathBuf,
    /// The runbook.
    pub runbook: Runbook,
    /// Its world.
    pub resolved: Resolved,
    /// Its files: the runbook's own first, then its world's, then those that that one includes.
    pub files: Vec<(PathBuf, SourceId)>,
    /// All that its system prints.
    pub printed: String,
    /// All that its system with slips prints, where claims are about them.
    pub slips: Option<String>,
}

/// What a runbook comes to as it is.
pub struct Known {
    /// Its answers; undecided ones play no part.
    pub answers: Answers,
    /// Where it was looked at.
    pub footprint: Result<Footprint, Limit>,
}

impl Baseline {
    /// Reads a runbook.
    pub fn open(path: &Path) -> Result<Baseline, Mistakes> {
        let mut mistakes = Mistakes::default();
        let opened = resolve::open_runbook_in(&Disk, path, &mut mistakes.sources, &mut mistakes.diagnostics);
        let Some((resolved, runbook)) = opened else { return Err(mistakes) };
        let ids = mistakes.sources.ids();
        let files = ids.map(|id| (Disk.same(Path::new(mistakes.sources.path(id))), id)).collect();
        let runbook = Runbook::lowered(&Disk, path, (resolved.clone(), runbook), mistakes)?;
        let printed = cover::print(runbook.system());
        let slips = runbook.printed_slips()?;
        Ok(Baseline { path: path.to_owned(), runbook, resolved, files, printed, slips })
    }

    /// Its world's own files.
    pub fn world(&self) -> &[(PathBuf, SourceId)] {
        &self.files[1..]
    }

    /// Whether it reads a file.
    pub fn reads(&self, file: &Path) -> bool {
        self.files.iter().any(|(path, _)| path == file)
    }

    /// Decides it, and finds where it was looked at.
    pub fn known(&self, budget: &Budget) -> Result<Known, Mistakes> {
        let answers = self.runbook.answers(None, budget)?;
        let footprint = footprint(self.runbook.system(), &mut Tally::start(budget, "footprint"));
        Ok(Known { answers, footprint })
    }
}

impl Runbook {
    /// What its claims come to, nothing told. With what they came to before, only as far as the first that comes out otherwise: the others
    /// are then as before.
    pub(super) fn answers(&self, before: Option<&Answers>, budget: &Budget) -> Result<Answers, Mistakes> {
        let mut verdict = orderings::answers(&self.system, budget);
        let otherwise = |verdict: &crate::verdict::Verdict| {
            before.is_some_and(|before| {
                let claims = self.system.claims.iter().zip(&verdict.claims).zip(&before.claims);
                claims.into_iter().any(|((claim, now), before)| claim.promise.is_none() && now.answer != *before)
            })
        };
        if otherwise(&verdict) {
            for (claim, before) in verdict.claims.iter_mut().zip(before.iter().flat_map(|before| &before.claims)) {
                if claim.answer == Answer::Undecided(Limit::Unasked) {
                    claim.answer = *before;
                }
            }
        } else {
            self.keep_promises(&mut verdict, budget)?;
        }
        let claims = verdict.claims.iter().map(|claim| claim.answer).collect();
        Ok(Answers { kind: verdict.kind, claims, states: verdict.effort.states })
    }

    /// All that its system with all steps and slips prints, where a claim is about more than its own runs.
    pub(super) fn printed_slips(&self) -> Result<Option<String>, Mistakes> {
        let asks = |promise: &Promise| !matches!(promise, Promise::Eventually { .. });
        let asked = self.system.claims.iter().filter_map(|claim| claim.promise.as_ref()).any(asks);
        if !asked {
            return Ok(None);
        }
        self.mishaps().map(|mishaps| Some(cover::print(&mishaps)))
    }
}

/// Runbooks whose worlds share a file, by their indices, in the order of their first.
pub fn groups(all: &[Baseline]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (number, one) in all.iter().enumerate() {
        let shares = |group: &Vec<usize>| {
            let theirs = group.iter().flat_map(|other| all[*other].world());
            theirs.into_iter().any(|(file, _)| one.world().iter().any(|(own, _)| own == file))
        };
        let (mut with, without): (Vec<_>, Vec<_>) = groups.into_iter().partition(shares);
        let mut merged: Vec<usize> = with.drain(..).flatten().chain([number]).collect();
        merged.sort_unstable();
        groups = without;
        groups.push(merged);
    }
    groups.sort();
    groups
}
