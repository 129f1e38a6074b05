//! Which values each variable can ever have, where it lies in the packed state, and commands in packed form.

use super::condition::Cond;
use super::effect::Effect;
use super::reaction::Spontaneous;
use super::step::{Command, Requirement};
use crate::resolve::model::VariableId;
use crate::system::{
    Action, Assign, Condition, EventId, Layout, MAX_WORDS, Outcome, Part, Phase, Predicate, Slot, State, Step, VarId,
};
use rustc_hash::FxHashMap;

/// Why a world cannot be lowered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TooLarge {
    /// A state would take more than the four words there are.
    State {
        /// Bits that the variables which change would take.
        bits: u32,
    },
    /// The conditions, written out for every node, have too many parts.
    Conditions,
}

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TooLarge::State { bits } => write!(
                f,
                "a state of this world would take {bits} bits, more than the {} there are: leave out variables, \
                 components or nodes that the runbook does not need",
                MAX_WORDS * 64
            ),
            TooLarge::Conditions => write!(
                f,
                "the conditions of this world, written out for every node, are too large: use fewer nodes, or \
                 quantify over fewer names at once"
            ),
        }
    }
}

/// For each variable the set of value indices that it can have in any run: an over-approximation by iterating over
/// all commands until nothing is added.
pub struct Possible(Vec<u64>);

impl Possible {
    /// Starts from the initial states and closes under the effects.
    pub fn new<'e>(initial: &[Vec<u8>], effects: impl Iterator<Item = (&'e Cond, &'e Effect)> + Clone) -> Possible {
        let variables = initial.first().map_or(0, Vec::len);
        let mut possible = Possible(vec![0; variables]);
        for state in initial {
            for (variable, &value) in state.iter().enumerate() {
                possible.0[variable] |= 1 << value;
            }
        }
        loop {
            let mut grown = false;
            for (guard, effect) in effects.clone() {
                if !possible.may_hold(guard) || !possible.may_hold(&effect.when) {
                    continue;
                }
                for write in &effect.writes {
                    let known = possible.0[write.variable.index()];
                    if known >> write.value & 1 == 0 && possible.may_hold(&write.when) {
                        possible.0[write.variable.index()] |= 1 << write.value;
                        grown = true;
                    }
                }
            }
            if !grown {
                return possible;
            }
        }
    }

    /// Adds values that are written by other means than commands.
    pub fn add(&mut self, variable: VariableId, set: u64) {
        self.0[variable.index()] |= set;
    }

    fn may_hold(&self, cond: &Cond) -> bool {
        !matches!(self.simplify(cond), Cond::Constant(false))
    }

    fn simplify(&self, cond: &Cond) -> Cond {
        match cond {
            Cond::Constant(_) => cond.clone(),
            Cond::Member(variable, set) => {
                let possible = self.0[variable.index()];
                match set & possible {
                    0 => Cond::Constant(false),
                    kept if kept == possible => Cond::Constant(true),
                    kept => Cond::Member(*variable, kept),
                }
            }
            Cond::Sum(terms, compare, bound) => {
                let mut left = *bound;
                let mut kept = Vec::new();
                for (weight, term) in terms {
                    match self.simplify(term) {
                        Cond::Constant(true) => left -= weight,
                        Cond::Constant(false) => {}
                        other => kept.push((*weight, other)),
                    }
                }
                if kept.is_empty() {
                    let holds = Predicate::Sum { terms: Vec::new(), compare: *compare, bound: left };
                    return Cond::Constant(holds.holds(&[0; MAX_WORDS]));
                }
                Cond::Sum(kept, *compare, left)
            }
            Cond::Not(inner) => self.simplify(inner).negate(),
            Cond::All(parts) => Cond::all(parts.iter().map(|part| self.simplify(part))),
            Cond::Any(parts) => Cond::any(parts.iter().map(|part| self.simplify(part))),
        }
    }

    /// Lays the variables out: those that can change get a field, in order, first fit.
    ///
    /// # Errors
    /// If they do not fit.
    pub fn layout(self) -> Result<Packer, TooLarge> {
        let mut used = [0u32; MAX_WORDS];
        let mut slots = Vec::with_capacity(self.0.len());
        let mut wanted = 0;
        let mut fits = true;
        for &possible in &self.0 {
            if possible.count_ones() <= 1 {
                slots.push(Slot::Constant(possible.trailing_zeros().min(63) as u8));
                continue;
            }
            let highest = 63 - possible.leading_zeros();
            let bits = u32::BITS - highest.leading_zeros();
            wanted += bits;
            let slot = (0..MAX_WORDS).find(|&word| used[word] + bits <= 64).map(|word| {
                let shift = used[word] as u8;
                used[word] += bits;
                Slot::Field { word: word as u8, shift, bits: bits as u8 }
            });
            fits &= slot.is_some();
            slots.extend(slot);
        }
        if !fits {
            return Err(TooLarge::State { bits: wanted });
        }
        let words = used.iter().rposition(|&bits| bits > 0).map_or(1, |last| last + 1);
        Ok(Packer { possible: self, layout: Layout { words, slots } })
    }
}

/// Puts conditions and commands into packed form.
pub struct Packer {
    possible: Possible,
    layout: Layout,
}

impl Packer {
    /// The layout.
    pub fn layout(self) -> Layout {
        self.layout
    }

    /// A packed state.
    pub fn state(&self, values: &[u8]) -> State {
        let mut state = [0; MAX_WORDS];
        for (variable, &value) in values.iter().enumerate() {
            self.layout.set(&mut state, VarId(variable as u32), value);
        }
        state
    }

    /// A packed condition.
    pub fn predicate(&self, cond: &Cond) -> Predicate {
        self.pack(&self.possible.simplify(cond))
    }

    fn pack(&self, cond: &Cond) -> Predicate {
        match cond {
            Cond::Constant(value) => Predicate::Constant(*value),
            Cond::Member(variable, set) => self.member(*variable, *set),
            Cond::Sum(terms, compare, bound) => Predicate::Sum {
                terms: terms.iter().map(|(weight, term)| (*weight, self.pack(term))).collect(),
                compare: *compare,
                bound: *bound,
            },
            Cond::Not(inner) => Predicate::Not(Box::new(self.pack(inner))),
            Cond::All(parts) => merge(parts.iter().map(|part| self.pack(part))),
            Cond::Any(parts) => Predicate::Any(parts.iter().map(|part| self.pack(part)).collect()),
        }
    }

    fn member(&self, variable: VariableId, set: u64) -> Predicate {
        match self.layout.slots[variable.index()] {
            Slot::Constant(value) => Predicate::Constant(set >> value & 1 == 1),
            Slot::Field { word, shift, bits } if set.count_ones() == 1 => Predicate::Masked {
                word,
                mask: ((1 << bits) - 1) << shift,
                value: u64::from(set.trailing_zeros()) << shift,
            },
            Slot::Field { word, shift, bits } => Predicate::Member { word, shift, bits, set },
        }
    }

    /// Packed outcomes; those that can never be chosen are left out.
    pub fn outcomes(&self, effects: &[Effect]) -> Vec<Outcome> {
        effects
            .iter()
            .filter(|effect| self.possible.may_hold(&effect.when))
            .map(|effect| self.outcome(effect))
            .collect()
    }

    fn outcome(&self, effect: &Effect) -> Outcome {
        // Assignments with the same guard and word become one.
        let mut assigns: Vec<Assign> = Vec::new();
        for write in &effect.writes {
            let Slot::Field { word, shift, bits } = self.layout.slots[write.variable.index()] else { continue };
            let when = self.predicate(&write.when);
            if when == Predicate::Constant(false) {
                continue;
            }
            let (mask, value) = (((1 << bits) - 1) << shift, u64::from(write.value) << shift);
            match assigns.iter_mut().find(|known| known.word == word && known.when == when) {
                Some(known) => {
                    known.mask |= mask;
                    known.value = (known.value & !mask) | value;
                }
                None => assigns.push(Assign { when, word, mask, value }),
            }
        }
        Outcome {
            when: self.predicate(&effect.when),
            assigns,
            events: effect.events.clone(),
            fails: effect.fails,
            cite: effect.cite.clone(),
        }
    }

    /// A packed requirement.
    pub fn condition(&self, requirement: &Requirement) -> Condition {
        Condition {
            name: requirement.name.clone(),
            cite: requirement.cite.clone(),
            parts: requirement
                .parts
                .iter()
                .map(|(text, cond, reads)| Part {
                    text: text.clone(),
                    predicate: self.predicate(cond),
                    reads: reads.iter().map(|variable| VarId(variable.0)).collect(),
                })
                .collect(),
        }
    }

    /// A packed step. All its phases are kept, so that a trace has one row for each.
    pub fn step(&self, command: &Command) -> Step {
        Step {
            name: command.name.clone(),
            nodes: command.nodes.clone(),
            cite: command.cite.clone(),
            needs: command.needs.iter().map(|needs| self.condition(needs)).collect(),
            phases: command.phases.iter().map(|effects| Phase { outcomes: self.outcomes(effects) }).collect(),
        }
    }

    /// The same, without outcomes that come to the same as an earlier one that is possible wherever they are. Linear.
    pub fn step_once(&self, command: &Command) -> Step {
        let mut step = self.step(command);
        for phase in &mut step.phases {
            let mut known: FxHashMap<(Vec<Assign>, Vec<EventId>, bool), Vec<Predicate>> = FxHashMap::default();
            phase.outcomes.retain(|outcome| {
                let does = (outcome.assigns.clone(), outcome.events.clone(), outcome.fails);
                let whens = known.entry(does).or_default();
                let new = !whens.contains(&outcome.when) && !whens.contains(&Predicate::Constant(true));
                whens.push(outcome.when.clone());
                new
            });
        }
        step
    }

    /// A packed reaction or fault; None if it can never happen.
    pub fn action(&self, spontaneous: &Spontaneous) -> Option<Action> {
        let outcomes = self.outcomes(&spontaneous.effects);
        if outcomes.is_empty() || !self.possible.may_hold(&spontaneous.when) {
            return None;
        }
        Some(Action {
            name: spontaneous.name.clone(),
            nodes: spontaneous.nodes.clone(),
            cite: spontaneous.cite.clone(),
            when: self.predicate(&spontaneous.when),
            outcomes,
        })
    }
}

/// A conjunction in which masked compares of one word become one.
fn merge(parts: impl Iterator<Item = Predicate>) -> Predicate {
    let mut merged: Vec<Predicate> = Vec::new();
    for part in parts {
        if let Predicate::Masked { word, mask, value } = part {
            let known = merged.iter_mut().find_map(|known| match known {
                Predicate::Masked { word: other, mask: taken, value: held } if *other == word && *taken & mask == 0 => {
                    Some((taken, held))
                }
                _ => None,
            });
            match known {
                Some((taken, held)) => {
                    *taken |= mask;
                    *held |= value;
                }
                None => merged.push(part),
            }
        } else {
            merged.push(part);
        }
    }
    if merged.len() == 1 { merged.remove(0) } else { Predicate::All(merged) }
}
