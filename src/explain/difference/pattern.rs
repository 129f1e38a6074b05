//! A rule in words.

use crate::system::{OccurrenceId, Procedure, System};
use crate::verdict::Pattern;

/// What a rule forbids.
pub fn says(system: &System, pattern: &Pattern) -> String {
    let Procedure::Ordered(plan) = &system.procedure else { return String::new() };
    let name = |id: &OccurrenceId| plan.occurrences[id.0 as usize].label.clone();
    let ordered = |id: &OccurrenceId| pattern.before.iter().any(|(a, b)| a == id || b == id);
    let before = pattern.before.iter().map(|(a, b)| format!("{} before {}", name(a), name(b)));
    let done = pattern.done.iter().filter(|id| !ordered(id)).map(name);
    let left_out = pattern.left_out.iter().map(|id| format!("without {}", name(id)));
    let parts: Vec<String> = before.chain(done).chain(left_out).collect();
    format!("never {}", parts.join(" and "))
}
