//! Why: which parts do not hold, with which values, and who gave the variables those values in this run.
//!
//! Everything is looked up in the replayed run; nothing is guessed.

use super::data::{Because, Broken, Value};
use super::history::{History, Moment, When};
use super::support::support;
use crate::system::{Condition, Slot, State, System, VarId};
use std::collections::VecDeque;

/// More links of a chain than this are not shown.
const LONGEST_CHAIN: usize = 8;
/// A reason of more values than this explains nothing to a reader.
const WIDEST_REASON: usize = 4;

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
            let breaking = support(&system.layout, &part.predicate, state);
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
            let found = support(&system.layout, &part.predicate, state);
            let found = if found.is_empty() { part.reads.clone() } else { found };
            vars.extend(found);
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

/// Where the values that the variables have just before `limit` come from: who changed each last, while what held, and
/// where that came from in turn. Nearest first, at most [`LONGEST_CHAIN`].
pub fn because(history: &History<'_>, vars: &[VarId], limit: When) -> Vec<Because> {
    let mut queue: VecDeque<(VarId, When, bool)> = vars.iter().map(|var| (*var, limit, true)).collect();
    let mut seen: Vec<(VarId, Option<When>)> = Vec::new();
    let mut chain = Vec::new();
    while let Some((var, limit, asked)) = queue.pop_front() {
        let origin = &history.system.origins.vars[var.0 as usize];
        let change = history.last_change(var, limit);
        if origin.hidden || seen.contains(&(var, change)) || chain.len() == LONGEST_CHAIN {
            continue;
        }
        seen.push((var, change));
        match change {
            Some(when) => {
                let reasons = reasons(history.system, history.at(when), var);
                queue.extend(reasons.iter().map(|reason| (*reason, when, false)));
                chain.push(told(history, var, when, &reasons));
            }
            // What it started with is worth saying of the values asked about; further back it only adds length.
            None if asked => chain.push(Because {
                variable: var_name(history.system, var),
                value: value_name(history.system, var, &history.initial),
                step: None,
                actor: None,
                reaction: None,
                while_: Vec::new(),
                cite: Vec::new(),
            }),
            None => {}
        }
    }
    chain
}

fn told(history: &History<'_>, var: VarId, when: When, reasons: &[VarId]) -> Because {
    let system = history.system;
    let moment = history.at(when);
    let act = &history.acts[when.act];
    let actor_cite = moment.reaction.map_or(act.who.cite(), |reaction| &reaction.cite);
    let mut cite: Vec<String> = moment.outcome.map_or(&[][..], |outcome| &outcome.cite).to_vec();
    let raised = moment.events().iter().flat_map(|event| &system.origins.events[event.0 as usize].cite);
    // What is said of this very outcome says more than what is said of the step as a whole.
    let general = if cite.is_empty() { actor_cite } else { &[] };
    for source in raised.chain(general) {
        if !cite.contains(source) {
            cite.push(source.clone());
        }
    }
    Because {
        variable: var_name(system, var),
        value: value_name(system, var, &moment.after),
        step: act.occurrence().map(|_| history.number(when.act)),
        actor: act.who.name().map(str::to_owned),
        reaction: moment.reaction.map(|reaction| reaction.name.clone()),
        while_: reasons.iter().map(|var| (var_name(system, *var), value_name(system, *var, &moment.before))).collect(),
        cite,
    }
}

/// The values because of which a moment gave the variable its value: what the assignment itself looked at, and what made
/// the moment go the way it went. None where there are too many to say something.
fn reasons(system: &System, moment: &Moment<'_>, of: VarId) -> Vec<VarId> {
    let assignments = assignments(system, moment, of);
    let mut all = assignments.clone();
    for var in moment.conditions().flat_map(|predicate| support(&system.layout, predicate, &moment.before)) {
        if !all.contains(&var) {
            all.push(var);
        }
    }
    let worth = |vars: Vec<VarId>| -> Vec<VarId> {
        vars.into_iter().filter(|var| *var != of && says_something(system, *var, &moment.before)).collect()
    };
    [worth(all), worth(assignments)].into_iter().find(|vars| vars.len() <= WIDEST_REASON).unwrap_or_default()
}

/// What the assignments to a variable that were done looked at.
fn assignments(system: &System, moment: &Moment<'_>, of: VarId) -> Vec<VarId> {
    let Slot::Field { word, shift, bits } = system.layout.slots[of.0 as usize] else { return Vec::new() };
    let field = ((1u64 << bits) - 1) << shift;
    let assigns = moment.outcome.iter().flat_map(|outcome| &outcome.assigns);
    let done = assigns
        .filter(|assign| assign.word == word && assign.mask & field != 0 && assign.when.holds(&moment.before))
        .flat_map(|assign| support(&system.layout, &assign.when, &moment.before));
    let mut vars: Vec<VarId> = Vec::new();
    for var in done {
        if !vars.contains(&var) {
            vars.push(var);
        }
    }
    vars
}

/// Machinery says nothing to a reader, and that a node is up goes without saying.
fn says_something(system: &System, var: VarId, state: &State) -> bool {
    let origin = &system.origins.vars[var.0 as usize];
    let goes_without_saying = origin.short == "up" && value_name(system, var, state) == "yes";
    !origin.hidden && !goes_without_saying
}
