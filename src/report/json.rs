//! The JSON view: versioned, one value.

use super::{Card, Difference, Mistake, Recheck, Repair, Runbook, SCHEMA_VERSION, Slips, World};
use crate::base::is_harmful;
use serde::Serialize;

#[derive(Serialize)]
struct Checked<'r> {
    schema_version: u32,
    runbooks: &'r [Runbook],
    mistakes: &'r [Mistake],
}

#[derive(Serialize)]
struct Explored<'r> {
    schema_version: u32,
    world: Option<&'r World>,
    mistakes: &'r [Mistake],
}

#[derive(Serialize)]
struct Compared<'r> {
    schema_version: u32,
    difference: Option<&'r Difference>,
    mistakes: &'r [Mistake],
}

#[derive(Serialize)]
struct Repaired<'r> {
    schema_version: u32,
    repair: Option<&'r Repair>,
    mistakes: &'r [Mistake],
}

#[derive(Serialize)]
struct Slipped<'r> {
    schema_version: u32,
    slips: Option<&'r Slips>,
    mistakes: &'r [Mistake],
}

#[derive(Serialize)]
struct RecheckedCertificate<'r> {
    schema_version: u32,
    recheck: Option<&'r Recheck>,
    mistakes: &'r [Mistake],
}

#[derive(Serialize)]
struct Told<'r, T> {
    schema_version: u32,
    path: &'r str,
    run: Option<&'r T>,
}

/// The reports of runbooks, and the mistakes in files, as one JSON value, indented, with a newline at the end.
pub fn runbooks(runbooks: &[Runbook], mistakes: &[Mistake]) -> String {
    written(&Checked { schema_version: SCHEMA_VERSION, runbooks, mistakes })
}

/// The report of a world, if it could be read, and the mistakes in files.
pub fn world(world: Option<&World>, mistakes: &[Mistake]) -> String {
    written(&Explored { schema_version: SCHEMA_VERSION, world, mistakes })
}

/// The safe-order card of a runbook.
pub fn card(card: &Card) -> String {
    written(card)
}

/// The report of a change, if both runbooks could be read, and the mistakes in files.
pub fn difference(difference: Option<&Difference>, mistakes: &[Mistake]) -> String {
    written(&Compared { schema_version: SCHEMA_VERSION, difference, mistakes })
}

/// The report of a repair, if the runbook could be read, and the mistakes in files.
pub fn repair(repair: Option<&Repair>, mistakes: &[Mistake]) -> String {
    written(&Repaired { schema_version: SCHEMA_VERSION, repair, mistakes })
}

/// What may go wrong in a runbook, if it could be read, and the mistakes in files.
pub fn slips(slips: Option<&Slips>, mistakes: &[Mistake]) -> String {
    written(&Slipped { schema_version: SCHEMA_VERSION, slips, mistakes })
}

/// The report of a plan, of ways back or of service, if the files could be read, and the mistakes in them. `kind` is its key.
pub fn report<T: Serialize>(kind: &str, report: Option<&T>, mistakes: &[Mistake]) -> String {
    written(&serde_json::json!({ "schema_version": SCHEMA_VERSION, kind: report, "mistakes": mistakes }))
}

/// What rechecking a certificate came to, and the mistakes in files.
pub fn recheck(recheck: Option<&Recheck>, mistakes: &[Mistake]) -> String {
    written(&RecheckedCertificate { schema_version: SCHEMA_VERSION, recheck, mistakes })
}

/// One run of a runbook, or none.
pub fn run<T: Serialize>(path: &str, run: Option<&T>) -> String {
    written(&Told { schema_version: SCHEMA_VERSION, path, run })
}

#[derive(Serialize)]
struct Exported<'r> {
    schema_version: u32,
    path: &'r str,
    to: &'r str,
    text: &'r str,
}

/// A runbook or a world in another language.
pub fn export(path: &str, to: &str, text: &str) -> String {
    written(&Exported { schema_version: SCHEMA_VERSION, path, to, text })
}

fn written(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("reports have only string keys");
    // What JSON lets stand as it is and a terminal would act on: it is inside strings, where an escape is the same.
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if is_harmful(c) { out.push_str(&format!("\\u{:04x}", u32::from(c))) } else { out.push(c) }
    }
    out.push('\n');
    out
}
