//! What loops are worth under each reading of progress, as plain data.

use serde::Serialize;

/// The strongest reading under which every order comes to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadingWord {
    /// No run goes round for ever.
    Strong,
    /// None does if what is possible again and again happens at last.
    StrongCyclic,
    /// Some run ends well.
    Weak,
    /// None does.
    Never,
}

/// What the loops of a runbook are worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Readings {
    /// Until when they go on, as written.
    pub untils: Vec<String>,
    /// Whether verdict and counts take progress to be fair.
    pub fair: bool,
    /// In a word; None where a limit was hit.
    pub reading: Option<ReadingWord>,
    /// The limit that was hit.
    pub limit: Option<String>,
    /// Orders that are good if progress is fair, as decimal digits.
    pub good_if_fair: Option<String>,
    /// Orders that are good whatever happens, as decimal digits.
    pub good_whatever: Option<String>,
    /// All orders, as decimal digits.
    pub total: Option<String>,
}
