//! Whether checks are worth anything: small worlds in which every class of mutant is known by hand, and the shipped ones.

use runproof::Budget;
use runproof::check::{Covering, cover};
use runproof::files::runbooks_below;
use runproof::report::text::{Look, cover as told};
use runproof::report::{CoveredWorld, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Lamps with a fuse: the fuse never blows, so much of the world is idle.
const WORLD: &str = r#"
nodes = ["A", "B"]

[var]
lamp = { per = "node", values = ["off", "on", "broken"] }
fuse = { values = ["good", "blown"], cite = ["book.fuse"] }
worn = { per = "node", values = ["no", "yes"] }

[action."switch on {n: node}"]
cite = ["book.switch", "book.nowhere"]
needs = "fuse == good"
outcomes = [
  { when = "lamp(n) != broken", set = { "lamp(n)" = "on", "worn(n)" = "yes" } },
  { when = "lamp(n) == broken", set = { fuse = "blown" }, fails = true },
]

[action."replace the fuse"]
set = { fuse = "good" }

[fault."lamp breaks on {n: node}"]
when = "lamp(n) == on and fuse == blown"
set = { "lamp(n)" = "broken" }

[reaction."the lamp goes out"]
for = { n = "node" }
when = "fuse == blown and lamp(n) == on"
set = { "lamp(n)" = "off" }

[health]
light = "(all n: lamp(n) == on) or fuse == blown"

[drill.dark]
do = ["crash on A"]
expect = "lamp(B) == on"
"#;

const FACTS: &str = r#"
[book]
title = "A book"
switch = "a switch turns a lamp on"
fuse = "a fuse blows"
unused = "nobody cites this"
"#;

const RUNBOOK: &str = "\
# Light

```toml runproof
world = \"world.toml\"
faults = { \"lamp breaks\" = 1 }

[[claim]]
id = \"lit\"
every = \"healthy\"

[[claim]]
id = \"either-way\"
where = \"switch on A before switch on B or switch on B before switch on A\"
every = \"healthy\"
```

- `switch on A`
- `switch on B`
";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| std::fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn covered_with(folder: &Path, asked: &Covering, budget: &Budget) -> CoveredWorld {
    let runbooks = runbooks_below(folder).unwrap();
    let mut report = cover(&runbooks, asked, budget).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(report.worlds.len(), 1);
    report.worlds.remove(0)
}

fn covered(folder: &Path) -> CoveredWorld {
    covered_with(folder, &Covering::default(), &Budget::default())
}

fn lamps() -> tempfile::TempDir {
    folder(&[("world.toml", WORLD), ("light.md", RUNBOOK), ("facts.toml", FACTS)])
}

fn never(world: &CoveredWorld, kind: &str) -> Vec<String> {
    let of_kind = world.never.iter().filter(|one| one.kind == kind);
    of_kind
        .map(|one| {
            format!(
                "{}{}",
                one.element,
                if one.values.is_empty() { String::new() } else { format!(": {}", one.values) }
            )
        })
        .collect()
}

/// The changes of an element that survive.
fn surviving(world: &CoveredWorld, element: &str) -> Vec<String> {
    world.survivors.iter().filter(|one| one.element == element).map(|one| one.change.clone()).collect()
}

#[test]
fn what_no_run_exercises_is_told() {
    let folder = lamps();
    let asked = Covering { without_mutants: true, ..Covering::default() };
    let world = covered_with(folder.path(), &asked, &Budget::default());
    assert_eq!(never(&world, "never-attempted"), ["action.\"replace the fuse\""]);
    assert_eq!(never(&world, "never-taken"), ["action.\"switch on {n: node}\".outcomes[2]"]);
    assert_eq!(never(&world, "never-strikes"), ["fault.\"lamp breaks on {n: node}\""]);
    assert_eq!(never(&world, "never-runs"), ["reaction.\"the lamp goes out\""]);
    assert_eq!(never(&world, "never-met"), ["lamp: broken", "fuse: blown"]);
    assert_eq!(
        never(&world, "always-holds"),
        ["action.\"switch on {n: node}\".needs", "action.\"switch on {n: node}\".outcomes[1].when"]
    );
    let holds = never(&world, "never-holds");
    for element in [
        "action.\"switch on {n: node}\".outcomes[2].when",
        "fault.\"lamp breaks on {n: node}\".when",
        "reaction.\"the lamp goes out\".when",
    ] {
        assert!(holds.iter().any(|one| one == element), "{element}: {holds:?}");
    }
    assert!(never(&world, "never-begun").is_empty());
}

#[test]
fn a_drill_is_never_begun_where_no_end_is_healthy() {
    let runbook = RUNBOOK.replace("- `switch on B`\n", "").replace("every = \"healthy\"", "no = \"healthy\"");
    let runbook = runbook.replace("where = \"switch on A before switch on B or switch on B before switch on A\"\n", "");
    let folder = folder(&[("world.toml", WORLD), ("light.md", &runbook)]);
    let asked = Covering { without_mutants: true, ..Covering::default() };
    assert_eq!(never(&covered_with(folder.path(), &asked, &Budget::default()), "never-begun"), ["drill.dark"]);
}

#[test]
fn mutants_are_killed_survive_or_change_nothing() {
    let folder = lamps();
    let world = covered(folder.path());
    let switch = "action.\"switch on {n: node}\"";
    // Nobody reads how worn a lamp is: the graph changes, and no claim notices.
    let worn = surviving(&world, &format!("{switch}.outcomes[1].set.worn(n)"));
    assert_eq!(worn, ["worn(n) = yes → (nothing)", "yes → no"]);
    assert!(world.survivors.iter().filter(|one| one.element.ends_with("worn(n)")).all(|one| one.compared));
    // Without light, health does not hold.
    assert_eq!(surviving(&world, &format!("{switch}.outcomes[1].set.lamp(n)")), [""; 0]);
    // It is never broken, so what happens then is the same whatever it is.
    assert_eq!(surviving(&world, &format!("{switch}.outcomes[2].set.fuse")), [""; 0]);
    assert_eq!(surviving(&world, "reaction.\"the lamp goes out\".set.lamp(n)"), [""; 0]);
    let counts = world.mutants.unwrap();
    assert_eq!(
        counts.tried,
        counts.killed + counts.survived + counts.accepted + counts.equivalent + counts.stillborn + counts.undecided
    );
    assert!(
        counts.killed > 0 && counts.equivalent > 0 && counts.idle > 0 && counts.idle < counts.equivalent,
        "{counts:?}"
    );
    assert!(world.fails());
}

#[test]
fn parts_that_do_not_matter_are_vacuous() {
    let folder = lamps();
    let world = covered(folder.path());
    let light = surviving(&world, "health.light");
    assert!(light.contains(&"fuse == blown → no".to_owned()), "{light:?}");
    assert!(!light.contains(&"all n: lamp(n) == on → no".to_owned()), "{light:?}");
    // Whichever comes first: the `where` is true of all orders, and each half of it of some.
    assert!(!surviving(&world, "claim.either-way.where").is_empty());
    assert!(
        world
            .survivors
            .iter()
            .filter(|one| one.element.starts_with("claim."))
            .all(runproof::report::Survivor::is_vacuous)
    );
}

#[test]
fn facts_and_elements_are_compared_both_ways() {
    let folder = lamps();
    let world = covered(folder.path());
    let citations = world.citations.unwrap();
    assert_eq!(citations.known, 3);
    assert_eq!(citations.uncited, ["book.unused"]);
    assert_eq!(citations.unknown, [("book.nowhere".to_owned(), "action.\"switch on {n: node}\"".to_owned())]);
    assert!(citations.without.contains(&"action.\"replace the fuse\"".to_owned()), "{:?}", citations.without);
    assert!(citations.without.iter().any(|name| name.ends_with("light.md::lit")), "{:?}", citations.without);
    let bearing: Vec<&str> = citations.load_bearing.iter().map(|one| one.fact.as_str()).collect();
    assert!(bearing.contains(&"book.switch"), "{bearing:?}");
    let by = &citations.load_bearing.iter().find(|one| one.fact == "book.switch").unwrap().by;
    assert!(by.iter().any(|by| by.ends_with("light.md::lit")), "{by:?}");
}

#[test]
fn what_is_accepted_needs_a_survivor() {
    let accepted = "\
[[survivor]]
file = \"world.toml\"
element = \"*.set.worn(n)\"
reason = \"nobody looks at wear\"

[[survivor]]
element = \"action.*.set.lamp(n)\"
change = \"on → off\"
reason = \"long gone\"
";
    let folder = lamps();
    std::fs::write(folder.path().join("survivors.toml"), accepted).unwrap();
    let world = covered(folder.path());
    let counts = world.mutants.unwrap();
    assert_eq!(counts.accepted, 2);
    assert!(world.survivors.iter().any(|one| one.reason.as_deref() == Some("nobody looks at wear")));
    assert_eq!(world.stale.len(), 1);
    assert_eq!((world.stale[0].line, world.stale[0].element.as_str()), (6, "action.*.set.lamp(n)"));
    assert!(world.fails());
    // Nothing is stale where not everything was tried.
    let asked = Covering { only: Some("worn".to_owned()), ..Covering::default() };
    let world = covered_with(folder.path(), &asked, &Budget::default());
    assert!(world.stale.is_empty() && world.mutants.unwrap().survived == 0 && !world.fails());
}

#[test]
fn what_is_accepted_is_read_with_care() {
    for (text, expected) in [
        ("[[survivor]]\nelement = \"a\"\n", "a survivor needs `reason`"),
        ("[[survivor]]\nelement = \"a\"\nreason = \"b\"\nwhy = \"c\"\n", "`why` is no key of a survivor"),
        ("[[survivor]]\nelement = 1\nreason = \"b\"\n", "`element` is a text"),
        ("survivors = []\n", "`survivors` is no key here"),
        ("[[survivor]\n", "R001"),
    ] {
        let folder = lamps();
        std::fs::write(folder.path().join("survivors.toml"), text).unwrap();
        let runbooks = runbooks_below(folder.path()).unwrap();
        let mistakes = cover(&runbooks, &Covering::default(), &Budget::default()).unwrap_err();
        assert!(mistakes.to_string().contains(expected), "{text}: {mistakes}");
    }
}

#[test]
fn a_limit_leaves_mutants_undecided_and_none_killed() {
    let folder = lamps();
    let budget = Budget { states: Some(1), ..Budget::default() };
    let world = covered_with(folder.path(), &Covering::default(), &budget);
    let counts = world.mutants.unwrap();
    assert_eq!((counts.killed, counts.survived), (0, 0), "{counts:?}");
    assert!(counts.undecided > 0 && world.undecided(), "{counts:?}");
    assert!(world.never.is_empty() && !world.silent.is_empty(), "what was not looked at is not told to be idle");
    let world = CoveredWorld { silent: world.silent, ..covered(folder.path()) };
    let look = runproof::report::text::Look { width: 80, colour: false };
    let told = runproof::report::text::cover(&runproof::report::Cover { worlds: vec![world] }, look);
    assert!(told.contains("Never exercised, as far as was looked\n"), "{told}");
    let budget = Budget::default();
    budget.cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
    let counts = covered_with(folder.path(), &Covering::default(), &budget).mutants.unwrap();
    assert_eq!(counts.undecided, counts.tried);
}

#[test]
fn the_report_does_not_depend_on_the_number_of_threads() {
    let report = |threads: usize, asked: &Covering| {
        let budget = Budget { threads, ..Budget::default() };
        cover(&runbooks_below(Path::new("models/hotfix-queue")).unwrap(), asked, &budget).unwrap()
    };
    for asked in [Covering::default(), Covering { most: Some(10), ..Covering::default() }] {
        let (one, two) = (report(1, &asked), report(2, &asked));
        assert_eq!(json::report("cover", Some(&one), &[]), json::report("cover", Some(&two), &[]));
        assert!(told(&one, Look::PLAIN).lines().all(|line| line.chars().count() <= 80));
    }
    let few = report(2, &Covering { most: Some(10), ..Covering::default() });
    assert_eq!(few.worlds[0].mutants.unwrap().tried, 10);
}

/// Shipped worlds of which all mutants are tried here; `.ci/run` tries a part of those of the others.
const SMALL: [&str; 8] = [
    "models/hotfix-queue",
    "models/kafka",
    "models/retries",
    "models/tutorial/always",
    "models/tutorial/drill",
    "models/tutorial/order",
    "models/tutorial/refused",
    "models/tutorial/unknown",
];

#[test]
fn every_survivor_of_the_small_worlds_is_accepted_with_a_reason() {
    for folder in SMALL {
        let world = covered(Path::new(folder));
        let open = world.survivors.iter().filter(|one| one.reason.is_none());
        let open: Vec<String> = open.map(|one| format!("{} {}: {}", one.file, one.element, one.change)).collect();
        assert!(!world.fails() && !world.undecided(), "{folder}:\n{}\n{:?}", open.join("\n"), world.stale);
        // Every edit can be read: what is stillborn has lost its meaning, and not its form.
        assert!(world.stillborn.iter().all(|one| !one.why.starts_with("R0")), "{folder}: {:?}", world.stillborn);
    }
}

/// The page that lists what is accepted.
fn page() -> String {
    let mut out = String::from(
        "# What no claim notices, and why that is accepted\n\n\
         Written by `UPDATE_DOCS=1 cargo test --test cover` from the files `survivors.toml` beside the shipped worlds. [Cover](cover.md) says\n\
         what a mutant is. A `*` stands for anything.\n",
    );
    let mut found: Vec<PathBuf> = Vec::new();
    let mut open = vec![PathBuf::from("models")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.ends_with("survivors.toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    for path in found {
        let value: toml::Value = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let folder = path.parent().unwrap().display();
        write!(out, "\n## {folder}\n\n| element | change | why |\n|---|---|---|\n").unwrap();
        for entry in value["survivor"].as_array().unwrap() {
            let text = |key: &str| entry.get(key).and_then(toml::Value::as_str).unwrap_or("*").replace('|', "\\|");
            let file =
                entry.get("file").and_then(toml::Value::as_str).map_or(String::new(), |file| format!("{file}: "));
            writeln!(out, "| {file}`{}` | `{}` | {} |", text("element"), text("change"), text("reason")).unwrap();
        }
    }
    out
}

#[test]
fn the_page_of_survivors_is_up_to_date() {
    let (path, page) = (Path::new("docs/survivors.md"), page());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let shown = std::fs::read_to_string(path).unwrap_or_default();
    assert!(shown == page, "docs/survivors.md is stale: UPDATE_DOCS=1 cargo test --test cover writes it");
}
