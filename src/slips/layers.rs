//! What can be met after so many mishaps: states at each node of the good orderings, and every way on from them.
//!
//! Layer 0 is where nothing went wrong, layer 1 what one mishap leads to, and so on. Which mishap it was is not remembered: all
//! that a layer can still come to hangs on the node and the state alone.

use super::acts::{Done, Hands, Stop};
use super::meant::States;
use super::scene::{Detour, Scene};
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, State};

/// Where something leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// To this state of the node that it leads to.
    State(u32),
    /// A step is refused, in this of all states in which one is.
    Refused(u32),
    /// Something goes on for ever.
    Unsettled,
}

/// One way in which something goes.
#[derive(Clone, Copy, Debug)]
pub struct Hop {
    /// Where it leads.
    pub to: To,
    /// Whether a condition broke on the way.
    pub broken: bool,
    /// Whether there was a sign.
    pub sign: bool,
}

/// Hops in rows.
#[derive(Default)]
pub struct Hops {
    ends: Vec<u32>,
    all: Vec<Hop>,
}

impl Hops {
    /// The hops of a row.
    pub fn row(&self, row: usize) -> &[Hop] {
        let first = row.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.all[first..self.ends[row] as usize]
    }
}

/// A mishap at a node: a row for each state of the layer before.
pub struct Entry {
    /// Which one; a second one where two happen at one step.
    pub mishaps: (usize, Option<usize>),
    /// What it does in the ordering.
    pub taken: Vec<OccurrenceId>,
    /// The node after it.
    pub to: u32,
    /// Where it leads.
    pub hops: Hops,
}

/// What can be met after so many mishaps.
pub struct Layer {
    /// The states at each node.
    pub states: Vec<States>,
    /// For each node, a row for each state and, within it, each edge.
    pub hops: Vec<Hops>,
}

/// What layers are made with.
pub struct Layers<'a, 's> {
    /// Where mishaps can happen.
    pub scene: &'a Scene<'s>,
    /// Carries them out.
    pub hands: Hands<'a>,
    /// All states in which a step is refused.
    pub refused: States,
}

impl Layers<'_, '_> {
    /// No states yet.
    pub fn empty(&self) -> Vec<States> {
        vec![States::default(); self.scene.good.nodes.len()]
    }

    fn row(&mut self, hops: &mut Hops, done: &[Done], to: &mut States, tally: &mut Tally) -> Result<(), Limit> {
        for Done { stop, broken, sign, .. } in done {
            let end = match stop {
                Stop::Stable(state) => To::State(self.number(to, *state, tally)?),
                Stop::Refused(state) => {
                    let mut refused = std::mem::take(&mut self.refused);
                    let number = self.number(&mut refused, *state, tally);
                    self.refused = refused;
                    To::Refused(number?)
                }
                Stop::Unsettled | Stop::Endless => To::Unsettled,
            };
            hops.all.push(Hop { to: end, broken: *broken, sign: *sign });
        }
        hops.ends.push(u32::try_from(hops.all.len()).expect("hops are bounded by memory far below u32::MAX"));
        tally.hold(done.len() * size_of::<Hop>() + size_of::<u32>())
    }

    fn number(&self, states: &mut States, state: State, tally: &mut Tally) -> Result<u32, Limit> {
        let (number, new) = states.insert_full(state);
        if new {
            tally.states += 1;
            tally.hold(2 * size_of::<State>())?;
        }
        Ok(u32::try_from(number).expect("states are bounded by memory far below u32::MAX"))
    }

    /// Every mishap at every node, from the states of a layer; the states that they lead to are added.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn enter(&mut self, from: &[States], to: &mut [States], tally: &mut Tally) -> Result<Vec<Vec<Entry>>, Limit> {
        let mut entries: Vec<Vec<Entry>> = Vec::with_capacity(from.len());
        let scene = self.scene;
        for (node, states) in (0..).zip(from) {
            let mut here = Vec::new();
            for edge in &scene.good.nodes[node as usize].next {
                for mishap in scene.mishaps_of(edge.0) {
                    for detour in scene.detours(node, *edge, &scene.mishaps[*mishap]) {
                        here.push(self.entry(((*mishap, None), detour), states, to, tally)?);
                    }
                }
            }
            entries.push(here);
        }
        Ok(entries)
    }

    /// Every pair of mishaps that go together at one step, likewise.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn enter_twice(
        &mut self,
        from: &[States],
        to: &mut [States],
        tally: &mut Tally,
    ) -> Result<Vec<Vec<Entry>>, Limit> {
        let mut entries: Vec<Vec<Entry>> = Vec::with_capacity(from.len());
        let scene = self.scene;
        for (node, states) in (0..).zip(from) {
            let mut here = Vec::new();
            for edge in &scene.good.nodes[node as usize].next {
                let of = scene.mishaps_of(edge.0);
                for (first, second) in of.iter().flat_map(|one| of.iter().map(move |other| (*one, *other))) {
                    let pair = (&scene.mishaps[first], &scene.mishaps[second]);
                    if let Some(detour) = scene.both(node, *edge, pair).filter(|_| first != second) {
                        here.push(self.entry(((first, Some(second)), detour), states, to, tally)?);
                    }
                }
            }
            entries.push(here);
        }
        Ok(entries)
    }

    fn entry(
        &mut self,
        (mishaps, detour): ((usize, Option<usize>), Detour),
        states: &States,
        to: &mut [States],
        tally: &mut Tally,
    ) -> Result<Entry, Limit> {
        let mut hops = Hops::default();
        let Detour { acts, to: target, taken } = detour;
        for state in states {
            let done = self.hands.carry_out(&acts, *state, false, tally)?;
            self.row(&mut hops, &done, &mut to[target as usize], tally)?;
        }
        Ok(Entry { mishaps, taken, to: target, hops })
    }

    /// Follows the orderings from these states to their ends.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn follow(&mut self, mut states: Vec<States>, tally: &mut Tally) -> Result<Layer, Limit> {
        let mut all = Vec::with_capacity(states.len());
        let scene = self.scene;
        for node in 0..states.len() {
            let mut hops = Hops::default();
            let (before, after) = states.split_at_mut(node + 1);
            let number = u32::try_from(node).expect("nodes are numbered so");
            let acts: Vec<_> =
                scene.good.nodes[node].next.iter().map(|edge| (scene.own(number, *edge), edge.1)).collect();
            for state in &before[node] {
                for (own, to) in &acts {
                    let done = self.hands.carry_out(&[*own], *state, false, tally)?;
                    self.row(&mut hops, &done, &mut after[*to as usize - node - 1], tally)?;
                }
            }
            all.push(hops);
        }
        Ok(Layer { states, hops: all })
    }
}
