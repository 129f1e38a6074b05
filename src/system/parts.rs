//! The parts of a system that have nothing to do with each other.
//!
//! In: a system. Out: its [`SystemPart`]s, each a system of its own on the same layout: no variable, no order of steps, no `if` and no drill is shared, every condition that
//! must hold lies in one part, and each part may start in any of its states whatever the others start in. So a run of the whole is
//! a run of each part, put together, and any runs of the parts can be.
//!
//! A system is not taken apart (there are no parts) where that would not be so:
//! - where it is one part;
//! - where a fault may strike an ordered procedure: it strikes before any step, also of another part, so the other steps are part of what happens to its part;
//! - where nothing may come between the steps of an undivided block: the steps of other parts do not either;
//! - where a condition or a write cuts a variable, or a reaction reads none.

use super::fields::Fields;
use super::{
    Action, ActionId, Block, Condition, Drill, Occurrence, OccurrenceId, Outcome, Part, Plan, Predicate, Procedure,
    State, Step, StepId, StepSet, System,
};
use crate::base::{Limit, Tally};
use std::collections::BTreeSet;

/// A part of a system, and what its numbers are in the whole.
#[derive(Clone, Debug)]
pub struct SystemPart {
    /// The part.
    pub system: System,
    /// For a world alone, the whole's number of each step.
    pub steps: Vec<StepId>,
    /// The whole's number of each reaction.
    pub reactions: Vec<ActionId>,
    /// The whole's number of each fault.
    pub faults: Vec<ActionId>,
    /// For an ordered procedure, the whole's number of each occurrence.
    pub occurrences: Vec<OccurrenceId>,
    /// The bits of a state that are this part's.
    pub mask: State,
}

impl SystemPart {
    /// A state of the whole, as far as it is this part's.
    pub fn own(&self, state: &State) -> State {
        std::array::from_fn(|word| state[word] & self.mask[word])
    }
}

/// Sets of things that grow together: fields first, then occurrences.
struct Joined(Vec<usize>);

impl Joined {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, things: &[usize]) {
        for pair in things.windows(2) {
            let [one, other] = [self.root(pair[0]), self.root(pair[1])];
            self.0[one.max(other)] = one.min(other);
        }
    }
}

/// A system that is taken apart.
struct Cut<'s> {
    system: &'s System,
    fields: Fields,
    joined: Joined,
    /// The bits that are told apart.
    told_apart: State,
}

impl System {
    /// The parts, in the order of their first variable (or, where they have none, step); none where the system is one part. Linear in the
    /// system, but for initial states that have to be compared.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn parts(&self, tally: &mut Tally) -> Result<Vec<SystemPart>, Limit> {
        let Some(mut cut) = Cut::of(self) else { return Ok(Vec::new()) };
        cut.part_starts(tally)?;
        cut.taken_apart(tally)
    }
}

impl<'s> Cut<'s> {
    fn of(system: &'s System) -> Option<Cut<'s>> {
        let fields = Fields::of(system)?;
        let (occurrences, told_apart) = match &system.procedure {
            Procedure::Ordered(plan)
                if system.faults.is_empty() && plan.retries.loops.is_empty() && !has_undivided(&plan.root) =>
            {
                (plan.occurrences.len(), system.relevant())
            }
            Procedure::Ordered(_) => return None,
            Procedure::Free => (0, [u64::MAX; super::MAX_WORDS]),
        };
        let joined = Joined((0..fields.count() + occurrences).collect());
        let mut cut = Cut { system, fields, joined, told_apart };
        for reaction in &system.reactions {
            let own = cut.of_action(reaction)?;
            cut.joined.join(&own);
            if own.is_empty() {
                return None;
            }
        }
        for fault in &system.faults {
            let own = cut.of_action(&fault.action)?;
            cut.joined.join(&own);
        }
        cut.join_kept(&system.always)?;
        match &system.procedure {
            // A world alone has no end.
            Procedure::Free => {
                for step in &system.steps {
                    let own = cut.of_step(step)?;
                    cut.joined.join(&own);
                }
            }
            Procedure::Ordered(plan) => {
                cut.join_kept(&system.health)?;
                for drill in &system.drills {
                    let own = cut.of_drill(drill)?;
                    if own.is_empty() {
                        return None;
                    }
                    cut.joined.join(&own);
                }
                cut.join_plan(plan)?;
            }
        }
        Some(cut)
    }

    fn join_kept(&mut self, conditions: &[Condition]) -> Option<()> {
        for part in conditions.iter().flat_map(|condition| &condition.parts) {
            for conjunct in self.conjuncts(&part.predicate) {
                let own = self.of_predicate(&conjunct)?;
                if own.is_empty() && conjunct != Predicate::Constant(true) {
                    return None;
                }
                self.joined.join(&own);
            }
        }
        Some(())
    }

    /// What must all hold for a condition to hold, as small as it gets.
    fn conjuncts(&self, predicate: &Predicate) -> Vec<Predicate> {
        match predicate {
            Predicate::All(parts) => parts.iter().flat_map(|part| self.conjuncts(part)).collect(),
            Predicate::Masked { word, mask, value } if value & !mask == 0 => {
                let fields = self.fields.within(*word, *mask).filter(|fields| !fields.is_empty());
                let single = |number: u16| {
                    let mask = self.fields.get(number).mask();
                    Predicate::Masked { word: *word, mask, value: value & mask }
                };
                fields.map_or(vec![predicate.clone()], |fields| fields.into_iter().map(single).collect())
            }
            other => vec![other.clone()],
        }
    }

    fn join_plan(&mut self, plan: &Plan) -> Option<()> {
        for (id, occurrence) in (0..).map(OccurrenceId).zip(&plan.occurrences) {
            let mut own = self.of_step(&self.system.steps[occurrence.step.0 as usize])?;
            own.push(self.place(id));
            self.joined.join(&own);
        }
        for guard in &plan.guards {
            let mut own = self.of_predicate(&guard.when)?;
            own.extend(guard.steps.iter().map(|id| self.place(id)));
            if let Some(memory) = guard.memory {
                own.push(usize::from(self.fields.number(memory)?));
            }
            self.joined.join(&own);
        }
        for (earlier, later) in &plan.chains {
            let pair = [self.place(*earlier), self.place(*later)];
            self.joined.join(&pair);
        }
        self.join_block(&plan.root);
        Some(())
    }

    /// What stands in a list in any order is in no order with the rest of the list.
    fn join_block(&mut self, block: &Block) {
        if let Block::Interleaved(children) = block {
            children.iter().for_each(|child| self.join_block(child));
        } else {
            let own: Vec<usize> = block.steps().iter().map(|id| self.place(id)).collect();
            self.joined.join(&own);
        }
    }

    fn place(&self, id: OccurrenceId) -> usize {
        self.fields.count() + id.0 as usize
    }

    fn of_predicate(&self, predicate: &Predicate) -> Option<Vec<usize>> {
        let mut read = Vec::new();
        self.fields.read(predicate, &mut read)?;
        Some(read.into_iter().map(usize::from).collect())
    }

    fn of_conditions<'c>(&self, conditions: impl IntoIterator<Item = &'c Condition>) -> Option<Vec<usize>> {
        let mut own = Vec::new();
        for part in conditions.into_iter().flat_map(|condition| &condition.parts) {
            own.extend(self.of_predicate(&part.predicate)?);
        }
        Some(own)
    }

    fn of_outcome(&self, outcome: &Outcome) -> Option<Vec<usize>> {
        let mut own = self.of_predicate(&outcome.when)?;
        for assign in &outcome.assigns {
            own.extend(self.of_predicate(&assign.when)?);
            own.extend(self.fields.within(assign.word, assign.mask)?.into_iter().map(usize::from));
        }
        Some(own)
    }

    fn of_action(&self, action: &Action) -> Option<Vec<usize>> {
        let mut own = self.of_predicate(&action.when)?;
        for outcome in &action.outcomes {
            own.extend(self.of_outcome(outcome)?);
        }
        Some(own)
    }

    fn of_step(&self, step: &Step) -> Option<Vec<usize>> {
        let mut own = self.of_conditions(&step.needs)?;
        for outcome in step.phases.iter().flat_map(|phase| &phase.outcomes) {
            own.extend(self.of_outcome(outcome)?);
        }
        Some(own)
    }

    fn of_drill(&self, drill: &Drill) -> Option<Vec<usize>> {
        let mut own = self.of_conditions(std::iter::once(&drill.expect).chain(&drill.expect_after))?;
        for step in drill.act.iter().chain(&drill.then) {
            own.extend(self.of_step(step)?);
        }
        Some(own)
    }

    /// The distinct initial states, as far as bits are told apart and are in the mask.
    fn starts(&self, mask: &State) -> BTreeSet<State> {
        let shorn = |state: &State| std::array::from_fn(|word| state[word] & mask[word] & self.told_apart[word]);
        self.system.initial.iter().map(shorn).collect()
    }

    /// Parts that do not start independently of each other are one.
    fn part_starts(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        let mut several: Vec<(usize, usize)> = Vec::new();
        for (root, things) in self.sets() {
            tally.check()?;
            let starts = self.starts(&self.mask(&things)).len();
            if starts > 1 {
                several.push((root, starts));
            }
        }
        let all = self.starts(&[u64::MAX; super::MAX_WORDS]).len();
        let product = several.iter().try_fold(1usize, |product, (_, starts)| product.checked_mul(*starts));
        if product != Some(all) {
            let roots: Vec<usize> = several.into_iter().map(|(root, _)| root).collect();
            self.joined.join(&roots);
        }
        Ok(())
    }

    /// What belongs together, by its smallest member.
    fn sets(&mut self) -> Vec<(usize, Vec<usize>)> {
        let mut sets: Vec<(usize, Vec<usize>)> = Vec::new();
        for thing in 0..self.joined.0.len() {
            let root = self.joined.root(thing);
            // The root is the smallest member, so it comes first.
            match sets.binary_search_by_key(&root, |(root, _)| *root) {
                Ok(at) => sets[at].1.push(thing),
                Err(at) => sets.insert(at, (root, vec![thing])),
            }
        }
        sets
    }

    fn mask(&self, things: &[usize]) -> State {
        let fields = things.iter().filter(|thing| **thing < self.fields.count());
        self.fields.mask(fields.map(|thing| u16::try_from(*thing).expect("fields are few")))
    }

    fn taken_apart(mut self, tally: &mut Tally) -> Result<Vec<SystemPart>, Limit> {
        let sets = self.sets();
        let mut parts = Vec::new();
        if sets.len() < 2 {
            return Ok(parts);
        }
        for (number, (_, things)) in sets.iter().enumerate() {
            tally.check()?;
            parts.push(self.part(things, number == 0));
        }
        Ok(parts)
    }

    /// One part; the first has also what reads and writes nothing.
    fn part(&self, things: &[usize], first: bool) -> SystemPart {
        let system = self.system;
        let mask = self.mask(things);
        let inside = |own: Option<Vec<usize>>| match own.as_deref() {
            Some([thing, ..]) => things.binary_search(thing).is_ok(),
            _ => first,
        };
        let conditions = |conditions: &[Condition]| -> Vec<Condition> {
            let kept = |part: &Part| {
                let own = self.conjuncts(&part.predicate).into_iter().filter(|what| inside(self.of_predicate(what)));
                Part { predicate: Predicate::All(own.collect()), ..part.clone() }
            };
            let some = |condition: &Condition| Condition {
                parts: condition.parts.iter().map(kept).collect(),
                ..condition.clone()
            };
            conditions.iter().map(some).collect()
        };
        let mut part = SystemPart {
            system: System {
                layout: system.layout.clone(),
                initial: self.starts(&mask).into_iter().collect(),
                steps: Vec::new(),
                reactions: Vec::new(),
                faults: Vec::new(),
                procedure: Procedure::Free,
                always: conditions(&system.always),
                health: conditions(&system.health),
                drills: system.drills.iter().filter(|drill| inside(self.of_drill(drill))).cloned().collect(),
                claims: Vec::new(),
                origins: system.origins.clone(),
            },
            steps: Vec::new(),
            reactions: Vec::new(),
            faults: Vec::new(),
            occurrences: Vec::new(),
            mask,
        };
        for (id, reaction) in (0..).map(ActionId).zip(&system.reactions) {
            if inside(self.of_action(reaction)) {
                part.reactions.push(id);
                part.system.reactions.push(reaction.clone());
            }
        }
        for (id, fault) in (0..).map(ActionId).zip(&system.faults) {
            if inside(self.of_action(&fault.action)) {
                part.faults.push(id);
                part.system.faults.push(fault.clone());
            }
        }
        match &system.procedure {
            Procedure::Free => {
                for (id, step) in (0..).map(StepId).zip(&system.steps) {
                    if inside(self.of_step(step)) {
                        part.steps.push(id);
                        part.system.steps.push(step.clone());
                    }
                }
            }
            Procedure::Ordered(plan) => {
                part.occurrences = things.iter().filter_map(|thing| self.occurrence(*thing)).collect();
                part.system.steps.clone_from(&system.steps);
                part.system.procedure = Procedure::Ordered(plan.restricted(&part.occurrences));
            }
        }
        part
    }

    fn occurrence(&self, thing: usize) -> Option<OccurrenceId> {
        thing.checked_sub(self.fields.count()).and_then(|id| u32::try_from(id).ok()).map(OccurrenceId)
    }
}

impl Plan {
    /// What is left of a plan where some occurrences alone are; they get new numbers, from zero in this order.
    pub fn restricted(&self, kept: &[OccurrenceId]) -> Plan {
        let number = |id: OccurrenceId| {
            let at = kept.iter().position(|other| *other == id)?;
            u32::try_from(at).ok().map(OccurrenceId)
        };
        let steps = |steps: StepSet| steps.iter().filter_map(number).collect();
        let occurrence = |id: &OccurrenceId| -> Occurrence { self.occurrences[id.0 as usize].clone() };
        let chains = self.chains.iter().filter_map(|(earlier, later)| Some((number(*earlier)?, number(*later)?)));
        let guard = |guard: &super::Guard| super::Guard { steps: steps(guard.steps), ..guard.clone() };
        Plan {
            occurrences: kept.iter().map(occurrence).collect(),
            root: restricted(&self.root, &number).unwrap_or(Block::Interleaved(Vec::new())),
            guards: self.guards.iter().map(guard).collect(),
            chains: chains.collect(),
            retries: self.retries.restricted(number),
        }
    }
}

fn restricted(block: &Block, number: &impl Fn(OccurrenceId) -> Option<OccurrenceId>) -> Option<Block> {
    let several = |children: &[Block]| {
        let left: Vec<Block> = children.iter().filter_map(|child| restricted(child, number)).collect();
        (!left.is_empty()).then_some(left)
    };
    Some(match block {
        Block::Step(id) => Block::Step(number(*id)?),
        Block::Optional(inner) => Block::Optional(Box::new(restricted(inner, number)?)),
        Block::Undivided(inner) => Block::Undivided(Box::new(restricted(inner, number)?)),
        Block::Sequence(children) => Block::Sequence(several(children)?),
        Block::Interleaved(children) => Block::Interleaved(several(children)?),
        Block::Either(children) => Block::Either(several(children)?),
    })
}

fn has_undivided(block: &Block) -> bool {
    match block {
        Block::Step(_) => false,
        Block::Undivided(inner) => inner.steps().len() > 1 || has_undivided(inner),
        Block::Optional(inner) => has_undivided(inner),
        Block::Sequence(children) | Block::Interleaved(children) | Block::Either(children) => {
            children.iter().any(has_undivided)
        }
    }
}
