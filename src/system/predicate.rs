//! Conditions over packed states: masked compares, memberships and bounded sums.

use super::{State, VarId};

/// How a sum compares with a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    /// `==`
    Equal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
}

/// A condition over a packed state. Built by the lowering in simplified form: constants appear only at the top.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Predicate {
    /// Always or never.
    Constant(bool),
    /// `state[word] & mask == value`: one or more fields of one word have exactly these values.
    Masked {
        /// Which word.
        word: u8,
        /// The fields' bits.
        mask: u64,
        /// Their values, in place.
        value: u64,
    },
    /// The field's value index is in `set` (bit i for value index i; domains have at most 64 values).
    Member {
        /// Which word.
        word: u8,
        /// Lowest bit of the field.
        shift: u8,
        /// Bits of the field.
        bits: u8,
        /// Value indices.
        set: u64,
    },
    /// The sum of the weights of the terms that hold, compared with `bound`.
    Sum {
        /// Weight and condition.
        terms: Vec<(i64, Predicate)>,
        /// How to compare.
        compare: Compare,
        /// With what.
        bound: i64,
    },
    /// Does not hold.
    Not(Box<Predicate>),
    /// All hold.
    All(Vec<Predicate>),
    /// At least one holds.
    Any(Vec<Predicate>),
}

impl Predicate {
    /// The bits of a state that it reads.
    pub fn bits(&self) -> State {
        let mut all = State::default();
        let mut add = |bits: State| all.iter_mut().zip(bits).for_each(|(word, more)| *word |= more);
        match self {
            Predicate::Constant(_) => {}
            Predicate::Masked { word, mask, .. } => all[*word as usize] = *mask,
            Predicate::Member { word, shift, bits, .. } => all[*word as usize] = ((1 << bits) - 1) << shift,
            Predicate::Sum { terms, .. } => terms.iter().for_each(|(_, term)| add(term.bits())),
            Predicate::Not(inner) => add(inner.bits()),
            Predicate::All(parts) | Predicate::Any(parts) => parts.iter().for_each(|part| add(part.bits())),
        }
        all
    }

    /// Evaluates on a state.
    pub fn holds(&self, state: &State) -> bool {
        match self {
            Predicate::Constant(value) => *value,
            Predicate::Masked { word, mask, value } => state[*word as usize] & mask == *value,
            Predicate::Member { word, shift, bits, set } => {
                set >> ((state[*word as usize] >> shift) & ((1 << bits) - 1)) & 1 == 1
            }
            Predicate::Sum { terms, compare, bound } => {
                let sum: i64 = terms.iter().filter(|(_, term)| term.holds(state)).map(|(weight, _)| weight).sum();
                match compare {
                    Compare::Equal => sum == *bound,
                    Compare::Less => sum < *bound,
                    Compare::AtMost => sum <= *bound,
                }
            }
            Predicate::Not(inner) => !inner.holds(state),
            Predicate::All(parts) => parts.iter().all(|part| part.holds(state)),
            Predicate::Any(parts) => parts.iter().any(|part| part.holds(state)),
        }
    }
}

/// A named condition, kept in parts so that a report can say which part broke, and with which values.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The name it has in the world (`end`, `serving`), or the text itself.
    pub name: String,
    /// Sources of the condition.
    pub cite: Vec<String>,
    /// The condition is the conjunction of these.
    pub parts: Vec<Part>,
}

impl Condition {
    /// Whether all parts hold.
    pub fn holds(&self, state: &State) -> bool {
        self.parts.iter().all(|part| part.predicate.holds(state))
    }
}

/// One conjunct of a [`Condition`].
#[derive(Clone, Debug)]
pub struct Part {
    /// As a reader would write it: `iis(B) == working`.
    pub text: String,
    /// The packed form.
    pub predicate: Predicate,
    /// The variables it reads, in the order of the text, constants too.
    pub reads: Vec<VarId>,
}
