//! Lists and claims by chance, of every kind.

use super::Dice;
use super::wider::Scene;
use std::fmt::Write;

/// The lists of a runbook.
struct Lists<'s> {
    scene: &'s Scene,
    text: String,
    /// Labels of steps, as rules may name them.
    labels: Vec<String>,
    steps: usize,
    most: usize,
}

impl Lists<'_> {
    fn left(&self) -> usize {
        self.most.saturating_sub(self.steps)
    }

    /// A step; `times` is how often it stands in the procedure.
    fn step(&mut self, dice: &mut Dice, times: usize, labelled: bool) -> String {
        let node = self.scene.node(dice);
        let mut sentence = self.scene.sentence(dice, node);
        let again = sentence.starts_with("install") && self.text.contains(&sentence);
        if again && !dice.chance(6) {
            sentence = format!("turn on {node}");
        }
        self.steps += times;
        if !labelled || dice.chance(5) {
            return format!("`{sentence}`");
        }
        let label = format!("l{}", self.labels.len());
        self.labels.push(label.clone());
        format!("`{sentence}` {{#{label}}}")
    }

    fn list(&mut self, dice: &mut Dice, indent: usize, items: usize) {
        let numbered = dice.chance(4);
        for _ in 0..items {
            if self.left() == 0 {
                return;
            }
            let mark = if numbered { "1." } else { "-" };
            let below = indent + mark.len() + 1;
            let box_ = if dice.chance(7) { "[ ] " } else { "" };
            let guard = if dice.chance(5) { format!("`if {}` ", self.scene.atom(dice, None)) } else { String::new() };
            let _ = write!(self.text, "{}{mark} {box_}{guard}", " ".repeat(indent));
            let room = self.left();
            match dice.below(12) {
                0 if room >= 2 => self.round(dice, below),
                1 if room >= 4 => {
                    let condition = self.scene.atom(dice, None);
                    let step = self.step(dice, 2, false);
                    let more = if room >= 4 && dice.chance(2) {
                        format!(" then {}", self.step(dice, 2, false))
                    } else {
                        String::new()
                    };
                    let _ = writeln!(self.text, "`repeat at most 2 until {condition}` {step}{more}");
                }
                2 if room >= self.scene.nodes.len() => {
                    let (set, many) = match self.scene.front.len() {
                        0 => ("nodes", self.scene.nodes.len()),
                        many => ("front", many),
                    };
                    let sentence = dice.of(&["turn on {n}", "restart {n}", "restart {n}"]);
                    let sentence =
                        if !self.scene.packages[0].fronted && dice.chance(2) { "install p on {n}" } else { sentence };
                    let guard = if dice.chance(4) { "`if flag(n)` " } else { "" };
                    self.steps += many;
                    let _ = writeln!(self.text, "`for each n in {set}` {guard}`{sentence}`");
                }
                3 | 4 if room >= 2 && indent < 6 => {
                    let word = dice.of(&["so: `either`", "so: `undivided`", "these:"]);
                    let _ = writeln!(self.text, "{word}");
                    self.list(dice, below, 2);
                    if word.contains("either") && dice.chance(3) {
                        // Text alone means that nothing is done; its list is of whatever kind the list above was.
                        let last = self.text.lines().last().unwrap_or("").trim_start().chars().next();
                        let mark = if last == Some('1') { "1." } else { "-" };
                        let _ = writeln!(self.text, "{}{mark} nothing at all", " ".repeat(below));
                    }
                }
                _ => {
                    let mut step = self.step(dice, 1, true);
                    if self.left() > 0 && dice.chance(5) {
                        let next = self.step(dice, 1, true);
                        step = format!("{step} then {next}");
                    }
                    let _ = writeln!(self.text, "{step}");
                }
            }
        }
    }

    /// Steps that go round, in one order.
    fn round(&mut self, dice: &mut Dice, below: usize) {
        let until = self.scene.expression(dice, None, 1);
        if dice.chance(2) {
            let step = self.step(dice, 1, true);
            let _ = writeln!(self.text, "`repeat until {until}` {step}");
            return;
        }
        let _ = writeln!(self.text, "`repeat until {until}`");
        for _ in 0..1 + dice.below(2) {
            if self.left() > 0 {
                let guard =
                    if dice.chance(3) { format!("`if {}` ", self.scene.atom(dice, None)) } else { String::new() };
                let step = self.step(dice, 1, true);
                let _ = writeln!(self.text, "{}1. {guard}{step}", " ".repeat(below));
            }
        }
    }

    fn rule(&self, dice: &mut Dice, depth: usize) -> String {
        if depth > 0 && dice.chance(3) {
            let (left, right) = (self.rule(dice, depth - 1), self.rule(dice, depth - 1));
            return format!("({left} {} {right})", dice.of(&["and", "or"]));
        }
        let label = |dice: &mut Dice| self.labels[dice.below(self.labels.len())].clone();
        let (x, mut y, mut z) = (label(dice), label(dice), label(dice));
        // A step is not compared with itself.
        for _ in 0..9 {
            if y == x {
                y = label(dice);
            }
            if z == x || z == y {
                z = label(dice);
            }
        }
        let not = dice.of(&["", "", "not "]);
        match dice.below(5) {
            0 => format!("{not}{x} right after {y}"),
            1 if self.labels.len() > 2 => format!("{not}{x} between {y} and {z}"),
            2 => format!("{not}some {x} after all {y}"),
            _ => format!("{not}{x} before {y}"),
        }
    }

    fn claim(&self, dice: &mut Dice, always: bool) -> String {
        let filtered = self.labels.len() > 1 && dice.chance(2);
        let filter = if filtered { format!("where = \"{}\"\n", self.rule(dice, 1)) } else { String::new() };
        match dice.below(12) {
            0 => return format!("count = {{ good = {} }}\n", dice.below(3)),
            1 => return format!("count = {{ good = {}, of = {} }}\n", dice.below(3), dice.below(7)),
            2 => return format!("recoverable = {}\n", dice.of(&["true", "false"])),
            3 => {
                let what = if dice.chance(2) { "healthy".to_owned() } else { self.scene.expression(dice, None, 1) };
                let progress = dice.of(&["", "progress = \"any\"\n", "progress = \"fair\"\n"]);
                return format!("eventually = \"{what}\"\n{progress}");
            }
            4 if dice.chance(2) => return format!("tolerates = {{ slips = {}, crash = 1 }}\n", dice.below(2)),
            5 if dice.chance(2) => return format!("no-silent-slips = {}\n", dice.of(&["true", "false"])),
            _ => {}
        }
        let quantifiers = ["every", "some", "no", "only", "exactly"];
        let quantifier = dice.of(if filtered { &quantifiers } else { &quantifiers[..3] });
        let properties = ["healthy", "healthy", "unhealthy", "refused", "e1", "e2", "serving"];
        let property = dice.of(if always { &properties } else { &properties[..6] });
        format!("{filter}{quantifier} = \"{property}\"\n")
    }
}

/// A runbook for a scene; `always` says whether there is something that must always hold.
pub fn runbook(dice: &mut Dice, scene: &Scene, always: bool) -> String {
    let mut text = "# By chance\n\n```toml runproof\nworld = \"world.toml\"\n".to_owned();
    let disk = dice.of(&["none", "none", "v1", "v2"]);
    if dice.chance(2) {
        let _ = writeln!(text, "given = {{ disk = \"{disk}\", \"flag(A)\" = \"{}\" }}", dice.of(&["yes", "no"]));
    }
    if dice.chance(4) {
        text.push_str("unknown = [{ mode = \"low\" }, { mode = \"top\", level = 1 }]\n");
    }
    match dice.below(6) {
        0 => text.push_str("faults = { crash = 1 }\n"),
        1 if !scene.faults.is_empty() => {
            let _ = writeln!(text, "faults = {{ \"{}\" = {} }}", scene.faults[0], 1 + dice.below(2));
        }
        2 if scene.faults.len() > 1 => text.push_str("faults = { \"disk fails on A\" = 1, lightning = 1 }\n"),
        _ => {}
    }
    if dice.chance(5) {
        text.push_str("progress = \"any\"\n");
    }
    if dice.chance(8) {
        text.push_str("slips = 1\n");
    }
    let most = 3 + dice.below(4);
    let mut lists = Lists { scene, text: String::new(), labels: Vec::new(), steps: 0, most };
    while lists.left() > 0 {
        let items = 1 + dice.below(lists.left());
        lists.list(dice, 0, items);
        lists.text.push_str("\nThen:\n\n");
    }
    for claim in 0..dice.below(5) {
        let _ = write!(text, "\n[[claim]]\nid = \"c{claim}\"\n{}", lists.claim(dice, always));
    }
    format!("{text}```\n\n{}", lists.text)
}
