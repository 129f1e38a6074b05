//! Settling: reactions run, in every possible order, until none is enabled.
//!
//! In: a state. Out: every stable state it may come to, with what happened on the way, and every way in which it may
//! never settle (a cycle of reactions that can be reached). Breadth first, so that the paths kept are shortest, and in the
//! order of declaration, so that they are the same in every run.

use super::sieve::Sieve;
use super::{ActionId, Marks, Outcome, State, System, Watch};
use crate::base::{Limit, Tally};
use rustc_hash::FxHashMap;

/// A reaction that fires: which, and which of its outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Firing {
    /// Index into `System::reactions`.
    pub reaction: ActionId,
    /// Index into its outcomes.
    pub outcome: u32,
}

/// A stable state that settling may lead to.
#[derive(Clone, Copy, Debug)]
pub struct Stable {
    /// The state.
    pub state: State,
    /// What happened on the way, and what `always` conditions the stable state breaks.
    pub marks: Marks,
    spot: u32,
}

/// A cycle of reactions that settling may run into.
#[derive(Clone, Debug)]
pub struct Cycle {
    /// What happened on the way and in the cycle.
    pub marks: Marks,
    /// The cycle.
    pub firings: Vec<Firing>,
    spot: u32,
}

/// All that may come of settling one state.
#[derive(Clone, Debug)]
pub struct Settling {
    /// Distinct in state and marks; in the order in which breadth-first search meets them.
    pub stable: Vec<Stable>,
    /// One for each distinct set of marks.
    pub cycles: Vec<Cycle>,
    /// Each spot's state, the spot before it and what fired there; the first is the state that settles.
    spots: Vec<Spot>,
}

#[derive(Clone, Debug)]
struct Spot {
    state: State,
    marks: Marks,
    from: u32,
    by: Firing,
}

impl Outcome {
    /// The places of the outcomes that are possible in a state.
    pub fn possible<'o>(outcomes: &'o [Outcome], state: &State) -> impl Iterator<Item = (u32, &'o Outcome)> + use<'o> {
        let state = *state;
        (0..).zip(outcomes).filter(move |(_, outcome)| outcome.when.holds(&state))
    }
}

impl System {
    /// The reactions that are enabled, with the outcomes that are possible; none in a stable state.
    pub fn enabled(&self, state: &State) -> impl Iterator<Item = (Firing, &Outcome)> {
        let state = *state;
        (0..).map(ActionId).zip(&self.reactions).filter(move |(_, action)| action.when.holds(&state)).flat_map(
            move |(reaction, action)| {
                Outcome::possible(&action.outcomes, &state)
                    .map(move |(outcome, what)| (Firing { reaction, outcome }, what))
            },
        )
    }
}

impl Settling {
    /// Settles a state in every possible way. Exponential in the number of reactions that are enabled at once.
    ///
    /// # Errors
    /// The limit that was hit.
    pub(super) fn of(
        (system, sieve): (&System, &Sieve<'_>),
        watch: &Watch,
        state: State,
        tally: &mut Tally,
    ) -> Result<Settling, Limit> {
        let root = Spot { state, marks: Marks::default(), from: 0, by: Firing { reaction: ActionId(0), outcome: 0 } };
        let mut settling = Settling { stable: Vec::new(), cycles: Vec::new(), spots: vec![root] };
        let mut known = FxHashMap::from_iter([((state, Marks::default()), 0u32)]);
        let mut edges: Vec<Vec<(Firing, u32)>> = Vec::new();
        while edges.len() < settling.spots.len() {
            let from = u32::try_from(edges.len()).expect("spots are bounded by memory far below u32::MAX");
            let (state, marks) = (settling.spots[edges.len()].state, settling.spots[edges.len()].marks);
            let mut out = Vec::new();
            for (by, outcome) in sieve.enabled(&state) {
                let next = (outcome.apply(&state), marks.union(watch.events(&outcome.events)));
                let spots = &mut settling.spots;
                let to = *known.entry(next).or_insert_with(|| {
                    spots.push(Spot { state: next.0, marks: next.1, from, by });
                    u32::try_from(spots.len() - 1).expect("spots are bounded by memory far below u32::MAX")
                });
                out.push((by, to));
            }
            if out.is_empty() {
                let marks = marks.union(watch.stable(system, &state));
                settling.stable.push(Stable { state, marks, spot: from });
            }
            tally.hold(size_of::<Spot>() + out.len() * size_of::<(Firing, u32)>())?;
            edges.push(out);
        }
        settling.find_cycles(&edges);
        Ok(settling)
    }

    /// Finds a cycle for each distinct set of marks: depth first, an edge to a spot that is still on the path closes one.
    fn find_cycles(&mut self, edges: &[Vec<(Firing, u32)>]) {
        let mut on_path = vec![None; edges.len()];
        let mut left = vec![false; edges.len()];
        let mut path: Vec<(u32, usize)> = vec![(0, 0)];
        on_path[0] = Some(0);
        while let Some((spot, edge)) = path.last_mut() {
            let Some((_, to)) = edges[*spot as usize].get(*edge) else {
                on_path[*spot as usize] = None;
                left[*spot as usize] = true;
                path.pop();
                continue;
            };
            *edge += 1;
            if let Some(depth) = on_path[*to as usize] {
                let marks = self.spots[*to as usize].marks;
                if self.cycles.iter().all(|cycle| cycle.marks != marks) {
                    let firings = path[depth..].iter().map(|(at, next)| edges[*at as usize][next - 1].0).collect();
                    self.cycles.push(Cycle { marks, firings, spot: *to });
                }
            } else if !left[*to as usize] {
                on_path[*to as usize] = Some(path.len());
                path.push((*to, 0));
            }
        }
    }

    /// The state that settles and all that are passed through on the way.
    pub(super) fn unsettled<'a>(&'a self, system: &'a System) -> impl Iterator<Item = State> + 'a {
        let states = self.spots.iter().map(|spot| spot.state);
        states.filter(|state| system.enabled(state).next().is_some())
    }

    /// The state that settles.
    pub fn origin(&self) -> State {
        self.spots[0].state
    }

    /// How a stable state is reached: what fires, and the state after it.
    pub fn way_to(&self, stable: &Stable) -> Vec<(Firing, State)> {
        self.way(stable.spot)
    }

    /// How a cycle is reached.
    pub fn way_into(&self, cycle: &Cycle) -> Vec<(Firing, State)> {
        self.way(cycle.spot)
    }

    fn way(&self, mut spot: u32) -> Vec<(Firing, State)> {
        let mut way = Vec::new();
        while spot != 0 {
            let Spot { state, from, by, .. } = &self.spots[spot as usize];
            way.push((*by, *state));
            spot = *from;
        }
        way.reverse();
        way
    }
}
