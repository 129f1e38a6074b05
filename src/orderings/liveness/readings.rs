//! What a runbook that goes round is worth, under each reading of progress.

use crate::base::{Budget, Limit, Tally};
use crate::orderings::study::Study;
use crate::orderings::suffixes::{Runs, Trait};
use crate::system::{Fairness, Procedure, System};
use num_bigint::BigUint;

/// The strongest reading under which every order comes to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// No run goes round for ever.
    Strong,
    /// None does for which there is always a way out.
    StrongCyclic,
    /// Some run ends well.
    Weak,
    /// None does.
    Never,
}

/// What was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readings {
    /// In a word.
    pub reading: Reading,
    /// How many orders are good if progress is fair.
    pub fair: BigUint,
    /// How many are good whatever happens.
    pub any: BigUint,
    /// How many there are.
    pub total: BigUint,
}

/// Decides a system with loops under both readings.
///
/// # Errors
/// The limit that was hit.
///
/// # Panics
/// If the procedure is [`Procedure::Free`]: a world alone has no orderings.
pub fn readings(system: &System, budget: &Budget) -> Result<Readings, Limit> {
    let mut tally = Tally::start(budget, "states");
    let none = BigUint::ZERO;
    let (any, endless, _, total) = counted(system, Fairness::Any, &mut tally)?;
    let (fair, trapped, some, _) = counted(system, Fairness::Fair, &mut tally)?;
    let reading = if some == none {
        Reading::Never
    } else if endless == none {
        Reading::Strong
    } else if trapped == none {
        Reading::StrongCyclic
    } else {
        Reading::Weak
    };
    Ok(Readings { reading, fair, any, total })
}

/// How many orders are good, may go on for ever, are good in some run; and how many there are.
fn counted(
    system: &System,
    fairness: Fairness,
    tally: &mut Tally,
) -> Result<(BigUint, BigUint, BigUint, BigUint), Limit> {
    let mut system = system.clone();
    if let Procedure::Ordered(plan) = &mut system.procedure {
        plan.retries.fairness = fairness;
    }
    let mut study = Study::of(&system, tally)?;
    let (good, total) = study.counts();
    let endless = study.suffixes.having(Runs::Some, Trait::Endless, tally)?;
    let some = study.suffixes.having(Runs::Some, Trait::Good, tally)?;
    let languages = &mut study.suffixes.languages;
    Ok((good, languages.count(endless), languages.count(some), total))
}
