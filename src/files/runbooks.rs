//! Which files below a path are runbooks.
//!
//! Comes in: paths. Goes out: paths of Markdown files with a checked block, in a fixed order, with `/` between names.
//! It looks for the block's first line alone: what is in it is for the parser to say.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Directories that hold no runbooks of one's own.
const SKIPPED: [&str; 2] = ["target", "node_modules"];

/// The runbooks below a directory, sorted by path. Hidden directories, `target` and `node_modules` are left out.
///
/// # Errors
/// The first directory or file that cannot be read.
pub fn runbooks_below(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).map_err(|error| with_path(&directory, &error))? {
            let entry = entry.map_err(|error| with_path(&directory, &error))?;
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().map_err(|error| with_path(&path, &error))?;
            if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                open.push(path);
            } else if !kind.is_dir() && name.ends_with(".md") && is_runbook(&path)? {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file has a checked block. A pipe or a device has none.
///
/// # Errors
/// The file cannot be read.
pub fn is_runbook(path: &Path) -> io::Result<bool> {
    let read = || {
        let mut bytes = Vec::new();
        if std::fs::metadata(path)?.is_file() {
            std::fs::File::open(path)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    };
    let bytes = read().map_err(|error| with_path(path, &error))?;
    Ok(has_block(&String::from_utf8_lossy(&bytes)))
}

/// No runbook is larger: one whose block comes later is refused anyway.
const MOST_BYTES: u64 = 1 << 20;

/// A path as it is shown to people: `/` between names, nothing in front.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map_or(text.clone(), str::to_owned)
}

fn with_path(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", shown(path)))
}

/// Whether a fenced block that is not itself inside another one starts with `toml runproof`.
fn has_block(text: &str) -> bool {
    let mut fence: Option<(char, usize)> = None;
    for line in text.lines() {
        let line = line.trim_start();
        let mark = match line.chars().next() {
            Some(mark @ ('`' | '~')) => mark,
            _ => continue,
        };
        let length = line.chars().take_while(|character| *character == mark).count();
        let info = &line[length..];
        match fence {
            Some((open, least)) if open == mark && length >= least && info.trim().is_empty() => fence = None,
            Some(_) => {}
            None if length >= 3 && info.split_whitespace().eq(["toml", "runproof"]) => return true,
            None if length >= 3 => fence = Some((mark, length)),
            None => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::has_block;

    #[test]
    fn a_checked_block_makes_a_runbook_and_one_shown_inside_another_block_does_not() {
        assert!(has_block("# Title\n\n```toml runproof\nworld = \"w.toml\"\n```\n"));
        assert!(has_block("```sh\nls\n```\n\n~~~~ toml  runproof\n~~~~\n"));
        assert!(!has_block("```toml\n```\n"));
        assert!(!has_block("````markdown\n```toml runproof\n```\n````\n"));
    }
}
