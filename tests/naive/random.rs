//! Random cases out of random bytes, so that fewer and smaller bytes make a simpler case; and the packed form of a case.

use super::{Case, Cond, Deed, Lap, Trial, Way, leaves};
use runproof::system::{
    Action, Assign, Block, Claim, Compare, Condition, Drill, EventId, Fairness, Fault, Guard, GuardId, Layout, Loop,
    Occurrence, OccurrenceId, Order, Origins, Outcome, Part, Phase, Plan, Predicate, Procedure, Property, Quantifier,
    Retries, Slot, State, Step, StepId, System, VarId,
};

pub const EVENTS: u32 = 2;

/// Reads choices off a list of bytes; zero when it is used up.
pub struct Dice<'b>(pub std::slice::Iter<'b, u8>);

impl Dice<'_> {
    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % limit
    }

    /// True for one in `odds`.
    pub fn chance(&mut self, odds: usize) -> bool {
        self.below(odds) == odds - 1
    }

    pub fn cond(&mut self, sizes: &[u8], depth: usize) -> Cond {
        let var = self.below(sizes.len());
        let value = self.below(usize::from(sizes[var])) as u8;
        match self.below(if depth == 0 { 2 } else { 6 }) {
            0 => Cond::Is(var, value),
            1 => Cond::OneOf(var, (0..sizes[var]).filter(|other| *other != value).collect()),
            2 => Cond::Not(Box::new(self.cond(sizes, depth - 1))),
            3 => Cond::All(vec![self.cond(sizes, depth - 1), self.cond(sizes, depth - 1)]),
            4 => Cond::Any(vec![self.cond(sizes, depth - 1), self.cond(sizes, depth - 1)]),
            _ => {
                let terms = (0..3).map(|weight| (weight - 1, self.cond(sizes, 0))).collect();
                Cond::AtMost(terms, self.below(2) as i64)
            }
        }
    }

    /// Mostly no condition.
    pub(super) fn seldom(&mut self, sizes: &[u8], odds: usize) -> Cond {
        if self.chance(odds) { self.cond(sizes, 1) } else { Cond::All(Vec::new()) }
    }

    fn way(&mut self, sizes: &[u8]) -> Way {
        let when = self.seldom(sizes, 4);
        let mut sets: Vec<(Cond, usize, u8)> = Vec::new();
        for _ in 0..1 + self.below(2) {
            let var = self.below(sizes.len());
            let value = self.below(usize::from(sizes[var])) as u8;
            if sets.iter().all(|(_, other, _)| *other != var) {
                sets.push((self.seldom(sizes, 4), var, value));
            }
        }
        let events = if self.chance(5) { vec![self.below(EVENTS as usize) as u32] } else { Vec::new() };
        Way { when, sets, events }
    }

    pub(super) fn ways(&mut self, sizes: &[u8]) -> Vec<Way> {
        let count = if self.chance(4) { 2 } else { 1 };
        (0..count).map(|_| self.way(sizes)).collect()
    }

    pub fn deed(&mut self, sizes: &[u8]) -> Deed {
        let needs = if self.chance(5) { vec![self.cond(sizes, 1)] } else { Vec::new() };
        let phases = if self.chance(4) { 2 } else { 1 };
        Deed { needs, phases: (0..phases).map(|_| self.ways(sizes)).collect() }
    }

    pub(super) fn block(&mut self, ids: &[u32]) -> Block {
        if let [id] = ids {
            let step = Block::Step(OccurrenceId(*id));
            return if self.chance(6) { Block::Optional(Box::new(step)) } else { step };
        }
        let kind = self.below(9);
        if kind >= 7 {
            let inner = Box::new(self.block(ids));
            return if kind == 7 { Block::Optional(inner) } else { Block::Undivided(inner) };
        }
        let mut children = Vec::new();
        let mut rest = ids;
        while !rest.is_empty() {
            let most = if children.is_empty() { rest.len() - 1 } else { rest.len() };
            let (part, others) = rest.split_at(1 + self.below(most));
            children.push(self.block(part));
            rest = others;
        }
        match kind {
            0..=3 => Block::Interleaved(children),
            4 | 5 => Block::Sequence(children),
            _ => Block::Either(children),
        }
    }

    fn order(&mut self, steps: u32, depth: usize) -> Order {
        let mut id = || OccurrenceId(self.below(steps as usize) as u32);
        let (a, b) = (id(), id());
        match self.below(if depth == 0 { 2 } else { 6 }) {
            0 => Order::Before(a, b),
            1 => Order::RightAfter(a, b),
            2 => Order::Not(Box::new(self.order(steps, depth - 1))),
            3 => Order::All(vec![self.order(steps, depth - 1), self.order(steps, depth - 1)]),
            4 => Order::Any(vec![self.order(steps, depth - 1), self.order(steps, depth - 1)]),
            _ => Order::Constant(self.chance(3)),
        }
    }

    pub fn case(&mut self) -> Case {
        self.case_of(&[3, 4, 4, 5, 5, 5, 6])
    }

    /// A case with one of these numbers of steps.
    pub fn case_of(&mut self, steps: &[u32]) -> Case {
        let vars = 2 + self.below(3);
        let mut sizes: Vec<u8> = (0..vars).map(|_| 2 + self.below(2) as u8).collect();
        let steps = steps[self.below(steps.len())];
        let faults = self.chance(3);
        let starts = if self.chance(3) { 2 } else { 1 };
        let initial: Vec<Vec<u8>> =
            (0..starts).map(|_| sizes.iter().map(|size| self.below(usize::from(*size)) as u8).collect()).collect();
        let plan = self.block(&(0..steps).collect::<Vec<u32>>());
        let mut blocks = Vec::new();
        collect(&plan, &mut blocks);
        let mut guards: Vec<(Cond, Vec<u32>)> = Vec::new();
        while guards.len() < 3 && self.chance(3) {
            let block = blocks[self.below(blocks.len())];
            guards.push((self.cond(&sizes, 1), leaves(block)));
        }
        guards.sort_by_key(|(_, steps)| std::cmp::Reverse(steps.len()));
        let mut case = Case {
            initial,
            steps: (0..steps).map(|_| self.deed(&sizes)).collect(),
            reactions: Vec::new(),
            faults: Vec::new(),
            chains: if self.chance(3) { chains(&blocks) } else { Vec::new() },
            plan: plan.clone(),
            guards,
            always: if self.chance(3) { vec![Cond::Not(Box::new(self.cond(&sizes, 1)))] } else { Vec::new() },
            health: vec![self.cond(&sizes, 1)],
            drills: Vec::new(),
            rounds: Default::default(),
            sizes: Vec::new(),
        };
        for _ in 0..self.below(3) {
            let var = self.below(sizes.len());
            let from = self.below(usize::from(sizes[var])) as u8;
            let when = Cond::All(vec![Cond::Is(var, from), self.seldom(&sizes, 2)]);
            let mut ways = self.ways(&sizes);
            if !self.chance(8) {
                for way in &mut ways {
                    way.sets.retain(|(_, other, _)| *other != var);
                    way.sets.push((Cond::All(Vec::new()), var, (from + 1) % sizes[var]));
                }
            }
            case.reactions.push((when, ways));
        }
        if self.chance(3) {
            let [act, then] = [1, self.below(2)].map(|count| (0..count).map(|_| self.deed(&sizes)).collect());
            let [expect, expect_after] = [0, 1].map(|depth| self.cond(&sizes, depth));
            case.drills.push(Trial { act, expect, then, expect_after });
        }
        if faults {
            // The budget is one variable more, which every outcome of the fault counts down.
            let budget = sizes.len();
            case.initial.iter_mut().for_each(|world| world.push(1 + self.below(2) as u8));
            let mut ways = self.ways(&sizes);
            for way in &mut ways {
                way.sets.extend([1, 2].map(|left| (Cond::Is(budget, left), budget, left - 1)));
            }
            case.faults.push((Cond::Not(Box::new(Cond::Is(budget, 0))), ways));
            sizes.push(3);
        }
        case.sizes = sizes;
        case
    }

    pub fn claims(&mut self, case: &Case) -> Vec<Claim> {
        let claim = |index: usize, dice: &mut Self| {
            let all = [Quantifier::Every, Quantifier::Some, Quantifier::No, Quantifier::Only, Quantifier::Exactly];
            let quantifier = all[dice.below(5)];
            let property = match dice.below(if case.always.is_empty() { 5 } else { 6 }) {
                0 => Property::Healthy,
                1 => Property::Unhealthy,
                2 => Property::Refused,
                5 => Property::Always(0),
                _ => Property::Event(EventId(dice.below(EVENTS as usize) as u32)),
            };
            let filter = dice.chance(2).then(|| dice.order(case.steps.len() as u32, 2));
            let property = Some((quantifier, property, String::new()));
            let (title, cite, filter_text, count) = (None, Vec::new(), None, None);
            Claim { id: index.to_string(), title, cite, filter, filter_text, property, count, promise: None }
        };
        (0..4).map(|index| claim(index, self)).collect()
    }
}

fn collect<'b>(block: &'b Block, all: &mut Vec<&'b Block>) {
    all.push(block);
    match block {
        Block::Step(_) => {}
        Block::Optional(inner) | Block::Undivided(inner) => collect(inner, all),
        Block::Sequence(children) | Block::Interleaved(children) | Block::Either(children) => {
            children.iter().for_each(|child| collect(child, all));
        }
    }
}

/// The first two single steps of the first list that has two alike.
fn chains(blocks: &[&Block]) -> Vec<(u32, u32)> {
    let single = |block: &Block| match block {
        Block::Step(id) => Some((false, id.0)),
        Block::Optional(inner) => {
            if let Block::Step(id) = **inner {
                Some((true, id.0))
            } else {
                None
            }
        }
        _ => None,
    };
    for block in blocks {
        if let Block::Interleaved(children) = block {
            let singles: Vec<(bool, u32)> = children.iter().filter_map(single).collect();
            let pair = singles.windows(2).find(|pair| pair[0].0 == pair[1].0);
            if let Some(pair) = pair {
                return vec![(pair[0].1, pair[1].1)];
            }
        }
    }
    Vec::new()
}

/// Where variable `var` is: two bits each, in turn in two words.
fn slot(var: usize) -> (u8, u8) {
    ((var % 2) as u8, (var / 2 * 2) as u8)
}

/// A world as a packed state.
pub fn pack(world: &[u8]) -> State {
    let mut state = State::default();
    for (var, value) in world.iter().enumerate() {
        let (word, shift) = slot(var);
        state[word as usize] |= u64::from(*value) << shift;
    }
    state
}

fn predicate(cond: &Cond) -> Predicate {
    match cond {
        Cond::Is(var, value) => {
            let (word, shift) = slot(*var);
            Predicate::Masked { word, mask: 3 << shift, value: u64::from(*value) << shift }
        }
        Cond::OneOf(var, values) => {
            let (word, shift) = slot(*var);
            Predicate::Member { word, shift, bits: 2, set: values.iter().map(|value| 1 << value).sum() }
        }
        Cond::AtMost(terms, bound) => {
            let terms = terms.iter().map(|(weight, term)| (*weight, predicate(term))).collect();
            Predicate::Sum { terms, compare: Compare::AtMost, bound: *bound }
        }
        Cond::Not(inner) => Predicate::Not(Box::new(predicate(inner))),
        // As the lowering says it: some reductions look for what is always so.
        Cond::All(parts) if parts.is_empty() => Predicate::Constant(true),
        Cond::All(parts) => Predicate::All(parts.iter().map(predicate).collect()),
        Cond::Any(parts) => Predicate::Any(parts.iter().map(predicate).collect()),
    }
}

fn condition(cond: &Cond) -> Condition {
    let part = Part { text: String::new(), predicate: predicate(cond), reads: Vec::new() };
    Condition { name: String::new(), cite: Vec::new(), parts: vec![part] }
}

fn outcomes(ways: &[Way]) -> Vec<Outcome> {
    let assign = |(when, var, value): &(Cond, usize, u8)| {
        let (word, shift) = slot(*var);
        Assign { when: predicate(when), word, mask: 3 << shift, value: u64::from(*value) << shift }
    };
    let outcome = |way: &Way| Outcome {
        when: predicate(&way.when),
        assigns: way.sets.iter().map(assign).collect(),
        events: way.events.iter().copied().map(EventId).collect(),
        fails: false,
        cite: Vec::new(),
    };
    ways.iter().map(outcome).collect()
}

fn step(deed: &Deed) -> Step {
    let phases = deed.phases.iter().map(|ways| Phase { outcomes: outcomes(ways) }).collect();
    let needs = deed.needs.iter().map(condition).collect();
    Step { name: String::new(), nodes: Vec::new(), cite: Vec::new(), needs, phases }
}

fn action((when, ways): &(Cond, Vec<Way>)) -> Action {
    let (name, nodes, cite) = (String::new(), Vec::new(), Vec::new());
    Action { name, nodes, cite, when: predicate(when), outcomes: outcomes(ways) }
}

/// The packed form.
pub fn system(case: &Case, claims: Vec<Claim>) -> System {
    let field = |var| {
        let (word, shift) = slot(var);
        Slot::Field { word, shift, bits: 2 }
    };
    let memory = |index: usize, steps: &[u32]| (steps.len() > 1).then(|| VarId((case.sizes.len() + index) as u32));
    let guards = case.guards.iter().enumerate().map(|(index, (when, steps))| Guard {
        text: String::new(),
        when: predicate(when),
        steps: steps.iter().copied().map(OccurrenceId).collect(),
        memory: memory(index, steps),
    });
    let under = |id: u32| (0..).map(GuardId).zip(&case.guards).filter(move |(_, (_, steps))| steps.contains(&id));
    let occurrence = |id: u32| Occurrence {
        label: id.to_string(),
        step: StepId(id),
        guards: under(id).map(|(guard, _)| guard).collect(),
        line: 1,
    };
    let lap = |lap: &Lap| Loop {
        text: String::new(),
        until: predicate(&lap.until),
        body: lap.body.iter().copied().map(OccurrenceId).collect(),
        outer: lap.outer,
    };
    let retries = Retries {
        loops: case.rounds.laps.iter().map(lap).collect(),
        rest: None,
        fairness: if case.rounds.any { Fairness::Any } else { Fairness::Fair },
    };
    let mut steps: Vec<Step> = case.steps.iter().map(step).collect();
    let mut plan = Plan {
        retries,
        occurrences: (0..case.steps.len() as u32).map(occurrence).collect(),
        root: case.plan.clone(),
        guards: guards.collect(),
        chains: case.chains.iter().map(|(a, b)| (OccurrenceId(*a), OccurrenceId(*b))).collect(),
    };
    if !case.rounds.slow.is_empty() {
        plan.come_to_rest(&mut steps);
    }
    let faults = case.faults.iter().map(|fault| (fault, false)).chain(case.rounds.slow.iter().map(|slow| (slow, true)));
    let drill = |trial: &Trial| Drill {
        name: String::new(),
        title: None,
        cite: Vec::new(),
        act: trial.act.iter().map(step).collect(),
        expect: condition(&trial.expect),
        then: trial.then.iter().map(step).collect(),
        expect_after: vec![condition(&trial.expect_after)],
    };
    System {
        layout: Layout { words: 2, slots: (0..case.sizes.len() + case.guards.len()).map(field).collect() },
        initial: case.initial.iter().map(|world| pack(world)).collect(),
        steps,
        reactions: case.reactions.iter().map(action).collect(),
        faults: faults.map(|(fault, slow)| Fault { action: action(fault), slow }).collect(),
        procedure: Procedure::Ordered(plan),
        always: case.always.iter().map(condition).collect(),
        health: case.health.iter().map(condition).collect(),
        drills: case.drills.iter().map(drill).collect(),
        claims,
        origins: Origins::default(),
    }
}
