//! Packed states: every variable is a bit field of one of at most four words; a variable that never changes takes no bits.

/// A state: [`Layout::words`] words are used, the others are zero.
pub type State = [u64; MAX_WORDS];

/// The most words that a state may take.
pub const MAX_WORDS: usize = 4;

/// Index of a variable in [`Layout::slots`] and in `Origins::vars`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VarId(pub u32);

/// Where a variable's value index (0-based place in its domain) is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// In a bit field of one word; fields never straddle words.
    Field {
        /// Which word.
        word: u8,
        /// Lowest bit.
        shift: u8,
        /// How many bits, at least 1, at most 6.
        bits: u8,
    },
    /// The variable keeps this value in everything that this system can do.
    Constant(u8),
}

/// Where every variable lies.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Words in use, 1 to [`MAX_WORDS`] (1 even if there is no field).
    pub words: usize,
    /// One for each variable.
    pub slots: Vec<Slot>,
}

impl Layout {
    /// The value index of a variable in a state.
    pub fn get(&self, state: &State, var: VarId) -> u8 {
        match self.slots[var.0 as usize] {
            Slot::Constant(value) => value,
            Slot::Field { word, shift, bits } => ((state[word as usize] >> shift) & ((1 << bits) - 1)) as u8,
        }
    }

    /// Sets the value index of a variable. Setting a constant to another value is a bug in the lowering.
    pub fn set(&self, state: &mut State, var: VarId, value: u8) {
        match self.slots[var.0 as usize] {
            Slot::Constant(constant) => assert_eq!(constant, value, "a constant variable is never written"),
            Slot::Field { word, shift, bits } => {
                let mask = ((1u64 << bits) - 1) << shift;
                let word = &mut state[word as usize];
                *word = (*word & !mask) | (u64::from(value) << shift);
            }
        }
    }
}
