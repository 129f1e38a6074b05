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
        "The file, or the checked block of a runbook, cannot be read as TOML. The place shown is where reading stopped making sense. Words stand in quotes in TOML: only numbers, `true` and `false` go without.",
        "title = Cluster";
    R002 Error "unknown key",
        "No table of this kind has such a key. A key that is not understood is never skipped, because the check would then say less than the file.",
        "[package.sp4]\nwrite = { clusres = \"sp4\" }";
    R003 Error "duplicate key",
        "The same key, or the same table header, is written twice in one table. Neither wins in silence: keep one, or give the other a name of its own.",
        "[component.clusres]\nversions = [\"none\", \"sp3\"]\nversions = [\"none\", \"sp4\"]";
    R004 Error "wrong type",
        "This key takes a value of another type: text where a list is expected, a number where a table is expected, and so on. The message says what is expected and what was found. Nothing is converted.",
        "cite = \"Q218922.fix\"          # a list is expected: [\"Q218922.fix\"]";
    R005 Error "missing key",
        "The table needs this key, and no default would be right.",
        "[component.clusres]\ntitle = \"clusres.dll\"      # versions is missing";
    R006 Error "not one of the choices",
        "This key takes one of a few words, which the message lists.",
        "[package.sp4]\nreplaces = \"oldest\"         # older, always or present";
    R007 Error "not a name",
        "A name holds letters, digits, `-`, `_` and `.`, begins with a letter, a digit or `_`, does not end with `-` or `.`, is not digits alone (that is an integer) and is not a word of the language such as `and` or `all`. Otherwise no expression could say it.",
        "[component.\"cluster service\"]";
    R008 Error "keys that exclude each other",
        "Each of these keys says the same thing in another way, so only one of them may be there.",
        "[var]\niis = { values = [\"absent\", \"working\"], range = [0, 3] }";
    R009 Error "not UTF-8",
        "Files are read as UTF-8. Save the file in this encoding; the place shown is the first byte that does not belong to it.",
        "title = \"Z\\xFCrich\"            # Latin-1";
    R010 Error "file too large",
        "A world or a runbook is at most one mebibyte. Worlds can be split with `include`.",
        "world.toml of 3 MiB";
    R011 Error "control character",
        "Text holds a character that a terminal or a page would act on instead of showing it: an escape, NUL, a change of writing direction. Remove it. Tabs and ends of lines are fine.",
        "title = \"Cluster\\u0000\"";
    R012 Error "not an expression",
        "The expression cannot be read: at this place something else is expected. Expressions use `and or not implies`, `== != < <= > >=`, `in (a, b)`, `if c then x else y`, `+ -`, `max(x, y)`, `min(x, y)`, `all n: …`, `some n: …`, `count n: …`.",
        "[health]\nend = \"clussvc(A) ==\"";
    R013 Error "an operator of another language",
        "Expressions are written in words: `and`, `or`, `not`, `implies`, and `==` compares. The help line shows the spelling to use.",
        "[health]\nend = \"clussvc(A) = running && up(B)\"";
    R014 Error "unbalanced parentheses",
        "A parenthesis is opened and never closed, or closed and never opened.",
        "[health]\nend = \"(all n: up(n)\"";
    R015 Error "nested too deeply",
        "Expressions, rules, tables and lists nest to a limit, so that no file can exhaust the program. Give a part a name with `[define]`, or split the list.",
        "[health]\nend = \"((((((…))))))\"";
    R016 Error "chained comparison",
        "A comparison has two sides. Write two comparisons and join them with `and`.",
        "[health]\nend = \"0 < retries < 3\"";
    R017 Error "number out of range",
        "The number does not fit here. The message says what does.",
        "nodes = 0";
    R018 Error "malformed sentence",
        "The key of an action, reaction or fault is a sentence whose parameters stand in braces, `{n}` or `{n: node}`; the key of a definition is a name with its parameters, `serving(n)`.",
        "[action.\"join on {n: node\"]";
    R019 Error "not something that can be set",
        "On the left of `set`, `given`, `unknown` and `initial` stands a variable: `clusres`, `iis(here)`, `\"c.pending(A)\"`. A name with a dot or a parenthesis must be in quotes, or TOML takes it for tables inside tables.",
        "[initial]\n\"not up(A)\" = \"yes\"";
    R020 Error "not a rule",
        "A `where` says which orderings a claim is about: `X before Y`, `X between Y and Z`, `X right after Y`, `some X after all Y`, with `and`, `or`, `not` and parentheses. A sentence that holds one of these words goes in single quotes.",
        "where = \"restart A after restart B\"";
    R021 Error "a list that mixes marks",
        "Numbers say \"in this order\", bullets say \"in any order\". Markdown begins a new list where the mark changes, without a sign that a reader could see. Use one mark for the whole list, or put text between two lists.",
        "1. `restart A`\n- `restart B`";
    R022 Error "several checked blocks",
        "A runbook has one block ```` ```toml runproof ````. Put everything into the first.",
        "```toml runproof\nworld = \"world.toml\"\n```\n\n```toml runproof\nfaults = { crash = 1 }\n```";
    R023 Error "the checked block is not marked right",
        "The checked block begins with ```` ```toml runproof ```` and ends with ```` ``` ```` on a line of its own. Anything that comes near and is not quite that would leave the runbook unchecked.",
        "```runproof\nworld = \"world.toml\"\n```";
    R024 Error "`either` without a list",
        "`either` means that exactly one item of the list below it is done, so the item needs such a list, with two items or more.",
        "1. `either`\n2. `restart A`";
    R025 Error "not supported yet",
        "`repeat at most 3 until …` is a planned form. Until it is there, write the steps out as often as they may be done, each but the first with `if`.",
        "1. `repeat at most 3 until online(sql)`";
    R026 Error "a ticked box",
        "`[ ]` makes an item optional. A ticked box says neither that the item is to be done nor that it may be left out. Write `[ ]`, or no box.",
        "- [x] `restart A`";
    R027 Error "a label without a step",
        "`{#name}` stands right after the code span of a step and gives it a name. The name follows the rules for names.",
        "1. Restart. {#again} `restart A`";
    R028 Error "a form that is not complete",
        "`if` is followed by a condition; `for each` by a name, and `in` and a set where it is not every node.",
        "1. `for each in control` `restart {n}`";

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

    // Found while checking.
    R301 Error "a `where` that nothing satisfies",
        "The lists of the runbook allow no ordering that satisfies the claim's `where`, so the claim would say nothing. Often a step is named that stands twice (`restart A` means the first one, `restart A (2)` the second), or the lists already rule the order out.",
        "where = \"restart A before restart A\"";
    R302 Error "too large to be checked",
        "The state has more bits than the engine's four words hold, or the conditions become too large when they are written out for every node. `runproof lower` on a smaller version of the world shows what takes the room.",
        "[var]\nload = { per = \"node\", range = [0, 63] }";
}
