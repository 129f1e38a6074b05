//! Conditions and commands in a form in which only what they mean counts, as far as that is easy: the order inside of lists does
//! not, nor how fields lie in words. Equal forms have equal numbers.
//!
//! In: predicates, steps, actions. Out: [`FormId`]s and [`Deed`]s, and their images where fields change places. An image that is the form
//! of nothing in the system has no number: then nothing in the system corresponds to what it is the image of.
//! Names, citations, events and whether an outcome counts as failed are left out.

use super::super::fields::Fields;
use super::super::{Action, Compare, Condition, Outcome, Phase, Predicate, State, Step};
use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

/// The number of a condition's form.
pub type FormId = u32;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Form {
    Constant(bool),
    /// The field's value is in the set.
    Field(u16, u64),
    /// Sorted.
    Sum(Vec<(i64, FormId)>, Compare, i64),
    Not(FormId),
    /// Sorted, distinct, none of them such a list itself, not exactly one.
    All(Vec<FormId>),
    /// The same.
    Any(Vec<FormId>),
}

/// One way in which an action can go: when, and what is written (when, which field, what); sorted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Way {
    when: FormId,
    writes: Vec<(FormId, u16, u64)>,
}

/// A step, reaction or fault: what it needs, and the ways in which each phase can go; ways sorted and distinct.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Deed {
    needs: FormId,
    phases: Vec<Vec<Way>>,
}

/// The forms of one system.
pub struct Forms {
    /// Its fields.
    pub fields: Fields,
    known: IndexSet<Form, FxBuildHasher>,
}

/// A permutation of fields: where each goes; and the images that were looked up with it.
pub struct Swap {
    /// For each field, the field that takes its place.
    pub fields: Vec<u16>,
    images: FxHashMap<FormId, Option<FormId>>,
}

impl Swap {
    /// A permutation of fields.
    pub fn new(fields: Vec<u16>) -> Swap {
        Swap { fields, images: FxHashMap::default() }
    }
}

impl Forms {
    /// No form is known yet.
    pub fn new(fields: Fields) -> Forms {
        Forms { fields, known: IndexSet::default() }
    }

    fn put(&mut self, form: Form) -> FormId {
        let number = self.known.insert_full(form).0;
        FormId::try_from(number).expect("forms are bounded by memory far below u32::MAX")
    }

    fn get(&self, id: FormId) -> &Form {
        &self.known[id as usize]
    }

    /// The form of a condition. None where it cuts a field.
    pub fn of(&mut self, predicate: &Predicate) -> Option<FormId> {
        let form = match predicate {
            Predicate::Constant(value) => Form::Constant(*value),
            Predicate::Masked { word, mask, value } => {
                if value & !mask != 0 {
                    return Some(self.put(Form::Constant(false)));
                }
                let parts = self.fields.within(*word, *mask)?.into_iter().map(|number| {
                    let field = self.fields.get(number);
                    Form::Field(number, 1 << ((value & field.mask()) >> field.shift))
                });
                let parts: Vec<Form> = parts.collect();
                let parts = parts.into_iter().map(|part| self.put(part)).collect();
                return Some(self.all(parts));
            }
            Predicate::Member { word, shift, bits, set } => {
                let every = if *bits >= 6 { u64::MAX } else { (1 << (1 << bits)) - 1 };
                Form::Field(self.fields.exact(*word, *shift, *bits)?, set & every)
            }
            Predicate::Sum { terms, compare, bound } => {
                let terms = terms.iter().map(|(weight, term)| Some((*weight, self.of(term)?)));
                let mut terms: Vec<(i64, FormId)> = terms.collect::<Option<_>>()?;
                terms.sort_unstable();
                Form::Sum(terms, *compare, *bound)
            }
            Predicate::Not(inner) => Form::Not(self.of(inner)?),
            Predicate::All(parts) => {
                let parts = parts.iter().map(|part| self.of(part)).collect::<Option<_>>()?;
                return Some(self.all(parts));
            }
            Predicate::Any(parts) => {
                let parts = parts.iter().map(|part| self.of(part)).collect::<Option<_>>()?;
                return Some(self.any(parts));
            }
        };
        Some(self.put(form))
    }

    /// The conjunction of some forms.
    pub fn all(&mut self, parts: Vec<FormId>) -> FormId {
        let flat = parts.into_iter().flat_map(|part| match self.get(part) {
            Form::All(inner) => inner.clone(),
            _ => vec![part],
        });
        match &sorted(flat.collect())[..] {
            [one] => *one,
            [] => self.put(Form::Constant(true)),
            many => self.put(Form::All(many.to_vec())),
        }
    }

    fn any(&mut self, parts: Vec<FormId>) -> FormId {
        let flat = parts.into_iter().flat_map(|part| match self.get(part) {
            Form::Any(inner) => inner.clone(),
            _ => vec![part],
        });
        match &sorted(flat.collect())[..] {
            [one] => *one,
            [] => self.put(Form::Constant(false)),
            many => self.put(Form::Any(many.to_vec())),
        }
    }

    /// The form of several conditions that must all hold.
    pub fn conditions(&mut self, conditions: &[Condition]) -> Option<FormId> {
        let parts = conditions.iter().flat_map(|condition| &condition.parts);
        let parts = parts.map(|part| self.of(&part.predicate)).collect::<Option<_>>()?;
        Some(self.all(parts))
    }

    fn way(&mut self, outcome: &Outcome) -> Option<Way> {
        let mut writes = Vec::new();
        for assign in &outcome.assigns {
            let when = self.of(&assign.when)?;
            for number in self.fields.within(assign.word, assign.mask)? {
                let field = self.fields.get(number);
                writes.push((when, number, (assign.value & field.mask()) >> field.shift));
            }
        }
        Some(Way { when: self.of(&outcome.when)?, writes: sorted(writes) })
    }

    fn ways(&mut self, outcomes: &[Outcome]) -> Option<Vec<Way>> {
        Some(sorted(outcomes.iter().map(|outcome| self.way(outcome)).collect::<Option<_>>()?))
    }

    /// The form of a step.
    pub fn step(&mut self, step: &Step) -> Option<Deed> {
        let phases = step.phases.iter().map(|Phase { outcomes }| self.ways(outcomes)).collect::<Option<_>>()?;
        Some(Deed { needs: self.conditions(&step.needs)?, phases })
    }

    /// The form of a reaction or fault.
    pub fn action(&mut self, action: &Action) -> Option<Deed> {
        Some(Deed { needs: self.of(&action.when)?, phases: vec![self.ways(&action.outcomes)?] })
    }

    /// What a condition becomes where fields change places.
    pub fn image(&self, id: FormId, swap: &mut Swap) -> Option<FormId> {
        if let Some(known) = swap.images.get(&id) {
            return *known;
        }
        let image = self.imagined(id, swap);
        swap.images.insert(id, image);
        image
    }

    fn imagined(&self, id: FormId, swap: &mut Swap) -> Option<FormId> {
        let image = match self.get(id) {
            Form::Constant(value) => Form::Constant(*value),
            Form::Field(field, set) => Form::Field(swap.fields[usize::from(*field)], *set),
            Form::Sum(terms, compare, bound) => {
                let terms = terms.iter().map(|(weight, term)| Some((*weight, self.image(*term, swap)?)));
                let mut terms: Vec<(i64, FormId)> = terms.collect::<Option<_>>()?;
                terms.sort_unstable();
                Form::Sum(terms, *compare, *bound)
            }
            Form::Not(inner) => Form::Not(self.image(*inner, swap)?),
            Form::All(parts) => {
                Form::All(sorted(parts.iter().map(|part| self.image(*part, swap)).collect::<Option<_>>()?))
            }
            Form::Any(parts) => {
                Form::Any(sorted(parts.iter().map(|part| self.image(*part, swap)).collect::<Option<_>>()?))
            }
        };
        let number = self.known.get_index_of(&image)?;
        FormId::try_from(number).ok()
    }

    /// What a step, reaction or fault becomes where fields change places.
    pub fn deed(&self, deed: &Deed, swap: &mut Swap) -> Option<Deed> {
        let mut phases = Vec::with_capacity(deed.phases.len());
        for phase in &deed.phases {
            let mut ways = Vec::with_capacity(phase.len());
            for way in phase {
                let mut writes = Vec::with_capacity(way.writes.len());
                for (when, field, value) in &way.writes {
                    writes.push((self.image(*when, swap)?, swap.fields[usize::from(*field)], *value));
                }
                ways.push(Way { when: self.image(way.when, swap)?, writes: sorted(writes) });
            }
            phases.push(sorted(ways));
        }
        Some(Deed { needs: self.image(deed.needs, swap)?, phases })
    }

    /// What a state becomes where fields change places.
    pub fn state(&self, state: &State, swap: &Swap) -> State {
        let mut image = State::default();
        for (from, to) in (0..).zip(&swap.fields) {
            let (from, to) = (self.fields.get(from), self.fields.get(*to));
            let value = (state[from.word as usize] & from.mask()) >> from.shift;
            image[to.word as usize] |= value << to.shift;
        }
        image
    }
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}
