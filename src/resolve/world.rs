//! A merged tree to a world.

use super::actions::Things;
use super::assign::texts;
use super::declare::declare;
use super::entity::{Entity, Kind};
use super::ground::{Callee, Grounder};
use super::model::{Event, World};
use super::questions::Sentences;
use super::reporter::Reporter;
use super::symbols::Symbols;
use crate::base::{SourceId, Sources, Span};
use crate::diag::{Code, Diagnostic};
use crate::syntax::tree::{self, ExprKind};

/// A world, and what is needed to resolve runbooks with it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What the world means.
    pub world: World,
    pub(super) symbols: Symbols,
}

impl Resolved {
    /// What all files of the world say together.
    pub fn tree(&self) -> &tree::World {
        &self.symbols.tree
    }
}

/// Resolves the merged tree of a world whose main file is `source`. None if there is an error.
pub(super) fn world(
    tree: tree::World,
    source: SourceId,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Resolved> {
    let mut reporter = Reporter::new(sources, diagnostics);
    if tree.nodes.is_none() && !reporter.failed() {
        let start = Span::new(source, 0..0);
        reporter.say(Code::R120, "the world has no nodes", start, "add `nodes = [\"A\", \"B\"]`");
    }
    let title = tree.title.as_ref().map_or_else(|| sources.path(source).to_owned(), |title| title.value.clone());
    let symbols = declare(tree, &mut reporter);
    let mut grounder = Grounder::new(&symbols, &mut reporter);
    let components = grounder.components();
    let packages = grounder.packages();
    let services = grounder.services();
    let groups = grounder.groups();
    let things = Things { packages: &packages, services: &services, groups: &groups };
    let steps = grounder.steps(&things);
    let reactions = grounder.reactions();
    let faults = grounder.faults();
    let health = grounder.conditions(&symbols.tree.health);
    let always = grounder.conditions(&symbols.tree.always);
    let sentences = Sentences::of(&steps, &faults);
    let drills = grounder.drills(&sentences, &health);
    let mut initial = grounder.defaults();
    // An including file may give other initial values than the files it includes.
    for file in symbols.tree.initial.chunk_by(|(a, _), (b, _)| a.span.source == b.span.source) {
        grounder.initialise(file, &mut initial);
    }
    unused(&mut grounder, source);
    if reporter.failed() {
        return None;
    }
    let each_node = |family: &str| {
        symbols.node_ids().iter().filter_map(|node| symbols.variable(family, &[node.0])).collect::<Vec<_>>()
    };
    let world = World {
        title,
        nodes: symbols.nodes.clone(),
        domains: symbols.domains.clone(),
        variables: symbols.variables.clone(),
        components,
        packages,
        services,
        groups,
        events: symbols.tree.events.iter().map(event).collect(),
        up: each_node("up"),
        restart_pending: each_node("restart-pending"),
        steps,
        reactions,
        faults,
        health,
        always,
        drills,
        initial,
    };
    Some(Resolved { world, symbols })
}

fn event((name, event): &(tree::Text, tree::Event)) -> Event {
    let text = |text: &Option<tree::Text>| text.as_ref().map(|text| text.value.clone());
    Event {
        name: name.value.clone(),
        source: text(&event.source),
        code: text(&event.code),
        text: text(&event.text),
        cite: texts(&event.cite),
    }
}

/// Warns of definitions that nothing uses, and writes each out once so that mistakes in it are seen. Not where the
/// writing out was cut short: what is used is not known then.
fn unused(grounder: &mut Grounder, source: SourceId) {
    let symbols = grounder.symbols;
    if grounder.cut {
        return;
    }
    let used = grounder.used.clone();
    for (name, index) in &symbols.definitions {
        if used.contains(index) {
            continue;
        }
        let define = &symbols.tree.defines[*index];
        let arguments: Option<Vec<Entity>> = (0..define.params.len())
            .map(|place| {
                let kind = grounder.param_kind(*index, place, 0).unwrap_or(Kind::Node);
                symbols.all(kind).first().copied()
            })
            .collect();
        // One whose values have no domain of their own makes sense only where it is used.
        let alone = grounder.definition_hint(*index).is_some() || !is_value(&define.body);
        if let Some(arguments) = arguments.filter(|_| alone && !grounder.cut) {
            grounder.callee(Callee::Definition(*index), arguments, None, define.head.span);
        }
        if define.head.span.source == source {
            let mistake =
                Diagnostic::new(Code::R102, format!("nothing uses the definition `{name}`"), define.head.span)
                    .label("unused")
                    .help("remove it, or use it");
            grounder.reporter.report(mistake);
        }
    }
}

/// Whether an expression is one of several bare words.
fn is_value(expr: &tree::Expr) -> bool {
    match &expr.kind {
        ExprKind::Word(_) => true,
        ExprKind::If(_, then, other) => is_value(then) || is_value(other),
        ExprKind::Call(name, arguments) if ["max", "min"].contains(&name.value.as_str()) => {
            arguments.iter().any(is_value)
        }
        _ => false,
    }
}
