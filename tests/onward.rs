//! `runproof plan`, `rollback` and `service` as people use them: what the pages under `docs/` show is what the command prints.

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
