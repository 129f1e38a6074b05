//! The pipeline: from a path to a report, on one screen.
//!
//! ```text
//! path ─ resolve ─► model ─ lower ─► system ─ orderings ─► verdict ─ certify ─► explain ─► report
//!           └──────────┴─► mistakes
//! ```
//!
//! A mistake in a file is a diagnostic; a failing claim is part of the report; a verdict that does not certify is a bug
//! and panics.

use crate::base::{Budget, SourceId, Sources, Span};
use crate::certify::certify;
use crate::diag::{Code, Diagnostic};
use crate::lower::{self, TooLarge};
use crate::orderings;
use crate::report::{self, Assumptions, FaultBudget};
use crate::resolve::{self, LoadedRunbook};
use crate::syntax::{self, tree};
use crate::system::System;
use crate::{explain, files};
use std::path::Path;

/// Mistakes in files, with the files.
#[derive(Debug, Default)]
pub struct Mistakes {
    /// In the order found.
    pub diagnostics: Vec<Diagnostic>,
    /// The files they point into.
    pub sources: Sources,
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

/// Reads and decides a runbook.
///
/// # Errors
/// The mistakes in its files.
///
/// # Panics
/// The verdict does not certify: a bug.
pub fn runbook(path: &Path, budget: &Budget) -> Result<CheckedRunbook, Mistakes> {
    let mut read = Mistakes::default();
    let Some((world, runbook)) = resolve::open_runbook(path, &mut read.sources, &mut read.diagnostics) else {
        return Err(read);
    };
    let system = match lower::runbook(&world.world, &runbook) {
        Ok(system) => system,
        Err(too_large) => return Err(read.with(&too_large, runbook.span)),
    };
    let verdict = orderings::decide(&system, budget);
    let certified = certify(&system, verdict).unwrap_or_else(|bug| panic!("{bug}"));
    let assumptions = Assumptions {
        given: given(path),
        unknown: runbook.initial.iter().map(|(name, _)| name.clone()).filter(|name| !name.is_empty()).collect(),
        faults: runbook
            .budgets
            .iter()
            .map(|(fault, at_most)| FaultBudget { fault: fault.clone(), at_most: *at_most })
            .collect(),
    };
    let finding = explain::runbook(&system, &certified);
    let report = report::Runbook::new(files::shown(path), runbook.title, world.world.title, assumptions, finding);
    Ok(CheckedRunbook { report, warnings: read })
}

/// Reads a world and explores it alone.
///
/// # Errors
/// The mistakes in its files.
///
/// # Panics
/// What was found does not replay: a bug.
pub fn world_alone(path: &Path, budget: &Budget) -> Result<CheckedWorld, Mistakes> {
    let mut read = Mistakes::default();
    let (system, title) = alone(path, &mut read).ok_or_else(|| std::mem::take(&mut read))?;
    let exploration = orderings::explore(&system, budget);
    let finding = explain::world(&system, &exploration).unwrap_or_else(|bug| panic!("{bug}"));
    Ok(CheckedWorld { report: report::World::new(files::shown(path), title, finding), warnings: read })
}

/// The ids of a runbook's claims, in order, without deciding anything.
///
/// # Errors
/// The mistakes in its files.
pub fn claims(path: &Path) -> Result<Vec<String>, Mistakes> {
    let mut read = Mistakes::default();
    match resolve::open_runbook(path, &mut read.sources, &mut read.diagnostics) {
        Some((_, runbook)) => Ok(runbook.claims.into_iter().map(|claim| claim.id).collect()),
        None => Err(read),
    }
}

/// The lowered system of a runbook or, for any other file, of a world, readable.
///
/// # Errors
/// The mistakes in its files.
pub fn lowered(path: &Path) -> Result<String, Mistakes> {
    let mut read = Mistakes::default();
    if path.extension().is_none_or(|extension| extension != "md") {
        let (system, _) = alone(path, &mut read).ok_or(read)?;
        return Ok(lower::print(&system));
    }
    let Some((world, runbook)) = resolve::open_runbook(path, &mut read.sources, &mut read.diagnostics) else {
        return Err(read);
    };
    match lower::runbook(&world.world, &runbook) {
        Ok(system) => Ok(lower::print(&system)),
        Err(too_large) => Err(read.with(&too_large, runbook.span)),
    }
}

/// The JSON Schema of worlds.
pub fn world_schema() -> String {
    format!("{:#}\n", syntax::world_schema())
}

/// The JSON Schema of the checked block.
pub fn block_schema() -> String {
    format!("{:#}\n", syntax::block_schema())
}

fn alone(path: &Path, read: &mut Mistakes) -> Option<(System, String)> {
    let resolved = resolve::load_world(path, &mut read.sources, &mut read.diagnostics)?;
    match lower::alone(&resolved.world) {
        Ok(system) => Some((system, resolved.world.title)),
        Err(too_large) => {
            *read = std::mem::take(read).with(&too_large, Span::new(SourceId(0), 0..0));
            None
        }
    }
}

/// What the block gives, as it is written there.
fn given(path: &Path) -> Vec<String> {
    let mut sources = Sources::default();
    let loaded: Option<LoadedRunbook> = resolve::load_runbook(path, &mut sources, &mut Vec::new());
    let block = loaded.and_then(|loaded| loaded.tree.block);
    let written = |(target, value): &(tree::Target, tree::Value)| {
        format!("{} = {}", sources.slice(target.span), sources.slice(value.span))
    };
    block.iter().flat_map(|block| &block.given).map(written).collect()
}

impl Mistakes {
    fn with(mut self, too_large: &TooLarge, span: Span) -> Mistakes {
        self.diagnostics.push(Diagnostic::new(Code::R302, too_large.to_string(), span));
        self
    }
}
