//! Puts the trees of a world's files together: included files first, in the order in which they are included.

use super::reporter::{Reporter, twice};
use crate::base::{Map, Span};
use crate::syntax::tree::{Action, Entries, World};

/// Adds a file to the files it includes. A name defined twice is reported with both places and kept once.
pub(super) fn merge(into: &mut World, file: World, reporter: &mut Reporter) {
    into.title = file.title.or(into.title.take());
    if let Some(nodes) = file.nodes {
        if into.nodes.is_some() {
            let (first, again) = (place(into.nodes.as_ref()), place(Some(&nodes)));
            if let Some(again) = again {
                reporter.report(twice("table", "nodes", again, first));
            }
        }
        into.nodes = Some(nodes);
    }
    join("set", &mut into.sets, file.sets, reporter);
    join("scale", &mut into.scales, file.scales, reporter);
    join("component", &mut into.components, file.components, reporter);
    join("package", &mut into.packages, file.packages, reporter);
    join("service", &mut into.services, file.services, reporter);
    join("group", &mut into.groups, file.groups, reporter);
    join("event", &mut into.events, file.events, reporter);
    join("variable", &mut into.vars, file.vars, reporter);
    join("health condition", &mut into.health, file.health, reporter);
    join("always condition", &mut into.always, file.always, reporter);
    join("drill", &mut into.drills, file.drills, reporter);
    into.defines.extend(file.defines);
    into.actions.extend(file.actions);
    into.faults.extend(file.faults);
    join_reactions(&mut into.reactions, file.reactions, reporter);
    into.initial.extend(file.initial);
}

fn place(nodes: Option<&crate::syntax::tree::Nodes>) -> Option<Span> {
    use crate::syntax::tree::Nodes;
    match nodes? {
        Nodes::Names(names) => names.first().map(|name| name.span),
        Nodes::Count(count) => Some(count.span),
        Nodes::Tables(tables) => tables.first().map(|(name, _)| name.span),
    }
}

fn join<T>(kind: &str, into: &mut Entries<T>, more: Entries<T>, reporter: &mut Reporter) {
    let mut known: Map<String, Span> = into.iter().map(|(name, _)| (name.value.clone(), name.span)).collect();
    for (name, entry) in more {
        match known.get(&name.value) {
            Some(first) => reporter.report(twice(kind, &name.value, name.span, Some(*first))),
            None => {
                known.insert(name.value.clone(), name.span);
                into.push((name, entry));
            }
        }
    }
}

/// Reactions have no sentence that a runbook says, so equal ones are noticed here and not where sentences are matched.
fn join_reactions(into: &mut Vec<Action>, more: Vec<Action>, reporter: &mut Reporter) {
    for action in more {
        let text = &action.sentence.text;
        match into.iter().find(|known| known.sentence.text.value == text.value) {
            Some(first) => reporter.report(twice("reaction", &text.value, text.span, Some(first.sentence.text.span))),
            None => into.push(action),
        }
    }
}
