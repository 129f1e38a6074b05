//! A change to one file, small enough to be read.

use std::ops::Range;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A condition under which something happens.
    Guard,
    /// What becomes so.
    Effect,
    /// One of several ways in which something goes.
    Outcome,
    /// What a log shows.
    Event,
    /// A key with a choice: `replaces`, `at`, `restart`, `start`, `failover`, …
    Policy,
    /// The end of a range, a number of faults or of tries.
    Bound,
    /// Two neighbours in a list.
    Order,
    /// A part of health, of what must always hold, or of what a drill expects.
    Property,
    /// A part of a claim's `where`.
    Claim,
    /// In which orders steps may come.
    Procedure,
}

impl Kind {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Guard => "guard",
            Kind::Effect => "effect",
            Kind::Outcome => "outcome",
            Kind::Event => "event",
            Kind::Policy => "policy",
            Kind::Bound => "bound",
            Kind::Order => "list order",
            Kind::Property => "property",
            Kind::Claim => "claim",
            Kind::Procedure => "procedure",
        }
    }

    /// Whether it is about what is asked, and not about what happens: one that nobody notices is vacuous.
    pub fn is_asked(self) -> bool {
        matches!(self, Kind::Property | Kind::Claim)
    }
}

/// A piece of text put in the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which bytes of the file.
    pub range: Range<usize>,
    /// What they become.
    pub text: String,
}

/// A file with a small change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// What is changed: the path of a table and a key, `package.sp4.needs`.
    pub element: String,
    /// What kind of thing that is.
    pub kind: Kind,
    /// What stood there, for people.
    pub old: String,
    /// What stands there now, for people.
    pub new: String,
    /// The change: pieces that do not overlap, in the order of the file.
    pub edits: Vec<Edit>,
    /// Facts that what is changed cites.
    pub cites: Vec<String>,
}

impl Mutant {
    /// The text with the change.
    pub fn apply(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 64);
        let mut at = 0;
        for edit in &self.edits {
            out.push_str(text.get(at..edit.range.start).unwrap_or(""));
            out.push_str(&edit.text);
            at = edit.range.end;
        }
        out.push_str(text.get(at..).unwrap_or(""));
        out
    }

    /// Where the change begins.
    pub fn start(&self) -> usize {
        self.edits.first().map_or(0, |edit| edit.range.start)
    }

    /// The change in a line, without white space that only lays it out.
    pub fn change(&self) -> String {
        format!("{} → {}", one_line(&self.old), one_line(&self.new))
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// In the order of the file; a change that an element has several times gets a number, so that each can be named.
pub fn numbered(mut mutants: Vec<Mutant>) -> Vec<Mutant> {
    mutants.sort_by_key(|mutant| (mutant.start(), mutant.edits.first().map_or(0, |edit| edit.range.end)));
    let mut met: rustc_hash::FxHashMap<(String, String), u32> = rustc_hash::FxHashMap::default();
    for mutant in &mut mutants {
        let count = met.entry((mutant.element.clone(), mutant.change())).or_default();
        *count += 1;
        if *count > 1 {
            mutant.new = format!("{} ({count})", mutant.new);
        }
    }
    mutants
}
