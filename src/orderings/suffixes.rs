//! For a position and a state: the orderings of what is left that have a property, in every run or in some.
//!
//! In: a system with an ordered procedure. Out: a [`Language`] of whole orderings. What an occurrence does decides the property
//! for good ([`Edgewise`]) or leaves it to what follows; so does the end of an ordering. *Every run* is an intersection over what
//! the environment may do with the same occurrence, *some run* a union. Depth first, each pair of position and state once;
//! nothing is looked at below a place where the property is decided.

use super::language::{Language, Languages};
use crate::base::{Limit, Tally};
use crate::engine::{Fate, Moves, Start, Target};
use crate::system::{Course, Finish, Finishes, Marks, OccurrenceId, Plan, State, System, Watch};
use rustc_hash::FxHashMap;

/// What a run may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// The run is good.
    Good,
    /// It is not.
    NotGood,
    /// A step is refused.
    Refused,
    /// None is.
    NotRefused,
    /// The mark is left.
    Marked(Marks),
    /// It is not.
    Unmarked(Marks),
}

/// What an attempt says about a run that goes that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edgewise {
    /// The run has it, however it goes on.
    Has,
    /// The run has it not, however it goes on.
    Lacks,
    /// It depends on what follows, from this state on.
    Open(u32),
}

impl Trait {
    /// What an attempt says.
    pub fn edgewise(self, fate: Fate) -> Edgewise {
        let either = |has: bool| if has { Edgewise::Has } else { Edgewise::Lacks };
        match (self, fate.target) {
            (Trait::Good | Trait::NotGood, _) if fate.marks.meets(Marks::BROKEN) => either(self == Trait::NotGood),
            (Trait::Marked(mark), _) if fate.marks.meets(mark) => Edgewise::Has,
            (Trait::Unmarked(mark), _) if fate.marks.meets(mark) => Edgewise::Lacks,
            (_, Target::State(state)) => Edgewise::Open(state),
            (Trait::Good | Trait::Marked(_), _) => Edgewise::Lacks,
            (Trait::NotGood | Trait::Unmarked(_), _) => Edgewise::Has,
            (Trait::Refused, end) => either(end == Target::Refused),
            (Trait::NotRefused, end) => either(end != Target::Refused),
        }
    }

    /// Whether a run that comes to its end undecided has it.
    pub fn at_the_end(self, finish: Finish) -> bool {
        match self {
            Trait::Good => finish == Finish::Healthy,
            Trait::NotGood => finish != Finish::Healthy,
            Trait::Refused | Trait::Marked(_) => false,
            Trait::NotRefused | Trait::Unmarked(_) => true,
        }
    }
}

/// Over which runs of an ordering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// All have it.
    Every,
    /// At least one has it.
    Some,
}

/// What was found out already, by position and state.
type Known = FxHashMap<(u32, u32), Language>;

/// All that the sets of orderings are made from.
pub struct Suffixes<'s> {
    /// The positions.
    pub course: Course,
    /// What steps do.
    pub moves: Moves<'s>,
    /// How the initial states settle.
    pub starts: Vec<Start>,
    /// The sets.
    pub languages: Languages,
    /// How runs end.
    pub finishes: Finishes<'s>,
    /// Moves looked at for the set of good orderings, and whether some attempt went several ways.
    pub looked_at: LookedAt,
    /// All that may follow a position.
    whole: FxHashMap<u32, Language>,
    /// What is good in every run, from where.
    good: Known,
}

/// How much was looked at for the set of good orderings.
#[derive(Clone, Copy, Debug, Default)]
pub struct LookedAt {
    /// Ways in which attempts can go.
    pub moves: u64,
    /// Whether some attempt can go several ways, or the system can start in several states.
    pub several_ways: bool,
}

impl<'s> Suffixes<'s> {
    /// Walks the positions, and settles the initial states.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(system: &'s System, plan: &'s Plan, watch: &'s Watch, tally: &mut Tally) -> Result<Self, Limit> {
        tally.phase = "positions";
        let course = Course::of(plan, tally)?;
        tally.phase = "states";
        let mut moves = Moves::new(system, plan, watch);
        let starts = moves.starts(tally)?;
        Ok(Suffixes {
            course,
            moves,
            looked_at: LookedAt { moves: 0, several_ways: starts.len() > 1 },
            starts,
            languages: Languages::default(),
            finishes: Finishes::new(system),
            whole: FxHashMap::default(),
            good: Known::default(),
        })
    }

    /// How many pairs of position and state were looked at for the set of good orderings.
    pub fn places(&self) -> u64 {
        self.good.len() as u64
    }

    /// All orderings.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn whole(&mut self, tally: &mut Tally) -> Result<Language, Limit> {
        self.all_from(0, tally)
    }

    /// The orderings that have something, in every run or in some.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn having(&mut self, runs: Runs, what: Trait, tally: &mut Tally) -> Result<Language, Limit> {
        self.asking(runs, what, tally, |asking, tally| {
            let starts: Vec<Fate> = asking.suffixes.starts.iter().map(|start| start.fate).collect();
            let mut combined = None;
            for fate in starts {
                combined = Some(asking.combined(combined, fate, 0, tally)?);
            }
            Ok(combined.unwrap_or(Language::NONE))
        })
    }

    /// The orderings of what is left after a position that are good in every run from a state.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn good_from(&mut self, position: u32, state: u32, tally: &mut Tally) -> Result<Language, Limit> {
        self.asking(Runs::Every, Trait::Good, tally, |asking, tally| asking.from(position, state, tally))
    }

    fn asking<T>(
        &mut self,
        runs: Runs,
        what: Trait,
        tally: &mut Tally,
        ask: impl FnOnce(&mut Asking<'_, 's>, &mut Tally) -> Result<T, Limit>,
    ) -> Result<T, Limit> {
        let kept = (runs, what) == (Runs::Every, Trait::Good);
        let known = if kept { std::mem::take(&mut self.good) } else { Known::default() };
        let mut asking = Asking { suffixes: self, runs, what, known };
        let found = ask(&mut asking, tally);
        if kept {
            let known = asking.known;
            self.good = known;
        }
        found
    }

    /// All that may follow a position.
    fn all_from(&mut self, position: u32, tally: &mut Tally) -> Result<Language, Limit> {
        if let Some(known) = self.whole.get(&position) {
            return Ok(*known);
        }
        let mut next = Vec::with_capacity(self.course.next(position).len());
        for at in 0..self.course.next(position).len() {
            let (id, after) = self.course.next(position)[at];
            next.push((id, self.all_from(after, tally)?));
        }
        let all = self.languages.node(self.course.may_end(position), next, tally)?;
        self.whole.insert(position, all);
        tally.hold(2 * size_of::<(u32, Language)>())?;
        Ok(all)
    }

    /// Where this occurrence leads from a position; it must be one that may come there.
    pub fn after(&self, position: u32, id: OccurrenceId) -> u32 {
        let next = self.course.next(position).iter().find(|(next, _)| *next == id);
        next.expect("the occurrence may come here").1
    }

    /// What an occurrence can do to a state.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn fates(
        &mut self,
        position: u32,
        id: OccurrenceId,
        state: u32,
        tally: &mut Tally,
    ) -> Result<Vec<Fate>, Limit> {
        let way = (position, id, self.after(position, id));
        let places = self.moves.of(&self.course, way, state, tally)?;
        Ok(places.map(|place| self.moves.known(place)).collect())
    }

    /// The packed state with this number.
    pub fn state(&self, state: u32) -> State {
        self.moves.state(state)
    }
}

/// One question, asked of every place.
struct Asking<'a, 's> {
    suffixes: &'a mut Suffixes<'s>,
    runs: Runs,
    what: Trait,
    known: Known,
}

impl Asking<'_, '_> {
    /// Recursion is as deep as an ordering is long.
    fn from(&mut self, position: u32, state: u32, tally: &mut Tally) -> Result<Language, Limit> {
        if let Some(known) = self.known.get(&(position, state)) {
            return Ok(*known);
        }
        let mut ends = self.suffixes.course.may_end(position);
        if ends {
            let needs_finish = matches!(self.what, Trait::Good | Trait::NotGood);
            let finish = if needs_finish {
                let state = self.suffixes.moves.state(state);
                self.suffixes.finishes.finish(state, tally)?
            } else {
                Finish::Healthy
            };
            ends = self.what.at_the_end(finish);
        }
        let count = self.suffixes.course.next(position).len();
        let mut next = Vec::with_capacity(count);
        for at in 0..count {
            let Suffixes { course, moves, looked_at, .. } = &mut *self.suffixes;
            let (id, after) = course.next(position)[at];
            let places = moves.of(course, (position, id, after), state, tally)?;
            looked_at.moves += places.len() as u64;
            looked_at.several_ways |= places.len() > 1;
            let mut combined = None;
            for place in places {
                let fate = self.suffixes.moves.known(place);
                combined = Some(self.combined(combined, fate, after, tally)?);
                if combined == Some(Language::NONE) && self.runs == Runs::Every {
                    break;
                }
            }
            next.push((id, combined.unwrap_or(Language::NONE)));
        }
        let set = self.suffixes.languages.node(ends, next, tally)?;
        self.known.insert((position, state), set);
        tally.states += 1;
        tally.hold(2 * size_of::<((u32, u32), Language)>())?;
        Ok(set)
    }

    /// What was found so far for one occurrence, combined with one more way in which it can go.
    fn combined(
        &mut self,
        sofar: Option<Language>,
        fate: Fate,
        after: u32,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        let set = match self.what.edgewise(fate) {
            Edgewise::Has => self.suffixes.all_from(after, tally)?,
            Edgewise::Lacks => Language::NONE,
            Edgewise::Open(state) => self.from(after, state, tally)?,
        };
        match (sofar, self.runs) {
            (None, _) => Ok(set),
            (Some(sofar), Runs::Every) => self.suffixes.languages.intersection(sofar, set, tally),
            (Some(sofar), Runs::Some) => self.suffixes.languages.union(sofar, set, tally),
        }
    }
}
