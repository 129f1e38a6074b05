//! A runbook's lists as far as they can be edited: units that stay whole, in lists.
//!
//! In: whoever reads the document says which steps are one unit and how units stand in lists. Out: the plan of an outline,
//! before and after edits. A unit is one step, or several that no edit takes apart (under an `if`, a choice, …).
//! Text of the document is unknown here: lists and units are numbers.

use crate::system::{Block, Guard, Occurrence, OccurrenceId, Plan, StepId, StepSet};

/// Index into [`Outline::units`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitId(pub u32);

impl UnitId {
    /// For indexing.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What stays whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its steps; None for text without any.
    pub block: Option<Block>,
    /// Whether it may be left out.
    pub deletable: bool,
    /// Whether it may be moved, put in an order or, where it is optional, be made one that is not.
    pub movable: bool,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A unit.
    Unit(UnitId),
    /// A list in an item of its own.
    List(List),
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Which list of the document; None where an edit made it.
    pub origin: Option<u32>,
    /// Numbered: its parts in this order. Bulleted: in any order.
    pub ordered: bool,
    /// Whether parts may be put in, taken out and put in an order.
    pub open: bool,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// The lists of a runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// How many occurrences the plan of the document has.
    pub occurrences: usize,
    /// What stays whole, those that an edit put in last.
    pub units: Vec<Unit>,
    /// The step of each occurrence that an edit put in, in order.
    pub inserted: Vec<StepId>,
    /// The lists of the top level, which are done one after the other, as one numbered list.
    pub root: List,
}

impl List {
    /// The list and all lists in it, outer ones first.
    pub fn lists(&self) -> Vec<&List> {
        let mut all = vec![self];
        for part in &self.parts {
            if let Part::List(list) = part {
                all.extend(list.lists());
            }
        }
        all
    }

    /// The units in the order of the document.
    pub fn units(&self) -> Vec<UnitId> {
        let mut all = Vec::new();
        for part in &self.parts {
            match part {
                Part::Unit(unit) => all.push(*unit),
                Part::List(list) => all.extend(list.units()),
            }
        }
        all
    }

    /// The list, or one in it, of this origin.
    pub fn find(&self, origin: u32) -> Option<&List> {
        self.lists().into_iter().find(|list| list.origin == Some(origin))
    }

    /// The same, to change it.
    pub fn find_mut(&mut self, origin: u32) -> Option<&mut List> {
        if self.origin == Some(origin) {
            return Some(self);
        }
        self.parts.iter_mut().find_map(|part| match part {
            Part::List(list) => list.find_mut(origin),
            Part::Unit(_) => None,
        })
    }
}

impl Part {
    /// The units in it.
    pub fn units(&self) -> Vec<UnitId> {
        match self {
            Part::Unit(unit) => vec![*unit],
            Part::List(list) => list.units(),
        }
    }
}

impl Outline {
    /// The steps of a unit.
    pub fn steps(&self, unit: UnitId) -> StepSet {
        self.units[unit.index()].block.as_ref().map(Block::steps).unwrap_or_default()
    }

    /// The steps of a part.
    pub fn steps_of(&self, part: &Part) -> StepSet {
        part.units().into_iter().fold(StepSet::default(), |all, unit| all.union(self.steps(unit)))
    }

    /// The plan: that of the document, with these lists instead of its own; and for each of its occurrences, which it is
    /// in this outline.
    pub fn plan(&self, base: &Plan) -> (Plan, Vec<OccurrenceId>) {
        let mut occurrences: Vec<Occurrence> = base.occurrences.clone();
        occurrences.extend(self.inserted.iter().zip(1..).map(|(step, number)| Occurrence {
            label: format!("inserted {number}"),
            step: *step,
            guards: Vec::new(),
            line: 0,
        }));
        let guards: Vec<Guard> = base.guards.clone();
        let root = self.block(&self.root).unwrap_or(Block::Sequence(Vec::new()));
        let mut plan = Plan { occurrences, root, guards, chains: Vec::new(), retries: base.retries.clone() };
        let within = |(a, b): &&(OccurrenceId, OccurrenceId)| {
            let units = self.root.units();
            units.into_iter().map(|unit| self.steps(unit)).any(|steps| steps.contains(*a) && steps.contains(*b))
        };
        plan.chains = base.chains.iter().filter(within).copied().collect();
        for list in self.root.lists().into_iter().filter(|list| !list.ordered) {
            self.chain(list, &mut plan);
        }
        renumbered(plan)
    }

    fn block(&self, list: &List) -> Option<Block> {
        let mut blocks = Vec::new();
        for part in &list.parts {
            let block = match part {
                Part::Unit(unit) => self.units[unit.index()].block.clone(),
                Part::List(list) => self.block(list),
            };
            match block {
                Some(Block::Sequence(inner)) if list.ordered => blocks.extend(inner),
                Some(Block::Interleaved(inner)) if !list.ordered => blocks.extend(inner),
                other => blocks.extend(other),
            }
        }
        match blocks.len() {
            0 | 1 => blocks.pop(),
            _ if list.ordered => Some(Block::Sequence(blocks)),
            _ => Some(Block::Interleaved(blocks)),
        }
    }

    /// Chains the equal single steps of a bulleted list, the earlier in the document first.
    fn chain(&self, list: &List, plan: &mut Plan) {
        let mut last: Vec<(OccurrenceId, bool)> = Vec::new();
        for part in &list.parts {
            let Part::Unit(unit) = part else { continue };
            let (id, optional) = match &self.units[unit.index()].block {
                Some(Block::Step(id)) => (*id, false),
                Some(Block::Optional(inner)) => match **inner {
                    Block::Step(id) => (id, true),
                    _ => continue,
                },
                _ => continue,
            };
            let occurrences = &plan.occurrences;
            let same = |(other, other_optional): &&mut (OccurrenceId, bool)| {
                let [one, two] = [*other, id].map(|id| &occurrences[id.0 as usize]);
                *other_optional == optional && one.step == two.step && one.guards == two.guards
            };
            match last.iter_mut().find(same) {
                Some(earlier) => {
                    plan.chains.push((earlier.0, id));
                    earlier.0 = id;
                }
                None => last.push((id, optional)),
            }
        }
    }
}

/// A plan without the occurrences that its tree does not have; and which each of the others was.
fn renumbered(plan: Plan) -> (Plan, Vec<OccurrenceId>) {
    let steps = plan.root.steps();
    let ids = || (0..).map(OccurrenceId).take(plan.occurrences.len());
    let was: Vec<OccurrenceId> = ids().filter(|id| steps.contains(*id)).collect();
    let number = |id: &OccurrenceId| was.binary_search(id).ok().map(place);
    let both = |(earlier, later): &(OccurrenceId, OccurrenceId)| number(earlier).zip(number(later));
    let guard = |guard: &Guard| Guard {
        steps: ids().filter(|id| guard.steps.contains(*id)).filter_map(|id| number(&id)).collect(),
        ..guard.clone()
    };
    let plan = Plan {
        occurrences: was.iter().map(|id| plan.occurrences[id.0 as usize].clone()).collect(),
        root: with_numbers(&plan.root, &|id| number(&id).expect("the tree has it")),
        guards: plan.guards.iter().map(guard).collect(),
        chains: plan.chains.iter().filter_map(both).collect(),
        retries: plan.retries.restricted(|id| number(&id)),
    };
    (plan, was)
}

fn place(at: usize) -> OccurrenceId {
    OccurrenceId(u32::try_from(at).expect("limited"))
}

fn with_numbers(block: &Block, number: &impl Fn(OccurrenceId) -> OccurrenceId) -> Block {
    let all = |blocks: &[Block]| blocks.iter().map(|block| with_numbers(block, number)).collect();
    match block {
        Block::Step(id) => Block::Step(number(*id)),
        Block::Optional(inner) => Block::Optional(Box::new(with_numbers(inner, number))),
        Block::Undivided(inner) => Block::Undivided(Box::new(with_numbers(inner, number))),
        Block::Sequence(blocks) => Block::Sequence(all(blocks)),
        Block::Interleaved(blocks) => Block::Interleaved(all(blocks)),
        Block::Either(blocks) => Block::Either(all(blocks)),
    }
}

/// The part of a tree of blocks that has these steps, with what is around all of their neighbours left out.
pub fn restricted(block: &Block, steps: StepSet) -> Option<Block> {
    let children =
        |blocks: &[Block]| -> Vec<Block> { blocks.iter().filter_map(|block| restricted(block, steps)).collect() };
    let joined = |mut blocks: Vec<Block>, join: fn(Vec<Block>) -> Block| match blocks.len() {
        0 | 1 => blocks.pop(),
        _ => Some(join(blocks)),
    };
    match block {
        Block::Step(id) => steps.contains(*id).then_some(Block::Step(*id)),
        Block::Optional(inner) => restricted(inner, steps).map(|inner| Block::Optional(Box::new(inner))),
        Block::Undivided(inner) => restricted(inner, steps).map(|inner| Block::Undivided(Box::new(inner))),
        Block::Sequence(blocks) => joined(children(blocks), Block::Sequence),
        Block::Interleaved(blocks) => joined(children(blocks), Block::Interleaved),
        Block::Either(blocks) => joined(children(blocks), Block::Either),
    }
}

/// The first ordering of a block alone, in the order of the document.
pub fn first_ordering(block: &Block, base: &Plan) -> Vec<OccurrenceId> {
    // What comes before the block is done: chains to it hold.
    let steps = block.steps();
    let chains = base.chains.iter().filter(|(earlier, _)| steps.contains(*earlier)).copied().collect();
    let plan = Plan { root: block.clone(), chains, ..base.clone() };
    let (mut ordering, mut position) = (Vec::new(), plan.start());
    while !plan.may_end(position) {
        let Some((id, after)) = plan.next(position).into_iter().next() else { break };
        ordering.push(id);
        position = after;
    }
    ordering
}
