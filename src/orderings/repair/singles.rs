//! Every single edit of an outline but precedences: what may be left out, moved and put in, and where.
//!
//! The order is fixed: what need no longer be optional, deletions, moves and insertions; each in the order of the document, then of the world's steps.
//! A bulleted list has one place, its end: what stands in it may come at any time. A place beside a numbered list is one in it.

use super::edit::{Edit, Place};
use super::outline::{List, Outline, Part, UnitId};
use crate::system::{Block, StepId};

/// All single edits.
pub fn singles(outline: &Outline, steps: usize) -> Vec<Edit> {
    let places: Vec<Place> = outline.root.lists().into_iter().flat_map(places).collect();
    let units: Vec<UnitId> =
        outline.root.units().into_iter().filter(|unit| outline.units[unit.index()].block.is_some()).collect();
    let unit = |id: &UnitId| &outline.units[id.index()];
    let optional = |id: &&UnitId| unit(id).movable && matches!(unit(id).block, Some(Block::Optional(_)));
    let mut all: Vec<Edit> = units.iter().filter(optional).map(|unit| Edit::Require(*unit)).collect();
    all.extend(units.iter().filter(|id| unit(id).deletable).map(|unit| Edit::Delete(*unit)));
    for id in units.iter().filter(|id| unit(id).movable) {
        let new = places.iter().filter(|place| !beside(&outline.root, *id, **place));
        all.extend(new.map(|place| Edit::Move(*id, *place)));
    }
    for place in &places {
        all.extend((0..).map(StepId).take(steps).map(|step| Edit::Insert(step, *place)));
    }
    all
}

/// The places of a list. Beside a numbered list that is open, the top level has none: the list's own ends will do.
fn places(list: &List) -> Vec<Place> {
    let Some(origin) = list.origin.filter(|_| list.open) else { return Vec::new() };
    let numbered = |part: Option<&Part>| matches!(part, Some(Part::List(list)) if list.ordered && list.open);
    let first = if list.ordered { 0 } else { list.parts.len() };
    let gaps = first..=list.parts.len();
    let beside = |gap: usize| gap.checked_sub(1).is_some_and(|before| numbered(list.parts.get(before)));
    let needed = gaps.filter(|gap| !list.ordered || !numbered(list.parts.get(*gap)) && !beside(*gap));
    needed.map(|gap| Place { list: origin, gap }).collect()
}

/// Whether a unit that is moved there stays where it is.
fn beside(list: &List, id: UnitId, place: Place) -> bool {
    list.lists().into_iter().any(|list| {
        let at = list.parts.iter().position(|part| *part == Part::Unit(id));
        list.origin == Some(place.list) && at.is_some_and(|at| !list.ordered || place.gap == at || place.gap == at + 1)
    })
}
