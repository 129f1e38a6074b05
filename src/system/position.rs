//! Walking a [`Plan`]: which occurrences may come next, and when an ordering may end.
//!
//! A [`Position`] is canonical: an occurrence that was left out and can no longer come counts as done, so that two ways
//! of getting somewhere with the same future give the same value. That also makes every rule here local:
//!
//! - a sequence goes on at its first child that is not full; it may go on to a later one where this one may end;
//! - an either whose branch was chosen has all its other branches full;
//! - an undivided block that was left is full.
//!
//! Nothing here knows states: guards change what a step does, never whether it may come.

use super::{Block, OccurrenceId, Plan, Position, StepSet};

impl Plan {
    /// Before the first step.
    pub fn start(&self) -> Position {
        Position::default()
    }

    /// Whether an ordering may end here: everything that is left may be left out.
    pub fn may_end(&self, position: Position) -> bool {
        self.root.may_end(position.done)
    }

    /// The occurrences that may come next, in document order, and where each leads.
    pub fn next(&self, position: Position) -> Vec<(OccurrenceId, Position)> {
        let mut leaves = Vec::new();
        self.root.next(position.done, &mut leaves);
        let within = self.confinement(position);
        leaves
            .retain(|leaf| within.is_none_or(|within| within.contains(*leaf)) && self.unchained(position.done, *leaf));
        leaves.sort_unstable();
        leaves.into_iter().map(|leaf| (leaf, self.after(position, leaf))).collect()
    }

    /// For each occurrence, those that come before it in every ordering, where nothing can be left out and nothing is
    /// undivided: then they say all about what may come next. None elsewhere.
    pub fn predecessors(&self) -> Option<Vec<StepSet>> {
        let mut predecessors = vec![StepSet::default(); self.occurrences.len()];
        self.root.precede(StepSet::default(), &mut predecessors)?;
        for (earlier, later) in &self.chains {
            predecessors[later.0 as usize] = predecessors[later.0 as usize].with(*earlier);
        }
        Some(predecessors)
    }

    fn unchained(&self, done: StepSet, leaf: OccurrenceId) -> bool {
        self.chains.iter().all(|(earlier, later)| *later != leaf || done.contains(*earlier))
    }

    /// The steps of the innermost undivided block that is open and may not be left yet.
    fn confinement(&self, position: Position) -> Option<StepSet> {
        if position.open == 0 {
            return None;
        }
        let mut around = Vec::new();
        let mut count = 0;
        self.root.find_undivided(position.open, &mut count, &mut around);
        around.iter().rev().find(|block| !block.may_end(position.done)).map(|block| block.steps())
    }

    fn after(&self, position: Position, leaf: OccurrenceId) -> Position {
        let mut done = position.done.with(leaf);
        self.root.close(leaf, &mut done);
        let mut open = 0;
        let mut count = 0;
        self.root.innermost_open(leaf, done, &mut count, &mut open);
        Position { done, open }
    }
}

impl Block {
    /// The occurrences below this block.
    pub fn steps(&self) -> StepSet {
        match self {
            Block::Step(id) => StepSet::default().with(*id),
            Block::Optional(inner) | Block::Undivided(inner) => inner.steps(),
            Block::Sequence(children) | Block::Interleaved(children) | Block::Either(children) => {
                children.iter().fold(StepSet::default(), |all, child| all.union(child.steps()))
            }
        }
    }

    /// Notes what comes before the steps below this block. None where a block is not a list.
    fn precede(&self, mut before: StepSet, predecessors: &mut [StepSet]) -> Option<()> {
        match self {
            Block::Step(id) => predecessors[id.0 as usize] = before,
            Block::Interleaved(children) => {
                children.iter().try_for_each(|child| child.precede(before, predecessors))?;
            }
            Block::Sequence(children) => {
                for child in children {
                    child.precede(before, predecessors)?;
                    before = before.union(child.steps());
                }
            }
            Block::Either(_) | Block::Optional(_) | Block::Undivided(_) => return None,
        }
        Some(())
    }

    fn full(&self, done: StepSet) -> bool {
        self.steps().within(done)
    }

    fn touched(&self, done: StepSet) -> bool {
        self.steps().meets(done)
    }

    /// Whether nothing more of this block has to come.
    pub fn may_end(&self, done: StepSet) -> bool {
        match self {
            Block::Step(id) => done.contains(*id),
            Block::Undivided(inner) => inner.may_end(done),
            Block::Optional(inner) => !inner.touched(done) || inner.may_end(done),
            Block::Sequence(children) | Block::Interleaved(children) => {
                children.iter().all(|child| child.may_end(done))
            }
            Block::Either(children) if self.touched(done) => {
                children.iter().all(|child| !child.touched(done) || child.may_end(done))
            }
            Block::Either(children) => children.iter().any(|child| child.may_end(done)),
        }
    }

    fn next(&self, done: StepSet, leaves: &mut Vec<OccurrenceId>) {
        match self {
            Block::Step(id) if done.contains(*id) => {}
            Block::Step(id) => leaves.push(*id),
            Block::Optional(inner) | Block::Undivided(inner) => inner.next(done, leaves),
            Block::Interleaved(children) => children.iter().for_each(|child| child.next(done, leaves)),
            Block::Sequence(children) => {
                for child in children {
                    child.next(done, leaves);
                    if !child.may_end(done) {
                        break;
                    }
                }
            }
            Block::Either(children) => {
                let chosen = self.touched(done);
                for child in children.iter().filter(|child| !chosen || child.touched(done)) {
                    child.next(done, leaves);
                }
            }
        }
    }

    /// Marks as done what can no longer come now that `leaf`, which is in `done` already, was the last step.
    fn close(&self, leaf: OccurrenceId, done: &mut StepSet) {
        if !self.touched(*done) {
            return;
        }
        match self {
            Block::Step(_) => {}
            Block::Optional(inner) => inner.close(leaf, done),
            Block::Undivided(inner) if inner.steps().contains(leaf) => inner.close(leaf, done),
            Block::Undivided(inner) => *done = done.union(inner.steps()),
            Block::Interleaved(children) => children.iter().for_each(|child| child.close(leaf, done)),
            Block::Sequence(children) => {
                let last = children.iter().rposition(|child| child.touched(*done)).unwrap_or(0);
                for child in &children[..last] {
                    *done = done.union(child.steps());
                }
                children[last].close(leaf, done);
            }
            Block::Either(children) => {
                let before = *done;
                for child in children {
                    if child.touched(before) {
                        child.close(leaf, done);
                    } else {
                        *done = done.union(child.steps());
                    }
                }
            }
        }
    }

    fn children(&self) -> &[Block] {
        match self {
            Block::Step(_) => &[],
            Block::Optional(inner) | Block::Undivided(inner) => std::slice::from_ref(inner),
            Block::Sequence(children) | Block::Interleaved(children) | Block::Either(children) => children,
        }
    }

    /// Sets `open` to the number of the innermost undivided block around `leaf` in which steps may still come.
    fn innermost_open(&self, leaf: OccurrenceId, done: StepSet, count: &mut u32, open: &mut u32) {
        if let Block::Undivided(inner) = self {
            *count += 1;
            if inner.steps().contains(leaf) && !inner.full(done) {
                *open = *count;
            }
        }
        for child in self.children() {
            child.innermost_open(leaf, done, count, open);
        }
    }

    /// Collects the undivided blocks around number `wanted`, itself included, outermost first; says whether it was found.
    fn find_undivided<'b>(&'b self, wanted: u32, count: &mut u32, around: &mut Vec<&'b Block>) -> bool {
        let undivided = matches!(self, Block::Undivided(_));
        if undivided {
            *count += 1;
            around.push(self);
            if *count == wanted {
                return true;
            }
        }
        if self.children().iter().any(|child| child.find_undivided(wanted, count, around)) {
            return true;
        }
        if undivided {
            around.pop();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(id: u32) -> Block {
        Block::Step(OccurrenceId(id))
    }

    fn plan(root: Block) -> Plan {
        Plan {
            occurrences: Vec::new(),
            root,
            guards: Vec::new(),
            chains: Vec::new(),
            retries: super::super::Retries::default(),
        }
    }

    fn orderings(plan: &Plan) -> Vec<String> {
        fn walk(plan: &Plan, position: Position, sofar: &str, found: &mut Vec<String>) {
            if plan.may_end(position) {
                found.push(sofar.to_owned());
            }
            for (id, after) in plan.next(position) {
                walk(plan, after, &format!("{sofar}{}", id.0), found);
            }
        }
        let mut found = Vec::new();
        walk(plan, plan.start(), "", &mut found);
        found
    }

    #[test]
    fn sequences_keep_their_order_and_lists_interleave_step_by_step() {
        let lists = Block::Interleaved(vec![Block::Sequence(vec![step(0), step(1)]), step(2)]);
        assert_eq!(orderings(&plan(lists)), ["012", "021", "201"]);
    }

    #[test]
    fn an_optional_block_is_done_whole_or_not_at_all() {
        let sequence =
            Block::Sequence(vec![Block::Optional(Box::new(Block::Sequence(vec![step(0), step(1)]))), step(2)]);
        assert_eq!(orderings(&plan(sequence)), ["012", "2"]);
    }

    #[test]
    fn what_was_left_out_counts_as_done_so_that_equal_futures_are_one_position() {
        let plan = plan(Block::Sequence(vec![Block::Optional(Box::new(step(0))), step(1), step(2)]));
        let with = plan.next(plan.next(plan.start())[0].1)[0].1;
        let without = plan.next(plan.start())[1].1;
        assert_eq!(with, without);
    }

    #[test]
    fn exactly_one_branch_of_an_either_is_done() {
        let either =
            Block::Either(vec![Block::Sequence(vec![step(0), step(1)]), Block::Interleaved(vec![step(2), step(3)])]);
        assert_eq!(orderings(&plan(either)), ["01", "23", "32"]);
    }

    #[test]
    fn nothing_comes_between_the_steps_of_an_undivided_block() {
        let undivided = Block::Undivided(Box::new(Block::Sequence(vec![step(0), step(1)])));
        assert_eq!(orderings(&plan(Block::Interleaved(vec![undivided, step(2)]))), ["012", "201"]);
    }

    #[test]
    fn an_undivided_block_that_was_left_is_over() {
        let undivided =
            Block::Undivided(Box::new(Block::Interleaved(vec![step(0), Block::Optional(Box::new(step(1)))])));
        let mut found = orderings(&plan(Block::Interleaved(vec![undivided, step(2)])));
        found.sort();
        assert_eq!(found, ["012", "02", "102", "20", "201", "210"]);
    }

    #[test]
    fn undivided_blocks_nest() {
        let inner = Block::Undivided(Box::new(Block::Interleaved(vec![step(0), Block::Optional(Box::new(step(1)))])));
        let outer = Block::Undivided(Box::new(Block::Interleaved(vec![inner, step(2)])));
        let mut found = orderings(&plan(Block::Interleaved(vec![outer, step(3)])));
        found.sort();
        let inside = ["012", "02", "102", "20", "201", "210"];
        let mut expected: Vec<String> = inside.iter().flat_map(|s| [format!("{s}3"), format!("3{s}")]).collect();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_chained_occurrence_waits_for_the_earlier_one() {
        let mut plan = plan(Block::Interleaved(vec![step(0), step(1), step(2)]));
        plan.chains.push((OccurrenceId(0), OccurrenceId(2)));
        assert_eq!(orderings(&plan), ["012", "021", "102"]);
    }
}
