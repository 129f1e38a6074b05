//! The variables that tables bring into being: of nodes, components, packages, services, groups, `[var]`, attributes.

use super::declare::{Declare, MOST_VALUES};
use super::entity::Kind;
use super::model::{DomainId, DomainKind, NodeId, Variable};
use super::reporter::{twice, unknown};
use super::software::word_for;
use super::symbols::Symbols;
use crate::base::{Map, Span};
use crate::diag::{Code, Diagnostic};
use crate::syntax::tree::{self, Text};

impl Declare<'_, '_> {
    pub(super) fn built_in(&mut self, tree: &tree::World) {
        let nodes: Vec<Vec<u32>> = self.symbols.node_ids().iter().map(|node| vec![node.0]).collect();
        self.family("up", &[Kind::Node], nodes.clone(), Symbols::TRUTH, None);
        self.family("restart-pending", &[Kind::Node], nodes, Symbols::TRUTH, None);
        let groups = (0..tree.groups.len()).map(|group| vec![u32::try_from(group).expect("limited")]).collect();
        self.family("owner", &[Kind::Group], groups, Symbols::NODES, None);
    }

    /// The nodes that an `on` names: all without it.
    fn on(&mut self, on: Option<&Text>) -> Vec<Vec<u32>> {
        let word = on.map_or("all", |on| on.value.as_str());
        match self.symbols.sets.get(word) {
            Some(members) => members.iter().map(|node| vec![node.0]).collect(),
            None => {
                if let Some(on) = on {
                    let known = self.symbols.sets.keys().map(String::as_str);
                    let mistake = unknown("set of nodes", &on.value, on.span, known);
                    self.reporter.report(mistake);
                }
                self.symbols.node_ids().iter().map(|node| vec![node.0]).collect()
            }
        }
    }

    pub(super) fn components(&mut self, tree: &tree::World) {
        let mut left_pending: Vec<&str> = Vec::new();
        for (_, package) in &tree.packages {
            for (component, _) in &package.writes {
                if word_for(package.at.as_ref(), component) == Some("restart") {
                    left_pending.push(&component.value);
                }
            }
        }
        for (name, component) in &tree.components {
            let domain = match &component.versions {
                tree::Versions::Bad => self.broken(DomainKind::Versions),
                tree::Versions::List(versions) => self.listed(versions, DomainKind::Versions, name.span),
                tree::Versions::Scale(scale) => self.scale(scale),
            };
            let on = self.on(component.on.as_ref());
            if !self.free("component", name) {
                continue;
            }
            self.family(&name.value, &[Kind::Node], on.clone(), domain, Some(name.span));
            if component.in_use.is_some() || left_pending.contains(&name.value.as_str()) {
                let pending = Text::new(format!("{}.pending", name.value), name.span);
                let mut versions = self.symbols.domain(domain).values.clone();
                if versions.iter().any(|version| version == "nothing") {
                    self.reporter.report(twice("value", "nothing", name.span, None));
                }
                versions.push("nothing".to_owned());
                self.size(versions.len(), name.span);
                versions.truncate(MOST_VALUES);
                let broken = self.symbols.broken.contains(&domain);
                let domain = self.domain(versions, DomainKind::Versions);
                self.symbols.broken.extend(broken.then_some(domain));
                if self.free("variable", &pending) {
                    self.family(&pending.value, &[Kind::Node], on, domain, Some(name.span));
                }
            }
        }
    }

    fn scale(&mut self, scale: &Text) -> DomainId {
        if let Some(domain) = self.symbols.scales.get(&scale.value) {
            return *domain;
        }
        let known = self.symbols.scales.keys().map(String::as_str);
        let mistake = unknown("scale", &scale.value, scale.span, known);
        self.reporter.report(mistake);
        self.domain(vec!["none".to_owned()], DomainKind::Versions)
    }

    pub(super) fn packages_and_services(&mut self, tree: &tree::World) {
        let mut installed = Vec::new();
        for (index, (_, package)) in tree.packages.iter().enumerate() {
            for node in self.on(package.on.as_ref()) {
                installed.push(vec![u32::try_from(index).expect("limited"), node[0]]);
            }
        }
        self.family("installed", &[Kind::Package, Kind::Node], installed, Symbols::TRUTH, None);
        let states: Vec<String> = ["stopped", "running", "failed"].map(str::to_owned).to_vec();
        let states = self.domain(states, DomainKind::Words);
        for (index, (name, service)) in tree.services.iter().enumerate() {
            let on = self.on(service.on.as_ref());
            if !self.free("service", name) {
                continue;
            }
            self.family(&name.value, &[Kind::Node], on.clone(), states, Some(name.span));
            if service.start.as_ref().is_some_and(|start| start.value == "manual") {
                continue;
            }
            for node in on {
                let node = NodeId(node[0]);
                let short = format!("{}.starting", name.value);
                let full = format!("{short}({})", self.symbols.nodes[node.index()]);
                let starting = Variable {
                    name: full,
                    short,
                    node: Some(node),
                    domain: Symbols::TRUTH,
                    hidden: true,
                    observable: false,
                };
                let id = self.variable(starting, Some(name.span));
                let service = u32::try_from(index).expect("limited");
                self.symbols.starting.insert((service, node.0), id);
            }
        }
    }

    pub(super) fn written_variables(&mut self, tree: &tree::World) {
        let mut lists: Map<Vec<String>, DomainId> = Map::default();
        for (name, var) in &tree.vars {
            let domain = match &var.domain {
                tree::VarDomain::Bad => self.broken(DomainKind::Words),
                tree::VarDomain::Scale(scale) => self.scale(scale),
                tree::VarDomain::Range(low, high) => self.integers(low.value, high.value, low.span, high.span),
                tree::VarDomain::Values(values) => {
                    let words: Vec<String> = values.iter().map(|value| value.value.clone()).collect();
                    if words.len() == 2 && ["no", "yes"].iter().all(|word| words.iter().any(|value| value == word)) {
                        Symbols::TRUTH
                    } else if let Some(domain) = lists.get(&words) {
                        *domain
                    } else {
                        let domain = self.listed(values, DomainKind::Words, name.span);
                        lists.insert(words, domain);
                        domain
                    }
                }
            };
            let range = var.per.as_ref().map(|per| (per, self.symbols.range(&per.value)));
            let (params, instances) = match range {
                None => (Vec::new(), vec![Vec::new()]),
                Some((_, Some((kind, members)))) => {
                    (vec![kind], members.into_iter().map(|member| vec![member.index()]).collect())
                }
                Some((per, None)) => {
                    let mistake = unknown("kind or set", &per.value, per.span, self.symbols.ranges());
                    self.reporter.report(mistake);
                    (vec![Kind::Node], self.symbols.node_ids().iter().map(|node| vec![node.0]).collect())
                }
            };
            if self.free("variable", name) {
                let first = self.symbols.variables.len();
                self.family(&name.value, &params, instances, domain, Some(name.span));
                let observable = var.observable.as_ref().is_none_or(|observable| observable.value);
                self.symbols.variables[first..].iter_mut().for_each(|variable| variable.observable = observable);
            }
        }
    }

    fn integers(&mut self, low: i64, high: i64, start: Span, end: Span) -> DomainId {
        let span = Span { end: end.end.max(start.end), ..start };
        let count = (i128::from(high) - i128::from(low) + 1).max(0);
        self.size(usize::try_from(count).unwrap_or(usize::MAX), span);
        let count = usize::try_from(count).unwrap_or(MOST_VALUES).clamp(1, MOST_VALUES);
        let values = (low..=i64::MAX).take(count).map(|value| value.to_string()).collect();
        self.domain(values, DomainKind::Range(low))
    }

    pub(super) fn attributes(&mut self, tree: &tree::World) {
        let Some(tree::Nodes::Tables(tables)) = &tree.nodes else { return };
        let mut attributes: Map<&str, Vec<(u32, &Text, &Text)>> = Map::default();
        for (node, (_, entries)) in tables.iter().enumerate().take(self.symbols.nodes.len()) {
            for (key, value) in entries {
                let node = u32::try_from(node).expect("limited");
                attributes.entry(&key.value).or_default().push((node, key, value));
            }
        }
        for (name, places) in attributes {
            let mut values: Vec<String> = Vec::new();
            for (_, _, value) in &places {
                if !values.contains(&value.value) {
                    values.push(value.value.clone());
                }
            }
            let truth = values.iter().all(|value| value == "yes" || value == "no");
            let domain = if truth { Symbols::TRUTH } else { self.domain(values, DomainKind::Words) };
            let key = places[0].1;
            if self.free("attribute", key) {
                let nodes = places.iter().map(|(node, _, _)| vec![*node]).collect();
                self.family(name, &[Kind::Node], nodes, domain, Some(key.span));
                if let Some(family) = self.symbols.families.get_mut(name) {
                    family.constant = true;
                }
            }
        }
    }

    pub(super) fn definitions(&mut self, tree: &tree::World) {
        for (index, define) in tree.defines.iter().enumerate() {
            if let Some(first) = self.symbols.definitions.get(&define.name.value) {
                let first = tree.defines[*first].head.span;
                self.reporter.report(twice("definition", &define.name.value, define.head.span, Some(first)));
                continue;
            }
            if !self.free("definition", &define.name) {
                continue;
            }
            for (place, param) in define.params.iter().enumerate() {
                if define.params[..place].iter().any(|earlier| earlier.value == param.value) {
                    self.reporter.report(Diagnostic::new(
                        Code::R103,
                        format!("parameter `{}` is there twice", param.value),
                        param.span,
                    ));
                }
            }
            self.symbols.definitions.insert(define.name.value.clone(), index);
        }
    }
}
