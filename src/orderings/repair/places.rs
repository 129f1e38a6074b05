//! From a repaired order to edits of the lists: where in which list what is new goes.
//!
//! In: an outline that allows one order, and what comes next, one after the other. Out: edits. What is new goes right after
//! what comes before it and stays in its place, into the innermost numbered list there.

use super::edit::{Edit, Place};
use super::linear::Next;
use super::outline::{List, Outline, Part, UnitId};

/// The edits that make a repaired order of an outline. None where there is no list to write them into.
pub fn edits(outline: &Outline, repaired: &[Next]) -> Option<Vec<Edit>> {
    let first = *outline.root.units().first()?;
    let mut place = before(&outline.root, first)?;
    let mut edits = Vec::new();
    for next in repaired {
        match next {
            Next::Keep(unit) => place = after(&outline.root, *unit).unwrap_or(place),
            Next::Deleted(unit) => edits.push(Edit::Delete(*unit)),
            Next::Moved(unit) => edits.push(Edit::Move(*unit, place)),
            Next::New(step) => edits.push(Edit::Insert(*step, place)),
        }
    }
    Some(edits)
}

fn before(list: &List, unit: UnitId) -> Option<Place> {
    beside(list, unit, 0)
}

fn after(list: &List, unit: UnitId) -> Option<Place> {
    beside(list, unit, 1)
}

/// The place before (0) or after (1) a unit, in the innermost numbered list that is open.
fn beside(list: &List, unit: UnitId, side: usize) -> Option<Place> {
    let at = list.parts.iter().position(|part| part.units().contains(&unit))?;
    let inner = match &list.parts[at] {
        Part::List(inner) => beside(inner, unit, side),
        Part::Unit(_) => None,
    };
    let here = || list.origin.filter(|_| list.ordered && list.open).map(|list| Place { list, gap: at + side });
    inner.or_else(here)
}
