//! Both engines see the same on everything that ships with the project: as many states, and whether a run is bad.

use runproof::engine::{Engine, Facts, Packed, Stateright};
use runproof::system::System;
use runproof::{Budget, Runbook, World};
use std::path::{Path, PathBuf};

fn files(ending: &str) -> Vec<PathBuf> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("models")];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn engines_agree(path: &Path, system: &System) {
    let [ours, theirs] = [&Packed as &dyn Engine, &Stateright].map(|engine| {
        engine.facts(system, &Budget::default()).unwrap_or_else(|stopped| panic!("{}: {stopped:?}", path.display()))
    });
    assert_eq!(ours, theirs, "{}", path.display());
}

#[test]
fn the_engines_agree_on_every_runbook() {
    let runbooks: Vec<PathBuf> =
        files(".md").into_iter().filter(|path| runproof::files::is_runbook(path).unwrap()).collect();
    assert!(runbooks.len() > 20, "the shipped runbooks are found");
    for path in runbooks {
        engines_agree(&path, Runbook::open(&path).unwrap().system());
    }
}

/// Worlds to explore alone, as they ship, with the number of their states.
const ALONE: [(&str, u64); 3] = [("rolling-upgrade", 2_688), ("two-phase-commit", 8_832), ("install-orders", 30_978)];

#[test]
fn the_engines_agree_on_worlds_alone_and_find_the_known_number_of_states() {
    for (name, states) in ALONE {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{name}/world.toml"));
        let world = World::open(&path).unwrap();
        assert!(world.warnings().diagnostics.is_empty(), "{}", world.warnings());
        let system = world.system().unwrap();
        engines_agree(&path, &system);
        assert_eq!(Packed.facts(&system, &Budget::default()).unwrap(), Facts { states, bad: false }, "{name}");
    }
}
