//! What comes of a mutant: whether some claim of some runbook notices.

use super::baseline::{Answers, Baseline, Known};
use crate::base::{Budget, Files, Limit, Tally};
use crate::check::{Mistakes, Runbook};
use crate::cover::{self, Mutant};
use crate::diag::Severity;
use crate::resolve::Disk;
use crate::verdict::{Answer, Kind};
use std::io;
use std::path::{Path, PathBuf};

/// What comes of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// This claim of this runbook comes out otherwise; None: the runbook has no claims, and its verdict does.
    Killed(usize, Option<usize>),
    /// No claim notices.
    Survived {
        /// Runbooks whose verdict, in a word, changes all the same.
        verdicts: Vec<usize>,
        /// Whether the graphs are known to differ; not where a limit was hit in comparing them.
        compared: bool,
    },
    /// All runbooks have the same reachable graph as before.
    Equivalent {
        /// Not even their systems differ: nothing in any of them is made of it.
        idle: bool,
    },
    /// It cannot be read: the first mistake.
    Stillborn(String),
    /// A limit was hit where it mattered.
    Undecided(Limit),
}

/// Files as they are, but for one.
pub struct Changed {
    /// Which.
    pub path: PathBuf,
    /// What it holds instead.
    pub text: String,
}

impl Files for Changed {
    fn read(&self, path: &Path, most: usize) -> io::Result<Vec<u8>> {
        if Disk.same(path) == self.path { Ok(self.text.clone().into_bytes()) } else { Disk.read(path, most) }
    }

    fn outside(&self, path: &Path, first: &Path) -> Option<PathBuf> {
        Disk.outside(path, first)
    }

    fn shown(&self, path: &Path) -> String {
        Disk.shown(path)
    }

    fn same(&self, path: &Path) -> PathBuf {
        Disk.same(path)
    }
}

/// All that a mutant is judged by.
pub struct Bench<'b> {
    /// All runbooks.
    pub all: &'b [Baseline],
    /// Those that judge, and what they come to, the cheapest first.
    pub order: Vec<(usize, &'b Known)>,
    /// For each check.
    pub budget: &'b Budget,
}

/// So many times the states of a runbook as it is may be looked at with a change, and so many more, where no limit is given.
const MOST: (u64, u64) = (8, 100_000);

/// What a mutant may hold in memory in one runbook.
const MOST_BYTES: u64 = 512 << 20;

impl Bench<'_> {
    /// Judges a change to a file.
    pub fn judge(&self, file: &Path, text: &str, mutant: &Mutant) -> Fate {
        let files = Changed { path: file.to_owned(), text: mutant.apply(text) };
        let (mut touched, mut differs, mut compared_all) = (false, false, true);
        let (mut verdicts, mut limit) = (Vec::new(), None);
        for (number, known) in self.order.iter().filter(|(number, _)| self.all[*number].reads(file)) {
            if self.budget.cancelled.load(std::sync::atomic::Ordering::Relaxed) {
                return Fate::Undecided(Limit::Cancelled);
            }
            let one = &self.all[*number];
            let runbook = match Runbook::open_in(&files, &one.path) {
                Ok(runbook) => runbook,
                Err(mistakes) => return Fate::Stillborn(first(&mistakes)),
            };
            let same = cover::same(runbook.system(), &one.printed);
            let slips = match runbook.printed_slips() {
                Ok(slips) => slips == one.slips,
                Err(mistakes) => return Fate::Stillborn(first(&mistakes)),
            };
            if same && slips {
                continue;
            }
            touched = true;
            let budget = self.of_mutant(known);
            if slips && !mutant.kind.is_asked() {
                match self.alike(one, known, &runbook, &budget) {
                    Ok(true) => continue,
                    Ok(false) => differs = true,
                    Err(_) => compared_all = false,
                }
            } else {
                differs = true;
            }
            match runbook.answers(Some(&known.answers), &budget) {
                Err(mistakes) => return Fate::Stillborn(first(&mistakes)),
                Ok(answers) => match compared(&known.answers, &answers) {
                    Compared::Same => {}
                    Compared::Verdict if answers.claims.is_empty() => return Fate::Killed(*number, None),
                    Compared::Verdict => verdicts.push(*number),
                    Compared::Claim(claim) => return Fate::Killed(*number, Some(claim)),
                    Compared::Undecided(hit) => limit = Some(hit),
                },
            }
        }
        match limit {
            Some(limit) => Fate::Undecided(limit),
            None if mutant.kind.is_asked() => Fate::Survived { verdicts, compared: true },
            None if differs || !compared_all => Fate::Survived { verdicts, compared: differs },
            None => Fate::Equivalent { idle: !touched },
        }
    }

    fn alike(&self, one: &Baseline, known: &Known, runbook: &Runbook, budget: &Budget) -> Result<bool, Limit> {
        match &known.footprint {
            // Where it was looked at is not known, so nothing can be compared; a claim may still notice.
            Err(limit) => Err(*limit),
            Ok(footprint) => {
                let mut tally = Tally::start(budget, "same graph");
                cover::alike(one.runbook.system(), footprint, runbook.system(), &mut tally)
            }
        }
    }

    fn of_mutant(&self, known: &Known) -> Budget {
        let most = known.answers.states.saturating_mul(MOST.0).saturating_add(MOST.1);
        let states = self.budget.states.map_or(most, |states| states.min(most));
        // A change can let a world grow without bound; several mutants are looked at at once.
        let memory = Some(self.budget.memory.map_or(MOST_BYTES, |memory| memory.min(MOST_BYTES)));
        Budget { states: Some(states), memory, threads: 1, progress: None, ..self.budget.clone() }
    }
}

enum Compared {
    Same,
    Verdict,
    Claim(usize),
    Undecided(Limit),
}

fn compared(before: &Answers, after: &Answers) -> Compared {
    let mut undecided = None;
    for (claim, (before, after)) in before.claims.iter().zip(&after.claims).enumerate() {
        match (before, after) {
            (Answer::Undecided(limit), _) | (_, Answer::Undecided(limit)) => undecided = Some(*limit),
            (before, after) if before != after => return Compared::Claim(claim),
            _ => {}
        }
    }
    match (undecided, before.kind, after.kind) {
        (Some(limit), ..) | (None, Kind::Undecided(limit), _) | (None, _, Kind::Undecided(limit)) => {
            Compared::Undecided(limit)
        }
        (None, before, after) if before != after => Compared::Verdict,
        _ => Compared::Same,
    }
}

fn first(mistakes: &Mistakes) -> String {
    let wrong = mistakes.diagnostics.iter().find(|mistake| mistake.severity() == Severity::Error);
    wrong.map_or_else(String::new, |wrong| format!("{:?}: {}", wrong.code, wrong.message))
}
