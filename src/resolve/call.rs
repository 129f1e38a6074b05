//! Calls: variables with arguments, definitions, and arguments that depend on the state.

use super::compare::Doubt;
use super::entity::{Entity, Kind, Scope};
use super::ground::{Callee, Grounder, Known};
use super::model::{Compare, Expr, Term, VariableId};
use super::reporter::unknown;
use super::symbols::Symbols;
use super::value::{self, Ground, Type};
use crate::base::Span;
use crate::diag::{Code, Diagnostic};
use crate::syntax::tree::{self, ExprKind};
use std::sync::Arc;

/// An argument: known, or a node that depends on the state (`owner(sql)`).
#[derive(Clone)]
pub(super) enum Argument {
    Fixed(Entity),
    Moving(Term),
}

impl Grounder<'_, '_> {
    /// A call: a variable, a definition, or a built-in function.
    pub(super) fn call(
        &mut self,
        name: &tree::Text,
        arguments: &[tree::Expr],
        span: Span,
        expected: Option<Type>,
        scope: &Scope,
    ) -> Option<Ground> {
        let word = name.value.as_str();
        if let Some(family) = self.symbols.families.get(word) {
            let kinds: Vec<Option<Kind>> = family.params.iter().copied().map(Some).collect();
            self.arity(name, kinds.len(), arguments.len(), span)?;
            let arguments = self.arguments(&kinds, arguments, scope)?;
            return self.split(&arguments, span, &mut |this, entities| {
                let indices: Vec<u32> = entities.iter().map(|entity| entity.index()).collect();
                let id = this.existing(word, &indices, entities, span)?;
                Some(this.variable(id))
            });
        }
        if let Some(define) = self.symbols.definitions.get(word).copied() {
            self.used.insert(define);
            let params = self.symbols.tree.defines[define].params.len();
            self.arity(name, params, arguments.len(), span)?;
            let kinds: Vec<Option<Kind>> = (0..params).map(|place| self.param_kind(define, place, 0)).collect();
            let arguments = self.arguments(&kinds, arguments, scope)?;
            return self.split(&arguments, span, &mut |this, entities| {
                this.callee(Callee::Definition(define), entities.to_vec(), expected, span)
            });
        }
        self.function(name, arguments, span, expected, scope)
    }

    /// The variable with these arguments; reports one that does not exist there.
    pub(super) fn existing(
        &mut self,
        family: &str,
        indices: &[u32],
        entities: &[Entity],
        span: Span,
    ) -> Option<VariableId> {
        let found = self.symbols.variable(family, indices);
        if found.is_none() {
            let names: Vec<&str> = entities.iter().map(|entity| self.symbols.name(*entity)).collect();
            let message = format!("there is no `{family}({})`", names.join(", "));
            let known = &self.symbols.families[family].instances;
            let on: Vec<&str> = known
                .keys()
                .filter_map(|key| key.last())
                .filter_map(|index| self.symbols.nodes.get(*index as usize))
                .map(String::as_str)
                .collect();
            let help =
                if on.is_empty() { "it is on no node".to_owned() } else { format!("it is on {}", on.join(", ")) };
            let mistake = Diagnostic::new(Code::R108, message, span).label("does not exist there").help(help);
            self.reporter.report(mistake);
        }
        found
    }

    pub(super) fn arity(&mut self, name: &tree::Text, wanted: usize, given: usize, span: Span) -> Option<()> {
        if wanted == given {
            return Some(());
        }
        let message =
            format!("`{}` takes {wanted} argument{}, not {given}", name.value, if wanted == 1 { "" } else { "s" });
        self.reporter.say(Code::R109, message, span, "wrong number of arguments");
        None
    }

    pub(super) fn arguments(
        &mut self,
        kinds: &[Option<Kind>],
        exprs: &[tree::Expr],
        scope: &Scope,
    ) -> Option<Vec<Argument>> {
        let made: Vec<Option<Argument>> =
            exprs.iter().zip(kinds).map(|(expr, kind)| self.argument(expr, *kind, scope)).collect();
        made.into_iter().collect()
    }

    /// One argument, of a kind if one is known.
    fn argument(&mut self, expr: &tree::Expr, kind: Option<Kind>, scope: &Scope) -> Option<Argument> {
        let word = match &expr.kind {
            ExprKind::Word(word) => Some(word.clone()),
            ExprKind::Integer(number) => Some(number.to_string()),
            _ => None,
        };
        if let Some(word) = word {
            let found = match scope.find(&word) {
                Some(entity) => Some(entity),
                None if word == "here" => Some(self.here(expr.span, scope)?),
                None => {
                    let kinds = kind.map_or(vec![Kind::Node, Kind::Group, Kind::Package], |kind| vec![kind]);
                    let mut found = kinds.iter().filter_map(|kind| self.symbols.named(*kind, &word));
                    let first = found.next();
                    if found.next().is_some() {
                        let message = format!("`{word}` is a node, a group or a package: which cannot be told");
                        self.reporter.say(Code::R106, message, expr.span, "which is meant?");
                        return None;
                    }
                    first
                }
            };
            let computed = self.symbols.variable(&word, &[]).is_some() || self.nullary(&word).is_some();
            if found.is_none() && !computed {
                let kinds = kind.map_or(vec![Kind::Node, Kind::Group, Kind::Package], |kind| vec![kind]);
                let known = kinds.iter().flat_map(|kind| self.symbols.names(*kind));
                let bound = scope.names.iter().map(|(name, _)| name.as_str());
                let what = kind.map_or("node, group or package", Kind::word);
                let mistake = unknown(what, &word, expr.span, known.chain(bound));
                self.reporter.report(mistake);
                return None;
            }
            if let Some(entity) = found {
                return self.fits(Ground::Entity(entity), kind, expr.span);
            }
        }
        let expected =
            kind.map(|kind| if kind == Kind::Node { Type::Values(Symbols::NODES) } else { Type::Fixed(kind) });
        let ground = self.ground(expr, expected, scope)?;
        self.fits(ground, kind, expr.span)
    }

    fn fits(&mut self, ground: Ground, kind: Option<Kind>, span: Span) -> Option<Argument> {
        match ground {
            Ground::Entity(entity) if kind.is_none_or(|kind| kind == entity.kind()) => Some(Argument::Fixed(entity)),
            Ground::Term(Type::Values(Symbols::NODES), term) if kind.is_none_or(|kind| kind == Kind::Node) => {
                Some(Argument::Moving(term))
            }
            other => {
                let wanted = kind.map_or("node, group or package", Kind::word);
                self.wrong(&other, &format!("a {wanted}"), span)
            }
        }
    }

    /// Does something for the arguments; where one depends on the state, for each node that it may be.
    pub(super) fn split(
        &mut self,
        arguments: &[Argument],
        span: Span,
        make: &mut dyn FnMut(&mut Self, &[Entity]) -> Option<Ground>,
    ) -> Option<Ground> {
        let moving = arguments.iter().enumerate().find_map(|(place, argument)| match argument {
            Argument::Moving(term) => Some((place, term.clone())),
            Argument::Fixed(_) => None,
        });
        let Some((place, term)) = moving else {
            let entities: Vec<Entity> = arguments
                .iter()
                .filter_map(|argument| match argument {
                    Argument::Fixed(entity) => Some(*entity),
                    Argument::Moving(_) => None,
                })
                .collect();
            return make(self, &entities);
        };
        let mut cases = Vec::new();
        for node in self.symbols.all(Kind::Node) {
            self.spend(2 + value::size(&term), span)?;
            let mut fixed = arguments.to_vec();
            fixed[place] = Argument::Fixed(node);
            let name = self.symbols.name(node).to_owned();
            let is = Expr::Compare(Compare::Equal, term.clone(), Term::Constant(i64::from(node.index()), name));
            cases.push((Arc::new(is), self.split(&fixed, span, make)?));
        }
        let (_, last) = cases.pop()?;
        if let Ground::Truth(_) = last {
            let all = self.symbols.all(Kind::Node).len();
            let name = self.symbols.nodes[all - 1].clone();
            let number = i64::try_from(all - 1).expect("few nodes");
            cases.push((Arc::new(Expr::Compare(Compare::Equal, term, Term::Constant(number, name))), last));
            let parts = cases.into_iter().filter_map(|(is, ground)| match ground {
                Ground::Truth(truth) => Some(value::and([is, truth])),
                _ => None,
            });
            return Some(Ground::Truth(value::or(parts)));
        }
        let (kind, mut chosen) = self.as_term(last, span)?;
        for (is, ground) in cases.into_iter().rev() {
            let (_, then) = self.as_term(ground, span)?;
            chosen = Term::If(is, Box::new(then), Box::new(chosen));
        }
        Some(Ground::Term(kind, chosen))
    }

    /// A body, written out once for each list of arguments, and for each type expected where it has none of its own.
    pub(super) fn callee(
        &mut self,
        callee: Callee,
        entities: Vec<Entity>,
        expected: Option<Type>,
        span: Span,
    ) -> Option<Ground> {
        let mut expected = expected;
        if let Callee::Definition(define) = callee {
            self.used.insert(define);
            expected = expected.filter(|_| self.definition_hint(define).is_none_or(|hint| hint.doubt == Doubt::Number));
        }
        let key = (callee, entities, expected);
        if let Some(known) = self.memo.get(&key).cloned() {
            // What could not be written out has been reported.
            known.ground.as_ref()?;
            self.deep(known.height, span)?;
            if let Some(Ground::Term(_, term)) = &known.ground {
                self.spend(value::size(term), span)?;
            }
            return known.ground;
        }
        if self.open.iter().any(|open| open.0 == callee) {
            self.cut = true;
            let name = self.title(callee, &key.1);
            self.reporter.say(Code::R110, format!("`{name}` needs itself"), span, "used inside itself");
            return None;
        }
        self.open.push(key.clone());
        let outer = std::mem::replace(&mut self.deepest, self.depth);
        let body = self.body(callee, &key.1, expected);
        let height = self.deepest - self.depth;
        self.deepest = self.deepest.max(outer);
        self.open.pop();
        let name = self.title(callee, &key.1);
        let ground = body.map(|body| match body {
            Ground::Truth(truth) if matches!(*truth, Expr::Constant(_)) => Ground::Truth(truth),
            Ground::Truth(truth) => Ground::Truth(Arc::new(Expr::Named(name, truth))),
            Ground::Term(kind, term) => Ground::Term(kind, Term::Named(name, Box::new(term))),
            entity => entity,
        });
        self.memo.insert(key, Known { ground: ground.clone(), height: height + 1 });
        ground
    }

    fn title(&self, callee: Callee, entities: &[Entity]) -> String {
        let name = match callee {
            Callee::Definition(define) => self.symbols.tree.defines[define].name.value.as_str(),
            Callee::Online => "online",
            Callee::Healthy => "healthy",
        };
        let names: Vec<&str> = entities.iter().map(|entity| self.symbols.name(*entity)).collect();
        if names.is_empty() { name.to_owned() } else { format!("{name}({})", names.join(", ")) }
    }

    /// The kind of a definition's parameter, as far as its uses tell.
    pub(super) fn param_kind(&self, define: usize, place: usize, level: usize) -> Option<Kind> {
        let define = &self.symbols.tree.defines[define];
        let name = &define.params.get(place)?.value;
        // A few levels are enough: only names that are a node, a group and a package at once need the answer.
        if level > 3 { None } else { self.used_as(&define.body, name, level) }
    }

    fn used_as(&self, expr: &tree::Expr, name: &str, level: usize) -> Option<Kind> {
        let find = |exprs: &[&tree::Expr]| exprs.iter().find_map(|expr| self.used_as(expr, name, level));
        match &expr.kind {
            ExprKind::Bad | ExprKind::Integer(_) | ExprKind::Word(_) => None,
            ExprKind::Call(callee, arguments) => arguments.iter().enumerate().find_map(|(place, argument)| {
                if !matches!(&argument.kind, ExprKind::Word(word) if word == name) {
                    return self.used_as(argument, name, level);
                }
                match callee.value.as_str() {
                    "other" => Some(Kind::Node),
                    "online" => Some(Kind::Group),
                    word => match self.symbols.families.get(word) {
                        Some(family) => family.params.get(place).copied(),
                        None => self.param_kind(*self.symbols.definitions.get(word)?, place, level + 1),
                    },
                }
            }),
            ExprKind::Not(inner) | ExprKind::Negative(inner) => find(&[inner]),
            ExprKind::Binary(_, left, right) => find(&[left, right]),
            ExprKind::In(left, list) => find(&[left]).or_else(|| find(&list.iter().collect::<Vec<_>>())),
            ExprKind::If(condition, then, other) => find(&[condition, then, other]),
            ExprKind::Quantified { body, .. } => find(&[body]),
        }
    }
}
