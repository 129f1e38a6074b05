//! What is left of a procedure: a tree of blocks that gets smaller with every step.

use crate::system::Block;
use std::collections::BTreeSet;

/// What is left to do. Parts that are over are left out, so that equal futures are equal trees.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Rest {
    /// Nothing.
    Nothing,
    /// One step.
    Step(u32),
    /// In this order.
    Sequence(Vec<Rest>),
    /// In any order, step by step.
    Interleaved(Vec<Rest>),
    /// Exactly one of these.
    Either(Vec<Rest>),
    /// As a whole, or not at all.
    Optional(Box<Rest>),
    /// Nothing else comes between its first step and its last.
    Undivided(Box<Rest>),
    /// The rest of such a part that was begun.
    Begun(Box<Rest>),
}

impl From<&Block> for Rest {
    fn from(block: &Block) -> Rest {
        let all = |children: &[Block]| children.iter().map(Rest::from).collect::<Vec<_>>();
        match block {
            Block::Step(id) => Rest::Step(id.0),
            Block::Sequence(children) => sequence(all(children)),
            Block::Interleaved(children) => interleaved(all(children)),
            Block::Either(children) => Rest::Either(all(children)),
            Block::Optional(inner) => wrapped(Rest::from(&**inner), Rest::Optional),
            Block::Undivided(inner) => wrapped(Rest::from(&**inner), Rest::Undivided),
        }
    }
}

fn wrapped(inner: Rest, wrap: fn(Box<Rest>) -> Rest) -> Rest {
    if inner == Rest::Nothing { Rest::Nothing } else { wrap(Box::new(inner)) }
}

fn listed(mut children: Vec<Rest>, list: fn(Vec<Rest>) -> Rest) -> Rest {
    children.retain(|child| *child != Rest::Nothing);
    match children.len() {
        0 => Rest::Nothing,
        1 => children.remove(0),
        _ => list(children),
    }
}

fn sequence(children: Vec<Rest>) -> Rest {
    listed(children, Rest::Sequence)
}

fn interleaved(children: Vec<Rest>) -> Rest {
    listed(children, Rest::Interleaved)
}

impl Rest {
    /// Whether nothing more has to come.
    pub fn may_end(&self) -> bool {
        match self {
            Rest::Nothing | Rest::Optional(_) => true,
            Rest::Step(_) => false,
            Rest::Sequence(children) | Rest::Interleaved(children) => children.iter().all(Rest::may_end),
            Rest::Either(children) => children.iter().any(Rest::may_end),
            Rest::Undivided(inner) | Rest::Begun(inner) => inner.may_end(),
        }
    }

    /// The steps that are left, those that may be left out too.
    pub fn steps(&self) -> BTreeSet<u32> {
        match self {
            Rest::Nothing => BTreeSet::new(),
            Rest::Step(id) => BTreeSet::from([*id]),
            Rest::Sequence(children) | Rest::Interleaved(children) | Rest::Either(children) => {
                children.iter().flat_map(Rest::steps).collect()
            }
            Rest::Optional(inner) | Rest::Undivided(inner) | Rest::Begun(inner) => inner.steps(),
        }
    }

    fn has(&self, step: u32) -> bool {
        match self {
            Rest::Nothing => false,
            Rest::Step(id) => *id == step,
            Rest::Sequence(children) | Rest::Interleaved(children) | Rest::Either(children) => {
                children.iter().any(|child| child.has(step))
            }
            Rest::Optional(inner) | Rest::Undivided(inner) | Rest::Begun(inner) => inner.has(step),
        }
    }

    /// What is left after a step; None where it may not come now.
    pub fn after(&self, step: u32) -> Option<Rest> {
        self.left(step)?.follow(step)
    }

    /// Ends the undivided parts that were begun and that the next step is not in; None where one has to go on.
    fn left(&self, step: u32) -> Option<Rest> {
        let all = |children: &[Rest]| children.iter().map(|child| child.left(step)).collect::<Option<Vec<_>>>();
        Some(match self {
            Rest::Begun(inner) if !inner.has(step) => {
                if !inner.may_end() {
                    return None;
                }
                Rest::Nothing
            }
            Rest::Begun(inner) => Rest::Begun(Box::new(inner.left(step)?)),
            Rest::Sequence(children) => sequence(all(children)?),
            Rest::Interleaved(children) => interleaved(all(children)?),
            // Nothing in these was begun.
            Rest::Nothing | Rest::Step(_) | Rest::Either(_) | Rest::Optional(_) | Rest::Undivided(_) => self.clone(),
        })
    }

    fn follow(&self, step: u32) -> Option<Rest> {
        match self {
            Rest::Nothing => None,
            Rest::Step(id) => (*id == step).then_some(Rest::Nothing),
            Rest::Sequence(children) => {
                let at = children.iter().position(|child| child.has(step))?;
                if !children[..at].iter().all(Rest::may_end) {
                    return None;
                }
                let first = children[at].follow(step)?;
                Some(sequence(std::iter::once(first).chain(children[at + 1..].iter().cloned()).collect()))
            }
            Rest::Interleaved(children) => {
                let at = children.iter().position(|child| child.has(step))?;
                let mut children = children.clone();
                children[at] = children[at].follow(step)?;
                Some(interleaved(children))
            }
            Rest::Either(children) => children.iter().find(|child| child.has(step))?.follow(step),
            Rest::Optional(inner) => inner.follow(step),
            Rest::Undivided(inner) | Rest::Begun(inner) => Some(wrapped(inner.follow(step)?, Rest::Begun)),
        }
    }
}
