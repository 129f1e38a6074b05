//! What every occurrence can do to every state, each computed once.
//!
//! In: a state, an occurrence and the positions around it. Out: its [`Fate`]s. States are numbered as they are met. What an
//! occurrence does depends on the position only through the `if`s around it: all positions that ask the same `if`s share what
//! is known, and without any `if` equal steps do too. Everything comes from the semantics of one state in `system`.

use crate::base::{Limit, Tally};
use crate::system::{Course, End, Marks, OccurrenceId, Plan, Position, Run, Runner, State, System, Watch};
use rustc_hash::{FxBuildHasher, FxHashMap};

/// One way in which an attempt can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// What happens meanwhile.
    pub marks: Marks,
    /// Where it leads.
    pub target: Target,
}

/// Where an attempt leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// To the stable state with this number.
    State(u32),
    /// The step is refused.
    Refused,
    /// Reactions go on for ever.
    Unsettled,
}

/// One way in which an initial state settles.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// Index into `System::initial`.
    pub initial: u32,
    /// How; never refused.
    pub fate: Fate,
}

/// A place in [`Moves::fates`]; unknown where `length` is zero, because an attempt has at least one fate.
#[derive(Clone, Copy, Default)]
struct Row {
    first: u32,
    length: u32,
}

/// What every occurrence can do to every state.
pub struct Moves<'s> {
    plan: &'s Plan,
    runner: Runner<'s>,
    states: indexmap::IndexSet<State, FxBuildHasher>,
    /// Where there are `if`s, the ways in which an occurrence can be met, numbered: which of its `if`s are looked at for the
    /// first time, and which answers are forgotten after it.
    ways: FxHashMap<(OccurrenceId, Vec<bool>), usize>,
    /// For each way (without any `if`, for each step), what is known of each state.
    rows: Vec<Vec<Row>>,
    fates: Vec<Fate>,
}

impl<'s> Moves<'s> {
    /// Nothing is known yet.
    pub fn new(system: &'s System, plan: &'s Plan, watch: &'s Watch) -> Moves<'s> {
        Moves {
            plan,
            runner: Runner::new(system, watch),
            states: indexmap::IndexSet::default(),
            ways: FxHashMap::default(),
            rows: Vec::new(),
            fates: Vec::new(),
        }
    }

    /// How the initial states settle.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn starts(&mut self, tally: &mut Tally) -> Result<Vec<Start>, Limit> {
        let mut starts = Vec::new();
        for initial in (0..).take(self.runner.system().initial.len()) {
            for run in self.runner.initial(initial, tally)?.runs {
                starts.push(Start { initial, fate: self.fate(&run, tally)? });
            }
        }
        Ok(starts)
    }

    /// The state with this number.
    pub fn state(&self, state: u32) -> State {
        self.states[state as usize]
    }

    /// The runs of the same semantics, for whoever needs their moves.
    pub fn runner(&mut self) -> &mut Runner<'s> {
        &mut self.runner
    }

    /// What an occurrence can do to a state, on the way from one position of the course to the next; at least one thing. The
    /// numbers stand for [`Moves::known`].
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(
        &mut self,
        course: &Course,
        (before, id, after): (u32, OccurrenceId, u32),
        state: u32,
        tally: &mut Tally,
    ) -> Result<std::ops::Range<usize>, Limit> {
        let way = if self.plan.guards.is_empty() {
            self.plan.occurrences[id.0 as usize].step.0 as usize
        } else {
            self.way(course.position(before), id, course.position(after))
        };
        let row = self.rows.get(way).and_then(|rows| rows.get(state as usize)).copied().unwrap_or_default();
        let row = if row.length > 0 {
            row
        } else {
            self.attempt(way, state, (course.position(before), id, course.position(after)), tally)?
        };
        Ok(row.first as usize..(row.first + row.length) as usize)
    }

    /// What stands in this place.
    pub fn known(&self, place: usize) -> Fate {
        self.fates[place]
    }

    fn attempt(
        &mut self,
        way: usize,
        state: u32,
        course: (Position, OccurrenceId, Position),
        tally: &mut Tally,
    ) -> Result<Row, Limit> {
        let struck = self.runner.struck(self.states[state as usize], tally)?;
        let attempt = self.runner.occurrence(self.plan, course, &struck, tally)?;
        let first = self.fates.len();
        for run in &attempt.runs {
            let fate = self.fate(run, tally)?;
            self.fates.push(fate);
        }
        let number = |length: usize| u32::try_from(length).expect("fates are bounded by memory far below u32::MAX");
        let row = Row { first: number(first), length: number(self.fates.len() - first) };
        if self.rows.len() <= way {
            self.rows.resize_with(way + 1, Vec::new);
        }
        let rows = &mut self.rows[way];
        if rows.len() <= state as usize {
            tally.hold((state as usize + 1 - rows.len()) * size_of::<Row>())?;
            rows.resize(state as usize + 1, Row::default());
        }
        rows[state as usize] = row;
        tally.hold(attempt.runs.len() * size_of::<Fate>())?;
        Ok(row)
    }

    fn fate(&mut self, run: &Run, tally: &mut Tally) -> Result<Fate, Limit> {
        let target = match run.end {
            End::Refused => Target::Refused,
            End::Unsettled => Target::Unsettled,
            End::Stable(state) => {
                let (number, new) = self.states.insert_full(state);
                if new {
                    tally.hold(2 * size_of::<State>())?;
                }
                Target::State(u32::try_from(number).expect("states are bounded by memory far below u32::MAX"))
            }
        };
        Ok(Fate { marks: run.marks, target })
    }

    /// The number of the way in which an occurrence is met, where there are `if`s.
    fn way(&mut self, before: Position, id: OccurrenceId, after: Position) -> usize {
        let guards = &self.plan.guards;
        let own = self.plan.occurrences[id.0 as usize].guards.iter();
        let first = own.map(|guard| !guards[guard.0 as usize].steps.meets(before.done));
        let over = guards.iter().filter(|guard| guard.memory.is_some()).map(|guard| guard.steps.within(after.done));
        let asked = first.chain(over).collect();
        let new = self.ways.len();
        *self.ways.entry((id, asked)).or_insert(new)
    }
}
