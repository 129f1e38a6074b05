//! Built-in functions: `other`, `rank`, `max`, `min`, `online`, `healthy`; and the bodies that calls write out.

use super::entity::{Entity, Kind, Scope};
use super::ground::{Callee, Grounder};
use super::model::{Compare, Expr, NodeId, Term};
use super::reporter::unknown;
use super::symbols::Symbols;
use super::value::{self, Ground, Type};
use crate::base::Span;
use crate::diag::Code;
use crate::syntax::tree::{self, Text};
use std::sync::Arc;

impl Grounder<'_, '_> {
    /// A call of none of the world's own names.
    pub(super) fn function(
        &mut self,
        name: &Text,
        arguments: &[tree::Expr],
        span: Span,
        expected: Option<Type>,
        scope: &Scope,
    ) -> Option<Ground> {
        match name.value.as_str() {
            "other" => {
                self.arity(name, 1, arguments.len(), span)?;
                if self.symbols.nodes.len() != 2 {
                    let message =
                        format!("`other` needs a world of two nodes; this one has {}", self.symbols.nodes.len());
                    self.reporter.say(Code::R117, message, span, "there is not one other node");
                    return None;
                }
                let arguments = self.arguments(&[Some(Kind::Node)], arguments, scope)?;
                self.split(&arguments, span, &mut |_, entities| {
                    Some(Ground::Entity(Entity::Node(1 - entities[0].index())))
                })
            }
            "online" => {
                self.arity(name, 1, arguments.len(), span)?;
                let arguments = self.arguments(&[Some(Kind::Group)], arguments, scope)?;
                self.split(&arguments, span, &mut |this, entities| {
                    this.callee(Callee::Online, entities.to_vec(), None, span)
                })
            }
            "rank" => {
                self.arity(name, 1, arguments.len(), span)?;
                let expected = self.agreed(&[&arguments[0]], scope);
                match self.ground(&arguments[0], expected, scope)? {
                    Ground::Term(Type::Values(_), Term::Constant(place, _)) => {
                        Some(Ground::Term(Type::Integer, Term::Constant(place, place.to_string())))
                    }
                    Ground::Term(Type::Values(domain), term) if domain != Symbols::NODES => {
                        Some(Ground::Term(Type::Integer, Term::Rank(Box::new(term))))
                    }
                    other => self.wrong(&other, "a version or another value of a list", arguments[0].span),
                }
            }
            "max" | "min" => self.extreme(name, arguments, span, expected, scope),
            word => {
                let mut known: Vec<&str> = self.symbols.families.keys().map(String::as_str).collect();
                known.extend(self.symbols.definitions.keys().map(String::as_str));
                known.extend(["online", "other", "rank", "max", "min"]);
                let mistake = unknown("name", word, name.span, known);
                self.reporter.report(mistake);
                None
            }
        }
    }

    fn extreme(
        &mut self,
        name: &Text,
        arguments: &[tree::Expr],
        span: Span,
        expected: Option<Type>,
        scope: &Scope,
    ) -> Option<Ground> {
        if arguments.is_empty() {
            self.arity(name, 2, 0, span)?;
        }
        let expected = self.agreed(&arguments.iter().collect::<Vec<_>>(), scope).or(expected);
        let made: Vec<Option<(Type, Term)>> =
            arguments.iter().map(|argument| self.term(argument, expected, scope)).collect();
        let made: Vec<(Type, Term)> = made.into_iter().collect::<Option<_>>()?;
        let kind = made[0].0;
        for ((other, _), argument) in made.iter().zip(arguments) {
            if *other != kind || *other == Type::Values(Symbols::NODES) {
                let (is, and) = (kind.word(self.symbols), other.word(self.symbols));
                let message = format!("`{}` compares {is} with {and}", name.value);
                self.reporter.say(Code::R121, message, argument.span, "these do not compare");
                return None;
            }
        }
        let terms = made.into_iter().map(|(_, term)| term).collect();
        let term = if name.value == "max" { Term::Max(terms) } else { Term::Min(terms) };
        Some(Ground::Term(kind, term))
    }

    /// The body of a definition, of `online(g)` or of `healthy`.
    pub(super) fn body(&mut self, callee: Callee, entities: &[Entity], expected: Option<Type>) -> Option<Ground> {
        let symbols = self.symbols;
        match callee {
            Callee::Definition(define) => {
                let define = &symbols.tree.defines[define];
                let names = define.params.iter().map(|param| param.value.clone()).zip(entities.iter().copied());
                let scope = Scope { names: names.collect(), here: None };
                self.ground(&define.body, expected, &scope)
            }
            Callee::Healthy => {
                let parts: Vec<Option<Arc<Expr>>> =
                    symbols.tree.health.iter().map(|(_, expr)| self.truth(expr, &Scope::default())).collect();
                Some(Ground::Truth(value::and(parts.into_iter().collect::<Option<Vec<_>>>()?)))
            }
            Callee::Online => {
                let group = entities[0].index();
                let owner = symbols.variable("owner", &[group])?;
                let mut parts = Vec::new();
                for node in symbols.node_ids() {
                    let name = symbols.nodes[node.index()].clone();
                    let is = Term::Constant(i64::from(node.0), name);
                    let owned = Arc::new(Expr::Compare(Compare::Equal, Term::Variable(owner), is));
                    parts.push(value::and([owned, self.group_needs(group, node)?]));
                }
                Some(Ground::Truth(value::or(parts)))
            }
        }
    }

    /// What a node must have for a group to be online on it, and that it is up.
    pub(super) fn group_needs(&mut self, group: u32, node: NodeId) -> Option<Arc<Expr>> {
        let symbols = self.symbols;
        let up = Arc::new(Expr::Holds(symbols.variable("up", &[node.0])?));
        let needs = match &symbols.tree.groups[group as usize].1.needs {
            None => return Some(up),
            Some(needs) => self.truth(needs, &Scope::at(node))?,
        };
        Some(value::and([up, needs]))
    }
}
