//! The rules of `ARCHITECTURE.md` that a program can keep.
//!
//! Sources are read as text. Comments are cut away first; what stands after `#[cfg(test)]` in a file, and files named
//! `tests.rs`, count as tests.

use std::path::{Path, PathBuf};

/// What each module may name, in the order of dependence.
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("diag", &["base"]),
    ("syntax", &["base", "diag"]),
    ("resolve", &["base", "diag", "syntax", "system"]),
    ("system", &["base"]),
    ("lower", &["base", "resolve", "system"]),
    ("trace", &["base", "system"]),
    ("verdict", &["base", "system", "trace"]),
    ("engine", &["base", "system", "trace", "verdict"]),
    ("orderings", &["base", "system", "trace", "verdict", "engine"]),
    ("certify", &["base", "system", "trace", "verdict"]),
    ("slips", &["base", "system", "trace", "verdict", "engine", "orderings"]),
    ("plan", &["base", "system", "trace", "verdict", "engine", "orderings"]),
    ("export", &["base", "system", "trace", "verdict", "orderings"]),
    ("cover", &["base", "diag", "syntax", "resolve", "system", "engine"]),
    ("explain", &["base", "system", "trace", "verdict", "orderings", "slips", "plan", "certify"]),
    ("recheck", &["base", "resolve", "system"]),
    ("report", &["base", "diag", "explain"]),
    ("files", &["base"]),
    (
        "check",
        &[
            "files",
            "base",
            "diag",
            "syntax",
            "resolve",
            "system",
            "lower",
            "trace",
            "verdict",
            "engine",
            "orderings",
            "plan",
            "slips",
            "certify",
            "export",
            "cover",
            "explain",
            "recheck",
            "report",
        ],
    ),
    ("testing", &["base", "diag", "check", "report", "files"]),
    ("cli", &["base", "diag", "check", "report", "files"]),
];

/// Words that only some places may use: what, where, why.
const KEPT_TO: &[(&[&str], &[&str], &str)] = &[
    (
        &["println!", "print!", "eprintln!", "eprint!", "dbg!", "io::stdout", "io::stderr"],
        &["cli", "main", "testing"],
        "printing is for the edge",
    ),
    (
        &["std::fs", "std::env", "File::open"],
        &["cli", "main", "testing", "files", "resolve/load"],
        "files and the environment are for the edge and for includes",
    ),
    (&["process::Command", "Command::new"], &["files/revision"], "git is asked in one place"),
    (&["std::thread", "thread::spawn", "thread::scope"], &["engine"], "threads are for engines"),
    (&["ctrlc::"], &["cli", "main"], "an interrupt is for the edge"),
    (&["Instant", "SystemTime"], &["base/budget", "cli"], "clocks are for budgets and the edge"),
    (&["stateright::"], &["engine/mod", "engine/stateright"], "another engine, and nothing else"),
    (&["unsafe "], &["engine/search/prefetch"], "one place, with its reason and its measurement"),
    (&[".unwrap()"], &[], "say with `expect` why it holds"),
];

/// Exceptions: the rule, the file, the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("mod.rs holds no code", "src/system/mod.rs", "the system itself, which its parts are parts of"),
    ("mod.rs holds no code", "src/base/mod.rs", "one alias for a map"),
    ("stateright::", "src/engine/mod.rs", "our own module of that name, not the library"),
];

fn excepted(rule: &str, file: &str) -> bool {
    EXCEPTIONS.iter().any(|(of, at, _)| *of == rule && *at == file)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    // Some files under `tests/bad/` are not UTF-8 on purpose.
    let bytes = std::fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Files below `folder` with one of the endings, as paths from the root, in order.
fn files(folder: &str, endings: &[&str]) -> Vec<String> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("target") {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), endings, &mut found);
    let mut found: Vec<String> =
        found.iter().map(|path| path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")).collect();
    found.sort();
    found
}

/// The lines of a source file that are neither comments nor tests, with their one-based numbers.
fn code(path: &str) -> Vec<(usize, String)> {
    if path.ends_with("/tests.rs") {
        return Vec::new();
    }
    let text = read(path);
    let lines = text.lines().enumerate().take_while(|(_, line)| line.trim() != "#[cfg(test)]");
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line.split(" // ").next().unwrap().to_owned()))
        .collect()
}

/// `src/engine/packed.rs` is `engine/packed`.
fn place(path: &str) -> &str {
    path.strip_prefix("src/").unwrap().strip_suffix(".rs").unwrap()
}

/// The module of the library that a file is part of.
fn module(path: &str) -> &str {
    place(path).split('/').next().unwrap()
}

/// Modules of the library that a file names outside of tests.
fn named(path: &str) -> Vec<(usize, String)> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let lines = code(path);
    let text: String = lines.iter().map(|(_, line)| format!("{line}\n")).collect();
    let mut names = Vec::new();
    for (start, _) in text.match_indices("crate::") {
        let number = lines[text[..start].matches('\n').count()].0;
        let rest = &text[start + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => names.push((number, word(rest))),
            // `use crate::{base::Map, system::{State, Step}}`: what stands at depth one.
            Some(list) => {
                let mut depth = 1;
                let mut fresh = true;
                for (at, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 1 => fresh = true,
                        c if c.is_whitespace() => {}
                        _ if depth == 1 && fresh => {
                            names.push((number, word(&list[at..])));
                            fresh = false;
                        }
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
        }
    }
    names
}

fn assert_none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}\n  {}", broken.join("\n  "));
}

#[test]
fn modules_name_only_what_their_layer_may() {
    let mut broken = Vec::new();
    for path in files("src", &[".rs"]) {
        if ["src/lib.rs", "src/main.rs"].contains(&path.as_str()) {
            continue;
        }
        let Some((_, may)) = LAYERS.iter().find(|(name, _)| *name == module(&path)) else {
            broken.push(format!("{path}: the layer table has no module `{}`", module(&path)));
            continue;
        };
        for (line, name) in named(&path) {
            let is_layer = LAYERS.iter().any(|(layer, _)| *layer == name);
            if is_layer && name != module(&path) && !may.contains(&name.as_str()) {
                broken.push(format!("{path}:{line} names `{name}`"));
            }
        }
    }
    assert_none(&broken, "a module names another that its layer may not");
}

/// What the rechecker may name of `system`: what the resolved model is made of, and nothing that the engines run on.
const OF_THE_MODEL: &[&str] = &["Block", "Order", "Quantifier"];

#[test]
fn the_rechecker_names_nothing_that_the_engines_run_on() {
    let mut broken = Vec::new();
    for path in files("src/recheck", &[".rs"]) {
        for (number, line) in code(&path) {
            for (at, found) in line.match_indices("system::") {
                let rest = &line[at + found.len()..];
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
                if !OF_THE_MODEL.contains(&name.as_str()) {
                    broken.push(format!("{path}:{number} names `{rest}`"));
                }
            }
        }
    }
    assert_none(&broken, "the rechecker must share nothing with what found the certificate");
}

#[test]
fn the_guide_shows_the_layer_table() {
    let guide = read("ARCHITECTURE.md");
    let everything_before = |name: &str| LAYERS.iter().take_while(|(layer, _)| *layer != name).count();
    for (name, may) in LAYERS {
        let shown = if may.len() == everything_before(name) && may.len() > 5 {
            "all of the above".to_owned()
        } else {
            may.join(" ")
        };
        let row = guide.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for `{name}`"));
        let cell = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        assert_eq!(cell, shown, "the row of `{name}` in ARCHITECTURE.md");
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> =
        files("src", &[".rs"]).into_iter().filter(|path| !read(path).starts_with("//!")).collect();
    assert_none(&silent, "a file has no module documentation");
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    const MOST: usize = 500;
    let mut long = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for path in files(folder, &[".rs"]) {
            let lines = read(&path).lines().count();
            if lines > MOST && !excepted("files are short", &path) {
                long.push(format!("{path}: {lines} lines"));
            }
        }
    }
    assert_none(&long, "a file is too long: split it by ideas");
}

#[test]
fn a_mod_file_holds_no_code() {
    let mut broken = Vec::new();
    for path in files("src", &["/mod.rs"]) {
        if excepted("mod.rs holds no code", &path) {
            continue;
        }
        let mut within_use = false;
        for (number, line) in code(&path) {
            let line = line.trim();
            let opens = ["mod ", "pub mod ", "pub(crate) mod ", "use ", "pub use ", "pub(crate) use "]
                .iter()
                .any(|start| line.starts_with(start));
            let fine = within_use || opens || line.is_empty() || line.starts_with("#[") || line.starts_with("#![");
            if !fine || line.ends_with('{') && line.starts_with("mod ") {
                broken.push(format!("{path}:{number} {line}"));
                break;
            }
            within_use = (within_use || opens) && !line.ends_with(';');
        }
    }
    assert_none(&broken, "a mod.rs holds more than documentation, `mod` and `use`");
}

#[test]
fn no_test_is_ignored() {
    let marks = [concat!("#[", "ignore"), concat!("#[cfg_attr(", "miri, ignore")];
    let mut ignored = Vec::new();
    for folder in ["src", "tests"] {
        for path in files(folder, &[".rs"]) {
            if marks.iter().any(|mark| read(&path).contains(mark)) {
                ignored.push(path);
            }
        }
    }
    assert_none(&ignored, "a test is ignored");
}

#[test]
fn what_is_kept_to_one_place_stays_there() {
    let mut broken = Vec::new();
    for path in files("src", &[".rs"]) {
        for (number, line) in code(&path) {
            for (words, places, why) in KEPT_TO {
                let here = places
                    .iter()
                    .any(|allowed| place(&path) == *allowed || place(&path).starts_with(&format!("{allowed}/")));
                for word in *words {
                    if !here && has_word(&line, word) && !excepted(word, &path) {
                        broken.push(format!("{path}:{number} `{word}`: {why}"));
                    }
                }
            }
        }
    }
    assert_none(&broken, "something is used where it should not be");
}

/// Whether `word` is in the line, not as the end of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let starts_as_name = word.starts_with(|c: char| c.is_alphanumeric());
        let ends_as_name = word.ends_with(|c: char| c.is_alphanumeric());
        !(starts_as_name && part(before) || ends_as_name && part(after))
    })
}

#[test]
fn exceptions_are_still_needed() {
    for (rule, path, _) in EXCEPTIONS {
        assert!(root().join(path).is_file(), "the exception from `{rule}` names {path}, which is not there");
    }
}

#[test]
fn paths_named_in_guides_exist() {
    let mut missing = Vec::new();
    let guides = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(str::to_owned);
    for guide in guides.into_iter().chain(files("docs", &[".md"])) {
        let folder = Path::new(&guide).parent().unwrap().to_path_buf();
        for (number, line) in prose(&read(&guide)) {
            for span in line.split('`').skip(1).step_by(2) {
                let of_ours = ["src/", "tests/", "docs/", "models/", "benches/", "snapshots/", ".ci/"];
                let is_path = of_ours.iter().any(|start| span.starts_with(start)) && !span.contains(['*', '{', ' ']);
                if is_path && !root().join(span).exists() {
                    missing.push(format!("{guide}:{number} {span}"));
                }
            }
            for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let file = target.split('#').next().unwrap();
                if !target.contains("://") && !file.is_empty() && !root().join(&folder).join(file).exists() {
                    missing.push(format!("{guide}:{number} {target}"));
                }
            }
        }
    }
    assert_none(&missing, "a guide names a path that is not there");
}

/// Lines outside of code blocks, with their numbers.
fn prose(markdown: &str) -> Vec<(usize, &str)> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for (number, line) in markdown.lines().enumerate() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if ticks.len() >= open.len() => fence = None,
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => lines.push((number + 1, line)),
            Some(_) => {}
        }
    }
    lines
}

#[test]
fn every_snapshot_belongs_to_a_runbook() {
    let stray: Vec<String> = files("snapshots", &[".snap", ".snap.new"])
        .into_iter()
        .filter(|path| {
            let runbook = path.strip_prefix("snapshots/").unwrap().strip_suffix(".snap");
            let runbook = runbook.map(|name| name.strip_suffix("__slips").unwrap_or(name));
            !runbook.is_some_and(|name| root().join("models").join(format!("{name}.md")).is_file())
        })
        .collect();
    assert_none(&stray, "a snapshot is left over, or not reviewed");
}

#[test]
fn nothing_names_the_machine_that_it_was_written_on() {
    let marks = ["work", "root", "home"].map(|folder| format!("/{folder}/"));
    let mut found = Vec::new();
    for folder in ["src", "tests", "benches", "docs", "models", "snapshots", ".ci"] {
        for path in files(folder, &[".rs", ".md", ".toml", ".snap", "run"]) {
            let bytes = std::fs::read(root().join(&path)).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            if marks.iter().any(|mark| text.contains(mark.as_str())) {
                found.push(path);
            }
        }
    }
    assert_none(&found, "a path of somebody's machine is in the project");
}
