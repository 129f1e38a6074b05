//! `runproof plan`, `rollback` and `service` as people use them: what the pages under `docs/` show is what the command prints.

use std::path::Path;
use std::process::{Command, Output};

fn runproof(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runproof"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .output()
        .expect("the command runs")
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

/// Words of a command line; what stands between quotes is one.
fn words(line: &str) -> Vec<String> {
    let pieces = line.split('"').enumerate();
    let parts = pieces.flat_map(|(at, piece)| match at % 2 {
        1 => vec![piece.to_owned()],
        _ => piece.split_whitespace().map(str::to_owned).collect(),
    });
    parts.collect()
}

#[test]
fn what_the_pages_show_is_what_is_printed() {
    let mut shown = 0;
    for page in ["docs/plan.md", "docs/service.md"] {
        let text =
            std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).expect("the page is there");
        for block in text.split("```console\n").skip(1) {
            let block = block.split("\n```").next().expect("a block ends");
            let Some((line, wanted)) = block.split_once('\n') else { continue };
            let Some(command) = line.strip_prefix("$ runproof ") else { continue };
            let words = words(command);
            let output = runproof(&words.iter().map(String::as_str).collect::<Vec<&str>>());
            let is = printed(&output);
            assert_eq!(is.trim_end(), wanted.trim_end(), "{page}: {line}\n{is}");
            assert!(wanted.lines().all(|line| line.chars().count() <= 80), "{page}: {line}: a line is too wide");
            shown += 1;
        }
    }
    assert!(shown >= 5, "the pages show {shown} commands");
}

#[test]
fn a_wrong_state_file_gives_its_mistakes_and_ends_with_two() {
    let bad = |name: &str| format!("tests/bad/state/{name}");
    for (file, code) in [("unknown-variable.toml", "R104"), ("other-world.toml", "R220")] {
        let output = runproof(&["plan", "tests/bad/world.toml", "--from", &bad(file)]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(code) && said.contains(file), "{said}");
        let json = runproof(&["plan", "tests/bad/world.toml", "--from", &bad(file), "--json"]);
        let value: serde_json::Value = serde_json::from_str(&printed(&json)).expect("it is JSON");
        assert!(value["plan"].is_null() && value["mistakes"][0]["code"] == code, "{value}");
    }
}

#[test]
fn a_wrong_condition_and_a_wrong_step_are_told_with_their_place() {
    let runbook = "models/tutorial/order/runbook.md";
    let output = runproof(&["plan", "models/tutorial/order/world.toml", "--runbook", runbook, "--to", "upp(A)"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--to:1"), "{}", String::from_utf8_lossy(&output.stderr));
    let output = runproof(&["plan", "models/tutorial/order/world.toml", "--runbook", runbook, "--after", "dance"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no step is called `dance`"));
}

#[test]
fn json_says_the_same_as_the_text() {
    let plan =
        runproof(&["plan", "models/nt4-cluster/world.toml", "--from", "tests/states/both-undone.toml", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&printed(&plan)).expect("it is JSON");
    assert_eq!(value["plan"]["outcome"], "plan");
    let steps = value["plan"]["plan"].as_array().expect("a list");
    assert_eq!(steps.last().expect("an end")["do"], "done");
    for command in ["rollback", "service"] {
        let output = runproof(&[command, "models/tutorial/order/runbook.md", "--json"]);
        assert_eq!(output.status.code(), Some(0));
        let value: serde_json::Value = serde_json::from_str(&printed(&output)).expect("it is JSON");
        assert!(value[command]["rows"].as_array().is_some_and(|rows| !rows.is_empty()), "{value}");
    }
}

#[test]
fn a_limit_that_is_hit_is_undecided() {
    let from = ["plan", "models/nt4-cluster/world.toml", "--from", "tests/states/both-undone.toml", "--states", "3"];
    let output = runproof(&from);
    assert_eq!(output.status.code(), Some(3));
    assert!(printed(&output).contains("undecided"));
}
