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
    R025 Error "`repeat` that is not complete",
        "`repeat until C` does the item's steps again and again until C holds; `repeat at most 3 until C` gives up after the third try. The number of tries is between 1 and 32.",
        "1. `repeat at most 0 until online(sql)` `start sql on A`";
    R029 Error "steps that cannot be repeated without end",
        "What `repeat until` does again and again is one fixed order of steps: numbered items, or steps one after the other in the item itself, each with `if` where that is needed. Bullets, optional items, `either` and another `repeat until` in it would make the number of orders depend on the number of tries. Give the steps an order, or the tries a bound: `repeat at most 3 until …`.",
        "1. `repeat until online(sql)`\n   - `start sql on A`\n   - `start dtc on A`";
    R026 Error "a ticked box",
        "`[ ]` makes an item optional. A ticked box says neither that the item is to be done nor that it may be left out. Write `[ ]`, or no box.",
        "- [x] `restart A`";
    R027 Error "a label without a step",
        "`{#name}` stands right after the code span of a step and gives it a name. The name follows the rules for names.",
        "1. Restart. {#again} `restart A`";
    R028 Error "a form that is not complete",
        "`if` is followed by a condition; `for each` by a name, and `in` and a set where it is not every node.",
        "1. `for each in control` `restart {n}`";
    R030 Error "text too long",
        "A key, a name or the sentence of a step has at most 512 bytes (a name 128), since it may be written out for every node; any other text, such as a title or an expression, has at most 16384.",
        "[health]\nend = \"up(A) and up(A) and up(A) ...\"";
    R031 Warning "too many mistakes",
        "The files have more mistakes than anybody would read at once. Those that are told come first; mend them and run it again.",
        "[health]\na = \"x\"\nb = \"x\"\nc = \"x\"";

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
        "The file is missing or cannot be opened. Paths in `include` and `world` are relative to the file that has them.",
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
    R124 Error "drill that expects nothing after `then`",
        "What `then` does is judged by `expect-after`. Without it the steps of `then` could end in any way.",
        "[drill.failover]\ndo = [\"crash on A\"]\nexpect = \"up(B)\"\nthen = [\"power on A\"]";
    R125 Error "file outside the project",
        "A `world` or an `include` leads to a file outside the project: the nearest folder, at or above that of the file which was asked for, that holds `.git` or a file `runproof.toml`; where there is none, the folder of that file itself. Links are judged by where they lead. If it is meant, put an empty file `runproof.toml` in a folder above both, or run with `--allow-outside`.",
        "include = [\"/etc/world.toml\"]";

    // A runbook against its world.
    R201 Error "no such step",
        "A code span in a list item is a step, and the world knows none with this sentence. Text that is not a step goes between double back-ticks.",
        "1. `instal sp4 on A`";
    R202 Error "not a runbook",
        "A runbook has one checked block, which names its world.",
        "```toml runproof\nworld = \"world.toml\"\n```";
    R203 Error "label twice",
        "A label names one step. In a `for each` item the node is put behind it: `{#boot}` gives `boot-A` and `boot-B`.",
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
    R207 Error "runbook without steps",
        "No list of the runbook has a step, so there is nothing to check. Steps go between single back-ticks in list items.",
        "1. Restart node A.";
    R208 Error "a condition on nothing",
        "An item with `if` or `undivided` has no step. A step goes between single back-ticks.",
        "1. If need be `if up(A)` restart A.";
    R209 Error "too many steps",
        "A runbook has at most 256 steps, each copy of a `for each` counted.",
        "1. `for each n in nodes` ...";
    R210 Error "unknown property",
        "A claim speaks of `healthy`, `unhealthy`, `refused`, an event or an `always` condition of the world.",
        "every = \"helthy\"";
    R211 Error "two claims with one id",
        "The id of a claim is the name of its test, so no two claims of a runbook have the same.",
        "[[claim]]\nid = \"a\"\nevery = \"healthy\"\n\n[[claim]]\nid = \"a\"\nno = \"refused\"";
    R212 Error "no such step in this runbook",
        "A `where` names steps of its runbook: by label, by sentence, or by a sentence with `{n}` for every node.",
        "where = \"restart C before restart A\"";
    R213 Error "which step is meant cannot be told",
        "The name fits several things: several steps with labels of their own have this sentence, or an event and an `always` condition have this name. Use labels, or rename one.",
        "where = \"restart A before restart B\"";
    R214 Error "a step compared with itself",
        "A step comes neither before nor after itself, so this could never hold.",
        "where = \"restart A before restart A\"";
    R215 Error "no `where` to compare with",
        "`only` and `exactly` compare the orderings that have a property with those that satisfy the claim's `where`, so there must be one.",
        "[[claim]]\nid = \"a\"\nonly = \"healthy\"";
    R220 Error "a state of another world",
        "The state file names a world that is not the one that is planned for, so its values may mean something else. Leave `world` out, or name the same file.",
        "world = \"other.toml\"";

    // Found while checking.
    R301 Error "a `where` that nothing satisfies",
        "The lists of the runbook allow no ordering that satisfies the claim's `where`, so the claim would say nothing. Often a step is named that stands twice (`restart A` means the first one, `restart A (2)` the second), or the lists already rule the order out.",
        "where = \"restart A before restart A\"";
    R302 Error "too large to be checked",
        "The state has more bits than the engine's four words hold, or the conditions become too large when they are written out for every node. `runproof lower` on a smaller version of the world shows what takes the room.",
        "[var]\nload = { per = \"node\", range = [0, 63] }";
}
