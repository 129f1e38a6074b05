//! Packed conditions and assignments, said with the names of variables and values.
//!
//! In: predicates and masked assignments over a layout. Out: the same over named variables. Nothing is lost: where a mask cuts
//! a variable in two, all values that fit are listed; a condition for which there are no words is [`Unnamed`].

use super::model::{Expr, Role, Source, Update, Value, Var, Variable};
use crate::system::{Assign, Condition, Predicate, Slot, State, System, VarId};

/// A condition that looks at bits that are not those of one variable.
#[derive(Clone, Copy, Debug)]
pub struct Unnamed;

/// A bit field and the variable that it is.
#[derive(Clone, Copy)]
struct Field {
    var: Var,
    id: VarId,
    word: u8,
    shift: u8,
    bits: u8,
    values: Value,
}

impl Field {
    fn mask(self) -> u64 {
        (u64::MAX >> (64 - u32::from(self.bits))) << self.shift
    }
}

/// Translates for one system.
pub struct Words<'s> {
    system: &'s System,
    fields: Vec<Field>,
}

impl<'s> Words<'s> {
    /// For this system; its variables that change come first in a model, in their order.
    pub fn of(system: &'s System) -> Words<'s> {
        let mut fields = Vec::new();
        for (id, slot) in (0..).map(VarId).zip(&system.layout.slots) {
            let Slot::Field { word, shift, bits } = *slot else { continue };
            let named = system.origins.vars.get(id.0 as usize).map_or(0, |origin| origin.values.len());
            let all = 1usize << bits;
            let values = if named < 2 || named > all { all } else { named };
            let values = Value::try_from(values).expect("a field has six bits at most");
            fields.push(Field { var: fields.len(), id, word, shift, bits, values });
        }
        Words { system, fields }
    }

    /// The variables.
    pub fn vars(&self) -> Vec<Variable> {
        let var = |field: &Field| {
            let origin = self.system.origins.vars.get(field.id.0 as usize);
            let value = |index: Value| {
                let known = origin.and_then(|origin| origin.values.get(usize::from(index)));
                known.cloned().unwrap_or_else(|| index.to_string())
            };
            Variable {
                name: origin.map_or_else(|| format!("v{}", field.id.0), |origin| origin.name.clone()),
                values: (0..field.values).map(value).collect(),
                role: Role::World,
            }
        };
        self.fields.iter().map(var).collect()
    }

    /// The values of a state.
    pub fn state(&self, state: &State) -> Vec<Value> {
        self.fields.iter().map(|field| Value::from(self.system.layout.get(state, field.id))).collect()
    }

    /// A variable that a guard remembers its answer in.
    pub fn var(&self, id: VarId) -> Option<Var> {
        self.fields.iter().find(|field| field.id == id).map(|field| field.var)
    }

    /// A condition.
    pub fn expr(&self, predicate: &Predicate) -> Result<Expr, Unnamed> {
        let all =
            |parts: &[Predicate]| parts.iter().map(|part| self.expr(part)).collect::<Result<Vec<Expr>, Unnamed>>();
        Ok(match predicate {
            Predicate::Constant(value) => Expr::Constant(*value),
            Predicate::Masked { word, mask, value } => {
                let covered = self.covered(*word, *mask);
                let known = covered.iter().fold(0, |bits, field| bits | field.mask());
                // Bits outside of all variables are zero.
                if value & !(mask & known) != 0 {
                    return Ok(Expr::Constant(false));
                }
                Expr::all(covered.into_iter().map(|field| {
                    let fits = |at: &Value| (u64::from(*at) << field.shift) & mask == value & field.mask();
                    member(field, (0..field.values).filter(fits))
                }))
            }
            Predicate::Member { word, shift, bits, set } => {
                let exact = |field: &&Field| (field.word, field.shift, field.bits) == (*word, *shift, *bits);
                let field = *self.fields.iter().find(exact).ok_or(Unnamed)?;
                member(field, (0..field.values).filter(|at| set >> at & 1 == 1))
            }
            Predicate::Sum { terms, compare, bound } => {
                let terms: Result<Vec<(i64, Expr)>, Unnamed> =
                    terms.iter().map(|(weight, term)| Ok((*weight, self.expr(term)?))).collect();
                Expr::Sum(terms?, *compare, *bound)
            }
            Predicate::Not(inner) => self.expr(inner)?.negated(),
            Predicate::All(parts) => Expr::all(all(parts)?),
            Predicate::Any(parts) => Expr::any(all(parts)?),
        })
    }

    /// All parts of some conditions.
    pub fn conditions(&self, conditions: &[Condition]) -> Result<Expr, Unnamed> {
        let parts = conditions.iter().flat_map(|condition| &condition.parts);
        let parts: Result<Vec<Expr>, Unnamed> = parts.map(|part| self.expr(&part.predicate)).collect();
        Ok(Expr::all(parts?))
    }

    /// What assignments do. Those that write what is there already are left out.
    pub fn updates(&self, assigns: &[Assign]) -> Result<Vec<Update>, Unnamed> {
        let mut updates = Vec::new();
        for assign in assigns {
            let when = self.expr(&assign.when)?;
            let mut sets = Vec::new();
            for field in self.covered(assign.word, assign.mask) {
                let value = assign.value & field.mask();
                if field.mask() & !assign.mask == 0 {
                    let value = Value::try_from(value >> field.shift).expect("a field has six bits at most");
                    if !says(&when, field.var, value) {
                        sets.push((field.var, Source::Value(value)));
                    }
                } else {
                    for old in 0..field.values {
                        let bits = (u64::from(old) << field.shift) & !assign.mask | value;
                        let new = Value::try_from(bits >> field.shift).expect("a field has six bits at most");
                        let when = Expr::all([when.clone(), Expr::is(field.var, old)]);
                        updates.push(Update::when(when, field.var, new));
                    }
                }
            }
            if !sets.is_empty() && when != Expr::Constant(false) {
                updates.push(Update { when, sets });
            }
        }
        Ok(updates)
    }

    fn covered(&self, word: u8, mask: u64) -> Vec<Field> {
        self.fields.iter().copied().filter(|field| field.word == word && field.mask() & mask != 0).collect()
    }
}

/// Whether a condition says that a variable has this value.
fn says(when: &Expr, var: Var, value: Value) -> bool {
    match when {
        Expr::In(of, values) => *of == var && *values == [value],
        Expr::All(parts) => parts.iter().any(|part| says(part, var, value)),
        _ => false,
    }
}

fn member(field: Field, values: impl Iterator<Item = Value>) -> Expr {
    let values: Vec<Value> = values.collect();
    if values.is_empty() {
        Expr::Constant(false)
    } else if values.len() == usize::from(field.values) {
        Expr::YES
    } else {
        Expr::In(field.var, values)
    }
}
