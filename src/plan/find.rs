//! From a problem to its plan, or to the reason that there is none.

use super::data::{Found, Hopeless, Plan};
use super::hopeless::hopeless;
use super::problem::Problem;
use super::search::{NEVER, Planner};
use super::strategy::Strategy;
use super::verify::verify;
use crate::base::{Limit, Tally};
use crate::system::{State, Watch};

/// The shortest plan from these stable states, any of which may be the case. `watch` is [`super::watch`] of what is to be kept.
///
/// # Panics
/// If the plan does not stand up to being carried out: a bug of the program.
pub fn find<'s>(problem: &Problem<'s>, watch: &'s Watch, starts: &[State], tally: &mut Tally) -> Found {
    search(problem, watch, starts, tally).map_or_else(Found::Undecided, |found| match found {
        Ok(plan) => Found::Plan(plan),
        Err(hopeless) => Found::Hopeless(hopeless),
    })
}

fn search<'s>(
    problem: &Problem<'s>,
    watch: &'s Watch,
    starts: &[State],
    tally: &mut Tally,
) -> Result<Result<Plan, Hopeless>, Limit> {
    let mut planner = Planner::new(problem.clone(), watch);
    let mut places = Vec::with_capacity(starts.len());
    for start in starts {
        places.push(planner.place(*start, tally)?);
    }
    for place in &places {
        if planner.value(*place, tally)? == NEVER {
            return hopeless(&mut planner, &places, tally).map(Err);
        }
    }
    let mut plan = Strategy::new(&mut planner).plan(&places, tally)?;
    match verify(problem, watch, (&plan, starts), tally)? {
        Ok((_, restarts)) => plan.restarts = restarts,
        Err(wrong) => panic!("a plan does not stand up to being carried out: {}", wrong.0),
    }
    Ok(Ok(plan))
}
