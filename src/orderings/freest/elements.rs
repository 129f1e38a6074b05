//! What lists are made of: the steps that may be put elsewhere, and the blocks that are kept whole.

use super::partial::Partial;
use crate::system::{Block, OccurrenceId, Plan, StepSet};

/// The elements of a plan, in the document's order, with the order that the plan puts on them.
pub struct Elements {
    /// One block each; no two share a step.
    pub blocks: Vec<Block>,
    /// Which element each step belongs to.
    pub of: Vec<usize>,
    /// The plan's order; of two equal steps that could change places the first comes first.
    pub base: Partial,
}

impl Elements {
    /// Takes a plan apart.
    pub fn of(plan: &Plan) -> Elements {
        let mut cut = Cut { kept: kept_whole(plan), blocks: Vec::new(), base: Vec::new() };
        cut.block(&plan.root);
        let blocks = cut.blocks;
        let mut of = vec![usize::MAX; plan.occurrences.len()];
        for (element, block) in blocks.iter().enumerate() {
            let steps = block.steps();
            (0..).zip(&mut of).filter(|(id, _)| steps.contains(OccurrenceId(*id))).for_each(|(_, of)| *of = element);
        }
        let mut base = Partial::none(blocks.len());
        cut.base.iter().for_each(|(a, b)| base.add(*a, *b));
        for (earlier, later) in &plan.chains {
            let [a, b] = [earlier, later].map(|id| of[id.0 as usize]);
            if a != b && !base.has(b, a) {
                base.add(a, b);
            }
        }
        Elements { blocks, of, base }
    }

    /// Whether an element is one step that every ordering has.
    pub fn plain(&self, element: usize) -> bool {
        matches!(self.blocks[element], Block::Step(_))
    }

    /// How many pairs of steps are bound by putting one element before another.
    pub fn weight(&self, (a, b): (usize, usize)) -> u64 {
        (self.blocks[a].steps().len() * self.blocks[b].steps().len()) as u64
    }
}

/// Sets of steps that are not to be torn apart, no two of which meet.
fn kept_whole(plan: &Plan) -> Vec<StepSet> {
    let mut kept: Vec<StepSet> = plan.guards.iter().map(|guard| guard.steps).filter(|steps| steps.len() > 1).collect();
    let mut optional = StepSet::default();
    single_options(&plan.root, &mut optional);
    for (earlier, later) in &plan.chains {
        if optional.contains(*earlier) || optional.contains(*later) {
            kept.push([*earlier, *later].into_iter().collect());
        }
    }
    let mut apart: Vec<StepSet> = Vec::new();
    for mut set in kept {
        while let Some(at) = apart.iter().position(|other| other.meets(set)) {
            set = set.union(apart.swap_remove(at));
        }
        apart.push(set);
    }
    apart
}

fn single_options(block: &Block, optional: &mut StepSet) {
    match block {
        Block::Step(_) => {}
        Block::Optional(inner) => *optional = optional.union(inner.steps()),
        Block::Undivided(inner) => single_options(inner, optional),
        Block::Sequence(children) | Block::Interleaved(children) | Block::Either(children) => {
            children.iter().for_each(|child| single_options(child, optional));
        }
    }
}

struct Cut {
    kept: Vec<StepSet>,
    blocks: Vec<Block>,
    base: Vec<(usize, usize)>,
}

impl Cut {
    fn block(&mut self, block: &Block) {
        let steps = block.steps();
        let (children, ordered): (_, bool) = match block {
            _ if self.kept.iter().any(|kept| steps.within(*kept)) => return self.blocks.push(block.clone()),
            Block::Step(_) | Block::Optional(_) | Block::Undivided(_) | Block::Either(_) => {
                return self.blocks.push(block.clone());
            }
            Block::Sequence(children) => (children, true),
            Block::Interleaved(children) => (children, false),
        };
        // Children of which a set that is kept whole takes more than one stay together.
        let group_of = |child: &Block| {
            self.kept.iter().copied().find(|kept| child.steps().meets(*kept) && !kept.within(child.steps()))
        };
        let mut groups: Vec<(Option<StepSet>, Vec<Block>)> = Vec::new();
        for child in children {
            let group = group_of(child);
            match groups.iter_mut().find(|(known, _)| group.is_some() && *known == group) {
                Some((_, together)) => together.push(child.clone()),
                None => groups.push((group, vec![child.clone()])),
            }
        }
        let mut starts = Vec::new();
        for (group, mut together) in groups {
            starts.push(self.blocks.len());
            if group.is_some() {
                self.blocks.push(if ordered { Block::Sequence(together) } else { Block::Interleaved(together) });
            } else if let Some(only) = together.pop() {
                self.block(&only);
            }
        }
        if ordered {
            starts.push(self.blocks.len());
            for later in starts.windows(2).skip(1) {
                let earlier = starts[0]..later[0];
                self.base.extend(earlier.flat_map(|a| (later[0]..later[1]).map(move |b| (a, b))));
            }
        }
    }
}
