//! What states were met: one interface over the ways to keep them.

use super::slot::Slot;
use super::table::{Found, Table};

/// A set of states that grows.
pub trait Known<const W: usize>: Send {
    /// Puts states in, in order; adds those that are new to `new`. Says how many were put in: fewer than all where there is no
    /// room for the next one before the set grows.
    fn insert(&mut self, states: &[[u64; W]], new: &mut Vec<[u64; W]>) -> usize;

    /// Whether it should grow before so many more states come.
    fn crowded(&self, more: usize) -> bool;

    /// Whether it must: soon there would be no room.
    fn full(&self, more: usize) -> bool;

    /// Makes room; where another set of the same states has more of it, gives that.
    ///
    /// # Errors
    /// The system has no memory for it.
    fn grow(&mut self) -> std::io::Result<Option<Box<dyn Known<W>>>>;

    /// Bytes that growing would add.
    fn growth(&self) -> u64;

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

/// How many look-ups ahead a line is asked for: enough to hide the way to memory behind other look-ups.
const AHEAD: usize = 32;

impl<S: Slot<W>, const N: usize, const W: usize> Known<W> for Table<S, N, W> {
    fn insert(&mut self, states: &[[u64; W]], new: &mut Vec<[u64; W]>) -> usize {
        let mixer = self.mixer();
        let mut view = self.view();
        let mut mixed = [0; AHEAD];
        for (place, state) in states.iter().take(AHEAD).enumerate() {
            mixed[place] = mixer.mix(state);
            view.prefetch(view.home(mixed[place]));
        }
        for (at, state) in states.iter().enumerate() {
            match view.insert(mixed[at % AHEAD], state) {
                Found::Known => {}
                Found::New => new.push(*state),
                Found::NoRoom => return at,
            }
            if let Some(next) = states.get(at + AHEAD) {
                mixed[at % AHEAD] = mixer.mix(next);
                view.prefetch(view.home(mixed[at % AHEAD]));
            }
        }
        states.len()
    }

    fn crowded(&self, more: usize) -> bool {
        Table::crowded(self, more, 3, 4)
    }

    fn full(&self, more: usize) -> bool {
        Table::crowded(self, more, 9, 10)
    }

    fn grow(&mut self) -> std::io::Result<Option<Box<dyn Known<W>>>> {
        // Once homes tell enough, slots of half the size do.
        if W == 1 && S::ROOM > <u32 as Slot<W>>::ROOM && self.rest_bits() <= <u32 as Slot<W>>::ROOM {
            return Ok(Some(Box::new(self.refilled::<u32, 16>()?)));
        }
        Table::grow(self).map(|()| None)
    }

    fn growth(&self) -> u64 {
        self.bytes()
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
