//! Whatever a world or a runbook means, finding it out ends, in time, with a result exactly if there is no error.

use std::fmt::Write;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use runproof::base::Sources;
use runproof::diag::{Code, Severity, Style, show};
use runproof::resolve::{runbook_from_text, world_from_text};

const WORLD: &str = r#"title = "Two nodes"
nodes = ["A", "B"]
[sets]
control = ["A"]
[scales]
nt = ["none", "sp3", "sp4"]
[component.clusres]
versions = "nt"
in-use = "clussvc(here) == running"
[package.sp4]
writes = { clusres = "sp4" }
replaces = { clusres = "present" }
at = "restart"
needs = "if up(here) then max(rank(clusres(here)), 1) >= 1 else no"
[[package.sp4.fails]]
when = "some n in control: n != here and installed(sp4, n)"
set = { "iis(here)" = "broken" }
[service.clussvc]
needs = "clusres(here) >= sp3"
events = ["lost"]
[event.lost]
[group.sql]
needs = "clussvc(here) == running and iis(owner(sql)) != broken"
starts-on = "B"
[var]
iis = { per = "node", values = ["absent", "working", "broken"] }
retries = { range = [0, 3] }
busy = { values = ["no", "yes"] }
[define]
"serving(n)" = "clussvc(n) == running"
"most(n)" = "max(retries, rank(clusres(n)))"
[action."join on {n: node}"]
needs = "serving(other(n)) and most(n) < 3"
outcomes = [{ when = "retries < 3", set = { "iis(n)" = "working", retries = "retries + 1" } }, { events = ["lost"] }]
[reaction."leaves"]
for = { n = "node" }
when = "not up(n) implies iis(n) in (absent, broken)"
set = { "iis(n)" = "absent", busy = "not busy" }
[fault."disk fails on {n: control}"]
when = "up(n)"
set = { "iis(n)" = "broken" }
[health]
end = "(all n: serving(n)) and (count n: up(n)) == 2 - 0"
owner = "all g in groups: online(g) or owner(g) == A"
[always]
safe = "healthy or busy"
[drill.failover]
for = { n = "node" }
do = ["crash on {n}"]
expect = "all g in groups: owner(g) == other(n)"
then = ["power on {n}"]
expect-after = "healthy"
[initial]
clusres = "sp3"
"owner(sql)" = "A"
"#;

const RUNBOOK: &str = r#"# Runbook

```toml runproof
world = "world.toml"
given = { "installed(sp4)" = "no", clusres = "sp4", retries = 3 }
unknown = [{ site = "absent" }, { "clussvc(A)" = "failed" }]
faults = { crash = 1, "disk fails on A" = 2 }

[[claim]]
id = "note"
where = "(restart A before 'restart B' or not first right after boot-B) and some restart {n} after all boot-{n}"
every = "healthy"

[[claim]]
id = "count"
count = { good = 36, of = 720 }
```

1. Move. `create the site` {#first}
2. If needed `if installed(sp4, B) and up(B)`
   - [ ] `restart A`
   - `for each n in nodes` `if clusres(n) == sp4` `power on {n}` {#boot}
   - `undivided`
     1. `either`
        - `restart B`
        - `stop clussvc on A`
"#;

/// The result and the codes; every mistake can be shown.
fn world(text: &str) -> (bool, Vec<Code>) {
    let (mut sources, mut found) = (Sources::default(), Vec::new());
    let made = world_from_text("world.toml", text, &mut sources, &mut found).is_some();
    for mistake in &found {
        show(mistake, &sources, Style::default());
    }
    assert_eq!(made, !found.iter().any(|found| found.severity() == Severity::Error), "{found:?}");
    (made, found.iter().map(|found| found.code).collect())
}

/// The same for a runbook in `tests/bad/world.toml`.
fn runbook(text: &str) -> (bool, Vec<Code>) {
    let (mut sources, mut found) = (Sources::default(), Vec::new());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bad/runbook.md");
    let made = runbook_from_text(path, text, &mut sources, &mut found).is_some();
    for mistake in &found {
        show(mistake, &sources, Style::default());
    }
    assert_eq!(made, !found.iter().any(|found| found.severity() == Severity::Error), "{found:?}");
    (made, found.iter().map(|found| found.code).collect())
}

/// Where the words of a text are.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        let inside = character.is_ascii_alphanumeric() || "-_.".contains(character);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// The text with some words put in the place of others.
fn reworded(text: &str, changes: &[(prop::sample::Index, prop::sample::Index)]) -> String {
    let places = words(text);
    let mut all: Vec<&str> = places.iter().map(|place| &text[place.clone()]).collect();
    for (from, to) in changes {
        all[to.index(places.len())] = &text[places[from.index(places.len())].clone()];
    }
    let (mut made, mut end) = (String::new(), 0);
    for (place, word) in places.iter().zip(all) {
        made += &text[end..place.start];
        made += word;
        end = place.end;
    }
    made + &text[end..]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn a_world_with_words_put_elsewhere_is_a_world_or_a_list_of_mistakes(
        changes in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 1..4)
    ) {
        world(&reworded(WORLD, &changes));
    }

    #[test]
    fn a_runbook_with_words_put_elsewhere_is_a_runbook_or_a_list_of_mistakes(
        changes in prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 1..4)
    ) {
        runbook(&reworded(RUNBOOK, &changes));
    }
}

#[test]
fn the_files_that_are_reworded_are_good() {
    assert_eq!(world(WORLD), (true, Vec::new()));
    assert_eq!(runbook(RUNBOOK), (true, Vec::new()));
}

#[test]
fn what_would_grow_without_end_is_cut_in_time() {
    let started = Instant::now();
    let lines = |count: usize, line: &dyn Fn(usize) -> String| (1..count).map(line).collect::<String>();
    let head = "nodes = [\"A\", \"B\"]\n[var]\nr = { range = [0, 3] }\n";

    let truths = lines(61, &|i| format!("d{i} = \"d{0} and not d{0}\"\n", i - 1));
    let shared = world(&format!("{head}[define]\nd0 = \"up(A)\"\n{truths}[health]\nend = \"d60\"\n"));
    assert!(shared.0, "shared parts are written out once: {shared:?}");

    let sums = lines(60, &|i| format!("d{i} = \"d{0} + d{0}\"\n", i - 1));
    let doubled = world(&format!("{head}[define]\nd0 = \"r\"\n{sums}[health]\nend = \"d59 > 1\"\n"));
    assert_eq!(doubled.1, [Code::R111]);

    let names: Vec<String> = (0..40).map(|i| format!("n{i}")).collect();
    let wide = format!("{head}[health]\nend = \"all {}: yes\"\n", names.join(", "));
    assert_eq!(world(&wide).1, [Code::R111]);

    let many = "nodes = 64\n[action.\"{a} {b} {c} {d}\"]\n[reaction.\"x\"]\nfor = { a = \"node\", b = \"node\", c = \"node\" }\nwhen = \"up(a)\"\nset = { \"up(a)\" = \"no\" }\n";
    assert_eq!(world(many).1, [Code::R111]);

    let mut nested = String::from("```toml runproof\nworld = \"world.toml\"\n```\n\n");
    for level in 0..14 {
        writeln!(nested, "{:1$}- `for each a{level} in nodes`", "", level * 2).expect("a string");
    }
    writeln!(nested, "{:1$}- `restart A`", "", 28).expect("a string");
    let (made, codes) = runbook(&nested);
    assert!(!made && codes.contains(&Code::R209), "{codes:?}");

    let braces: Vec<String> = (0..60).map(|i| format!("{{b{i}}}")).collect();
    let claim = format!(
        "```toml runproof\nworld = \"world.toml\"\n[[claim]]\nid = \"a\"\nwhere = \"'{}' before 'restart A'\"\nevery = \"healthy\"\n```\n\n1. `restart A`\n",
        braces.join(" ")
    );
    assert_eq!(runbook(&claim).1, [Code::R111]);
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

#[test]
fn the_deepest_expressions_fit_a_small_stack() {
    let deepest = |text: String| {
        let small = std::thread::Builder::new().stack_size(2 << 20).spawn(move || world(&text).1);
        small.expect("a thread").join().expect("no overflow")
    };
    let head = "nodes = [\"A\", \"B\"]\n[var]\nr = { range = [0, 3] }\n";
    let sum = vec!["r"; 250].join(" + ");
    assert_eq!(deepest(format!("{head}[health]\nend = \"{sum} > 1\"\n")), []);
    let nots = "not (".repeat(30) + "up(A)" + &")".repeat(30);
    assert_eq!(deepest(format!("{head}[health]\nend = \"{nots}\"\n")), []);
    let names: String = (1..2000).map(|i| format!("d{i} = \"if up(A) then d{0} else d{0}\"\n", i - 1)).collect();
    let codes = deepest(format!("{head}[define]\nd0 = \"3\"\n{names}[health]\nend = \"d1999 == r\"\n"));
    assert_eq!(codes, [Code::R111]);
    let ifs = "if up(A) then up(B) else ".repeat(60) + "up(A)";
    let chain: String =
        (1..200).map(|i| format!("d{i} = \"{}\"\n", ifs.replace("up(B)", &format!("d{}", i - 1)))).collect();
    let codes = deepest(format!("{head}[define]\nd0 = \"up(A)\"\n{chain}[health]\nend = \"d199\"\n"));
    assert!(codes.iter().all(|code| *code == Code::R111) && !codes.is_empty(), "{codes:?}");
}
