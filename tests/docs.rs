//! The guides say what is so: their examples are checked, their files and outputs are the real ones.
//!
//! In `README.md` and `docs/*.md` a code block is marked by its first line:
//!
//! - `toml world` is a whole world, and `markdown runbook` a runbook of the last world before it: `runproof check` accepts both;
//! - `toml file=PATH`, `markdown file=PATH` show that file, word for word;
//! - `console` shows the command `$ runproof …` and what it prints.
//!
//! `docs/diagnostics.md` is made from the table of codes. `UPDATE_DOCS=1 cargo test --test docs` writes what can be written.

use runproof::diag::{Severity, TABLE};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn guides() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    found.push(root().join("README.md"));
    found.sort();
    found
}

/// A fenced code block: how it is marked, what it holds, and the line of its first fence.
#[derive(Debug)]
struct Fenced {
    mark: String,
    fence: String,
    text: String,
    line: usize,
}

/// A guide as lines of text and code blocks in turn.
enum Piece {
    Line(String),
    Block(Fenced),
}

fn pieces(markdown: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut open: Option<Fenced> = None;
    for (number, line) in markdown.lines().enumerate() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match open.take() {
            None if ticks >= 3 => {
                let (fence, mark) = line.split_at(ticks);
                open = Some(Fenced { mark: mark.into(), fence: fence.into(), text: String::new(), line: number + 1 });
            }
            None => found.push(Piece::Line(line.to_owned())),
            Some(block) if line == block.fence => found.push(Piece::Block(block)),
            Some(mut block) => {
                block.text += line;
                block.text.push('\n');
                open = Some(block);
            }
        }
    }
    assert!(open.is_none(), "a code block is not closed: {open:?}");
    found
}

fn blocks(guide: &Path) -> Vec<Fenced> {
    let of_blocks = |piece| if let Piece::Block(block) = piece { Some(block) } else { None };
    pieces(&read(guide)).into_iter().filter_map(of_blocks).collect()
}

/// What the command prints into a pipe, and its exit code.
fn runproof(arguments: &[&str], folder: &Path) -> (String, Option<i32>) {
    let done = Command::new(env!("CARGO_BIN_EXE_runproof"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    let printed = String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap();
    (printed, done.status.code())
}

/// Words of a command line; what stands between quotes is one.
fn words(line: &str) -> Vec<&str> {
    let pieces = line.split('"').enumerate();
    pieces.flat_map(|(at, piece)| if at % 2 == 1 { vec![piece] } else { piece.split_whitespace().collect() }).collect()
}

fn updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

/// Compares a page with what it should be, or writes it.
fn compare(path: &Path, wanted: &str) {
    if updating() {
        std::fs::write(path, wanted).unwrap();
        return;
    }
    let is = if path.is_file() { read(path) } else { String::new() };
    let differs = is.lines().zip(wanted.lines()).position(|(left, right)| left != right);
    let line = differs.unwrap_or_else(|| is.lines().count().min(wanted.lines().count())) + 1;
    assert!(
        is == wanted,
        "{}:{line} is stale: `UPDATE_DOCS=1 cargo test --test docs` writes it.\n  is:     {:?}\n  wanted: {:?}",
        path.strip_prefix(root()).unwrap().display(),
        is.lines().nth(line - 1),
        wanted.lines().nth(line - 1),
    );
}

#[test]
fn worlds_and_runbooks_in_the_guides_are_right() {
    for guide in guides() {
        let name = guide.file_name().unwrap().to_string_lossy().into_owned();
        let folder = tempfile::tempdir().unwrap();
        for block in blocks(&guide) {
            let (file, arguments) = match block.mark.as_str() {
                "toml world" => ("world.toml", ["lower", "world.toml"]),
                "markdown runbook" => ("runbook.md", ["check", "runbook.md"]),
                _ => continue,
            };
            std::fs::write(folder.path().join(file), &block.text).unwrap();
            let (printed, code) = runproof(&arguments, folder.path());
            assert_eq!(code, Some(0), "{name}:{}\n{printed}", block.line);
        }
    }
}

#[test]
fn files_and_outputs_in_the_guides_are_the_real_ones() {
    for guide in guides() {
        let mut wanted = String::new();
        for piece in pieces(&read(&guide)) {
            let block = match piece {
                Piece::Line(line) => {
                    wanted += &line;
                    wanted.push('\n');
                    continue;
                }
                Piece::Block(block) => block,
            };
            let text = if let Some((_, path)) = block.mark.split_once(" file=") {
                read(&root().join(path))
            } else if let Some(line) = block.text.lines().next().filter(|_| block.mark == "console") {
                let arguments: Vec<&str> =
                    words(line.strip_prefix("$ runproof ").expect("a console block shows runproof"));
                format!("{line}\n{}", runproof(&arguments, &root()).0)
            } else {
                block.text.clone()
            };
            wanted += &format!("{fence}{}\n{text}{fence}\n", block.mark, fence = block.fence);
        }
        compare(&guide, &wanted);
    }
}

#[test]
fn the_page_of_diagnostics_is_the_table_of_codes() {
    let mut page = "# Diagnostics\n\nEvery message about a file has one of these codes. `runproof explain R101` prints an entry.\nCodes are stable: a code that is no longer used is not given to another mistake.\n".to_owned();
    for entry in TABLE {
        let severity = match entry.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let fence = if entry.example.contains("```") { "````" } else { "```" };
        page += &format!(
            "\n## {}: {}\n\n*{severity}.* {}\n\n{fence}text\n{}\n{fence}\n",
            entry.name,
            entry.title,
            entry.explanation,
            entry.example.trim_end(),
        );
    }
    compare(&root().join("docs/diagnostics.md"), &page);
}

#[test]
fn the_readme_names_the_commands_that_the_checks_run() {
    let readme = read(&root().join("README.md"));
    let checks = read(&root().join(".ci/run"));
    for command in ["cargo test", "cargo run --release -- check models"] {
        assert!(readme.contains(command), "README.md does not name `{command}`");
        assert!(checks.replace(" --locked", "").contains(command), ".ci/run does not run `{command}`");
    }
}
