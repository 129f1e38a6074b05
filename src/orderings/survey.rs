//! What makes a check large, and what each reduction saves.
//!
//! In: a system and a budget. Out: a [`Survey`]: the [`Census`] of what can be reached, and, for orderings, how many pairs of position and
//! state are looked at for the good ones with all reductions and without each. Without one there may be far more of them, so that is
//! looked at no further than a fixed multiple; what lies beyond is not guessed.

use super::suffixes::Suffixes;
use crate::base::{Budget, Limit, Reduction, Tally};
use crate::engine::{Census, census};
use crate::system::{Procedure, System, Watch};

/// Without a reduction, so many times the states with all of them are looked at.
pub const MULTIPLE: u64 = 16;

/// What makes a check large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// What can be reached.
    pub census: Census,
    /// What the reductions save; none for a world alone, which has no orderings.
    pub savings: Option<Savings>,
}

/// How many pairs of position and state are looked at for the good orderings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Savings {
    /// With all reductions that the budget allows.
    pub with_all: LookedAt,
    /// Without each of them.
    pub without: Vec<(Reduction, LookedAt)>,
}

/// How far looking went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookedAt {
    /// So many, and no more are needed.
    All(u64),
    /// More than so many.
    MoreThan(u64),
    /// Nobody knows how many: another limit was hit.
    Stopped(Limit),
}

/// Finds out what makes a check large.
pub fn survey(system: &System, budget: &Budget) -> Survey {
    let census = census(system, &mut Tally::start(budget, "census"));
    let savings = matches!(system.procedure, Procedure::Ordered(_)).then(|| savings(system, budget));
    Survey { census, savings }
}

fn savings(system: &System, budget: &Budget) -> Savings {
    let with_all = looked_at(system, budget);
    let mut without = Vec::new();
    for reduction in Reduction::ALL.into_iter().filter(|reduction| budget.without.uses(*reduction)) {
        let mut budget = Budget { without: budget.without.and(reduction), ..budget.clone() };
        if let LookedAt::All(states) = with_all {
            let most = MULTIPLE * states.max(1);
            budget.states = Some(budget.states.map_or(most, |states| states.min(most)));
        }
        without.push((reduction, looked_at(system, &budget)));
    }
    Savings { with_all, without }
}

/// How many pairs are looked at for the good orderings, within a budget.
fn looked_at(system: &System, budget: &Budget) -> LookedAt {
    static WATCH: Watch = Watch::always();
    let merged = if budget.without.uses(Reduction::EqualComponents) { system.merged() } else { None };
    let mut tally = Tally::start(budget, "states");
    let met =
        Suffixes::of(system, merged.as_ref(), &WATCH, &mut tally).and_then(|mut suffixes| suffixes.met(&mut tally));
    match (met, budget.states) {
        (Ok(states), _) => LookedAt::All(states),
        (Err(Limit::States), Some(most)) => LookedAt::MoreThan(most),
        (Err(limit), _) => LookedAt::Stopped(limit),
    }
}
