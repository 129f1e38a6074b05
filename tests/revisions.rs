//! `runproof diff` on files and on revisions of a git repository, as people and scripts meet it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use unicode_width::UnicodeWidthStr;

const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stranger/models");

fn model(name: &str) -> String {
    std::fs::read_to_string(Path::new(MODELS).join(name)).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the command prints UTF-8")
}

/// A folder of its own, with a repository in it.
struct Repository(tempfile::TempDir);

impl Repository {
    /// One with a world and two runbooks in `site/`, committed.
    fn new() -> Repository {
        let repository = Repository(tempfile::tempdir().unwrap());
        repository.git(&["init", "--quiet"]);
        for name in ["world.toml", "careless.md", "careful.md"] {
            repository.write(&format!("site/{name}"), &model(name));
        }
        repository.commit();
        repository
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        let set = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"];
        let mut git = Command::new("git");
        git.args(set).args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        let done = git.output().unwrap_or_else(|error| panic!("these tests need the command `git`: {error}"));
        assert!(done.status.success(), "git {arguments:?}: {}", text(&done.stderr));
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a change", "--no-gpg-sign"]);
    }

    fn ran_in(&self, folder: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
        command.arg("diff").args(arguments).current_dir(self.path(folder)).env_remove("NO_COLOR").stdin(Stdio::null());
        command.output().expect("the command was built")
    }

    /// Standard output, once the exit code is as expected.
    fn printed(&self, arguments: &[&str], code: i32) -> String {
        let output = self.ran_in(".", arguments);
        assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// Standard error, once the exit code is 2.
    fn complained(&self, arguments: &[&str]) -> String {
        let output = self.ran_in(".", arguments);
        assert_eq!(output.status.code(), Some(2), "{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stderr)
    }
}

#[test]
fn two_files_are_compared_and_every_line_fits() {
    let repository = Repository::new();
    let said = repository.printed(&["site/careless.md", "site/careful.md"], 0);
    insta::assert_snapshot!(said);
    assert!(said.lines().all(|line| line.width() <= 80), "{said}");
}

#[test]
fn a_runbook_is_compared_with_that_of_a_revision_and_with_itself_nothing_changed() {
    let repository = Repository::new();
    let same = repository.printed(&["HEAD:site/careless.md"], 0);
    assert!(same.starts_with("HEAD:site/careless.md → site/careless.md\n"), "{same}");
    assert!(same.contains("nothing changed"), "{same}");
    assert_eq!(repository.printed(&["--exit-code", "HEAD:site/careless.md"], 0), same);
    assert_eq!(repository.printed(&["site/careless.md"], 0), same);

    let world = model("world.toml");
    let changed = world.replace("replaces = \"always\"", "replaces = \"older\"");
    let careless = model("careless.md").replace("- The ", "- `undivided`, the ");
    repository.write("site/world.toml", &changed);
    repository.write("site/careless.md", &careless);
    let said = repository.printed(&["HEAD:site/careless.md", "site/careless.md"], 0);
    assert_ne!(said, same);
    assert_eq!(repository.printed(&["site/careless.md", "--exit-code"], 1), said);
    repository.commit();
    assert!(repository.printed(&["site/careless.md"], 0).contains("nothing changed"));
    assert!(!repository.printed(&["HEAD~1:site/careless.md", "HEAD:site/careless.md"], 0).contains("nothing changed"));
}

#[test]
fn the_world_is_that_of_the_revision_wherever_it_includes_from() {
    let repository = Repository::new();
    let world = model("world.toml");
    repository.write("base/world.toml", &world);
    repository.write("site/world.toml", "include = [\"../base/world.toml\"]\n");
    repository.commit();
    let broken = world.replace("[health]", "[health]\nnever = \"web(A) == running and web(A) == stopped\"");
    assert_ne!(broken, world);
    repository.write("base/world.toml", &broken);
    let said = repository.printed(&["HEAD:site/careful.md"], 0);
    assert!(said.contains("verdict was always healthy"), "{said}");
    assert!(said.contains("is now never healthy"), "{said}");
    assert!(said.contains("1 no longer good, though still allowed"), "{said}");
    // The work tree is not looked at for what an old revision includes.
    std::fs::remove_dir_all(repository.path("base")).unwrap();
    assert!(repository.printed(&["HEAD~1:site/careful.md", "HEAD:site/careful.md"], 0).contains("nothing changed"));
}

#[test]
fn paths_of_a_revision_are_from_the_root_and_with_a_dot_from_here() {
    let repository = Repository::new();
    let from = |folder: &str, argument: &str| {
        let output = repository.ran_in(folder, &[argument]);
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    };
    assert_eq!(from("site", "HEAD:./careful.md").0, Some(0));
    let (code, said) = from("site", "HEAD:site/careful.md");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("HEAD:site/careful.md → ../site/careful.md\n"), "{said}");
    let (code, said) = from("site", "HEAD:careful.md");
    assert_eq!(code, Some(2));
    assert!(said.contains("did you mean HEAD:./careful.md?"), "{said}");
}

#[test]
fn what_is_wrong_with_a_revision_is_said() {
    let repository = Repository::new();
    let nowhere = repository.complained(&["v9:site/careful.md"]);
    assert!(nowhere.contains("v9: git knows no such revision here"), "{nowhere}");
    let option = repository.complained(&["--", "--all:site/careful.md"]);
    assert!(option.contains("git knows no such revision here"), "{option}");
    let missing = repository.complained(&["HEAD:site/none.md"]);
    assert!(missing.contains("HEAD:site/none.md: no such file in HEAD"), "{missing}");
    let outside = repository.complained(&["HEAD:../a.md"]);
    assert!(outside.contains("no such file in HEAD"), "{outside}");
    repository.write("site/new.md", &model("careful.md"));
    let new = repository.complained(&["site/new.md"]);
    assert!(new.contains("site/new.md: the last commit has no such file to compare with"), "{new}");
    let gone = repository.complained(&["site/gone.md", "site/careful.md"]);
    assert!(gone.contains("site/gone.md: No such file"), "{gone}");

    let apart = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    // A folder above the temporary one may be in a repository.
    command.args(["diff", "HEAD:a.md"]).current_dir(apart.path()).env("GIT_CEILING_DIRECTORIES", apart.path());
    let output = command.env("GIT_DIR", apart.path().join("none")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("runproof: git: not a git repository"), "{}", text(&output.stderr));
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    let output =
        command.args(["diff", "HEAD:a.md"]).current_dir(apart.path()).env("PATH", apart.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no command `git` here"), "{}", text(&output.stderr));
}

#[test]
fn a_mistake_in_an_old_file_names_the_revision_that_it_is_in() {
    let repository = Repository::new();
    repository.write("site/world.toml", "title = \"Two\"\ninclude = [\"gone.toml\", \"../../outside.toml\"]\n");
    repository.commit();
    repository.write("site/world.toml", &model("world.toml"));
    let said = repository.complained(&["HEAD:site/careful.md"]);
    assert!(said.contains("HEAD:site/world.toml:2"), "{said}");
    assert!(said.contains("cannot read `HEAD:site/gone.toml`: there is no such file"), "{said}");
    assert!(said.contains("cannot read `HEAD:../outside.toml`: there is no such file"), "{said}");
    assert!(said.contains("R118"), "{said}");
    let json = text(&repository.ran_in(".", &["HEAD:site/careful.md", "--json"]).stdout);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&value["schema_version"], &value["difference"]), (&2.into(), &serde_json::Value::Null));
    assert_eq!(value["mistakes"][0]["path"], "HEAD:site/world.toml");
}

#[test]
fn a_limit_that_is_hit_is_three_and_json_says_what_text_says() {
    let repository = Repository::new();
    let said = repository.printed(&["site/careless.md", "site/careful.md", "--states", "1"], 3);
    assert!(said.contains("orders: not compared, the limit on states was hit"), "{said}");
    let json = repository.printed(&["site/careless.md", "site/careful.md", "--json"], 0);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let difference = &value["difference"];
    assert_eq!((&value["schema_version"], &difference["schema_version"]), (&2.into(), &2.into()));
    assert_eq!((&difference["differs"], &difference["old"]["verdict"]), (&true.into(), &"order-matters".into()));
    assert_eq!(difference["orders"]["forbidden"]["count"], "19");
    assert_eq!(difference["orders"]["forbidden"]["first"].as_array().unwrap().len(), 6);
}

#[test]
fn a_step_more_that_spoils_orders_is_shown_with_a_run_of_all_steps() {
    let repository = Repository::new();
    let new =
        model("careful.md").replace("\"healthy\"\n", "\"healthy\"\n\n[[claim]]\nid = \"another\"\nno = \"refused\"\n");
    repository.write("site/new.md", &(new.trim_end().to_owned() + "\n3. [ ] `stop web on B`\n"));
    let said = repository.printed(&["site/careful.md", "site/new.md", "--exit-code"], 1);
    insta::assert_snapshot!(said);
}

#[test]
fn the_help_fits_and_says_how_a_revision_is_written() {
    let help = Repository::new().printed(&["--help"], 0);
    assert!(help.contains("HEAD~1:models/a.md") && help.lines().all(|line| line.width() <= 80), "{help}");
}

#[test]
fn steps_that_only_one_has_are_named_and_a_label_that_was_kept_tells_that_a_step_is_another() {
    let repository = Repository::new();
    let careless = model("careless.md");
    let block = &careless[..careless.find("- The first").unwrap()];
    let old = "1. `stop web on A`\n2. `install upgrade on A` {#there}\n3. In any order:\n   - `start web on A`\n   - `restart B`\n";
    let new = "1. `stop web on A`\n2. `install upgrade on B` {#there}\n3. In any order:\n   - `start web on A`\n   - [ ] `stop web on B`\n";
    let without_claims = block[..block.find("[[claim]]").unwrap()].to_owned() + "```\n\n";
    repository.write("site/old.md", &(without_claims.clone() + old));
    repository.write("site/new.md", &(without_claims + new));
    let said = repository.printed(&["site/old.md", "site/new.md"], 0);
    insta::assert_snapshot!(said);
}
