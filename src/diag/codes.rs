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
        "Nothing in the world uses this definition. Remove it, or use it. Definitions of included files are not counted: they may be there for other worlds.",
        "[define]\n\"serving(n)\" = \"yes\"";
    R103 Error "name defined twice",
        "A name means one thing, in all files that a world includes. Components, services, variables, definitions, node attributes and built-in names share one set of names, because expressions use them alike; the values of one domain, the nodes and the bound names of one expression must differ from each other too.",
        "[var]\nup = { per = \"node\", values = [\"no\", \"yes\"] }";
    R104 Error "value outside its domain",
        "A variable can only have, and be compared with, the values that its domain lists.",
        "[initial]\nclusres = \"sp9\"";
    R105 Error "wrong type",
        "An expression has a truth, a number, or a value of one domain, and this place needs another of them. Nothing is converted.",
        "[health]\nend = \"retries + 1\"";
    R106 Error "a value and a name at once",
        "The word is a value of the domain that it is compared with, and also a name (a variable, a definition or a bound name). Which is meant cannot be told: rename one of them.",
        "[var]\nworking = { values = [\"no\", \"yes\"] }\niis = { values = [\"absent\", \"working\"] }\n[health]\nend = \"iis == working\"";
    R107 Error "`here` where there is no node",
        "`here` is the node acted on: the node of a package, a service, a component or of a group's owner, or that of an action, reaction or fault with exactly one node parameter. Elsewhere, and inside definitions, name the node.",
        "[health]\nend = \"clussvc(here) == running\"";
    R108 Error "not on this node",
        "The variable, package, component, service or attribute does not exist on this node, because its `on` or `per` names a set without it. Ask only about nodes where it is: `all n in SET: ...`.",
        "[component.tool]\nversions = [\"old\", \"new\"]\non = \"control\"\n[health]\nend = \"all n: tool(n) == new\"";
    R109 Error "wrong number of arguments",
        "Variables, definitions and functions take a fixed number of arguments: one for each node, group or package that they belong to.",
        "[health]\nend = \"clussvc == running\"";
    R110 Error "a definition that needs itself",
        "Definitions are written out where they are used, so none may use itself, directly or through others. The same goes for `healthy` and `online(g)`.",
        "[define]\na = \"not b\"\nb = \"not a\"";
    R111 Error "too large when written out",
        "Quantifiers, definitions and sentences with parameters are written out for every node, group and package, and the result is too large or too deep. Use fewer parameters, smaller sets, or a variable that holds a result.",
        "[health]\nend = \"all a, b, c, d, e, f, g, h: up(a) or up(h)\"";
    R112 Error "domain too large or empty",
        "A variable has at least one and at most 64 values; where writes can be left pending, one more value is needed for `nothing`. A world has 1 to 64 nodes.",
        "[var]\nretries = { range = [0, 1000] }";
    R113 Error "assigned twice",
        "The assignments of one outcome happen at the same time, so each variable may be assigned once.",
        "set = { iis = \"broken\", \"iis(A)\" = \"working\" }";
    R114 Error "assignment may leave the range",
        "In some state in which this assignment can happen its value is outside the variable's range; the message gives such a state. Guard the assignment, or limit the value with `min` and `max`.",
        "[action.\"try again\"]\nset = { retries = \"retries + 1\" }";
    R115 Error "reaction that never settles",
        "What the reaction does changes nothing that its `when` reads, so it stays possible for ever and the system never comes to rest. Let it change what it waits for.",
        "[reaction.\"a failed node leaves\"]\nwhen = \"not up(A)\"\nset = { owner = \"B\" }";
    R116 Error "two actions with the same sentence",
        "A sentence in a runbook must mean exactly one step. Two actions, or an action and a built-in step, have the same sentence once their parameters are filled in.",
        "[action.\"restart {n: node}\"]\nset = { }";
    R117 Error "`other` without two nodes",
        "`other(n)` is the node that is not n, so it needs a world of exactly two nodes.",
        "nodes = [\"A\", \"B\", \"C\"]\n[health]\nend = \"up(other(A))\"";
    R118 Error "file cannot be read",
        "The file is missing, cannot be opened, is not UTF-8 or is larger than the limit. Paths in `include` and `world` are relative to the file that has them.",
        "include = [\"../bse/world.toml\"]";
    R119 Error "include cycle",
        "A file includes itself, directly or through others.",
        "include = [\"world.toml\"]";
    R120 Error "world without nodes",
        "A world has at least one node: `nodes = [\"A\", \"B\"]`, `nodes = 3`, or tables `[nodes.A]`.",
        "title = \"Nothing\"";
    R121 Error "values that do not compare",
        "Two values compare only if they are of one domain: versions of one scale, or variables with the same list of values.",
        "[health]\nend = \"clusres(A) >= msdtc(A)\"";
    R122 Error "constant assigned",
        "Static attributes of nodes never change, and only variables can be assigned.",
        "[nodes.A]\nrole = \"control\"\n[initial]\n\"role(A)\" = \"other\"";
    R123 Error "not a constant",
        "Initial values are single values: nothing is computed there.",
        "[initial]\niis = \"mts(A)\"";
    R124 Error "drill that expects nothing",
        "A drill needs `expect`, and `then` needs `expect-after`: else it could never fail.",
        "[drill.failover]\ndo = [\"crash on A\"]";

    // A runbook against its world.
    R201 Error "no such step",
        "A code span in a list item is a step, and the world knows none with this sentence. Text that is not a step goes between double back-ticks.",
        "1. `instal sp4 on A`";
    R202 Error "not a runbook",
        "A runbook has one checked block, which names its world.",
        "```toml runproof\nworld = \"world.toml\"\n```";
    R203 Error "label twice",
        "A label names one step. In a `for each` item put the node into it: `{#boot-{n}}`.",
        "1. `restart A` {#boot}\n2. `restart B` {#boot}";
    R204 Error "no such fault",
        "A key of `faults` is the sentence of a fault, or that sentence without its last parameter for all of its kind.",
        "faults = { crsh = 1 }";
    R205 Error "fault counted twice",
        "A fault draws on one budget. Give a number to the family or to single faults, not to both.",
        "faults = { crash = 1, \"crash on A\" = 1 }";
    R206 Error "not a number of faults",
        "Between 0 and 63 faults of a kind may strike.",
        "faults = { crash = -1 }";
    R207 Error "`either` without a list",
        "`either` stands before a sub-list, of which exactly one item is done.",
        "1. `either` `restart A`";
    R208 Error "a condition on nothing",
        "An item with `if` or `undivided` has no step. A step goes between single back-ticks.",
        "1. If need be `if up(A)` restart A.";
    R209 Error "too many steps",
        "A runbook has at most 256 steps, each copy of a `for each` counted.",
        "1. `for each n in nodes` ...";
    R210 Error "unknown property",
        "A claim speaks of `healthy`, `unhealthy`, `refused`, an event or an `always` condition of the world.",
        "every = \"helthy\"";
    R211 Error "claim without its own id",
        "Every claim has an id, and no two claims of a runbook have the same.",
        "[[claim]]\nid = \"a\"\nevery = \"healthy\"\n\n[[claim]]\nid = \"a\"\nno = \"refused\"";
    R212 Error "claim that asserts nothing",
        "A claim needs `every`, `some`, `no` or `count`; a `count` needs `good` or `of`.",
        "[[claim]]\nid = \"a\"\nwhere = \"restart A before restart B\"";
    R213 Error "no such step in this runbook",
        "A `where` names steps of its runbook: by label, by sentence, or by a sentence with `{n}` for every node.",
        "where = \"restart C before restart A\"";
    R214 Error "which step is meant cannot be told",
        "The name fits several things: several steps with labels of their own have this sentence, or an event and an `always` condition have this name. Use labels, or rename one.",
        "where = \"restart A before restart B\"";
    R215 Error "a step compared with itself",
        "A step comes neither before nor after itself, so this could never hold.",
        "where = \"restart A before restart A\"";
    R216 Error "not a number of orderings",
        "`good` and `of` are whole numbers, in digits.",
        "count = { good = \"many\" }";
    R217 Error "runbook without steps",
        "No list of the runbook has a step, so there is nothing to check. Steps go between single back-ticks in list items.",
        "1. Restart node A.";
}
