//! Conditions over model variables, and expressions turned into them.
//!
//! A [`Cond`] is in negation normal form but for sums. Comparisons of one variable with a constant become a set of
//! values, comparisons of two variables a table, everything else a bounded sum.

use super::TooLarge;
use crate::resolve::model::{self, DomainKind, Expr, Term, VariableId, World};
use crate::system::Compare;

/// A condition over model variables.
#[derive(Clone, Debug, PartialEq)]
pub enum Cond {
    /// Always or never.
    Constant(bool),
    /// The variable's value index is in the set.
    Member(VariableId, u64),
    /// The sum of the weights of the terms that hold, compared with the bound.
    Sum(Vec<(i64, Cond)>, Compare, i64),
    /// Does not hold. Only around sums.
    Not(Box<Cond>),
    /// All hold.
    All(Vec<Cond>),
    /// At least one holds.
    Any(Vec<Cond>),
}

impl Cond {
    /// Conjunction, simplified.
    pub fn all(parts: impl IntoIterator<Item = Cond>) -> Cond {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Cond::Constant(true) => {}
                Cond::Constant(false) => return Cond::Constant(false),
                Cond::All(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Cond::Constant(true),
            1 => kept.remove(0),
            _ => Cond::All(kept),
        }
    }

    /// Disjunction, simplified.
    pub fn any(parts: impl IntoIterator<Item = Cond>) -> Cond {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Cond::Constant(false) => {}
                Cond::Constant(true) => return Cond::Constant(true),
                Cond::Any(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Cond::Constant(false),
            1 => kept.remove(0),
            _ => Cond::Any(kept),
        }
    }

    /// Negation, pushed inwards.
    pub fn negate(self) -> Cond {
        match self {
            Cond::Constant(value) => Cond::Constant(!value),
            Cond::Member(variable, set) => Cond::Member(variable, !set),
            Cond::Not(inner) => *inner,
            Cond::All(parts) => Cond::any(parts.into_iter().map(Cond::negate)),
            Cond::Any(parts) => Cond::all(parts.into_iter().map(Cond::negate)),
            sum @ Cond::Sum(..) => Cond::Not(Box::new(sum)),
        }
    }

    /// How many parts it has.
    fn size(&self) -> usize {
        match self {
            Cond::Constant(_) | Cond::Member(..) => 1,
            Cond::Not(inner) => 1 + inner.size(),
            Cond::All(parts) | Cond::Any(parts) => 1 + parts.iter().map(Cond::size).sum::<usize>(),
            Cond::Sum(terms, ..) => 1 + terms.iter().map(|(_, cond)| cond.size()).sum::<usize>(),
        }
    }

    /// The variable has this value index.
    pub fn is(variable: VariableId, value: u8) -> Cond {
        Cond::Member(variable, 1 << value)
    }

    /// A boolean variable holds.
    pub fn holds(variable: VariableId) -> Cond {
        Cond::is(variable, 1)
    }
}

/// A number as constant, weighted variables' value indices, and weighted conditions.
#[derive(Clone, Debug, Default)]
struct Linear {
    constant: i64,
    variables: Vec<(i64, VariableId)>,
    conditions: Vec<(i64, Cond)>,
}

impl Linear {
    /// How many parts it has.
    fn size(&self) -> usize {
        1 + self.variables.len() + self.conditions.iter().map(|(_, cond)| cond.size()).sum::<usize>()
    }

    fn constant(constant: i64) -> Linear {
        Linear { constant, ..Linear::default() }
    }

    fn plus(mut self, other: &Linear, factor: i64) -> Linear {
        self.constant += factor * other.constant;
        for &(weight, variable) in &other.variables {
            match self.variables.iter_mut().find(|(_, known)| *known == variable) {
                Some((sum, _)) => *sum += factor * weight,
                None => self.variables.push((factor * weight, variable)),
            }
        }
        self.variables.retain(|(weight, _)| *weight != 0);
        self.conditions.extend(other.conditions.iter().map(|(weight, cond)| (factor * weight, cond.clone())));
        self
    }
}

/// Turns expressions of one world into conditions, within a limit on their size.
pub struct Translator<'w> {
    world: &'w World,
    left: u64,
}

impl<'w> Translator<'w> {
    /// How many parts all conditions of a system may have together.
    const LIMIT: u64 = 4_000_000;

    /// A translator for a world.
    pub fn new(world: &'w World) -> Self {
        Translator { world, left: Self::LIMIT }
    }

    /// The world.
    pub fn world(&self) -> &'w World {
        self.world
    }

    fn spend(&mut self, parts: usize) -> Result<(), TooLarge> {
        self.left = self.left.checked_sub(parts as u64 + 1).ok_or(TooLarge::Conditions)?;
        Ok(())
    }

    /// An optional guard; without one, always.
    pub fn guard(&mut self, expr: Option<&Expr>) -> Result<Cond, TooLarge> {
        expr.map_or(Ok(Cond::Constant(true)), |expr| self.condition(expr))
    }

    /// The condition that an expression states.
    pub fn condition(&mut self, expr: &Expr) -> Result<Cond, TooLarge> {
        self.spend(1)?;
        Ok(match expr {
            Expr::Constant(value) => Cond::Constant(*value),
            Expr::Holds(variable) => Cond::holds(*variable),
            Expr::Compare(op, left, right) => self.compare(*op, left, right)?,
            Expr::In(term, list) => {
                let mut parts = Vec::new();
                for item in list {
                    parts.push(self.compare(model::Compare::Equal, term, item)?);
                }
                merge_members(parts)
            }
            Expr::Not(inner) => self.condition(inner)?.negate(),
            Expr::And(parts) => Cond::all(self.conditions(parts)?),
            Expr::Or(parts) => Cond::any(self.conditions(parts)?),
            Expr::Implies(left, right) => Cond::any([self.condition(left)?.negate(), self.condition(right)?]),
            Expr::Same(left, right) => {
                let (left, right) = (self.condition(left)?, self.condition(right)?);
                self.spend(left.size() + right.size())?;
                choose(left, right.clone(), right.negate())
            }
            Expr::If(test, yes, no) => {
                let test = self.condition(test)?;
                self.spend(test.size())?;
                choose(test, self.condition(yes)?, self.condition(no)?)
            }
            Expr::Named(_, body) => self.condition(body)?,
        })
    }

    fn conditions(&mut self, parts: &[std::sync::Arc<Expr>]) -> Result<Vec<Cond>, TooLarge> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    fn compare(&mut self, op: model::Compare, left: &Term, right: &Term) -> Result<Cond, TooLarge> {
        let (lefts, rights) = (self.cases(left)?, self.cases(right)?);
        self.spend(lefts.len() * size(&rights) + rights.len() * size(&lefts))?;
        let mut parts = Vec::new();
        for (left_when, left) in &lefts {
            for (right_when, right) in &rights {
                let holds = self.compare_linear(op, left.clone().plus(right, -1))?;
                parts.push(Cond::all([left_when.clone(), right_when.clone(), holds]));
            }
        }
        Ok(Cond::any(parts))
    }

    /// `difference OP 0`
    fn compare_linear(&mut self, op: model::Compare, difference: Linear) -> Result<Cond, TooLarge> {
        let constant = difference.constant;
        if !difference.conditions.is_empty() || difference.variables.len() > 2 {
            return self.sum(op, &difference);
        }
        Ok(match difference.variables[..] {
            [] => Cond::Constant(meets(op, constant)),
            [(weight, variable)] => {
                Cond::Member(variable, self.values_where(variable, |value| meets(op, constant + weight * value)))
            }
            [(weight, variable), (other_weight, other)] => {
                // One set of values of `other` for each value of `variable`; equal sets share a row.
                let mut rows: Vec<(u64, u64)> = Vec::new();
                for value in 0..self.size(variable) {
                    let base = constant + weight * value;
                    let set = self.values_where(other, |value| meets(op, base + other_weight * value));
                    match rows.iter_mut().find(|(known, _)| *known == set) {
                        Some((_, values)) => *values |= 1 << value,
                        None => rows.push((set, 1 << value)),
                    }
                }
                self.spend(rows.len())?;
                Cond::any(
                    rows.into_iter()
                        .filter(|(set, _)| *set != 0)
                        .map(|(set, values)| Cond::all([Cond::Member(variable, values), Cond::Member(other, set)])),
                )
            }
            _ => unreachable!("longer sums were dealt with above"),
        })
    }

    fn sum(&mut self, op: model::Compare, difference: &Linear) -> Result<Cond, TooLarge> {
        self.spend(difference.size())?;
        let mut terms = difference.conditions.clone();
        for &(weight, variable) in &difference.variables {
            terms.extend((1..self.size(variable)).map(|value| (weight * value, Cond::is(variable, value as u8))));
        }
        self.spend(terms.len())?;
        let bound = -difference.constant;
        let flipped = |terms: Vec<(i64, Cond)>| terms.into_iter().map(|(weight, cond)| (-weight, cond)).collect();
        Ok(match op {
            model::Compare::Equal => Cond::Sum(terms, Compare::Equal, bound),
            model::Compare::NotEqual => Cond::Sum(terms, Compare::Equal, bound).negate(),
            model::Compare::Less => Cond::Sum(terms, Compare::Less, bound),
            model::Compare::AtMost => Cond::Sum(terms, Compare::AtMost, bound),
            model::Compare::Greater => Cond::Sum(flipped(terms), Compare::Less, -bound),
            model::Compare::AtLeast => Cond::Sum(flipped(terms), Compare::AtMost, -bound),
        })
    }

    /// A term as cases that exclude each other, each a linear number.
    fn cases(&mut self, term: &Term) -> Result<Vec<(Cond, Linear)>, TooLarge> {
        self.spend(1)?;
        let always = Cond::Constant(true);
        Ok(match term {
            Term::Constant(value, _) => vec![(always, Linear::constant(*value))],
            Term::Variable(variable) => {
                let lowest = self.lowest(*variable);
                vec![(always, Linear { constant: lowest, variables: vec![(1, *variable)], conditions: Vec::new() })]
            }
            Term::Rank(inner) => self.cases(inner)?,
            Term::Named(_, inner) => self.cases(inner)?,
            Term::Count(parts) => {
                let conditions = self.conditions(parts)?.into_iter().map(|cond| (1, cond)).collect();
                vec![(always, Linear { conditions, ..Linear::default() })]
            }
            Term::Add(left, right) => self.pairs(left, right, |left, right| left.plus(right, 1))?,
            Term::Subtract(left, right) => self.pairs(left, right, |left, right| left.plus(right, -1))?,
            Term::If(test, yes, no) => {
                let test = self.condition(test)?;
                let (yes, no) = (self.cases(yes)?, self.cases(no)?);
                self.spend(test.size() * (yes.len() + no.len()))?;
                let mut cases = under(&test, yes);
                cases.extend(under(&test.negate(), no));
                cases
            }
            Term::Max(parts) => self.extreme(parts, model::Compare::AtLeast)?,
            Term::Min(parts) => self.extreme(parts, model::Compare::AtMost)?,
        })
    }

    fn pairs(
        &mut self,
        left: &Term,
        right: &Term,
        join: impl Fn(Linear, &Linear) -> Linear,
    ) -> Result<Vec<(Cond, Linear)>, TooLarge> {
        let (lefts, rights) = (self.cases(left)?, self.cases(right)?);
        self.spend(lefts.len() * size(&rights) + rights.len() * size(&lefts))?;
        Ok(lefts
            .iter()
            .flat_map(|(left_when, left)| {
                rights.iter().map(|(right_when, right)| {
                    (Cond::all([left_when.clone(), right_when.clone()]), join(left.clone(), right))
                })
            })
            .collect())
    }

    fn extreme(&mut self, parts: &[Term], keeps: model::Compare) -> Result<Vec<(Cond, Linear)>, TooLarge> {
        let mut best = match parts.first() {
            Some(first) => self.cases(first)?,
            None => return Ok(Vec::new()),
        };
        for part in &parts[1..] {
            let rivals = self.cases(part)?;
            self.spend(4 * (best.len() * size(&rivals) + rivals.len() * size(&best)))?;
            let mut next = Vec::new();
            for (best_when, best) in &best {
                for (rival_when, rival) in &rivals {
                    let both = Cond::all([best_when.clone(), rival_when.clone()]);
                    let keep = self.compare_linear(keeps, best.clone().plus(rival, -1))?;
                    next.push((Cond::all([both.clone(), keep.clone()]), best.clone()));
                    next.push((Cond::all([both, keep.negate()]), rival.clone()));
                }
            }
            next.retain(|(when, _)| *when != Cond::Constant(false));
            best = next;
        }
        Ok(best)
    }

    /// For each value index that the term can give in the variable's domain, when it gives it.
    pub fn values(&mut self, target: VariableId, term: &Term) -> Result<Vec<(Cond, u8)>, TooLarge> {
        let lowest = self.lowest(target);
        let mut assigned = Vec::new();
        let cases = self.cases(term)?;
        self.spend(size(&cases).saturating_mul(self.size(target) as usize))?;
        for (when, linear) in cases {
            for value in 0..self.size(target) {
                let difference = Linear { constant: linear.constant - lowest - value, ..linear.clone() };
                let equal = self.compare_linear(model::Compare::Equal, difference)?;
                let when = Cond::all([when.clone(), equal]);
                if when != Cond::Constant(false) {
                    assigned.push((when, value as u8));
                }
            }
        }
        Ok(assigned)
    }

    fn size(&self, variable: VariableId) -> i64 {
        self.domain(variable).values.len() as i64
    }

    fn lowest(&self, variable: VariableId) -> i64 {
        match self.domain(variable).kind {
            DomainKind::Range(lowest) => lowest,
            _ => 0,
        }
    }

    fn domain(&self, variable: VariableId) -> &'w model::Domain {
        &self.world.domains[self.world.variables[variable.index()].domain.index()]
    }

    fn values_where(&self, variable: VariableId, test: impl Fn(i64) -> bool) -> u64 {
        (0..self.size(variable)).filter(|&value| test(value)).fold(0, |set, value| set | 1 << value)
    }
}

fn meets(op: model::Compare, difference: i64) -> bool {
    match op {
        model::Compare::Equal => difference == 0,
        model::Compare::NotEqual => difference != 0,
        model::Compare::Less => difference < 0,
        model::Compare::AtMost => difference <= 0,
        model::Compare::Greater => difference > 0,
        model::Compare::AtLeast => difference >= 0,
    }
}

fn choose(test: Cond, yes: Cond, no: Cond) -> Cond {
    Cond::any([Cond::all([test.clone(), yes]), Cond::all([test.negate(), no])])
}

/// How many parts cases have together.
fn size(cases: &[(Cond, Linear)]) -> usize {
    cases.iter().map(|(when, linear)| when.size() + linear.size()).sum()
}

fn under(when: &Cond, cases: Vec<(Cond, Linear)>) -> Vec<(Cond, Linear)> {
    cases.into_iter().map(|(inner, linear)| (Cond::all([when.clone(), inner]), linear)).collect()
}

/// A disjunction in which memberships of one variable become one set.
fn merge_members(parts: Vec<Cond>) -> Cond {
    let mut merged: Vec<Cond> = Vec::new();
    for part in parts {
        if let Cond::Member(variable, set) = part {
            let known = merged.iter_mut().find_map(|known| match known {
                Cond::Member(other, values) if *other == variable => Some(values),
                _ => None,
            });
            match known {
                Some(values) => *values |= set,
                None => merged.push(part),
            }
        } else {
            merged.push(part);
        }
    }
    Cond::any(merged)
}
