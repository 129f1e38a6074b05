//! Worlds and runbooks for the tests of this layer, from text.

use super::load::world_from_text;
use super::model::{Expr, Runbook, VariableId};
use super::runbook::runbook as resolve;
use super::world::Resolved;
use super::{evaluate::Evaluation, render};
use crate::base::Sources;
use crate::diag::{Code, Diagnostic};
use crate::syntax;
use std::sync::Arc;

/// Two nodes, a component, a package, a service, a group, an integer.
pub(super) const TWO: &str = r#"
nodes = ["A", "B"]

[component.clusres]
versions = ["none", "mscs", "sp4"]
in-use = "clussvc(here) == running"

[package.sp4]
writes = { clusres = "sp4" }

[service.clussvc]
needs = "clusres(here) >= mscs"

[group.sql]
needs = "clussvc(here) == running"

[var]
retries = { range = [-1, 3] }
iis = { per = "node", values = ["absent", "working", "broken"] }
"#;

/// A world without mistakes.
pub(super) fn world(text: &str) -> Resolved {
    let (mut sources, mut found) = (Sources::default(), Vec::new());
    world_from_text("world.toml", text, &mut sources, &mut found).unwrap_or_else(|| panic!("{found:?}"))
}

/// The codes that a world gives.
pub(super) fn mistakes(text: &str) -> Vec<Code> {
    let (mut sources, mut found) = (Sources::default(), Vec::new());
    let made = world_from_text("world.toml", text, &mut sources, &mut found);
    assert_eq!(made.is_none(), found.iter().any(|found| found.severity() == crate::diag::Severity::Error));
    found.iter().map(|found| found.code).collect()
}

/// `[health]` of [`TWO`] with one more condition.
pub(super) fn condition(expr: &str) -> (Resolved, Arc<Expr>) {
    let resolved = world(&format!("{TWO}\n[health]\nend = \"{expr}\"\n"));
    let made = resolved.world.health[0].expr.clone();
    (resolved, made)
}

/// How an expression in the world [`TWO`] is written out.
pub(super) fn text(expr: &str) -> String {
    let (resolved, made) = condition(expr);
    render::expr(&made, &resolved.world)
}

/// Whether an expression holds in [`TWO`] at first, with some variables (by name) set to value indices.
pub(super) fn holds(expr: &str, values: &[(&str, u8)]) -> bool {
    let (resolved, made) = condition(expr);
    let mut state = resolved.world.initial.clone();
    for (name, value) in values {
        state[variable(&resolved, name).index()] = *value;
    }
    Evaluation::new(&resolved.world, &state).holds(&made)
}

/// A variable by its full name.
pub(super) fn variable(resolved: &Resolved, name: &str) -> VariableId {
    let place = resolved.world.variables.iter().position(|variable| variable.name == name);
    VariableId(u32::try_from(place.expect("the variable is there")).expect("few"))
}

/// A runbook in the world [`TWO`]: lines of its block, and its lists.
pub(super) fn runbook(block: &str, lists: &str) -> Result<Runbook, Vec<Diagnostic>> {
    let resolved = world(TWO);
    let (mut sources, mut found) = (Sources::default(), Vec::new());
    let text = format!("# Title\n\n```toml runproof\nworld = \"world.toml\"\n{block}\n```\n\n{lists}\n");
    let source = sources.add("runbook.md", text);
    let tree = syntax::runbook(&sources, source, &mut found);
    assert!(found.is_empty(), "{found:?}");
    resolve(&tree, &resolved, &sources, &mut found).ok_or(found)
}
