//! All that can come of trying something in one state: every distinct end, and the way to each.
//!
//! Built by a [`Runner`](super::Runner) as a tree of *spots*, the stable states passed on the way, each with how it was reached from
//! the one before; read as [`Attempt::runs`], and for one run as its moves, each with the state after it.

use super::{ActionId, Firing, Marks, OccurrenceId, Settling, State};
use std::rc::Rc;

/// How an attempt can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// In this stable state.
    Stable(State),
    /// The step is refused.
    Refused,
    /// Reactions go on for ever.
    Unsettled,
    /// A loop goes round for ever, or reactions that take time do.
    Endless,
}

/// One way in which an attempt can go. Those of one attempt differ in end or marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// How it ends.
    pub end: End,
    /// What happened on the way.
    pub marks: Marks,
    spot: u32,
}

/// The smallest things that happen in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// A fault strikes.
    Strike {
        /// Index into `System::faults`.
        fault: ActionId,
        /// Index into its outcomes.
        outcome: u32,
    },
    /// The step that is tried is refused.
    Refuse,
    /// The step is passed over, because an `if` does not hold.
    PassOver,
    /// The step begins.
    Begin,
    /// The step's next phase, with the outcome; None where none is possible.
    Phase(Option<u32>),
    /// A reaction fires.
    Fire(Firing),
    /// What follows is done by this occurrence, in a further pass of its loop.
    Again(OccurrenceId),
}

/// All that can come of trying something in one state.
#[derive(Clone, Debug, Default)]
pub struct Attempt {
    /// Distinct in end and marks.
    pub runs: Vec<Run>,
    before: Option<Rc<Struck>>,
    spots: Vec<Spot>,
    endless: Vec<Endless>,
    /// Where a step is refused.
    refused: Vec<u32>,
}

/// What faults may do to a state before the next step: the state itself, and all that any number of faults lead to.
#[derive(Clone, Debug)]
pub struct Struck {
    pub(super) spots: Vec<Spot>,
    /// The spots that are distinct in state and marks.
    pub(super) distinct: Vec<u32>,
    /// The spots that never settle.
    pub(super) unsettled: Vec<u32>,
}

/// A stable state (or the end of a run), how it was reached from the spot before, and all marks since the first spot.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) state: State,
    pub(super) marks: Marks,
    pub(super) from: u32,
    pub(super) by: By,
    /// How it settled; None if it was stable at once.
    pub(super) settling: Option<(Rc<Settling>, Way)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    Root,
    Strike {
        fault: ActionId,
        outcome: u32,
    },
    Refuse,
    PassOver,
    Again(OccurrenceId),
    /// Nothing, from where a fault could have struck.
    Wait,
    Phase {
        place: usize,
        outcome: Option<u32>,
    },
    NoPhases,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Stable(usize),
    Cycle(usize),
}

/// Where spots are added while an attempt is made.
pub(super) struct Board {
    pub(super) spots: Vec<Spot>,
    /// How many spots stand before the first of `spots`.
    pub(super) offset: usize,
    pub(super) unsettled: Vec<u32>,
    pub(super) endless: Vec<Endless>,
}

/// A run that goes on for ever.
#[derive(Clone, Debug)]
pub(super) struct Endless {
    /// Where its cycle begins.
    pub(super) spot: u32,
    pub(super) marks: Marks,
    /// The cycle, as the spots before and after each of its parts.
    pub(super) cycle: Vec<(u32, u32)>,
}

impl Board {
    pub(super) fn new(spots: Vec<Spot>) -> Board {
        Board { spots, offset: 0, unsettled: Vec::new(), endless: Vec::new() }
    }

    /// After what faults did.
    pub(super) fn after(struck: &Struck) -> Board {
        Board { offset: struck.spots.len(), ..Board::new(Vec::new()) }
    }

    /// The state and the marks of a spot that was added here.
    pub(super) fn at(&self, spot: u32) -> (State, Marks) {
        let spot = &self.spots[spot as usize - self.offset];
        (spot.state, spot.marks)
    }

    pub(super) fn add(&mut self, spot: Spot) -> u32 {
        self.spots.push(spot);
        u32::try_from(self.offset + self.spots.len() - 1).expect("spots are bounded by memory far below u32::MAX")
    }
}

impl Attempt {
    pub(super) fn finish(board: Board, before: Option<Rc<Struck>>, ends: Vec<u32>, refused: Vec<u32>) -> Attempt {
        let Board { spots, unsettled, endless, .. } = board;
        let mut attempt = Attempt { runs: Vec::with_capacity(ends.len()), before, spots, endless, refused };
        for spot in ends {
            attempt.add(spot, End::Stable(attempt.spot(spot).state));
        }
        (0..attempt.refused.len()).for_each(|at| attempt.add(attempt.refused[at], End::Refused));
        unsettled.into_iter().for_each(|spot| attempt.add(spot, End::Unsettled));
        // Their marks differ.
        let endless = attempt.endless.iter();
        attempt.runs.extend(endless.map(|one| Run { end: End::Endless, marks: one.marks, spot: one.spot }));
        attempt
    }

    fn add(&mut self, spot: u32, end: End) {
        let marks = self.spot(spot).marks;
        if !self.runs.iter().any(|run| run.end == end && run.marks == marks) {
            self.runs.push(Run { end, marks, spot });
        }
    }

    fn spot(&self, index: u32) -> &Spot {
        let before = self.before.as_ref().map_or(&[][..], |before| &before.spots);
        let index = index as usize;
        before.get(index).unwrap_or_else(|| &self.spots[index - before.len()])
    }

    /// The runs in which a step is refused, with the state in which it is: more of them than in `runs`, where they differ in nothing else.
    pub fn refusals(&self) -> impl Iterator<Item = (State, Run)> {
        self.refused.iter().map(|at| {
            let Spot { state, marks, .. } = self.spot(*at);
            (*state, Run { end: End::Refused, marks: *marks, spot: *at })
        })
    }

    /// What happens in a run of this attempt, each with the state after it.
    pub fn moves(&self, run: &Run) -> Vec<(Move, State)> {
        self.moves_between(None, run.spot)
    }

    /// What happens on the way to a spot, from the first or from this one on.
    fn moves_between(&self, from: Option<u32>, to: u32) -> Vec<(Move, State)> {
        moves(from, to, |index| self.spot(index))
    }

    /// What happens over and over after a run, if it goes on for ever without an end.
    pub fn round(&self, run: &Run) -> Vec<(Move, State)> {
        let same = |one: &&Endless| run.end == End::Endless && (one.spot, one.marks) == (run.spot, run.marks);
        let cycle = self.endless.iter().find(same).map_or(&[][..], |one| &one.cycle);
        cycle.iter().flat_map(|(from, to)| self.moves_between(Some(*from), *to)).collect()
    }

    /// The cycle that a run ends in, if it does not settle.
    pub fn cycle(&self, run: &Run) -> Option<&[Firing]> {
        cycle(self.spot(run.spot))
    }
}

impl Struck {
    /// The states, each with what happened on the way to it and a number to ask [`Struck::moves`] with.
    pub fn states(&self) -> impl Iterator<Item = (u32, State, Marks)> {
        self.distinct.iter().map(|spot| (*spot, self.spots[*spot as usize].state, self.spots[*spot as usize].marks))
    }

    /// The ways in which faults are never settled, likewise.
    pub fn unsettled(&self) -> impl Iterator<Item = (u32, Marks)> {
        self.unsettled.iter().map(|spot| (*spot, self.spots[*spot as usize].marks))
    }

    /// The faults that strike, and what follows each, with the state after it.
    pub fn moves(&self, number: u32) -> Vec<(Move, State)> {
        moves(None, number, |index| &self.spots[index as usize])
    }

    /// The cycle that such a way ends in, if it does not settle.
    pub fn cycle(&self, number: u32) -> Option<&[Firing]> {
        cycle(&self.spots[number as usize])
    }
}

fn moves<'a>(from: Option<u32>, to: u32, spot: impl Fn(u32) -> &'a Spot) -> Vec<(Move, State)> {
    let mut path = Vec::new();
    let mut next = Some(to);
    while let Some(at) = next.filter(|at| Some(*at) != from) {
        let at = spot(at);
        path.push(at);
        next = (!matches!(at.by, By::Root)).then_some(at.from);
    }
    let mut moves = Vec::new();
    for at in path.into_iter().rev() {
        let way = match &at.settling {
            None => Vec::new(),
            Some((settling, Way::Stable(place))) => settling.way_to(&settling.stable[*place]),
            Some((settling, Way::Cycle(place))) => settling.way_into(&settling.cycles[*place]),
        };
        let landed = at.settling.as_ref().map_or(at.state, |(settling, _)| settling.origin());
        match at.by {
            By::Root | By::Wait => {}
            By::Strike { fault, outcome } => moves.push((Move::Strike { fault, outcome }, landed)),
            By::Refuse => moves.push((Move::Refuse, landed)),
            By::PassOver => moves.push((Move::PassOver, landed)),
            By::Again(id) => moves.push((Move::Again(id), landed)),
            By::NoPhases => moves.push((Move::Begin, landed)),
            By::Phase { place, outcome } => {
                if place == 0 {
                    moves.push((Move::Begin, spot(at.from).state));
                }
                moves.push((Move::Phase(outcome), landed));
            }
        }
        moves.extend(way.into_iter().map(|(firing, state)| (Move::Fire(firing), state)));
    }
    moves
}

fn cycle(spot: &Spot) -> Option<&[Firing]> {
    match &spot.settling {
        Some((settling, Way::Cycle(place))) => Some(&settling.cycles[*place].firings),
        _ => None,
    }
}
