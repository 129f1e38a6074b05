//! Edits of an outline, and what they make of it.
//!
//! In: an outline and edits. Out: another outline; the units that were there keep their numbers. An edit says what it does by
//! lists and units of the outline it was made for, so the order in which edits are given does not matter, but for
//! insertions at the same place.

use super::outline::{List, Outline, Part, Unit, UnitId};
use super::series::{Tree, tree};
use crate::system::{Block, OccurrenceId, StepId, StepSet};

/// A place in a list: before the part with this number, or at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Origin of the list.
    pub list: u32,
    /// Counted in the outline before all edits.
    pub gap: usize,
}

/// A part of a list before all edits, or one that an edit puts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Member {
    /// A unit.
    Unit(UnitId),
    /// A list, by its origin.
    List(u32),
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    /// Every one of some parts of a bulleted list comes before every one of some others.
    Order {
        /// Origin of the list.
        list: u32,
        /// These,
        first: Vec<Member>,
        /// before these.
        then: Vec<Member>,
    },
    /// A unit that may be left out may no longer be.
    Require(UnitId),
    /// A unit is left out.
    Delete(UnitId),
    /// A step is put in.
    Insert(StepId, Place),
    /// A unit is moved.
    Move(UnitId, Place),
}

impl Outline {
    /// The outline after edits. None where they cannot be made together, or there is no room for another step.
    pub fn edited(&self, edits: &[Edit]) -> Option<Outline> {
        let mut outline = self.clone();
        let mut comes: Vec<(Place, UnitId)> = Vec::new();
        let mut goes: Vec<UnitId> = Vec::new();
        for edit in edits {
            match edit {
                Edit::Order { .. } => {}
                Edit::Require(unit) => {
                    let block = &mut outline.units[unit.index()].block;
                    let Some(Block::Optional(inner)) = block.take() else { return None };
                    *block = Some(*inner);
                }
                Edit::Delete(unit) => goes.push(*unit),
                Edit::Move(unit, place) => {
                    goes.push(*unit);
                    comes.push((*place, *unit));
                }
                Edit::Insert(step, place) => comes.push((*place, outline.insert(*step)?)),
            }
        }
        if goes.iter().enumerate().any(|(at, unit)| goes[..at].contains(unit)) {
            return None;
        }
        rearrange(&mut outline.root, &comes, &goes);
        let mut lists: Vec<u32> = Vec::new();
        for edit in edits {
            if let Edit::Order { list, .. } = edit
                && !lists.contains(list)
            {
                lists.push(*list);
            }
        }
        for list in lists {
            let orders: Vec<(&[Member], &[Member])> = edits
                .iter()
                .filter_map(|edit| match edit {
                    Edit::Order { list: of, first, then } if *of == list => Some((&first[..], &then[..])),
                    _ => None,
                })
                .collect();
            arrange(outline.root.find_mut(list)?, &orders)?;
        }
        Some(outline)
    }

    fn insert(&mut self, step: StepId) -> Option<UnitId> {
        let id = self.occurrences + self.inserted.len();
        if id >= StepSet::CAPACITY {
            return None;
        }
        self.inserted.push(step);
        let block = Block::Step(OccurrenceId(u32::try_from(id).expect("limited")));
        self.units.push(Unit { block: Some(block), deletable: false, movable: true });
        Some(UnitId(u32::try_from(self.units.len() - 1).expect("units are few")))
    }
}

fn rearrange(list: &mut List, comes: &[(Place, UnitId)], goes: &[UnitId]) {
    let origin = list.origin;
    let at = |gap: usize| {
        let here = comes.iter().filter(move |(place, _)| Some(place.list) == origin && place.gap == gap);
        here.map(|(_, unit)| Part::Unit(*unit)).collect::<Vec<Part>>()
    };
    let mut parts = at(0);
    for (part, gap) in std::mem::take(&mut list.parts).into_iter().zip(1..) {
        match part {
            Part::Unit(unit) if goes.contains(&unit) => {}
            Part::Unit(_) => parts.push(part),
            Part::List(mut inner) => {
                rearrange(&mut inner, comes, goes);
                parts.push(Part::List(inner));
            }
        }
        parts.extend(at(gap));
    }
    list.parts = parts;
}

fn member(part: &Part) -> Option<Member> {
    match part {
        Part::Unit(unit) => Some(Member::Unit(*unit)),
        Part::List(list) => list.origin.map(Member::List),
    }
}

/// Puts the parts of a bulleted list into lists in it, so that the orders hold. None where they contradict each other, or cannot
/// be said by lists in lists.
fn arrange(list: &mut List, orders: &[(&[Member], &[Member])]) -> Option<()> {
    let members: Vec<Option<Member>> = list.parts.iter().map(member).collect();
    let place = |wanted: &Member| members.iter().position(|member| member.as_ref() == Some(wanted));
    let mut pairs = Vec::new();
    for (first, then) in orders {
        for one in *first {
            for other in *then {
                pairs.push((place(one)?, place(other)?));
            }
        }
    }
    let tree = tree(members.len(), &pairs)?;
    let mut parts: Vec<Option<Part>> = std::mem::take(&mut list.parts).into_iter().map(Some).collect();
    let (ordered, children) = match tree {
        Tree::Series(children) => (true, children),
        Tree::Parallel(children) => (false, children),
        leaf @ Tree::Leaf(_) => (false, vec![leaf]),
    };
    list.ordered = ordered;
    list.parts = children.into_iter().map(|child| grown(child, &mut parts)).collect();
    Some(())
}

fn grown(tree: Tree, parts: &mut [Option<Part>]) -> Part {
    let (ordered, children) = match tree {
        Tree::Leaf(at) => return parts[at].take().expect("each part is one leaf"),
        Tree::Series(children) => (true, children),
        Tree::Parallel(children) => (false, children),
    };
    let parts = children.into_iter().map(|child| grown(child, parts)).collect();
    Part::List(List { origin: None, ordered, open: true, parts })
}
