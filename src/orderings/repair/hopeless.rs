//! Whether nothing can repair a runbook: no sequence of the world's steps ends well, however long.
//!
//! In: beliefs of a system with every step of the world. Out: proof, for one initial state, that no healthy state is reached from
//! it; and what holds in none of the states that are. More is reached here than by any repair: every outcome is followed
//! as if it could be wished for, and what is lost in one state is not tried in that state alone.

use super::belief::{Beliefs, Deed};
use crate::base::{Limit, Tally};
use crate::system::{State, StepId, System};
use rustc_hash::FxHashSet;

/// The most states that are looked at.
const MOST: usize = 100_000;

/// Nothing repairs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hopeless {
    /// Something is lost before the first step.
    pub at_once: bool,
    /// Parts of health (condition and part) that hold in none of them.
    pub never: Vec<(usize, usize)>,
}

/// Looks for proof; None where there is none, or too much to look at.
///
/// # Errors
/// The limit that was hit.
pub fn hopeless(beliefs: &mut Beliefs<'_>, system: &System, tally: &mut Tally) -> Result<Option<Hopeless>, Limit> {
    let Some(start) = beliefs.start(tally)? else {
        return Ok(Some(Hopeless { at_once: true, never: Vec::new() }));
    };
    for state in beliefs.states(start).iter() {
        if let Some(reached) = reached(beliefs, *state, tally)? {
            let mut never = Vec::new();
            for (condition, health) in system.health.iter().enumerate() {
                let parts = health.parts.iter().enumerate();
                let unmet = parts.filter(|(_, part)| !reached.iter().any(|state| part.predicate.holds(state)));
                never.extend(unmet.map(|(part, _)| (condition, part)));
            }
            return Ok(Some(Hopeless { at_once: false, never }));
        }
    }
    Ok(None)
}

/// All that is reached from a state, if nothing of it is healthy.
fn reached(beliefs: &mut Beliefs<'_>, from: State, tally: &mut Tally) -> Result<Option<Vec<State>>, Limit> {
    let mut known = FxHashSet::from_iter([from]);
    let mut all = vec![from];
    let mut at = 0;
    while let Some(state) = all.get(at).copied() {
        at += 1;
        if all.len() > MOST || beliefs.ends_well(state, tally)? {
            return Ok(None);
        }
        for step in (0..).map(StepId).take(beliefs.steps()) {
            for after in beliefs.one(state, Deed::New(step), tally)?.iter().flat_map(|states| states.iter()) {
                if known.insert(*after) {
                    all.push(*after);
                }
            }
        }
    }
    Ok(Some(all))
}
