//! Where a run that is not good was lost, and whose doing that was.
//!
//! In: an ordering and the places of one run of it. Out: after how many steps the set of suffixes that are good in every
//! resolution, from where *this run* is, becomes empty. What other runs of the same ordering may meet plays no part, nor does
//! why the run went as it did: that is for `explain`.

use super::language::Language;
use super::suffixes::{Edgewise, Suffixes, Trait};
use crate::base::{Limit, Tally};
use crate::engine::{Fate, Target};
use crate::system::OccurrenceId;
use crate::verdict::{Ending, Verdict, Whose};

/// After how many steps a run is lost, and whose doing it was. `fates` has how the initial state settled, then how each step
/// of the ordering went, as far as the run goes. None where the run could still be completed well at its end.
///
/// # Errors
/// The limit that was hit.
pub fn lost(
    suffixes: &mut Suffixes<'_>,
    ordering: &[OccurrenceId],
    fates: &[Fate],
    tally: &mut Tally,
) -> Result<Option<(usize, Whose)>, Limit> {
    let mut position = 0;
    for (steps, fate) in fates.iter().enumerate() {
        let before = position;
        if let Some(last) = steps.checked_sub(1) {
            position = suffixes.after(before, ordering[last]);
        }
        if hopeful(suffixes, position, *fate) {
            continue;
        }
        let ways: Vec<Fate> = match steps.checked_sub(1).map(|last| (ordering[last], fates[last].target)) {
            Some((id, Target::State(state))) => suffixes.fates(before, id, state, tally)?,
            Some(_) => unreachable!("a run goes on from states alone"),
            None => suffixes.starts.iter().map(|start| start.fate).collect(),
        };
        let luck = ways.iter().any(|other| hopeful(suffixes, position, *other));
        return Ok(Some((steps, if luck { Whose::Luck } else { Whose::Operators })));
    }
    Ok(None)
}

/// Whether some order of what is left is good in every run from where a step led.
fn hopeful(suffixes: &Suffixes<'_>, position: u32, fate: Fate) -> bool {
    match Trait::Good.edgewise(None, fate) {
        Edgewise::Open(state) => suffixes.good_from(position, state).is_some_and(|good| good != Language::NONE),
        Edgewise::Has | Edgewise::Lacks => false,
    }
}

/// Fills in, for every run shown that is not good, which of the rules its ordering breaks first.
pub fn broken_rules(verdict: &mut Verdict) {
    let Some(rules) = &verdict.rules else { return };
    let shown =
        verdict.counterexample.iter_mut().chain(verdict.classes.classes.iter_mut().map(|class| &mut class.shortest));
    let witnesses = verdict.claims.iter_mut().filter_map(|claim| claim.witness.as_mut());
    for shown in shown.chain(witnesses).filter(|shown| !matches!(shown.ending, Ending::Healthy | Ending::Witness)) {
        shown.insight.breaks = rules.never.iter().position(|rule| rule.fits(&shown.ordering));
    }
}
