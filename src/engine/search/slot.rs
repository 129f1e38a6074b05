//! What is kept of a state in a slot of the table: the rest that its home does not tell, and how far from home it stands.

/// A slot. All zero is empty.
pub trait Slot<const W: usize>: bytemuck::Pod + PartialEq + Send {
    /// Bits that say how far from home it stands: 1 at home, 0 in an empty slot. Lines of few slots need to reach further.
    const TAG: u32;

    /// How many lines are tried for a state.
    const REACH: usize = (1 << Self::TAG) - 1;

    /// Bits of the mixed first word that fit, beside the tag and the other words.
    const ROOM: u32;

    /// The slot, at home, of a state whose mixed first word is `rest` without the bits of its home.
    fn new(rest: u64, state: &[u64; W]) -> Self;

    /// The same slot one line further from home.
    #[must_use]
    fn further(self) -> Self;

    /// The tag of a slot: how far from home it stands and one more; 0 in an empty one.
    fn tag(&self) -> usize;

    /// The rest of the mixed first word.
    fn rest(&self) -> u64;

    /// The state, but for its first word.
    fn others(&self) -> [u64; W];

    /// The same state at home, with another rest.
    #[must_use]
    fn with_rest(self, rest: u64) -> Self;
}

/// For states of one word.
impl<const W: usize> Slot<W> for u32 {
    const TAG: u32 = 4;
    const ROOM: u32 = 32 - 4;

    #[inline(always)]
    fn new(rest: u64, _: &[u64; W]) -> u32 {
        ((rest << 4) | 1) as u32
    }

    #[inline(always)]
    fn further(self) -> u32 {
        self + 1
    }

    #[inline(always)]
    fn tag(&self) -> usize {
        (self & 15) as usize
    }

    #[inline(always)]
    fn rest(&self) -> u64 {
        u64::from(self >> 4)
    }

    fn others(&self) -> [u64; W] {
        [0; W]
    }

    #[inline(always)]
    fn with_rest(self, rest: u64) -> u32 {
        <Self as Slot<W>>::new(rest, &[0; W])
    }
}

/// For states of one word.
impl<const W: usize> Slot<W> for u64 {
    const TAG: u32 = 6;
    const ROOM: u32 = 64 - 6;

    #[inline(always)]
    fn new(rest: u64, _: &[u64; W]) -> u64 {
        (rest << 6) | 1
    }

    #[inline(always)]
    fn further(self) -> u64 {
        self + 1
    }

    #[inline(always)]
    fn tag(&self) -> usize {
        (self & 63) as usize
    }

    #[inline(always)]
    fn rest(&self) -> u64 {
        self >> 6
    }

    fn others(&self) -> [u64; W] {
        [0; W]
    }

    #[inline(always)]
    fn with_rest(self, rest: u64) -> u64 {
        <Self as Slot<W>>::new(rest, &[0; W])
    }
}

/// Several words: the first is mixed and has the tag, the others stand as they are. Three words take four.
impl<const W: usize, const V: usize> Slot<W> for [u64; V]
where
    [u64; V]: bytemuck::Pod,
{
    const TAG: u32 = 8;
    const ROOM: u32 = 64 - 8;

    #[inline(always)]
    fn new(rest: u64, state: &[u64; W]) -> [u64; V] {
        let mut slot = [0; V];
        slot[..W].copy_from_slice(state);
        slot[0] = (rest << 8) | 1;
        slot
    }

    #[inline(always)]
    fn further(mut self) -> [u64; V] {
        self[0] += 1;
        self
    }

    #[inline(always)]
    fn tag(&self) -> usize {
        (self[0] & 255) as usize
    }

    #[inline(always)]
    fn rest(&self) -> u64 {
        self[0] >> 8
    }

    fn others(&self) -> [u64; W] {
        std::array::from_fn(|word| if word == 0 { 0 } else { self[word] })
    }

    #[inline(always)]
    fn with_rest(mut self, rest: u64) -> [u64; V] {
        self[0] = (rest << 8) | 1;
        self
    }
}
