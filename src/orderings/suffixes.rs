//! For a position and a state: the orderings of what is left that have a property, in every run or in some.
//!
//! In: a system with an ordered procedure. Out: a [`Language`] of whole orderings. What an occurrence does decides the property
//! for good ([`Edgewise`]) or leaves it to what follows; so does the end of an ordering. *Every run* is an intersection over what
//! the environment may do with the same occurrence, *some run* a union.
//!
//! Position by position: forward for the states that can be met there while the property is open, backward for the sets. A
//! position's states lie together and so do those of the positions after it. Both passes go from one position to one other at a
//! time: for that, one list has where each state was met, or which set was found for it, and nothing is searched for.

use super::language::{Language, Languages};
pub use super::wanted::{Edgewise, Runs, Trait};
use crate::base::{Limit, Reduction, Tally};
use crate::engine::{Fate, Moves, Only, Start, Way};
use crate::system::{Course, Finish, Finishes, Living, OccurrenceId, Procedure, State, System, Watch};

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
    /// All that may follow a position; nothing where it was not asked for.
    whole: Vec<Language>,
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

/// Which states were met at one position.
#[derive(Default)]
struct Met {
    /// For each state, one more than the last position at which it was met.
    last: Vec<u32>,
}

impl Met {
    fn open(&mut self, edge: Edgewise, position: u32, states: &mut Vec<u32>) {
        let Edgewise::Open(state) = edge else { return };
        let place = state as usize;
        if self.last.len() <= place {
            self.last.resize(2 * place + 1, 0);
        }
        if self.last[place] != position + 1 {
            self.last[place] = position + 1;
            states.push(state);
        }
    }
}

/// What is being found out about the states of one position.
#[derive(Default)]
pub(super) struct Found {
    /// For each state of the position after it that is looked at, its set.
    pub sets: Vec<Language>,
    /// For each state, what may come next.
    pub next: Vec<Vec<(OccurrenceId, Language)>>,
}

impl Found {
    pub fn begin(&mut self, states: usize) {
        self.next.iter_mut().take(states).for_each(Vec::clear);
        if self.next.len() < states {
            self.next.resize_with(states, Vec::new);
        }
    }

    pub fn turn_to(&mut self, moves: &Moves<'_>, places: &Places, position: u32) {
        self.sets.resize(moves.len(), Language::NONE);
        let span = places.spans[position as usize].clone();
        for (state, set) in places.states[span.clone()].iter().zip(&places.sets[span]) {
            self.sets[*state as usize] = *set;
        }
    }

    pub fn add(&mut self, state: usize, edge: (OccurrenceId, Language)) {
        if edge.1 != Language::NONE {
            self.next[state].push(edge);
        }
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
    /// Walks the positions, and settles the initial states. `merged` is the [system](System::merged) in which fields that are always
    /// written alike are read as one, and the bits spared by it: what is found is the same.
    ///
    /// # Errors
    /// The limit that was hit.
    ///
    /// # Panics
    /// If the procedure is [`Procedure::Free`]: a world alone has no orderings.
    pub fn of(
        system: &'s System,
        merged: Option<&'s (System, State)>,
        watch: &'s Watch,
        tally: &mut Tally,
    ) -> Result<Self, Limit> {
        let (system, spared) = merged.map_or((system, State::default()), |(merged, spared)| (merged, *spared));
        let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no orderings") };
        tally.phase = "positions";
        let course = Course::of(plan, tally)?;
        tally.phase = "states";
        let living = if tally.without().uses(Reduction::DeadVariables) {
            Living::of(system, plan, &course, tally)?
        } else {
            Living::everywhere(spared.map(|word| !word))
        };
        let mut moves = Moves::new(system, plan, watch, living);
        let starts = moves.starts(tally)?;
        Ok(Suffixes {
            course,
            moves,
            looked_at: LookedAt { moves: 0, several_ways: starts.len() > 1 },
            starts,
            languages: Languages::default(),
            finishes: Finishes::new(system),
            whole: Vec::new(),
            good: Places::default(),
        })
    }

    /// How many pairs of position and state were looked at for the set of good orderings.
    pub fn places(&self) -> u64 {
        self.good.states.len() as u64
    }

    /// How many pairs of position and state have to be looked at for the set of good orderings.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn met(&mut self, tally: &mut Tally) -> Result<u64, Limit> {
        let mut places = Places::default();
        self.meet(Trait::Good, &mut places, tally)?;
        Ok(places.states.len() as u64)
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
        self.look_back((runs, what), places, tally)?;
        self.united((runs, what), places, tally)
    }

    /// What the places at the first position come to together.
    pub(super) fn united(
        &mut self,
        (runs, what): (Runs, Trait),
        places: &Places,
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        let starts: Vec<Fate> = self.starts.iter().map(|start| start.fate).collect();
        let mut combined = None;
        for fate in starts {
            let set = match what.edgewise(None, fate) {
                Edgewise::Open(state) => places.sets[places.find(0, state).expect("every start was met")],
                Edgewise::Has => self.all_from(0, tally)?,
                Edgewise::Lacks => Language::NONE,
            };
            combined = Some(self.combined(combined, (runs, set), tally)?);
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
        let mut met = Met::default();
        for step in (0..self.course.len()).rev() {
            let position = self.course.backwards()[step];
            let first = places.states.len();
            if position == 0 {
                for start in &self.starts {
                    met.open(what.edgewise(None, start.fate), position, &mut places.states);
                }
            }
            for (before, id) in self.course.before(position) {
                let way = self.moves.way(&self.course, (*before, *id, position));
                let span = places.spans[*before as usize].clone();
                for at in span {
                    let state = places.states[at];
                    // One way to go that leaves no mark decides nothing, unless it is a refusal.
                    let fates = match self.moves.only(way, state) {
                        Some(Only::State(to)) => {
                            self.looked_at.moves += 1;
                            met.open(Edgewise::Open(to), position, &mut places.states);
                            continue;
                        }
                        Some(Only::Refused) => {
                            self.looked_at.moves += 1;
                            continue;
                        }
                        None => self.moves.of(&self.course, way, state, tally)?,
                    };
                    let count = self.moves.count(fates);
                    self.looked_at.several_ways |= count > 1;
                    self.looked_at.moves += count as u64;
                    for fate in self.moves.known(fates) {
                        met.open(what.edgewise(Some(*id), fate), position, &mut places.states);
                    }
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

    /// Backward: the set of every state met. There may be more than those that can be met while the property is open.
    pub(super) fn look_back(
        &mut self,
        (runs, what): (Runs, Trait),
        places: &mut Places,
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        places.sets = vec![Language::NONE; places.states.len()];
        let mut found = Found::default();
        // Whether some state of a position has anything.
        let mut hope = vec![false; self.course.len()];
        for step in 0..self.course.len() {
            let position = self.course.backwards()[step];
            let span = places.spans[position as usize].clone();
            found.begin(span.len());
            for place in 0..self.course.next(position).len() {
                let (id, after) = self.course.next(position)[place];
                if !hope[after as usize] && what.hangs_on_what_follows() {
                    continue;
                }
                let way = self.moves.way(&self.course, (position, id, after));
                found.turn_to(&self.moves, places, after);
                for (row, state) in places.states[span.clone()].iter().enumerate() {
                    let set = match self.moves.only(way, *state) {
                        Some(Only::State(to)) => found.sets[to as usize],
                        Some(Only::Refused) if what.hangs_on_what_follows() => Language::NONE,
                        _ => self.several((runs, what), way, *state, &found.sets, tally)?,
                    };
                    found.add(row, (id, set));
                }
            }
            for (row, at) in span.enumerate() {
                let mut ends = self.course.may_end(position);
                if ends {
                    let state = self.moves.state(places.states[at]);
                    let finish =
                        if what.asks_the_end() { self.finishes.finish(state, tally)? } else { Finish::Healthy };
                    ends = what.at_the_end(finish);
                }
                let next = &found.next[row];
                if ends || !next.is_empty() {
                    places.sets[at] = self.languages.node(ends, next.iter().copied(), tally)?;
                    hope[position as usize] = true;
                }
            }
            tally.check()?;
        }
        tally.share = None;
        Ok(())
    }

    /// The set of one state, where an occurrence can go several ways or decides something. `sets` has those of the states that it
    /// may lead to.
    fn several(
        &mut self,
        (runs, what): (Runs, Trait),
        way: Way,
        state: u32,
        sets: &[Language],
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        let fates = self.moves.of(&self.course, way, state, tally)?;
        let mut combined = None;
        for number in 0..self.moves.count(fates) {
            let set = match what.edgewise(Some(way.id()), self.moves.nth(fates, number)) {
                Edgewise::Open(state) => sets[state as usize],
                Edgewise::Has => self.all_from(way.after(), tally)?,
                Edgewise::Lacks => Language::NONE,
            };
            combined = Some(self.combined(combined, (runs, set), tally)?);
        }
        Ok(combined.unwrap_or(Language::NONE))
    }

    /// What was found so far for one occurrence, combined with one more way in which it can go.
    fn combined(
        &mut self,
        sofar: Option<Language>,
        (runs, set): (Runs, Language),
        tally: &mut Tally,
    ) -> Result<Language, Limit> {
        match (sofar, runs) {
            (None, _) => Ok(set),
            (Some(sofar), Runs::Every) => self.languages.intersection(sofar, set, tally),
            (Some(sofar), Runs::Some) => self.languages.union(sofar, set, tally),
        }
    }

    /// All that may follow a position.
    fn all_from(&mut self, position: u32, tally: &mut Tally) -> Result<Language, Limit> {
        if self.whole.is_empty() {
            tally.hold(self.course.len() * size_of::<Language>())?;
            self.whole = vec![Language::NONE; self.course.len()];
        }
        // Every position can be completed: what was found is never nothing.
        let known = self.whole[position as usize];
        if known != Language::NONE {
            return Ok(known);
        }
        let mut next = Vec::with_capacity(self.course.next(position).len());
        for at in 0..self.course.next(position).len() {
            let (id, after) = self.course.next(position)[at];
            next.push((id, self.all_from(after, tally)?));
        }
        let all = self.languages.node(self.course.may_end(position), next, tally)?;
        self.whole[position as usize] = all;
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
        let way = self.moves.way(&self.course, (position, id, self.after(position, id)));
        let fates = self.moves.of(&self.course, way, state, tally)?;
        Ok(self.moves.known(fates).collect())
    }

    /// The packed state with this number.
    pub fn state(&self, state: u32) -> State {
        self.moves.state(state)
    }
}
