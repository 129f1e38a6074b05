//! All cells of the matrix: what each mishap can do, in how many good orderings.
//!
//! ```text
//!  good orderings × states ─ mishap ─► layer 1 ─ follow to the end ─► labels, backward ─► for each mishap
//!        (layer 0)                                                                        labels, backward
//! ```
//!
//! Nothing is enumerated: the label of an ordering has a bit for all that some run of it may come to, and sets of labelled orderings
//! are nodes of one automaton.

use super::acts::{Hands, watch};
use super::data::{Cell, Harm};
use super::hopeless::hopeless;
use super::labels::{Change, Labelled, Labels, label};
use super::layers::{Entry, Hop, Layer, Layers, To};
use super::meant::States;
use super::scene::Scene;
use crate::base::{Limit, Tally};
use crate::system::{End, Finish, Finishes, Runner, State, Step, System, Watch};
use num_bigint::BigUint;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// All that is known once every mishap was looked at alone.
pub struct Singles {
    /// From each node and state of the good orderings.
    pub entries: Vec<Vec<Entry>>,
    /// What one mishap leads to.
    pub layer: Layer,
    /// For each node and each state of the layer, the labels of all that may follow.
    pub labels: Vec<Vec<Labelled>>,
    /// For each of these, the bits of all its labels; empty before [`Singles::know_bits`].
    pub bits: Vec<Vec<u8>>,
    /// The states, of those in which a run may end badly, that are beyond repair.
    pub beyond: FxHashSet<State>,
    /// Of each refused state, whether it is one of them.
    pub refused_beyond: Vec<bool>,
    /// The states at the end of which health does not hold or a drill fails.
    pub unhealthy: FxHashSet<State>,
    /// The sets.
    pub sets: Labels,
    /// For each mishap, all good orderings in which it can happen.
    pub cells: Vec<Labelled>,
    /// Why not all that is beyond repair is known.
    pub limit: Option<Limit>,
}

impl Singles {
    /// Looks at every mishap alone. `every` has every step of the world.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(scene: &Scene<'_>, every: &System, tally: &mut Tally) -> Result<Singles, Limit> {
        let watch = watch();
        let hands = Hands::new(scene.system, scene.plan, &scene.watched, &watch);
        let mut layers = Layers { scene, hands, refused: States::default() };
        let mut states = layers.empty();
        tally.phase = "slips";
        let entries = layers.enter(&scene.meant.states, &mut states, tally)?;
        let layer = layers.follow(states, tally)?;
        let unhealthy = unhealthy(scene, &layer, tally)?;
        tally.phase = "repairs";
        let rested = rested(scene, &layers.refused, tally)?;
        let asked = unhealthy.iter().chain(rested.iter().flatten()).copied().collect::<FxHashSet<State>>();
        let mut asked: Vec<State> = asked.into_iter().collect();
        asked.sort_unstable();
        let (mut beyond, limit) = hopeless((scene.system, every), asked, tally)?;
        let refused_beyond: Vec<bool> =
            rested.iter().map(|ends| ends.iter().any(|state| beyond.contains(state))).collect();
        beyond
            .extend(layers.refused.iter().zip(&refused_beyond).filter(|(_, beyond)| **beyond).map(|(state, _)| *state));
        let (labels, bits, sets, cells) = (Vec::new(), Vec::new(), Labels::default(), Vec::new());
        let mut singles =
            Singles { entries, layer, labels, bits, beyond, refused_beyond, unhealthy, sets, cells, limit };
        tally.phase = "slips";
        let whole = singles.label(scene, tally)?;
        singles.look_back(scene, &whole, tally)?;
        Ok(singles)
    }

    /// Backward through layer 1: the labels of all that may follow each state. Gives, for each node, all that may follow it.
    fn label(&mut self, scene: &Scene<'_>, tally: &mut Tally) -> Result<Vec<Labelled>, Limit> {
        let nodes = &scene.good.nodes;
        let mut whole = vec![Labelled::NONE; nodes.len()];
        self.labels = vec![Vec::new(); nodes.len()];
        for (at, node) in nodes.iter().enumerate().rev() {
            let next = node.next.iter().map(|(id, to)| (*id, whole[*to as usize])).collect();
            whole[at] = self.sets.node(u8::from(node.ends) * label::HAPPENS, next, tally)?;
            let states = &self.layer.states[at];
            let mut labels = Vec::with_capacity(states.len());
            for (place, state) in states.iter().enumerate() {
                let mut next = Vec::with_capacity(node.next.len());
                for (edge, (id, to)) in node.next.iter().enumerate() {
                    let hops = self.layer.hops[at].row(place * node.next.len() + edge);
                    let to = (&self.labels[*to as usize][..], whole[*to as usize]);
                    next.push((*id, combined(&mut self.sets, hops, to, &self.refused_beyond, tally)?));
                }
                let mut end = 0;
                if node.ends {
                    end = label::HAPPENS | label::UNSIGNED;
                    if self.unhealthy.contains(state) {
                        end |= label::BAD | label::SILENT;
                    }
                    if self.beyond.contains(state) && self.unhealthy.contains(state) {
                        end |= label::BEYOND | label::BEYOND_SILENT;
                    }
                }
                labels.push(self.sets.node(end, next, tally)?);
            }
            self.labels[at] = labels;
        }
        Ok(whole)
    }

    /// Backward through layer 0, for each mishap: the labels of all good orderings in which it can happen.
    fn look_back(&mut self, scene: &Scene<'_>, whole: &[Labelled], tally: &mut Tally) -> Result<(), Limit> {
        let nodes = &scene.good.nodes;
        let mut of: Vec<BTreeMap<usize, Vec<usize>>> = vec![BTreeMap::new(); scene.mishaps.len()];
        for (node, entries) in self.entries.iter().enumerate() {
            for (at, entry) in entries.iter().enumerate() {
                of[entry.mishaps.0].entry(node).or_default().push(at);
            }
        }
        let mut found: Vec<Vec<Labelled>> =
            scene.meant.states.iter().map(|states| vec![Labelled::NONE; states.len()]).collect();
        let mut touched = vec![false; nodes.len()];
        for (mishap, entered) in of.iter().enumerate() {
            let last = entered.last_key_value().map_or(0, |(node, _)| node + 1);
            let id = scene.mishaps[mishap].occurrence;
            for at in (0..last).rev() {
                let node = &nodes[at];
                let entries = entered.get(&at).map_or(&[][..], |here| here);
                let leads = node.next.iter().any(|(other, to)| *other != id && touched[*to as usize]);
                if entries.is_empty() && !leads {
                    continue;
                }
                for place in 0..scene.meant.states[at].len() {
                    let mut next = Vec::with_capacity(node.next.len());
                    for (edge, (other, to)) in node.next.iter().enumerate() {
                        let mut set = Labelled::NONE;
                        if *other == id {
                            for entry in entries {
                                let entered = self.entered((at, *entry), place, whole, tally)?;
                                set = self.sets.union(set, entered, tally)?;
                            }
                        } else if touched[*to as usize] {
                            for target in &scene.meant.next[at][place * node.next.len() + edge] {
                                set = self.sets.union(set, found[*to as usize][*target as usize], tally)?;
                            }
                        }
                        if set != Labelled::NONE {
                            next.push((*other, set));
                        }
                    }
                    if !next.is_empty() {
                        found[at][place] = self.sets.node(0, next, tally)?;
                        touched[at] = true;
                    }
                }
            }
            let mut cell = Labelled::NONE;
            for set in &found[0] {
                cell = self.sets.union(cell, *set, tally)?;
            }
            self.cells.push(cell);
            for at in 0..last {
                if std::mem::take(&mut touched[at]) {
                    found[at].fill(Labelled::NONE);
                }
            }
        }
        Ok(())
    }

    /// What follows the step of a mishap that happens at a node in a state. A swap goes on with the other step, which is no longer
    /// to be done.
    fn entered(
        &mut self,
        (node, at): (usize, usize),
        place: usize,
        whole: &[Labelled],
        tally: &mut Tally,
    ) -> Result<Labelled, Limit> {
        let entry = &self.entries[node][at];
        let to = (&self.labels[entry.to as usize][..], whole[entry.to as usize]);
        let set = combined(&mut self.sets, entry.hops.row(place), to, &self.refused_beyond, tally)?;
        match entry.taken[..] {
            [_, second] if set != Labelled::NONE => self.sets.node(0, vec![(second, set)], tally),
            _ => Ok(set),
        }
    }

    /// Notes what may still come of each state.
    pub fn know_bits(&mut self) {
        let sets = &mut self.sets;
        self.bits = self.labels.iter().map(|all| all.iter().map(|set| sets.bits(*set)).collect()).collect();
    }

    /// The cell of a mishap.
    pub fn cell(&mut self, mishap: usize) -> Cell {
        let set = self.cells[mishap];
        let worst = self.sets.worst(set);
        let of = self.sets.count(Harm::Harmless, set);
        let orders = if worst == Harm::Impossible { BigUint::ZERO } else { self.sets.count(worst, set) };
        let bits = self.sets.bits(set);
        let silent = match worst {
            Harm::BeyondRepair => bits & label::BEYOND_SILENT != 0,
            worst => worst == Harm::Silent,
        };
        let unseen = bits & label::SILENT != 0;
        Cell { mishap, worst, silent, unseen, orders, of, check: None, witness: None }
    }
}

/// The states in which reactions that take time come to rest, from each of those in which a step is refused: whoever sees
/// what can be done about it has to reckon with each of them.
fn rested(scene: &Scene<'_>, refused: &States, tally: &mut Tally) -> Result<Vec<Vec<State>>, Limit> {
    static NOTHING: Watch = Watch::nothing();
    let mut runner = Runner::new(scene.system, &NOTHING);
    let wait = Step { name: String::new(), nodes: Vec::new(), cite: Vec::new(), needs: Vec::new(), phases: Vec::new() };
    let mut all = Vec::with_capacity(refused.len());
    for state in refused {
        let attempt = runner.step_to_rest(*state, &wait, tally)?;
        let ends: Vec<State> = attempt
            .runs
            .iter()
            .filter_map(|run| if let End::Stable(end) = run.end { Some(end) } else { None })
            .collect();
        tally.hold(size_of_val(&*ends))?;
        all.push(ends);
    }
    Ok(all)
}

/// All that may follow an occurrence that goes these ways.
fn combined(
    sets: &mut Labels,
    hops: &[Hop],
    (labels, whole): (&[Labelled], Labelled),
    refused_beyond: &[bool],
    tally: &mut Tally,
) -> Result<Labelled, Limit> {
    let mut all = Labelled::NONE;
    for Hop { to, broken, sign } in hops {
        let ended = label::HAPPENS | label::BAD | label::SIGN;
        let (change, set) = match to {
            To::State(state) => (Change::Marked { broken: *broken, sign: *sign }, labels[*state as usize]),
            To::Refused(state) if refused_beyond[*state as usize] => (Change::All(ended | label::BEYOND), whole),
            To::Refused(_) | To::Unsettled => (Change::All(ended), whole),
        };
        let set = sets.changed(change, set, tally)?;
        all = sets.union(all, set, tally)?;
    }
    Ok(all)
}

/// The states in which an ordering may end, and does not end well.
pub fn unhealthy(scene: &Scene<'_>, layer: &Layer, tally: &mut Tally) -> Result<FxHashSet<State>, Limit> {
    let mut finishes = Finishes::new(scene.system);
    let mut found = FxHashSet::default();
    for (_, states) in scene.good.nodes.iter().zip(&layer.states).filter(|(node, _)| node.ends) {
        for state in states {
            if finishes.finish(*state, tally)? != Finish::Healthy {
                found.insert(*state);
            }
        }
    }
    Ok(found)
}
