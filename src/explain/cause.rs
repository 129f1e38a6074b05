//! Why: which parts do not hold, with which values, and who gave the variables those values in this run.
//!
//! Everything is looked up in the replayed run; nothing is guessed.

use super::data::{Because, Broken, Value};
use super::history::{History, Moment, When};
use super::support::support;
use crate::system::{Condition, State, System, VarId};
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
                let mut reasons = reasons(history.system, history.at(when));
                reasons.retain(|reason| *reason != var);
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
    let outcome_cite = moment.outcome.map_or(&[][..], |outcome| &outcome.cite);
    let actor_cite = moment.reaction.map_or(act.who.cite(), |reaction| &reaction.cite);
    Because {
        variable: var_name(system, var),
        value: value_name(system, var, &moment.after),
        step: act.occurrence().map(|_| history.number(when.act)),
        actor: act.who.name().map(str::to_owned),
        reaction: moment.reaction.map(|reaction| reaction.name.clone()),
        while_: reasons.iter().map(|var| (var_name(system, *var), value_name(system, *var, &moment.before))).collect(),
        cite: if outcome_cite.is_empty() { actor_cite } else { outcome_cite }.to_vec(),
    }
}

/// The visible values that made a failure or a reaction go the way it went; none for what simply succeeds, and none
/// where there are too many to say something.
fn reasons(system: &System, moment: &Moment<'_>) -> Vec<VarId> {
    let failed = moment.outcome.is_some_and(|outcome| outcome.fails || !outcome.cite.is_empty());
    if moment.reaction.is_none() && !failed {
        return Vec::new();
    }
    let mut vars: Vec<VarId> = Vec::new();
    for predicate in moment.conditions() {
        for var in support(&system.layout, predicate, &moment.before) {
            if !system.origins.vars[var.0 as usize].hidden && !vars.contains(&var) {
                vars.push(var);
            }
        }
    }
    if vars.len() > WIDEST_REASON { Vec::new() } else { vars }
}
