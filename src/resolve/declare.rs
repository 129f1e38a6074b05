//! Declares what a world's tables bring into being: nodes, sets, domains, and every ground variable.
//!
//! Comes in: the merged tree. Goes out: [`Symbols`] without any expression resolved. Invariant: a name has one meaning
//! in each of its name spaces; a second definition is reported and left out.

use super::entity::Kind;
use super::model::{Domain, DomainId, DomainKind, NodeId, Variable, VariableId};
use super::reporter::{Reporter, twice, unknown};
use super::symbols::{Family, RESERVED, Symbols};
use crate::base::{Map, Span};
use crate::diag::{Code, Diagnostic};
use crate::syntax::tree::{self, Text};

/// The most values that a domain may have.
pub(super) const MOST_VALUES: usize = 64;
/// The most variables of a world; far more than fit a state, whose constants take no room.
const MOST_VARIABLES: usize = 50_000;

/// Declares everything. What is wrong is reported and left out.
pub(super) fn declare(tree: tree::World, reporter: &mut Reporter) -> Symbols {
    let mut declare = Declare { symbols: Symbols::default(), reporter, full: false };
    declare.nodes_and_sets(&tree);
    declare.scales(&tree);
    declare.names(&tree);
    declare.built_in(&tree);
    declare.components(&tree);
    declare.packages_and_services(&tree);
    declare.written_variables(&tree);
    declare.attributes(&tree);
    declare.definitions(&tree);
    let mut symbols = declare.symbols;
    symbols.tree = tree;
    symbols
}

struct Declare<'r, 'a> {
    symbols: Symbols,
    reporter: &'r mut Reporter<'a>,
    full: bool,
}

impl Declare<'_, '_> {
    fn domain(&mut self, values: Vec<String>, kind: DomainKind) -> DomainId {
        let id = DomainId(u32::try_from(self.symbols.domains.len()).expect("limited"));
        self.symbols.domains.push(Domain { values, kind });
        id
    }

    /// A domain written as a list: checked for repeated values and for its size.
    fn listed(&mut self, values: &[Text], kind: DomainKind, span: Span) -> DomainId {
        let mut seen: Map<String, Span> = Map::default();
        for value in values {
            if let Some(first) = seen.get(&value.value) {
                let first = *first;
                self.reporter.report(twice("value", &value.value, value.span, Some(first)));
            } else {
                seen.insert(value.value.clone(), value.span);
            }
        }
        self.size(seen.len(), span);
        let mut values: Vec<String> = seen.into_keys().take(MOST_VALUES).collect();
        if values.is_empty() {
            values.push("none".to_owned());
        }
        self.domain(values, kind)
    }

    fn size(&mut self, values: usize, span: Span) {
        if values == 0 || values > MOST_VALUES {
            let message = format!("this has {values} values; it needs 1 to {MOST_VALUES}");
            self.reporter.say(Code::R112, message, span, "too many or none");
        }
    }

    fn nodes_and_sets(&mut self, tree: &tree::World) {
        self.domain(vec!["no".into(), "yes".into()], DomainKind::Truth);
        let names: Vec<Text> = match &tree.nodes {
            None => Vec::new(),
            Some(tree::Nodes::Names(names)) => names.clone(),
            Some(tree::Nodes::Count(count)) => {
                let most = i64::try_from(MOST_VALUES).expect("small");
                if !(1..=most).contains(&count.value) {
                    let message = format!("a world has 1 to {MOST_VALUES} nodes, not {}", count.value);
                    self.reporter.say(Code::R112, message, count.span, "not a number of nodes");
                }
                (1..=count.value.min(most)).map(|n| Text::new(format!("n{n}"), count.span)).collect()
            }
            Some(tree::Nodes::Tables(tables)) => tables.iter().map(|(name, _)| name.clone()).collect(),
        };
        let mut places: Map<String, Span> = Map::default();
        for name in &names {
            match places.get(&name.value) {
                Some(first) => self.reporter.report(twice("node", &name.value, name.span, Some(*first))),
                None if RESERVED.contains(&name.value.as_str()) => {
                    self.reporter.report(twice("name", &name.value, name.span, None));
                }
                None => {
                    places.insert(name.value.clone(), name.span);
                }
            }
        }
        if let Some(first) = names.get(MOST_VALUES) {
            self.size(names.len(), first.span);
        }
        self.symbols.nodes = places.into_keys().take(MOST_VALUES).collect();
        self.domain(self.symbols.nodes.clone(), DomainKind::Nodes);
        let all = self.symbols.node_ids();
        self.symbols.sets.insert("nodes".into(), all.clone());
        self.symbols.sets.insert("all".into(), all);
        for (name, members) in &tree.sets {
            if self.symbols.range(&name.value).is_some() {
                self.reporter.report(twice("set", &name.value, name.span, None));
                continue;
            }
            let mut nodes: Vec<NodeId> = Vec::new();
            for member in members {
                match self.symbols.named(Kind::Node, &member.value).and_then(|entity| entity.node()) {
                    Some(node) if nodes.contains(&node) => {
                        self.reporter.report(twice("member", &member.value, member.span, None));
                    }
                    Some(node) => nodes.push(node),
                    None => {
                        let known = self.symbols.names(Kind::Node);
                        self.reporter.report(unknown("node", &member.value, member.span, known));
                    }
                }
            }
            self.symbols.sets.insert(name.value.clone(), nodes);
        }
    }

    fn scales(&mut self, tree: &tree::World) {
        for (name, versions) in &tree.scales {
            let domain = self.listed(versions, DomainKind::Versions, name.span);
            self.symbols.scales.insert(name.value.clone(), domain);
        }
    }

    /// Gives every table its index.
    fn names(&mut self, tree: &tree::World) {
        let index = |place: usize| u32::try_from(place).expect("limited");
        let symbols = &mut self.symbols;
        symbols.components =
            tree.components.iter().enumerate().map(|(i, (n, _))| (n.value.clone(), index(i))).collect();
        symbols.packages = tree.packages.iter().enumerate().map(|(i, (n, _))| (n.value.clone(), index(i))).collect();
        symbols.services = tree.services.iter().enumerate().map(|(i, (n, _))| (n.value.clone(), index(i))).collect();
        symbols.groups = tree.groups.iter().enumerate().map(|(i, (n, _))| (n.value.clone(), index(i))).collect();
        symbols.events = tree.events.iter().enumerate().map(|(i, (n, _))| (n.value.clone(), index(i))).collect();
        for (name, _) in tree.events.iter().map(|(n, _)| (n, ())).chain(tree.always.iter().map(|(n, _)| (n, ()))) {
            if ["healthy", "unhealthy", "refused"].contains(&name.value.as_str()) {
                self.reporter.report(twice("name", &name.value, name.span, None));
            }
        }
    }

    /// Whether the name is free for something that expressions use; reports it if not.
    fn free(&mut self, kind: &str, name: &Text) -> bool {
        let first = match self.symbols.families.get(&name.value) {
            Some(family) => family.span,
            None if RESERVED.contains(&name.value.as_str()) => None,
            None if self.symbols.nodes.contains(&name.value) => None,
            None => return true,
        };
        self.reporter.report(twice(kind, &name.value, name.span, first));
        false
    }

    /// Declares a family of ground variables.
    fn family(&mut self, name: &str, params: &[Kind], instances: Vec<Vec<u32>>, domain: DomainId, span: Option<Span>) {
        let mut family = Family { params: params.to_vec(), instances: Map::default(), domain, constant: false, span };
        for arguments in instances {
            let words: Vec<&str> = arguments
                .iter()
                .zip(params)
                .map(|(index, kind)| {
                    self.symbols.name(match kind {
                        Kind::Node => super::entity::Entity::Node(*index),
                        Kind::Group => super::entity::Entity::Group(*index),
                        Kind::Package => super::entity::Entity::Package(*index),
                    })
                })
                .collect();
            let on_node = params.last() == Some(&Kind::Node);
            let written = |words: &[&str]| match words {
                [] => name.to_owned(),
                words => format!("{name}({})", words.join(", ")),
            };
            let (full, short) = (written(&words), written(&words[..words.len() - usize::from(on_node)]));
            let node = arguments.last().filter(|_| on_node).map(|index| NodeId(*index));
            let id = self.variable(Variable { name: full, short, node, domain, hidden: false }, span);
            family.instances.insert(arguments, id);
        }
        self.symbols.families.insert(name.to_owned(), family);
    }

    fn variable(&mut self, variable: Variable, span: Option<Span>) -> VariableId {
        if self.symbols.variables.len() >= MOST_VARIABLES {
            if let (false, Some(span)) = (self.full, span) {
                let message = format!("the world has more than {MOST_VARIABLES} variables");
                self.reporter.say(Code::R111, message, span, "one too many is here");
                self.full = true;
            }
            return VariableId(0);
        }
        let id = VariableId(u32::try_from(self.symbols.variables.len()).expect("limited"));
        self.symbols.variables.push(variable);
        id
    }

    fn built_in(&mut self, tree: &tree::World) {
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

    fn components(&mut self, tree: &tree::World) {
        let mut left_pending: Vec<&str> = Vec::new();
        for (_, package) in &tree.packages {
            for (component, _) in &package.writes {
                let at = match &package.at {
                    None => None,
                    Some(tree::PerComponent::All(at)) => Some(at),
                    Some(tree::PerComponent::Each(each)) => {
                        each.iter().find(|(name, _)| name.value == component.value).map(|(_, at)| at)
                    }
                };
                if at.is_some_and(|at| at.value == "restart") {
                    left_pending.push(&component.value);
                }
            }
        }
        for (name, component) in &tree.components {
            let domain = match &component.versions {
                tree::Versions::Bad => self.domain(vec!["none".to_owned()], DomainKind::Versions),
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
                let domain = self.domain(versions, DomainKind::Versions);
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

    fn packages_and_services(&mut self, tree: &tree::World) {
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
                let starting = Variable { name: full, short, node: Some(node), domain: Symbols::TRUTH, hidden: true };
                let id = self.variable(starting, Some(name.span));
                let service = u32::try_from(index).expect("limited");
                self.symbols.starting.insert((service, node.0), id);
            }
        }
    }

    fn written_variables(&mut self, tree: &tree::World) {
        let mut lists: Map<Vec<String>, DomainId> = Map::default();
        for (name, var) in &tree.vars {
            let domain = match &var.domain {
                tree::VarDomain::Bad => self.domain(vec!["none".to_owned()], DomainKind::Words),
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
                self.family(&name.value, &params, instances, domain, Some(name.span));
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

    fn attributes(&mut self, tree: &tree::World) {
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

    fn definitions(&mut self, tree: &tree::World) {
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
