//! The JSON view: versioned, one value.

use super::{Runbook, SCHEMA_VERSION, World};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'r> {
    schema_version: u32,
    runbooks: &'r [Runbook],
}

/// The report of several runbooks as one JSON value, indented, with a newline at the end.
pub fn runbooks(runbooks: &[Runbook]) -> String {
    written(&Document { schema_version: SCHEMA_VERSION, runbooks })
}

/// The report of a world as one JSON value, indented, with a newline at the end.
pub fn world(world: &World) -> String {
    written(world)
}

/// Any part of a report as one JSON value, indented, with a newline at the end.
pub fn written(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("reports have only string keys");
    text.push('\n');
    text
}
