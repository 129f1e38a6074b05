//! What every name of a world means: nodes, sets, domains, variables, definitions, and the things that have tables.

use super::entity::{Entity, Kind};
use super::model::{Domain, DomainId, NodeId, Variable, VariableId};
use crate::base::{Map, Span};
use crate::syntax::tree;

/// The ground variables that share a name and differ in their arguments: `clusres` on each node.
#[derive(Clone, Debug)]
pub(super) struct Family {
    /// What the arguments are.
    pub(super) params: Vec<Kind>,
    /// By arguments. Where an argument is missing the variable does not exist there.
    pub(super) instances: Map<Vec<u32>, VariableId>,
    pub(super) domain: DomainId,
    /// A static attribute: never assigned.
    pub(super) constant: bool,
    /// None if it is built in or generated.
    pub(super) span: Option<Span>,
}

/// The names of a world.
#[derive(Clone, Debug, Default)]
pub(super) struct Symbols {
    /// All files of the world, merged.
    pub(super) tree: tree::World,
    pub(super) nodes: Vec<String>,
    /// Named sets, with `nodes` and `all`.
    pub(super) sets: Map<String, Vec<NodeId>>,
    pub(super) scales: Map<String, DomainId>,
    pub(super) domains: Vec<Domain>,
    /// Those that could not be read.
    pub(super) broken: Vec<DomainId>,
    pub(super) variables: Vec<Variable>,
    pub(super) families: Map<String, Family>,
    /// By name: index into `tree.defines`.
    pub(super) definitions: Map<String, usize>,
    pub(super) components: Map<String, u32>,
    pub(super) packages: Map<String, u32>,
    pub(super) services: Map<String, u32>,
    pub(super) groups: Map<String, u32>,
    pub(super) events: Map<String, u32>,
    /// By service and node: the hidden variable that says it has yet to start.
    pub(super) starting: Map<(u32, u32), VariableId>,
}

/// Words that cannot be names of anything else in expressions.
pub(super) const RESERVED: &[&str] = &[
    "up",
    "installed",
    "restart-pending",
    "owner",
    "online",
    "other",
    "rank",
    "max",
    "min",
    "here",
    "healthy",
    "nodes",
    "groups",
    "packages",
    "yes",
    "no",
    "all",
    "some",
    "count",
    "in",
    "and",
    "or",
    "not",
    "implies",
    "if",
    "then",
    "else",
];

impl Symbols {
    /// The domain of truths.
    pub(super) const TRUTH: DomainId = DomainId(0);
    /// The domain of nodes.
    pub(super) const NODES: DomainId = DomainId(1);

    pub(super) fn domain(&self, id: DomainId) -> &Domain {
        &self.domains[id.index()]
    }

    /// The place of a word in a domain.
    pub(super) fn place(&self, id: DomainId, word: &str) -> Option<u8> {
        let place = self.domain(id).values.iter().position(|value| value == word)?;
        u8::try_from(place).ok()
    }

    /// Everything of a kind, by name.
    pub(super) fn named(&self, kind: Kind, name: &str) -> Option<Entity> {
        match kind {
            Kind::Node => {
                let place = self.nodes.iter().position(|node| node == name)?;
                Some(Entity::Node(u32::try_from(place).ok()?))
            }
            Kind::Group => self.groups.get(name).copied().map(Entity::Group),
            Kind::Package => self.packages.get(name).copied().map(Entity::Package),
        }
    }

    /// The names of a kind.
    pub(super) fn names(&self, kind: Kind) -> Vec<&str> {
        match kind {
            Kind::Node => self.nodes.iter().map(String::as_str).collect(),
            Kind::Group => self.groups.keys().map(String::as_str).collect(),
            Kind::Package => self.packages.keys().map(String::as_str).collect(),
        }
    }

    pub(super) fn name(&self, entity: Entity) -> &str {
        let index = entity.index() as usize;
        let (name, _) = match entity {
            Entity::Node(_) => return &self.nodes[index],
            Entity::Group(_) => self.groups.get_index(index).expect("an entity of this world"),
            Entity::Package(_) => self.packages.get_index(index).expect("an entity of this world"),
        };
        name
    }

    pub(super) fn all(&self, kind: Kind) -> Vec<Entity> {
        let count = |length: usize| u32::try_from(length).expect("limited");
        match kind {
            Kind::Node => (0..count(self.nodes.len())).map(Entity::Node).collect(),
            Kind::Group => (0..count(self.groups.len())).map(Entity::Group).collect(),
            Kind::Package => (0..count(self.packages.len())).map(Entity::Package).collect(),
        }
    }

    pub(super) fn node_ids(&self) -> Vec<NodeId> {
        self.all(Kind::Node).into_iter().filter_map(Entity::node).collect()
    }

    /// What `{n: WORD}`, `per = "WORD"` and `in WORD` range over: node, group, package, their plurals, or a set.
    pub(super) fn range(&self, word: &str) -> Option<(Kind, Vec<Entity>)> {
        let kind = match word {
            "node" | "nodes" => Kind::Node,
            "group" | "groups" => Kind::Group,
            "package" | "packages" => Kind::Package,
            set => {
                let members = self.sets.get(set)?;
                return Some((Kind::Node, members.iter().map(|node| Entity::Node(node.0)).collect()));
            }
        };
        Some((kind, self.all(kind)))
    }

    /// What [`Symbols::range`] knows, for suggestions.
    pub(super) fn ranges(&self) -> Vec<&str> {
        ["node", "group", "package", "nodes", "groups", "packages"]
            .into_iter()
            .chain(self.sets.keys().map(String::as_str))
            .collect()
    }

    /// The variable of a family, by arguments.
    pub(super) fn variable(&self, family: &str, arguments: &[u32]) -> Option<VariableId> {
        self.families.get(family)?.instances.get(arguments).copied()
    }

    /// Names that an expression may use, for suggestions.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &str> {
        let functions = ["installed", "online", "other", "rank", "max", "min", "here", "healthy", "yes", "no"];
        functions
            .into_iter()
            .chain(self.families.keys().map(String::as_str))
            .chain(self.definitions.keys().map(String::as_str))
            .chain(self.nodes.iter().map(String::as_str))
    }
}
