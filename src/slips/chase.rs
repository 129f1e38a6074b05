//! Looks for one run with mishaps, and remembers how it went.
//!
//! In: how often each kind of mishap may happen, and what run is wanted. Out: the first such run in the order of the nodes, as
//! [`Leg`]s. Nodes are gone through one after the other, so that every state, with what happened so far, is met once.

use super::acts::{Act, Done, Hands, Stop};
use super::scene::Scene;
use crate::base::{Limit, Tally};
use crate::system::{Finish, Finishes, OccurrenceId, State};
use rustc_hash::{FxBuildHasher, FxHashMap};

/// What is looked for.
pub struct Question<'q> {
    /// For each mishap, what counts it; None where it may not happen.
    pub slots: &'q [Option<usize>],
    /// How often each may happen.
    pub most: &'q [u32],
    /// The ordering that is meant; None for any good one.
    pub meant: Option<&'q [OccurrenceId]>,
    /// Which run is wanted. None for any that is bad.
    pub wanted: Option<&'q dyn Fn(&Ended) -> bool>,
}

/// How a run ends.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// Where.
    pub stop: Stop,
    /// Whether it is bad.
    pub bad: bool,
    /// Whether there was a sign since the first mishap.
    pub sign: bool,
}

/// One stretch of a run: an edge of the ordering, or two of them where they were swapped.
#[derive(Clone, Debug)]
pub struct Leg {
    /// The state before.
    pub from: State,
    /// The steps of the ordering that it takes up.
    pub taken: Vec<OccurrenceId>,
    /// What was carried out.
    pub acts: Vec<Act>,
    /// The mishaps.
    pub mishaps: Vec<usize>,
    /// What came of it.
    pub stop: Stop,
    broken: bool,
    sign: bool,
}

impl Leg {
    /// Whether this came of it.
    pub fn is(&self, done: &Done) -> bool {
        (self.stop, self.broken, self.sign) == (done.stop, done.broken, done.sign)
    }
}

/// A run that was found.
pub struct Found {
    /// Its stretches.
    pub legs: Vec<Leg>,
    /// The good ordering that was meant.
    pub meant: Vec<OccurrenceId>,
    /// How it ends.
    pub ended: Ended,
    /// Whether all steps are done.
    pub finished: bool,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    state: State,
    used: Vec<u32>,
    broken: bool,
    sign: bool,
}

/// Where a run was, and how it came there.
struct Spot {
    node: u32,
    from: Option<(usize, Leg)>,
}

/// A way on from a node.
struct Course {
    acts: Vec<Act>,
    taken: Vec<OccurrenceId>,
    mishaps: Vec<usize>,
    to: u32,
}

/// Looks for runs.
pub struct Chase<'a, 's> {
    /// Where mishaps can happen.
    pub scene: &'a Scene<'s>,
    /// Carries them out.
    pub hands: Hands<'a>,
    /// How runs end.
    pub finishes: Finishes<'a>,
}

impl Chase<'_, '_> {
    /// The first run that is wanted.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn find(&mut self, question: &Question<'_>, tally: &mut Tally) -> Result<Option<Found>, Limit> {
        let scene = self.scene;
        let nodes = &scene.good.nodes;
        let path = question.meant.map(|meant| self.path(meant));
        let mut spots: Vec<Spot> = Vec::new();
        let mut at: Vec<indexmap::IndexMap<Key, usize, FxBuildHasher>> =
            vec![indexmap::IndexMap::default(); nodes.len()];
        for state in &scene.meant.states[0] {
            let used = vec![0; question.most.len()];
            at[0].insert(Key { state: *state, used, broken: false, sign: false }, spots.len());
            spots.push(Spot { node: 0, from: None });
        }
        for node in 0..u32::try_from(nodes.len()).expect("nodes are numbered so") {
            let here = std::mem::take(&mut at[node as usize]);
            if here.is_empty() {
                continue;
            }
            let courses = self.courses(node, question, path.as_ref());
            let may_end = nodes[node as usize].ends && path.as_ref().is_none_or(|path| !path.contains_key(&node));
            for (key, spot) in here {
                let happened = key.used.iter().any(|used| *used > 0);
                if may_end && happened {
                    let healthy = self.finishes.finish(key.state, tally)? == Finish::Healthy;
                    let bad = key.broken || !healthy;
                    let ended = Ended { stop: Stop::Stable(key.state), bad, sign: key.sign };
                    if question.wants(&ended) {
                        return Ok(Some(self.found(&spots, (spot, None), (ended, true), question)));
                    }
                }
                for Course { acts, taken, mishaps, to } in &courses {
                    let Some(used) = question.use_up(&key.used, mishaps) else { continue };
                    for done in self.hands.carry_out(acts, key.state, false, tally)? {
                        let happened = happened || !mishaps.is_empty();
                        let leg = Leg {
                            from: key.state,
                            taken: taken.clone(),
                            acts: acts.clone(),
                            mishaps: mishaps.clone(),
                            stop: done.stop,
                            broken: done.broken,
                            sign: done.sign,
                        };
                        let broken = key.broken || done.broken;
                        let sign = key.sign || done.sign && happened;
                        let stopped = !matches!(done.stop, Stop::Stable(_));
                        // Any bad run: it is bad as soon as something breaks.
                        if happened && (stopped || broken && question.wanted.is_none()) {
                            let ended = Ended { stop: done.stop, bad: true, sign };
                            if question.wants(&ended) {
                                return Ok(Some(self.found(
                                    &spots,
                                    (spot, Some((leg, *to))),
                                    (ended, false),
                                    question,
                                )));
                            }
                        }
                        let Stop::Stable(state) = done.stop else { continue };
                        let key = Key { state, used: used.clone(), broken, sign };
                        if let indexmap::map::Entry::Vacant(free) = at[*to as usize].entry(key) {
                            free.insert(spots.len());
                            spots.push(Spot { node: *to, from: Some((spot, leg)) });
                            tally.states += 1;
                            tally.hold(size_of::<Spot>() + 2 * size_of::<Key>())?;
                        }
                    }
                }
            }
        }
        Ok(None)
    }

    /// The step that is taken from each node of an ordering.
    fn path(&self, meant: &[OccurrenceId]) -> FxHashMap<u32, OccurrenceId> {
        let mut path = FxHashMap::default();
        let mut node = 0;
        for id in meant {
            path.insert(node, *id);
            node = self.scene.good.after(node, *id).expect("a good ordering is meant");
        }
        path
    }

    fn courses(&self, node: u32, question: &Question<'_>, path: Option<&FxHashMap<u32, OccurrenceId>>) -> Vec<Course> {
        let scene = self.scene;
        let on_path = |node: u32, id: OccurrenceId| path.is_none_or(|path| path.get(&node) == Some(&id));
        let mut courses = Vec::new();
        for edge in scene.good.nodes[node as usize].next.iter().filter(|edge| on_path(node, edge.0)) {
            courses.push(Course {
                acts: vec![scene.own(node, *edge)],
                taken: vec![edge.0],
                mishaps: Vec::new(),
                to: edge.1,
            });
            let allowed = || scene.mishaps_of(edge.0).iter().copied().filter(|it| question.slots[*it].is_some());
            for one in allowed() {
                for detour in scene.detours(node, *edge, &scene.mishaps[one]) {
                    if detour.taken.get(1).is_none_or(|second| on_path(edge.1, *second)) {
                        let (acts, taken, to) = (detour.acts, detour.taken, detour.to);
                        courses.push(Course { acts, taken, mishaps: vec![one], to });
                    }
                }
                for other in allowed().filter(|other| *other != one) {
                    let pair = (&scene.mishaps[one], &scene.mishaps[other]);
                    if let Some(detour) = scene.both(node, *edge, pair) {
                        let (acts, taken, to) = (detour.acts, detour.taken, detour.to);
                        courses.push(Course { acts, taken, mishaps: vec![one, other], to });
                    }
                }
            }
        }
        courses
    }

    fn found(
        &self,
        spots: &[Spot],
        (spot, last): (usize, Option<(Leg, u32)>),
        (ended, finished): (Ended, bool),
        question: &Question<'_>,
    ) -> Found {
        let mut node = last.as_ref().map_or(spots[spot].node, |(_, to)| *to);
        let mut legs: Vec<Leg> = last.into_iter().map(|(leg, _)| leg).collect();
        let mut at = spot;
        while let Some((from, leg)) = &spots[at].from {
            legs.push(leg.clone());
            at = *from;
        }
        legs.reverse();
        let mut meant: Vec<OccurrenceId> = legs.iter().flat_map(|leg| leg.taken.clone()).collect();
        match question.meant {
            Some(whole) => meant = whole.to_vec(),
            None if !finished => {
                // The first way to go on.
                while let Some((id, to)) = self.scene.good.nodes[node as usize].next.first() {
                    meant.push(*id);
                    node = *to;
                }
            }
            None => {}
        }
        Found { legs, meant, ended, finished }
    }
}

impl Question<'_> {
    fn wants(&self, ended: &Ended) -> bool {
        self.wanted.map_or(ended.bad, |wanted| wanted(ended))
    }

    /// What is used up once these happened too; None where that is too much.
    fn use_up(&self, used: &[u32], mishaps: &[usize]) -> Option<Vec<u32>> {
        let mut used = used.to_vec();
        for mishap in mishaps {
            let slot = self.slots[*mishap]?;
            used[slot] += 1;
            if used[slot] > self.most[slot] {
                return None;
            }
        }
        Some(used)
    }
}
