//! Wider worlds and runbooks by chance: as much of the language as there is, over several files.

use super::Dice;
use super::lists::runbook;
use std::fmt::Write;

/// A case: a world in one or two files, and a runbook for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The names of the files and their texts; `world.toml` and `runbook.md` are among them.
    pub files: Vec<(String, String)>,
}

/// Something that is on all nodes, or on those of the set `front`.
pub struct Thing {
    name: &'static str,
    pub fronted: bool,
}

/// What there is in a world that is being written.
pub struct Scene {
    pub nodes: Vec<&'static str>,
    pub front: Vec<&'static str>,
    components: Vec<Thing>,
    pub packages: Vec<Thing>,
    services: Vec<Thing>,
    groups: Vec<&'static str>,
    defined: bool,
    /// The sentences of the world's own actions, with `{n}` where a node stands.
    actions: Vec<&'static str>,
    pub faults: Vec<&'static str>,
    slow: bool,
}

const VERSIONS: [&str; 3] = ["v1", "v2", "v3"];
const MODES: [&str; 3] = ["low", "mid", "top"];

impl Scene {
    fn roll(dice: &mut Dice) -> Scene {
        let nodes = match dice.below(8) {
            0 => vec!["A"],
            1 => vec!["A", "B", "C"],
            _ => vec!["A", "B"],
        };
        let front = if dice.chance(2) { nodes[..1.max(nodes.len() - 1)].to_vec() } else { Vec::new() };
        let things = |dice: &mut Dice, names: &[&'static str], least: usize| -> Vec<Thing> {
            let many = least + dice.below(names.len() + 1 - least);
            let fronted = |dice: &mut Dice| !front.is_empty() && dice.chance(4);
            names[..many].iter().map(|name| Thing { name, fronted: fronted(dice) }).collect()
        };
        Scene {
            components: things(dice, &["disk", "driver"], 1),
            packages: things(dice, &["p", "q"], 1),
            services: things(dice, &["web", "sql"], 0),
            groups: if dice.chance(2) { vec!["g"] } else { Vec::new() },
            defined: dice.chance(2),
            actions: Vec::new(),
            faults: Vec::new(),
            slow: false,
            front: front.clone(),
            nodes,
        }
    }

    pub fn node(&self, dice: &mut Dice) -> &'static str {
        dice.of(&self.nodes)
    }

    /// A node that a thing is on; `here` is what may stand for it in what is being written.
    fn on<'a>(&self, dice: &mut Dice, thing: &Thing, here: Option<&'a str>) -> &'a str {
        match here {
            Some(here) if !thing.fronted && !dice.chance(4) => here,
            _ if thing.fronted => dice.of(&self.front),
            _ => self.node(dice),
        }
    }

    /// `here` is what stands for a node of any kind: `here`, `n`, or nothing.
    pub fn atom(&self, dice: &mut Dice, here: Option<&str>) -> String {
        let any = Thing { name: "", fronted: false };
        let node = self.on(dice, &any, here);
        let version = dice.of(&VERSIONS);
        let compare = dice.of(&["==", "!=", "<", "<=", ">", ">="]);
        match dice.below(24) {
            0 => format!("up({node})"),
            1..=3 => {
                let one = &self.components[dice.below(self.components.len())];
                format!("{}({}) {compare} {version}", one.name, self.on(dice, one, here))
            }
            4 | 5 => {
                let one = &self.packages[dice.below(self.packages.len())];
                format!("installed({}, {})", one.name, self.on(dice, one, here))
            }
            6 | 7 if !self.services.is_empty() => {
                let one = &self.services[dice.below(self.services.len())];
                let value = dice.of(&["== running", "!= running", "== stopped", "!= failed", "in (running, failed)"]);
                format!("{}({}) {value}", one.name, self.on(dice, one, here))
            }
            8 if !self.groups.is_empty() => format!("owner(g) == {node}"),
            9 if !self.groups.is_empty() => dice.of(&["online(g)", "(all h in groups: online(h))"]).to_owned(),
            10 if !self.groups.is_empty() => "flag(owner(g))".to_owned(),
            11 => format!("mode in ({}, {})", dice.of(&MODES), dice.of(&MODES)),
            12 => format!("level {compare} {}", dice.below(4)),
            13 => format!("max(level, 1) {compare} {} - 1", 1 + dice.below(3)),
            14 => format!("(count m: {}) >= {}", dice.of(&["up(m)", "flag(m)", "restart-pending(m)"]), dice.below(3)),
            15 => format!("({} m: {})", dice.of(&["all", "some"]), dice.of(&["up(m)", "flag(m)", "not flag(m)"])),
            16 if !self.front.is_empty() => format!("({} m in front: flag(m))", dice.of(&["all", "some"])),
            17 => format!("restart-pending({node})"),
            18 => {
                let one = &self.components[dice.below(self.components.len())];
                format!("rank({}({})) >= {}", one.name, self.on(dice, one, here), dice.below(3))
            }
            19 if self.nodes.len() == 2 => format!("{}(other({node}))", dice.of(&["up", "flag"])),
            20 => format!("(if flag({node}) then up({}) else mode == low)", self.node(dice)),
            21 if self.defined => format!("ready({node})"),
            22 => format!("mode == {}", dice.of(&MODES)),
            _ => format!("flag({node})"),
        }
    }

    pub fn expression(&self, dice: &mut Dice, here: Option<&str>, depth: usize) -> String {
        if depth == 0 || dice.chance(2) {
            return self.atom(dice, here);
        }
        let (left, right) = (self.expression(dice, here, depth - 1), self.expression(dice, here, depth - 1));
        match dice.below(6) {
            0 => format!("({left} and {right})"),
            1 | 2 => format!("({left} or {right})"),
            3 => format!("not ({left})"),
            4 => format!("(not {left} or {right})"),
            _ => format!("({left} implies {right})"),
        }
    }

    fn assignment(&self, dice: &mut Dice, kind: usize, here: Option<&str>) -> String {
        let any = Thing { name: "", fronted: false };
        let node = self.on(dice, &any, here);
        match kind {
            0 => format!("mode = \"{}\"", dice.of(&MODES)),
            1 => format!("\"flag({node})\" = \"{}\"", dice.of(&["yes", "no", "not flag(A)"])),
            2 => format!(
                "level = \"{}\"",
                dice.of(&["0", "min(level + 1, 3)", "3 - level", "if flag(A) then 2 else level"])
            ),
            3 => {
                let one = &self.components[dice.below(self.components.len())];
                format!("\"{}({})\" = \"{}\"", one.name, self.on(dice, one, here), dice.of(&VERSIONS))
            }
            4 if !self.services.is_empty() => {
                let one = &self.services[dice.below(self.services.len())];
                let value = dice.of(&["stopped", "running", "failed"]);
                format!("\"{}({})\" = \"{value}\"", one.name, self.on(dice, one, here))
            }
            5 if !self.groups.is_empty() => format!("\"owner(g)\" = \"{node}\""),
            _ => format!("\"hint({node})\" = \"{}\"", dice.of(&["yes", "no"])),
        }
    }

    fn set(&self, dice: &mut Dice, here: Option<&str>) -> String {
        let first = dice.below(7);
        let mut all = self.assignment(dice, first, here);
        if dice.chance(3) {
            // Both could be the last kind, with one target.
            let other = (first + 1 + dice.below(2)) % 3;
            if other != first {
                let _ = write!(all, ", {}", self.assignment(dice, other, here));
            }
        }
        format!("{{ {all} }}")
    }

    fn way(&self, dice: &mut Dice, here: Option<&str>, conditional: bool, may_fail: bool) -> String {
        let mut text = format!("set = {}", self.set(dice, here));
        if conditional {
            let _ = write!(text, ", when = \"{}\"", self.expression(dice, here, 1));
        }
        if dice.chance(4) {
            let _ = write!(text, ", events = [\"{}\"]", dice.of(&["e1", "e2"]));
        }
        if may_fail && dice.chance(5) {
            text.push_str(", fails = true");
        }
        format!("{{ {text} }}")
    }

    fn outcomes(&self, dice: &mut Dice, here: Option<&str>, may_fail: bool) -> String {
        if dice.chance(5) {
            return format!("set = {}", self.set(dice, here));
        }
        let first = dice.chance(10);
        let mut list = vec![self.way(dice, here, first, may_fail)];
        while list.len() < 3 && dice.chance(3) {
            let conditional = dice.chance(2);
            list.push(self.way(dice, here, conditional, may_fail));
        }
        format!("outcomes = [{}]", list.join(", "))
    }

    fn component(&self, dice: &mut Dice, one: &Thing) -> String {
        let mut text = format!("[component.{}]\nversions = \"r\"\n", one.name);
        if one.fronted {
            text.push_str("on = \"front\"\n");
        }
        if dice.chance(2) {
            let _ = writeln!(text, "in-use = \"{}\"", self.atom(dice, (!one.fronted).then_some("here")));
        }
        text
    }

    fn package(&self, dice: &mut Dice, one: &Thing) -> String {
        let mut text = format!("[package.{}]\n", one.name);
        if one.fronted {
            text.push_str("on = \"front\"\n");
        }
        let here = (!one.fronted).then_some("here");
        let fitting: Vec<&Thing> = self.components.iter().filter(|it| !it.fronted || one.fronted).collect();
        let mut writes: Vec<String> = Vec::new();
        for component in &fitting {
            if writes.is_empty() || dice.chance(2) {
                writes.push(format!("{} = \"{}\"", component.name, dice.of(&VERSIONS)));
            }
        }
        let _ = writeln!(text, "writes = {{ {} }}", writes.join(", "));
        match (fitting.first(), dice.below(4)) {
            (Some(component), 0) if writes.len() == 1 => {
                let _ = writeln!(text, "replaces = {{ {} = \"present\" }}", component.name);
                let _ = writeln!(text, "at = {{ {} = \"restart\" }}", component.name);
            }
            (_, 1) => {}
            _ => {
                let _ = writeln!(text, "replaces = \"{}\"", dice.of(&["older", "always", "present"]));
                let _ = writeln!(text, "at = \"{}\"", dice.of(&["once", "once", "restart"]));
            }
        }
        if dice.chance(2) {
            text.push_str("restart = \"needed\"\n");
        }
        if dice.chance(5) {
            let _ = writeln!(text, "needs = \"{}\"", self.expression(dice, here, 1));
        }
        if dice.chance(3) {
            let _ = writeln!(text, "set = {}", self.set(dice, here));
        }
        if dice.chance(4) {
            text.push_str("events = [\"e1\"]\n");
        }
        match dice.below(5) {
            0 => text.push_str("interrupted = []\n"),
            1 => {
                let ways: Vec<String> = (0..1 + dice.below(2)).map(|at| self.way(dice, here, at > 0, false)).collect();
                let _ = writeln!(text, "interrupted = [{}]", ways.join(", "));
            }
            _ => {}
        }
        let removal = dice.chance(4);
        if !removal {
            text.push_str("removable = true\n");
        }
        for _ in 0..dice.below(3) {
            let when = self.expression(dice, here, 1);
            let _ = writeln!(text, "[[package.{}.fails]]\nwhen = \"{when}\"\nevents = [\"e2\"]", one.name);
            if dice.chance(2) {
                let _ = writeln!(text, "set = {}", self.set(dice, here));
            }
        }
        if removal {
            let _ = writeln!(text, "[package.{}.remove]\nset = {}", one.name, self.set(dice, here));
            if dice.chance(3) {
                let _ = writeln!(text, "needs = \"{}\"", self.atom(dice, here));
            }
        }
        text
    }

    fn service(&self, dice: &mut Dice, one: &Thing) -> String {
        let start = dice.of(&["automatic", "automatic", "manual"]);
        let mut text = format!("[service.{}]\nstart = \"{start}\"\n", one.name);
        if one.fronted {
            text.push_str("on = \"front\"\n");
        }
        if dice.chance(2) {
            let here = (!one.fronted).then_some("here");
            let needs = self.expression(dice, here, 1);
            // A service that needs itself is a mistake.
            let needs = if needs.contains(one.name) || needs.contains("ready") { "flag(A) or up(A)" } else { &needs };
            let needs = if one.name == "web" && needs.contains("sql") { "level < 2" } else { needs };
            let _ = writeln!(text, "needs = \"{needs}\"\nevents = [\"e1\"]");
        }
        text
    }

    /// The sections of a world, which may be in any file.
    fn sections(&mut self, dice: &mut Dice) -> Vec<String> {
        let mut all = vec![
            "[scales]\nr = [\"none\", \"v1\", \"v2\", \"v3\"]\n".to_owned(),
            "[event.e1]\ncode = \"1\"\ntext = \"one\"\n[event.e2]\ncode = \"2\"\nsource = \"two\"\n".to_owned(),
        ];
        let hidden = if dice.chance(3) { ", observable = false" } else { "" };
        all.push(format!(
            "[var]\nmode = {{ values = [\"low\", \"mid\", \"top\"]{hidden} }}\nlevel = {{ range = [0, 3] }}\n\
             flag = {{ per = \"node\", values = [\"no\", \"yes\"] }}\nhint = {{ per = \"node\", values = [\"no\", \"yes\"] }}\n"
        ));
        if !self.front.is_empty() {
            all.push(format!("[sets]\nfront = {:?}\n", self.front));
        }
        if self.defined {
            let body = dice.of(&["up(n) and not flag(n)", "flag(n) or mode == low", "installed(p, A) implies flag(n)"]);
            let body = if self.packages[0].fronted { "flag(n) or mode == low" } else { body };
            all.push(format!("[define]\n\"ready(n)\" = \"{body}\"\n"));
        }
        all.extend(self.components.iter().map(|one| self.component(dice, one)).collect::<Vec<_>>());
        all.extend(self.packages.iter().map(|one| self.package(dice, one)).collect::<Vec<_>>());
        all.extend(self.services.iter().map(|one| self.service(dice, one)).collect::<Vec<_>>());
        for group in self.groups.clone() {
            let needs = self.atom(dice, Some("here"));
            let needs =
                if needs.contains("(g)") || needs.contains("groups") { "not flag(here)".to_owned() } else { needs };
            let failover = dice.of(&["automatic", "manual"]);
            let mut text = format!("[group.{group}]\nfailover = \"{failover}\"\nneeds = \"{needs}\"\n");
            if dice.chance(3) {
                let _ = writeln!(text, "starts-on = \"{}\"", self.node(dice));
            }
            all.push(text);
        }
        self.deeds(dice, &mut all);
        self.ends(dice, &mut all);
        all
    }

    fn deeds(&mut self, dice: &mut Dice, all: &mut Vec<String>) {
        for (sentence, here) in [("poke", None), ("turn on {n: node}", Some("n")), ("tune {n: front}", None)] {
            if sentence.contains("front") && self.front.is_empty() {
                continue;
            }
            let mut text = format!("[action.\"{sentence}\"]\n");
            if dice.chance(8) {
                let _ = writeln!(text, "needs = \"{}\"", self.expression(dice, here, 1));
            }
            let _ = writeln!(text, "{}", self.outcomes(dice, here, true));
            all.push(text);
            self.actions.push(match sentence {
                "poke" => "poke",
                "tune {n: front}" => "tune {front}",
                _ => "turn on {n}",
            });
        }
        for reaction in 0..dice.below(3) {
            let slow = dice.chance(3);
            // Mostly they lead upwards, and so settle.
            let (goal, other) = [("low", "mid"), ("mid", "top"), ("top", "low")][dice.below(if slow { 3 } else { 2 })];
            let mut text = format!("[reaction.\"r{reaction}\"]\n");
            if slow {
                text.push_str("takes-time = true\n");
                self.slow = true;
            }
            let _ = writeln!(text, "when = \"mode == {goal} and ({})\"", self.atom(dice, None));
            let _ = if slow && dice.chance(2) {
                let more = self.way(dice, None, false, false);
                writeln!(text, "outcomes = [{{ set = {{ mode = \"{other}\" }} }}, {more}]")
            } else {
                writeln!(text, "set = {{ mode = \"{other}\" }}")
            };
            all.push(text);
        }
        if dice.chance(4) {
            let set = dice.of(&["{ \"hint(n)\" = \"yes\" }", "{ \"hint(n)\" = \"yes\", level = \"2\" }"]);
            let text = format!(
                "[reaction.\"notices\"]\nfor = {{ n = \"node\" }}\nwhen = \"flag(n) and not hint(n) and {}\"\nset = {set}\n",
                self.atom(dice, Some("n"))
            );
            all.push(text);
        }
        if dice.chance(2) {
            let when = self.atom(dice, Some("n"));
            let ways = self.outcomes(dice, Some("n"), false);
            all.push(format!("[fault.\"disk fails on {{n: node}}\"]\nwhen = \"{when}\"\n{ways}\n"));
            self.faults.push("disk fails");
        }
        if dice.chance(4) {
            let when = self.atom(dice, None);
            let ways = self.outcomes(dice, None, false);
            all.push(format!("[fault.\"lightning\"]\nwhen = \"{when}\"\n{ways}\n"));
            self.faults.push("lightning");
        }
    }

    fn ends(&self, dice: &mut Dice, all: &mut Vec<String>) {
        let parts: Vec<String> = (0..2 + dice.below(3)).map(|_| self.expression(dice, None, 1)).collect();
        let word = if dice.chance(5) { " and " } else { " or " };
        let mut health = format!("[health]\nend = \"{}\"\n", parts.join(word));
        if dice.chance(4) {
            let _ = writeln!(health, "more = \"{} or {}\"", self.expression(dice, None, 1), self.atom(dice, None));
        }
        all.push(health);
        if dice.chance(2) {
            let mut text =
                format!("[always]\nserving = \"{} or {} or up(A)\"\n", self.atom(dice, None), self.atom(dice, None));
            if dice.chance(4) {
                let _ = writeln!(text, "more = \"{} or not flag(A)\"", self.expression(dice, None, 1));
            }
            all.push(text);
        }
        if dice.chance(4) {
            let act = dice.of(&["crash on {n}", "restart {n}", "poke", "turn on {n}"]);
            let then = dice.of(&["power on {n}", "poke", "turn on {n}"]);
            let expect = self.expression(dice, None, 1);
            let text = format!(
                "[drill.d]\nfor = {{ n = \"node\" }}\ndo = [\"{act}\"]\nexpect = \"{expect} or up(A) or flag(A)\"\n\
                 then = [\"{then}\"]\nexpect-after = \"{}\"\n",
                dice.of(&["healthy", "up(A)", "mode != top or up(A)"])
            );
            all.push(text);
        }
        if dice.chance(4) {
            let mut text = "[initial]\n".to_owned();
            let _ = writeln!(text, "mode = \"{}\"\n\"flag(A)\" = \"{}\"", dice.of(&MODES), dice.of(&["yes", "no"]));
            all.push(text);
        }
    }

    pub fn sentence(&self, dice: &mut Dice, node: &str) -> String {
        let fitting = |thing: &Thing| !thing.fronted || self.front.contains(&node);
        let package = &self.packages[dice.below(self.packages.len())];
        match dice.below(18) {
            0..=3 if fitting(package) => format!("install {} on {node}", package.name),
            4 if fitting(package) && dice.chance(4) => format!("reapply {} on {node}", package.name),
            5 if fitting(package) && dice.chance(4) => format!("remove {} on {node}", package.name),
            6 | 7 if self.services.iter().any(fitting) => {
                let one = self.services.iter().find(|one| fitting(one)).map_or("", |one| one.name);
                format!("{} {one} on {node}", dice.of(&["start", "stop", "stop"]))
            }
            8 if !self.groups.is_empty() && dice.chance(3) => {
                format!("move {} to {node}", dice.of(&["g", "all groups"]))
            }
            9..=11 => format!("restart {node}"),
            12 if dice.chance(4) => format!("power {} {node}", dice.of(&["off", "on"])),
            _ => {
                let sentence = dice.of(&self.actions);
                let front = self.front.first().copied().unwrap_or("A");
                sentence.replace("{n}", node).replace("{front}", front)
            }
        }
    }
}

/// A world of one or two files, and a runbook for it. Small: one to three nodes, a handful of steps.
pub fn written(dice: &mut Dice) -> Written {
    let mut scene = Scene::roll(dice);
    let mut sections = scene.sections(dice);
    let runbook = runbook(dice, &scene, sections.iter().any(|section| section.starts_with("[always]")));
    let mut world = "title = \"by chance\"\n".to_owned();
    match dice.below(4) {
        0 => {
            let sites = ["east", "west", "east"];
            let nodes = scene.nodes.iter().zip(sites);
            sections.insert(0, nodes.map(|(node, site)| format!("[nodes.{node}]\nsite = \"{site}\"\n")).collect());
        }
        _ => {
            let _ = writeln!(world, "nodes = {:?}", scene.nodes);
        }
    }
    let mut files = Vec::new();
    let included = dice.chance(4);
    let mut more = "title = \"a part\"\n".to_owned();
    if included {
        world.push_str("include = [\"more.toml\"]\n");
    }
    for section in sections {
        let elsewhere = included && dice.chance(3);
        if elsewhere { &mut more } else { &mut world }.push_str(&section);
    }
    files.push(("world.toml".to_owned(), world));
    if included {
        files.push(("more.toml".to_owned(), more));
    }
    files.push(("runbook.md".to_owned(), runbook));
    Written { files }
}
