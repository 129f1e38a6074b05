//! `runproof slips` and claims about slips, as people and scripts meet them; and that the looks it proposes do what it says.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use unicode_width::UnicodeWidthStr;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const AS_WRITTEN: &str = "models/nt4-cluster/q223258-as-written.md";

/// Standard output and standard error, once the exit code is as expected.
fn ran(arguments: &[&str], code: i32) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    command.args(arguments).current_dir(ROOT).env_remove("NO_COLOR").stdin(Stdio::null());
    let output = command.output().expect("the command was built");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the command prints UTF-8");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}{err}");
    (out, err)
}

fn printed(arguments: &[&str], code: i32) -> String {
    ran(arguments, code).0
}

fn json(arguments: &[&str], code: i32) -> Value {
    serde_json::from_str(&printed(arguments, code)).expect("it is JSON")
}

#[test]
fn a_matrix_has_a_row_for_each_step_and_a_look_for_each_silent_cell() {
    let text = printed(&["slips", "tests/slips/steps.md"], 0);
    let row = |number: &str| {
        let row = text.lines().find(|line| line.trim_start().starts_with(number)).expect("there is such a row");
        row.split_whitespace().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("1 install"), "BAD signs BAD bad signs ·");
    assert_eq!(row("4 restart B"), "BAD ok · BAD ok BAD");
    assert!(text.contains("step 2 (restart A) skipped: after step 2, check not restart-pending(A)"), "{text}");
    assert!(text.contains("tolerance: none"), "{text}");
    assert!(text.contains("skipped: steps 1–4"), "{text}");
    assert!(text.lines().all(|line| line.width() <= 80), "{text}");
    assert_eq!(text, printed(&["slips", "tests/slips/steps.md"], 0), "twice the same bytes");
}

#[test]
fn what_is_not_to_happen_ends_with_one() {
    printed(&["slips", "tests/slips/steps.md", "--fail-on", "silent"], 1);
    printed(&["slips", "tests/slips/looked-at.md", "--fail-on", "silent"], 0);
    printed(&["slips", "tests/slips/looked-at.md", "--fail-on", "bad"], 1);
    printed(&["slips", "tests/slips/never.md", "--fail-on", "bad"], 0);
}

#[test]
fn a_run_is_shown_with_what_was_meant() {
    let text = printed(&["slips", "tests/slips/steps.md", "--step", "restart A", "--slip", "skipped"], 0);
    assert!(text.starts_with("step 2 (restart A) skipped\n  nothing shows that anything went wrong\n"), "{text}");
    assert!(text.contains("    2 * restart A"), "{text}");
    assert!(text.contains("unhealthy: driver(A) == v2 does not hold"), "{text}");
    // Without a kind, whatever is worst there.
    let worst = printed(&["slips", "tests/slips/steps.md", "--step", "2"], 0);
    assert!(worst.contains("nothing shows that anything went wrong"), "{worst}");
    let text = printed(&["slips", "tests/slips/steps.md", "--step", "2", "--slip", "twice"], 0);
    assert_eq!(text, "nothing bad comes of it in any good order\n");
    let text = printed(&["slips", "tests/slips/steps.md", "--step", "1", "--slip", "wrong-node"], 0);
    assert!(text.starts_with("install driver-2 on B in place of step 1 (install driver-2 on A)\n"), "{text}");
    assert!(text.contains("what shows it is a step that is refused or fails, and no event"), "{text}");
}

#[test]
fn a_step_that_is_not_there_is_a_mistake() {
    let (_, error) = ran(&["slips", "tests/slips/steps.md", "--step", "restart C"], 2);
    assert!(error.contains("no step is called `restart C`"), "{error}");
    let (_, error) = ran(&["slips", AS_WRITTEN, "--step", "restart B"], 2);
    assert!(error.contains("may be several steps: write 5 (`restart B`) or 7 (`restart B (2)`)"), "{error}");
    let (_, error) = ran(&["slips", "tests/slips/steps.md", "--slip", "skipped"], 2);
    assert!(error.contains("--step"), "{error}");
    ran(&["slips", "tests/slips/none.md"], 2);
    ran(&["slips", "tests/slips/steps.md", "--most", "9"], 2);
}

#[test]
fn a_limit_is_undecided() {
    let (text, error) = ran(&["slips", "tests/slips/steps.md", "--states", "3"], 3);
    assert!(text.contains("undecided: the limit on states was hit"), "{text}");
    assert!(error.contains("undecided"), "{error}");
}

#[test]
fn json_has_every_cell_and_every_smallest_set() {
    let value = json(&["slips", "tests/slips/steps.md", "--json"], 0);
    assert_eq!(value["schema_version"], 2);
    let slips = &value["slips"];
    assert_eq!((&slips["good"], &slips["tolerance"]["looked_at"]), (&Value::from("1"), &Value::from(1)));
    let first = &slips["steps"][0];
    assert_eq!((&first["number"], &first["sentence"]), (&Value::from(1), &Value::from("install driver-2 on A")));
    let cells = first["cells"].as_array().expect("cells are a list");
    let kinds: Vec<&str> = cells.iter().filter_map(|cell| cell["kind"].as_str()).collect();
    let wanted =
        ["skipped", "twice", "swapped", "wrong-node", "cut-short", "half-way", "crash", "crash", "fault", "fault"];
    assert_eq!(kinds, wanted);
    assert_eq!(cells[0]["harm"], "silent");
    assert_eq!(cells[0]["check"]["condition"], "restart-pending(A)");
    assert!(slips["tolerance"]["sets"].as_array().is_some_and(|sets| !sets.is_empty()));
    let shown = json(&["slips", "tests/slips/steps.md", "--step", "2", "--slip", "skipped", "--json"], 0);
    assert_eq!(shown["slips"]["shown"]["silent"], true);
    assert_eq!(shown["slips"]["shown"]["meant"].as_array().map(Vec::len), Some(4));
    let wrong = json(&["slips", "tests/bad/resolve/tolerates.md", "--json"], 2);
    assert!(wrong["slips"].is_null() && wrong["mistakes"].as_array().is_some_and(|mistakes| mistakes.len() == 3));
}

#[test]
fn claims_about_slips_have_a_run_that_contradicts_them_or_bears_them_out() {
    let text = printed(&["check", "tests/slips/steps.md"], 1);
    assert!(text.contains("✓ forgives-crashes: tolerates crash = 1, disk fails = 1"), "{text}");
    assert!(text.contains("✗ forgives-slips: tolerates slips = 1 · with "), "{text}");
    assert!(text.contains("✗ nothing-is-silent: no silent slips · step 1 "), "{text}");
    assert!(text.contains("✓ something-is-silent: some slips are silent · step 1 "), "{text}");
    assert!(text.contains("claim forgives-slips fails"), "{text}");
    let trace = printed(&["trace", "tests/slips/steps.md", "--claim", "something-is-silent"], 0);
    assert!(trace.contains("borne out by this run"), "{trace}");
    let trace = printed(&["trace", "tests/slips/steps.md", "--claim", "nothing-is-silent"], 0);
    assert!(trace.contains("contradicted by this run") && trace.contains("driver(A) is v1"), "{trace}");
}

#[test]
fn where_no_order_is_good_nothing_is_claimed_of_slips() {
    let text = printed(&["check", "tests/slips/never.md"], 1);
    assert!(text.contains("✗ nothing-is-silent: no silent slips · no order is good"), "{text}");
    assert!(text.contains("✗ forgives-everything: tolerates slips = 2, crash = 2 · no order is good"), "{text}");
    assert!(printed(&["slips", "tests/slips/never.md"], 0).contains("no order is good"));
}

/// Every look that is proposed for a runbook, as the runbook's `if` says it.
fn looks(runbook: &str) -> Vec<String> {
    let value = json(&["slips", runbook, "--json"], 0);
    let steps = value["slips"]["steps"].as_array().expect("steps are a list");
    let cells = steps.iter().flat_map(|step| step["cells"].as_array().expect("cells are a list"));
    cells.filter_map(|cell| Some(cell["check"]["condition"].as_str()?.to_owned())).collect()
}

#[test]
fn the_looks_that_are_proposed_are_conditions_that_a_runbook_may_have() {
    let directory = tempfile::tempdir().unwrap();
    for runbook in [AS_WRITTEN, "models/nt4-cluster/q223258-recover.md", "models/nt4-cluster/q218922-serving.md"] {
        let looks = looks(runbook);
        let world = Path::new(ROOT).join(runbook).with_file_name("world.toml");
        let steps = looks.iter().map(|look| format!("1. `if {look}` `power off A`\n"));
        let text = format!(
            "# Look\n\n```toml runproof\nworld = {:?}\n```\n\n{}",
            world.display().to_string(),
            steps.collect::<String>()
        );
        let file = directory.path().join("looks.md");
        std::fs::write(&file, text).unwrap();
        if !looks.is_empty() {
            printed(&["--allow-outside", "lower", &file.display().to_string()], 0);
        }
    }
    assert!(looks(AS_WRITTEN).contains(&"dtc(B) == clustered".to_owned()));
}

#[test]
fn a_look_where_it_is_proposed_makes_a_silent_slip_an_announced_one() {
    let before = printed(&["slips", AS_WRITTEN, "--fail-on", "silent"], 1);
    let before = before.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        before.contains("step 18 (msdtc -join on B) skipped: after step 18, check dtc(B) == clustered"),
        "{before}"
    );
    let text = printed(&["slips", "tests/slips/q223258-looked-at.md", "--fail-on", "silent"], 0);
    assert!(text.contains("no single slip ends badly without a sign"), "{text}");
    let skipped = ["--step", "msdtc -join on B", "--slip", "skipped"];
    let run = printed(&[&["slips", "tests/slips/q223258-looked-at.md"][..], &skipped].concat(), 0);
    assert!(run.contains("raised only because of it: somebody-was-called"), "{run}");
    printed(&["check", "tests/slips/q223258-looked-at.md"], 0);
}
