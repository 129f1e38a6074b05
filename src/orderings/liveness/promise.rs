//! Whether every run of a runbook comes to something at last and stays there.

use super::classify::{Escape, Word, classify};
use super::course::{Place, Whole};
use crate::base::{Budget, Limit, Tally};
use crate::system::{Condition, Procedure, System};
use crate::verdict::Counterexample;

/// What was found out.
#[derive(Clone, Debug)]
pub struct Come {
    /// In a word.
    pub word: Word,
    /// A shortest run that does not, under the reading that was asked for.
    pub witness: Option<Counterexample>,
}

/// Whether every run comes to states in which a condition holds (None: to an end that is healthy, with its drills) and stays there, as
/// far as what is possible again and again happens (`fair`), or whatever happens.
///
/// # Errors
/// The limit that was hit.
///
/// # Panics
/// If the procedure is [`Procedure::Free`]: a world alone has no end.
pub fn eventually(
    system: &System,
    (condition, fair): (Option<&Condition>, bool),
    budget: &Budget,
) -> Result<Come, Limit> {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no orderings") };
    let mut tally = Tally::start(budget, "states");
    let tally = &mut tally;
    let mut whole = Whole::of(system, plan, tally)?;
    let mut holds = Vec::with_capacity(whole.edges.len());
    for at in (0..).take(whole.edges.len()) {
        let (place, state) = whole.node(at);
        holds.push(match condition {
            None => whole.healthy(at, tally)?,
            Some(condition) => !matches!(place, Place::Unsettled(_)) && condition.holds(&state),
        });
    }
    let found = classify(&whole.edges, &whole.starts, |at| holds[at], tally)?;
    let escape = if fair { found.fair } else { found.any };
    let on_the_way = condition.is_some();
    let witness = match &escape {
        None => None,
        Some(Escape::End(path, last)) => Some(whole.shown((path, *last), None, on_the_way, tally)?),
        Some(Escape::Round(lasso)) => {
            let last = lasso.cycle.first().expect("a cycle has an edge").0;
            Some(whole.shown((&lasso.stem, last), Some(lasso), on_the_way, tally)?)
        }
    };
    Ok(Come { word: found.word, witness })
}
