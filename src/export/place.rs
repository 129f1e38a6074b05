//! Which step may come next, as conditions on which steps are done.
//!
//! In: a plan. Out: for each occurrence when it may come and what is done after it, and when an ordering may end: what
//! [`Plan::next`] and [`Plan::may_end`] compute, as expressions over one flag for each occurrence and one variable for the
//! undivided block that was begun last. They hold for positions that can be reached; there a sequence is done from its
//! beginning, so that only the last step that cannot be left out has to be asked for.

use super::model::{Expr, Update, Value, Var};
use crate::base::{Limit, Tally};
use crate::system::{Block, Course, OccurrenceId, Plan, StepSet};

/// The variables of a plan's positions.
pub struct Place<'p> {
    plan: &'p Plan,
    /// For each occurrence, the flag that says it is done, or left out for good.
    pub done: Vec<Var>,
    /// The number of the undivided block that is open, where there are any.
    pub open: Option<Var>,
    /// The undivided blocks, in the order of their numbers, each with those around it, innermost first.
    undivided: Vec<(&'p Block, Vec<usize>)>,
    /// Positions from which an occurrence leads where nothing can be completed.
    dead: Vec<(StepSet, u32, OccurrenceId)>,
}

/// What lies on the way from the root to a step.
enum Link<'p> {
    /// In a list in order, and which child.
    Sequence(&'p [Block], usize),
    /// One of several.
    Either(&'p [Block], usize),
}

impl<'p> Place<'p> {
    /// For a plan; `first` is the number that its first variable gets.
    ///
    /// # Errors
    /// The limit that was hit: where some steps are undivided and others chained, all positions are walked.
    pub fn of(plan: &'p Plan, first: Var, tally: &mut Tally) -> Result<Place<'p>, Limit> {
        let mut undivided = Vec::new();
        number(&plan.root, &mut Vec::new(), &mut undivided);
        let steps = plan.occurrences.len();
        let mut place = Place {
            plan,
            done: (first..first + steps).collect(),
            open: (!undivided.is_empty()).then_some(first + steps),
            undivided,
            dead: Vec::new(),
        };
        if place.open.is_some() && !plan.chains.is_empty() {
            place.find_dead(tally)?;
        }
        Ok(place)
    }

    fn find_dead(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        let course = Course::of(self.plan, tally)?;
        for at in 0..u32::try_from(course.len()).expect("positions are bounded by memory far below u32::MAX") {
            tally.check()?;
            if !course.may_end(at) && course.next(at).is_empty() {
                continue;
            }
            let position = course.position(at);
            for (id, _) in self.plan.next(position) {
                if course.next(at).iter().all(|(kept, _)| *kept != id) {
                    self.dead.push((position.done, position.open, id));
                }
            }
        }
        Ok(())
    }

    /// How many undivided blocks there are.
    pub fn blocks(&self) -> usize {
        self.undivided.len()
    }

    /// Whether an occurrence is done, or left out for good.
    pub fn is_done(&self, id: OccurrenceId) -> Expr {
        Expr::flag(self.done[id.0 as usize])
    }

    fn touched(&self, block: &Block) -> Expr {
        Expr::any(block.steps().iter().map(|id| self.is_done(id)))
    }

    /// Whether an ordering may end.
    pub fn may_end(&self) -> Expr {
        self.block_may_end(&self.plan.root)
    }

    fn block_may_end(&self, block: &Block) -> Expr {
        match block {
            Block::Step(id) => self.is_done(*id),
            Block::Undivided(inner) => self.block_may_end(inner),
            Block::Optional(inner) => Expr::any([self.touched(inner).negated(), self.block_may_end(inner)]),
            Block::Sequence(children) => self.all_may_end(children),
            Block::Interleaved(children) => Expr::all(children.iter().map(|child| self.block_may_end(child))),
            Block::Either(children) => {
                // What was not chosen counts as done once another branch was.
                let ended = Expr::all(children.iter().map(|child| self.block_may_end(child)));
                let untouched = children.iter().any(may_be_left_out).then(|| self.touched(block).negated());
                Expr::any(std::iter::once(ended).chain(untouched))
            }
        }
    }

    /// Whether everything in the first children of a sequence may end: from the last one that cannot be left out on.
    fn all_may_end(&self, children: &[Block]) -> Expr {
        let first = children.iter().rposition(|child| !may_be_left_out(child)).unwrap_or(0);
        Expr::all(children[first..].iter().map(|child| self.block_may_end(child)))
    }

    /// Whether an occurrence may come next. Of a choice nothing is said: what was not chosen counts as done.
    pub fn next(&self, id: OccurrenceId) -> Expr {
        let mut parts = vec![self.is_done(id).negated()];
        for link in way(&self.plan.root, id) {
            if let Link::Sequence(children, at) = link {
                parts.push(self.all_may_end(&children[..at]));
            }
        }
        let chained = self.plan.chains.iter().filter(|(_, later)| *later == id);
        parts.extend(chained.map(|(earlier, _)| self.is_done(*earlier)));
        for (number, (block, around)) in self.undivided.iter().enumerate() {
            if block.steps().contains(id) {
                continue;
            }
            let outside = |at: &&usize| !self.undivided[**at].0.steps().contains(id);
            let left = std::iter::once(&number).chain(around).take_while(outside);
            let left = Expr::all(left.map(|at| self.block_may_end(self.undivided[*at].0)));
            parts.push(Expr::any([self.is_open(number).negated(), left]));
        }
        for (done, open, _) in self.dead.iter().filter(|(.., dead)| *dead == id) {
            let flags = (0..).map(OccurrenceId).zip(&self.done);
            let same = flags.map(|(id, var)| Expr::is(*var, Value::from(done.contains(id))));
            let open = self.open.map(|var| Expr::is(var, number_of(*open as usize)));
            parts.push(Expr::all(same.chain(open)).negated());
        }
        Expr::all(parts)
    }

    fn is_open(&self, number: usize) -> Expr {
        self.open.map_or(Expr::Constant(false), |open| Expr::is(open, number_of(number + 1)))
    }

    /// Whether an occurrence is done, or left out for good, once `leaf` is done.
    fn done_after(&self, leaf: OccurrenceId, id: OccurrenceId) -> Expr {
        let overtaken = way(&self.plan.root, leaf).into_iter().any(|link| match link {
            Link::Sequence(children, at) => children[..at].iter().any(|child| child.steps().contains(id)),
            Link::Either(children, at) => {
                let mut others = children.iter().enumerate().filter(|(other, _)| *other != at);
                others.any(|(_, child)| child.steps().contains(id))
            }
        });
        if id == leaf || overtaken {
            return Expr::YES;
        }
        let left = self.undivided.iter().map(|(block, _)| block);
        let left = left.filter(|block| block.steps().contains(id) && !block.steps().contains(leaf));
        Expr::any(std::iter::once(self.is_done(id)).chain(left.map(|block| self.touched(block))))
    }

    /// Whether all of some occurrences are done, or left out for good, once `leaf` is done.
    pub fn all_done_after(&self, leaf: OccurrenceId, steps: StepSet) -> Expr {
        Expr::all(steps.iter().map(|id| self.done_after(leaf, id)))
    }

    /// Whether all of some occurrences are done, or left out for good.
    pub fn all_done(&self, steps: StepSet) -> Expr {
        Expr::all(steps.iter().map(|id| self.is_done(id)))
    }

    /// Whether any of some occurrences is done.
    pub fn any_done(&self, steps: StepSet) -> Expr {
        Expr::any(steps.iter().map(|id| self.is_done(id)))
    }

    /// What an occurrence changes.
    pub fn updates(&self, leaf: OccurrenceId) -> Vec<Update> {
        let mut updates = Vec::new();
        for (id, var) in (0..).map(OccurrenceId).zip(&self.done) {
            match self.done_after(leaf, id) {
                Expr::Constant(true) => updates.push(Update::always(*var, 1)),
                same if same == self.is_done(id) => {}
                when => updates.push(Update::when(when, *var, 1)),
            }
        }
        let Some(open) = self.open else { return updates };
        // Innermost first: the first that is not full is open.
        let mut around: Vec<usize> =
            (0..self.undivided.len()).filter(|at| self.undivided[*at].0.steps().contains(leaf)).collect();
        around.sort_by_key(|at| std::cmp::Reverse(self.undivided[*at].1.len()));
        let mut inner_full = Expr::YES;
        for at in around {
            let full = self.all_done_after(leaf, self.undivided[at].0.steps());
            let when = Expr::all([inner_full.clone(), full.clone().negated()]);
            if when != Expr::Constant(false) {
                updates.push(Update::when(when, open, number_of(at + 1)));
            }
            inner_full = Expr::all([inner_full, full]);
        }
        if inner_full != Expr::Constant(false) {
            updates.push(Update::when(inner_full, open, 0));
        }
        updates
    }
}

fn number_of(block: usize) -> Value {
    Value::try_from(block).expect("a runbook has fewer blocks than u16::MAX")
}

/// Whether a block of which nothing is done may end.
fn may_be_left_out(block: &Block) -> bool {
    block.may_end(StepSet::default())
}

fn number<'p>(block: &'p Block, around: &mut Vec<usize>, found: &mut Vec<(&'p Block, Vec<usize>)>) {
    let mark = around.len();
    match block {
        Block::Step(_) => {}
        Block::Optional(inner) => number(inner, around, found),
        Block::Undivided(inner) => {
            let innermost_first = around.iter().rev().copied().collect();
            around.push(found.len());
            found.push((block, innermost_first));
            number(inner, around, found);
        }
        Block::Sequence(children) | Block::Interleaved(children) | Block::Either(children) => {
            children.iter().for_each(|child| number(child, around, found));
        }
    }
    around.truncate(mark);
}

/// The sequences and choices around a step, outermost first.
fn way(root: &Block, id: OccurrenceId) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    let mut block = root;
    loop {
        let (children, ordered) = match block {
            Block::Step(_) => return links,
            Block::Optional(inner) | Block::Undivided(inner) => {
                block = inner;
                continue;
            }
            Block::Sequence(children) => (children, Some(true)),
            Block::Either(children) => (children, Some(false)),
            Block::Interleaved(children) => (children, None),
        };
        let Some(at) = children.iter().position(|child| child.steps().contains(id)) else { return links };
        match ordered {
            Some(true) => links.push(Link::Sequence(children, at)),
            Some(false) => links.push(Link::Either(children, at)),
            None => {}
        }
        block = &children[at];
    }
}
