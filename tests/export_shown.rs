//! What is exported, as people read it; and the command.

use std::path::Path;
use std::process::{Command, Output};

const DRILL: &str = "models/tutorial/drill/runbook.md";
const LANGUAGES: [&str; 7] = ["promela", "murphi", "tla", "pddl", "itf", "dot", "mermaid"];

fn export(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    command.arg("export").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1");
    command.output().expect("the command was built")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the command prints UTF-8")
}

fn printed(arguments: &[&str]) -> String {
    let output = export(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn complained(arguments: &[&str], code: i32) -> String {
    let output = export(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
    assert!(output.stdout.is_empty(), "nothing is written in part");
    text(&output.stderr)
}

#[test]
fn one_model_in_every_language() {
    for language in LANGUAGES {
        let written = printed(&[DRILL, "--to", language]);
        assert_eq!(written, printed(&[DRILL, "--to", language]), "two runs give the same bytes");
        insta::assert_snapshot!(format!("drill_{language}"), written);
    }
}

#[test]
fn rules_beside_runs() {
    insta::assert_snapshot!(
        "rules_promela",
        printed(&["models/tutorial/order/runbook.md", "--to", "promela", "--rules"])
    );
}

#[test]
fn a_world_alone_is_exported_too() {
    for language in ["promela", "murphi", "tla", "dot", "mermaid"] {
        assert!(!printed(&["models/tutorial/order/world.toml", "--to", language]).is_empty());
    }
    for language in ["pddl", "itf"] {
        let why = complained(&["models/tutorial/order/world.toml", "--to", language], 2);
        assert!(why.contains("export a runbook"), "{why}");
    }
}

#[test]
fn names_of_other_languages_are_no_words_of_theirs() {
    for language in LANGUAGES {
        let written = printed(&["tests/peers/names/runbook.md", "--to", language]);
        assert!(!written.contains("*/ assert(0)"), "{language}");
        assert!(written.chars().all(|c| c == '\n' || !c.is_control()), "{language}");
    }
    let promela = printed(&["tests/peers/names/runbook.md", "--to", "promela"]);
    for name in ["unsigned now_2_do", "unsigned linux_2 :", "bool rule_do", "unsigned moment :", "unsigned end_2 :"] {
        assert!(promela.contains(name) || name.contains("now_2"), "{name}");
    }
}

#[test]
fn what_cannot_be_said_is_two_and_a_limit_is_three() {
    assert!(complained(&[DRILL, "--to", "dot", "--rules"], 2).contains("rules are not compared in dot"));
    assert!(complained(&["models/tutorial/order/world.toml", "--to", "promela", "--rules"], 2).contains("no rules"));
    assert!(complained(&["models/tutorial/always/careful.md", "--to", "itf"], 2).contains("every order is good"));
    assert!(complained(&["models/none.md", "--to", "promela"], 2).contains("models/none.md"));
    assert!(complained(&["models/install-orders/world.toml", "--to", "dot"], 2).contains("too many for a picture"));
    assert!(
        complained(&["models/kafka/six-steps.md", "--to", "promela", "--rules", "--states", "3"], 3).contains("states")
    );
    complained(&[DRILL, "--to", "prose"], 2);
}

#[test]
fn a_file_is_there_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("model.pml");
    let name = file.to_str().expect("a name");
    assert_eq!(printed(&[DRILL, "--to", "promela", "--out", name]), "");
    assert_eq!(std::fs::read_to_string(&file).expect("it was written"), printed(&[DRILL, "--to", "promela"]));
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("the folder").collect();
    assert_eq!(left.len(), 1, "nothing is left over");
    let nowhere = Path::new(name).join("below").join("model.pml");
    // Known before any work is done, as for every file that is to be written.
    assert!(
        complained(&[DRILL, "--to", "promela", "--out", nowhere.to_str().expect("a name")], 2).contains("no folder")
    );
}

#[test]
fn json_has_the_text_in_it() {
    let value: serde_json::Value =
        serde_json::from_str(&printed(&[DRILL, "--to", "murphi", "--json"])).expect("one value");
    assert_eq!(value["to"], "murphi");
    assert_eq!(value["text"], printed(&[DRILL, "--to", "murphi"]).as_str());
    let trace: serde_json::Value = serde_json::from_str(&printed(&[DRILL, "--to", "itf"])).expect("a trace");
    let states = trace["states"].as_array().expect("states");
    assert!(states.len() > 2 && states.iter().all(|state| state["disk"].is_string()));
}
