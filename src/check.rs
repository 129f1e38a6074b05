//! The pipeline.

use crate::base::{Budget, Sources};
use crate::diag::Diagnostic;
use crate::report;
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
pub fn runbook(_path: &Path, _budget: &Budget) -> Result<CheckedRunbook, Mistakes> {
    Err(Mistakes::default())
}

/// Reads a world and explores it alone.
pub fn world_alone(_path: &Path, _budget: &Budget) -> Result<CheckedWorld, Mistakes> {
    Err(Mistakes::default())
}

/// The ids of a runbook's claims, without deciding anything.
pub fn claims(_path: &Path) -> Result<Vec<String>, Mistakes> {
    Err(Mistakes::default())
}

/// The lowered system of a world or runbook, readable.
pub fn lowered(_path: &Path) -> Result<String, Mistakes> {
    Err(Mistakes::default())
}

/// The JSON Schema of worlds.
pub fn world_schema() -> String {
    String::new()
}

/// The JSON Schema of the checked block.
pub fn block_schema() -> String {
    String::new()
}
