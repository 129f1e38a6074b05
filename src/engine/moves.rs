//! What every occurrence can do to every state, each computed once.
//!
//! In: a state, an occurrence and the positions around it. Out: its [`Fate`]s. States are numbered as they are met. What an
//! occurrence does depends on the position only through the `if`s around it: all positions that ask the same `if`s share what
//! is known, and without any `if` equal steps do too. States that differ at a position in [nothing that matters](Living) there are one.
//! Everything comes from the semantics of one state in `system`.

use crate::base::{Limit, Tally};
use crate::system::{Course, End, Living, Marks, OccurrenceId, Plan, Position, Runner, State, System, Watch};
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
    /// A loop goes round for ever, or reactions that take time do.
    Endless,
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
pub struct Fates {
    row: Row,
    mask: u32,
}

/// Where an attempt leads that can go one way only and leaves no mark: most are so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// To the stable state with this number.
    State(u32),
    /// The step is refused.
    Refused,
}

/// What all states have in common that take an occurrence on the way from one position to another.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    course: (u32, OccurrenceId, u32),
    rows: usize,
    /// Which mask says what matters after it.
    mask: u32,
}

impl Way {
    /// The same for all ways on which the same happens to the same state.
    pub(super) fn kind(self) -> usize {
        self.rows
    }

    /// The occurrence.
    pub fn id(self) -> OccurrenceId {
        self.course.1
    }

    /// The position that it leads to.
    pub fn after(self) -> u32 {
        self.course.2
    }
}

/// What is known of one attempt, in 32 bits: a state's number where that is all, one of two words, or which of
/// [`Moves::lists`] has the fates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row(u32);

impl Row {
    const LISTED: u32 = 1 << 31;
    const REFUSED: Row = Row(u32::MAX - 1);
    const UNKNOWN: Row = Row(u32::MAX);
}

/// What every occurrence can do to every state.
pub struct Moves<'s> {
    /// The bits of a state that are told apart at each position.
    living: Living,
    plan: &'s Plan,
    runner: Runner<'s>,
    states: indexmap::IndexSet<State, FxBuildHasher>,
    /// Where there are `if`s or loops, the ways in which an occurrence can be met, numbered: which of its `if`s are looked at for the
    /// first time, and which answers are forgotten after it.
    ways: FxHashMap<(OccurrenceId, Vec<bool>), usize>,
    /// For each way (without any `if`, for each step), what is known of each state.
    rows: Vec<Vec<Row>>,
    /// Where the fates of an attempt begin in `fates`, and how many there are.
    lists: Vec<(u32, u32)>,
    /// Where attempts lead, nothing forgotten.
    fates: Vec<Fate>,
    /// For each mask, the number of each state without what does not matter, if it was asked for.
    shorn: Vec<Vec<Row>>,
}

impl<'s> Moves<'s> {
    /// Nothing is known yet.
    pub fn new(system: &'s System, plan: &'s Plan, watch: &'s Watch, living: Living) -> Moves<'s> {
        Moves {
            shorn: vec![Vec::new(); living.masks()],
            living,
            plan,
            runner: Runner::new(system, watch),
            states: indexmap::IndexSet::default(),
            ways: FxHashMap::default(),
            rows: Vec::new(),
            lists: Vec::new(),
            fates: Vec::new(),
        }
    }

    /// How the initial states settle, at the first position.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn starts(&mut self, tally: &mut Tally) -> Result<Vec<Start>, Limit> {
        let mut starts = Vec::new();
        for initial in (0..).take(self.runner.system().initial.len()) {
            for run in self.runner.initial(initial, tally)?.runs {
                let mut fate = self.fate(run.end, run.marks, tally)?;
                if let Target::State(state) = fate.target {
                    fate.target = Target::State(self.forget(self.living.at(0), state, tally)?);
                }
                starts.push(Start { initial, fate });
            }
        }
        Ok(starts)
    }

    /// A state without what does not matter at a position: zero there.
    pub fn shorn(&self, position: u32, state: State) -> State {
        self.living.shorn(self.living.at(position), state)
    }

    /// The state with this number, without what does not matter where it was met.
    pub fn state(&self, state: u32) -> State {
        self.states[state as usize]
    }

    /// How many states have a number.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// What all states have in common that take an occurrence on the way from one position of the course to the next.
    pub fn way(&mut self, course: &Course, (before, id, after): (u32, OccurrenceId, u32)) -> Way {
        let rows = if self.plan.guards.is_empty() && self.plan.retries.is_empty() {
            self.plan.occurrences[id.0 as usize].step.0 as usize
        } else {
            self.guarded(course.position(before), id, course.position(after))
        };
        if self.rows.len() <= rows {
            self.rows.resize_with(rows + 1, Vec::new);
        }
        Way { course: (before, id, after), rows, mask: self.living.at(after) }
    }

    /// Where an attempt leads, if it was looked at before, can go one way only and leaves no mark.
    pub fn only(&self, way: Way, state: u32) -> Option<Only> {
        match *self.rows[way.rows].get(state as usize)? {
            Row(state) if state < Row::LISTED => match *self.shorn[way.mask as usize].get(state as usize)? {
                Row::UNKNOWN => None,
                Row(shorn) => Some(Only::State(shorn)),
            },
            Row::REFUSED => Some(Only::Refused),
            _ => None,
        }
    }

    /// What an occurrence can do to a state.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(&mut self, course: &Course, way: Way, state: u32, tally: &mut Tally) -> Result<Fates, Limit> {
        let row = match self.rows[way.rows].get(state as usize) {
            None | Some(&Row::UNKNOWN) => self.attempt(course, way, state, tally)?,
            Some(row) => *row,
        };
        let fates = Fates { row, mask: way.mask };
        for number in 0..self.count(fates) {
            if let Target::State(state) = self.unshorn(fates, number).target {
                self.forget(way.mask, state, tally)?;
            }
        }
        Ok(fates)
    }

    /// How many fates there are.
    pub fn count(&self, fates: Fates) -> usize {
        match fates.row {
            Row::UNKNOWN => 0,
            Row(word) if word < Row::LISTED => 1,
            Row::REFUSED => 1,
            Row(word) => self.lists[(word - Row::LISTED) as usize].1 as usize,
        }
    }

    /// One of several fates.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn nth(&self, fates: Fates, number: usize) -> Fate {
        let mut fate = self.unshorn(fates, number);
        if let Target::State(state) = &mut fate.target {
            *state = self.shorn[fates.mask as usize][*state as usize].0;
        }
        fate
    }

    fn unshorn(&self, fates: Fates, number: usize) -> Fate {
        assert!(number < self.count(fates), "there are not so many fates");
        match fates.row {
            Row(state) if state < Row::LISTED => Fate { marks: Marks::default(), target: Target::State(state) },
            Row::REFUSED => Fate { marks: Marks::default(), target: Target::Refused },
            Row(word) => self.fates[self.lists[(word - Row::LISTED) as usize].0 as usize + number],
        }
    }

    /// All of them.
    pub fn known(&self, fates: Fates) -> impl Iterator<Item = Fate> + '_ {
        (0..self.count(fates)).map(move |number| self.nth(fates, number))
    }

    fn attempt(&mut self, course: &Course, way: Way, state: u32, tally: &mut Tally) -> Result<Row, Limit> {
        let (before, id, after) = way.course;
        let positions = (course.position(before), id, course.position(after));
        let first = self.fates.len();
        let from = self.states[state as usize];
        if let Some((end, marks)) = self.runner.straight(self.plan, positions, from, tally)? {
            let fate = self.fate(end, marks, tally)?;
            self.fates.push(fate);
        } else {
            let struck = self.runner.struck(from, tally)?;
            for run in self.runner.occurrence(self.plan, positions, &struck, tally)?.runs {
                let fate = self.fate(run.end, run.marks, tally)?;
                self.fates.push(fate);
            }
        }
        let only = match self.fates[first..] {
            [Fate { marks, target }] if marks == Marks::default() => match target {
                Target::State(state) => Some(Row(state)),
                Target::Refused => Some(Row::REFUSED),
                Target::Unsettled | Target::Endless => None,
            },
            _ => None,
        };
        let row = match only {
            Some(row) => {
                self.fates.truncate(first);
                row
            }
            None => {
                let number = |length| u32::try_from(length).expect("fates are bounded by memory far below u32::MAX");
                self.lists.push((number(first), number(self.fates.len() - first)));
                tally.hold((self.fates.len() - first) * size_of::<Fate>() + size_of::<(u32, u32)>())?;
                Row(Row::LISTED + number(self.lists.len() - 1))
            }
        };
        let rows = &mut self.rows[way.rows];
        if rows.len() <= state as usize {
            tally.hold((state as usize + 1 - rows.len()) * size_of::<Row>())?;
            rows.resize(state as usize + 1, Row::UNKNOWN);
        }
        rows[state as usize] = row;
        tally.check()?;
        Ok(row)
    }

    /// The number of a state without what does not matter under a mask.
    fn forget(&mut self, mask: u32, state: u32, tally: &mut Tally) -> Result<u32, Limit> {
        if let Some(Row(known)) = self.shorn[mask as usize].get(state as usize).filter(|row| **row != Row::UNKNOWN) {
            return Ok(*known);
        }
        let shorn = self.number(self.living.shorn(mask, self.states[state as usize]), tally)?;
        let shears = &mut self.shorn[mask as usize];
        if shears.len() <= state as usize {
            tally.hold((state as usize + 1 - shears.len()) * size_of::<Row>())?;
            shears.resize(state as usize + 1, Row::UNKNOWN);
        }
        shears[state as usize] = Row(shorn);
        Ok(shorn)
    }

    fn number(&mut self, state: State, tally: &mut Tally) -> Result<u32, Limit> {
        let (number, new) = self.states.insert_full(state);
        if new {
            tally.hold(2 * size_of::<State>())?;
        }
        let number = u32::try_from(number).ok().filter(|number| *number < Row::LISTED);
        Ok(number.expect("states are bounded by memory far below half of u32::MAX"))
    }

    fn fate(&mut self, end: End, marks: Marks, tally: &mut Tally) -> Result<Fate, Limit> {
        let target = match end {
            End::Refused => Target::Refused,
            End::Unsettled => Target::Unsettled,
            End::Endless => Target::Endless,
            End::Stable(state) => Target::State(self.number(state, tally)?),
        };
        Ok(Fate { marks, target })
    }

    /// The number of the way in which an occurrence is met, where there are `if`s.
    fn guarded(&mut self, before: Position, id: OccurrenceId, after: Position) -> usize {
        let guards = &self.plan.guards;
        let own = self.plan.occurrences[id.0 as usize].guards.iter();
        let first = own.map(|guard| !guards[guard.0 as usize].steps.meets(before.done));
        let over = guards.iter().filter(|guard| guard.memory.is_some()).map(|guard| guard.steps.within(after.done));
        let asked = first.chain(over).collect();
        let new = self.ways.len();
        *self.ways.entry((id, asked)).or_insert(new)
    }
}
