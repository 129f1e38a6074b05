//! PDDL: the problem of finding an order with a run that ends well. Domain and problem in one text.
//!
//! A planner chooses everything, also what the environment chooses: outcomes and the order of reactions. So a plan is one run
//! that ends well, and is a good order only where nothing but the order can be chosen.

use super::model::{Command, Expr, Model, Role, Source, Value, Var};
use super::names::{Names, head, line};
use crate::system::Compare;
use std::fmt::{Result, Write};

/// Sums with more terms than this are not written out.
const MOST_TERMS: usize = 16;

const RESERVED: &str = "define domain problem requirements types constants predicates action parameters precondition effect \
    init goal objects and or not when forall exists imply is either object number total-time increase decrease assign \
    scale-up scale-down metric minimize maximize derived axiom durative-action over all at start end preference sometime \
    always within strips typing equality variable value variables values";

/// Writes a model that has no drills and no law. None where a sum is too long to be written out.
pub fn write(model: &Model) -> Option<String> {
    let mut names = Names::new(RESERVED, '-');
    let vars = model.vars.iter().map(|var| names.name(&var.name)).collect();
    let mut words: crate::base::Map<String, String> = crate::base::Map::default();
    for value in model.vars.iter().filter(|var| !var.is_flag()).flat_map(|var| &var.values) {
        if !words.contains_key(value) {
            words.insert(value.clone(), names.name(value));
        }
    }
    let commands = model.commands.iter().map(|command| names.name(&command.name)).collect();
    let pddl = Pddl { model, vars, words, commands };
    let long = |expr: &Expr| too_long(&model.expanded(expr));
    let updates = model.commands.iter().flat_map(|command| &command.updates);
    if model.commands.iter().any(|command| long(&command.guard)) || updates.into_iter().any(|update| long(&update.when))
    {
        return None;
    }
    let mut out = String::new();
    pddl.all(&mut out).expect("writing to a string never fails");
    Some(out)
}

struct Pddl<'m> {
    model: &'m Model,
    vars: Vec<String>,
    words: crate::base::Map<String, String>,
    commands: Vec<String>,
}

impl Pddl<'_> {
    fn all(&self, out: &mut String) -> Result {
        let model = self.model;
        write!(out, "{}", head(";", &model.title, &model.about))?;
        writeln!(out, "(define (domain procedure)")?;
        writeln!(
            out,
            "  (:requirements :strips :typing :negative-preconditions :disjunctive-preconditions :conditional-effects)"
        )?;
        writeln!(out, "  (:types variable value)\n  (:constants")?;
        for (at, var) in model.vars.iter().enumerate().filter(|(_, var)| !var.is_flag()) {
            writeln!(out, "    {} - variable ; {}", self.vars[at], line(&var.name))?;
        }
        for (value, word) in &self.words {
            writeln!(out, "    {word} - value ; {}", line(value))?;
        }
        writeln!(out, "  )\n  (:predicates\n    (is ?variable - variable ?value - value)")?;
        for (at, var) in model.vars.iter().enumerate().filter(|(_, var)| var.is_flag()) {
            writeln!(out, "    ({}) ; {}", self.vars[at], line(&var.name))?;
        }
        writeln!(out, "  )")?;
        let mut heading = "";
        for (name, command) in self.commands.iter().zip(&model.commands) {
            if command.heading != heading {
                heading = &command.heading;
                writeln!(out, "\n  ; {}", line(heading))?;
            }
            self.command(out, name, command)?;
        }
        writeln!(out, ")\n\n(define (problem procedure-ends-well)\n  (:domain procedure)\n  (:init")?;
        let (name, state) = &model.initial[0];
        if !name.is_empty() {
            writeln!(out, "    ; {}", line(name))?;
        }
        for (at, value) in state.iter().enumerate() {
            if !model.vars[at].is_flag() || *value == 1 {
                writeln!(out, "    {}", self.is(at, *value))?;
            }
        }
        let (moment, good) = model.now;
        let good = good.expect("only procedures with an end are written");
        writeln!(out, "  )\n  (:goal {})\n)", self.is(moment, good))
    }

    fn is(&self, var: Var, value: Value) -> String {
        let name = &self.vars[var];
        let of = &self.model.vars[var];
        match (of.is_flag(), value) {
            (true, 1) => format!("({name})"),
            (true, _) => format!("(not ({name}))"),
            (false, value) => format!("(is {name} {})", self.words[&of.values[usize::from(value)]]),
        }
    }

    fn condition(&self, expr: &Expr) -> String {
        let list = |word: &str, parts: Vec<String>| match parts.len() {
            1 => parts.concat(),
            _ => format!("({word} {})", parts.join(" ")),
        };
        let all = |parts: &[Expr]| parts.iter().map(|part| self.condition(part)).collect();
        match expr {
            Expr::Constant(true) => "(and)".to_owned(),
            Expr::Constant(false) => "(or)".to_owned(),
            Expr::In(var, values) => list("or", values.iter().map(|value| self.is(*var, *value)).collect()),
            Expr::Sum(terms, compare, bound) => self.condition(&sum(terms, *compare, *bound)),
            Expr::Named(definition) => self.condition(&self.model.definitions[*definition].expr),
            Expr::Not(inner) => format!("(not {})", self.condition(inner)),
            Expr::All(parts) => list("and", all(parts)),
            Expr::Any(parts) => list("or", all(parts)),
        }
    }

    fn command(&self, out: &mut String, name: &str, command: &Command) -> Result {
        writeln!(out, "\n  ; {}", line(&command.name))?;
        command.comments.iter().try_for_each(|text| writeln!(out, "  ;   {}", line(text)))?;
        writeln!(out, "  (:action {name}\n    :parameters ()\n    :precondition (and")?;
        let guard = self.model.expanded(&command.guard);
        let parts = if let Expr::All(parts) = guard { parts } else { vec![guard] };
        parts.iter().try_for_each(|part| writeln!(out, "      {}", self.condition(part)))?;
        writeln!(out, "    )\n    :effect (and")?;
        for update in &command.updates {
            let sets: Vec<String> = update.sets.iter().map(|(var, source)| self.set(*var, *source)).collect();
            match self.model.expanded(&update.when) {
                Expr::Constant(true) => writeln!(out, "      {}", sets.join(" "))?,
                when => writeln!(out, "      (when {} (and {}))", self.condition(&when), sets.join(" "))?,
            }
        }
        writeln!(out, "    ))")
    }

    fn set(&self, var: Var, source: Source) -> String {
        let of = &self.model.vars[var];
        debug_assert!(of.role != Role::Kept, "a model without drills keeps nothing");
        let Source::Value(value) = source else { return String::new() };
        if of.is_flag() {
            return self.is(var, value);
        }
        let others = (0..).take(of.values.len()).filter(|other| *other != value);
        let others = others.map(|other| format!("(not {})", self.is(var, other)));
        others.chain([self.is(var, value)]).collect::<Vec<String>>().join(" ")
    }
}

fn too_long(expr: &Expr) -> bool {
    match expr {
        Expr::Sum(terms, ..) => terms.len() > MOST_TERMS || terms.iter().any(|(_, term)| too_long(term)),
        Expr::Not(inner) => too_long(inner),
        Expr::All(parts) | Expr::Any(parts) => parts.iter().any(too_long),
        Expr::Constant(_) | Expr::In(..) | Expr::Named(_) => false,
    }
}

/// A sum, said by cases: the first term holds and the rest makes up for it, or it does not.
fn sum(terms: &[(i64, Expr)], compare: Compare, bound: i64) -> Expr {
    let (least, most) = terms
        .iter()
        .fold((0, 0), |(least, most): (i64, i64), (weight, _)| (least + weight.min(&0), most + weight.max(&0)));
    let (always, never) = match compare {
        Compare::Equal => (least == bound && most == bound, bound < least || bound > most),
        Compare::Less => (most < bound, least >= bound),
        Compare::AtMost => (most <= bound, least > bound),
    };
    let Some(((weight, first), rest)) = terms.split_first().filter(|_| !always && !never) else {
        return Expr::Constant(always);
    };
    let with = Expr::all([first.clone(), sum(rest, compare, bound - weight)]);
    let without = Expr::all([first.clone().negated(), sum(rest, compare, bound)]);
    Expr::any([with, without])
}
