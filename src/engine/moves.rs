//! What every occurrence can do to every state, each computed once.
//!
//! In: a state, an occurrence and the positions around it. Out: its [`Fate`]s. States are numbered as they are met. What an
//! occurrence does depends on the position only through the `if`s around it: all positions that ask the same `if`s share what
//! is known, and without any `if` equal steps do too. States that differ in [nothing that matters](System::relevant) are one. Everything comes from the semantics of one state in `system`.

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

/// What is known of one attempt: all its fates, at least one.
#[derive(Clone, Copy, Debug)]
pub struct Fates(Row);

/// Most attempts go one way and leave no mark: then the state's number stands for the fate.
#[derive(Clone, Copy, Debug, Default)]
enum Row {
    #[default]
    Unknown,
    One(u32),
    /// Where they begin in [`Moves::fates`], and how many there are.
    Listed(u32, u32),
}

impl Fates {
    /// How many there are.
    pub fn len(self) -> usize {
        match self.0 {
            Row::Unknown => 0,
            Row::One(_) => 1,
            Row::Listed(_, length) => length as usize,
        }
    }

    /// Whether there is more than one.
    pub fn several(self) -> bool {
        self.len() > 1
    }
}

/// What every occurrence can do to every state.
pub struct Moves<'s> {
    /// The bits of a state that are told apart.
    relevant: State,
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
            relevant: system.relevant(),
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

    /// A state without what does not matter: zero there.
    pub fn shorn(&self, mut state: State) -> State {
        state.iter_mut().zip(self.relevant).for_each(|(word, relevant)| *word &= relevant);
        state
    }

    /// The state with this number, [shorn](Moves::shorn).
    pub fn state(&self, state: u32) -> State {
        self.states[state as usize]
    }

    /// What an occurrence can do to a state, on the way from one position of the course to the next.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(
        &mut self,
        course: &Course,
        (before, id, after): (u32, OccurrenceId, u32),
        state: u32,
        tally: &mut Tally,
    ) -> Result<Fates, Limit> {
        let way = if self.plan.guards.is_empty() {
            self.plan.occurrences[id.0 as usize].step.0 as usize
        } else {
            self.way(course.position(before), id, course.position(after))
        };
        match self.rows.get(way).and_then(|rows| rows.get(state as usize)) {
            None | Some(Row::Unknown) => {
                self.attempt(way, state, (course.position(before), id, course.position(after)), tally)
            }
            Some(row) => Ok(Fates(*row)),
        }
    }

    /// One of several fates.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn nth(&self, fates: Fates, number: usize) -> Fate {
        match fates.0 {
            Row::One(state) => Fate { marks: Marks::default(), target: Target::State(state) },
            Row::Listed(first, length) if number < length as usize => self.fates[first as usize + number],
            Row::Listed(..) | Row::Unknown => panic!("there are not so many fates"),
        }
    }

    /// All of them.
    pub fn known(&self, fates: Fates) -> impl Iterator<Item = Fate> + '_ {
        (0..fates.len()).map(move |number| self.nth(fates, number))
    }

    fn attempt(
        &mut self,
        way: usize,
        state: u32,
        course: (Position, OccurrenceId, Position),
        tally: &mut Tally,
    ) -> Result<Fates, Limit> {
        let struck = self.runner.struck(self.states[state as usize], tally)?;
        let attempt = self.runner.occurrence(self.plan, course, &struck, tally)?;
        let first = self.fates.len();
        for run in &attempt.runs {
            let fate = self.fate(run, tally)?;
            self.fates.push(fate);
        }
        let row = match self.fates[first..] {
            [Fate { marks, target: Target::State(state) }] if marks == Marks::default() => {
                self.fates.truncate(first);
                Row::One(state)
            }
            ref listed => {
                let number = |length| u32::try_from(length).expect("fates are bounded by memory far below u32::MAX");
                Row::Listed(number(first), number(listed.len()))
            }
        };
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
        Ok(Fates(row))
    }

    fn fate(&mut self, run: &Run, tally: &mut Tally) -> Result<Fate, Limit> {
        let target = match run.end {
            End::Refused => Target::Refused,
            End::Unsettled => Target::Unsettled,
            End::Stable(state) => {
                let (number, new) = self.states.insert_full(self.shorn(state));
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
