//! The command as people and scripts meet it: exit codes, forms of output, terminals and pipes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use unicode_width::UnicodeWidthStr;

const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stranger/models");

/// The command, in the directory of the models, so that paths are short.
fn runproof(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    command.args(arguments).current_dir(MODELS).env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

fn ran(arguments: &[&str]) -> Output {
    runproof(arguments).output().expect("the command was built")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the command prints UTF-8")
}

/// Standard output, once the exit code is as expected.
fn printed(arguments: &[&str], code: i32) -> String {
    let output = ran(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// Standard error, once the exit code is as expected.
fn complained(arguments: &[&str], code: i32) -> String {
    let output = ran(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stderr)
}

/// A directory with files in it.
fn with_files(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

fn model(name: &str) -> String {
    std::fs::read_to_string(Path::new(MODELS).join(name)).unwrap()
}

fn shown(path: PathBuf) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn all_claims_hold_is_zero() {
    let report = printed(&["check", "careful.md"], 0);
    assert!(report.contains("always healthy: the only order is good"), "{report}");
    assert!(report.contains("✓ as-written"), "{report}");
}

#[test]
fn a_failing_claim_is_one_and_shows_the_run_that_contradicts_it() {
    let report = printed(&["check", "careless.md"], 1);
    assert!(report.contains("order matters: 2 of 20 orders are good (10.0%), 18 never end well"), "{report}");
    assert!(report.contains("✗ whatever-the-order"), "{report}");
    assert!(report.contains("✗ always: serving does not hold"), "{report}");
}

#[test]
fn several_runbooks_end_in_a_table() {
    let report = printed(&["check", "."], 1);
    let table = &report[report.rfind("runbook ").expect("the table has a heading")..];
    assert!(table.contains("careful ") && table.contains("2 of 20") && table.contains("1 of 3 fail"), "{table}");
}

#[test]
fn a_wrong_file_is_two_and_does_not_keep_others_from_being_decided() {
    let wrong = model("careful.md").replace("`stop web on A`", "`stopp web on A`");
    let directory = with_files(&[
        ("world.toml", &model("world.toml")),
        ("careless.md", &model("careless.md")),
        ("wrong.md", &wrong),
    ]);
    let output = ran(&["check", &shown(directory.path().to_owned())]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("order matters: 2 of 20"));
    assert!(text(&output.stderr).contains("R201") && text(&output.stderr).contains("did you mean"));
}

#[test]
fn a_path_without_a_runbook_is_two_and_says_so() {
    let directory = with_files(&[("notes.md", "# Notes\n\nNothing to check.\n")]);
    assert!(complained(&["check", &shown(directory.path().to_owned())], 2).contains("no runbook here"));
    assert!(complained(&["check", &shown(directory.path().join("notes.md"))], 2).contains("no runbook"));
    assert!(complained(&["check", "nowhere"], 2).contains("nowhere: No such file"));
}

#[test]
fn a_limit_that_was_hit_is_three() {
    let report = printed(&["check", "careless.md", "--states", "1"], 3);
    assert!(report.contains("undecided: the limit on states was hit"), "{report}");
}

#[test]
fn a_runbook_without_claims_never_fails() {
    let block = model("careless.md");
    let without =
        format!("{}{}", &block[..block.find("[[claim]]").unwrap()], &block[block.find("```\n\n- ").unwrap()..]);
    let directory = with_files(&[("world.toml", &model("world.toml")), ("careless.md", &without)]);
    let report = printed(&["check", &shown(directory.path().join("careless.md"))], 0);
    assert!(report.contains("order matters: 2 of 20"), "{report}");
}

#[test]
fn a_mistake_on_the_command_line_is_two_and_help_is_zero() {
    complained(&["chekc"], 2);
    complained(&["check", "--states", "many"], 2);
    complained(&[], 2);
    assert!(printed(&["--help"], 0).contains("Exit codes:"));
    printed(&["--version"], 0);
}

#[test]
fn a_trace_shows_the_run_of_a_claim_and_names_the_nearest_claim_for_a_wrong_one() {
    assert!(printed(&["trace", "careless.md"], 0).contains("── no order of the remaining steps ends well"));
    let run = printed(&["trace", "careless.md", "--claim", "whatever-the-order"], 0);
    assert!(run.contains("contradicted by this run"), "{run}");
    assert!(printed(&["trace", "careful.md"], 0).contains("every order is good"));
    assert!(complained(&["trace", "careless.md", "--claim", "how-may"], 2).contains("did you mean `how-many`?"));
}

#[test]
fn a_trace_shows_the_shortest_run_of_a_class() {
    let run = printed(&["trace", "careless.md", "--class", "1"], 0);
    assert!(run.starts_with("class 1: 18 orders, rule 1 broken: `serving` breaks"), "{run}");
    assert!(run.contains("shortest of the class · breaks `serving` at step 2"), "{run}");
    assert!(complained(&["trace", "careless.md", "--class", "2"], 2).contains("has one class"));
    assert!(complained(&["trace", "careless.md", "--class", "0"], 2).contains("has one class"));
    assert!(complained(&["trace", "careful.md", "--class", "1"], 2).contains("has no class"));
    complained(&["trace", "careless.md", "--class", "1", "--states", "1"], 3);
    complained(&["trace", "careless.md", "--class", "1", "--claim", "how-many"], 2);
}

#[test]
fn a_trace_shows_a_run_of_an_order_that_somebody_writes_down() {
    let by_place = printed(&["trace", "careless.md", "--ordering", "1; 2; 3; 4; 5; 6"], 0);
    assert!(by_place.contains("every run of this order is good"), "{by_place}");
    let by_sentence = "`stop web on A` | install upgrade on A | start web on A | 4 | 5 | 6";
    assert_eq!(printed(&["trace", "careless.md", "--ordering", by_sentence], 0), by_place);
    let bad = printed(&["trace", "careless.md", "--ordering", "4;1;2;3;5;6"], 0);
    assert!(bad.contains("breaks `serving` at step 2"), "{bad}");
    complained(&["trace", "careless.md", "--ordering", "1;2;3;4;5;6", "--states", "1"], 3);
}

#[test]
fn an_order_that_the_runbook_does_not_allow_says_what_to_write() {
    for (order, wanted) in [
        ("stop", "no step is called `stop`; did you mean `stop web on A` or `stop web on B`?"),
        ("stop web on C", "did you mean `stop web on"),
        ("9", "no step is called `9`: write its label, its sentence, or its place from 1"),
        ("2", "`install upgrade on A` may not come at place 1: at the start the runbook allows `stop web on A` or"),
        ("1;1", "`stop web on A` comes twice, the second time at place 2"),
        ("1;2;3", "the order is not complete: `stop web on B` is to come next"),
        ("1;2;3;4;5;6;1", "`stop web on A` comes twice"),
        ("", "the order is empty"),
    ] {
        let said = complained(&["trace", "careless.md", "--ordering", order], 2);
        assert!(said.contains(wanted), "{order}: {said}");
    }
}

#[test]
fn a_card_says_which_orders_work() {
    let card = printed(&["orderings", "careless.md"], 0);
    assert!(card.contains("\nan order is good exactly when\n  1. on either node n, with m the other one:"), "{card}");
    assert!(card.contains("how the others fail\n"), "{card}");
    assert!(!card.contains("claims"), "{card}");
    assert_eq!(printed(&["orderings", "careless.md", "--absolute"], 0), card);
    complained(&["orderings", "careless.md", "--states", "1"], 3);
    complained(&["orderings", "nowhere.md"], 2);
    complained(&["orderings", "world.toml"], 2);
    let value: serde_json::Value = serde_json::from_str(&printed(&["orderings", "careless.md", "--json"], 0)).unwrap();
    assert_eq!((&value["rules"]["exact"], &value["classes"][0]["count"]), (&true.into(), &"18".into()));
    assert_eq!(value["rules"]["rules"][0]["never"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_card_says_once_how_the_orders_fail() {
    for name in ["kubelets-first.md", "going-back.md"] {
        let runbook = format!("{}/models/kubernetes/{name}", env!("CARGO_MANIFEST_DIR"));
        let card = printed(&["orderings", &runbook], 0);
        assert_eq!(card.matches("how the orders fail").count(), 1, "{card}");
    }
}

#[test]
fn all_good_orders_go_to_a_file_up_to_a_limit() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("orders.txt");
    let to = shown(file.clone());
    printed(&["orderings", "careless.md", "--all", &to], 0);
    let lines = std::fs::read_to_string(&file).unwrap();
    assert_eq!(lines.lines().count(), 2);
    for line in lines.lines() {
        assert!(printed(&["trace", "careless.md", "--ordering", line], 0).contains("every run of this order is good"));
    }
    let said = complained(&["orderings", "careless.md", "--all", &to, "--most", "1"], 0);
    assert!(said.contains("only the first 1 of the good orders"), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 1);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left behind");
    let nowhere = shown(directory.path().join("no").join("orders.txt"));
    assert!(complained(&["orderings", "careless.md", "--all", &nowhere], 2).contains("there is no folder"));
}

#[test]
fn a_world_alone_says_how_many_states_and_what_breaks() {
    let report = printed(&["states", "world.toml"], 1);
    assert!(report.contains("✗ serving"), "{report}");
}

#[test]
fn stats_say_what_the_states_are_made_of_and_only_where_they_are_asked_for() {
    let plain = printed(&["check", "careless.md"], 1);
    let report = printed(&["check", "careless.md", "--stats"], 1);
    let added = report.strip_prefix(&plain).expect("the rest of the report is as without");
    let parts =
        ["what the states are made of", "web(A) ", "stop web on A ", "what the reductions save", "dead-variables "];
    assert!(parts.iter().all(|part| added.contains(part)), "{added}");
    assert!(report.lines().all(|line| line.width() <= 80), "{report}");
    let limited = printed(&["check", "careless.md", "--stats", "--states", "4"], 3);
    assert!(limited.contains("the limit on states was hit"), "{limited}");
    let less = printed(&["check", "careless.md", "--stats", "--without", "dead-variables"], 1);
    assert!(!less.contains("\n  dead-variables "), "what is left out anyway saves nothing: {less}");

    let alone = printed(&["states", "world.toml", "--stats"], 1);
    assert!(alone.contains("possible in") && !alone.contains("what the reductions save"), "{alone}");

    let json =
        |arguments: &[&str], code| -> serde_json::Value { serde_json::from_str(&printed(arguments, code)).unwrap() };
    assert!(json(&["check", "careless.md", "--json"], 1)["runbooks"][0].get("stats").is_none());
    let stats = &json(&["check", "careless.md", "--json", "--stats"], 1)["runbooks"][0]["stats"];
    assert_eq!(stats["limit"], serde_json::Value::Null);
    let without: Vec<u64> =
        stats["variables"].as_array().unwrap().iter().map(|v| v["states_without"].as_u64().unwrap()).collect();
    assert!(
        without.is_sorted() && without.iter().all(|states| *states <= stats["states"].as_u64().unwrap()),
        "{stats}"
    );
    assert_eq!(stats["reductions"].as_array().unwrap().len(), 4);
    assert!(
        json(&["states", "world.toml", "--json", "--stats"], 1)["world"]["stats"]["reductions"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn json_is_one_value_with_a_version() {
    for (arguments, code) in [
        (vec!["check", ".", "--json"], 1),
        (vec!["check", "careless.md", "--json", "--states", "1"], 3),
        (vec!["trace", "careless.md", "--json"], 0),
        (vec!["trace", "careful.md", "--json"], 0),
        (vec!["orderings", "careless.md", "--json"], 0),
        (vec!["states", "world.toml", "--json"], 1),
    ] {
        let value: serde_json::Value = serde_json::from_str(&printed(&arguments, code)).unwrap();
        assert_eq!(value["schema_version"], 2, "{arguments:?}");
    }
    let value: serde_json::Value = serde_json::from_str(&printed(&["check", "careless.md", "--json"], 1)).unwrap();
    let report = &value["runbooks"][0];
    assert_eq!(report["counts"]["good"], "2");
    assert_eq!(report["claims"][0]["answer"], "fails");
    assert_eq!(report["counterexample"]["rows"][0]["text"], "stop web on A");
}

#[test]
fn json_names_the_mistakes_of_wrong_files() {
    let directory = with_files(&[("world.toml", "title = Two"), ("a.md", &model("careful.md"))]);
    let value = printed(&["check", "--json", &shown(directory.path().to_owned())], 2);
    let value: serde_json::Value = serde_json::from_str(&value).unwrap();
    assert_eq!(value["mistakes"][0]["code"], "R001");
    assert_eq!(value["mistakes"][0]["line"], 1);
}

#[test]
fn what_is_piped_has_no_escapes_and_fits_eighty_columns() {
    let commands: [&[&str]; 15] = [
        &["check", "."],
        &["orderings", "careless.md"],
        &["trace", "careless.md", "--class", "1"],
        &["trace", "careless.md", "--ordering", "1;2;3;4;5;6"],
        &["trace", "careless.md"],
        &["states", "world.toml"],
        &["explain", "R201"],
        &["--help"],
        &["check", "--help"],
        &["trace", "--help"],
        &["states", "--help"],
        &["lower", "--help"],
        &["explain", "--help"],
        &["schema", "--help"],
        &["completions", "--help"],
    ];
    for arguments in commands {
        let output = ran(arguments);
        let out = text(&output.stdout);
        assert!(!out.is_empty() && !out.contains('\u{1b}'), "{arguments:?}\n{out}");
        assert!(!text(&output.stderr).contains('\u{1b}'), "{arguments:?}");
        for line in out.lines() {
            assert!(line.width() <= 80, "{arguments:?}: {line}");
        }
    }
}

#[test]
fn two_runs_give_the_same_bytes() {
    assert_eq!(printed(&["check", "."], 1), printed(&["check", "."], 1));
    assert_eq!(printed(&["check", ".", "--json"], 1), printed(&["check", ".", "--json"], 1));
}

#[test]
fn a_reader_that_goes_away_is_no_crash_and_the_exit_code_stays_true() {
    let mut child =
        runproof(&["check", "."]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command was built");
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(1), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_four() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = runproof(&["check", "."]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(text(&output.stderr).contains("cannot write"));
}

#[test]
fn every_code_can_be_explained_and_no_other() {
    for entry in runproof::diag::TABLE {
        let text = printed(&["explain", entry.name], 0);
        assert!(text.starts_with(entry.name) && text.contains(entry.title), "{text}");
    }
    complained(&["explain", "R999"], 2);
    assert_eq!(printed(&["explain", "r001"], 0), printed(&["explain", "R001"], 0));
}

#[test]
fn lowering_schemas_and_completions_print_something_that_scripts_can_use() {
    assert!(printed(&["lower", "world.toml"], 0).contains("install upgrade on A"));
    for of in ["world", "block"] {
        let schema: serde_json::Value = serde_json::from_str(&printed(&["schema", of], 0)).unwrap();
        assert!(schema["$schema"].is_string());
    }
    assert!(printed(&["completions", "bash"], 0).contains("runproof"));
}
