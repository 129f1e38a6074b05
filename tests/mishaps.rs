//! What is tried where something goes wrong: every kind of mishap, from a world and a runbook to the states that it leads to.

use runproof::base::{Files, Sources};
use runproof::system::{Mishap, MishapKind, Outcome, Procedure, Refused, State, System, VarId};
use runproof::{lower, resolve};
use std::io;
use std::path::{Path, PathBuf};

const WORLD: &str = r#"
nodes = ["A", "B", "C"]

[sets]
front = ["A", "B"]

[component.driver]
versions = ["v1", "v2"]

[component.library]
on = "front"
versions = ["v1", "v2"]
in-use = "web(here) == running"

[component.kernel]
versions = ["v1", "v2"]

[package.suite]
on = "front"
writes = { driver = "v2", library = "v2", kernel = "v2" }
at = { driver = "once", library = "once", kernel = "restart" }
restart = "needed"
removable = true
set = { "keys(here)" = "new" }
events = ["set-up"]

[[package.suite.fails]]
when = "disk(here) == full"
events = ["disk-full"]
set = { "keys(here)" = "broken" }

[package.careful]
writes = { driver = "v2" }
set = { "keys(here)" = "new" }
interrupted = [
    { when = "keys(here) == old", set = { "keys(here)" = "broken" }, events = ["half-done"] },
    { set = { "driver(here)" = "v2", shared = "yes" } },
]

[package.large]
set = { "t1(here)" = "yes", "t2(here)" = "yes", "t3(here)" = "yes", "t4(here)" = "yes", "t5(here)" = "yes", "t6(here)" = "yes", "t7(here)" = "yes", "t8(here)" = "yes", "t9(here)" = "yes", "t10(here)" = "yes", "t11(here)" = "yes" }

[service.web]
on = "front"
needs = "driver(here) == v2"
events = ["too-old"]

[group.address]
needs = "up(here)"

[event.set-up]
[event.disk-full]
[event.half-done]
[event.too-old]

[var]
keys = { per = "node", values = ["old", "new", "broken"] }
disk = { per = "node", values = ["free", "full"], observable = false }
shared = { values = ["no", "yes"] }
t1 = { per = "node", values = ["no", "yes"] }
t2 = { per = "node", values = ["no", "yes"] }
t3 = { per = "node", values = ["no", "yes"] }
t4 = { per = "node", values = ["no", "yes"] }
t5 = { per = "node", values = ["no", "yes"] }
t6 = { per = "node", values = ["no", "yes"] }
t7 = { per = "node", values = ["no", "yes"] }
t8 = { per = "node", values = ["no", "yes"] }
t9 = { per = "node", values = ["no", "yes"] }
t10 = { per = "node", values = ["no", "yes"] }
t11 = { per = "node", values = ["no", "yes"] }

[action."copy the keys from {m: node} to {n: node}"]
needs = "keys(m) != broken"
outcomes = [
    { when = "m != n and disk(n) == free", set = { "keys(n)" = "keys(m)" } },
    { when = "m != n", set = { "keys(n)" = "broken" }, fails = true },
]

[action."count"]
set = { shared = "not shared" }

[fault."disk fills on {n: front}"]
when = "disk(n) == free"
set = { "disk(n)" = "full" }

[health]
new = "all n in front: driver(n) == v2"
"#;

const RUNBOOK: &str = r#"# Everything once

```toml runproof
world = "world.toml"
```

1. `install suite on A`
2. `install careful on B`
3. `remove suite on A`
4. `install large on A`
5. `start web on A`
6. `move address to B`
7. `restart B`
8. `power off C`
9. `power on C`
10. `copy the keys from A to B`
11. `count`
12. `restart B`
"#;

/// Two files in memory.
struct Memory;

impl Files for Memory {
    fn read(&self, path: &Path, _most: usize) -> io::Result<Vec<u8>> {
        let text = if path.ends_with("world.toml") { WORLD } else { RUNBOOK };
        Ok(text.as_bytes().to_vec())
    }

    fn same(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

    fn shown(&self, path: &Path) -> String {
        path.display().to_string()
    }
}

struct Found {
    system: System,
    mishaps: Vec<Mishap>,
}

fn found() -> Found {
    let (mut sources, mut mistakes) = (Sources::default(), Vec::new());
    let read = resolve::open_runbook_in(&Memory, Path::new("runbook.md"), &mut sources, &mut mistakes);
    let (resolved, runbook) = read.unwrap_or_else(|| panic!("{mistakes:?}"));
    let (system, mishaps) = lower::mishaps(&resolved.world, &runbook).unwrap();
    Found { system, mishaps }
}

impl Found {
    fn of(&self, occurrence: u32, kind: MishapKind) -> Vec<&Mishap> {
        let here = |mishap: &&Mishap| (mishap.occurrence.0, mishap.kind) == (occurrence - 1, kind);
        self.mishaps.iter().filter(here).collect()
    }

    /// What is tried: sentences, and what it means if they are refused.
    fn tries(&self, mishap: &Mishap) -> Vec<String> {
        let name = |step: runproof::system::StepId| self.system.steps[step.0 as usize].name.clone();
        let tries = mishap.tries.iter().map(|one| match one.refused {
            Refused::Stop => format!("{}, or stop", name(one.step)),
            Refused::GoOn => format!("{}, or go on", name(one.step)),
            Refused::Instead(other) => format!("{}, or {}", name(one.step), name(other)),
            Refused::Impossible => format!("{}, or nothing", name(one.step)),
        });
        tries.collect()
    }

    fn var(&self, name: &str) -> VarId {
        let place = self.system.origins.vars.iter().position(|var| var.name == name);
        VarId(place.unwrap_or_else(|| panic!("{name}")) as u32)
    }

    /// The initial state, with some variables set.
    fn state(&self, values: &[(&str, &str)]) -> State {
        let mut state = self.system.initial[0];
        for (name, value) in values {
            let var = self.var(name);
            let index = self.system.origins.vars[var.0 as usize].values.iter().position(|it| it == value);
            self.system.layout.set(&mut state, var, index.unwrap_or_else(|| panic!("{value}")) as u8);
        }
        state
    }

    /// Where the first try of a mishap may lead, without what reacts to it: values of variables, events; sorted, each once. Later
    /// phases that can go nowhere change nothing.
    fn leads(&self, mishap: &Mishap, from: State, shown: &[&str]) -> Vec<String> {
        let step = &self.system.steps[mishap.tries[0].step.0 as usize];
        if !step.needs.iter().all(|need| need.holds(&from)) {
            return vec!["refused".to_owned()];
        }
        let mut states: Vec<(State, Vec<u32>)> = vec![(from, Vec::new())];
        for phase in &step.phases {
            let mut next = Vec::new();
            for (state, events) in &states {
                for (_, outcome) in Outcome::possible(&phase.outcomes, state) {
                    let raised = events.iter().copied().chain(outcome.events.iter().map(|event| event.0));
                    next.push((outcome.apply(state), raised.collect()));
                }
            }
            states = next;
        }
        let mut told: Vec<String> = states.iter().map(|(state, events)| self.told(state, events, shown)).collect();
        told.sort();
        told.dedup();
        told
    }

    fn told(&self, state: &State, events: &[u32], shown: &[&str]) -> String {
        let value = |name: &&str| {
            let var = self.var(name);
            let value = self.system.layout.get(state, var);
            self.system.origins.vars[var.0 as usize].values[value as usize].clone()
        };
        let events = events.iter().map(|event| format!("!{}", self.system.origins.events[*event as usize].name));
        shown.iter().map(value).chain(events).collect::<Vec<_>>().join(" ")
    }
}

fn one<'m>(mishaps: &[&'m Mishap]) -> &'m Mishap {
    assert_eq!(mishaps.len(), 1, "{mishaps:?}");
    mishaps[0]
}

#[test]
fn mishaps_come_in_the_order_of_the_document_and_their_own_steps_behind_those_of_the_world() {
    let found = found();
    let order: Vec<_> = found.mishaps.iter().map(|mishap| (mishap.occurrence, mishap.kind)).collect();
    assert!(order.is_sorted(), "{order:?}");
    let Procedure::Ordered(plan) = &found.system.procedure else { panic!() };
    let first_own = found.system.steps.iter().position(|step| step.name == "crash on A").unwrap() as u32;
    assert!(plan.occurrences.iter().all(|occurrence| occurrence.step.0 < first_own));
    for mishap in &found.mishaps {
        for one in &mishap.tries {
            assert_eq!(one.step.0 >= first_own, one.refused == Refused::Impossible, "{mishap:?}");
        }
    }
    assert!(found.system.steps[first_own as usize..].iter().all(|step| !step.name.starts_with("install suite on B")));
}

#[test]
fn a_step_is_skipped_done_twice_or_swapped() {
    let found = found();
    assert!(one(&found.of(1, MishapKind::Skipped)).tries.is_empty());
    assert!(one(&found.of(1, MishapKind::Swapped)).tries.is_empty());
    let twice = found.tries(one(&found.of(1, MishapKind::Twice)));
    assert_eq!(twice, ["install suite on A, or stop", "install suite on A, or go on"]);
}

#[test]
fn the_wrong_node_is_each_on_which_the_same_step_is_there() {
    let found = found();
    let wrong = |occurrence| {
        found.of(occurrence, MishapKind::WrongNode).iter().map(|mishap| mishap.detail.clone()).collect::<Vec<_>>()
    };
    assert_eq!(wrong(1), ["install suite on B"], "suite is not on C");
    assert_eq!(wrong(2), ["install careful on A", "install careful on C"]);
    assert_eq!(wrong(6), ["move address to A", "move address to C"]);
    assert_eq!(wrong(7), ["restart A", "restart C"]);
    let copies = ["from A to A", "from A to C", "from B to B", "from C to B"].map(|it| format!("copy the keys {it}"));
    assert_eq!(wrong(10), copies, "one parameter at a time");
    assert!(wrong(11).is_empty());
    let tries = found.tries(found.of(7, MishapKind::WrongNode)[0]);
    assert_eq!(tries, ["restart A, or restart B"]);
}

#[test]
fn a_setup_cut_short_leaves_any_part_of_what_it_writes_and_what_waits_is_lost_but_at_the_very_end() {
    let found = found();
    let cut = one(&found.of(1, MishapKind::CutShort));
    assert_eq!(cut.detail, "A");
    let tries = ["install suite on A, cut short by a crash of A, or nothing", "power on A, or go on"];
    assert_eq!(found.tries(cut), [&tries[..], &["install suite on A, or go on"]].concat());
    let shown = ["driver(A)", "library(A)", "keys(A)", "installed(suite, A)", "kernel.pending(A)", "up(A)"];
    let mut wanted = Vec::new();
    for driver in ["v1", "v2"] {
        for library in ["v1", "v2"] {
            for keys in ["old", "new"] {
                wanted.push(format!("{driver} {library} {keys} no nothing no"));
            }
        }
    }
    wanted.push("v2 v2 new yes v2 no !set-up".to_owned());
    wanted.sort();
    assert_eq!(found.leads(cut, found.state(&[("web(A)", "stopped")]), &shown), wanted);
    // While it is in use the library waits, and what waits is lost.
    let shown = ["driver(A)", "library(A)", "library.pending(A)", "keys(A)", "installed(suite, A)", "web(A)"];
    let mut wanted = ["v1 v1 nothing old no", "v1 v1 nothing new no", "v2 v1 nothing old no", "v2 v1 nothing new no"]
        .map(|it| format!("{it} stopped"))
        .to_vec();
    wanted.push("v2 v1 v2 new yes stopped !set-up".to_owned());
    wanted.sort();
    assert_eq!(found.leads(cut, found.state(&[("web(A)", "running")]), &shown), wanted);
    // A setup that fails has failed, or not begun.
    let full = found.state(&[("disk(A)", "full")]);
    assert_eq!(found.leads(cut, full, &["driver(A)", "keys(A)"]), ["v1 broken !disk-full", "v1 old"]);
    // Nobody runs a setup on a node that is down.
    assert_eq!(found.leads(cut, found.state(&[("up(A)", "no")]), &[]), ["refused"]);
}

#[test]
fn a_setup_left_half_way_has_begun_and_not_ended() {
    let found = found();
    let half = one(&found.of(1, MishapKind::HalfWay));
    assert_eq!(found.tries(half), ["install suite on A, begun and never finished, or nothing"]);
    let shown = ["driver(A)", "library(A)", "keys(A)", "installed(suite, A)", "kernel.pending(A)", "up(A)"];
    let parts = ["v1 v1 new", "v1 v2 old", "v1 v2 new", "v2 v1 old", "v2 v1 new", "v2 v2 old", "v2 v2 new"];
    let mut wanted = parts.map(|it| format!("{it} no nothing yes"));
    wanted.sort();
    assert_eq!(found.leads(half, found.state(&[("web(A)", "stopped")]), &shown), wanted);
    // Where everything is there and only not yet known to be, nothing can be half of it.
    let all_but = found.state(&[
        ("driver(A)", "v2"),
        ("library(A)", "v2"),
        ("kernel(A)", "v2"),
        ("keys(A)", "new"),
        ("restart-pending(A)", "yes"),
    ]);
    assert_eq!(found.leads(half, all_but, &[]), Vec::<String>::new());
    assert_eq!(found.leads(half, found.state(&[("disk(A)", "full")]), &[]), Vec::<String>::new());
}

#[test]
fn a_package_may_say_what_is_left() {
    let found = found();
    let (cut, half) = (one(&found.of(2, MishapKind::CutShort)), one(&found.of(2, MishapKind::HalfWay)));
    let shown = ["driver(B)", "keys(B)", "shared", "installed(careful, B)", "up(B)"];
    let start = found.state(&[]);
    let mut all = vec!["v1 old no no no", "v1 broken no no no !half-done", "v2 old yes no no", "v2 new no yes no"];
    all.sort_unstable();
    assert_eq!(found.leads(cut, start, &shown), all);
    assert_eq!(found.leads(half, start, &shown), ["v1 broken no no yes !half-done", "v2 old yes no yes"]);
    let new = found.state(&[("keys(B)", "new")]);
    assert_eq!(found.leads(half, new, &shown), ["v2 new yes no yes"]);
}

#[test]
fn a_removal_has_ended_once_it_is_no_longer_installed() {
    let found = found();
    let cut = one(&found.of(3, MishapKind::CutShort));
    let installed = found.state(&[("installed(suite, A)", "yes")]);
    assert_eq!(found.leads(cut, installed, &["installed(suite, A)", "up(A)"]), ["no no", "yes no"]);
    assert_eq!(found.leads(cut, found.state(&[]), &[]), ["refused"]);
    assert!(found.of(3, MishapKind::HalfWay).is_empty(), "there is nothing between");
}

#[test]
fn of_a_large_setup_the_first_things_are_left() {
    let found = found();
    let cut = one(&found.of(4, MishapKind::CutShort));
    let shown: Vec<String> = (1..=11).map(|number| format!("t{number}(A)")).collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).chain(["installed(large, A)"]).collect();
    let mut wanted: Vec<String> = (0..=11)
        .map(|first| {
            let parts = (0..11).map(|part| if part < first { "yes" } else { "no" });
            parts.chain(["no"]).collect::<Vec<_>>().join(" ")
        })
        .collect();
    wanted.push(["yes"; 12].join(" "));
    wanted.sort();
    assert_eq!(found.leads(cut, found.state(&[]), &shown), wanted);
    let (mut sources, mut mistakes) = (Sources::default(), Vec::new());
    let read = resolve::open_runbook_in(&Memory, Path::new("runbook.md"), &mut sources, &mut mistakes).unwrap();
    assert_eq!(lower::coarse(&read.0.world, &read.1).unwrap(), ["large"]);
}

#[test]
fn services_groups_and_nodes_are_cut_short_too() {
    let found = found();
    let shown = ["web(A)", "up(A)"];
    let cut = |occurrence| one(&found.of(occurrence, MishapKind::CutShort));
    let stopped = found.state(&[("web(A)", "stopped")]);
    assert_eq!(found.leads(cut(5), stopped, &shown), ["stopped no", "stopped no !too-old"]);
    assert_eq!(found.leads(cut(6), stopped, &["owner(address)", "up(B)"]), ["A no", "B no"]);
    // A restart: the node goes down either way, and may have booted before it goes down again.
    let waits = found.state(&[("kernel.pending(B)", "v2"), ("restart-pending(B)", "yes")]);
    let shown = ["kernel(B)", "kernel.pending(B)", "restart-pending(B)", "up(B)"];
    assert_eq!(found.leads(cut(7), waits, &shown), ["v1 v2 yes no", "v2 nothing no no"]);
    let half = one(&found.of(7, MishapKind::HalfWay));
    assert_eq!(found.leads(half, waits, &shown), ["v1 v2 yes no"]);
    assert_eq!(found.leads(cut(8), found.state(&[]), &["up(C)"]), ["no"]);
    let down = found.state(&[("up(C)", "no"), ("kernel.pending(C)", "nothing")]);
    assert_eq!(found.leads(cut(9), down, &["up(C)"]), ["no"]);
    assert_eq!(found.leads(cut(9), found.state(&[]), &["up(C)"]), ["refused"]);
    assert!(found.of(5, MishapKind::HalfWay).is_empty());
    // The same step twice is cut short by the same step.
    assert_eq!(cut(7).tries, cut(12).tries);
}

#[test]
fn the_worlds_own_actions_are_not_done_or_done_whatever_comes_of_them() {
    let found = found();
    let cuts = found.of(10, MishapKind::CutShort);
    assert_eq!(cuts.iter().map(|mishap| mishap.detail.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    let new = found.state(&[("keys(A)", "new")]);
    let shown = ["keys(B)", "up(A)", "up(B)"];
    assert_eq!(found.leads(cuts[0], new, &shown), ["broken no yes", "new no yes", "old no yes"]);
    assert_eq!(found.leads(cuts[1], new, &shown), ["broken yes no", "new yes no", "old yes no"]);
    let step = &found.system.steps[cuts[0].tries[0].step.0 as usize];
    assert!(step.phases[0].outcomes.iter().any(|outcome| outcome.fails), "what fails, fails here too");
    assert!(found.of(11, MishapKind::CutShort).is_empty(), "a step without nodes is not cut short");
}

#[test]
fn crashes_and_faults_come_before_the_step() {
    let found = found();
    let crashes = found.of(11, MishapKind::Crash);
    assert_eq!(crashes.iter().map(|mishap| mishap.detail.as_str()).collect::<Vec<_>>(), ["A", "B", "C"]);
    assert_eq!(found.tries(crashes[1]), ["crash on B, or nothing", "power on B, or go on", "count, or stop"]);
    let faults = found.of(11, MishapKind::Fault);
    assert_eq!(faults.iter().map(|it| it.detail.as_str()).collect::<Vec<_>>(), ["disk fills on A", "disk fills on B"]);
    assert_eq!(found.tries(faults[0]), ["disk fills on A, or nothing", "count, or stop"]);
    assert_eq!(found.leads(faults[0], found.state(&[("disk(A)", "full")]), &[]), ["refused"]);
}

#[test]
fn what_nobody_can_look_at_is_marked() {
    let found = found();
    let observable = |name: &str| found.system.origins.vars[found.var(name).0 as usize].observable;
    assert!(observable("keys(A)") && observable("driver(A)") && observable("kernel.pending(A)"));
    assert!(!observable("disk(A)") && !observable("disk(C)"));
}
