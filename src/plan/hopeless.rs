//! Why there is no plan: what never holds again, what keeps its value, and in which of the cases.

use super::data::Hopeless;
use super::search::{NEVER, Place, Planner};
use crate::base::{Limit, Tally};
use crate::system::VarId;
use rustc_hash::FxHashSet;

/// The most states that are looked at for what never holds.
const MOST: usize = 20_000;

/// Says why no plan leads from these places to the goal, of which some have no value.
///
/// # Errors
/// The limit that was hit.
pub fn hopeless(planner: &mut Planner<'_>, places: &[Place], tally: &mut Tally) -> Result<Hopeless, Limit> {
    let mut found = Hopeless { of: places.len(), luck: Some(false), ..Hopeless::default() };
    let parts = planner.problem.parts();
    let (mut never, mut values): (Vec<bool>, Vec<(VarId, u64)>) = (vec![false; parts.len()], Vec::new());
    for (index, place) in places.iter().enumerate() {
        if planner.value(*place, tally)? != NEVER {
            continue;
        }
        found.lost.push(index);
        let state = planner.state(*place);
        let (possible, passing) = planner.relaxed().possible(&state, &planner.problem.allowed);
        let ever = planner.relaxed().ever(&state, &planner.problem.allowed);
        if values.is_empty() {
            values.clone_from(&ever);
        }
        values.iter_mut().zip(&ever).for_each(|(all, (_, more))| all.1 |= more);
        let failing = passing.iter().enumerate().filter(|(_, passes)| !**passes).map(|(drill, _)| drill);
        found.drills.extend(failing);
        if possible.contains(&false) || passing.contains(&false) {
            never.iter_mut().zip(&possible).for_each(|(never, possible)| *never |= !possible);
            continue;
        }
        match reached(planner, *place, tally)? {
            Some(reached) => {
                let states: Vec<_> = reached.iter().map(|place| planner.state(*place)).collect();
                for (never, part) in never.iter_mut().zip(&parts) {
                    *never |= !states.iter().any(|state| part.holds(state));
                }
                for place in reached {
                    if planner.good(place, tally)? {
                        found.luck = Some(true);
                    }
                }
            }
            None => found.luck = found.luck.filter(|luck| *luck),
        }
    }
    found.drills.sort_unstable();
    found.drills.dedup();
    found.never = never.iter().enumerate().filter(|(_, never)| **never).map(|(index, _)| index).collect();
    let system = planner.system();
    let texts = system.health.iter().flat_map(|condition| &condition.parts);
    let read: FxHashSet<VarId> = texts
        .enumerate()
        .filter(|(index, _)| found.never.contains(index))
        .flat_map(|(_, part)| part.reads.iter().copied())
        .collect();
    let sizes = |var: VarId| system.origins.vars.get(var.0 as usize).map_or(64, |origin| origin.values.len());
    let all = |var: VarId| if sizes(var) >= 64 { u64::MAX } else { (1 << sizes(var)) - 1 };
    values.retain(|(var, values)| read.contains(var) && *values & all(*var) != all(*var));
    found.stuck = values;
    Ok(found)
}

/// All that steps can lead to, if every outcome could be wished for; None where that is too much to look at.
fn reached(planner: &mut Planner<'_>, from: Place, tally: &mut Tally) -> Result<Option<Vec<Place>>, Limit> {
    let mut met = indexmap::IndexSet::from([from]);
    let mut at = 0;
    while let Some(place) = met.get_index(at).copied() {
        at += 1;
        tally.check()?;
        if met.len() > MOST {
            return Ok(None);
        }
        if !planner.good(place, tally)? {
            met.extend(planner.wished_for(place, tally)?);
        }
    }
    Ok(Some(met.into_iter().collect()))
}
