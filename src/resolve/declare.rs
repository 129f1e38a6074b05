//! Declares what a world's tables bring into being: nodes, sets, domains, and every ground variable.
//!
//! Comes in: the merged tree. Goes out: [`Symbols`] without any expression resolved. Invariant: a name has one meaning
//! in each of its name spaces; a second definition is reported and left out.

use super::entity::{Entity, Kind};
use super::model::{Domain, DomainId, DomainKind, NodeId, Variable, VariableId};
use super::reporter::{Reporter, twice, unknown};
use super::symbols::{Family, RESERVED, Symbols};
use crate::base::{Map, Span};
use crate::diag::Code;
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

pub(super) struct Declare<'r, 'a> {
    pub(super) symbols: Symbols,
    pub(super) reporter: &'r mut Reporter<'a>,
    full: bool,
}

impl Declare<'_, '_> {
    pub(super) fn domain(&mut self, values: Vec<String>, kind: DomainKind) -> DomainId {
        let id = DomainId(u32::try_from(self.symbols.domains.len()).expect("limited"));
        self.symbols.domains.push(Domain { values, kind });
        id
    }

    /// A domain written as a list: checked for repeated values and for its size.
    pub(super) fn listed(&mut self, values: &[Text], kind: DomainKind, span: Span) -> DomainId {
        let mut seen: Map<String, Span> = Map::default();
        for value in values {
            if let Some(first) = seen.get(&value.value) {
                let first = *first;
                self.reporter.report(twice("value", &value.value, value.span, Some(first)));
            } else {
                seen.insert(value.value.clone(), value.span);
            }
        }
        // None at all, where there were mistakes: they are what is missing.
        if seen.is_empty() && self.reporter.failed() {
            return self.broken(kind);
        }
        self.size(seen.len(), span);
        let mut values: Vec<String> = seen.into_keys().take(MOST_VALUES).collect();
        if values.is_empty() {
            values.push("none".to_owned());
        }
        self.domain(values, kind)
    }

    /// Stands for a domain that could not be read, which was said: no value of it is then a mistake of its own.
    pub(super) fn broken(&mut self, kind: DomainKind) -> DomainId {
        let domain = self.domain(vec!["none".to_owned()], kind);
        self.symbols.broken.push(domain);
        domain
    }

    pub(super) fn size(&mut self, values: usize, span: Span) {
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
    pub(super) fn free(&mut self, kind: &str, name: &Text) -> bool {
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
    pub(super) fn family(
        &mut self,
        name: &str,
        params: &[Kind],
        instances: Vec<Vec<u32>>,
        domain: DomainId,
        span: Option<Span>,
    ) {
        let mut family = Family { params: params.to_vec(), instances: Map::default(), domain, constant: false, span };
        for arguments in instances {
            let words: Vec<&str> = arguments
                .iter()
                .zip(params)
                .map(|(index, kind)| {
                    self.symbols.name(match kind {
                        Kind::Node => Entity::Node(*index),
                        Kind::Group => Entity::Group(*index),
                        Kind::Package => Entity::Package(*index),
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
            let id = self.variable(Variable { name: full, short, node, domain, hidden: false, observable: true }, span);
            family.instances.insert(arguments, id);
        }
        self.symbols.families.insert(name.to_owned(), family);
    }

    pub(super) fn variable(&mut self, variable: Variable, span: Option<Span>) -> VariableId {
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
}
