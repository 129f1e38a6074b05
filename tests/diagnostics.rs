//! Every file under `tests/bad/` gives exactly the codes that its own comments promise, each on its line.
//!
//! `# expect R012` (in Markdown `<!-- expect R012 -->`) promises the code on that line, `expect-next` on the line below,
//! `expect-line 7 R012` on line 7, `expect-elsewhere` in an included file. Several codes may follow.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use runproof::base::{SourceId, Sources};
use runproof::diag::{Diagnostic, Style, TABLE, show};
use runproof::{Budget, Mistakes, Runbook, resolve, syntax};

/// Codes that need a file too large to keep, and the unit test that has them.
const ELSEWHERE: &[(&str, &str)] =
    &[("R010", "a_file_above_the_limit_is_refused"), ("R031", "more_mistakes_than_anybody_reads_are_not_told")];

/// The mistakes of one file: below `syntax` those that parsing finds, elsewhere those of the whole pipeline.
fn mistakes(path: &Path, sources: &mut Sources) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let parsed_only = path.parent().is_some_and(|folder| folder.ends_with("syntax"));
    match (path.extension().and_then(|extension| extension.to_str()), parsed_only) {
        (Some("toml"), true) => parse(path, sources, &mut diagnostics, |sources, source, found| {
            drop(syntax::world(sources, source, found));
        }),
        (Some("md"), true) => parse(path, sources, &mut diagnostics, |sources, source, found| {
            drop(syntax::runbook(sources, source, found));
        }),
        (Some("toml"), false) if path.parent().is_some_and(|folder| folder.ends_with("state")) => {
            let world = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad/world.toml");
            let resolved = resolve::load_world(&world, sources, &mut diagnostics).expect("the world is right");
            drop(resolve::open_state(path, (&world, &resolved), sources, &mut diagnostics));
        }
        (Some("toml"), false) => drop(resolve::load_world(path, sources, &mut diagnostics)),
        (Some("md"), false) => {
            let found = Runbook::open(path)
                .and_then(|runbook| runbook.check(&Budget::default()).map(|_| runbook.warnings().clone()));
            let Mistakes { diagnostics: found, sources: read } = match found {
                Ok(mistakes) | Err(mistakes) => mistakes,
            };
            (*sources, diagnostics) = (read, found);
        }
        (other, _) => panic!("{}: no reader for {other:?}", path.display()),
    }
    diagnostics
}

fn parse(
    path: &Path,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
    read: impl Fn(&Sources, SourceId, &mut Vec<Diagnostic>),
) {
    let bytes = fs::read(path).expect("a file under tests/bad can be read");
    if let Some(source) = syntax::decode(&path.display().to_string(), &bytes, sources, diagnostics) {
        read(sources, source, diagnostics);
    }
}

/// The files that promise mistakes. Those beside the folders are worlds that they build on.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let (mut folders, mut files) = (vec![root.join("syntax"), root.join("resolve"), root.join("state")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("tests/bad is there") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
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
        } else if comment.starts_with("-elsewhere ") {
            words.next();
            0
        } else {
            at + 1
        };
        promised.extend(words.map(|code| (line, code.to_string())));
    }
    promised
}

/// The (line, code) pairs found; line 0 where the place is in another file.
fn found(path: &Path, diagnostics: &[Diagnostic], sources: &Sources) -> BTreeSet<(usize, String)> {
    let path = path.display().to_string();
    let line = |diagnostic: &Diagnostic| match sources.path(diagnostic.span.source) == path {
        true => sources.position(diagnostic.span).line as usize,
        false => 0,
    };
    diagnostics.iter().map(|diagnostic| (line(diagnostic), diagnostic.code.entry().name.to_string())).collect()
}

#[test]
fn every_bad_file_gives_the_promised_codes_on_the_promised_lines() {
    let mut wrong = String::new();
    for path in cases() {
        let mut sources = Sources::default();
        let diagnostics = mistakes(&path, &mut sources);
        let text = String::from_utf8_lossy(&fs::read(&path).expect("it was read before")).into_owned();
        let (promised, found) = (promised(&text), found(&path, &diagnostics, &sources));
        assert!(!promised.is_empty(), "{} promises nothing", path.display());
        if promised != found {
            let shown: String = diagnostics.iter().map(|found| show(found, &sources, Style::default())).collect();
            wrong += &format!("{}\n promised {promised:?}\n found    {found:?}\n{shown}\n", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_code_of_a_mistake_in_a_file_has_a_case() {
    let mut seen: BTreeSet<String> = ELSEWHERE.iter().map(|(code, _)| (*code).to_string()).collect();
    for path in cases() {
        let text = String::from_utf8_lossy(&fs::read(&path).expect("it can be read")).into_owned();
        seen.extend(promised(&text).into_iter().map(|(_, code)| code));
    }
    let missing: Vec<&str> =
        TABLE.iter().map(|entry| entry.name).filter(|name| !name.starts_with("R3") && !seen.contains(*name)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn every_mistake_says_what_is_wrong_in_lower_case_and_fits_its_line() {
    for path in cases() {
        let mut sources = Sources::default();
        for diagnostic in mistakes(&path, &mut sources) {
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
