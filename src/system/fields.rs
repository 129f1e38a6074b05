//! The bit fields of a layout, numbered, and which of them a mask or a condition covers.
//!
//! In: a system. Out: [`Fields`], or nothing where masks could not be taken apart: fields that overlap, or an initial state
//! with bits outside of all fields. Whoever looks for reductions then leaves the system as it is.

use super::{MAX_WORDS, Predicate, Slot, State, System, VarId};

/// One bit field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// The variable.
    pub var: VarId,
    /// Which word.
    pub word: u8,
    /// Lowest bit.
    pub shift: u8,
    /// How many bits.
    pub bits: u8,
}

impl Field {
    /// Its bits.
    pub fn mask(self) -> u64 {
        (u64::MAX >> (64 - u32::from(self.bits))) << self.shift
    }
}

/// All bit fields, in the order of the variables.
#[derive(Clone, Debug)]
pub struct Fields {
    list: Vec<Field>,
    /// For each bit, the field that begins there.
    starts: Box<[[Option<u16>; 64]; MAX_WORDS]>,
}

impl Fields {
    /// The fields of a system. None where they overlap, or where an initial state has other bits.
    pub fn of(system: &System) -> Option<Fields> {
        let mut fields = Fields { list: Vec::new(), starts: Box::new([[None; 64]; MAX_WORDS]) };
        let mut taken = State::default();
        for (var, slot) in (0..).map(VarId).zip(&system.layout.slots) {
            let Slot::Field { word, shift, bits } = *slot else { continue };
            let field = Field { var, word, shift, bits };
            if taken[word as usize] & field.mask() != 0 {
                return None;
            }
            taken[word as usize] |= field.mask();
            fields.starts[word as usize][shift as usize] = u16::try_from(fields.list.len()).ok();
            fields.list.push(field);
        }
        let outside = |state: &State| (0..MAX_WORDS).any(|word| state[word] & !taken[word] != 0);
        (!system.initial.iter().any(outside)).then_some(fields)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// The field with this number.
    pub fn get(&self, number: u16) -> Field {
        self.list[usize::from(number)]
    }

    /// The number of a variable's field; None for a constant.
    pub fn number(&self, var: VarId) -> Option<u16> {
        let at = self.list.binary_search_by_key(&var, |field| field.var).ok()?;
        u16::try_from(at).ok()
    }

    /// The fields that a mask covers. None where it cuts one, or has other bits.
    pub fn within(&self, word: u8, mut mask: u64) -> Option<Vec<u16>> {
        let mut found = Vec::new();
        while mask != 0 {
            let number = self.starts[word as usize][mask.trailing_zeros() as usize]?;
            let field = self.get(number).mask();
            if field & !mask != 0 {
                return None;
            }
            mask &= !field;
            found.push(number);
        }
        Some(found)
    }

    /// The field that a membership looks at. None where it is none.
    pub fn exact(&self, word: u8, shift: u8, bits: u8) -> Option<u16> {
        let number = self.starts[word as usize][shift as usize]?;
        (self.get(number).bits == bits).then_some(number)
    }

    /// Adds the fields that a condition reads. None where it cuts one.
    pub fn read(&self, predicate: &Predicate, found: &mut Vec<u16>) -> Option<()> {
        match predicate {
            Predicate::Constant(_) => {}
            Predicate::Masked { word, mask, .. } => found.extend(self.within(*word, *mask)?),
            Predicate::Member { word, shift, bits, .. } => found.push(self.exact(*word, *shift, *bits)?),
            Predicate::Sum { terms, .. } => terms.iter().try_for_each(|(_, term)| self.read(term, found))?,
            Predicate::Not(inner) => self.read(inner, found)?,
            Predicate::All(parts) | Predicate::Any(parts) => {
                parts.iter().try_for_each(|part| self.read(part, found))?;
            }
        }
        Some(())
    }

    /// The bits of some fields.
    pub fn mask(&self, numbers: impl IntoIterator<Item = u16>) -> State {
        let mut mask = State::default();
        for field in numbers.into_iter().map(|number| self.get(number)) {
            mask[field.word as usize] |= field.mask();
        }
        mask
    }
}
