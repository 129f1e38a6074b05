//! Names, texts and citations of the parts of a system: for reports only.

/// Index into [`Origins::events`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub u32);

/// What a log would show.
#[derive(Clone, Debug)]
pub struct EventOrigin {
    /// The event's name in the world.
    pub name: String,
    /// `ClusSvc`
    pub source: Option<String>,
    /// `1058`
    pub code: Option<String>,
    /// What the log says.
    pub text: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
}

/// A variable as people know it.
#[derive(Clone, Debug)]
pub struct VarOrigin {
    /// With its arguments: `clusres(A)`, `installed(ntop, A)`, `dtc-resource`.
    pub name: String,
    /// Without the node, for a column that belongs to a node: `clusres`, `installed(ntop)`, `dtc-resource`.
    pub short: String,
    /// Index into [`Origins::nodes`] where the variable belongs to one node.
    pub node: Option<u32>,
    /// The names of its values, in order of their index.
    pub values: Vec<String>,
    /// Not for readers of a trace: machinery of the lowering (a service about to start, a remembered `if`, a fault budget).
    pub hidden: bool,
    /// Whether an operator can look at it: a check that is proposed reads no other.
    pub observable: bool,
}

/// Names, texts and citations.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// The world's title.
    pub title: String,
    /// Node names.
    pub nodes: Vec<String>,
    /// One for each slot of the layout.
    pub vars: Vec<VarOrigin>,
    /// Event names and texts.
    pub events: Vec<EventOrigin>,
    /// One for each initial state: what distinguishes it (`systemroot differs`), empty if there is only one.
    pub initial: Vec<String>,
}
