//! Whether a check is worth anything, as plain data.

use serde::Serialize;

/// What was found out about worlds and the claims of their runbooks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cover {
    /// World by world.
    pub worlds: Vec<CoveredWorld>,
}

/// A world with the runbooks that were given for it. Worlds that share a file are one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CoveredWorld {
    /// Its files, as they are shown to people.
    pub files: Vec<String>,
    /// The runbooks.
    pub runbooks: Vec<String>,
    /// Runbooks that say nothing, and the limit that was hit.
    pub silent: Vec<(String, String)>,
    /// What no run exercises.
    pub never: Vec<NeverExercised>,
    /// How many mutants came to what; None if none were made.
    pub mutants: Option<MutantCounts>,
    /// Mutants that no claim notices, those that are accepted too.
    pub survivors: Vec<Survivor>,
    /// Mutants of which nothing is known.
    pub undecided: Vec<UndecidedMutant>,
    /// Mutants that cannot be read.
    pub stillborn: Vec<Stillborn>,
    /// Entries of `survivors.toml` that no mutant is like any more.
    pub stale: Vec<Stale>,
    /// What is cited by what; None where there is no `facts.toml`.
    pub citations: Option<Citations>,
}

/// Something that no run exercises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeverExercised {
    /// In a word: `never-attempted`, `never-taken`, `never-holds`, `always-holds`, `never-met`, `never-strikes`, `never-begun`, `never-runs`.
    pub kind: &'static str,
    /// What: the path of a table and a key.
    pub element: String,
    /// The values, for those of a variable.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub values: String,
}

/// How many mutants came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MutantCounts {
    /// All that could be made.
    pub made: usize,
    /// Those that were looked at: fewer, where that was asked for.
    pub tried: usize,
    /// Some claim notices.
    pub killed: usize,
    /// None does, and that is not accepted.
    pub survived: usize,
    /// None does, and that is accepted.
    pub accepted: usize,
    /// The graph is the same in every runbook.
    pub equivalent: usize,
    /// Of these, those of which nothing in any runbook is made.
    pub idle: usize,
    /// They cannot be read, and are no mutants.
    pub stillborn: usize,
    /// A limit was hit.
    pub undecided: usize,
}

/// A mutant that no claim notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Survivor {
    /// The file.
    pub file: String,
    /// One-based.
    pub line: u32,
    /// One-based.
    pub column: u32,
    /// `guard`, `effect`, `outcome`, `event`, `policy`, `bound`, `list order`, `property`, `claim`, `procedure`
    pub kind: &'static str,
    /// What is changed.
    pub element: String,
    /// `old → new`
    pub change: String,
    /// Runbooks whose verdict changes, in a word, though no claim of theirs notices.
    pub verdicts: Vec<String>,
    /// Whether the graph is known to differ in some runbook; not where a limit was hit in comparing it.
    pub compared: bool,
    /// Why it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Survivor {
    /// Whether it is a part of what is asked that does not matter.
    pub fn is_vacuous(&self) -> bool {
        matches!(self.kind, "property" | "claim")
    }
}

/// A mutant of which nothing is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UndecidedMutant {
    /// The file.
    pub file: String,
    /// What is changed.
    pub element: String,
    /// `old → new`
    pub change: String,
    /// The limit that was hit.
    pub limit: String,
}

/// A mutant that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stillborn {
    /// The file.
    pub file: String,
    /// What is changed.
    pub element: String,
    /// `old → new`
    pub change: String,
    /// The first mistake, with its code.
    pub why: String,
}

/// An entry of `survivors.toml` that no survivor is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stale {
    /// The file.
    pub file: String,
    /// One-based.
    pub line: u32,
    /// Which elements it is about.
    pub element: String,
    /// Which changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
}

/// What is cited by what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Citations {
    /// The file of facts.
    pub facts: String,
    /// How many facts there are.
    pub known: usize,
    /// Facts that neither an element nor a claim cites.
    pub uncited: Vec<String>,
    /// Facts that claims cite, and no element.
    pub only_claimed: Vec<String>,
    /// Elements and claims that cite none: assumptions.
    pub without: Vec<String>,
    /// Ids that no fact has, and what cites them.
    pub unknown: Vec<(String, String)>,
    /// Facts on which a verdict rests: a mutant of an element that cites them is killed.
    pub load_bearing: Vec<LoadBearing>,
    /// Facts that elements cite and on which no verdict is known to rest; empty where not all mutants were tried.
    pub idle: Vec<String>,
}

/// A fact on which a verdict rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoadBearing {
    /// Its id.
    pub fact: String,
    /// `runbook::claim`, for each mutant the first that notices.
    pub by: Vec<String>,
}

impl CoveredWorld {
    /// Whether a mutant survives that is not accepted, or an entry is stale.
    pub fn fails(&self) -> bool {
        self.mutants.is_some_and(|counts| counts.survived > 0) || !self.stale.is_empty()
    }

    /// Whether a limit was hit.
    pub fn undecided(&self) -> bool {
        self.mutants.is_some_and(|counts| counts.undecided > 0) || !self.silent.is_empty()
    }
}
