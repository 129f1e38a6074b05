//! Small files that would come to something large, under every command: a mistake or *undecided*, soon and in little memory.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// In a shell, for its limits: `$P` is the program.
fn in_shell(folder: &Path, script: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", script]).env("P", env!("CARGO_BIN_EXE_runproof")).current_dir(folder).stdin(Stdio::null());
    command.output().unwrap()
}

/// Small files that would come to something large.
fn expanding() -> Vec<(&'static str, String, &'static str)> {
    let end = "[health]\nend = \"up(n1)\"\n";
    let many = |line: &dyn Fn(usize) -> String, count: usize| (0..count).map(line).collect::<String>();
    let var = "[var]\nv = { per = \"node\", values = [\"a\", \"b\"] }\n";
    let slow = many(
        &|n| {
            format!(
                "[var.v{n}]\nvalues = [\"a\", \"b\"]\n[reaction.r{n}]\ntakes-time = true\nwhen = \"v{n} == a\"\nset = {{ v{n} = \"b\" }}\n"
            )
        },
        40,
    );
    vec![
        (
            "actions",
            format!("nodes = 64\n[action.\"do {{a: node}} {{b: node}} {{c: node}}\"]\n{end}"),
            "- `restart n1`",
        ),
        (
            "a long sentence",
            format!("nodes = 64\n[action.\"{} {{a: node}} {{b: node}}\"]\n{end}", "x".repeat(400_000)),
            "- `restart n1`",
        ),
        (
            "reactions",
            format!(
                "nodes = 64\n{var}[reaction.r]\nfor = {{ a = \"node\", b = \"node\", c = \"node\" }}\nset = {{ \"v(a)\" = \"b\" }}\n{end}"
            ),
            "- `restart n1`",
        ),
        (
            "drills",
            format!(
                "nodes = 64\n[drill.d]\nfor = {{ a = \"node\", b = \"node\", c = \"node\" }}\ndo = [\"crash on {{a}}\"]\nexpect = \"up(a)\"\n{end}"
            ),
            "- `restart n1`",
        ),
        (
            "quantifiers",
            "nodes = 64\n[health]\nend = \"all a, b, c, d: up(a) or up(d)\"\n".to_owned(),
            "- `restart n1`",
        ),
        (
            "definitions",
            format!(
                "nodes = 2\n[define]\nd0 = \"up(n1)\"\n{}[health]\nend = \"d59\"\n",
                many(&|n| format!("d{} = \"d{n} == (up(n2) and d{n})\"\n", n + 1), 59)
            ),
            "- `restart n1`",
        ),
        (
            "sums of sums",
            format!(
                "nodes = 2\n[define]\nd0 = \"1\"\n{}[health]\nend = \"d59 > 0\"\n",
                many(&|n| format!("d{} = \"d{n} + d{n}\"\n", n + 1), 59)
            ),
            "- `restart n1`",
        ),
        (
            "a great number",
            "nodes = 2\n[health]\nend = \"(count n: up(n)) + 9223372036854775807 > 0\"\n".to_owned(),
            "- `restart n1`",
        ),
        (
            "copies of steps",
            format!("nodes = 64\n{end}"),
            "- `for each a`\n  - `for each b`\n    - `for each c`\n      - `for each d`\n        - `restart {a}`",
        ),
        (
            "tries of tries",
            format!("nodes = 2\n{end}"),
            "- `repeat at most 32 until up(n1)`\n  1. `repeat at most 32 until up(n1)`\n     1. `repeat at most 32 until up(n1)`\n        1. `restart n1`\n",
        ),
        (
            "mistakes",
            format!("nodes = 2\n[health]\n{}", many(&|n| format!("e{n} = \"x{n}\"\n"), 60_000)),
            "- `restart n1`",
        ),
        ("slow reactions", format!("nodes = 1\n{slow}{end}"), "- `restart n1`"),
        (
            "variables",
            format!(
                "nodes = 64\n{}{end}",
                many(&|n| format!("[var.v{n}]\nper = \"node\"\nvalues = [\"a\", \"b\"]\n"), 1000)
            ),
            "- `restart n1`",
        ),
        ("orders", "nodes = 64\n[health]\nend = \"all n: up(n)\"\n".to_owned(), "- `for each n` `power off {n}`"),
    ]
}

#[test]
fn a_small_file_that_comes_to_something_large_ends_soon_and_in_little_memory() {
    for (name, world, list) in expanding() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("world.toml"), world).unwrap();
        let crash = "faults = { crash = 63 }";
        let block = if name == "orders" { crash } else { "" };
        let runbook = format!("```toml runproof\nworld = \"world.toml\"\n{block}\n```\n\n{list}\n");
        std::fs::write(folder.path().join("runbook.md"), runbook).unwrap();
        for command in [
            "check runbook.md",
            "states world.toml",
            "orderings runbook.md",
            "slips runbook.md",
            "plan world.toml --runbook runbook.md",
            "rollback runbook.md",
            "service runbook.md",
            "repair runbook.md",
            "export runbook.md --to promela",
        ] {
            let limits = "--time 200ms --states 2000";
            let started = Instant::now();
            let found = in_shell(folder.path(), &format!("ulimit -v 1500000; exec $P {command} {limits} >/dev/null"));
            let spent = started.elapsed();
            let said = String::from_utf8_lossy(&found.stderr);
            assert!(matches!(found.status.code(), Some(0..=3)), "{name}, {command}: {} {said}", found.status);
            assert!(spent < Duration::from_secs(15), "{name}, {command} took {spent:?}");
        }
    }
}
