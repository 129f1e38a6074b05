//! Nodes, groups and packages: what names can be bound to, and the scope that binds them.

use super::model::NodeId;

/// Something that a parameter or a bound name stands for, as an index into the world's list of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Entity {
    Node(u32),
    Group(u32),
    Package(u32),
}

/// The kinds of [`Entity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Node,
    Group,
    Package,
}

impl Kind {
    /// As it is written in `per` and in sentences.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Node => "node",
            Kind::Group => "group",
            Kind::Package => "package",
        }
    }
}

impl Entity {
    pub(super) fn kind(self) -> Kind {
        match self {
            Entity::Node(_) => Kind::Node,
            Entity::Group(_) => Kind::Group,
            Entity::Package(_) => Kind::Package,
        }
    }

    pub(super) fn index(self) -> u32 {
        match self {
            Entity::Node(index) | Entity::Group(index) | Entity::Package(index) => index,
        }
    }

    pub(super) fn node(self) -> Option<NodeId> {
        match self {
            Entity::Node(index) => Some(NodeId(index)),
            _ => None,
        }
    }
}

/// What names mean inside an expression: bound names, innermost last, and `here`.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) names: Vec<(String, Entity)>,
    pub(super) here: Option<NodeId>,
}

impl Scope {
    /// No bound names; `here` is the node.
    pub(super) fn at(node: NodeId) -> Scope {
        Scope { names: Vec::new(), here: Some(node) }
    }

    /// The names bound; `here` is the node among them if there is exactly one.
    pub(super) fn binding(names: Vec<(String, Entity)>) -> Scope {
        let mut nodes = names.iter().filter_map(|(_, entity)| entity.node());
        let here = nodes.next().filter(|_| nodes.next().is_none());
        Scope { names, here }
    }

    pub(super) fn find(&self, name: &str) -> Option<Entity> {
        self.names.iter().rev().find(|(bound, _)| bound == name).map(|(_, entity)| *entity)
    }
}

/// All combinations of one element of each set, the last set varying fastest. None if there are more than `limit`.
pub(super) fn combinations(sets: &[Vec<Entity>], limit: usize) -> Option<Vec<Vec<Entity>>> {
    if sets.iter().any(Vec::is_empty) {
        return Some(Vec::new());
    }
    let count = sets.iter().try_fold(1usize, |count, set| count.checked_mul(set.len()))?;
    if count > limit {
        return None;
    }
    let mut all = vec![Vec::new()];
    for set in sets {
        all = all
            .iter()
            .flat_map(|start| set.iter().map(move |entity| start.iter().copied().chain([*entity]).collect()))
            .collect();
    }
    Some(all)
}
