//! Where mishaps can happen: the good orderings, what is expected at each of their edges, and what is carried out there.
//!
//! In: a system and its mishaps. Out: [`Scene`], and for each edge the [`Act`]s of its own and those of every mishap.

use super::acts::{Act, OnTheWay};
use super::meant::{Events, Meant, with_failures, with_signs};
use crate::base::{Limit, Tally};
use crate::orderings::GoodOrderings;
use crate::system::{Mishap, MishapKind, OccurrenceId, Plan, Position, Procedure, System, Try};
use rustc_hash::FxHashMap;

/// Where mishaps can happen.
pub struct Scene<'s> {
    /// The system.
    pub system: &'s System,
    /// Its procedure.
    pub plan: &'s Plan,
    /// What may go wrong.
    pub mishaps: &'s [Mishap],
    /// The good orderings.
    pub good: GoodOrderings,
    /// What happens where nothing goes wrong.
    pub meant: Meant,
    /// For each set of expected events, a system that raises signs.
    pub watched: Vec<System>,
    /// The sets.
    pub sets: Vec<Events>,
    /// The set at a position with an occurrence.
    expected: FxHashMap<(Position, OccurrenceId), u32>,
    /// The set for each step of a swap: at a position with the step that is done first and the one that is done second.
    swapped: FxHashMap<(Position, OccurrenceId, OccurrenceId), (u32, u32)>,
    /// The mishaps of each occurrence.
    of: Vec<Vec<usize>>,
}

/// A way to go wrong at a node.
pub struct Detour {
    /// What is carried out.
    pub acts: Vec<Act>,
    /// The node after it.
    pub to: u32,
    /// The edges of the ordering that are taken by it.
    pub taken: Vec<OccurrenceId>,
}

impl<'s> Scene<'s> {
    /// None where no ordering is good.
    ///
    /// # Errors
    /// The limit that was hit.
    ///
    /// # Panics
    /// If the procedure is [`Procedure::Free`].
    pub fn of(system: &'s System, mishaps: &'s [Mishap], tally: &mut Tally) -> Result<Option<Scene<'s>>, Limit> {
        let Procedure::Ordered(plan) = &system.procedure else {
            panic!("a world explored alone has no steps to do wrong")
        };
        let good = GoodOrderings::of(system, tally)?;
        if good.nodes.is_empty() {
            return Ok(None);
        }
        let (failing, events) = with_failures(system);
        let meant = Meant::of((&failing, plan, events), &good, tally)?;
        let mut of = vec![Vec::new(); plan.occurrences.len()];
        // Nobody does anything at the end, when it is waited.
        let by_somebody = |mishap: &Mishap| plan.retries.rest != Some(mishap.occurrence);
        for (index, mishap) in mishaps.iter().enumerate().filter(|(_, mishap)| by_somebody(mishap)) {
            of[mishap.occurrence.0 as usize].push(index);
        }
        let (expected, swapped) = (FxHashMap::default(), FxHashMap::default());
        let (watched, sets) = (Vec::new(), Vec::new());
        let mut scene = Scene { system, plan, mishaps, good, meant, watched, sets, expected, swapped, of };
        scene.expect();
        scene.watched = scene.sets.iter().map(|expected| with_signs(&failing, expected)).collect();
        Ok(Some(scene))
    }

    /// Numbers the sets of expected events.
    fn expect(&mut self) {
        let mut numbers: indexmap::IndexSet<Events> = indexmap::IndexSet::new();
        let mut number = |set: Events| {
            let (number, _) = numbers.insert_full(set);
            u32::try_from(number).expect("there are fewer than nodes")
        };
        let nothing = vec![0; self.meant.events.div_ceil(64) as usize];
        let either = |one: &Events, other: Option<&Events>| -> Events {
            let other = other.unwrap_or(&nothing);
            one.iter().zip(other).map(|(one, other)| one | other).collect()
        };
        let expected = &self.meant.expected;
        for node in &self.good.nodes {
            for (first, to) in &node.next {
                let own = &expected[&(node.position, *first)];
                self.expected.insert((node.position, *first), number(own.clone()));
                if !self.of[first.0 as usize].iter().any(|index| self.mishaps[*index].kind == MishapKind::Swapped) {
                    continue;
                }
                let after = &self.good.nodes[*to as usize];
                for (second, _) in after.next.iter().filter(|(second, _)| self.plan.retries.rest != Some(*second)) {
                    // `second` is done first, then `first`.
                    let before = expected.get(&(node.position, *second));
                    let sooner = either(&expected[&(after.position, *second)], before);
                    let between = self.plan.next(node.position).into_iter().find(|(id, _)| id == second);
                    let behind = between.and_then(|(_, position)| expected.get(&(position, *first)));
                    let later = either(own, behind);
                    let sets = (number(sooner), number(later));
                    self.swapped.insert((node.position, *second, *first), sets);
                }
            }
        }
        self.sets = numbers.into_iter().collect();
    }

    fn way(&self, node: u32, id: OccurrenceId, to: u32) -> OnTheWay {
        (self.good.nodes[node as usize].position, id, self.good.nodes[to as usize].position)
    }

    /// The set of events expected at an edge.
    fn set(&self, node: u32, id: OccurrenceId) -> u32 {
        self.expected[&(self.good.nodes[node as usize].position, id)]
    }

    /// What is carried out at an edge where nothing goes wrong.
    pub fn own(&self, node: u32, (id, to): (OccurrenceId, u32)) -> Act {
        Act::Own(self.way(node, id, to), self.set(node, id))
    }

    /// The mishaps of an occurrence.
    pub fn mishaps_of(&self, id: OccurrenceId) -> &[usize] {
        &self.of[id.0 as usize]
    }

    /// What is carried out at an edge where this goes wrong; a swap goes as many ways as there are next steps.
    pub fn detours(&self, node: u32, (id, to): (OccurrenceId, u32), mishap: &Mishap) -> Vec<Detour> {
        let (way, set) = (self.way(node, id, to), self.set(node, id));
        if mishap.kind != MishapKind::Swapped {
            return vec![Detour { acts: self.tried(way, mishap.tries.iter(), set), to, taken: vec![id] }];
        }
        let (before, retries) = (way.0, &self.plan.retries);
        let swap = |(second, behind): &(OccurrenceId, u32)| {
            let between = Position { done: before.done.with(*second), open: before.open };
            let (sooner, later) = self.swapped[&(before, *second, id)];
            let after = self.good.nodes[*behind as usize].position;
            let (one, other) = ((before, *second, between), (between, id, after));
            // Where the last of a loop is done before another step of it, the loop goes round after that one.
            let acts = match retries.ending_with(*second).is_some_and(|lap| lap.body.contains(&id)) {
                true => vec![Act::Once(one, sooner), Act::Once(other, later), Act::Round(*second, sooner)],
                false => vec![Act::Own(one, sooner), Act::Own(other, later)],
            };
            Detour { acts, to: *behind, taken: vec![id, *second] }
        };
        let seconds = self.good.nodes[to as usize].next.iter().filter(|(second, _)| retries.rest != Some(*second));
        seconds.map(swap).collect()
    }

    /// What is carried out where the step of an occurrence is replaced by these tries; where it is the last of a loop, the further passes
    /// follow.
    fn tried<'t>(&self, way: OnTheWay, tries: impl Iterator<Item = &'t Try>, set: u32) -> Vec<Act> {
        let round = self.plan.retries.ending_with(way.1).map(|_| Act::Round(way.1, set));
        let tries = tries.map(|what| Act::Try(*what, set));
        std::iter::once(Act::Look(way, set)).chain(tries).chain(round).collect()
    }

    /// What is carried out at an edge where first one thing goes wrong, and then another at the same step; None where the two
    /// do not go together.
    pub fn both(
        &self,
        node: u32,
        (id, to): (OccurrenceId, u32),
        (first, second): (&Mishap, &Mishap),
    ) -> Option<Detour> {
        let own = self.plan.occurrences[id.0 as usize].step;
        let leaves_the_step = matches!(first.kind, MishapKind::Crash | MishapKind::Fault);
        let (last, before) = first.tries.split_last()?;
        if !leaves_the_step || last.step != own || second.kind == MishapKind::Swapped {
            return None;
        }
        let (way, set) = (self.way(node, id, to), self.set(node, id));
        let acts = self.tried(way, before.iter().chain(&second.tries), set);
        Some(Detour { acts, to, taken: vec![id] })
    }
}
