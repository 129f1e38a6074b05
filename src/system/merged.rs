//! Fields that are always written alike are read as one.
//!
//! In: a system. Out: the same system, in which every predicate that read such a field reads the first of its kind; all assignments
//! stay, so its runs are those of the system itself, state by state. Nothing reads the others any more: what does not matter is
//! [forgotten](super::Living), and so they are.
//!
//! *Alike* is: in every initial state and in every outcome the two have values that belong together, one to one, written under the
//! same conditions. It then holds in every state that can be reached, by induction over what happens.

use super::{Assign, Condition, Outcome, Phase, Plan, Predicate, Procedure, Slot, State, Step, System};

/// A bit field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    word: u8,
    shift: u8,
    bits: u8,
}

impl Field {
    fn mask(self) -> u64 {
        ((1 << self.bits) - 1) << self.shift
    }

    fn value(self, word: u64) -> u8 {
        ((word & self.mask()) >> self.shift) as u8
    }
}

/// A field that is read as another one.
struct Pair {
    first: Field,
    second: Field,
    /// Values that belong together: of the first, of the second.
    values: Vec<(u8, u8)>,
}

impl System {
    /// The system with fields that are always written alike read as one, and the bits that nobody has to look at for it; None where
    /// there are no such fields. Quadratic in the number of fields, linear in the system for each pair.
    pub fn merged(&self) -> Option<(System, State)> {
        let outcomes = self.outcomes();
        let fields = self.fields();
        let written: Vec<Option<Vec<Vec<Write<'_>>>>> = fields.iter().map(|field| writes(*field, &outcomes)).collect();
        let mut pairs: Vec<Pair> = Vec::new();
        for (at, second) in fields.iter().enumerate() {
            let first = (0..at).filter(|before| !pairs.iter().any(|pair| pair.second == fields[*before]));
            let alike = |before: usize| {
                let (one, other) = (written[before].as_ref()?, written[at].as_ref()?);
                let values = self.together((fields[before], *second), one, other)?;
                Some(Pair { first: fields[before], second: *second, values })
            };
            pairs.extend(first.filter_map(alike).next());
        }
        if pairs.is_empty() {
            return None;
        }
        let mut merged = self.clone();
        merged.predicates(&mut |predicate| pairs.iter().for_each(|pair| pair.rewrite(predicate)));
        let mut spared = State::default();
        pairs.iter().for_each(|pair| spared[pair.second.word as usize] |= pair.second.mask());
        Some((merged, spared))
    }

    /// The fields that commands alone write.
    fn fields(&self) -> Vec<Field> {
        let memories: Vec<u32> = match &self.procedure {
            Procedure::Free => Vec::new(),
            Procedure::Ordered(Plan { guards, .. }) => {
                guards.iter().filter_map(|guard| guard.memory).map(|memory| memory.0).collect()
            }
        };
        let slots = (0..).zip(&self.layout.slots).filter(|(var, _)| !memories.contains(var));
        slots
            .filter_map(|(_, slot)| match *slot {
                Slot::Constant(_) => None,
                Slot::Field { word, shift, bits } => Some(Field { word, shift, bits }),
            })
            .collect()
    }

    fn outcomes(&self) -> Vec<&Outcome> {
        let drilled = self.drills.iter().flat_map(|drill| drill.act.iter().chain(&drill.then));
        let phases = self.steps.iter().chain(drilled).flat_map(|step| &step.phases);
        let reactions = self.reactions.iter().flat_map(|reaction| &reaction.outcomes);
        let faults = self.faults.iter().flat_map(|fault| &fault.action.outcomes);
        phases.flat_map(|phase| &phase.outcomes).chain(reactions).chain(faults).collect()
    }

    /// The values that belong together, if two fields are written alike.
    fn together(
        &self,
        (first, second): (Field, Field),
        one: &[Vec<Write<'_>>],
        other: &[Vec<Write<'_>>],
    ) -> Option<Vec<(u8, u8)>> {
        let mut values: Vec<(u8, u8)> = Vec::new();
        let mut belong = |pair: (u8, u8)| {
            let new = !values.contains(&pair);
            if new && values.iter().any(|(a, b)| *a == pair.0 || *b == pair.1) {
                return false;
            }
            if new {
                values.push(pair);
            }
            true
        };
        for state in &self.initial {
            let value = |field: Field| field.value(state[field.word as usize]);
            if !belong((value(first), value(second))) {
                return None;
            }
        }
        for (one, other) in one.iter().zip(other) {
            if one.len() != other.len() {
                return None;
            }
            for write in one {
                // Where one condition writes a field twice the two writes are the same.
                let same = other.iter().find(|(when, _)| *when == write.0)?;
                if !belong((write.1, same.1)) {
                    return None;
                }
            }
        }
        Some(values)
    }

    /// Does something to every predicate.
    fn predicates(&mut self, change: &mut impl FnMut(&mut Predicate)) {
        for step in &mut self.steps {
            of_step(step, change);
        }
        let faults = self.faults.iter_mut().map(|fault| &mut fault.action);
        for action in self.reactions.iter_mut().chain(faults) {
            change(&mut action.when);
            action.outcomes.iter_mut().for_each(|outcome| of_outcome(outcome, change));
        }
        if let Procedure::Ordered(plan) = &mut self.procedure {
            plan.guards.iter_mut().for_each(|guard| change(&mut guard.when));
            plan.retries.loops.iter_mut().for_each(|lap| change(&mut lap.until));
        }
        for condition in self.always.iter_mut().chain(&mut self.health) {
            of_condition(condition, change);
        }
        for drill in &mut self.drills {
            drill.act.iter_mut().chain(&mut drill.then).for_each(|step| of_step(step, change));
            of_condition(&mut drill.expect, change);
            drill.expect_after.iter_mut().for_each(|condition| of_condition(condition, change));
        }
    }
}

/// A condition, and the value that is written where it holds.
type Write<'s> = (&'s Predicate, u8);

/// What each outcome writes to a field, each condition once; None where one writes part of the field, or two values under one
/// condition.
fn writes<'s>(field: Field, outcomes: &[&'s Outcome]) -> Option<Vec<Vec<Write<'s>>>> {
    let of = |outcome: &&'s Outcome| {
        let mut writes: Vec<Write<'s>> = Vec::new();
        for Assign { when, word, mask, value } in &outcome.assigns {
            if *word != field.word || mask & field.mask() == 0 {
                continue;
            }
            if mask & field.mask() != field.mask() || writes.iter().any(|(other, _)| *other == when) {
                return None;
            }
            writes.push((when, field.value(*value)));
        }
        Some(writes)
    };
    outcomes.iter().map(of).collect()
}

fn of_condition(condition: &mut Condition, change: &mut impl FnMut(&mut Predicate)) {
    condition.parts.iter_mut().for_each(|part| change(&mut part.predicate));
}

fn of_outcome(outcome: &mut Outcome, change: &mut impl FnMut(&mut Predicate)) {
    change(&mut outcome.when);
    outcome.assigns.iter_mut().for_each(|assign| change(&mut assign.when));
}

fn of_step(step: &mut Step, change: &mut impl FnMut(&mut Predicate)) {
    step.needs.iter_mut().for_each(|need| of_condition(need, change));
    for Phase { outcomes } in &mut step.phases {
        outcomes.iter_mut().for_each(|outcome| of_outcome(outcome, change));
    }
}

impl Pair {
    /// Reads the first field instead of the second.
    fn rewrite(&self, predicate: &mut Predicate) {
        match predicate {
            Predicate::Constant(_) => {}
            Predicate::Masked { word, mask, value } if *word == self.second.word && *mask & self.second.mask() != 0 => {
                let (mask_of, value_of) = (*mask & self.second.mask(), *value & self.second.mask());
                let member = self.member(|second| u64::from(second) << self.second.shift & mask_of == value_of);
                let rest = *mask & !self.second.mask();
                *predicate = if rest == 0 {
                    member
                } else {
                    let rest = Predicate::Masked { word: *word, mask: rest, value: *value & rest };
                    Predicate::All(vec![rest, member])
                };
            }
            Predicate::Member { word, shift, set, .. } if (*word, *shift) == (self.second.word, self.second.shift) => {
                let set = *set;
                *predicate = self.member(|second| set >> second & 1 == 1);
            }
            Predicate::Masked { .. } | Predicate::Member { .. } => {}
            Predicate::Sum { terms, .. } => terms.iter_mut().for_each(|(_, term)| self.rewrite(term)),
            Predicate::Not(inner) => self.rewrite(inner),
            Predicate::All(parts) | Predicate::Any(parts) => parts.iter_mut().for_each(|part| self.rewrite(part)),
        }
    }

    /// That the second field has a value like this, said of the first.
    fn member(&self, like: impl Fn(u8) -> bool) -> Predicate {
        let Field { word, shift, bits } = self.first;
        let wanted = self.values.iter().filter(|(_, second)| like(*second));
        Predicate::Member { word, shift, bits, set: wanted.fold(0, |set, (first, _)| set | 1 << first) }
    }
}
