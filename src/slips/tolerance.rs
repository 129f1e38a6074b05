//! The least that leads to a bad end: all smallest sets of mishaps after which some good ordering ends badly.
//!
//! In: what single mishaps do, of which none is bad. Out: the sets of two, of three, … up to the first size of which there are any.
//!
//! ```text
//!  layer 0 ─ any mishap ─► layer 1 ─ … ─► layer k-1 ─ any mishap ─► layer k
//!            (sets so far, forward)       which one more is bad     what ends badly
//!                                              (backward)            (backward)
//! ```

use super::acts::Hands;
use super::data::Tolerance;
use super::layers::{Entry, Hop, Layer, Layers, To};
use super::matrix::{Singles, unhealthy};
use super::meant::States;
use super::scene::Scene;
use crate::base::{Limit, Tally};
use crate::system::Watch;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// Sets of mishaps, as bits.
#[derive(Default)]
struct Bits {
    all: indexmap::IndexSet<Vec<u64>>,
    unions: FxHashMap<(u32, u32), u32>,
}

impl Bits {
    fn number(&mut self, bits: Vec<u64>) -> u32 {
        u32::try_from(self.all.insert_full(bits).0).expect("sets are bounded by memory far below u32::MAX")
    }

    fn union(&mut self, a: u32, b: u32) -> u32 {
        if a == b {
            return a;
        }
        if let Some(known) = self.unions.get(&(a, b)) {
            return *known;
        }
        let both = self.all[a as usize].iter().zip(&self.all[b as usize]).map(|(a, b)| a | b).collect();
        let union = self.number(both);
        self.unions.insert((a, b), union);
        union
    }

    fn members(&self, set: u32) -> impl Iterator<Item = usize> {
        let words = self.all[set as usize].iter().enumerate();
        words.flat_map(|(word, bits)| (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit))
    }
}

/// Looks for the sets, of two to so many.
///
/// # Errors
/// The limit that was hit; `tolerance` then says up to where nothing was found.
pub fn smallest(
    (scene, singles, watch): (&Scene<'_>, &Singles, &Watch),
    most: u32,
    tolerance: &mut Tolerance,
    tally: &mut Tally,
) -> Result<(), Limit> {
    tally.phase = "tolerance";
    let hands = Hands::new(scene.system, scene.plan, &scene.watched, watch);
    let mut layers = Layers { scene, hands, refused: States::default() };
    let mut new: Vec<Layer> = Vec::new();
    let mut entries: Vec<Vec<Vec<Entry>>> = Vec::new();
    let mut pairs: Vec<Vec<Vec<Entry>>> = Vec::new();
    // Layer 1 is there already; what two at one step lead to is in layer 2 from the start.
    for size in 2..=most {
        let mut states = layers.empty();
        let at = size as usize - 2;
        let from = if at == 0 { &scene.meant.states } else { layer_at(singles, &new, at) };
        pairs.push(layers.enter_twice(from, &mut states, tally)?);
        let from = layer_at(singles, &new, at + 1);
        entries.push(layers.enter(from, &mut states, tally)?);
        new.push(layers.follow(states, tally)?);
        let last = new.last().expect("one was just made");
        let bad = bad(scene, last, tally)?;
        let search = Search { scene, singles, new: &new, entries: &entries, pairs: &pairs, size: size as usize, bad };
        let sets = search.sets(tally)?;
        tolerance.looked_at = size;
        if !sets.is_empty() {
            tolerance.sets = sets.into_iter().collect();
            break;
        }
    }
    Ok(())
}

fn layer_at<'l>(singles: &'l Singles, new: &'l [Layer], at: usize) -> &'l [States] {
    if at == 1 { &singles.layer.states } else { &new[at - 2].states }
}

/// For each node and state of a layer, whether some run from there ends badly.
fn bad(scene: &Scene<'_>, layer: &Layer, tally: &mut Tally) -> Result<Vec<Vec<bool>>, Limit> {
    let unhealthy = unhealthy(scene, layer, tally)?;
    let nodes = &scene.good.nodes;
    let mut bad: Vec<Vec<bool>> = vec![Vec::new(); nodes.len()];
    for (at, node) in nodes.iter().enumerate().rev() {
        let mut here = Vec::with_capacity(layer.states[at].len());
        for (place, state) in layer.states[at].iter().enumerate() {
            tally.check()?;
            let goes_badly = |(edge, (_, to)): (usize, &(_, u32))| {
                let hops = layer.hops[at].row(place * node.next.len() + edge);
                hops.iter().any(|hop| ends_badly(hop, &bad[*to as usize]))
            };
            here.push(node.ends && unhealthy.contains(state) || node.next.iter().enumerate().any(goes_badly));
        }
        bad[at] = here;
    }
    Ok(bad)
}

fn ends_badly(hop: &Hop, bad: &[bool]) -> bool {
    match hop.to {
        To::State(state) => hop.broken || bad[state as usize],
        To::Refused(_) | To::Unsettled => true,
    }
}

/// The search for sets of one size.
struct Search<'l, 's> {
    scene: &'l Scene<'s>,
    singles: &'l Singles,
    new: &'l [Layer],
    entries: &'l [Vec<Vec<Entry>>],
    pairs: &'l [Vec<Vec<Entry>>],
    size: usize,
    /// Whether some run from a state of the last layer ends badly.
    bad: Vec<Vec<bool>>,
}

/// Which sets led to each state of a node.
type Tagged = Vec<FxHashSet<(u32, u32)>>;

impl Search<'_, '_> {
    fn layer(&self, at: usize) -> &Layer {
        if at == 1 { &self.singles.layer } else { &self.new[at - 2] }
    }

    fn entries(&self, at: usize) -> &[Vec<Entry>] {
        if at == 0 { &self.singles.entries } else { &self.entries[at - 1] }
    }

    fn sets(&self, tally: &mut Tally) -> Result<BTreeSet<Vec<usize>>, Limit> {
        let mut bits = Bits::default();
        let last = self.last(&mut bits, tally)?;
        let nodes = self.scene.good.nodes.len();
        let mut found = BTreeSet::new();
        let mut names: indexmap::IndexSet<Vec<usize>> = indexmap::IndexSet::from([Vec::new()]);
        let mut tagged: Vec<Tagged> = vec![vec![FxHashSet::default(); nodes]; self.size + 1];
        // With one more to come, it is known which lead to a bad end.
        let mut combined: FxHashSet<(u32, u32)> = FxHashSet::default();
        for at in 0..self.size {
            for node in 0..nodes {
                let mut here: Vec<(u32, u32)> = if at == 0 {
                    let states = self.scene.meant.states[node].len();
                    (0..u32::try_from(states).expect("they are numbered so")).map(|state| (state, 0)).collect()
                } else {
                    std::mem::take(&mut tagged[at][node]).into_iter().collect()
                };
                here.sort_unstable();
                for (state, set) in here {
                    tally.check()?;
                    if at + 1 == self.size {
                        combined.insert((set, last[node][state as usize]));
                        continue;
                    }
                    self.go_on((at, node), (state, set), &mut tagged, tally)?;
                    for entry in &self.entries(at)[node] {
                        let set = with(&mut names, set, entry);
                        for hop in entry.hops.row(state as usize) {
                            let To::State(to) = hop.to else { continue };
                            tagged[at + 1][entry.to as usize].insert((to, set));
                        }
                    }
                    for entry in &self.pairs[at][node] {
                        let set = with(&mut names, set, entry);
                        for hop in entry.hops.row(state as usize) {
                            if at + 2 < self.size {
                                let To::State(to) = hop.to else { continue };
                                tagged[at + 2][entry.to as usize].insert((to, set));
                            } else if ends_badly(hop, &self.bad[entry.to as usize]) {
                                found.insert(names[set as usize].clone());
                            }
                        }
                    }
                }
            }
        }
        for (set, more) in combined {
            for mishap in bits.members(more) {
                let mut all = names[set as usize].clone();
                all.push(mishap);
                all.sort_unstable();
                found.insert(all);
            }
        }
        Ok(found)
    }

    /// An ordinary step from a state of a layer. In the last but one it is known already what follows.
    fn go_on(
        &self,
        (at, node): (usize, usize),
        (state, set): (u32, u32),
        tagged: &mut [Tagged],
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        if at == 0 {
            return Ok(());
        }
        let next = &self.scene.good.nodes[node].next;
        for (edge, (_, to)) in next.iter().enumerate() {
            for hop in self.layer(at).hops[node].row(state as usize * next.len() + edge) {
                let To::State(state) = hop.to else { continue };
                tagged[at][*to as usize].insert((state, set));
                tally.hold(size_of::<(u32, u32)>())?;
            }
        }
        Ok(())
    }

    /// For each state of the last layer but one, the mishaps after which something ends badly.
    fn last(&self, bits: &mut Bits, tally: &mut Tally) -> Result<Vec<Vec<u32>>, Limit> {
        let at = self.size - 1;
        let words = self.scene.mishaps.len().div_ceil(64);
        let none = bits.number(vec![0; words]);
        let nodes = &self.scene.good.nodes;
        let mut last: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
        for (node, what) in nodes.iter().enumerate().rev() {
            let mut here = Vec::with_capacity(self.layer(at).states[node].len());
            for place in 0..self.layer(at).states[node].len() {
                tally.check()?;
                let mut own = vec![0; words];
                for entry in &self.entries(at)[node] {
                    if entry.hops.row(place).iter().any(|hop| ends_badly(hop, &self.bad[entry.to as usize])) {
                        own[entry.mishaps.0 / 64] |= 1u64 << (entry.mishaps.0 % 64);
                    }
                }
                let own = bits.number(own);
                let mut set = bits.union(none, own);
                for (edge, (_, to)) in what.next.iter().enumerate() {
                    for hop in self.layer(at).hops[node].row(place * what.next.len() + edge) {
                        let To::State(state) = hop.to else { continue };
                        set = bits.union(set, last[*to as usize][state as usize]);
                    }
                }
                here.push(set);
            }
            last[node] = here;
        }
        Ok(last)
    }
}

/// The set with what an entry stands for.
fn with(names: &mut indexmap::IndexSet<Vec<usize>>, set: u32, entry: &Entry) -> u32 {
    let mut all = names[set as usize].clone();
    all.push(entry.mishaps.0);
    all.extend(entry.mishaps.1);
    all.sort_unstable();
    u32::try_from(names.insert_full(all).0).expect("sets are bounded by memory far below u32::MAX")
}
