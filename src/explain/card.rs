//! How free steps are, told with their names.

use super::data::{Freedom, Freest, StepName};
use super::lists::lists;
use super::rows::is_rest;
use super::story::step_name;
use crate::orderings::{self, Slack};
use crate::system::{OccurrenceId, System};

/// The number by which a step is told: its place in the document, from 1.
pub fn number(id: OccurrenceId) -> usize {
    id.0 as usize + 1
}

/// The steps of an order by their numbers.
pub fn numbers(system: &System, ordering: &[OccurrenceId]) -> Vec<usize> {
    ordering.iter().filter(|id| !is_rest(system, Some(**id))).map(|id| number(*id)).collect()
}

/// Tells for every step where it may stand, and with which others it may change places.
pub fn freedom(system: &System, slack: &[Slack], neighbours: &[(OccurrenceId, OccurrenceId)]) -> Vec<Freedom> {
    let others = |id: OccurrenceId| {
        neighbours.iter().filter_map(move |(one, other)| match id {
            id if id == *one => Some(*other),
            id if id == *other => Some(*one),
            _ => None,
        })
    };
    let told =
        slack.iter().filter(|slack| !is_rest(system, Some(slack.step))).map(|Slack { step, places, left_out }| {
            let mut swaps_with: Vec<usize> = others(*step).map(number).collect();
            swaps_with.sort_unstable();
            let name: StepName = step_name(system, *step);
            Freedom {
                number: number(*step),
                step: name,
                earliest: places.map(|(first, _)| first),
                latest: places.map(|(_, last)| last),
                may_be_left_out: *left_out,
                swaps_with,
            }
        });
    told.collect()
}

/// Tells lists that allow good orderings alone.
pub fn freest(system: &System, found: &orderings::Freest) -> Freest {
    Freest {
        lists: lists(system, &found.root),
        orders: found.orderings.to_string(),
        given_up: found.given_up.to_string(),
        proved: found.proved_fewest,
    }
}
