//! What rechecking a certificate came to, as plain data.

use serde::Serialize;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecheckOutcome {
    /// Everything in it was found again.
    Rechecked,
    /// A file is not as it was when the certificate was written.
    Changed,
    /// It is not believed.
    Refused,
    /// A limit was hit first.
    Undecided,
}

/// A claim, as it comes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecheckedClaim {
    /// Its name.
    pub id: String,
    /// `holds`, `fails` or `not-covered`.
    pub answer: &'static str,
}

/// What was rechecked, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rechecked {
    /// `always-healthy`, `order-matters` or `never-healthy`.
    pub verdict: &'static str,
    /// Exact numbers of orderings, in decimal digits.
    pub total: String,
    /// Those that are good.
    pub good: String,
    /// Those that are good in some runs.
    pub mixed: String,
    /// Files, as many as were read.
    pub files: u64,
    /// Positions of the procedure.
    pub positions: u64,
    /// Pairs of position and state.
    pub pairs: u64,
    /// Ways of going on from these, each to one of them.
    pub moves: u64,
    /// Sets of orderings that were counted again.
    pub sets: u64,
    /// Nodes of their automaton.
    pub nodes: u64,
    /// Rules.
    pub rules: u64,
    /// Whether an ordering is good exactly when it keeps them.
    pub exact: bool,
    /// Runs that were replayed.
    pub runs: u64,
    /// The claims, in the order of the runbook.
    pub claims: Vec<RecheckedClaim>,
}

/// What rechecking a certificate came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recheck {
    /// The certificate.
    pub certificate: String,
    /// The runbook, as the certificate or the command line names it, once it is known.
    pub runbook: Option<String>,
    /// In a word.
    pub outcome: RecheckOutcome,
    /// What is wrong, or the limit that was hit.
    pub reason: Option<String>,
    /// The files that are not as they were, by their paths from the folder of the runbook, with what is wrong.
    pub changed: Vec<String>,
    /// What was found.
    pub found: Option<Rechecked>,
}

impl Recheck {
    /// Whether some claim fails.
    pub fn fails(&self) -> bool {
        self.answers("fails")
    }

    /// Whether some claim is not covered.
    pub fn uncovered(&self) -> bool {
        self.answers("not-covered")
    }

    fn answers(&self, answer: &str) -> bool {
        self.found.as_ref().is_some_and(|found| found.claims.iter().any(|claim| claim.answer == answer))
    }
}
