//! The shortest way to leave a set of orderings.
//!
//! In: all orderings that are spoken of, and those among them that are as they should be. Out: an ordering that is not,
//! by the shortest prefix after which none is any more; ties go to the document's order, and so does the completion.

use super::language::{Language, Languages};
use crate::base::{Limit, Tally};
use crate::system::OccurrenceId;
use rustc_hash::FxHashSet;

/// A place of the search.
struct Place {
    /// The place before and the step from it; no step where the ordering ends there.
    from: Option<(usize, Option<OccurrenceId>)>,
    all: Language,
    wanted: Language,
}

/// An ordering of `all` that is not in `wanted` (a subset of it); None where the sets are equal.
///
/// # Errors
/// The limit that was hit.
pub fn outside(
    languages: &Languages,
    all: Language,
    wanted: Language,
    tally: &mut Tally,
) -> Result<Option<Vec<OccurrenceId>>, Limit> {
    if all == wanted {
        return Ok(None);
    }
    let mut places = vec![Place { from: None, all, wanted }];
    let mut known = FxHashSet::from_iter([(all, wanted)]);
    let mut at = 0;
    while let Some(Place { from, all, wanted }) = places.get(at) {
        let (all, wanted) = (*all, *wanted);
        let ended = matches!(from, Some((_, None)));
        if ended || wanted == Language::NONE {
            let mut ordering = prefix(&places, at);
            if !ended {
                complete(languages, all, &mut ordering);
            }
            return Ok(Some(ordering));
        }
        // An ordering that may end here but should not have: its end counts as one more step, before all others.
        if languages.ends(all) && !languages.ends(wanted) {
            places.push(Place { from: Some((at, None)), all, wanted });
        }
        for (id, rest) in languages.next(all) {
            let pair = (*rest, languages.after(wanted, *id));
            if pair.0 != pair.1 && known.insert(pair) {
                places.push(Place { from: Some((at, Some(*id))), all: pair.0, wanted: pair.1 });
            }
        }
        tally.hold(2 * size_of::<Place>())?;
        at += 1;
    }
    unreachable!("two sets that differ have an ordering that tells them apart")
}

/// Goes on with the first step of the document that may come, for as long as one may.
fn complete(languages: &Languages, mut all: Language, ordering: &mut Vec<OccurrenceId>) {
    while let Some((id, rest)) = languages.next(all).first() {
        ordering.push(*id);
        all = *rest;
    }
}

fn prefix(places: &[Place], at: usize) -> Vec<OccurrenceId> {
    let mut steps = Vec::new();
    let mut next = places[at].from;
    while let Some((from, step)) = next {
        steps.extend(step);
        next = places[from].from;
    }
    steps.reverse();
    steps
}
