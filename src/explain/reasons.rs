//! The values because of which a moment of a run went the way it went.
//!
//! Comes in: a moment, and a variable that changed in it. Goes out: [`Reasons`], each checked by asking what the moment would have
//! done with another value.

use super::cause::{WIDEST_REASON, value_name};
use super::history::Moment;
use super::support::{reads, support};
use crate::system::{Layout, Outcome, Predicate, Slot, State, System, VarId};

/// The values because of which a moment gave a variable its value.
#[derive(Default)]
pub struct Reasons {
    /// With another value of any one of these, it could have come out otherwise.
    pub all: Vec<VarId>,
    /// With other values of all of these; each alone was enough.
    pub one_of: Vec<VarId>,
}

/// What the assignment itself looked at, and what made the moment go the way it went, so far as it turns on that. None where there are
/// too many to say something.
pub fn reasons(system: &System, moment: &Moment<'_>, of: VarId) -> Reasons {
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

/// The other values that a variable may have.
pub fn others(system: &System, var: VarId, value: u8) -> impl Iterator<Item = u8> + use<> {
    let room = match system.layout.slots[var.0 as usize] {
        Slot::Field { bits, .. } => 1usize << bits,
        Slot::Constant(_) => 0,
    };
    let named = system.origins.vars[var.0 as usize].values.len();
    let values = u8::try_from(room.min(named)).expect("a domain has at most 64 values");
    (0..values).filter(move |other| *other != value)
}

/// A state with another value of one variable.
pub fn with(system: &System, var: VarId, state: &State, value: u8) -> State {
    let mut state = *state;
    system.layout.set(&mut state, var, value);
    state
}
