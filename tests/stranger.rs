//! A package that knows runproof from outside: what its `cargo test` prints, word for word.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Copies the package next to what cargo builds, so that nothing is written among the sources; by another name, so that
/// cargo keeps the copies apart.
fn copied(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&package);
    copy(&root.join("tests/stranger"), &package);
    let manifest = std::fs::read_to_string(package.join("Cargo.toml")).unwrap();
    let path = format!("path = {:?}", root.to_str().unwrap());
    std::fs::write(
        package.join("Cargo.toml"),
        manifest.replace("path = \"../..\"", &path).replace("\"stranger\"", &format!("{name:?}")),
    )
    .unwrap();
    std::fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    package
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if name == "target" || name == "Cargo.lock" {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(name));
        } else {
            std::fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// `cargo test --test models` of the package, with these arguments for its tests: success, and standard output.
fn tested(package: &Path, arguments: &[&str]) -> (bool, String) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is below the target directory");
    let output = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--quiet", "--test", "models", "--", "--test-threads=1"])
        .args(arguments)
        .current_dir(package)
        .env("CARGO_TARGET_DIR", target)
        .env("INSTA_UPDATE", "no")
        .env("RUST_BACKTRACE", "0")
        .env("NO_COLOR", "1")
        .output()
        .expect("cargo runs");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("test"), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.success(), normal(&text, package))
}

/// Without places of this machine and times.
fn normal(text: &str, package: &Path) -> String {
    let text = text.replace(package.to_str().unwrap(), "[package]");
    let lines = text.lines().map(|line| line.split("; finished in").next().unwrap().trim_end());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_claim_is_a_test_of_its_own_name_and_a_failing_one_shows_its_run() {
    let package = copied("stranger-claims");
    let (success, listed) = tested(&package, &["--list"]);
    assert!(success);
    insta::assert_snapshot!("listed", listed);
    let (success, output) = tested(&package, &[]);
    assert!(!success, "a claim fails");
    insta::assert_snapshot!("tested", output);
    let (success, _) = tested(&package, &["careful::"]);
    assert!(success, "a filter leaves the failing claim out");
}

#[test]
fn a_wrong_file_is_a_failing_test_and_never_a_failing_list() {
    let package = copied("stranger-wrong");
    let runbook = package.join("models/careful.md");
    let wrong = std::fs::read_to_string(&runbook).unwrap().replace("`stop web on A`", "`stopp web on A`");
    std::fs::write(&runbook, wrong).unwrap();
    let (success, listed) = tested(&package, &["--list"]);
    assert!(success && listed.contains("careful::reads: test"), "{listed}");
    let (success, output) = tested(&package, &["careful::"]);
    assert!(!success && output.contains("did you mean"), "{output}");
}

#[test]
fn a_changed_model_says_what_it_does_to_the_verdict_before_the_difference() {
    let package = copied("stranger-changed");
    git(&package, &["init", "--quiet"]);
    git(&package, &["add", "models"]);
    git(&package, &["commit", "--quiet", "--message", "models", "--no-gpg-sign"]);
    let world = package.join("models/world.toml");
    let weaker =
        std::fs::read_to_string(&world).unwrap().replace("[always]\nserving = \"some n: web(n) == running\"\n", "");
    std::fs::write(&world, weaker).unwrap();
    let (success, output) = tested(&package, &["careless::report"]);
    assert!(!success);
    let said = output.find("verdict was order matters: 2 of 20").expect(&output);
    assert!(output[said..].contains("is now always healthy: all 20 orders are good"), "{output}");
    let since = said + output[said..].find("since the last commit:").expect(&output);
    assert!(output[since..].contains("18 good now, and allowed before"), "{output}");
    assert!(output[since..].contains("Snapshot Summary"), "{output}");
}

fn git(package: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=A", "-c", "user.email=a@example.org"]).args(arguments).current_dir(package);
    let done = git.output().unwrap_or_else(|error| panic!("this test needs the command `git`: {error}"));
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}
