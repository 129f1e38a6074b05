//! Components, packages, services and groups on each node.

use super::assign::texts;
use super::entity::{Entity, Scope};
use super::ground::Grounder;
use super::model::{
    Component, ComponentId, ComponentOnNode, Condition, Expr, Group, NodeId, Outcome, Package, PackageOnNode, Removal,
    Replaces, Service, ServiceOnNode, VariableId, Write,
};
use super::reporter::unknown;
use super::value;
use crate::diag::{Code, Diagnostic, nearest};
use crate::syntax::tree::{self, PerComponent, Text};
use std::sync::Arc;

impl Grounder<'_, '_> {
    fn on_node(&self, family: &str, node: NodeId) -> Option<VariableId> {
        self.symbols.variable(family, &[node.0])
    }

    /// A condition whose name is its text.
    pub(super) fn condition(&mut self, expr: &tree::Expr, cite: &[Text], scope: &Scope) -> Option<Condition> {
        let made = self.truth(expr, scope)?;
        Some(Condition { name: self.reporter.text(expr.span), cite: texts(cite), expr: made, span: expr.span })
    }

    pub(super) fn components(&mut self) -> Vec<Component> {
        let symbols = self.symbols;
        let mut made = Vec::new();
        for (name, component) in &symbols.tree.components {
            let pending = format!("{}.pending", name.value);
            let on = symbols.node_ids().into_iter().map(|node| {
                Some(ComponentOnNode {
                    version: self.on_node(&name.value, node)?,
                    pending: self.on_node(&pending, node),
                    in_use: component.in_use.as_ref().and_then(|in_use| self.truth(in_use, &Scope::at(node))),
                })
            });
            let on = on.collect();
            let none = symbols.families.get(&name.value).and_then(|family| symbols.place(family.domain, "none"));
            let title = component.title.as_ref().map(|title| title.value.clone());
            made.push(Component { name: name.value.clone(), title, on, none });
        }
        made
    }

    pub(super) fn packages(&mut self) -> Vec<Package> {
        let symbols = self.symbols;
        let mut made = Vec::new();
        for (index, (name, package)) in symbols.tree.packages.iter().enumerate() {
            let index = u32::try_from(index).expect("limited");
            let writes = self.writes(package);
            let restart = is(package.restart.as_ref(), "needed");
            let mut on = Vec::new();
            for node in symbols.node_ids() {
                let installed = symbols.variable("installed", &[index, node.0]);
                on.push(installed.map(|installed| self.package_on(package, installed, node, &writes)));
            }
            let title = package.title.as_ref().map(|title| title.value.clone());
            made.push(Package { name: name.value.clone(), title, cite: texts(&package.cite), restart, on });
        }
        made
    }

    fn package_on(
        &mut self,
        package: &tree::Package,
        installed: VariableId,
        node: NodeId,
        writes: &[Write],
    ) -> PackageOnNode {
        let scope = Scope::at(node);
        let needs = package.needs.as_ref().and_then(|needs| self.condition(needs, &package.cite, &scope));
        let mut guards: Vec<Arc<Expr>> = needs.iter().map(|needs| needs.expr.clone()).collect();
        let mut fails = Vec::new();
        for outcome in &package.fails {
            let outcome = Outcome { fails: true, ..self.outcome(outcome, &scope, &guards) };
            let when = outcome.when.clone().unwrap_or_else(|| value::constant(true));
            guards.push(value::not(&when));
            fails.push(outcome);
        }
        let interrupted = package
            .interrupted
            .as_ref()
            .map(|list| list.iter().map(|outcome| self.outcome(outcome, &scope, &guards)).collect());
        let done = self.plain(&package.set, &package.events, &package.cite, &scope, &guards);
        let removable = package.removable.as_ref().is_some_and(|removable| removable.value);
        let remove = match &package.remove {
            Some(remove) => {
                let needs = remove.needs.as_ref().and_then(|needs| self.condition(needs, &remove.cite, &scope));
                let guards: Vec<Arc<Expr>> = needs.iter().map(|needs| needs.expr.clone()).collect();
                let done = self.plain(&remove.set, &remove.events, &remove.cite, &scope, &guards);
                Some(Removal { needs, done })
            }
            None if removable => Some(Removal { needs: None, done: self.plain(&Vec::new(), &[], &[], &scope, &[]) }),
            None => None,
        };
        let here = |write: &&Write| {
            let (name, _) = &self.symbols.tree.components[write.component.index()];
            self.on_node(&name.value, node).is_some()
        };
        let writes = writes.iter().filter(here).copied().collect();
        PackageOnNode { installed, needs, fails, interrupted, done, writes, remove }
    }

    /// An outcome made of `set` and `events` alone.
    fn plain(
        &mut self,
        set: &tree::Assignments,
        events: &[Text],
        cite: &[Text],
        scope: &Scope,
        guards: &[Arc<Expr>],
    ) -> Outcome {
        Outcome {
            when: None,
            set: self.assignments(set, scope, guards),
            events: self.events(events),
            cite: texts(cite),
            fails: false,
        }
    }

    fn writes(&mut self, package: &tree::Package) -> Vec<Write> {
        let symbols = self.symbols;
        for per in [&package.replaces, &package.at] {
            let Some(PerComponent::Each(each)) = per else { continue };
            for (component, _) in each {
                if !package.writes.iter().any(|(written, _)| written.value == component.value) {
                    let known = package.writes.iter().map(|(written, _)| written.value.as_str());
                    let mistake = unknown("written component", &component.value, component.span, known);
                    self.reporter.report(mistake);
                }
            }
        }
        let mut made: Vec<Write> = Vec::new();
        for (component, version) in &package.writes {
            let replaces = match word_for(package.replaces.as_ref(), component) {
                Some("always") => Replaces::Always,
                Some("present") => Replaces::Present,
                _ => Replaces::Older,
            };
            let at_restart = word_for(package.at.as_ref(), component) == Some("restart");
            let Some(index) = symbols.components.get(&component.value) else {
                let known = symbols.components.keys().map(String::as_str);
                let mistake = unknown("component", &component.value, component.span, known);
                self.reporter.report(mistake);
                continue;
            };
            let Some(family) = symbols.families.get(&component.value) else { continue };
            if symbols.broken.contains(&family.domain) {
                continue;
            }
            let versions = &symbols.domain(family.domain).values;
            let Some(version) = symbols.place(family.domain, &version.value) else {
                let list = value::values(versions);
                let message = format!("`{}` is not one of {list}", version.value);
                let mistake = Diagnostic::new(Code::R104, message, version.span).label("no such version");
                self.reporter.report(match nearest(&version.value, versions.iter().map(String::as_str)) {
                    Some(near) => mistake.help(format!("did you mean `{near}`?")),
                    None => mistake,
                });
                continue;
            };
            made.push(Write { component: ComponentId(*index), version, replaces, at_restart });
        }
        made
    }

    pub(super) fn services(&mut self) -> Vec<Service> {
        let symbols = self.symbols;
        let mut made = Vec::new();
        for (index, (name, service)) in symbols.tree.services.iter().enumerate() {
            let index = u32::try_from(index).expect("limited");
            let automatic = !is(service.start.as_ref(), "manual");
            let events = self.events(&service.events);
            let mut on = Vec::new();
            for node in symbols.node_ids() {
                let Some(state) = self.on_node(&name.value, node) else {
                    on.push(None);
                    continue;
                };
                let needs =
                    service.needs.as_ref().and_then(|needs| self.condition(needs, &service.cite, &Scope::at(node)));
                let starting = symbols.starting.get(&(index, node.0)).copied().filter(|_| automatic);
                on.push(Some(ServiceOnNode { state, starting, needs }));
            }
            let title = service.title.as_ref().map(|title| title.value.clone());
            made.push(Service { name: name.value.clone(), title, cite: texts(&service.cite), automatic, events, on });
        }
        made
    }

    pub(super) fn groups(&mut self) -> Vec<Group> {
        let symbols = self.symbols;
        let mut made = Vec::new();
        for (index, (name, group)) in symbols.tree.groups.iter().enumerate() {
            let index = u32::try_from(index).expect("limited");
            let automatic = !is(group.failover.as_ref(), "manual");
            let mut needs = Vec::new();
            for node in symbols.node_ids() {
                let Some(expr) = self.group_needs(index, node) else { continue };
                let text = match &group.needs {
                    Some(needs) => self.reporter.text(needs.span),
                    None => format!("up({})", symbols.name(Entity::Node(node.0))),
                };
                let span = group.needs.as_ref().map_or(name.span, |needs| needs.span);
                needs.push(Condition { name: text, cite: texts(&group.cite), expr, span });
            }
            let Some(owner) = symbols.variable("owner", &[index]) else { continue };
            let title = group.title.as_ref().map(|title| title.value.clone());
            made.push(Group { name: name.value.clone(), title, cite: texts(&group.cite), owner, automatic, needs });
        }
        made
    }
}

/// Whether a key that may be left out has this word; the parser has made sure that it is one of the key's words.
fn is(word: Option<&Text>, wanted: &str) -> bool {
    word.is_some_and(|word| word.value == wanted)
}

/// The word of `replaces` or `at` for a component.
pub(super) fn word_for<'t>(per: Option<&'t PerComponent>, component: &Text) -> Option<&'t str> {
    match per? {
        PerComponent::All(word) => Some(&word.value),
        PerComponent::Each(each) => {
            each.iter().find(|(name, _)| name.value == component.value).map(|(_, word)| word.value.as_str())
        }
    }
}
