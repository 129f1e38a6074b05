//! Why: which parts do not hold, with which values, and who gave the variables those values in this run.
//!
//! Everything is looked up in the replayed run; nothing is guessed. And every link is checked: with the write left out (or with
//! another value written) it must be possible that what does not hold does; with another value read, the write must come out
//! otherwise. What fails the check is not told.

use super::data::{Because, Broken, Value};
use super::history::{History, Moment, When};
use super::otherwise::{Change, otherwise};
use super::support::{reads, support};
use crate::system::{Condition, Layout, Outcome, Part, Predicate, Slot, State, System, VarId};
use std::collections::{BTreeSet, VecDeque};

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

/// Where the values that the variables have at the end come from: who changed each last, while what held, and where that came
/// from in turn. Nearest first, at most [`LONGEST_CHAIN`]. `mended` says of a state whether some of what does not hold at the end holds
/// there.
pub fn because(history: &History<'_>, vars: &[VarId], mended: &dyn Fn(&State) -> bool) -> Vec<Because> {
    let limit = When { act: history.acts.len(), moment: 0 };
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
                let Some(others) = needed(history, var, when, mended) else { continue };
                let reasons = reasons(history.system, history.at(when), var);
                let both = reasons.all.iter().chain(&reasons.one_of);
                queue.extend(both.map(|reason| (*reason, when, false)));
                chain.push(told(history, (var, when), &reasons, &others));
            }
            // What it started with is worth saying of the values asked about; further back it only adds length.
            None if asked && matters(history.system, var, &history.last(), mended) => chain.push(Because {
                variable: var_name(history.system, var),
                value: value_name(history.system, var, &history.initial),
                step: None,
                actor: None,
                reaction: None,
                while_: Vec::new(),
                while_one_of: Vec::new(),
                also: Vec::new(),
                cite: Vec::new(),
            }),
            None => {}
        }
    }
    chain
}

/// Whether it could have come to something else without this write; and the acts that would have written the same, where it
/// takes all of them away. None where it would have come to the same in any case, as far as that was followed.
fn needed(history: &History<'_>, var: VarId, when: When, mended: &dyn Fn(&State) -> bool) -> Option<BTreeSet<usize>> {
    let written = history.system.layout.get(&history.at(when).after, var);
    let instead = others(history.system, var, written).map(Change::Instead);
    for change in [Change::LeftOut, Change::NeverAgain].into_iter().chain(instead) {
        let ends = otherwise(history, when, var, change);
        if let Some(end) = ends.into_iter().find(|end| mended(&end.state)) {
            return Some(end.others);
        }
    }
    None
}

/// The other values that a variable may have.
fn others(system: &System, var: VarId, value: u8) -> impl Iterator<Item = u8> + use<> {
    let room = match system.layout.slots[var.0 as usize] {
        Slot::Field { bits, .. } => 1usize << bits,
        Slot::Constant(_) => 0,
    };
    let named = system.origins.vars[var.0 as usize].values.len();
    let values = u8::try_from(room.min(named)).expect("a domain has at most 64 values");
    (0..values).filter(move |other| *other != value)
}

/// Whether another value of a variable, in this state, could have mended something. Of what nothing can write, nobody knows.
fn matters(system: &System, var: VarId, state: &State, mended: &dyn Fn(&State) -> bool) -> bool {
    let constant = matches!(system.layout.slots[var.0 as usize], Slot::Constant(_));
    constant || others(system, var, system.layout.get(state, var)).any(|value| mended(&with(system, var, state, value)))
}

fn with(system: &System, var: VarId, state: &State, value: u8) -> State {
    let mut state = *state;
    system.layout.set(&mut state, var, value);
    state
}

fn told(history: &History<'_>, (var, when): (VarId, When), reasons: &Reasons, others: &BTreeSet<usize>) -> Because {
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
    let values = |vars: &[VarId]| {
        vars.iter().map(|var| (var_name(system, *var), value_name(system, *var, &moment.before))).collect()
    };
    Because {
        variable: var_name(system, var),
        value: value_name(system, var, &moment.after),
        step: act.occurrence().map(|_| history.number(when.act)),
        actor: act.who.name().map(str::to_owned),
        reaction: moment.reaction.map(|reaction| reaction.name.clone()),
        while_: values(&reasons.all),
        while_one_of: values(&reasons.one_of),
        also: others.iter().filter_map(|act| named(history, *act)).collect(),
        cite,
    }
}

/// `step 4 (restart A)`
fn named(history: &History<'_>, act: usize) -> Option<String> {
    let act_name = history.acts[act].who.name()?;
    Some(match history.acts[act].occurrence() {
        Some(_) => format!("step {} ({act_name})", history.number(act)),
        None => act_name.to_owned(),
    })
}

/// The values because of which a moment gave a variable its value.
#[derive(Default)]
struct Reasons {
    /// With another value of any one of these, it could have come out otherwise.
    all: Vec<VarId>,
    /// With other values of all of these; each alone was enough.
    one_of: Vec<VarId>,
}

/// What the assignment itself looked at, and what made the moment go the way it went, so far as it turns on that. None where there are
/// too many to say something.
fn reasons(system: &System, moment: &Moment<'_>, of: VarId) -> Reasons {
    let assignments = assignments(system, moment, of, support);
    let mut wide = assignments.clone();
    for var in moment.conditions().flat_map(|predicate| support(&system.layout, predicate, &moment.before)) {
        if !wide.contains(&var) {
            wide.push(var);
        }
    }
    let telling = |var: &VarId| *var != of && says_something(system, *var, &moment.before);
    for vars in [wide, assignments] {
        let mut reasons = Reasons::default();
        for var in vars.into_iter().filter(telling) {
            if turns(system, moment, of, &[var]) {
                reasons.all.push(var);
            } else if reasons.one_of.is_empty()
                && let Some(other) = partner(system, moment, of, var)
            {
                reasons.one_of = vec![var, other];
            }
        }
        if reasons.all.len() + reasons.one_of.len() <= WIDEST_REASON {
            return reasons;
        }
    }
    Reasons::default()
}

/// Another variable that was enough as well: one without which, and without `reason`, it could have come out otherwise.
fn partner(system: &System, moment: &Moment<'_>, of: VarId, reason: VarId) -> Option<VarId> {
    let mut candidates = assignments(system, moment, of, |layout, predicate, _| {
        let mut found = Vec::new();
        reads(layout, predicate, &mut found);
        found
    });
    moment.conditions().for_each(|predicate| reads(&system.layout, predicate, &mut candidates));
    let visible = |var: &VarId| !system.origins.vars[var.0 as usize].hidden;
    candidates.into_iter().find(|other| {
        *other != of
            && *other != reason
            && visible(other)
            && !turns(system, moment, of, &[*other])
            && turns(system, moment, of, &[reason, *other])
    })
}

/// Whether a moment, with some other values of `reasons` just before it, would not give `of` the value that it gave it. The environment
/// chooses the same outcome where that is still possible.
fn turns(system: &System, moment: &Moment<'_>, of: VarId, reasons: &[VarId]) -> bool {
    let mut states = vec![moment.before];
    for reason in reasons {
        let values = others(system, *reason, system.layout.get(&moment.before, *reason));
        states = values.flat_map(|value| states.iter().map(move |state| with(system, *reason, state, value))).collect();
    }
    let given = system.layout.get(&moment.after, of);
    let other = |outcome: &Outcome, state: &State| system.layout.get(&outcome.apply(state), of) != given;
    states.iter().any(|state| {
        if moment.reaction.is_some_and(|reaction| !reaction.when.holds(state)) {
            return true;
        }
        match moment.outcome.filter(|outcome| outcome.when.holds(state)) {
            Some(outcome) => other(outcome, state),
            None => {
                let mut possible = moment.among.iter().filter(|outcome| outcome.when.holds(state)).peekable();
                possible.peek().is_none() || possible.any(|outcome| other(outcome, state))
            }
        }
    })
}

/// What the assignments to a variable that were done looked at.
fn assignments(
    system: &System,
    moment: &Moment<'_>,
    of: VarId,
    looked_at: impl Fn(&Layout, &Predicate, &State) -> Vec<VarId>,
) -> Vec<VarId> {
    let Slot::Field { word, shift, bits } = system.layout.slots[of.0 as usize] else { return Vec::new() };
    let field = ((1u64 << bits) - 1) << shift;
    let assigns = moment.outcome.iter().flat_map(|outcome| &outcome.assigns);
    let done = assigns
        .filter(|assign| assign.word == word && assign.mask & field != 0 && assign.when.holds(&moment.before))
        .flat_map(|assign| looked_at(&system.layout, &assign.when, &moment.before));
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
