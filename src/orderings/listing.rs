//! All good orderings, one after the other.

use super::language::{Language, Languages};
use super::study::Study;
use crate::base::{Budget, Limit, Tally};
use crate::system::{OccurrenceId, System};
use std::ops::ControlFlow;

/// Calls `visit` with every good ordering, in document order, until it says to stop.
///
/// # Errors
/// The limit that was hit; what was visited before is good.
///
/// # Panics
/// If the procedure is [`crate::system::Procedure::Free`].
pub fn each_good(
    system: &System,
    budget: &Budget,
    visit: &mut dyn FnMut(&[OccurrenceId]) -> ControlFlow<()>,
) -> Result<(), Limit> {
    let mut tally = Tally::start(budget, "states");
    let study = Study::of(system, &mut tally)?;
    tally.phase = "listing";
    let mut listing = Listing { languages: &study.suffixes.languages, so_far: Vec::new(), visit };
    match listing.from(study.good, &mut tally) {
        ControlFlow::Break(Some(limit)) => Err(limit),
        ControlFlow::Break(None) | ControlFlow::Continue(()) => Ok(()),
    }
}

struct Listing<'l> {
    languages: &'l Languages,
    so_far: Vec<OccurrenceId>,
    visit: &'l mut dyn FnMut(&[OccurrenceId]) -> ControlFlow<()>,
}

impl Listing<'_> {
    /// Recursion is as deep as an ordering is long. Breaks with the limit that was hit, or with none where nobody wants more.
    fn from(&mut self, set: Language, tally: &mut Tally) -> ControlFlow<Option<Limit>> {
        if let Err(limit) = tally.check() {
            return ControlFlow::Break(Some(limit));
        }
        if self.languages.ends(set) && (self.visit)(&self.so_far).is_break() {
            return ControlFlow::Break(None);
        }
        for (id, rest) in self.languages.next(set) {
            self.so_far.push(*id);
            self.from(*rest, tally)?;
            self.so_far.pop();
        }
        ControlFlow::Continue(())
    }
}
