//! A packed system as a plain case, so that the naive checker can follow what a world and a runbook were lowered to.

use super::{Case, Cond, Deed, Lap, Rounds, Trial, Way, World};
use runproof::system::{
    Action, Assign, Block, Compare, Condition, Fairness, OccurrenceId, Outcome, Predicate, Procedure, Slot, State,
    Step, System, VarId,
};

/// The fields of a layout that are variables of the case: not the memories of `if`s.
struct Fields(Vec<Field>);

struct Field {
    var: VarId,
    word: u8,
    shift: u8,
    bits: u8,
}

impl Field {
    /// The values whose bits under a mask are these.
    fn like(&self, var: usize, (mask, value): (u64, u64)) -> Option<Cond> {
        let all = (1u64 << self.bits) - 1;
        let (mask, value) = (mask >> self.shift & all, value >> self.shift & all);
        let fits = |it: &u8| u64::from(*it) & mask == value;
        (mask != 0).then(|| Cond::OneOf(var, (0..=all as u8).filter(fits).collect()))
    }
}

impl Fields {
    fn of(system: &System) -> Fields {
        let memories: Vec<VarId> = match &system.procedure {
            Procedure::Ordered(plan) => plan.guards.iter().filter_map(|guard| guard.memory).collect(),
            Procedure::Free => Vec::new(),
        };
        let slots = (0..).map(VarId).zip(&system.layout.slots);
        let fields = slots.filter(|(var, _)| !memories.contains(var)).filter_map(|(var, slot)| match slot {
            Slot::Field { word, shift, bits } => Some(Field { var, word: *word, shift: *shift, bits: *bits }),
            Slot::Constant(_) => None,
        });
        Fields(fields.collect())
    }

    fn at(&self, word: u8) -> impl Iterator<Item = (usize, &Field)> {
        self.0.iter().enumerate().filter(move |(_, field)| field.word == word)
    }

    fn cond(&self, predicate: &Predicate) -> Cond {
        match predicate {
            Predicate::Constant(true) => Cond::All(Vec::new()),
            Predicate::Constant(false) => Cond::Any(Vec::new()),
            Predicate::Masked { word, mask, value } => {
                let known = self.at(*word).fold(0, |all, (_, field)| all | ((1 << field.bits) - 1) << field.shift);
                assert_eq!(mask & !known, 0, "every bit that is read belongs to a variable");
                assert_eq!(value & !mask, 0, "no bit outside the mask is asked for");
                Cond::All(self.at(*word).filter_map(|(var, field)| field.like(var, (*mask, *value))).collect())
            }
            Predicate::Member { word, shift, bits, set } => {
                let field = self.at(*word).find(|(_, field)| (field.shift, field.bits) == (*shift, *bits));
                let (var, _) = field.expect("every set is one of values of a variable");
                Cond::OneOf(var, (0..64).filter(|value| set >> value & 1 == 1).collect())
            }
            Predicate::Sum { terms, compare, bound } => {
                let terms: Vec<(i64, Cond)> = terms.iter().map(|(weight, term)| (*weight, self.cond(term))).collect();
                let at_most = |bound: i64| Cond::AtMost(terms.clone(), bound);
                match compare {
                    Compare::AtMost => at_most(*bound),
                    Compare::Less => at_most(bound - 1),
                    Compare::Equal => Cond::All(vec![at_most(*bound), Cond::Not(Box::new(at_most(bound - 1)))]),
                }
            }
            Predicate::Not(inner) => Cond::Not(Box::new(self.cond(inner))),
            Predicate::All(parts) => Cond::All(parts.iter().map(|part| self.cond(part)).collect()),
            Predicate::Any(parts) => Cond::Any(parts.iter().map(|part| self.cond(part)).collect()),
        }
    }

    fn condition(&self, condition: &Condition) -> Cond {
        Cond::All(condition.parts.iter().map(|part| self.cond(&part.predicate)).collect())
    }

    fn sets(&self, assign: &Assign) -> Vec<(Cond, usize, u8)> {
        let mut all = Vec::new();
        for (var, field) in self.at(assign.word) {
            let whole = (1u64 << field.bits) - 1;
            let (mask, value) = (assign.mask >> field.shift & whole, assign.value >> field.shift & whole);
            if mask == whole {
                all.push((self.cond(&assign.when), var, value as u8));
            } else if mask != 0 {
                for old in 0..=whole {
                    let when = Cond::All(vec![self.cond(&assign.when), Cond::Is(var, old as u8)]);
                    all.push((when, var, (old & !mask | value) as u8));
                }
            }
        }
        all
    }

    /// `fails` is the event that stands for a step that fails, if that is one.
    fn ways(&self, outcomes: &[Outcome], fails: Option<u32>) -> Vec<Way> {
        let way = |outcome: &Outcome| Way {
            when: self.cond(&outcome.when),
            sets: outcome.assigns.iter().flat_map(|assign| self.sets(assign)).collect(),
            events: outcome.events.iter().map(|event| event.0).chain(fails.filter(|_| outcome.fails)).collect(),
        };
        outcomes.iter().map(way).collect()
    }

    fn deed(&self, step: &Step, fails: Option<u32>) -> Deed {
        Deed {
            needs: step.needs.iter().map(|need| self.condition(need)).collect(),
            phases: step.phases.iter().map(|phase| self.ways(&phase.outcomes, fails)).collect(),
        }
    }

    fn action(&self, action: &Action) -> (Cond, Vec<Way>) {
        (self.cond(&action.when), self.ways(&action.outcomes, None))
    }
}

fn without(block: &Block, rest: OccurrenceId) -> Option<Block> {
    let all = |blocks: &[Block]| blocks.iter().filter_map(|block| without(block, rest)).collect();
    Some(match block {
        Block::Step(id) if *id == rest => return None,
        Block::Step(id) => Block::Step(*id),
        Block::Sequence(blocks) => Block::Sequence(all(blocks)),
        Block::Interleaved(blocks) => Block::Interleaved(all(blocks)),
        Block::Either(blocks) => Block::Either(all(blocks)),
        Block::Optional(inner) => Block::Optional(Box::new(without(inner, rest)?)),
        Block::Undivided(inner) => Block::Undivided(Box::new(without(inner, rest)?)),
    })
}

/// A state as the naive checker has it: the variables of the case, in its order.
pub fn world_of(system: &System, state: &State) -> World {
    Fields::of(system).0.iter().map(|field| system.layout.get(state, field.var)).collect()
}

/// The variables of the system that are variables of the case, in its order.
pub fn variables(system: &System) -> Vec<VarId> {
    Fields::of(system).0.iter().map(|field| field.var).collect()
}

/// All steps of the system. `fails` is the event that stands for a step that fails, if that is one.
pub fn deeds(system: &System, fails: Option<u32>) -> Vec<Deed> {
    let fields = Fields::of(system);
    system.steps.iter().map(|step| fields.deed(step, fails)).collect()
}

/// The case of a runbook's system.
///
/// # Panics
/// If the system is a world alone.
pub fn case_of(system: &System, fails: Option<u32>) -> Case {
    let fields = Fields::of(system);
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a world alone is no case") };
    let rest = plan.retries.rest;
    let own = plan.occurrences.iter().enumerate().filter(|(at, _)| rest.is_none_or(|rest| rest.0 as usize != *at));
    let steps = |steps: &[Step]| steps.iter().map(|step| fields.deed(step, None)).collect();
    let faults = |slow: bool| system.faults.iter().filter(move |fault| fault.slow == slow);
    let guards = plan.guards.iter().map(|guard| {
        let steps = guard.steps.iter().map(|id| id.0).collect();
        (fields.cond(&guard.when), steps)
    });
    Case {
        sizes: fields.0.iter().map(|field| 1 << field.bits).collect(),
        initial: system.initial.iter().map(|state| world_of(system, state)).collect(),
        steps: own.map(|(_, occurrence)| fields.deed(&system.steps[occurrence.step.0 as usize], fails)).collect(),
        reactions: system.reactions.iter().map(|reaction| fields.action(reaction)).collect(),
        faults: faults(false).map(|fault| fields.action(&fault.action)).collect(),
        plan: rest.map_or(Some(plan.root.clone()), |rest| without(&plan.root, rest)).expect("it has other steps"),
        chains: plan.chains.iter().map(|(one, other)| (one.0, other.0)).collect(),
        guards: guards.collect(),
        always: system.always.iter().map(|always| fields.condition(always)).collect(),
        health: system.health.iter().map(|health| fields.condition(health)).collect(),
        drills: system
            .drills
            .iter()
            .map(|drill| Trial {
                act: steps(&drill.act),
                expect: fields.condition(&drill.expect),
                then: steps(&drill.then),
                expect_after: Cond::All(drill.expect_after.iter().map(|one| fields.condition(one)).collect()),
            })
            .collect(),
        rounds: Rounds {
            laps: plan
                .retries
                .loops
                .iter()
                .map(|lap| Lap {
                    body: lap.body.iter().map(|id| id.0).collect(),
                    until: fields.cond(&lap.until),
                    outer: lap.outer,
                })
                .collect(),
            slow: faults(true).map(|fault| fields.action(&fault.action)).collect(),
            any: plan.retries.fairness == Fairness::Any,
        },
    }
}
