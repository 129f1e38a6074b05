//! A partial order on elements as lists, and what these lists allow.

use super::elements::Elements;
use super::partial::{Partial, Shape};
use crate::base::{Limit, Tally};
use crate::orderings::language::{Language, Languages};
use crate::system::{Block, Course, OccurrenceId, Plan};
use num_bigint::BigUint;
use rustc_hash::FxHashSet;

/// Lists over the steps of a runbook all of whose orderings are good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freest {
    /// The lists.
    pub root: Block,
    /// What is asked beyond the runbook's own lists, without what follows from the rest: all of these steps before
    /// all of those. Each side is one step, or the steps of a block that is kept whole.
    pub added: Vec<(Vec<OccurrenceId>, Vec<OccurrenceId>)>,
    /// How many pairs of steps are bound to an order that the runbook leaves open.
    pub bound: u64,
    /// How many orderings the lists allow.
    pub orderings: BigUint,
    /// How many good orderings they do not allow: zero means that they are equivalent to *good*.
    pub given_up: BigUint,
    /// Whether it is proved that no lists bind fewer pairs, and none that bind as many allow more orderings.
    pub proved_fewest: bool,
}

/// The lists that say a partial order; None where no lists do.
pub fn lists(order: &Partial, elements: &Elements) -> Option<Block> {
    let all: Vec<usize> = (0..elements.blocks.len()).collect();
    if all.is_empty() { Some(Block::Sequence(Vec::new())) } else { part(order, &all, elements) }
}

fn part(order: &Partial, some: &[usize], elements: &Elements) -> Option<Block> {
    let inner = |parts: &[Vec<usize>]| parts.iter().map(|some| part(order, some, elements)).collect::<Option<Vec<_>>>();
    match order.shape(some) {
        Shape::One(element) => Some(elements.blocks[element].clone()),
        Shape::Series(parts) => inner(&parts).map(Block::Sequence),
        Shape::Parallel(parts) => inner(&parts).map(Block::Interleaved),
        Shape::Neither => None,
    }
}

/// A plan with other lists. Equal steps that could change places in them are chained as the language does it.
pub fn plan_of(root: Block, plan: &Plan) -> Plan {
    let mut chains = plan.chains.clone();
    chain(&root, plan, &mut chains);
    Plan { root, chains, ..plan.clone() }
}

fn chain(block: &Block, plan: &Plan, chains: &mut Vec<(OccurrenceId, OccurrenceId)>) {
    match block {
        Block::Step(_) => {}
        Block::Optional(inner) | Block::Undivided(inner) => chain(inner, plan, chains),
        Block::Sequence(children) | Block::Either(children) => {
            children.iter().for_each(|child| chain(child, plan, chains));
        }
        Block::Interleaved(children) => {
            children.iter().for_each(|child| chain(child, plan, chains));
            let singles: Vec<_> = children.iter().filter_map(single).collect();
            for (at, (optional, later)) in singles.iter().enumerate() {
                let alike = |(other, earlier): &&(bool, OccurrenceId)| {
                    let [one, two] = [earlier, later].map(|id| &plan.occurrences[id.0 as usize]);
                    other == optional && one.step == two.step && one.guards == two.guards
                };
                let before = singles[..at].iter().rev().find(alike).map(|(_, earlier)| (*earlier, *later));
                chains.extend(before.filter(|pair| !plan.chains.contains(pair)));
            }
        }
    }
}

fn single(block: &Block) -> Option<(bool, OccurrenceId)> {
    match block {
        Block::Step(id) => Some((false, *id)),
        Block::Optional(inner) => match **inner {
            Block::Step(id) => Some((true, id)),
            _ => None,
        },
        _ => None,
    }
}

/// How many orderings a plan allows; None if one of them is not good.
///
/// # Errors
/// The limit that was hit.
pub fn count_if_good(
    plan: &Plan,
    languages: &Languages,
    good: Language,
    tally: &mut Tally,
) -> Result<Option<BigUint>, Limit> {
    let (states, bytes) = (tally.states, tally.bytes);
    let course = Course::of(plan, tally)?;
    tally.states = states;
    let mut todo = vec![(0, good)];
    let mut known: FxHashSet<(u32, Language)> = todo.iter().copied().collect();
    while let Some((position, good)) = todo.pop() {
        if good == Language::NONE || course.may_end(position) && !languages.ends(good) {
            tally.bytes = bytes;
            return Ok(None);
        }
        for (id, to) in course.next(position) {
            let after = (*to, languages.after(good, *id));
            if known.insert(after) {
                todo.push(after);
            }
        }
        tally.hold(2 * size_of::<(u32, Language)>())?;
    }
    tally.bytes = bytes;
    Ok(Some(course.total().clone()))
}
