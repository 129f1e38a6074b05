//! Assignments and outcomes: which variables are written, and with what.

use super::entity::{Entity, Kind, Scope};
use super::ground::Grounder;
use super::model::{Assign, DomainKind, EventId, Expr, Outcome, Term, Value, VariableId};
use super::reporter::unknown;
use super::value::{self, Ground, Type};
use crate::base::{Map, Span};
use crate::diag::{Code, Diagnostic};
use crate::syntax::tree::{self, ExprKind, Text};
use std::sync::Arc;

impl Grounder<'_, '_> {
    /// The variables that the left side of an assignment names, and how many arguments it gives. Arguments left out
    /// stand for all: `clusres` is on every node.
    pub(super) fn targets(&mut self, target: &tree::Target, scope: &Scope) -> Option<(Vec<VariableId>, usize)> {
        let no_arguments = Vec::new();
        let (name, arguments) = match &target.kind {
            ExprKind::Bad => return None,
            ExprKind::Word(name) => (name, &no_arguments),
            ExprKind::Call(name, arguments) => (&name.value, arguments),
            _ => {
                self.reporter.say(Code::R105, "only variables are assigned", target.span, "not a variable");
                return None;
            }
        };
        let Some(family) = self.symbols.families.get(name.as_str()) else {
            let known = self.symbols.families.keys().map(String::as_str);
            let mistake = match self.symbols.definitions.contains_key(name.as_str()) {
                true => {
                    Diagnostic::new(Code::R105, format!("`{name}` is a definition: it is never stored"), target.span)
                        .label("not a variable")
                }
                false => unknown("variable", name, target.span, known),
            };
            self.reporter.report(mistake);
            return None;
        };
        if family.constant {
            let message = format!("`{name}` is a static attribute of nodes: it never changes");
            self.reporter.say(Code::R122, message, target.span, "cannot be assigned");
            return None;
        }
        let wanted = family.params.len();
        if arguments.len() > wanted {
            let call = Text::new(name.clone(), target.span);
            self.arity(&call, wanted, arguments.len(), target.span)?;
        }
        let mut prefix: Vec<Entity> = Vec::new();
        for (argument, kind) in arguments.iter().zip(family.params.clone()) {
            match self.arguments(&[Some(kind)], std::slice::from_ref(argument), scope)?.pop()? {
                super::call::Argument::Fixed(entity) => prefix.push(entity),
                super::call::Argument::Moving(_) => {
                    let message = "which variable is assigned must not depend on the state";
                    self.reporter.say(Code::R123, message, argument.span, "not a constant");
                    return None;
                }
            }
        }
        let indices: Vec<u32> = prefix.iter().map(|entity| entity.index()).collect();
        if prefix.len() == wanted {
            let id = self.existing(name, &indices, &prefix, target.span)?;
            return Some((vec![id], wanted));
        }
        let all: Vec<VariableId> =
            family.instances.iter().filter(|(key, _)| key.starts_with(&indices)).map(|(_, id)| *id).collect();
        Some((all, prefix.len()))
    }

    /// The value for a variable. Integers that are computed are checked against the range by the caller.
    pub(super) fn value(&mut self, variable: VariableId, value: &tree::Value, scope: &Scope) -> Option<Value> {
        let domain = self.symbols.variables[variable.index()].domain;
        let wanted = Type::of(self.symbols, domain);
        let ground = self.ground(value, Some(wanted), scope)?;
        let (kind, term) = match ground {
            Ground::Truth(truth) if wanted == Type::Truth => {
                return Some(match &*truth {
                    Expr::Constant(constant) => Value::Index(u8::from(*constant)),
                    _ => Value::Truth(truth),
                });
            }
            Ground::Truth(_) => {
                let wanted = wanted.word(self.symbols);
                return self.wrong(&Ground::Truth(value::constant(true)), &wanted, value.span);
            }
            other if wanted == Type::Truth => return self.wrong(&other, "a truth", value.span),
            other => self.as_term(other, value.span)?,
        };
        let term = plain(term);
        if kind != wanted {
            let (is, wanted) = (kind.word(self.symbols), wanted.word(self.symbols));
            let code = if matches!(kind, Type::Values(_)) { Code::R121 } else { Code::R105 };
            self.reporter.say(code, format!("this is {is}; the variable is {wanted}"), value.span, "does not fit");
            return None;
        }
        let Term::Constant(number, text) = &term else { return Some(Value::Term(term)) };
        let low = match self.symbols.domain(domain).kind {
            DomainKind::Range(low) => low,
            _ => 0,
        };
        let index = number.checked_sub(low).and_then(|index| u8::try_from(index).ok());
        match index.filter(|index| usize::from(*index) < self.symbols.domain(domain).values.len()) {
            Some(index) => Some(Value::Index(index)),
            None => {
                let values = &self.symbols.domain(domain).values;
                let (low, high) = (&values[0], &values[values.len() - 1]);
                let message = format!("{text} is not between {low} and {high}");
                self.reporter.say(Code::R104, message, value.span, "outside the range");
                None
            }
        }
    }

    /// The assignments of one outcome, which is possible only where all `guards` hold.
    pub(super) fn assignments(&mut self, set: &tree::Assignments, scope: &Scope, guards: &[Arc<Expr>]) -> Vec<Assign> {
        let mut made: Vec<Assign> = Vec::new();
        let mut places: Map<VariableId, Span> = Map::default();
        for (target, written) in set {
            let Some((variables, _)) = self.targets(target, scope) else {
                continue;
            };
            for variable in variables {
                if let Some(first) = places.insert(variable, target.span) {
                    let name = &self.symbols.variables[variable.index()].name;
                    let mistake = Diagnostic::new(Code::R113, format!("`{name}` is assigned twice"), target.span)
                        .label("assigned again here")
                        .related(first, "first assigned here");
                    self.reporter.report(mistake);
                    continue;
                }
                if let Some(value) = self.value(variable, written, scope) {
                    self.check_range(variable, &value, guards, written.span);
                    made.push(Assign { variable, value });
                }
            }
        }
        made
    }

    /// Events by name.
    pub(super) fn events(&mut self, events: &[Text]) -> Vec<EventId> {
        let mut made = Vec::new();
        for event in events {
            match self.symbols.events.get(&event.value) {
                Some(index) => made.push(EventId(*index)),
                None => {
                    let known = self.symbols.events.keys().map(String::as_str);
                    let mistake = unknown("event", &event.value, event.span, known);
                    self.reporter.report(mistake);
                }
            }
        }
        made
    }

    /// One outcome. `fails` says whether it counts as failed whatever it says itself.
    pub(super) fn outcome(&mut self, outcome: &tree::Outcome, scope: &Scope, guards: &[Arc<Expr>]) -> Outcome {
        let when = outcome.when.as_ref().and_then(|when| self.truth(when, scope));
        let guards: Vec<Arc<Expr>> = guards.iter().chain(&when).cloned().collect();
        Outcome {
            set: self.assignments(&outcome.set, scope, &guards),
            events: self.events(&outcome.events),
            cite: texts(&outcome.cite),
            fails: outcome.fails,
            when,
        }
    }

    /// All combinations of what names range over, `{n: control}`, as scopes. Reports kinds that are unknown.
    pub(super) fn bindings(&mut self, names: &[(&Text, Option<&Text>)], span: Span) -> Vec<Scope> {
        let mut sets = Vec::new();
        let mut earlier: Vec<Text> = Vec::new();
        for (name, kind) in names {
            if self.bindable(name, &earlier, &Scope::default()).is_none() {
                return Vec::new();
            }
            earlier.push((*name).clone());
            match kind {
                None => sets.push(self.symbols.all(Kind::Node)),
                Some(kind) => match self.symbols.range(&kind.value) {
                    Some((_, members)) => sets.push(members),
                    None => {
                        let mistake = unknown("kind or set", &kind.value, kind.span, self.symbols.ranges());
                        self.reporter.report(mistake);
                        return Vec::new();
                    }
                },
            }
        }
        let Some(all) = super::entity::combinations(&sets, self.room()) else {
            self.spend(super::ground::MOST_PARTS + 1, span);
            return Vec::new();
        };
        if self.spend(all.len(), span).is_none() {
            return Vec::new();
        }
        all.into_iter()
            .map(|binding| Scope::binding(names.iter().map(|(name, _)| name.value.clone()).zip(binding).collect()))
            .collect()
    }
}

/// The words of a list.
pub(super) fn texts(list: &[Text]) -> Vec<String> {
    list.iter().map(|text| text.value.clone()).collect()
}

/// A constant without the definitions that name it.
fn plain(term: Term) -> Term {
    match term {
        Term::Named(_, inner) if matches!(*inner, Term::Constant(..)) => *inner,
        Term::Named(name, inner) => match plain(*inner) {
            constant @ Term::Constant(..) => constant,
            inner => Term::Named(name, Box::new(inner)),
        },
        other => other,
    }
}
