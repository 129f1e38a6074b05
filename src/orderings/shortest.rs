//! The shortest way to leave a set of orderings.
//!
//! In: all orderings that are spoken of, and those among them that are as they should be. Out: an ordering that is not,
//! by the shortest prefix after which none is any more; ties go to the document's order, and so does the completion.

use super::language::{Language, Languages};
use crate::base::{Limit, Tally};
use crate::system::{Course, OccurrenceId};
use rustc_hash::FxHashSet;

/// Where sequences can be read off, step by step.
pub trait Walk {
    /// How far one has come; no two that are equal go on differently.
    type At: Copy + Eq + std::hash::Hash;
    /// Whether a sequence may end here.
    fn ends(&self, at: Self::At) -> bool;
    /// What may come next, sorted, and where it leads.
    fn next(&self, at: Self::At) -> &[(OccurrenceId, Self::At)];
    /// Whether it is known at once that all that can be read off from here is wanted.
    fn all_wanted(&self, at: Self::At, wanted: Language) -> bool;
}

impl Walk for Languages {
    type At = Language;

    fn ends(&self, at: Language) -> bool {
        Languages::ends(self, at)
    }

    fn next(&self, at: Language) -> &[(OccurrenceId, Language)] {
        Languages::next(self, at)
    }

    fn all_wanted(&self, at: Language, wanted: Language) -> bool {
        at == wanted
    }
}

impl Walk for Course {
    type At = u32;

    fn ends(&self, at: u32) -> bool {
        self.may_end(at)
    }

    fn next(&self, at: u32) -> &[(OccurrenceId, u32)] {
        Course::next(self, at)
    }

    fn all_wanted(&self, _: u32, _: Language) -> bool {
        false
    }
}

/// A place of the search.
struct Place<A> {
    /// The place before and the step from it; no step where the ordering ends there.
    from: Option<(usize, Option<OccurrenceId>)>,
    all: A,
    wanted: Language,
}

/// An ordering that can be read off from `all` on and is not in `wanted` (which has no others); None where there is none.
///
/// # Errors
/// The limit that was hit.
pub fn outside<W: Walk>(
    walk: &W,
    all: W::At,
    languages: &Languages,
    wanted: Language,
    tally: &mut Tally,
) -> Result<Option<Vec<OccurrenceId>>, Limit> {
    if walk.all_wanted(all, wanted) {
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
                complete(walk, all, &mut ordering);
            }
            return Ok(Some(ordering));
        }
        // An ordering that may end here but should not have: its end counts as one more step, before all others.
        if walk.ends(all) && !languages.ends(wanted) {
            places.push(Place { from: Some((at, None)), all, wanted });
        }
        for (id, rest) in walk.next(all) {
            let pair = (*rest, languages.after(wanted, *id));
            if !walk.all_wanted(pair.0, pair.1) && known.insert(pair) {
                places.push(Place { from: Some((at, Some(*id))), all: pair.0, wanted: pair.1 });
            }
        }
        tally.hold(2 * size_of::<Place<W::At>>())?;
        at += 1;
    }
    Ok(None)
}

/// Goes on with the first step of the document that may come, for as long as one may.
fn complete<W: Walk>(walk: &W, mut all: W::At, ordering: &mut Vec<OccurrenceId>) {
    while let Some((id, rest)) = walk.next(all).first() {
        ordering.push(*id);
        all = *rest;
    }
}

fn prefix<A>(places: &[Place<A>], at: usize) -> Vec<OccurrenceId> {
    let mut steps = Vec::new();
    let mut next = places[at].from;
    while let Some((from, step)) = next {
        steps.extend(step);
        next = places[from].from;
    }
    steps.reverse();
    steps
}
