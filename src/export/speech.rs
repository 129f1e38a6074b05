//! What writers of languages with infix conditions have in common: identifiers for everything, conditions, assignments in a row.

use super::model::{Command, Expr, Model, Source, Update, Value, Var};
use super::names::Names;
use crate::system::Compare;

/// Identifiers for everything in a model.
pub(super) struct Identifiers {
    pub vars: Vec<String>,
    /// For each variable, its domain; variables with the same values share one.
    pub domain: Vec<usize>,
    /// The name of each domain and of its values; flags have none.
    pub domains: Vec<(String, Vec<String>)>,
    pub definitions: Vec<String>,
    pub commands: Vec<String>,
}

/// When two domains may use the same word for a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shared {
    /// Where it is at the same place in both.
    SamePlace,
    /// Never.
    Never,
}

impl Identifiers {
    /// Variables first, so that they keep their names.
    pub fn of(model: &Model, names: &mut Names, shared: Shared) -> Identifiers {
        let vars = model.vars.iter().map(|var| names.name(&var.name)).collect();
        let definitions = model.definitions.iter().map(|one| names.name(&one.name)).collect();
        let (domain, domains) = domains(model, names, shared);
        let commands = model.commands.iter().map(|command| names.name(&command.name)).collect();
        Identifiers { vars, domain, domains, definitions, commands }
    }

    /// The word for a value.
    pub fn value(&self, var: Var, value: Value) -> &str {
        &self.domains[self.domain[var]].1[usize::from(value)]
    }
}

fn domains(model: &Model, names: &mut Names, shared: Shared) -> (Vec<usize>, Vec<(String, Vec<String>)>) {
    let mut lists: Vec<(&str, &[String])> = Vec::new();
    let mut domain = Vec::new();
    for var in &model.vars {
        let at = lists.iter().position(|(_, values)| *values == var.values).unwrap_or(lists.len());
        if at == lists.len() {
            let short = var.name.split('(').next().unwrap_or(&var.name);
            lists.push((short, &var.values));
        }
        domain.push(at);
    }
    let flag = |values: &[String]| values == ["no", "yes"];
    // Who says a word, and at which places it stands.
    let mut said: crate::base::Map<String, Vec<usize>> = crate::base::Map::default();
    for (_, values) in lists.iter().filter(|(_, values)| !flag(values)) {
        for (place, value) in values.iter().enumerate() {
            said.entry(names.plain(value).to_lowercase()).or_default().push(place);
        }
    }
    let mut common: crate::base::Map<String, String> = crate::base::Map::default();
    let mut named = Vec::new();
    for (short, values) in &lists {
        if flag(values) {
            named.push((String::new(), Vec::new()));
            continue;
        }
        let of = names.name(&format!("{short} values"));
        let mut words = Vec::new();
        for value in *values {
            let plain = names.plain(value);
            let places = &said[&plain.to_lowercase()];
            let alike = shared == Shared::SamePlace && places.iter().all(|place| *place == places[0]);
            let word = match common.get(&plain.to_lowercase()) {
                Some(known) if alike && !words.contains(known) => known.clone(),
                _ if (alike || places.len() == 1) && names.free(&plain) => {
                    names.take(&plain);
                    common.insert(plain.to_lowercase(), plain.clone());
                    plain
                }
                _ => names.name(&format!("{short} {value}")),
            };
            words.push(word);
        }
        named.push((of, words));
    }
    (domain, named)
}

/// How a language writes conditions.
pub(super) trait Speech {
    const AND: &'static str;
    const OR: &'static str;
    const NOT: &'static str;
    const YES: &'static str;
    const NO: &'static str;
    /// `==`, `<`, `<=`
    const COMPARE: [&'static str; 3];

    /// The variable has the value, or has it not.
    fn is(&self, var: Var, value: Value, equal: bool) -> String;
    /// A definition.
    fn named(&self, definition: usize) -> String;
    /// A number if the condition holds, else nothing.
    fn weighed(&self, weight: u64, condition: &str) -> String;
    /// How many values the variable has.
    fn values(&self, var: Var) -> Value;

    /// A condition; in brackets unless it is as simple as a name.
    fn condition(&self, expr: &Expr) -> String {
        match expr {
            Expr::Constant(true) => Self::YES.to_owned(),
            Expr::Constant(false) => Self::NO.to_owned(),
            Expr::Named(definition) => self.named(*definition),
            Expr::Not(inner) => format!("{}({})", Self::NOT, self.open(inner)),
            _ => format!("({})", self.open(expr)),
        }
    }

    /// The same without brackets around it.
    fn open(&self, expr: &Expr) -> String {
        let list = |parts: &[Expr], word: &str| {
            let parts: Vec<String> = parts.iter().map(|part| self.condition(part)).collect();
            parts.join(word)
        };
        match expr {
            Expr::In(var, values) => self.member(*var, values),
            Expr::All(parts) => list(parts, Self::AND),
            Expr::Any(parts) => list(parts, Self::OR),
            Expr::Sum(terms, compare, bound) => {
                // No number is below zero: a tool may count in the smallest numbers that hold what a model declares.
                let side = |negative: bool, number: i64| {
                    let own = terms.iter().filter(|(weight, _)| (*weight < 0) == negative);
                    let own = own.map(|(weight, term)| self.weighed(weight.unsigned_abs(), &self.condition(term)));
                    let parts: Vec<String> = own.chain((number > 0).then(|| number.to_string())).collect();
                    if parts.is_empty() { "0".to_owned() } else { parts.join(" + ") }
                };
                let [equal, less, at_most] = Self::COMPARE;
                let sign = match compare {
                    Compare::Equal => equal,
                    Compare::Less => less,
                    Compare::AtMost => at_most,
                };
                format!("{} {sign} {}", side(false, -bound), side(true, *bound))
            }
            Expr::Constant(_) | Expr::Named(_) | Expr::Not(_) => self.condition(expr),
        }
    }

    /// The shorter of saying which values it has and which it has not.
    fn member(&self, var: Var, values: &[Value]) -> String {
        let (said, equal) = self.shorter(var, values);
        let said: Vec<String> = said.iter().map(|value| self.is(var, *value, equal)).collect();
        said.join(if equal { Self::OR } else { Self::AND })
    }

    /// The values that it has, or those that it has not, whichever are fewer; and whether it has them.
    fn shorter(&self, var: Var, values: &[Value]) -> (Vec<Value>, bool) {
        let others: Vec<Value> = (0..self.values(var)).filter(|value| !values.contains(value)).collect();
        if values.len() <= others.len() { (values.to_vec(), true) } else { (others, false) }
    }

    /// A definition, to be written one part a line, each with the sign that joins it to the one before.
    fn listed(&self, expr: &Expr) -> Vec<String> {
        let (parts, sign) = match expr {
            Expr::Any(parts) => (parts, Self::OR),
            Expr::All(parts) => (parts, Self::AND),
            Expr::In(var, values) => {
                let (said, equal) = self.shorter(*var, values);
                let sign = if equal { Self::OR } else { Self::AND };
                return joined(said.iter().map(|value| self.is(*var, *value, equal)), sign);
            }
            other => return vec![self.open(other)],
        };
        joined(parts.iter().map(|part| self.condition(part)), sign)
    }

    /// The parts of a guard, to be written one a line.
    fn guard(&self, expr: &Expr) -> Vec<String> {
        match expr {
            Expr::All(parts) => parts.iter().map(|part| self.condition(part)).collect(),
            other => vec![self.condition(other)],
        }
    }
}

/// One part a line, each with the sign that joins it to the one before.
fn joined(parts: impl Iterator<Item = String>, sign: &str) -> Vec<String> {
    let signed = |(at, part)| if at == 0 { part } else { format!("{}{part}", sign.trim_start()) };
    parts.enumerate().map(signed).collect()
}

/// Assignments made one after the other.
pub(super) struct InARow<'m> {
    /// Conditions that have to be looked at before the first assignment, as they may not be as they were later.
    pub first: Vec<&'m Expr>,
    /// Under which condition, and what: the condition's place in `first`, if it is there.
    pub then: Vec<(Option<usize>, &'m Update)>,
}

impl<'m> InARow<'m> {
    /// Those of a command.
    pub fn of(command: &'m Command) -> InARow<'m> {
        let mut row = InARow { first: Vec::new(), then: Vec::new() };
        let mut written: Vec<Var> = Vec::new();
        let always = |update: &&Update| update.when == Expr::YES;
        let (plain, asked): (Vec<&Update>, Vec<&Update>) = command.updates.iter().partition(always);
        for update in asked.into_iter().chain(plain) {
            let mut reads = Vec::new();
            update.when.reads(&mut reads);
            let early = reads.iter().any(|var| written.contains(var)).then(|| {
                row.first.push(&update.when);
                row.first.len() - 1
            });
            for (_, source) in &update.sets {
                assert!(
                    !matches!(source, Source::Of(var) if written.contains(var)),
                    "copies come before what they copy is written"
                );
            }
            written.extend(update.sets.iter().map(|(var, _)| *var));
            row.then.push((early, update));
        }
        row
    }

    /// The most conditions that a command of the model has to look at first.
    pub fn most(model: &Model) -> usize {
        model.commands.iter().map(|command| InARow::of(command).first.len()).max().unwrap_or(0)
    }
}
