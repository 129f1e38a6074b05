//! What an exploration keeps an eye on: which events were raised and which `always` conditions were broken on the way.

use super::{EventId, State, System};

/// A set of things that happened in a run: bit 0 when any `always` condition broke, bit i + 1 for the i-th thing of a
/// [`Watch`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Marks(u64);

impl Marks {
    /// Some `always` condition broke.
    pub const BROKEN: Marks = Marks(1);

    /// What is in either set.
    #[must_use]
    pub fn union(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    /// Whether the sets share something.
    pub fn meets(self, other: Marks) -> bool {
        self.0 & other.0 != 0
    }
}

/// One thing that a claim asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Watched {
    /// The event is raised.
    Event(EventId),
    /// `System::always[i]` is broken in a stable state.
    Broken(u32),
}

/// What an exploration keeps an eye on.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    things: Vec<Watched>,
    /// Whether `always` is asked at all: not in a drill.
    always: bool,
}

impl Watch {
    /// The most things that one exploration can watch.
    pub const CAPACITY: usize = 63;

    /// Watches nothing, and does not ask `always`: for drills.
    pub const fn nothing() -> Watch {
        Watch { things: Vec::new(), always: false }
    }

    /// Watches nothing, but asks `always`.
    pub const fn always() -> Watch {
        Watch { things: Vec::new(), always: true }
    }

    /// Asks `always`, and watches these things; those past [`Watch::CAPACITY`] are not watched.
    pub fn things(things: impl IntoIterator<Item = Watched>) -> Watch {
        Watch { things: things.into_iter().take(Self::CAPACITY).collect(), always: true }
    }

    /// The mark of a thing that is watched.
    pub fn mark(&self, thing: Watched) -> Option<Marks> {
        self.things.iter().position(|other| *other == thing).map(|index| Marks(2 << index))
    }

    /// The marks that these events leave.
    pub fn events(&self, events: &[EventId]) -> Marks {
        if self.things.is_empty() {
            return Marks::default();
        }
        let marks = events.iter().filter_map(|event| self.mark(Watched::Event(*event)));
        marks.fold(Marks::default(), Marks::union)
    }

    /// The marks that a stable state leaves.
    pub fn stable(&self, system: &System, state: &State) -> Marks {
        let mut marks = Marks::default();
        if self.always {
            for (index, _) in (0..).zip(&system.always).filter(|(_, always)| !always.holds(state)) {
                let thing = self.mark(Watched::Broken(index)).unwrap_or_default();
                marks = marks.union(Marks::BROKEN).union(thing);
            }
        }
        marks
    }
}
