//! For a position and a state: the orderings of what is left that have a property, in every run or in some.
//!
//! In: a system with an ordered procedure. Out: a [`Language`] of whole orderings. What an occurrence does decides the property
//! for good ([`Edgewise`]) or leaves it to what follows; so does the end of an ordering. *Every run* is an intersection over what
//! the environment may do with the same occurrence, *some run* a union.
//!
//! Position by position: forward for the states that can be met there while the property is open, backward for the sets. A
//! position's states lie together and so do those of the positions after it, which is what makes it fast.

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
    /// This step is refused.
    RefusedAt(OccurrenceId),
    /// Reactions go on for ever.
    Unsettled,
    /// All steps are done, nothing breaks on the way, and it ends like this.
    Ends(Finish),
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
    /// What an attempt says; no occurrence where an initial state settles.
    pub fn edgewise(self, id: Option<OccurrenceId>, fate: Fate) -> Edgewise {
        let either = |has: bool| if has { Edgewise::Has } else { Edgewise::Lacks };
        match (self, fate.target) {
            (Trait::Good | Trait::NotGood | Trait::Ends(_), _) if fate.marks.meets(Marks::BROKEN) => {
                either(self == Trait::NotGood)
            }
            (Trait::Marked(mark), _) if fate.marks.meets(mark) => Edgewise::Has,
            (Trait::Unmarked(mark), _) if fate.marks.meets(mark) => Edgewise::Lacks,
            (_, Target::State(state)) => Edgewise::Open(state),
            (Trait::Good | Trait::Ends(_) | Trait::Marked(_), _) => Edgewise::Lacks,
            (Trait::NotGood | Trait::Unmarked(_), _) => Edgewise::Has,
            (Trait::Refused, end) => either(end == Target::Refused),
            (Trait::NotRefused, end) => either(end != Target::Refused),
            (Trait::RefusedAt(at), end) => either(end == Target::Refused && id == Some(at)),
            (Trait::Unsettled, end) => either(end == Target::Unsettled),
        }
    }

    /// Whether a run that comes to its end undecided has it.
    pub fn at_the_end(self, finish: Finish) -> bool {
        match self {
            Trait::Good => finish == Finish::Healthy,
            Trait::NotGood => finish != Finish::Healthy,
            Trait::Ends(wanted) => finish == wanted,
            Trait::Refused | Trait::RefusedAt(_) | Trait::Unsettled | Trait::Marked(_) => false,
            Trait::NotRefused | Trait::Unmarked(_) => true,
        }
    }

    /// Whether a run that has it is shown for not being good.
    pub fn fails(self) -> bool {
        match self {
            Trait::NotGood | Trait::RefusedAt(_) | Trait::Unsettled => true,
            Trait::Ends(finish) => finish != Finish::Healthy,
            Trait::Good | Trait::Refused | Trait::NotRefused | Trait::Marked(_) | Trait::Unmarked(_) => false,
        }
    }

    /// Whether how a run ends matters.
    fn asks_the_end(self) -> bool {
        matches!(self, Trait::Good | Trait::NotGood | Trait::Ends(_))
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
    /// What is good in every run, from where; empty before it was asked for.
    good: Places,
}

/// The states met at each position, and the set found for each.
#[derive(Default)]
pub(super) struct Places {
    /// Where the states of each position begin and end.
    pub spans: Vec<std::ops::Range<usize>>,
    /// Sorted within a position.
    pub states: Vec<u32>,
    /// One for each of `states`.
    pub sets: Vec<Language>,
}

impl Places {
    pub fn find(&self, position: u32, state: u32) -> Option<usize> {
        let span = self.spans.get(position as usize)?;
        self.states[span.clone()].binary_search(&state).ok().map(|at| span.start + at)
    }
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
            good: Places::default(),
        })
    }

    /// How many pairs of position and state were looked at for the set of good orderings.
    pub fn places(&self) -> u64 {
        self.good.states.len() as u64
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
        let mut places = Places::default();
        let found = self.find(runs, what, &mut places, tally);
        if (runs, what) == (Runs::Every, Trait::Good) {
            self.good = places;
        }
        found
    }

    fn find(&mut self, runs: Runs, what: Trait, places: &mut Places, tally: &mut Tally) -> Result<Language, Limit> {
        self.meet(what, places, tally)?;
        self.look_back(runs, what, places, tally)?;
        let starts: Vec<Fate> = self.starts.iter().map(|start| start.fate).collect();
        let mut combined = None;
        for fate in starts {
            combined = Some(self.combined(combined, (runs, what.edgewise(None, fate)), 0, places, tally)?);
        }
        Ok(combined.unwrap_or(Language::NONE))
    }

    /// The orderings of what is left after a position that are good in every run from a state, which must be one that is
    /// met there; None where it is not, because the run is bad already.
    pub fn good_from(&self, position: u32, state: u32) -> Option<Language> {
        self.good.find(position, state).map(|at| self.good.sets[at])
    }

    /// Forward: the states that can be met at each position while the property is open.
    pub(super) fn meet(&mut self, what: Trait, places: &mut Places, tally: &mut Tally) -> Result<(), Limit> {
        places.spans = vec![0..0; self.course.len()];
        // For each state, the last position (and one) at which it was met.
        let mut met: Vec<u32> = Vec::new();
        for step in (0..self.course.len()).rev() {
            let position = self.course.backwards()[step];
            let first = places.states.len();
            let mut meet = |states: &mut Vec<u32>, id: Option<OccurrenceId>, fate: Fate| {
                if let Edgewise::Open(state) = what.edgewise(id, fate) {
                    let place = state as usize;
                    if met.len() <= place {
                        met.resize(2 * place + 1, 0);
                    }
                    if met[place] != position + 1 {
                        met[place] = position + 1;
                        states.push(state);
                    }
                }
            };
            if position == 0 {
                self.starts.iter().for_each(|start| meet(&mut places.states, None, start.fate));
            }
            for (before, id) in self.course.before(position) {
                let span = places.spans[*before as usize].clone();
                for at in span {
                    let state = places.states[at];
                    let fates = self.moves.of(&self.course, (*before, *id, position), state, tally)?;
                    self.looked_at.several_ways |= fates.several();
                    self.looked_at.moves += fates.len() as u64;
                    self.moves.known(fates).for_each(|fate| meet(&mut places.states, Some(*id), fate));
                }
            }
            places.states[first..].sort_unstable();
            places.spans[position as usize] = first..places.states.len();
            let more = places.states.len() - first;
            tally.states += more as u64;
            tally.share = Some((self.course.len() - step) as f64 / self.course.len() as f64);
            tally.hold(more * 2 * size_of::<u32>())?;
        }
        Ok(())
    }

    /// Backward: the set of every state met.
    fn look_back(&mut self, runs: Runs, what: Trait, places: &mut Places, tally: &mut Tally) -> Result<(), Limit> {
        places.sets = vec![Language::NONE; places.states.len()];
        let mut next = Vec::new();
        for step in 0..self.course.len() {
            let position = self.course.backwards()[step];
            for at in places.spans[position as usize].clone() {
                let state = places.states[at];
                let mut ends = self.course.may_end(position);
                if ends {
                    let state = self.moves.state(state);
                    let finish =
                        if what.asks_the_end() { self.finishes.finish(state, tally)? } else { Finish::Healthy };
                    ends = what.at_the_end(finish);
                }
                next.clear();
                for place in 0..self.course.next(position).len() {
                    let (id, after) = self.course.next(position)[place];
                    let fates = self.moves.of(&self.course, (position, id, after), state, tally)?;
                    let mut combined = None;
                    for number in 0..fates.len() {
                        let edge = what.edgewise(Some(id), self.moves.nth(fates, number));
                        combined = Some(self.combined(combined, (runs, edge), after, places, tally)?);
                    }
                    if let Some(set) = combined.filter(|set| *set != Language::NONE) {
                        next.push((id, set));
                    }
                }
                if ends || !next.is_empty() {
                    places.sets[at] = self.languages.node(ends, next.iter().copied(), tally)?;
                }
            }
            tally.check()?;
        }
        tally.share = None;
        Ok(())
    }

    /// What was found so far for one occurrence, combined with one more way in which it can go.
    fn combined(
        &mut self,
        sofar: Option<Language>,
        (runs, edge): (Runs, Edgewise),
        after: u32,
        places: &Places,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        let set = match edge {
            Edgewise::Has => self.all_from(after, tally)?,
            Edgewise::Lacks => Language::NONE,
            Edgewise::Open(state) => {
                places.sets[places.find(after, state).expect("every state that can be met was met")]
            }
        };
        match (sofar, runs) {
            (None, _) => Ok(set),
            (Some(sofar), Runs::Every) => self.languages.intersection(sofar, set, tally),
            (Some(sofar), Runs::Some) => self.languages.union(sofar, set, tally),
        }
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
        let fates = self.moves.of(&self.course, way, state, tally)?;
        Ok(self.moves.known(fates).collect())
    }

    /// The packed state with this number.
    pub fn state(&self, state: u32) -> State {
        self.moves.state(state)
    }
}
