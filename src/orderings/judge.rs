//! One ordering that somebody asks about.

use super::study::Study;
use super::suffixes::Trait;
use crate::base::{Budget, Limit, Tally};
use crate::system::{OccurrenceId, System};
use crate::verdict::Counterexample;

/// A run of an ordering: one that is not good, if there is one, else a good one.
///
/// # Errors
/// The limit that was hit.
///
/// # Panics
/// If the ordering is none that the procedure allows, or the procedure allows no ordering at all.
pub fn judge(system: &System, ordering: Vec<OccurrenceId>, budget: &Budget) -> Result<Counterexample, Limit> {
    let mut tally = Tally::start(budget, "states");
    let mut study = Study::of(system, &mut tally)?;
    let good = study.suffixes.languages.contains(study.good, &ordering);
    if good {
        return study.run(ordering, Trait::Good, &mut tally);
    }
    let mut shown = study.run(ordering, Trait::NotGood, &mut tally)?;
    shown.insight.by_swaps = study.nearest_by_swaps(&shown.ordering, &mut tally).ok().flatten();
    shown.insight.by_moves = study.nearest_by_moves(&shown.ordering, &mut tally).ok().flatten();
    Ok(shown)
}
