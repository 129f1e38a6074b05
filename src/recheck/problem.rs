//! Why a certificate is not rechecked to its end.

use crate::base::Limit;

/// A certificate is not believed: which check failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// In a sentence.
    pub reason: String,
}

/// Why a certificate is not rechecked to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is not believed.
    Refused(Refused),
    /// A limit was hit first.
    Limit(Limit),
}

impl From<Limit> for Problem {
    fn from(limit: Limit) -> Problem {
        Problem::Limit(limit)
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Refused {}

/// A check that failed.
pub(super) fn refused(reason: impl Into<String>) -> Problem {
    Problem::Refused(Refused { reason: reason.into() })
}

/// Fails where something does not hold.
pub(super) fn check(holds: bool, reason: impl FnOnce() -> String) -> Result<(), Problem> {
    if holds { Ok(()) } else { Err(refused(reason())) }
}
