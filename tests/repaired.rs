//! Repairs of runbooks in files: what is written, what it comes to when it is read again, and how the command ends.

use runproof::check::{Repaired, Repairing, repair};
use runproof::report::RepairOutcome;
use runproof::{Budget, Runbook};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MAY: Repairing = Repairing { edits: 2, keep_steps: false };

fn model(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name)
}

/// A world with three switches, of which the second needs the first.
const WORLD: &str = r#"
title = "Switches"
nodes = ["box"]

[var]
a = { values = ["off", "on"] }
b = { values = ["off", "on"] }
c = { values = ["off", "on"] }

[action."switch a on"]
set = { a = "on" }

[action."switch b on"]
needs = "a == on"
set = { b = "on" }

[action."switch b off"]
set = { b = "off" }

[action."switch c on"]
set = { c = "on" }

[health]
all-on = "a == on and b == on and c == on"
"#;

/// A runbook with these lists beside that world.
fn with_lists(lists: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("world.toml"), WORLD).unwrap();
    let path = directory.path().join("runbook.md");
    std::fs::write(&path, format!("# Test\n\n```toml runproof\nworld = \"world.toml\"\n```\n\n{lists}")).unwrap();
    (directory, path)
}

fn repaired(path: &Path, may: Repairing) -> Repaired {
    repair(path, may, &Budget::default()).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// The lists of the repaired text, which was written to the file and found good.
fn lists_after(lists: &str, may: Repairing) -> (Vec<String>, String) {
    let (directory, path) = with_lists(lists);
    let done = repaired(&path, may);
    assert_eq!(done.report.outcome, RepairOutcome::Repaired, "{:?}", done.report);
    let text = done.text.unwrap();
    std::fs::write(&path, &text).unwrap();
    assert_eq!(repaired(&path, may).report.outcome, RepairOutcome::NotNeeded, "{text}");
    drop(directory);
    let start = text.find("```\n\n").unwrap() + 5;
    (done.report.edits, text[start..].to_owned())
}

#[test]
fn a_step_that_is_missing_is_put_in() {
    let (edits, lists) = lists_after("1. `switch b on`\n2. `switch c on`\n", MAY);
    assert_eq!(edits, ["add `switch a on` before `switch b on`"]);
    assert_eq!(lists, "1. `switch a on`\n2. `switch b on`\n3. `switch c on`\n");
}

#[test]
fn a_step_that_comes_too_late_is_moved_with_its_words_and_ends_of_lines_stay() {
    let before =
        "1. Both:\r\n   - `switch c on`\r\n   - `switch b on`\r\n2. At last, `switch a on`\r\n   and rest.\r\n";
    let (edits, lists) = lists_after(before, MAY);
    assert_eq!(edits, ["move `switch a on` before `switch c on`"]);
    let after = "1. At last, `switch a on`\r\n   and rest.\r\n2. Both:\r\n   - `switch c on`\r\n   - `switch b on`\r\n";
    assert_eq!(lists, after);
}

#[test]
fn a_step_that_does_harm_is_left_out_unless_all_are_to_stay() {
    let before = "1. `switch a on`\n2. `switch b on`\n3. `switch b off`\n4. `switch c on`\n";
    let (edits, lists) = lists_after(before, MAY);
    assert_eq!(edits, ["leave out `switch b off`"]);
    assert_eq!(lists, "1. `switch a on`\n2. `switch b on`\n3. `switch c on`\n");
    let (edits, lists) = lists_after(before, Repairing { keep_steps: true, ..MAY });
    assert_eq!(edits, ["move `switch b on` after `switch b off`"]);
    assert_eq!(lists, "1. `switch a on`\n2. `switch b off`\n3. `switch b on`\n4. `switch c on`\n");
}

#[test]
fn a_precedence_puts_two_bullets_into_a_numbered_list() {
    let (edits, lists) = lists_after("- first `switch b on`\n  here\n- `switch a on`\n- `switch c on`\n", MAY);
    assert_eq!(edits, ["put `switch a on` before `switch b on`"]);
    let after = "- In this order:\n  1. `switch a on`\n  2. first `switch b on`\n     here\n- `switch c on`\n";
    assert_eq!(lists, after);
}

#[test]
fn a_step_that_may_not_be_left_out_loses_its_box() {
    let (edits, lists) = lists_after("1. `switch a on`\n2. [ ] `switch b on`\n3. `switch c on`\n", MAY);
    assert_eq!(edits, ["do `switch b on` in any case"]);
    assert_eq!(lists, "1. `switch a on`\n2. `switch b on`\n3. `switch c on`\n");
}

#[test]
fn an_item_with_a_condition_moves_as_a_whole() {
    let (edits, lists) = lists_after("1. `if a == on` `switch b on`\n2. `switch a on`\n3. `switch c on`\n", MAY);
    assert_eq!(edits, ["move `switch b on` after `switch a on`"]);
    assert_eq!(lists, "1. `switch a on`\n2. `if a == on` `switch b on`\n3. `switch c on`\n");
}

#[test]
fn a_step_before_a_bulleted_list_gets_a_list_of_its_own() {
    let (edits, lists) = lists_after("- `switch b on`\n- `switch c on`\n", MAY);
    assert_eq!(edits, ["add `switch a on` before `switch b on`"]);
    assert_eq!(lists, "- `switch a on`\n\nThen:\n\n- `switch b on`\n- `switch c on`\n");
}

#[test]
fn where_there_is_no_repair_it_says_what_was_tried() {
    let (_directory, path) = with_lists("1. `switch b on`\n");
    let one = repaired(&path, Repairing { edits: 1, ..MAY });
    assert_eq!((one.report.outcome, one.text), (RepairOutcome::None, None));
    let closest = "closest: add `switch a on` before `switch b on`; then at the end c == on may not hold";
    assert_eq!(one.report.reasons, ["every single edit was tried", closest]);
    assert_eq!(repaired(&path, MAY).report.edits.len(), 2);
}

#[test]
fn claims_that_change_or_can_no_longer_be_read_are_told() {
    let (directory, path) = with_lists("1. `switch a on`\n2. `switch b on`\n3. `switch b off`\n4. `switch c on`\n");
    let claims = "world = \"world.toml\"\n\n[[claim]]\nid = \"never\"\nno = \"healthy\"\n\n[[claim]]\nid = \"off\"\n\
                  where = \"switch b off before switch c on\"\nno = \"healthy\"\n";
    let text = std::fs::read_to_string(&path).unwrap().replace("world = \"world.toml\"\n", claims);
    std::fs::write(&path, text).unwrap();
    let report = repaired(&path, MAY).report;
    let changed: Vec<(&str, bool)> = report.claims.iter().map(|claim| (&claim.id[..], claim.is.is_some())).collect();
    assert_eq!(changed, [("never", true), ("off", false)]);
    let shown = String::from_utf8(ran(&path, &[]).stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("never fails (held before)"), "{shown}");
    assert!(shown.contains("before the file can be checked: off (it can no longer be read)"), "{shown}");
    assert!(shown.contains("leaves out 1 step of the runbook; `--keep-steps` looks for one that keeps all"), "{shown}");
    drop(directory);
}

/// A copy of a model's folder, to write into.
fn copied(folder: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(model(folder)).unwrap().map(Result::unwrap).filter(|file| file.path().is_file()) {
        std::fs::copy(file.path(), directory.path().join(file.file_name())).unwrap();
    }
    directory
}

#[test]
fn a_file_that_is_written_is_named_with_the_claims_that_keep_it_from_being_checked() {
    let directory = copied("hotfix-queue");
    let path = directory.path().join("two-people.md");
    let done = ran(&path, &["--write"]);
    assert_eq!(done.status.code(), Some(0));
    let shown = String::from_utf8(done.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let broken = "checked: a-restart-in-between-is-enough (its `where` fits no order any more)";
    assert!(shown.contains(broken), "{shown}");
    assert!(shown.contains("keeps 1 of the 4 good orders"), "{shown}");
    assert!(String::from_utf8(done.stderr).unwrap().contains("written to "));
    assert!(std::fs::read_to_string(&path).unwrap().contains("\n1. The first hotfix:\n"));
}

#[test]
fn while_it_is_undecided_whether_fewer_edits_would_do_nothing_is_written() {
    let directory = copied("nt4-cluster");
    let path = directory.path().join("q218922.md");
    let before = std::fs::read_to_string(&path).unwrap();
    let done = ran(&path, &["--write", "--edits", "6", "--states", "3000", "--json"]);
    assert_eq!(done.status.code(), Some(3));
    let value: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&value["repair"]["outcome"], &value["repair"]["written"]), (&"undecided".into(), &false.into()));
    assert!(value["repair"]["diff"].is_string());
    assert!(String::from_utf8(done.stderr).unwrap().contains("not written: whether fewer edits would do"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
}

#[test]
fn orders_that_are_not_ruled_out_alone_are_not_counted_as_kept() {
    let (_directory, path) = with_lists("- `switch b on`\n- `switch c on`\n");
    let report = repaired(&path, MAY).report;
    assert_eq!((report.outcome, report.keeps, report.leaves_out), (RepairOutcome::Repaired, None, 0));
    assert_eq!(repaired(&model("kafka/six-steps.md"), MAY).report.keeps, None, "all 36 are kept");
}

#[test]
fn kafka_needs_all_programs_before_all_protocols() {
    let report = repaired(&model("kafka/six-steps.md"), MAY).report;
    assert_eq!(report.outcome, RepairOutcome::Repaired);
    assert_eq!(report.edits.len(), 1);
    assert_eq!(report.after.unwrap().counts.unwrap().total, "36");
    let diff = report.diff.unwrap();
    assert!(diff.contains("\n+1. In any order:\n+   - `install kafka-3.6 on b1`\n"), "{diff}");
}

#[test]
fn what_the_tutorial_shows_to_be_wrong_can_be_repaired_or_not_at_all() {
    for name in ["order/runbook.md", "refused/runbook.md", "always/careless.md", "drill/runbook.md"] {
        let report = repaired(&model("tutorial").join(name), MAY).report;
        assert_eq!((report.outcome, report.edits.len()), (RepairOutcome::Repaired, 1), "{name}");
    }
    let hopeful = repaired(&model("tutorial/unknown/hopeful.md"), MAY).report;
    assert_eq!(hopeful.outcome, RepairOutcome::None);
    assert!(hopeful.reasons[0].starts_with("beyond repair: "), "{:?}", hopeful.reasons);
}

#[test]
fn a_forgotten_dependency_is_put_in_and_restarts_cost_more_than_none() {
    let report = repaired(&model("nt4-cluster/q223258-dependency.md"), MAY).report;
    assert_eq!(report.edits, ["do `make the MSDTC resource depend on the SQL network name` in any case"]);
    let report = repaired(&model("nt4-cluster/q191138-newer.md"), MAY).report;
    assert_eq!((report.outcome, report.cost.unwrap().restarts), (RepairOutcome::Repaired, 2));
}

#[test]
fn equal_steps_of_a_list_are_all_done_and_all_counted() {
    let may = Repairing { edits: 6, keep_steps: true };
    let budget = Budget { states: Some(1_000_000), ..Budget::default() };
    let lists = "- `restart box`\n- `switch b on`\n- `switch a on`\n- `restart box`\n- `switch c on`\n";
    let (_directory, path) = with_lists(lists);
    let report = repair(&path, may, &budget).unwrap().report;
    assert_eq!(report.edits, ["put `switch a on` before `switch b on`"]);
    assert_eq!(report.cost.unwrap().restarts, 2);
}

fn ran(path: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    command.arg("repair").arg(path).args(arguments).output().expect("the command was built")
}

#[test]
fn the_command_ends_with_zero_one_two_or_three() {
    let (_directory, path) = with_lists("1. `switch b on`\n2. `switch c on`\n");
    let before = std::fs::read_to_string(&path).unwrap();
    assert_eq!(ran(&path, &[]).status.code(), Some(0));
    let none = ran(&path, &["--edits", "0"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8(none.stdout).unwrap().contains("no edit is allowed"));
    assert_eq!(ran(&path, &["--states", "1"]).status.code(), Some(3));
    assert_eq!(ran(Path::new("nowhere.md"), &[]).status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    let written: serde_json::Value = serde_json::from_slice(&ran(&path, &["--write", "--json"]).stdout).unwrap();
    assert_eq!(written["repair"]["written"], true);
    assert!(Runbook::open(&path).is_ok());
    let again = ran(&path, &[]);
    assert!(String::from_utf8(again.stdout).unwrap().contains("nothing to repair"));
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 2, "nothing is left beside the file");
}

#[test]
fn json_has_the_diff_and_the_cost() {
    let (_directory, path) = with_lists("1. `switch b on`\n2. `switch c on`\n");
    let value: serde_json::Value = serde_json::from_slice(&ran(&path, &["--json"]).stdout).unwrap();
    assert_eq!(value["schema_version"], 2);
    assert_eq!(value["repair"]["outcome"], "repaired");
    assert_eq!(value["repair"]["cost"]["edits"], 1);
    assert!(value["repair"]["diff"].as_str().unwrap().contains("+1. `switch a on`"));
}
