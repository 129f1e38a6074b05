//! Where what was found is kept, as models that are looked at again in every test run.

use super::caught::Trouble;
use crate::written::wider::Written;
use std::path::{Path, PathBuf};

/// The folder of what was found.
pub fn found() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/found")
}

/// Writes a case with what was wrong; gives its folder.
pub fn keep(below: &Path, written: &Written, trouble: &Trouble, seed: u64) -> PathBuf {
    let folder = (1..).map(|number| below.join(format!("{}-{number}", trouble.check))).find(|folder| !folder.exists());
    let folder = folder.expect("some number is free");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in &written.files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let says: String = trouble.says.chars().take(4_000).collect();
    let why = format!("check: {}\nat: {}\nseed: {seed}\n\n{says}\n", trouble.check, trouble.at);
    std::fs::write(folder.join("why.txt"), why).unwrap();
    folder
}

/// The seed that a case that was kept was looked at with.
pub fn seed(why: &str) -> Option<u64> {
    why.lines().find_map(|line| line.strip_prefix("seed: "))?.trim().parse().ok()
}

/// The files of a case that was kept.
pub fn read(folder: &Path) -> Written {
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path))
        .filter(|(name, _)| name.ends_with(".toml") || name.ends_with(".md"))
        .map(|(name, path)| (name, std::fs::read_to_string(path).unwrap()))
        .collect();
    files.sort();
    Written { files }
}
