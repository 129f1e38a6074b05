//! What states were met: one interface over the ways to keep them.

use super::slot::Slot;
use super::table::Table;

/// A set of states that grows.
pub trait Known<const W: usize>: Send {
    /// Puts states in, in order; adds those that are new to `new`. Says how many were put in: fewer than all where there is no
    /// room for the next one before the set grows.
    fn insert(&mut self, states: &[[u64; W]], new: &mut Vec<[u64; W]>) -> usize;

    /// Whether it should grow before so many more states come.
    fn crowded(&self, more: usize) -> bool;

    /// Whether it must: soon there would be no room.
    fn full(&self, more: usize) -> bool;

    /// Makes room for so many more states, and some; where another set of the same states has more of it, gives that.
    ///
    /// # Errors
    /// The system has no memory for it.
    fn grow(&mut self, more: usize) -> std::io::Result<Option<Box<dyn Known<W>>>>;

    /// Bytes that growing for so many more states would add, about.
    fn growth(&self, more: usize) -> u64;

    /// Gives all states to somebody, as long as that goes well.
    ///
    /// # Errors
    /// What they say.
    fn each(&self, give: &mut dyn FnMut(&[u64; W]) -> std::io::Result<()>) -> std::io::Result<()>;

    /// How many states there are.
    fn len(&self) -> u64;

    /// Bytes held.
    fn bytes(&self) -> u64;
}

impl<S: Slot<W>, const N: usize, const W: usize> Known<W> for Table<S, N, W> {
    fn insert(&mut self, states: &[[u64; W]], new: &mut Vec<[u64; W]>) -> usize {
        Table::insert(self, states, new)
    }

    fn crowded(&self, more: usize) -> bool {
        Table::crowded(self, more)
    }

    fn full(&self, more: usize) -> bool {
        Table::full(self, more)
    }

    fn grow(&mut self, more: usize) -> std::io::Result<Option<Box<dyn Known<W>>>> {
        if narrows(self)
            && let Ok(other) = self.refilled::<u32, 16>()
        {
            return Ok(Some(Box::new(other)));
        }
        Table::grow(self, more).map(|()| None)
    }

    fn growth(&self, more: usize) -> u64 {
        if narrows(self) { self.bytes() } else { Table::growth(self, more) }
    }

    fn each(&self, give: &mut dyn FnMut(&[u64; W]) -> std::io::Result<()>) -> std::io::Result<()> {
        self.states().try_for_each(|state| give(&state))
    }

    fn len(&self) -> u64 {
        Table::len(self)
    }

    fn bytes(&self) -> u64 {
        Table::bytes(self)
    }
}

/// Whether homes tell enough by now for slots of half the size. Both tables are held while one is filled from the other.
fn narrows<S: Slot<W>, const N: usize, const W: usize>(table: &Table<S, N, W>) -> bool {
    let narrow = <u32 as Slot<W>>::ROOM;
    W == 1 && S::ROOM > narrow && table.rest_bits() <= narrow && table.is_even()
}
