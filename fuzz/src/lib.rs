//! What is asked of the program whatever bytes it is given: one function for each fuzz target.
//!
//! `targets/` calls them with what libFuzzer makes up; `tests/fuzzed.rs` of the project calls them with what was found once.

mod files;
mod saved;
mod shown;

use files::Memory;
use runproof::base::{Budget, Tally};
use runproof::check::{Subject, certificate_of};
use runproof::recheck::{self, Certificate, Source, Summary, digest};
use runproof::report::text::{self, Look};
use runproof::report::{Mistake, json};
use runproof::{Mistakes, Runbook, World, lower, resolve};
use saved::Saved;
use shown::{harmless, mistakes};
use std::path::Path;
use std::sync::{Arc, LazyLock};

const WORLD: &str = include_str!("../fixed/world.toml");
const RUNBOOK: &str = include_str!("../fixed/runbook.md");

/// Enough for a small model, and over within a moment for a large one.
fn budget() -> Budget {
    Budget { states: Some(500), memory: Some(16 << 20), threads: 1, ..Budget::default() }
}

/// A world: what is wrong in it is told, or else it is lowered and explored a little; twice the same.
pub fn world(bytes: &[u8]) {
    assert_eq!(told_of_world(bytes), told_of_world(bytes), "two runs say the same");
}

fn told_of_world(bytes: &[u8]) -> String {
    let files = Memory::new([("world.toml", bytes)]);
    let found = World::open_in(&files, Path::new("world.toml")).and_then(|world| {
        let system = world.system()?;
        let told = [lower::print(&system), text::world(&world.states(&budget())?, Look::PLAIN)].concat();
        Ok((told, mistakes(world.warnings())))
    });
    told(found)
}

fn told(found: Result<(String, String), Mistakes>) -> String {
    let told = match found {
        Ok((told, warnings)) => told + &warnings,
        Err(found) => {
            assert!(!found.diagnostics.is_empty(), "what is refused has a reason");
            mistakes(&found)
        }
    };
    harmless(&told);
    told
}

/// A runbook of the fixed world is told what is wrong in it, or is checked a little; twice the same.
pub fn markdown(bytes: &[u8]) {
    assert_eq!(told_of_runbook(bytes), told_of_runbook(bytes), "two runs say the same");
}

fn told_of_runbook(bytes: &[u8]) -> String {
    let files = Memory::new([("world.toml", WORLD.as_bytes()), ("runbook.md", bytes)]);
    let found = Runbook::open_in(&files, Path::new("runbook.md")).and_then(|runbook| {
        let report = runbook.check(&budget())?;
        let warnings = runbook.warnings();
        let listed: Vec<Mistake> = warnings.diagnostics.iter().map(|it| Mistake::new(it, &warnings.sources)).collect();
        let told = text::runbook(&report, Look::PLAIN) + &json::runbooks(&[report], &listed);
        Ok((lower::print(runbook.system()) + &told, mistakes(warnings)))
    });
    told(found)
}

/// The inside of a checked block, above the lists of the fixed runbook.
pub fn block(bytes: &[u8]) {
    let (_, lists) = RUNBOOK.split_once("\n```\n").expect("the block ends");
    let head: &[u8] = b"```toml runproof\nworld = \"world.toml\"\n";
    markdown(&[head, bytes, b"\n```\n", lists.as_bytes()].concat());
}

/// The first byte says what the rest is: an expression, the rule of a claim, or the sentence of an action. An expression in
/// parentheses means the same.
pub fn expressions(bytes: &[u8]) {
    let Some((kind, Ok(text))) = bytes.split_first().map(|(kind, rest)| (kind, std::str::from_utf8(rest))) else {
        return;
    };
    // As TOML has it, with every character that means something to it written as a number.
    let quoted: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' | '\0'..' ' | '\u{7f}' => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    match kind % 3 {
        0 => {
            let with = |text: &str| format!("{WORLD}\n[drill.fuzzed]\ndo = []\nexpect = \"{text}\"\n");
            world(with(&quoted).as_bytes());
            if let (Some(plain), Some(wrapped)) = (lowered(&with(&quoted)), lowered(&with(&format!("({quoted})")))) {
                assert_eq!(plain, wrapped, "parentheses change nothing");
            }
        }
        1 => {
            let claim = format!("[[claim]]\nid = \"fuzzed\"\nwhere = \"{quoted}\"\nevery = \"healthy\"\n");
            block(claim.as_bytes());
        }
        _ => world(format!("{WORLD}\n[action.\"{quoted}\"]\nset = {{ tries = 1 }}\n").as_bytes()),
    }
}

fn lowered(world: &str) -> Option<String> {
    let files = Memory::new([("world.toml", world.as_bytes())]);
    Some(lower::print(&World::open_in(&files, Path::new("world.toml")).ok()?.system().ok()?))
}

/// The fixed runbook, resolved, and its certificate.
struct Fixed {
    resolved: resolve::Resolved,
    runbook: resolve::model::Runbook,
    certificate: Certificate,
    summary: Summary,
}

impl Fixed {
    fn recheck(&self, certificate: &Certificate) -> Option<Summary> {
        let mut tally = Tally::start(&Budget { states: Some(20_000), memory: Some(64 << 20), ..Budget::default() }, "");
        recheck::recheck(certificate, &self.resolved.world, &self.runbook, &mut tally).ok()
    }
}

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let files = Memory::new([("world.toml", WORLD.as_bytes()), ("runbook.md", RUNBOOK.as_bytes())]);
    let mut found = Mistakes::default();
    let path = Path::new("runbook.md");
    let opened = resolve::open_runbook_in(&files, path, &mut found.sources, &mut found.diagnostics);
    let (resolved, runbook) = opened.unwrap_or_else(|| panic!("{found}"));
    let system = lower::runbook(&resolved.world, &runbook).expect("it is small");
    let source = |path: &str, text: &str| Source { path: path.to_owned(), sha256: digest(text.as_bytes()) };
    let sources = vec![source("runbook.md", RUNBOOK), source("world.toml", WORLD)];
    let subject = Subject { world: &resolved.world, runbook: &runbook, sources, path: "runbook.md".to_owned() };
    let certificate = certificate_of(&subject, &system, &Budget::default()).expect("there is one");
    let mut tally = Tally::start(&Budget::default(), "");
    let summary = recheck::recheck(&certificate, &resolved.world, &runbook, &mut tally).expect("it is right");
    Fixed { resolved, runbook, certificate, summary }
});

/// The bytes of a certificate without its checksum, and the bytes as they are: refused, or the same verdict and answers as those
/// of the true one.
pub fn certificates(bytes: &[u8]) {
    let sealed = [bytes, format!("{{\"sha256\":\"{}\"}}\n", digest(bytes)).as_bytes()].concat();
    for bytes in [bytes, &sealed] {
        let Ok(certificate) = Certificate::read(bytes) else { continue };
        assert_eq!(certificate.written().as_bytes(), bytes, "written as it was read");
        if let Some(summary) = FIXED.recheck(&certificate) {
            assert_eq!(summary.verdict, FIXED.summary.verdict, "no other verdict is accepted");
            assert_eq!(summary.claims, FIXED.summary.claims, "no other answer is accepted");
        }
    }
}

/// A checkpoint after its first lines, which say what it belongs to: refused, or gone on from to an end. With a digest that does
/// not fit it is refused.
pub fn checkpoints(bytes: &[u8]) {
    let files = Memory::new([("world.toml", WORLD.as_bytes())]);
    let world = World::open_in(&files, Path::new("world.toml")).unwrap_or_else(|found| panic!("{found}"));
    let system = world.system().unwrap_or_else(|found| panic!("{found}"));
    let all = saved::belonging_to(&system, bytes);
    for bytes in [all.clone(), saved::sealed(all)] {
        let saved = Arc::new(Saved::holding(bytes));
        let budget = Budget { checkpoint: Some(saved.clone()), ..budget() };
        let found = world.states(&budget).unwrap_or_else(|found| panic!("{found}"));
        harmless(&text::world(&found, Look::PLAIN));
        assert!(saved.refused().is_none() || found.undecided(), "what is refused gives no verdict");
    }
}

/// Writes what cannot be taken from files of the project into the folder that `SEEDS_INTO` names, and ends the program.
pub fn write_seeds(target: &str) {
    let Some(folder) = std::env::var_os("SEEDS_INTO") else { return };
    let seed = match target {
        "certificates" => {
            let text = FIXED.certificate.written();
            let (body, _) = text.trim_end().rsplit_once('\n').expect("there is more than a checksum");
            format!("{body}\n").into_bytes()
        }
        "checkpoints" => saved::some(&system()),
        "markdown" => RUNBOOK.into(),
        "world" => WORLD.into(),
        _ => std::process::exit(0),
    };
    std::fs::write(Path::new(&folder).join("fixed"), seed).expect("the folder is there");
    std::process::exit(0);
}

fn system() -> runproof::system::System {
    let files = Memory::new([("world.toml", WORLD.as_bytes())]);
    let world = World::open_in(&files, Path::new("world.toml")).unwrap_or_else(|found| panic!("{found}"));
    world.system().unwrap_or_else(|found| panic!("{found}"))
}
