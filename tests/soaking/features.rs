//! Which parts of the language a case has, by its text: so that one sees what was really met.

use crate::written::wider::Written;

/// What is counted, and the text that shows it.
const SHOWN_BY: &[(&str, &str)] = &[
    ("include", "include = ["),
    ("node attributes", "[nodes."),
    ("one node", "nodes = [\"A\"]"),
    ("three nodes", "\"C\"]"),
    ("sets", "[sets]"),
    ("on a set", "on = \"front\""),
    ("define", "[define]"),
    ("in-use", "in-use ="),
    ("package needs, or a service's", "needs ="),
    ("fails of a package", ".fails]]"),
    ("interrupted", "interrupted ="),
    ("remove with its own effects", ".remove]"),
    ("at restart", "\"restart\"\n"),
    ("replaces present", "\"present\""),
    ("service", "[service."),
    ("group", "[group."),
    ("starts-on", "starts-on ="),
    ("observable = false", "observable = false"),
    ("outcomes", "outcomes ="),
    ("fails = true", "fails = true"),
    ("reaction", "[reaction."),
    ("reaction with for", "for = { n = \"node\" }\nwhen"),
    ("takes-time", "takes-time"),
    ("fault of the world", "[fault."),
    ("always", "[always]"),
    ("drill", "[drill."),
    ("initial", "[initial]"),
    ("given", "given ="),
    ("unknown", "unknown ="),
    ("faults strike", "faults ="),
    ("progress any", "progress = \"any\""),
    ("slips in the block", "slips = 1\n"),
    ("optional", "[ ] "),
    ("if", "`if "),
    ("for each", "`for each"),
    ("either", "`either`"),
    ("undivided", "`undivided`"),
    ("repeat at most", "`repeat at most"),
    ("repeat until", "`repeat until"),
    ("numbered list", "1. "),
    ("free list", "\n- "),
    ("list in a list", "\n  - "),
    ("where", "where ="),
    ("only", "\nonly ="),
    ("exactly", "\nexactly ="),
    ("count", "count = {"),
    ("eventually", "eventually ="),
    ("recoverable", "recoverable ="),
    ("tolerates", "tolerates ="),
    ("no-silent-slips", "no-silent-slips ="),
    ("all or some", "(all "),
    ("if then else", "then up("),
];

/// The names of what is in it.
pub fn features(written: &Written) -> impl Iterator<Item = &'static str> {
    let texts: Vec<&String> = written.files.iter().map(|(_, text)| text).collect();
    let has = move |needle: &str| texts.iter().any(|text| text.contains(needle));
    SHOWN_BY.iter().filter(move |(_, needle)| has(needle)).map(|(name, _)| *name)
}

/// All that may be met.
pub fn all() -> impl Iterator<Item = &'static str> {
    SHOWN_BY.iter().map(|(name, _)| *name)
}
