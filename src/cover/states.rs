//! States of one system as states of another whose variables and values have the same names.

use crate::system::{Slot, State, System, VarId};
use rustc_hash::FxHashMap;

/// How states of one system are told in another.
pub struct States {
    /// None where both lay out their states alike.
    moved: Option<Vec<Moved>>,
    start: State,
    /// Variables of the other that the first does not have.
    more: Vec<(u8, u64)>,
}

/// A variable of the first system.
struct Moved {
    slot: Slot,
    /// Where it is in the other, if it is there.
    to: Option<Slot>,
    /// The index of each of its values in the other.
    values: Vec<Option<u8>>,
}

impl States {
    /// From one system to another.
    pub fn between(from: &System, to: &System) -> States {
        let alike = from.layout.words == to.layout.words
            && from.layout.slots == to.layout.slots
            && from.origins.vars.len() == to.origins.vars.len()
            && from
                .origins
                .vars
                .iter()
                .zip(&to.origins.vars)
                .all(|(one, other)| one.name == other.name && one.values == other.values);
        let start = to.initial.first().copied().unwrap_or_default();
        if alike {
            return States { moved: None, start, more: Vec::new() };
        }
        let there: FxHashMap<&str, usize> =
            to.origins.vars.iter().enumerate().map(|(at, var)| (var.name.as_str(), at)).collect();
        let moved = from.origins.vars.iter().zip(&from.layout.slots).map(|(var, slot)| {
            let at = there.get(var.name.as_str()).copied();
            let values = var.values.iter().map(|value| {
                let names = &to.origins.vars[at?].values;
                names.iter().position(|other| other == value).and_then(|at| u8::try_from(at).ok())
            });
            Moved { slot: *slot, to: at.map(|at| to.layout.slots[at]), values: values.collect() }
        });
        let moved = moved.collect();
        let known: rustc_hash::FxHashSet<&str> = from.origins.vars.iter().map(|var| var.name.as_str()).collect();
        let more = to.origins.vars.iter().zip(&to.layout.slots).filter(|(var, _)| !known.contains(var.name.as_str()));
        let more = more.filter_map(|(_, slot)| match slot {
            Slot::Field { word, shift, bits } => Some((*word, ((1 << bits) - 1) << shift)),
            Slot::Constant(_) => None,
        });
        let more = more.collect();
        States { moved: Some(moved), start, more }
    }

    /// The state in the other system; None where it cannot be one there. What the first system does not have is as it is at first.
    pub fn told(&self, from: &System, state: &State) -> Option<State> {
        let Some(moved) = &self.moved else { return Some(*state) };
        let mut told = State::default();
        for (number, one) in (0..).zip(moved) {
            let value = match one.slot {
                Slot::Constant(value) => value,
                Slot::Field { .. } => from.layout.get(state, VarId(number)),
            };
            match one.to {
                // A variable that the other does not have: only what it is at first is the same there.
                None if value == first(from, VarId(number)) => {}
                None => return None,
                Some(to) => {
                    let value = one.values.get(usize::from(value)).copied().flatten()?;
                    match to {
                        Slot::Constant(constant) if constant == value => {}
                        Slot::Constant(_) => return None,
                        Slot::Field { word, shift, .. } => told[usize::from(word)] |= u64::from(value) << shift,
                    }
                }
            }
        }
        for (word, mask) in &self.more {
            told[usize::from(*word)] |= self.start[usize::from(*word)] & mask;
        }
        Some(told)
    }
}

fn first(system: &System, var: VarId) -> u8 {
    system.initial.first().map_or(0, |state| system.layout.get(state, var))
}
