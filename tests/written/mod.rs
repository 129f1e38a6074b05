//! Random worlds and runbooks as people write them: TOML and Markdown, with packages, services, groups, variables, actions,
//! reactions, faults, drills, lists of every kind and claims of every kind.
//!
//! Not all of them are without mistakes; whoever uses them leaves those that are not.

#![allow(dead_code, reason = "every test uses a part of it")]

mod lists;
pub mod wider;

use std::fmt::Write;

/// Chooses; the same seed chooses alike.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed << 32)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 33) as usize % limit
    }

    pub fn chance(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// `node` is what stands for a node here: `here`, `n`, or one by its name.
fn atom(dice: &mut Dice, node: Option<&str>) -> String {
    let node = node.filter(|_| !dice.chance(3)).unwrap_or_else(|| dice.of(&["A", "B"]));
    let version = dice.of(&["v1", "v2", "v3"]);
    match dice.below(13) {
        0 => format!("up({node})"),
        1 => format!("disk({node}) >= {version}"),
        2 => format!("disk({node}) == {version}"),
        3 => format!("driver({node}) < disk({node})"),
        4 => format!("installed(p, {node})"),
        5 => format!("web({node}) == running"),
        6 => format!("sql({node}) != failed"),
        7 => format!("owner(g) == {node}"),
        8 => "online(g)".to_owned(),
        9 => format!("mode == {}", dice.of(&["low", "mid", "top"])),
        10 => format!("flag({node})"),
        11 => format!("level {} {}", dice.of(&["<", ">=", "!="]), dice.below(4)),
        _ => format!("(count m: {}) >= {}", dice.of(&["up(m)", "flag(m)", "installed(q, m)"]), dice.below(3)),
    }
}

pub fn expression(dice: &mut Dice, node: Option<&str>, depth: usize) -> String {
    if depth == 0 || dice.chance(2) {
        return atom(dice, node);
    }
    let (left, right) = (expression(dice, node, depth - 1), expression(dice, node, depth - 1));
    match dice.below(5) {
        0 => format!("({left} and {right})"),
        1 | 2 => format!("({left} or {right})"),
        3 => format!("not ({left})"),
        _ => format!("({left} implies {right})"),
    }
}

fn set(dice: &mut Dice, node: Option<&str>) -> String {
    let at = node.unwrap_or_else(|| dice.of(&["A", "B"]));
    let one = |dice: &mut Dice, kind: usize| match kind {
        0 => format!("mode = \"{}\"", dice.of(&["low", "mid", "top"])),
        1 => format!("\"flag({at})\" = \"{}\"", dice.of(&["yes", "no", "not flag(A)"])),
        2 => format!("level = \"{}\"", dice.of(&["0", "min(level + 1, 3)", "3 - level"])),
        3 => format!("\"driver({at})\" = \"{}\"", dice.of(&["v1", "v3", "disk(A)"])),
        4 => format!("\"disk({at})\" = \"{}\"", dice.of(&["v1", "v2"])),
        _ => format!("\"web({at})\" = \"{}\"", dice.of(&["stopped", "running"])),
    };
    let first = dice.below(6);
    let mut all = one(dice, first);
    if dice.chance(2) {
        let other = (first + 1 + dice.below(5)) % 6;
        let _ = write!(all, ", {}", one(dice, other));
    }
    format!("{{ {all} }}")
}

fn outcomes(dice: &mut Dice, node: Option<&str>) -> String {
    let one = |dice: &mut Dice, second: bool| {
        let mut text = format!("set = {}", set(dice, node));
        if second && dice.chance(2) || dice.chance(12) {
            let _ = write!(text, ", when = \"{}\"", expression(dice, node, 0));
        }
        if dice.chance(4) {
            let _ = write!(text, ", events = [\"{}\"]", dice.of(&["e1", "e2"]));
        }
        format!("{{ {text} }}")
    };
    let mut list = vec![one(dice, false)];
    if dice.chance(3) {
        list.push(one(dice, true));
    }
    format!("outcomes = [{}]", list.join(", "))
}

fn package(dice: &mut Dice, text: &mut String, name: &str) {
    let _ = writeln!(text, "[package.{name}]");
    let _ = match dice.below(3) {
        0 => writeln!(text, "writes = {{ disk = \"{}\" }}", dice.of(&["v2", "v3"])),
        1 => writeln!(text, "writes = {{ driver = \"{}\" }}", dice.of(&["v1", "v2"])),
        _ => writeln!(text, "writes = {{ disk = \"v2\", driver = \"{}\" }}", dice.of(&["v2", "v3"])),
    };
    let _ = writeln!(text, "replaces = \"{}\"", dice.of(&["older", "always", "present"]));
    let _ = writeln!(text, "at = \"{}\"", dice.of(&["once", "once", "restart"]));
    let _ = writeln!(text, "restart = \"{}\"", dice.of(&["needed", "none"]));
    if dice.chance(6) {
        let _ = writeln!(text, "needs = \"{}\"", expression(dice, Some("here"), 1));
    }
    if dice.chance(3) {
        let _ = writeln!(text, "set = {}", set(dice, Some("here")));
    }
    if dice.chance(4) {
        let _ = writeln!(text, "events = [\"e1\"]");
    }
    let _ = writeln!(text, "removable = true");
    for _ in 0..dice.below(3) {
        let when = expression(dice, Some("here"), 1);
        let _ = writeln!(text, "[[package.{name}.fails]]\nwhen = \"{when}\"\nevents = [\"e2\"]");
        if dice.chance(2) {
            let _ = writeln!(text, "set = {}", set(dice, Some("here")));
        }
    }
}

/// A world.
pub fn world(dice: &mut Dice) -> String {
    let mut text = "title = \"by chance\"\nnodes = [\"A\", \"B\"]\n\
        [scales]\nr = [\"none\", \"v1\", \"v2\", \"v3\"]\n\
        [event.e1]\ncode = \"1\"\n[event.e2]\ncode = \"2\"\n\
        [component.disk]\nversions = \"r\"\n"
        .to_owned();
    if dice.chance(2) {
        let _ =
            writeln!(text, "in-use = \"{}\"", dice.of(&["web(here) == running", "flag(here)", "sql(here) != stopped"]));
    }
    text.push_str("[component.driver]\nversions = \"r\"\n");
    if dice.chance(3) {
        text.push_str("in-use = \"web(here) == running\"\n");
    }
    package(dice, &mut text, "p");
    package(dice, &mut text, "q");
    for service in ["web", "sql"] {
        let _ = writeln!(text, "[service.{service}]\nstart = \"{}\"", dice.of(&["automatic", "automatic", "manual"]));
        if dice.chance(2) {
            let needs = if service == "web" && dice.chance(2) {
                "sql(here) == running".to_owned()
            } else {
                expression(dice, Some("here"), 1)
            };
            let _ = writeln!(text, "needs = \"{needs}\"\nevents = [\"e1\"]");
        }
    }
    let _ = writeln!(text, "[group.g]\nfailover = \"{}\"", dice.of(&["automatic", "manual"]));
    let _ =
        writeln!(text, "needs = \"{}\"", dice.of(&["web(here) == running", "sql(here) != failed", "not flag(here)"]));
    text.push_str(
        "[var]\nmode = { values = [\"low\", \"mid\", \"top\"] }\n\
         flag = { per = \"node\", values = [\"no\", \"yes\"] }\nlevel = { range = [0, 3] }\n",
    );
    let _ = writeln!(text, "[action.\"poke\"]");
    if dice.chance(6) {
        let _ = writeln!(text, "needs = \"{}\"", expression(dice, None, 1));
    }
    let _ = writeln!(text, "{}", outcomes(dice, None));
    let _ = writeln!(text, "[action.\"turn on {{n: node}}\"]\n{}", outcomes(dice, Some("n")));
    for reaction in 0..dice.below(3) {
        let (goal, other) = [("low", "mid"), ("mid", "top"), ("top", "low")][dice.below(3)];
        let when = expression(dice, None, 0);
        let _ = writeln!(text, "[reaction.\"r{reaction}\"]\nwhen = \"mode == {goal} and ({when})\"");
        let _ = writeln!(text, "set = {{ mode = \"{other}\" }}");
    }
    let _ = writeln!(text, "[fault.\"disk fails on {{n: node}}\"]\nwhen = \"{}\"", expression(dice, Some("n"), 0));
    let _ = writeln!(text, "{}", outcomes(dice, Some("n")));
    let _ = writeln!(
        text,
        "[health]\nend = \"{} or {} or {}\"",
        expression(dice, None, 1),
        atom(dice, None),
        atom(dice, None)
    );
    if dice.chance(4) {
        let _ = writeln!(text, "more = \"{}\"", expression(dice, None, 1));
    }
    let (one, other) = (atom(dice, None), atom(dice, None));
    let _ = writeln!(text, "[always]\nserving = \"{one} or {other} or up(A) or up(B)\"");
    if dice.chance(4) {
        let _ = writeln!(text, "more = \"{} or not flag(A)\"", expression(dice, None, 1));
    }
    if dice.chance(3) {
        let (act, then) = (dice.of(&["crash on {n}", "restart {n}", "poke"]), dice.of(&["power on {n}", "poke"]));
        let _ = writeln!(text, "[drill.d]\nfor = {{ n = \"node\" }}\ndo = [\"{act}\"]");
        let _ = writeln!(text, "expect = \"{} or up(A) or up(B)\"\nthen = [\"{then}\"]", expression(dice, None, 1));
        let _ = writeln!(text, "expect-after = \"{}\"", dice.of(&["healthy", "up(B)", "up(A) or up(B)"]));
    }
    text
}

/// The lists of a runbook, and how many steps are in them.
struct Lists {
    text: String,
    steps: usize,
    most: usize,
}

impl Lists {
    fn sentence(&mut self, dice: &mut Dice) -> String {
        let node = dice.of(&["A", "B"]);
        let sentence = match dice.below(16) {
            0..=2 | 12 => format!("install {} on {node}", dice.of(&["p", "q"])),
            3 if dice.chance(3) => format!("reapply p on {node}"),
            4 if dice.chance(3) => format!("remove q on {node}"),
            5 => format!("start {} on {node}", dice.of(&["web", "sql"])),
            6 => format!("stop {} on {node}", dice.of(&["web", "sql"])),
            7 => dice.of(&["move g to A", "move g to B", "move all groups to B"]).to_owned(),
            8 | 9 | 13 => format!("restart {node}"),
            10 if dice.chance(2) => dice.of(&["power off B", "poke", "poke", "poke"]).to_owned(),
            _ => format!("turn on {node}"),
        };
        // What is installed is not installed again: mostly that is refused, and little is learnt from it.
        let again = sentence.starts_with("install") && self.text.contains(&sentence);
        let sentence = if again && !dice.chance(6) { format!("turn on {node}") } else { sentence };
        let label = self.steps;
        self.steps += 1;
        format!("`{sentence}` {{#l{label}}}")
    }

    fn list(&mut self, dice: &mut Dice, indent: usize, items: usize) {
        let numbered = dice.chance(4);
        for _ in 0..items {
            if self.steps >= self.most {
                return;
            }
            let pad = " ".repeat(indent);
            let mark = if numbered { "1." } else { "-" };
            let (below, inner) = (indent + mark.len() + 1, self.most - self.steps >= 4 && indent < 6 && dice.chance(3));
            let optional = if dice.chance(6) { "[ ] " } else { "" };
            let guard = if dice.chance(5) { format!("`if {}` ", atom(dice, None)) } else { String::new() };
            let _ = write!(self.text, "{pad}{mark} {optional}{guard}");
            if inner {
                let word = dice.of(&["either", "undivided", "", ""]);
                let word = if word.is_empty() { "these:".to_owned() } else { format!("so: `{word}`") };
                let _ = writeln!(self.text, "{word}");
                self.list(dice, below, 2);
            } else {
                let mut sentence = self.sentence(dice);
                if self.steps < self.most && dice.chance(5) {
                    let next = self.sentence(dice);
                    sentence = format!("{sentence} then {next}");
                }
                let _ = writeln!(self.text, "{sentence}");
            }
        }
    }
}

/// A runbook for the world `world.toml` beside it.
pub fn runbook(dice: &mut Dice) -> String {
    let mut text = "# By chance\n\n```toml runproof\nworld = \"world.toml\"\n".to_owned();
    let (disk, driver) = (dice.of(&["none", "v1", "v2"]), dice.of(&["none", "v1"]));
    let (disk, driver) = if dice.chance(2) { ("none", "none") } else { (disk, driver) };
    let _ = writeln!(text, "given = {{ disk = \"{disk}\", driver = \"{driver}\" }}");
    if dice.chance(3) {
        text.push_str("unknown = [{ mode = \"low\" }, { mode = \"top\" }]\n");
    }
    match dice.below(9) {
        0 => text.push_str("faults = { crash = 1 }\n"),
        1 => text.push_str("faults = { \"disk fails\" = 2 }\n"),
        2 if dice.chance(2) => text.push_str("faults = { \"disk fails\" = 1, \"crash on A\" = 1 }\n"),
        _ => {}
    }
    let mut lists = Lists { text: String::new(), steps: 0, most: 3 + dice.below(4) };
    while lists.steps < lists.most {
        let items = lists.most;
        lists.list(dice, 0, items);
        lists.text.push_str("\nThen:\n\n");
    }
    for claim in 0..3 + dice.below(4) {
        let _ = writeln!(text, "\n[[claim]]\nid = \"c{claim}\"");
        let filtered = dice.chance(2);
        if filtered {
            let word = dice.of(&["before", "right after", "before"]);
            let first = dice.below(lists.steps);
            let second = (first + 1 + dice.below(lists.steps - 1)) % lists.steps;
            let _ = writeln!(text, "where = \"{}l{first} {word} l{second}\"", dice.of(&["", "not "]));
        }
        let quantifiers = ["every", "some", "no", "only", "exactly"];
        let quantifier = dice.of(if filtered { &quantifiers } else { &quantifiers[..3] });
        let property = dice.of(&["healthy", "healthy", "unhealthy", "refused", "e1", "e2", "serving"]);
        let _ = if dice.chance(6) {
            writeln!(text, "count = {{ good = {} }}", dice.below(3))
        } else {
            writeln!(text, "{quantifier} = \"{property}\"")
        };
    }
    format!("{text}```\n\n{}", lists.text)
}
