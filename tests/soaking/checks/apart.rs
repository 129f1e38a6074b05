//! What is written for other tools, and what these say.

use super::super::subject::Subject;
use super::{FEW, STATES, few, opened};
use runproof::check::{Target, Unexported, export as exported};
use std::path::{Path, PathBuf};
use std::process::Command;

pub fn export(subject: &Subject) {
    for path in [subject.runbook(), subject.world()] {
        for target in Target::ALL {
            for rules in [false, true] {
                match exported(&path, target, rules, &subject.within(FEW)) {
                    Ok(written) => {
                        assert!(!written.text.is_empty() && !written.text.contains('\u{1b}'));
                        subject.count("done: exports");
                    }
                    Err(Unexported::Unsaid(_) | Unexported::Limit(_)) => {}
                    Err(Unexported::Mistakes(mistakes)) => {
                        let large = path.ends_with("world.toml");
                        assert!(large, "what was read has no mistakes: {mistakes}");
                    }
                }
            }
        }
    }
}

/// Both tools, if they are here, on a folder with this world and this runbook.
pub fn peers(subject: &Subject) {
    let Some(program) = &subject.program else { return };
    if !["spin", "rumur"].iter().all(|tool| on_the_path(tool)) || few(subject, 1_500).is_none() {
        return;
    }
    // A claim that speaks of no ordering is a mistake, which the script does not expect.
    if opened(subject).check(&subject.within(STATES)).is_err() {
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/run");
    let mut command = Command::new(script);
    command.arg("--no-build").arg("--program").arg(program).arg("--below").arg(&subject.folder);
    let output = command.args(["--most", "1500", "--workers", "1"]).output().expect("the script is there");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "other tools see something else: {said}");
    subject.add("done: peers", said.matches("  same  ").count() as u64);
}

fn on_the_path(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder: PathBuf| folder.join(tool)).any(|file| file.is_file())
}
