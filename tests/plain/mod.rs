//! A plain search of a world explored alone, and random systems large enough to be worth a search.

#![allow(dead_code, reason = "every test uses a part of it")]

pub mod pieces;

#[path = "../rolling/mod.rs"]
pub mod rolling;

use runproof::base::{Budget, Limit, Tally};
use runproof::system::{
    Action, ActionId, Assign, Attempt, Compare, Condition, End, Fault, Layout, Marks, Origins, Outcome, Part, Phase,
    Predicate, Procedure, Runner, Slot, State, Step, System, Watch,
};
use std::collections::BTreeMap;

/// What there is to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain {
    pub states: u64,
    pub moves: u64,
    /// The fewest turns into trouble.
    pub violation: Option<usize>,
}

/// Explores with a map of depths and nothing else; None if there are more than `most` states.
pub fn plain(system: &System, most: usize) -> Option<Plain> {
    let watch = Watch::always();
    let mut tally = Tally::start(&Budget { states: None, ..Budget::default() }, "plain");
    let mut runner = Runner::new(system, &watch);
    let mut depths: BTreeMap<State, usize> = BTreeMap::new();
    let mut queue: Vec<State> = Vec::new();
    let mut found = Plain { states: 0, moves: 0, violation: None };
    let mut take = |attempt: Attempt, depth: usize, found: &mut Plain, queue: &mut Vec<State>| {
        for run in attempt.runs.iter().filter(|run| run.end != End::Refused) {
            found.moves += u64::from(depth > 0);
            if run.marks.meets(Marks::BROKEN) || run.end == End::Unsettled {
                found.violation = Some(found.violation.map_or(depth, |known| known.min(depth)));
            }
            if let End::Stable(state) = run.end {
                depths.entry(state).or_insert_with(|| {
                    queue.push(state);
                    depth
                });
            }
        }
        depths.len()
    };
    let mut search = || -> Result<Option<Plain>, Limit> {
        for initial in (0..).take(system.initial.len()) {
            take(runner.initial(initial, &mut tally)?, 0, &mut found, &mut queue);
        }
        let (mut depth, mut level_ends, mut at) = (1, queue.len(), 0);
        while at < queue.len() {
            if at == level_ends {
                (depth, level_ends) = (depth + 1, queue.len());
            }
            let state = queue[at];
            at += 1;
            for step in &system.steps {
                take(runner.step(state, step, &mut tally)?, depth, &mut found, &mut queue);
            }
            for fault in (0..).map(ActionId).take(system.faults.len()) {
                take(runner.strike(state, fault, &mut tally)?, depth, &mut found, &mut queue);
            }
            if queue.len() > most {
                return Ok(None);
            }
        }
        Ok(Some(Plain { states: queue.len() as u64, ..found }))
    };
    search().expect("there is no limit")
}

/// Reads choices off a list of bytes; zero when it is used up.
struct Dice<'b>(std::slice::Iter<'b, u8>);

/// Fields of the random systems: word, lowest bit, bits.
type Field = (u8, u8, u8);

impl Dice<'_> {
    fn below(&mut self, limit: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % limit
    }

    fn chance(&mut self, odds: usize) -> bool {
        self.below(odds) == odds - 1
    }

    fn field(&mut self, fields: &[Field]) -> (Field, u64) {
        let field = fields[self.below(fields.len())];
        (field, self.below(1 << field.2) as u64)
    }

    fn predicate(&mut self, fields: &[Field], depth: usize) -> Predicate {
        let ((word, shift, bits), value) = self.field(fields);
        let mask = ((1 << bits) - 1) << shift;
        match self.below(if depth == 0 { 2 } else { 8 }) {
            0 => Predicate::Masked { word, mask, value: value << shift },
            1 => Predicate::Member { word, shift, bits, set: !(1 << value) },
            2 => Predicate::Not(Box::new(self.predicate(fields, depth - 1))),
            3 | 4 => Predicate::All((0..2 + self.below(2)).map(|_| self.predicate(fields, depth - 1)).collect()),
            5 | 6 => Predicate::Any((0..2 + self.below(4)).map(|_| self.predicate(fields, depth - 1)).collect()),
            _ => {
                let term = |dice: &mut Self| (dice.below(4) as i64 - 1, dice.predicate(fields, depth - 1));
                let terms = (0..2 + self.below(4)).map(|_| term(self)).collect();
                let compare = [Compare::AtMost, Compare::Less, Compare::Equal][self.below(3)];
                Predicate::Sum { terms, compare, bound: self.below(4) as i64 }
            }
        }
    }

    fn seldom(&mut self, fields: &[Field], odds: usize) -> Predicate {
        if self.chance(odds) { self.predicate(fields, 2) } else { Predicate::Constant(true) }
    }

    fn outcome(&mut self, fields: &[Field]) -> Outcome {
        let when = self.seldom(fields, 3);
        let mut assigns: Vec<Assign> = Vec::new();
        for _ in 0..1 + self.below(2) {
            let ((word, shift, bits), value) = self.field(fields);
            let mask = ((1 << bits) - 1) << shift;
            if assigns.iter().all(|other| other.word != word || other.mask & mask == 0) {
                assigns.push(Assign { when: self.seldom(fields, 5), word, mask, value: value << shift });
            }
        }
        Outcome { when, assigns, events: Vec::new(), fails: false, cite: Vec::new() }
    }

    fn outcomes(&mut self, fields: &[Field]) -> Vec<Outcome> {
        (0..1 + self.below(2)).map(|_| self.outcome(fields)).collect()
    }

    fn step(&mut self, fields: &[Field]) -> Step {
        let phases = if self.chance(8) { self.below(3) } else { 1 };
        let phases = (0..phases).map(|_| Phase { outcomes: self.outcomes(fields) }).collect();
        let needs = vec![condition([self.predicate(fields, 1), self.seldom(fields, 3)])];
        Step { name: String::new(), nodes: Vec::new(), cite: Vec::new(), needs, phases }
    }

    fn action(&mut self, fields: &[Field]) -> Action {
        let (when, outcomes) = (self.predicate(fields, 2), self.outcomes(fields));
        Action { name: String::new(), nodes: Vec::new(), cite: Vec::new(), when, outcomes }
    }
}

fn condition(parts: impl IntoIterator<Item = Predicate>) -> Condition {
    let part = |predicate| Part { text: String::new(), predicate, reads: Vec::new() };
    Condition { name: String::new(), cite: Vec::new(), parts: parts.into_iter().map(part).collect() }
}

/// A system of one to four words, with up to a dozen fields that may stand far apart.
pub fn random_system(bytes: &[u8]) -> System {
    let mut dice = Dice(bytes.iter());
    let words = 1 + dice.below(4);
    let spread = 1 + dice.below(5) as u8;
    let mut fields: Vec<Field> = Vec::new();
    let mut free = vec![0u8; words];
    for _ in 0..3 + dice.below(8) {
        let (word, bits) = (dice.below(words), 1 + dice.below(3) as u8);
        if free[word] + bits <= 64 {
            fields.push((word as u8, free[word], bits));
            free[word] = (free[word] + bits * spread).min(64);
        }
    }
    let slots =
        fields.iter().map(|(word, shift, bits)| Slot::Field { word: *word, shift: *shift, bits: *bits }).collect();
    let mut initial = State::default();
    for (word, shift, bits) in &fields {
        initial[*word as usize] |= (dice.below(1 << bits) as u64) << shift;
    }
    let second = dice.chance(3).then_some([0; 4]);
    let reactions = if dice.chance(3) { 1 + dice.below(2) } else { 0 };
    System {
        layout: Layout { words, slots },
        initial: [Some(initial), second].into_iter().flatten().collect(),
        steps: (0..2 + dice.below(8)).map(|_| dice.step(&fields)).collect(),
        reactions: (0..reactions).map(|_| dice.action(&fields)).collect(),
        faults: (0..dice.below(2)).map(|_| Fault { action: dice.action(&fields), slow: false }).collect(),
        procedure: Procedure::Free,
        always: (0..dice.below(3)).map(|_| condition([Predicate::Not(Box::new(dice.predicate(&fields, 2)))])).collect(),
        health: Vec::new(),
        drills: Vec::new(),
        claims: Vec::new(),
        origins: Origins::default(),
    }
}
