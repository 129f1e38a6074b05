//! After each step of a runbook, whether there is a way back.

use super::{Mistakes, Runbook, too_large};
use crate::base::{Budget, Tally};
use crate::explain::data::{RollbackFinding, RollbackRow, WayBack};
use crate::explain::{number, step_name};
use crate::lower;
use crate::orderings::Lanes;
use crate::plan::{Back, Distance, Grounds, back};
use crate::report;
use crate::resolve::model::Act;
use crate::system::{OccurrenceId, Procedure};

/// More states than this are not looked at for one way back, if no other limit is given.
const MOST_STATES: u64 = 5_000;

impl Runbook {
    /// Looks for ways back after each step, within the whole budget for the runs and a part of it for each way.
    ///
    /// # Errors
    /// The world with all its steps is too large.
    pub fn rollback(&self, budget: &Budget) -> Result<report::Rollback, Mistakes> {
        let every = lower::with_every_step(&self.world, &self.runbook);
        let mut every_step = every.map_err(|error| too_large(&error, self.runbook.span, &self.mistakes))?;
        every_step.faults.clear();
        every_step.procedure = Procedure::Free;
        let routine = |name: &String| {
            let step = self.world.steps.iter().find(|step| step.name == *name);
            step.is_some_and(|step| switches_or_moves(&step.act))
        };
        let routine = every_step.steps.iter().map(|step| routine(&step.name)).collect();
        let grounds = Grounds { system: &self.system, every_step: &every_step, routine };
        let Procedure::Ordered(plan) = &self.system.procedure else { unreachable!("a runbook has an order") };
        let mut tally = Tally::start(budget, "states");
        let each = || {
            let states = Some(budget.states.unwrap_or(MOST_STATES));
            Tally::start(&Budget { states, progress: None, ..budget.clone() }, "ways back")
        };
        let found = Lanes::of(&self.system, &mut tally).and_then(|lanes| {
            tally.states = 0;
            back(&grounds, plan, &lanes, (&mut tally, &each))
        });
        let finding = match found {
            Ok(found) => self.ways_back(&found),
            Err(limit) => RollbackFinding {
                good: false,
                healthy_before: WayBack::Unknown { limit: limit.to_string() },
                rows: Vec::new(),
                no_way_back_after: None,
                limit: Some(limit.to_string()),
            },
        };
        Ok(report::Rollback::new(&self.path, &self.runbook.title, finding))
    }

    fn ways_back(&self, found: &Back) -> RollbackFinding {
        let rows: Vec<RollbackRow> = (0u32..)
            .map(OccurrenceId)
            .zip(&found.after)
            .map(|(id, ways)| RollbackRow {
                number: number(id),
                step: step_name(&self.system, id),
                to_start: way(ways.start),
                to_health: way(ways.healthy),
            })
            .collect();
        let lost = rows.iter().rev().take_while(|row| matches!(row.to_start, WayBack::None | WayBack::Nowhere));
        let lost = lost.filter(|row| row.to_start == WayBack::None).last().map(|row| row.number);
        RollbackFinding {
            good: found.good,
            healthy_before: way(found.healthy_before),
            rows,
            no_way_back_after: lost,
            limit: None,
        }
    }
}

/// Whether a step only switches nodes and services on and off, or moves groups.
pub(super) fn switches_or_moves(act: &Act) -> bool {
    match act {
        Act::Start(..) | Act::Stop(..) | Act::Move(..) | Act::MoveAll(_) => true,
        Act::Restart(_) | Act::PowerOff(_) | Act::PowerOn(_) => true,
        Act::Install(..) | Act::Reapply(..) | Act::Remove(..) | Act::Own { .. } => false,
    }
}

fn way(distance: Distance) -> WayBack {
    match distance {
        Distance::Nowhere => WayBack::Nowhere,
        Distance::Steps(steps) => WayBack::Steps { steps },
        Distance::Never => WayBack::None,
        Distance::Unknown(limit) => WayBack::Unknown { limit: limit.to_string() },
    }
}
