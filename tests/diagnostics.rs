//! Every file under `tests/bad/` gives exactly the codes that its own comments promise, each on its line.
//!
//! `# expect R012` (in Markdown `<!-- expect R012 -->`) promises the code on that line, `expect-next` on the line below,
//! `expect-line 7 R012` on line 7. Several codes may follow.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use runproof::base::Budget;
use runproof::check::{Mistakes, Runbook, World};
use runproof::diag::{Diagnostic, TABLE};
use runproof::syntax;

/// Codes that need a file too large to keep, and the unit test that has them.
const ELSEWHERE: &[(&str, &str)] = &[("R010", "a_file_above_the_limit_is_refused")];

/// The mistakes that stand in one file: of reading alone below `syntax/`, of the whole pipeline elsewhere.
fn mistakes(path: &Path) -> Mistakes {
    let is_runbook = path.extension().is_some_and(|ending| ending == "md");
    let mut found = if path.starts_with(root().join("syntax")) {
        reading(path, is_runbook)
    } else if is_runbook {
        Runbook::open(path)
            .and_then(|runbook| runbook.check(&Budget::default()).map(|_| runbook.warnings().clone()))
            .unwrap_or_else(|mistakes| mistakes)
    } else {
        World::open(path).map_or_else(|mistakes| mistakes, |world| world.warnings().clone())
    };
    let Mistakes { diagnostics, sources } = &mut found;
    let name = path.file_name().expect("it is a file");
    diagnostics.retain(|diagnostic| Path::new(sources.path(diagnostic.span.source)).file_name() == Some(name));
    found
}

fn reading(path: &Path, is_runbook: bool) -> Mistakes {
    let bytes = fs::read(path).expect("a file under tests/bad can be read");
    let mut found = Mistakes::default();
    let Mistakes { diagnostics, sources } = &mut found;
    if let Some(source) = syntax::decode(&path.display().to_string(), &bytes, sources, diagnostics) {
        if is_runbook {
            syntax::runbook(sources, source, diagnostics);
        } else {
            syntax::world(sources, source, diagnostics);
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad")
}

/// Every file with a promise. One without is there for others to include.
fn cases() -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![root()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("tests/bad is there") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if !promised(&text(&path)).is_empty() {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn text(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).expect("a file under tests/bad can be read")).into_owned()
}

/// The (line, code) pairs that the comments promise.
fn promised(text: &str) -> BTreeSet<(usize, String)> {
    let mut promised = BTreeSet::new();
    for (at, line) in text.lines().enumerate() {
        let comment = ["# expect", "<!-- expect"].iter().find_map(|mark| line.split_once(mark));
        let Some((_, comment)) = comment else { continue };
        let mut words = comment.split_whitespace().filter(|word| *word != "-->");
        let line = if comment.starts_with("-next ") {
            words.next();
            at + 2
        } else if comment.starts_with("-line ") {
            words.next();
            words.next().and_then(|number| number.parse().ok()).expect("a number after expect-line")
        } else {
            at + 1
        };
        promised.extend(words.map(|code| (line, code.to_string())));
    }
    promised
}

fn found(mistakes: &Mistakes) -> BTreeSet<(usize, String)> {
    let line = |diagnostic: &Diagnostic| mistakes.sources.position(diagnostic.span).line as usize;
    mistakes.diagnostics.iter().map(|found| (line(found), found.code.entry().name.to_string())).collect()
}

#[test]
fn every_bad_file_gives_the_promised_codes_on_the_promised_lines() {
    let mut wrong = String::new();
    for path in cases() {
        let mistakes = mistakes(&path);
        let (promised, found) = (promised(&text(&path)), found(&mistakes));
        if promised != found {
            wrong += &format!("{}\n promised {promised:?}\n found    {found:?}\n{mistakes}\n", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_file_with_mistakes_that_only_reading_finds_promises_something() {
    let promising = cases();
    for entry in fs::read_dir(root().join("syntax")).expect("it is there") {
        let path = entry.expect("its entries can be read").path();
        assert!(promising.contains(&path), "{} promises nothing", path.display());
    }
}

#[test]
fn every_code_for_reading_a_file_has_a_case() {
    let mut seen: BTreeSet<String> = ELSEWHERE.iter().map(|(code, _)| (*code).to_string()).collect();
    for path in cases() {
        seen.extend(promised(&text(&path)).into_iter().map(|(_, code)| code));
    }
    let missing: Vec<&str> =
        TABLE.iter().map(|entry| entry.name).filter(|name| name.starts_with("R0") && !seen.contains(*name)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn every_mistake_says_what_is_wrong_in_lower_case_and_fits_its_line() {
    for path in cases() {
        for diagnostic in mistakes(&path).diagnostics {
            let first = diagnostic.message.chars().next().expect("a message is not empty");
            assert!(!first.is_uppercase(), "{}: {}", path.display(), diagnostic.message);
            assert!(!diagnostic.message.contains('\n'), "{}: {}", path.display(), diagnostic.message);
        }
    }
}

#[test]
fn every_code_explains_itself_with_an_example() {
    for entry in TABLE {
        assert!(entry.explanation.len() > 40 && !entry.example.is_empty(), "{}", entry.name);
    }
}
