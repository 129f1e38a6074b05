//! The pipeline, on one screen: files, trees, model, system, verdict, certificate, report.
//!
//! Comes in: a path and a budget. Goes out: a report, or the mistakes in the files. Mistakes are data, never a panic; a
//! verdict that its own certificate refuses is a bug of the program, and panics.

mod card;
mod certificate;
mod cover;
mod document;
mod export;
mod order;
mod plan;
mod progress;
mod promises;
mod recheck;
mod recorded;
mod repair;
mod replays;
mod rescue;
mod rollback;
mod service;
mod since;
mod slips;

use crate::base::{Budget, Files, Sources, Span};
use crate::certify::{Certified, certify};
use crate::diag::{Code, Diagnostic, Severity};
use crate::lower::{self, TooLarge};
use crate::orderings;
use crate::report::{self, Assumptions, FaultBudget, data};
use crate::resolve::{self, Resolved, model};
use crate::syntax;
use crate::system::System;
use crate::verdict::{Among, Answer, Verdict};
use crate::{diag, explain};
use std::path::Path;

pub use card::Asked;
pub use certificate::{Certified as CertifiedRunbook, Subject, Uncertified, certificate_of, certified};
pub use recheck::recheck;

pub use crate::resolve::allow_outside;

pub use crate::syntax::{block_schema, world_schema};
pub use cover::{Covering, cover};
pub use export::{Exported, Target, Unexported, export};
pub use plan::{Planned, Planning, Unplanned, plan};
pub use repair::{Repaired, Repairing, repair};
pub use slips::Slip;

/// Mistakes in files, with the files.
#[derive(Clone, Debug, Default)]
pub struct Mistakes {
    /// In the order found.
    pub diagnostics: Vec<Diagnostic>,
    /// The files they point into.
    pub sources: Sources,
}

impl std::fmt::Display for Mistakes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.diagnostics
            .iter()
            .try_for_each(|mistake| f.write_str(&diag::show(mistake, &self.sources, diag::Style::default())))
    }
}

impl std::error::Error for Mistakes {}

/// A world, read and resolved.
#[derive(Clone, Debug)]
pub struct World {
    path: String,
    resolved: Resolved,
    mistakes: Mistakes,
}

/// A runbook, read and resolved with its world, and lowered.
#[derive(Clone, Debug)]
pub struct Runbook {
    path: String,
    world: model::World,
    runbook: model::Runbook,
    system: System,
    mistakes: Mistakes,
}

/// Why an order could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unordered {
    /// The runbook does not allow it: why, and what to write instead.
    Order(String),
    /// This limit was hit.
    Limit(String),
}

impl World {
    /// Reads a world and all it includes.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn open(path: impl AsRef<Path>) -> Result<World, Mistakes> {
        World::open_in(&resolve::Disk, path.as_ref())
    }

    /// As [`World::open`], with files from elsewhere.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn open_in(files: &dyn Files, path: &Path) -> Result<World, Mistakes> {
        let mut mistakes = Mistakes::default();
        match resolve::load_world_in(files, path, &mut mistakes.sources, &mut mistakes.diagnostics) {
            Some(resolved) => Ok(World { path: shown(Path::new(&files.shown(path))), resolved, mistakes }),
            None => Err(mistakes),
        }
    }

    /// The system of the world alone: every step at any time.
    ///
    /// # Errors
    /// It is too large.
    pub fn system(&self) -> Result<System, Mistakes> {
        let place = Span::new(crate::base::SourceId(0), 0..0);
        lower::alone(&self.resolved.world).map_err(|error| too_large(&error, place, &self.mistakes))
    }

    /// Explores the world alone: reachable states, `always` conditions, the shortest way to break one.
    ///
    /// # Errors
    /// It is too large.
    ///
    /// # Panics
    /// If the trace found does not replay: a bug of the program.
    pub fn states(&self, budget: &Budget) -> Result<report::World, Mistakes> {
        let system = self.system()?;
        let found = orderings::explore(&system, budget);
        let finding = explain::world(&system, &found).unwrap_or_else(|bug| panic!("{bug}"));
        Ok(report::World::new(&self.path, &self.resolved.world.title, finding))
    }

    /// Warnings about its files.
    pub fn warnings(&self) -> &Mistakes {
        &self.mistakes
    }
}

impl Runbook {
    /// Reads a runbook and its world.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn open(path: impl AsRef<Path>) -> Result<Runbook, Mistakes> {
        Runbook::open_in(&resolve::Disk, path.as_ref())
    }

    /// As [`Runbook::open`], with files from elsewhere.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn open_in(files: &dyn Files, path: &Path) -> Result<Runbook, Mistakes> {
        let mut mistakes = Mistakes::default();
        let opened = resolve::open_runbook_in(files, path, &mut mistakes.sources, &mut mistakes.diagnostics);
        let Some((resolved, runbook)) = opened else { return Err(mistakes) };
        Runbook::lowered(files, path, (resolved, runbook), mistakes)
    }

    fn lowered(
        files: &dyn Files,
        path: &Path,
        (resolved, runbook): (Resolved, model::Runbook),
        mistakes: Mistakes,
    ) -> Result<Runbook, Mistakes> {
        let system =
            lower::runbook(&resolved.world, &runbook).map_err(|error| too_large(&error, runbook.span, &mistakes))?;
        let path = shown(Path::new(&files.shown(path)));
        Ok(Runbook { path, world: resolved.world, runbook, system, mistakes })
    }

    /// Decides the runbook: verdict, exact counts, claims, counterexample.
    ///
    /// # Errors
    /// A claim speaks of no ordering at all: only deciding finds that out.
    ///
    /// # Panics
    /// If the evidence does not replay: a bug of the program.
    pub fn check(&self, budget: &Budget) -> Result<report::Runbook, Mistakes> {
        self.check_among(Among::NotRefused, budget)
    }

    fn check_among(&self, among: Among, budget: &Budget) -> Result<report::Runbook, Mistakes> {
        self.decided(among, budget).map(|(_, report)| report)
    }

    fn decided(&self, among: Among, budget: &Budget) -> Result<(Certified, report::Runbook), Mistakes> {
        let mut verdict = orderings::decide_among(&self.system, among, budget);
        let kept = self.keep_promises(&mut verdict, budget)?;
        self.vacuous(&verdict)?;
        let certified = certify(&self.system, verdict).unwrap_or_else(|bug| panic!("{bug}"));
        let mut finding = explain::runbook(&self.system, &certified);
        if let (Some(story), Some(shown)) = (&mut finding.counterexample, &certified.verdict().counterexample) {
            story.repair = self.rescue(shown, budget);
        }
        self.beyond_repair(&certified, &mut finding);
        kept.tell(&mut finding);
        let assumptions = self.assumptions();
        let mut report = report::Runbook::new(&self.path, &self.runbook.title, &self.world.title, assumptions, finding);
        report.readings = self.readings(budget);
        Ok((certified, report))
    }

    /// Looks at one order, written as `label; sentence; 3; …`.
    ///
    /// # Errors
    /// The runbook does not allow it, or a limit was hit.
    ///
    /// # Panics
    /// If the run found does not replay: a bug of the program.
    pub fn order(&self, order: &str, budget: &Budget) -> Result<data::Story, Unordered> {
        let ordering = order::order(&self.system, order).map_err(Unordered::Order)?;
        let run =
            orderings::judge(&self.system, ordering, budget).map_err(|limit| Unordered::Limit(limit.to_string()))?;
        Ok(explain::run(&self.system, &run).unwrap_or_else(|bug| panic!("{bug}")))
    }

    /// The lowered system.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// The ids of its claims.
    pub fn claims(&self) -> Vec<String> {
        self.runbook.claims.iter().map(|claim| claim.id.clone()).collect()
    }

    /// Warnings about its files.
    pub fn warnings(&self) -> &Mistakes {
        &self.mistakes
    }

    fn vacuous(&self, verdict: &Verdict) -> Result<(), Mistakes> {
        let mut mistakes = self.mistakes.clone();
        for (claim, found) in self.runbook.claims.iter().zip(&verdict.claims) {
            if found.answer == Answer::Vacuous {
                let span = claim.filter.as_ref().map_or(claim.span, |(text, _)| text.span);
                mistakes.diagnostics.push(
                    Diagnostic::new(Code::R301, format!("no ordering satisfies the `where` of `{}`", claim.id), span)
                        .label("no order that the lists allow is like this")
                        .help("look for a step that is named twice, or an order that the lists rule out"),
                );
            }
        }
        let wrong = mistakes.diagnostics.iter().any(|mistake| mistake.severity() == Severity::Error);
        if wrong { Err(mistakes) } else { Ok(()) }
    }

    fn assumptions(&self) -> Assumptions {
        let sources = &self.mistakes.sources;
        // The runbook was parsed without an error before.
        let block = syntax::runbook(sources, self.runbook.span.source, &mut Vec::new()).block;
        let entries = |list: &syntax::tree::Assignments| -> Vec<String> {
            let text = |span: Span| sources.slice(span).trim_matches('"').to_owned();
            list.iter().map(|(target, value)| format!("{} = {}", text(target.span), text(value.span))).collect()
        };
        let (given, unknown) = block.map_or((Vec::new(), Vec::new()), |block| {
            let unknown = block.unknown.iter().map(|(list, _)| entries(list).join(", ")).collect();
            (entries(&block.given), unknown)
        });
        let budgets = self.runbook.budgets.iter();
        let faults = budgets.map(|(fault, most)| FaultBudget { fault: fault.clone(), at_most: *most }).collect();
        Assumptions { given, unknown, faults }
    }
}

fn too_large(error: &TooLarge, place: Span, mistakes: &Mistakes) -> Mistakes {
    let mut mistakes = mistakes.clone();
    mistakes
        .diagnostics
        .push(Diagnostic::new(Code::R302, error.to_string(), place).label("cannot be checked as a whole"));
    mistakes
}

/// A path as it is shown to people.
fn shown(path: &Path) -> String {
    crate::files::shown(path)
}

/// A runbook that was read and decided.
#[derive(Debug)]
pub struct CheckedRunbook {
    /// What was found out.
    pub report: report::Runbook,
    /// Warnings.
    pub warnings: Mistakes,
}

/// A world that was explored alone.
#[derive(Debug)]
pub struct CheckedWorld {
    /// What was found out.
    pub report: report::World,
    /// Warnings.
    pub warnings: Mistakes,
}

/// What is told beside the verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    #[default]
    Plain,
    /// What makes the check large.
    Stats,
}

/// Reads and decides a runbook.
///
/// # Errors
/// Everything that is wrong with the files.
pub fn runbook(path: &Path, budget: &Budget) -> Result<CheckedRunbook, Mistakes> {
    runbook_with(path, Detail::Plain, budget)
}

/// The same, with more told.
///
/// # Errors
/// As [`runbook`].
pub fn runbook_with(path: &Path, detail: Detail, budget: &Budget) -> Result<CheckedRunbook, Mistakes> {
    let runbook = Runbook::open(path)?;
    let mut report = runbook.check(budget)?;
    report.stats = stats(&runbook.system, detail, budget);
    Ok(CheckedRunbook { report, warnings: runbook.mistakes })
}

fn stats(system: &System, detail: Detail, budget: &Budget) -> Option<data::Stats> {
    let survey = (detail == Detail::Stats).then(|| orderings::survey(system, budget));
    survey.map(|survey| explain::stats(system, &survey))
}

/// Reads a world and explores it alone.
///
/// # Errors
/// Everything that is wrong with the files.
pub fn world_alone(path: &Path, detail: Detail, budget: &Budget) -> Result<CheckedWorld, Mistakes> {
    let world = World::open(path)?;
    let mut report = world.states(budget)?;
    report.stats = stats(&world.system()?, detail, budget);
    Ok(CheckedWorld { report, warnings: world.mistakes })
}

/// The lowered system of a world or a runbook, in words.
///
/// # Errors
/// Everything that is wrong with the files.
pub fn lowered(path: &Path) -> Result<String, Mistakes> {
    if path.extension().is_some_and(|extension| extension == "md") {
        Ok(lower::print(Runbook::open(path)?.system()))
    } else {
        Ok(lower::print(&World::open(path)?.system()?))
    }
}
