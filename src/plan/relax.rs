//! A lower bound on how many steps a plan needs, and proof that there is none.
//!
//! Each field of the state is kept as the set of values that it may have: conditions may hold if some choice of values makes them
//! hold, steps and reactions only add values. More is reached so than in fact. What is not reached so is never reached; and a set
//! of steps without which the goal is not reached so is one of which every plan has a step: a *landmark*. Landmarks that share no
//! step are counted (as in LM-cut: Helmert and Domshlak, *Landmarks, Critical Paths and Abstractions*, 2009; here each is made
//! minimal by leaving steps out one by one, since conditions are no conjunctions of facts).

use super::rehearse::Rehearsal;
use crate::system::{Action, Assign, Compare, Outcome, Predicate, Slot, State, Step, System, VarId};

/// A set of steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps(Vec<u64>);

impl Steps {
    /// The set with a step.
    pub fn add(&mut self, step: usize) {
        if self.0.len() <= step / 64 {
            self.0.resize(step / 64 + 1, 0);
        }
        self.0[step / 64] |= 1 << (step % 64);
    }

    /// Whether a step is in it.
    pub fn has(&self, step: usize) -> bool {
        self.0.get(step / 64).is_some_and(|word| word >> (step % 64) & 1 == 1)
    }
}

/// A condition over sets of values.
#[derive(Clone, Debug)]
pub enum Cond {
    /// Always or never.
    Constant(bool),
    /// The field has one of these values.
    In(usize, u64),
    /// The weights of those that hold, compared with a bound.
    Sum(Vec<(i64, Cond)>, Compare, i64),
    /// It does not hold.
    Not(Box<Cond>),
    /// All hold.
    All(Vec<Cond>),
    /// One holds at least.
    Any(Vec<Cond>),
}

/// A field gets a value, if all conditions may hold.
#[derive(Clone, Debug)]
pub struct Effect {
    /// All of them.
    pub when: Vec<Cond>,
    /// Index of the field.
    pub field: usize,
    /// The value, as a set.
    pub value: u64,
}

/// A step or a reaction.
#[derive(Clone, Debug)]
struct Deed {
    needs: Vec<Cond>,
    effects: Vec<Effect>,
}

/// The sets of values of all fields.
pub type Sets = Vec<u64>;

/// A system in which values only come to be possible.
pub struct Relaxed {
    /// Word, shift and bits of each field, with its variable.
    fields: Vec<(u8, u8, u8, VarId)>,
    /// Steps, then reactions.
    deeds: Vec<Deed>,
    steps: usize,
    /// For each field, the deeds that read it.
    readers: Vec<Vec<usize>>,
    goal: Vec<Cond>,
    /// Drills that pass in the goal.
    drills: Vec<Rehearsal>,
}

/// Values that are possible, and what is still to be looked at.
#[derive(Clone)]
struct Reached {
    sets: Sets,
    active: Steps,
    open: Vec<usize>,
}

impl Relaxed {
    /// The relaxation of a system, with what is to hold in the end, and whether drills are to pass there.
    pub fn new(system: &System, goal: &[Predicate], drills: bool) -> Relaxed {
        let slots = (0..).map(VarId).zip(&system.layout.slots);
        let fields = slots.filter_map(|(var, slot)| match slot {
            Slot::Field { word, shift, bits } => Some((*word, *shift, *bits, var)),
            Slot::Constant(_) => None,
        });
        let mut relaxed = Relaxed {
            fields: fields.collect(),
            deeds: Vec::new(),
            steps: system.steps.len(),
            readers: Vec::new(),
            goal: Vec::new(),
            drills: Vec::new(),
        };
        relaxed.goal = goal.iter().map(|part| relaxed.cond(part)).collect();
        let steps: Vec<Deed> = system.steps.iter().map(|step| relaxed.step(step)).collect();
        let reactions: Vec<Deed> = system.reactions.iter().map(|action| relaxed.action(action)).collect();
        relaxed.deeds = steps.into_iter().chain(reactions).collect();
        relaxed.readers = vec![Vec::new(); relaxed.fields.len()];
        for (index, deed) in relaxed.deeds.iter().enumerate() {
            let mut read = Vec::new();
            let whens = deed.effects.iter().flat_map(|effect| &effect.when);
            deed.needs.iter().chain(whens).for_each(|cond| fields_of(cond, &mut read));
            read.sort_unstable();
            read.dedup();
            read.into_iter().for_each(|field| relaxed.readers[field].push(index));
        }
        if drills {
            relaxed.drills = system.drills.iter().map(|drill| Rehearsal::new(&relaxed, drill)).collect();
        }
        relaxed
    }

    /// A condition over sets of values.
    pub fn cond(&self, predicate: &Predicate) -> Cond {
        let each = |parts: &[Predicate]| parts.iter().map(|part| self.cond(part)).collect::<Vec<Cond>>();
        match predicate {
            Predicate::Constant(value) => Cond::Constant(*value),
            Predicate::Masked { word, mask, value } => Cond::All(
                self.covered(*word, *mask)
                    .map(|(field, shift, all)| Cond::In(field, 1 << (value >> shift & all)))
                    .collect(),
            ),
            Predicate::Member { word, shift, set, .. } => {
                let field = self.fields.iter().position(|field| (field.0, field.1) == (*word, *shift));
                Cond::In(field.expect("conditions read fields"), *set)
            }
            Predicate::Sum { terms, compare, bound } => {
                let terms = terms.iter().map(|(weight, term)| (*weight, self.cond(term))).collect();
                Cond::Sum(terms, *compare, *bound)
            }
            Predicate::Not(inner) => Cond::Not(Box::new(self.cond(inner))),
            Predicate::All(parts) => Cond::All(each(parts)),
            Predicate::Any(parts) => Cond::Any(each(parts)),
        }
    }

    /// The fields of a word that lie under a mask: index, shift, and their values' mask.
    fn covered(&self, word: u8, mask: u64) -> impl Iterator<Item = (usize, u8, u64)> + '_ {
        let fields = self.fields.iter().enumerate();
        fields.filter(move |(_, field)| field.0 == word && mask >> field.1 & 1 == 1).map(|(index, field)| {
            let all = (1u64 << field.2) - 1;
            (index, field.1, all)
        })
    }

    /// What an assignment may do, field by field.
    pub fn assigned(&self, assign: &Assign, effects: &mut Vec<Effect>) {
        let Assign { when, word, mask, value } = assign;
        let when = if *when == Predicate::Constant(true) { Vec::new() } else { vec![self.cond(when)] };
        for (field, shift, all) in self.covered(*word, *mask) {
            effects.push(Effect { when: when.clone(), field, value: 1 << (value >> shift & all) });
        }
    }

    fn effects(&self, outcomes: &[Outcome], effects: &mut Vec<Effect>) {
        for outcome in outcomes {
            let first = effects.len();
            outcome.assigns.iter().for_each(|assign| self.assigned(assign, effects));
            if outcome.when != Predicate::Constant(true) {
                let when = self.cond(&outcome.when);
                effects[first..].iter_mut().for_each(|effect| effect.when.push(when.clone()));
            }
        }
    }

    fn step(&self, step: &Step) -> Deed {
        let needs = step.needs.iter().flat_map(|need| &need.parts).map(|part| self.cond(&part.predicate)).collect();
        let mut effects = Vec::new();
        step.phases.iter().for_each(|phase| self.effects(&phase.outcomes, &mut effects));
        Deed { needs, effects }
    }

    fn action(&self, action: &Action) -> Deed {
        let mut effects = Vec::new();
        self.effects(&action.outcomes, &mut effects);
        Deed { needs: vec![self.cond(&action.when)], effects }
    }

    fn sets(&self, state: &State) -> Sets {
        let value = |field: &(u8, u8, u8, VarId)| state[field.0 as usize] >> field.1 & ((1 << field.2) - 1);
        self.fields.iter().map(|field| 1 << value(field)).collect()
    }

    /// What reactions alone add.
    fn start(&self, state: &State) -> Reached {
        Reached { sets: self.settled(self.sets(state)), active: Steps::default(), open: Vec::new() }
    }

    fn with(&self, reached: &mut Reached, step: usize) {
        reached.active.add(step);
        reached.open.push(step);
        self.close(reached);
    }

    /// Adds values until no deed that is active adds more.
    fn close(&self, reached: &mut Reached) {
        while let Some(index) = reached.open.pop() {
            let deed = &self.deeds[index];
            if !deed.needs.iter().all(|need| may(need, true, &reached.sets)) {
                continue;
            }
            for effect in &deed.effects {
                let sets = &reached.sets;
                if sets[effect.field] & effect.value == 0 && effect.when.iter().all(|when| may(when, true, sets)) {
                    reached.sets[effect.field] |= effect.value;
                    for reader in &self.readers[effect.field] {
                        let active = *reader >= self.steps || reached.active.has(*reader);
                        if active && !reached.open.contains(reader) {
                            reached.open.push(*reader);
                        }
                    }
                }
            }
        }
    }

    fn at_the_goal(&self, sets: &Sets) -> bool {
        self.goal.iter().all(|part| may(part, true, sets)) && self.drills.iter().all(|drill| drill.may_pass(self, sets))
    }

    /// Sets with all that reactions may add.
    pub fn settled(&self, sets: Sets) -> Sets {
        let open = (self.steps..self.deeds.len()).collect();
        let mut reached = Reached { sets, active: Steps::default(), open };
        self.close(&mut reached);
        reached.sets
    }

    /// All that may ever be, if these steps may be used.
    fn everything(&self, state: &State, allowed: &[bool]) -> Sets {
        let mut reached = self.start(state);
        (0..self.steps).filter(|step| allowed[*step]).for_each(|step| self.with(&mut reached, step));
        reached.sets
    }

    /// The values that each variable may ever have, if these steps may be used.
    pub fn ever(&self, state: &State, allowed: &[bool]) -> Vec<(VarId, u64)> {
        self.fields.iter().map(|field| field.3).zip(self.everything(state, allowed)).collect()
    }

    /// Which parts of the goal may hold at some time, each for itself; and which drills may pass.
    pub fn possible(&self, state: &State, allowed: &[bool]) -> (Vec<bool>, Vec<bool>) {
        let sets = self.everything(state, allowed);
        let parts = self.goal.iter().map(|part| may(part, true, &sets)).collect();
        (parts, self.drills.iter().map(|drill| drill.may_pass(self, &sets)).collect())
    }

    /// Landmarks that share no step; None where the goal is never reached.
    pub fn landmarks(&self, state: &State, allowed: &[bool]) -> Option<Vec<Steps>> {
        let mut sure = self.start(state);
        let mut landmarks = Vec::new();
        while !self.at_the_goal(&sure.sets) {
            let mut without = sure.clone();
            let (mut landmark, mut members) = (Steps::default(), Vec::new());
            for step in (0..self.steps).filter(|step| allowed[*step] && !sure.active.has(*step)) {
                let mut with = without.clone();
                self.with(&mut with, step);
                if self.at_the_goal(&with.sets) {
                    landmark.add(step);
                    members.push(step);
                } else {
                    without = with;
                }
            }
            if members.is_empty() {
                return None;
            }
            members.into_iter().for_each(|step| self.with(&mut sure, step));
            landmarks.push(landmark);
        }
        Some(landmarks)
    }
}

fn fields_of(cond: &Cond, read: &mut Vec<usize>) {
    match cond {
        Cond::Constant(_) => {}
        Cond::In(field, _) => read.push(*field),
        Cond::Sum(terms, ..) => terms.iter().for_each(|(_, term)| fields_of(term, read)),
        Cond::Not(inner) => fields_of(inner, read),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|part| fields_of(part, read)),
    }
}

/// Whether a condition may hold, or (`wanted` is false) may not hold.
pub fn may(cond: &Cond, wanted: bool, sets: &Sets) -> bool {
    match cond {
        Cond::Constant(value) => *value == wanted,
        Cond::In(field, set) => sets[*field] & (if wanted { *set } else { !*set }) != 0,
        Cond::Not(inner) => may(inner, !wanted, sets),
        Cond::All(parts) if wanted => parts.iter().all(|part| may(part, true, sets)),
        Cond::All(parts) => parts.iter().any(|part| may(part, false, sets)),
        Cond::Any(parts) if wanted => parts.iter().any(|part| may(part, true, sets)),
        Cond::Any(parts) => parts.iter().all(|part| may(part, false, sets)),
        Cond::Sum(terms, compare, bound) => {
            let (mut least, mut most) = (0, 0);
            for (weight, term) in terms {
                let counted = if may(term, true, sets) { Some(*weight) } else { None };
                let left_out = if may(term, false, sets) { Some(0) } else { None };
                let low = counted.into_iter().chain(left_out).min().unwrap_or(0);
                let high = counted.into_iter().chain(left_out).max().unwrap_or(0);
                least += low;
                most += high;
            }
            match (compare, wanted) {
                (Compare::Equal, true) => least <= *bound && *bound <= most,
                (Compare::Equal, false) => !(least == *bound && most == *bound),
                (Compare::Less, true) => least < *bound,
                (Compare::Less, false) => most >= *bound,
                (Compare::AtMost, true) => least <= *bound,
                (Compare::AtMost, false) => most > *bound,
            }
        }
    }
}
