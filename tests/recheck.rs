//! `runproof check --certify` and `runproof recheck` as people and scripts meet them.

use std::path::Path;
use std::process::{Command, Output};
use unicode_width::UnicodeWidthStr;

fn runproof(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command.output().expect("the command was built")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A folder with the files of a shipped world, and the output of certifying one of its runbooks.
fn certified(model: &str, runbook: &str) -> (tempfile::TempDir, Output) {
    let folder = tempfile::tempdir().unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(model);
    std::fs::create_dir_all(folder.path().join("books")).unwrap();
    std::fs::create_dir_all(folder.path().join("out")).unwrap();
    for name in ["world.toml", runbook] {
        std::fs::copy(models.join(name), folder.path().join("books").join(name)).unwrap();
    }
    let output = runproof(folder.path(), &["check", &format!("books/{runbook}"), "--certify", "out/it.cert"]);
    (folder, output)
}

#[test]
fn a_certificate_is_written_and_rechecked_wherever_it_lies() {
    let (folder, output) = certified("tutorial/unknown", "prepared.md");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("certificate written to out/it.cert"), "{}", said(&output));
    let output = runproof(folder.path(), &["recheck", "out/it.cert"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("rechecked: everything in it comes out again"), "{text}");
    assert!(text.contains("pairs of position and state"), "{text}");
    assert!(text.lines().all(|line| line.width() <= 80), "{text}");
    let entries = std::fs::read_dir(folder.path().join("out")).unwrap();
    assert_eq!(entries.count(), 1, "nothing else is left there");
    // Moved away from its runbook, it needs to be told where that is.
    std::fs::rename(folder.path().join("out/it.cert"), folder.path().join("it.cert")).unwrap();
    assert_eq!(runproof(folder.path(), &["recheck", "it.cert"]).status.code(), Some(2));
    let output = runproof(folder.path(), &["recheck", "it.cert", "--runbook", "books/prepared.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn what_is_wrong_with_it_is_said_and_the_exit_code_says_it_too() {
    let (folder, _) = certified("tutorial/unknown", "prepared.md");
    let file = folder.path().join("out/it.cert");
    let text = std::fs::read_to_string(&file).unwrap();
    let json = |output: &Output| serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
    std::fs::write(&file, text.replacen("always-healthy", "never-healthy", 1)).unwrap();
    let output = runproof(folder.path(), &["recheck", "out/it.cert", "--json"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert_eq!(json(&output)["recheck"]["outcome"], "refused");
    assert!(said(&output).contains("the checksum does not fit"), "{}", said(&output));
    std::fs::write(&file, &text).unwrap();
    let world = folder.path().join("books/world.toml");
    let old = std::fs::read_to_string(&world).unwrap();
    std::fs::write(&world, format!("{old}\n")).unwrap();
    let output = runproof(folder.path(), &["recheck", "out/it.cert", "--json"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert_eq!(json(&output)["recheck"]["outcome"], "changed");
    std::fs::write(&world, old).unwrap();
    let output = runproof(folder.path(), &["recheck", "out/it.cert", "--states", "1", "--json"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert_eq!(json(&output)["recheck"]["outcome"], "undecided");
}

#[test]
fn a_claim_that_fails_is_one_and_one_that_cannot_be_decided_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/tutorial/unknown");
    std::fs::copy(models.join("world.toml"), folder.path().join("world.toml")).unwrap();
    let text = std::fs::read_to_string(models.join("prepared.md")).unwrap();
    let claim = "[[claim]]\nid = \"wrong\"\ncount = { good = 77 }\n\n[[claim]]";
    std::fs::write(folder.path().join("a.md"), text.replacen("[[claim]]", claim, 1)).unwrap();
    let output = runproof(folder.path(), &["check", "a.md", "--certify", "a.cert"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(runproof(folder.path(), &["recheck", "a.cert"]).status.code(), Some(1));
    let output = runproof(folder.path(), &["check", "a.md", "--certify", "b.cert", "--states", "1"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(!folder.path().join("b.cert").exists());
    let output = runproof(folder.path(), &["check", ".", "a.md", "--certify", "no-folder/b.cert"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
}
