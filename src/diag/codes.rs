//! The one table of codes: what each means, with an example. `runproof explain` and `docs/diagnostics.md` print it.
//!
//! R0xx: reading a file. R1xx: names, types and domains of a world. R2xx: a runbook against its world. R3xx: found while checking.

use super::Severity::{self, Error, Warning};

/// What a code means.
#[derive(Clone, Copy, Debug)]
pub struct CodeEntry {
    /// The code.
    pub code: Code,
    /// As printed.
    pub name: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// What it means and what to do.
    pub explanation: &'static str,
    /// Lines that have the mistake.
    pub example: &'static str,
}

macro_rules! codes {
    ($($code:ident $severity:ident $title:literal, $explanation:literal, $example:literal;)*) => {
        /// A stable code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {$(
            #[doc = $title]
            $code,
        )*}

        /// Every code, in order.
        pub const TABLE: &[CodeEntry] = &[$(CodeEntry {
            code: Code::$code,
            name: stringify!($code),
            severity: $severity,
            title: $title,
            explanation: $explanation,
            example: $example,
        },)*];
    };
}

impl Code {
    /// Its entry in [`TABLE`].
    pub fn entry(self) -> &'static CodeEntry {
        &TABLE[self as usize]
    }
}

codes! {
    // Reading a file.
    R001 Error "not TOML",
        "The file, or the checked block of a runbook, cannot be read as TOML. The place shown is where reading stopped making sense.",
        "title = Cluster";
    R002 Error "unknown key",
        "No table of this kind has such a key. A key that is not understood is never skipped, because the check would then say less than the file.",
        "[package.sp4]\nwrite = { clusres = \"sp4\" }";

    // Names, types and domains of a world.
    R101 Error "unknown name",
        "Nothing of this name is known here: no variable, definition, value, node or bound name.",
        "[health]\nend = \"clusvc(A) == running\"";
    R102 Warning "unused definition",
        "Nothing uses this definition. Remove it, or use it.",
        "[define]\n\"serving(n)\" = \"yes\"";

    // A runbook against its world.
    R201 Error "no such step",
        "A code span in a list item is a step, and the world knows none with this sentence. Text that is not a step goes between double back-ticks.",
        "1. `instal sp4 on A`";
}
