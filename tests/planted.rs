//! The planted faults still fit the sources, and the tests that are to notice them are there. `tests/planted/run` plants them.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What a patch takes away and what it puts there, hunk by hunk, with the lines around it.
fn hunks(patch: &str) -> Vec<(String, String)> {
    let mut hunks: Vec<(String, String)> = Vec::new();
    for line in patch.split_inclusive('\n') {
        if line.starts_with("@@") {
            hunks.push(Default::default());
        } else if let Some((old, new)) = hunks.last_mut() {
            let (kind, rest) = line.split_at(1);
            if kind != "+" {
                old.push_str(rest);
            }
            if kind != "-" {
                new.push_str(rest);
            }
        }
    }
    hunks
}

#[test]
fn every_planted_fault_fits_the_sources() {
    let patches = below(&root().join("tests/planted"), ".patch");
    assert!(patches.len() > 30, "there are faults of every kind");
    for path in patches {
        let patch = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let file = patch.lines().find_map(|line| line.strip_prefix("+++ b/")).expect("a patch names its file");
        let source = std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let hunks = hunks(&patch);
        assert!(!hunks.is_empty(), "{name}: a patch changes something");
        for (old, new) in hunks {
            assert_ne!(old, new, "{name}");
            assert_eq!(source.matches(&old).count(), 1, "{name}: {file} is not as the patch knows it; make it anew");
        }
    }
}

#[test]
fn every_planted_fault_names_tests_that_are_there() {
    let sources: String =
        below(&root().join("tests"), ".rs").iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for path in below(&root().join("tests/planted"), ".patch") {
        let patch = std::fs::read_to_string(&path).unwrap();
        assert!(!patch.starts_with("---") && !patch.starts_with("Noticed"), "{}: say what is wrong", path.display());
        let tests: Vec<&str> = patch.lines().filter_map(|line| line.strip_prefix("Noticed by: ")).collect();
        assert!(!tests.is_empty(), "{}: say what notices it", path.display());
        for test in tests {
            let mut words = test.split(' ');
            let binary = words.next().unwrap();
            assert!(root().join(format!("tests/{binary}.rs")).is_file(), "{}: {binary}", path.display());
            for filter in words {
                assert!(sources.contains(&format!("fn {filter}")), "{}: {filter}", path.display());
            }
        }
    }
}
