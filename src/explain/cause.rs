//! What does not hold, with which values.
//!
//! Comes in: a condition and a state. Goes out: its parts that do not hold, and the variables whose values break them.

use super::data::{Broken, Value};
use super::support::support;
use crate::system::{Condition, Part, Slot, State, System, VarId};

/// A reason of more values than this explains nothing to a reader.
pub const WIDEST_REASON: usize = 4;

/// The name of a variable's value in a state.
pub fn value_name(system: &System, var: VarId, state: &State) -> String {
    let index = usize::from(system.layout.get(state, var));
    system.origins.vars[var.0 as usize].values.get(index).cloned().unwrap_or_else(|| index.to_string())
}

/// The name of a variable, with its arguments.
pub fn var_name(system: &System, var: VarId) -> String {
    system.origins.vars[var.0 as usize].name.clone()
}

/// The parts of a condition that do not hold in a state, with the values that they read.
pub fn broken(system: &System, condition: &Condition, state: &State) -> Vec<Broken> {
    let parts = condition.parts.iter().filter(|part| !part.predicate.holds(state));
    parts
        .map(|part| {
            let breaking = breakers(system, part, state);
            let mut reads: Vec<VarId> = part.reads.clone();
            reads.extend(breaking.iter().filter(|var| !part.reads.contains(var)));
            let values = reads.iter().filter(|var| !system.origins.vars[var.0 as usize].hidden);
            Broken {
                condition: condition.name.clone(),
                part: part.text.clone(),
                cite: condition.cite.clone(),
                values: values
                    .map(|var| Value {
                        variable: var_name(system, *var),
                        value: value_name(system, *var, state),
                        breaks: breaking.contains(var) || breaking.is_empty(),
                    })
                    .collect(),
            }
        })
        .collect()
}

/// Equal parts of several conditions, once, with the sources of all.
pub fn merged(parts: impl IntoIterator<Item = Broken>) -> Vec<Broken> {
    let mut merged: Vec<Broken> = Vec::new();
    for part in parts {
        match merged.iter_mut().find(|other| other.part == part.part && other.values == part.values) {
            Some(other) => {
                let new: Vec<String> = part.cite.into_iter().filter(|source| !other.cite.contains(source)).collect();
                other.cite.extend(new);
            }
            None => merged.push(part),
        }
    }
    merged
}

/// The variables whose values break the conditions in a state, in order.
pub fn breaking<'c>(system: &System, conditions: impl IntoIterator<Item = &'c Condition>, state: &State) -> Vec<VarId> {
    let mut vars: Vec<VarId> = Vec::new();
    for part in conditions.into_iter().flat_map(|condition| &condition.parts) {
        if !part.predicate.holds(state) {
            let found = breakers(system, part, state);
            vars.extend(if found.is_empty() { part.reads.clone() } else { found });
        }
    }
    let mut seen = Vec::new();
    vars.retain(|var| {
        let new = !seen.contains(var);
        seen.push(*var);
        new
    });
    vars
}

/// The variables whose values break a part in a state: what suffices of those that may change, and those that never
/// change but stand in its text, unless that is too much to say anything.
fn breakers(system: &System, part: &Part, state: &State) -> Vec<VarId> {
    let found = support(&system.layout, &part.predicate, state);
    let named = |var: &VarId| part.text.contains(&system.origins.vars[var.0 as usize].name);
    let constant = |var: &VarId| matches!(system.layout.slots[var.0 as usize], Slot::Constant(_));
    let kept: Vec<VarId> = part.reads.iter().copied().filter(|var| constant(var) && named(var)).collect();
    if found.is_empty() || found.len() + kept.len() > WIDEST_REASON {
        return found;
    }
    let mut all: Vec<VarId> = part.reads.clone();
    all.retain(|var| found.contains(var) || kept.contains(var));
    all.extend(found.into_iter().filter(|var| !part.reads.contains(var)));
    all
}
