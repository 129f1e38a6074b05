//! Long explorations through the real command: interrupted, killed, gone on with; other threads, fewer bits.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Half a million moves and more: enough to be interrupted in.
fn world(directory: &Path) -> PathBuf {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/models/rolling-upgrade/world.toml")).unwrap();
    let path = directory.join("world.toml");
    std::fs::write(&path, text.replace("nodes = 6", "nodes = 10").replace("< 3", "< 5").replace("<= 3", "<= 5"))
        .unwrap();
    path
}

fn states(world: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    command.arg("states").arg(world).args(["--without", "interchangeable-nodes"]).args(more).stdin(Stdio::null());
    command
}

fn printed(command: &mut Command, code: i32) -> (String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let (out, err) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert_eq!(status.code(), Some(code), "{out}{err}");
    (out, err)
}

const ALL: &str = "explored: 653 312 reachable states";
const MOVES: &str = "looked at 3 932 160 moves";

#[test]
fn threads_and_compact_states_change_nothing_that_is_printed() {
    let directory = tempfile::tempdir().unwrap();
    let world = world(directory.path());
    let (first, _) = printed(&mut states(&world, &["--threads", "1"]), 0);
    assert!(first.contains(ALL) && first.contains(MOVES), "{first}");
    for more in [&["--threads", "2"][..], &["--threads", "3", "--compact"], &["--compact", "--threads", "1"]] {
        assert_eq!(printed(&mut states(&world, more), 0).0, first);
    }
}

#[test]
fn a_limit_saves_the_work_and_the_same_command_goes_on_from_there() {
    let directory = tempfile::tempdir().unwrap();
    let (world, file) = (world(directory.path()), directory.path().join("run.save"));
    let save = ["--checkpoint", file.to_str().unwrap()];
    let (out, err) = printed(states(&world, &save).args(["--states", "100k"]), 3);
    assert!(out.contains("undecided"), "{out}");
    assert!(err.contains("the same command goes on from there"), "{err}");
    let (out, err) = printed(&mut states(&world, &save), 0);
    assert!(out.contains(ALL) && out.contains(MOVES), "{out}");
    assert!(err.is_empty() && !file.exists(), "what is of no use any more is taken away: {err}");
}

#[test]
fn a_run_that_is_killed_loses_nothing_that_was_saved() {
    let directory = tempfile::tempdir().unwrap();
    let (world, file) = (world(directory.path()), directory.path().join("run.save"));
    let save = ["--checkpoint", file.to_str().unwrap(), "--checkpoint-every", "1ms"];
    let mut child = states(&world, &save).stdout(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while !file.exists() && child.try_wait().unwrap().is_none() && started.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    // Killed at once, wherever it is; had it been faster than that there is nothing to go on from, which is as well.
    let _ = child.kill();
    child.wait().unwrap();
    let (out, _) = printed(&mut states(&world, &save), 0);
    assert!(out.contains(ALL) && out.contains(MOVES), "{out}");
}

#[test]
fn a_checkpoint_of_something_else_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (world, file) = (world(directory.path()), directory.path().join("run.save"));
    std::fs::write(&file, "a letter that somebody still needs, longer than what a checkpoint begins with").unwrap();
    let (out, err) = printed(&mut states(&world, &["--checkpoint", file.to_str().unwrap()]), 2);
    assert!(err.contains("cannot go on from this checkpoint: it is no checkpoint"), "{err}");
    assert!(!out.contains("explored"), "{out}");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("a letter"));
}

#[test]
fn a_checkpoint_that_needs_more_memory_than_is_allowed_is_refused_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let (world, file) = (world(directory.path()), directory.path().join("run.save"));
    let save = ["--checkpoint", file.to_str().unwrap()];
    printed(states(&world, &save).args(["--states", "300k"]), 3);
    let (_, err) = printed(states(&world, &save).args(["--memory", "1M"]), 2);
    assert!(err.contains("allow more with `--memory`"), "{err}");
    let (out, _) = printed(&mut states(&world, &save), 0);
    assert!(out.contains(ALL), "{out}");
}

#[test]
fn what_cannot_be_saved_is_told_and_the_answer_given_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let world = world(directory.path());
    let nowhere = directory.path().join("no-such-folder/run.save");
    let save = ["--checkpoint", nowhere.to_str().unwrap()];
    let (out, err) = printed(states(&world, &save).args(["--states", "100k"]), 3);
    assert!(err.contains("not saved"), "{err}");
    assert!(out.contains("undecided"), "{out}");
    let (out, _) = printed(&mut states(&world, &save), 0);
    assert!(out.contains(ALL), "{out}");
}
