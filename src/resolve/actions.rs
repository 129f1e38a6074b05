//! Steps, reactions and faults, written out for every binding of their parameters.
//!
//! Invariant: two steps, and two faults, never have the same sentence.

use super::assign::texts;
use super::entity::Scope;
use super::ground::Grounder;
use super::model::{
    Act, Argument, Condition, Expr, Fault, FaultEffect, Group, GroupId, NodeId, Outcome, Package, PackageId, Reaction,
    Service, ServiceId, Step,
};
use super::range::for_ever;
use crate::base::{Map, Span};
use crate::diag::{Code, Diagnostic};
use crate::syntax::tree::{self, SentencePart, Text};
use std::sync::Arc;

/// What steps are made for.
pub(super) struct Things<'m> {
    pub(super) packages: &'m [Package],
    pub(super) services: &'m [Service],
    pub(super) groups: &'m [Group],
}

/// Single spaces, none at the ends: how sentences are compared.
pub(super) fn normal(sentence: &str) -> String {
    sentence.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A sentence and its reaction or fault, once for each binding.
struct Bound {
    scope: Scope,
    /// With the parameters filled in; binders that are not in the sentence follow in parentheses.
    name: String,
    nodes: Vec<NodeId>,
}

impl Grounder<'_, '_> {
    /// Every binding of an action's parameters and binders.
    fn bound(&mut self, action: &tree::Action) -> Vec<Bound> {
        let params = action.sentence.parts.iter().filter_map(|part| match part {
            SentencePart::Param(name, kind) => Some((name, kind.as_ref())),
            SentencePart::Words(_) => None,
        });
        let names: Vec<(&Text, Option<&Text>)> =
            params.chain(action.binders.iter().map(|(name, kind)| (name, Some(kind)))).collect();
        let scopes = self.bindings(&names, action.sentence.text.span);
        scopes.into_iter().map(|scope| self.bind(action, scope)).collect()
    }

    fn bind(&self, action: &tree::Action, scope: Scope) -> Bound {
        let word = |name: &str| scope.find(name).map_or("", |entity| self.symbols.name(entity));
        let mut name = String::new();
        for part in &action.sentence.parts {
            match part {
                SentencePart::Words(words) => name.push_str(words),
                SentencePart::Param(param, _) => name.push_str(word(&param.value)),
            }
        }
        let mut name = normal(&name);
        if !action.binders.is_empty() {
            let words: Vec<&str> = action.binders.iter().map(|(binder, _)| word(&binder.value)).collect();
            name = format!("{name} ({})", words.join(", "));
        }
        let mut nodes: Vec<NodeId> = Vec::new();
        for node in scope.names.iter().filter_map(|(_, entity)| entity.node()) {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        Bound { name, nodes, scope }
    }

    fn outcomes(&mut self, action: &tree::Action, scope: &Scope, guard: Option<&Arc<Expr>>) -> Vec<Outcome> {
        let guards: Vec<Arc<Expr>> = guard.into_iter().cloned().collect();
        action.outcomes.iter().map(|outcome| self.outcome(outcome, scope, &guards)).collect()
    }

    /// All steps: those of packages, services, groups and nodes, then the world's own.
    pub(super) fn steps(&mut self, things: &Things) -> Vec<Step> {
        let mut steps = self.generated(things);
        let mut known: Map<String, Option<Span>> = steps.iter().map(|step| (step.name.clone(), None)).collect();
        let symbols = self.symbols;
        for (index, action) in (0..).zip(&symbols.tree.actions) {
            let span = action.sentence.text.span;
            for bound in self.bound(action) {
                if let Some(first) = known.get(&bound.name) {
                    self.same_sentence(&bound.name, span, *first);
                    continue;
                }
                known.insert(bound.name.clone(), Some(span));
                let needs: Option<Condition> =
                    action.needs.as_ref().and_then(|needs| self.condition(needs, &action.cite, &bound.scope));
                let mut outcomes = self.outcomes(action, &bound.scope, needs.as_ref().map(|needs| &needs.expr));
                if outcomes.is_empty() {
                    outcomes.push(Outcome {
                        when: None,
                        set: Vec::new(),
                        events: Vec::new(),
                        cite: Vec::new(),
                        fails: false,
                    });
                }
                let arguments = bound.scope.names.iter().map(|(_, entity)| match entity.node() {
                    Some(node) => Argument::Node(node),
                    None => Argument::Other(entity.index()),
                });
                let act = Act::Own { needs, outcomes, action: index, arguments: arguments.collect() };
                steps.push(Step { name: bound.name, nodes: bound.nodes, cite: texts(&action.cite), act });
            }
        }
        steps
    }

    fn same_sentence(&mut self, name: &str, span: Span, first: Option<Span>) {
        let mistake = Diagnostic::new(Code::R116, format!("`{name}` could be two actions"), span)
            .label("this one has the same sentence");
        self.reporter.report(match first {
            Some(first) if first != span => mistake.related(first, "as this one"),
            Some(_) => {
                mistake.help("two choices of its parameters give one sentence: put every parameter into it once")
            }
            None => mistake.help("the other is built in: choose other words"),
        });
    }

    fn generated(&mut self, things: &Things) -> Vec<Step> {
        let symbols = self.symbols;
        let nodes: Vec<(NodeId, &str)> =
            symbols.node_ids().into_iter().map(|node| (node, symbols.nodes[node.index()].as_str())).collect();
        let mut steps = Vec::new();
        let mut step = |name: String, node: NodeId, cite: &[String], act: Act| {
            steps.push(Step { name, nodes: vec![node], cite: cite.to_vec(), act });
        };
        let index = |place: usize| u32::try_from(place).expect("limited");
        for (id, package) in things.packages.iter().enumerate() {
            let id = PackageId(index(id));
            for (&(node, on), there) in nodes.iter().zip(&package.on) {
                let (Some(there), name) = (there, &package.name) else { continue };
                step(format!("install {name} on {on}"), node, &package.cite, Act::Install(id, node));
                step(format!("reapply {name} on {on}"), node, &package.cite, Act::Reapply(id, node));
                if let Some(remove) = &there.remove {
                    step(format!("remove {name} on {on}"), node, &remove.done.cite, Act::Remove(id, node));
                }
            }
        }
        for (id, service) in things.services.iter().enumerate() {
            let id = ServiceId(index(id));
            for (&(node, on), _) in nodes.iter().zip(&service.on).filter(|(_, there)| there.is_some()) {
                step(format!("start {} on {on}", service.name), node, &service.cite, Act::Start(id, node));
                step(format!("stop {} on {on}", service.name), node, &service.cite, Act::Stop(id, node));
            }
        }
        for (id, group) in things.groups.iter().enumerate() {
            for &(node, to) in &nodes {
                step(format!("move {} to {to}", group.name), node, &group.cite, Act::Move(GroupId(index(id)), node));
            }
        }
        for &(node, name) in &nodes {
            if !things.groups.is_empty() {
                step(format!("move all groups to {name}"), node, &[], Act::MoveAll(node));
            }
            step(format!("restart {name}"), node, &[], Act::Restart(node));
            step(format!("power off {name}"), node, &[], Act::PowerOff(node));
            step(format!("power on {name}"), node, &[], Act::PowerOn(node));
        }
        steps
    }

    /// The world's own reactions.
    pub(super) fn reactions(&mut self) -> Vec<Reaction> {
        let symbols = self.symbols;
        let mut made = Vec::new();
        for (of, action) in (0..).zip(&symbols.tree.reactions) {
            for bound in self.bound(action) {
                let errors = self.reporter.errors;
                let when = action.when.as_ref().and_then(|when| self.truth(when, &bound.scope));
                let outcomes = self.outcomes(action, &bound.scope, when.as_ref());
                let endless = |outcome: &Outcome| for_ever(when.as_ref(), outcome.when.as_ref(), &outcome.set);
                // What could not be made out is not judged.
                if self.reporter.errors == errors {
                    match outcomes.iter().position(endless) {
                        Some(place) => self.never_settles(action, action.outcomes[place].span),
                        None if outcomes.is_empty() && for_ever(when.as_ref(), None, &[]) => {
                            self.never_settles(action, None);
                        }
                        None => {}
                    }
                }
                let (name, nodes, cite) = (bound.name, bound.nodes, texts(&action.cite));
                let takes_time = action.takes_time;
                made.push(Reaction { name, of, nodes, cite, when, takes_time, outcomes });
            }
        }
        made
    }

    fn never_settles(&mut self, action: &tree::Action, outcome: Option<Span>) {
        let span = action.sentence.text.span;
        let name = &action.sentence.text.value;
        let mut mistake = Diagnostic::new(Code::R115, format!("the reaction `{name}` never settles"), span)
            .label("possible again as soon as it has happened")
            .help("let it assign something that its `when` reads");
        if let Some(outcome) = outcome.filter(|_| action.outcomes.len() > 1) {
            mistake = mistake.related(outcome, "this changes nothing that `when` reads");
        }
        self.reporter.report(mistake);
    }

    /// `crash on N` for each node, and the world's own faults.
    pub(super) fn faults(&mut self) -> Vec<Fault> {
        let symbols = self.symbols;
        let mut made: Vec<Fault> = symbols
            .node_ids()
            .into_iter()
            .map(|node| Fault {
                name: format!("crash on {}", symbols.nodes[node.index()]),
                family: "crash".to_owned(),
                nodes: vec![node],
                cite: Vec::new(),
                effect: FaultEffect::Crash(node),
            })
            .collect();
        let mut known: Map<String, Option<Span>> = made.iter().map(|fault| (fault.name.clone(), None)).collect();
        for (of, action) in (0..).zip(&symbols.tree.faults) {
            let span = action.sentence.text.span;
            let family = family(&action.sentence);
            for bound in self.bound(action) {
                if let Some(first) = known.get(&bound.name) {
                    self.same_sentence(&bound.name, span, *first);
                    continue;
                }
                known.insert(bound.name.clone(), Some(span));
                let when = action.when.as_ref().and_then(|when| self.truth(when, &bound.scope));
                let outcomes = self.outcomes(action, &bound.scope, when.as_ref());
                made.push(Fault {
                    name: bound.name,
                    family: family.clone(),
                    nodes: bound.nodes,
                    cite: texts(&action.cite),
                    effect: FaultEffect::Own { of, when, outcomes },
                });
            }
        }
        made
    }
}

/// A fault's sentence without its trailing parameters and the little words before them; a sentence whose parameters
/// are inside keeps them as `{n}`.
fn family(sentence: &tree::Sentence) -> String {
    const LINKS: &[&str] = &["on", "of", "at", "in", "to", "from", "for", "by", "with", "between", "and", "node"];
    let mut parts: &[SentencePart] = &sentence.parts;
    let mut last: Option<String> = None;
    while let Some((end, rest)) = parts.split_last() {
        match end {
            SentencePart::Param(..) => {}
            SentencePart::Words(words) if last.is_none() && parts.len() < sentence.parts.len() => {
                let mut words: Vec<&str> = words.split_whitespace().collect();
                while words.len() > usize::from(rest.is_empty())
                    && words.last().is_some_and(|word| LINKS.contains(word))
                {
                    words.pop();
                }
                if !words.is_empty() {
                    last = Some(words.join(" "));
                    parts = rest;
                    break;
                }
            }
            SentencePart::Words(words) if words.trim().is_empty() => {}
            SentencePart::Words(_) => break,
        }
        parts = rest;
    }
    let start: String = parts
        .iter()
        .map(|part| match part {
            SentencePart::Words(words) => words.clone(),
            SentencePart::Param(name, _) => format!("{{{}}}", name.value),
        })
        .collect();
    normal(&format!("{start} {}", last.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::super::model::{Act, FaultEffect};
    use super::super::samples::{TWO, world};

    #[test]
    fn generated_steps_have_the_documented_sentences() {
        let world = world(&format!("{TWO}\n[package.tool]\nremovable = true")).world;
        let names: Vec<&str> = world.steps.iter().map(|step| step.name.as_str()).collect();
        for name in [
            "install sp4 on A",
            "reapply sp4 on B",
            "remove tool on A",
            "start clussvc on A",
            "stop clussvc on B",
            "move sql to B",
            "move all groups to A",
            "restart A",
            "power off B",
            "power on B",
        ] {
            assert!(names.contains(&name), "{name}");
        }
        assert!(!names.contains(&"remove sp4 on A"));
        assert!(matches!(world.faults[0].effect, FaultEffect::Crash(_)));
    }

    #[test]
    fn sentences_are_written_out_for_every_binding() {
        let text =
            format!("{TWO}\n[sets]\nfirst = [\"A\"]\n[action.\"join {{n: first}}  to {{g: group}} from {{m}}\"]");
        let world = world(&text).world;
        let own: Vec<&str> = world
            .steps
            .iter()
            .filter(|step| matches!(step.act, Act::Own { .. }))
            .map(|step| step.name.as_str())
            .collect();
        assert_eq!(own, ["join A to sql from A", "join A to sql from B"]);
    }

    #[test]
    fn a_family_is_the_sentence_without_its_last_parameters() {
        let faults = [
            ("resource monitor fails on {n: node}", "resource monitor fails"),
            ("disk of {n} fails", "disk of {n} fails"),
            ("link between {m} and {n}", "link"),
            ("lightning", "lightning"),
        ];
        for (sentence, family) in faults {
            let world =
                world(&format!("{TWO}\n[fault.\"{sentence}\"]\nwhen = \"up(A)\"\nset = {{ retries = 0 }}")).world;
            assert_eq!(world.faults.last().map(|fault| fault.family.as_str()), Some(family));
        }
    }

    #[test]
    fn a_reaction_is_named_by_its_binding() {
        let text = format!(
            "{TWO}\n[reaction.\"a failed node leaves\"]\nfor = {{ n = \"node\" }}\nwhen = \"iis(n) == broken\"\nset = {{ \"iis(here)\" = \"absent\" }}"
        );
        let names: Vec<String> = world(&text).world.reactions.into_iter().map(|reaction| reaction.name).collect();
        assert_eq!(names, ["a failed node leaves (A)", "a failed node leaves (B)"]);
    }
}
