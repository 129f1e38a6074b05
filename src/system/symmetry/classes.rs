//! Classes of nodes that can change places, and what follows from that for states.
//!
//! ```text
//! nodes ─ try two at a time ─► classes ─ fold ─┬─ representative: what the nodes of a class hold, sorted
//!                                              └─ orbit: in how many ways that can be dealt out again
//! ```
//!
//! In: a system. Out: a [`Symmetry`]. Only what was checked is claimed: for every class, each node can change places with the first one,
//! and all that moves then belongs to these two. Such swaps make all permutations of a class.
//!
//! A node is what `Origins` says of variables; where nothing is said, as in systems built in code, every field is tried as a node of its own.
//! A class is given up, and its nodes are told apart, where a step, an `if` or a variable belongs to two of them at once: an owner, a link.

use super::super::fields::Fields;
use super::super::{OccurrenceId, State, System};
use super::alike::Alike;
use super::form::Forms;
use super::plan::Shuffle;
use crate::base::{Limit, Tally};
use std::collections::BTreeMap;

/// A part of a node in a state, and where it lies in what the node holds.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// The word of the state.
    pub word: u8,
    /// The lowest bit there.
    pub shift: u8,
    /// Its bits, from the lowest on.
    pub mask: u64,
    /// The lowest bit in what the node holds.
    pub at: u8,
}

/// One node: what of a system is its own. The lists of the nodes of one class correspond, place by place.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// What it holds. Nodes of a class have pieces as wide, in the same order.
    pub(super) pieces: Vec<Piece>,
    /// Its steps in a runbook.
    pub occurrences: Vec<OccurrenceId>,
    /// Its undivided blocks, numbered in the order of the tree from zero.
    pub undivided: Vec<u32>,
}

impl Member {
    /// What the node holds in a state.
    pub fn read(&self, state: &State) -> u128 {
        let piece = |piece: &Piece| u128::from(state[piece.word as usize] >> piece.shift & piece.mask) << piece.at;
        self.pieces.iter().map(piece).fold(0, std::ops::BitOr::bitor)
    }

    /// Lets the node hold this.
    pub fn write(&self, state: &mut State, held: u128) {
        for piece in &self.pieces {
            let word = &mut state[piece.word as usize];
            let value = (held >> piece.at) as u64 & piece.mask;
            *word = (*word & !(piece.mask << piece.shift)) | value << piece.shift;
        }
    }
}

/// The interchangeable nodes of a system.
#[derive(Clone, Debug, Default)]
pub struct Symmetry {
    classes: Vec<Vec<Member>>,
}

/// What must be the same for two fields to correspond: name without the node, and width.
type Like = (String, u8);

/// The fields of a node that is tried.
struct Candidate {
    like: Vec<Like>,
    fields: Vec<u16>,
}

impl Symmetry {
    /// The most bits that a node may hold: two of them must fit into a state anyway.
    const MOST_BITS: u32 = 128;

    /// All nodes are told apart.
    pub fn none() -> Symmetry {
        Symmetry::default()
    }

    /// Finds the interchangeable nodes. Quadratic in the number of nodes that are not alike, and each try linear in the system.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(system: &System, tally: &mut Tally) -> Result<Symmetry, Limit> {
        let Some(fields) = Fields::of(system) else { return Ok(Symmetry::none()) };
        let candidates = candidates(system, &fields);
        if !candidates.iter().any(|one| candidates.iter().filter(|other| one.like == other.like).count() > 1) {
            return Ok(Symmetry::none());
        }
        let Some(alike) = Alike::of(system, Forms::new(fields)) else { return Ok(Symmetry::none()) };
        let mut groups: Vec<Group> = Vec::new();
        for candidate in &candidates {
            let mut found = None;
            for (at, group) in groups.iter().enumerate().filter(|(_, group)| group.first.like == candidate.like) {
                tally.check()?;
                let mut places: Vec<u16> = (0..).take(alike.forms.fields.count()).collect();
                for (one, other) in group.first.fields.iter().zip(&candidate.fields) {
                    places.swap(usize::from(*one), usize::from(*other));
                }
                if let Some(swapped) = alike.swapped(places) {
                    found = Some((at, swapped));
                    break;
                }
            }
            match found {
                Some((at, swapped)) => groups[at].swaps.push(swapped),
                None => groups.push(Group { first: candidate, swaps: Vec::new() }),
            }
        }
        let mut symmetry = Symmetry::default();
        for group in groups {
            let members = group.members(&alike.forms.fields).filter(|members| symmetry.is_apart(members));
            symmetry.classes.extend(members);
        }
        Ok(symmetry)
    }

    /// Whether these nodes have no step and no block in common with those of the classes there are.
    fn is_apart(&self, members: &[Member]) -> bool {
        let others = || self.classes.iter().flatten();
        let steps = |id: &OccurrenceId| others().any(|other| other.occurrences.contains(id));
        let blocks = |block: &u32| others().any(|other| other.undivided.contains(block));
        !members.iter().any(|one| one.occurrences.iter().any(steps) || one.undivided.iter().any(blocks))
    }

    /// Whether there is anything to fold.
    pub fn folds(&self) -> bool {
        !self.classes.is_empty()
    }

    #[cfg(test)]
    pub(super) fn with(classes: Vec<Vec<Member>>) -> Symmetry {
        Symmetry { classes }
    }

    /// The classes; each has at least two nodes.
    pub fn classes(&self) -> &[Vec<Member>] {
        &self.classes
    }
}

/// A node, and those that can change places with it.
struct Group<'c> {
    first: &'c Candidate,
    /// What changes places with it and each of the others.
    swaps: Vec<(Shuffle, Vec<u16>)>,
}

impl Group<'_> {
    /// What belongs to each node. None where there is one node only, or where something belongs to two.
    fn members(&self, fields: &Fields) -> Option<Vec<Member>> {
        if self.swaps.is_empty() {
            return None;
        }
        let owned_fields = owned(self.swaps.iter().map(|(_, fields)| widened(fields)).collect())?;
        let occurrences = owned(self.swaps.iter().map(|(shuffle, _)| shuffle.occurrences.clone()).collect())?;
        let undivided = owned(self.swaps.iter().map(|(shuffle, _)| shuffle.undivided.clone()).collect())?;
        let mut members = Vec::with_capacity(owned_fields.len());
        for ((own, occurrences), undivided) in owned_fields.into_iter().zip(occurrences).zip(undivided) {
            let mut member = Member::default();
            let mut bits = 0;
            for number in own {
                let field = fields.get(u16::try_from(number).ok()?);
                if bits + u32::from(field.bits) > Symmetry::MOST_BITS {
                    return None;
                }
                let mask = field.mask() >> field.shift;
                member.pieces.push(Piece { word: field.word, shift: field.shift, mask, at: bits as u8 });
                bits += u32::from(field.bits);
            }
            member.occurrences = occurrences.into_iter().map(OccurrenceId).collect();
            member.undivided = undivided;
            members.push(member);
        }
        // What corresponds is as wide, whichever way it was found that it does.
        let widths = |member: &Member| member.pieces.iter().map(|piece| (piece.mask, piece.at)).collect::<Vec<_>>();
        members.windows(2).all(|pair| widths(&pair[0]) == widths(&pair[1])).then_some(members)
    }
}

fn widened(numbers: &[u16]) -> Vec<u32> {
    numbers.iter().copied().map(u32::from).collect()
}

/// From what changes places with a first node and each other one, what belongs to each, the first one's first; place by place.
/// None unless each swap moves what belongs to its two nodes and nothing else.
fn owned(swaps: Vec<Vec<u32>>) -> Option<Vec<Vec<u32>>> {
    let moved = |swap: &[u32], at: u32| swap[at as usize] != at;
    let all = swaps.first().map_or(0, Vec::len);
    let all = 0..u32::try_from(all).ok()?;
    // Of two nodes, it does not matter which one is said to own what.
    let alone = swaps.len() == 1;
    let firsts =
        all.clone().filter(|at| swaps.iter().all(|swap| moved(swap, *at) && (!alone || *at < swap[*at as usize])));
    let first: Vec<u32> = firsts.collect();
    let mut lists = vec![first.clone()];
    for swap in &swaps {
        let own: Vec<u32> = first.iter().map(|at| swap[*at as usize]).collect();
        let back = own.iter().zip(&first).all(|(at, from)| swap[*at as usize] == *from);
        if !back || all.clone().filter(|at| moved(swap, *at)).count() != 2 * first.len() {
            return None;
        }
        if lists.iter().any(|list| own.iter().any(|at| list.contains(at))) {
            return None;
        }
        lists.push(own);
    }
    Some(lists)
}

/// The nodes that are tried, each with its own fields in an order that is the same for all.
fn candidates(system: &System, fields: &Fields) -> Vec<Candidate> {
    let all = (0..).take(fields.count());
    if system.origins.vars.is_empty() {
        let alone =
            |number: u16| Candidate { like: vec![(String::new(), fields.get(number).bits)], fields: vec![number] };
        return all.map(alone).collect();
    }
    let mut nodes: BTreeMap<u32, Vec<(Like, u16)>> = BTreeMap::new();
    for number in all {
        let field = fields.get(number);
        let origin = system.origins.vars.get(field.var.0 as usize);
        if let Some((origin, node)) = origin.and_then(|origin| Some((origin, origin.node?))) {
            nodes.entry(node).or_default().push(((origin.short.clone(), field.bits), number));
        }
    }
    let candidate = |mut own: Vec<(Like, u16)>| {
        own.sort();
        let (like, fields) = own.into_iter().unzip();
        Candidate { like, fields }
    };
    nodes.into_values().map(candidate).collect()
}
