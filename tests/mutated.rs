//! Whatever bytes a file holds, reading it ends, in time, with a tree and diagnostics that can be shown.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use runproof::base::Sources;
use runproof::diag::{Style, show};
use runproof::syntax;

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
needs = "if up(here) then max(rank(clusres(here)), 1) >= 1 else no"
[[package.sp4.fails]]
when = "some n in control: n != here and installed(sp4, n)"
set = { "iis(here)" = "broken" }
[service.clussvc]
needs = "clusres(here) >= sp3"
[var]
iis = { per = "node", values = ["absent", "working", "broken"] }
retries = { range = [0, 3] }
[define]
"serving(n)" = "clussvc(n) == running"
[action."join on {n: node}"]
outcomes = [{ set = { "iis(n)" = "working" } }]
[reaction."leaves"]
for = { n = "node" }
when = "not up(n) implies iis(n) in (absent, broken)"
set = { "iis(n)" = "absent" }
[health]
end = "(all n: serving(n)) and count n: up(n) == 2 - 0"
[drill.failover]
do = ["crash on {n}"]
expect = "yes"
"#;

const RUNBOOK: &str = r#"# Install

```toml runproof
world = "world.toml"
given = { "installed(sp4)" = "yes", clusres = "sp4" }
unknown = [{ iis = "absent" }, { iis = "working" }]
faults = { crash = 1 }

[[claim]]
id = "note"
where = "(restart A before 'restart B' or not a right after b (2)) and some x after all y {n}"
every = "healthy"
```

1. Move. `move all groups to A` {#first}
2. If needed `if installed(sp4, B) and up(B)`
   - [ ] `restart A` and ``text``
   - `for each n in control` `restart {n}`
     1. `either`
        - `restart B`
        - `restart A`

> - `not a step`

| `a` | b |
|-----|---|
"#;

/// Reads it and shows its first mistakes.
fn read(bytes: &[u8], markdown: bool) {
    let (mut sources, mut found) = (Sources::default(), Vec::new());
    if let Some(source) = syntax::decode("file", bytes, &mut sources, &mut found) {
        if markdown {
            syntax::runbook(&sources, source, &mut found);
        } else {
            syntax::world(&sources, source, &mut found);
        }
    }
    for mistake in found.iter().take(20) {
        let text = show(mistake, &sources, Style::default());
        assert!(!text.contains('\u{1b}'), "an escape character is shown: {text:?}");
    }
}

/// A change of a file: what is done, and where.
fn changes() -> impl Strategy<Value = Vec<(u8, prop::sample::Index, prop::sample::Index, u8)>> {
    prop::collection::vec((0..5_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..8)
}

fn changed(sample: &str, changes: &[(u8, prop::sample::Index, prop::sample::Index, u8)]) -> Vec<u8> {
    let mut bytes = sample.as_bytes().to_vec();
    for (kind, first, second, byte) in changes {
        if bytes.is_empty() {
            break;
        }
        let (first, second) = (first.index(bytes.len()), second.index(bytes.len()));
        let (start, end) = (first.min(second), first.max(second));
        let near = end.min(start + 40);
        match kind {
            0 => bytes[start] = *byte,
            1 => drop(bytes.drain(start..near)),
            2 => drop(bytes.splice(start..start, bytes[start..near].to_vec()).collect::<Vec<_>>()),
            3 => bytes[start] = b"`'\"{}[]()#=-\n,:>|"[usize::from(*byte) % 17],
            _ => bytes.truncate(end),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_world_is_read_without_a_panic(changes in changes()) {
        read(&changed(WORLD, &changes), false);
    }

    #[test]
    fn a_changed_runbook_is_read_without_a_panic(changes in changes()) {
        read(&changed(RUNBOOK, &changes), true);
    }
}

#[test]
fn the_samples_themselves_have_no_mistakes() {
    for (sample, is_world) in [(WORLD, true), (RUNBOOK, false)] {
        let mut sources = Sources::default();
        let source = sources.add("file", sample);
        let mut found = Vec::new();
        if is_world {
            syntax::world(&sources, source, &mut found);
        } else {
            syntax::runbook(&sources, source, &mut found);
        }
        assert_eq!(found, []);
    }
}

#[test]
fn a_file_made_to_exhaust_the_program_is_read_in_time() {
    let block = "```toml runproof\nworld = \"w\"\n```\n\n";
    let most = |piece: &str| piece.repeat((syntax::MAX_BYTES - 200) / piece.len());
    let files = [
        most("- "),
        most("> "),
        most("["),
        most("&a"),
        most("`"),
        most("*a_"),
        most("a."),
        most("[a.b.c.d]\n"),
        most("x = ["),
        most("x = {a."),
        most("- a\n  "),
        most("1. a\n"),
        most("- `a`\n1. `b`\n"),
        most("| a "),
        most("[a]: "),
        most("<a "),
        most("![["),
        format!("[health]\nx = \"{}\"", most("(")),
        format!("[health]\nx = \"{}\"", most("not ")),
        format!("[health]\nx = \"{}a\"", most("a and ")),
        format!("[health]\nx = \"{}a\"", most("a implies ")),
        format!("[health]\nx = \"{}a\"", most("if a then b else ")),
        format!("[health]\n{}", most("x = \"(\"\n")),
        format!("[action]\n{}", most("\"{\" = 1\n")),
        (0..4000).map(|n| format!("{}- `s{n}`\n", " ".repeat(n % 200))).collect(),
    ];
    for file in files {
        // The block makes it a runbook, whose mistakes are then told.
        for (text, markdown) in [(file.clone(), false), (format!("{block}{file}"), true)] {
            let start = Instant::now();
            read(text.as_bytes(), markdown);
            let spent = start.elapsed();
            let begins: String = file.chars().take(30).collect();
            assert!(spent < Duration::from_secs(20), "{begins:?} took {spent:?}");
        }
    }
}
