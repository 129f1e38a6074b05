//! The languages.

/// A language, or a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// For SPIN.
    Promela,
    /// For Rumur and CMurphi.
    Murphi,
    /// TLA+, for TLC.
    Tla,
    /// For planners.
    Pddl,
    /// A run, in the Informal Trace Format of Apalache.
    Itf,
    /// A picture by Graphviz.
    Dot,
    /// A picture by Mermaid.
    Mermaid,
}

impl Target {
    /// All, in the order in which they are told.
    pub const ALL: [Target; 7] =
        [Target::Promela, Target::Murphi, Target::Tla, Target::Pddl, Target::Itf, Target::Dot, Target::Mermaid];

    /// As it is named on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Target::Promela => "promela",
            Target::Murphi => "murphi",
            Target::Tla => "tla",
            Target::Pddl => "pddl",
            Target::Itf => "itf",
            Target::Dot => "dot",
            Target::Mermaid => "mermaid",
        }
    }

    /// Whether rules can be compared with how runs end.
    pub fn takes_rules(self) -> bool {
        matches!(self, Target::Promela | Target::Murphi | Target::Tla)
    }
}
