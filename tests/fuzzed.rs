//! What fuzzing found once is asked again, and so are the fixed files that every fuzz target begins with.
//!
//! A file below `fuzz/found/TARGET/` is one that made the target of that name fail. `fuzz/run` keeps what it finds there.

#[path = "../fuzz/src/lib.rs"]
#[allow(dead_code)]
mod fuzz;

use std::path::Path;

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 6] = [
    ("world", fuzz::world),
    ("block", fuzz::block),
    ("markdown", fuzz::markdown),
    ("expressions", fuzz::expressions),
    ("certificates", fuzz::certificates),
    ("checkpoints", fuzz::checkpoints),
];

#[test]
fn what_was_found_once_is_not_found_again() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/found");
    for (name, target) in TARGETS {
        target(b"");
        let Ok(files) = std::fs::read_dir(found.join(name)) else { continue };
        for file in files {
            let path = file.unwrap().path();
            println!("{}", path.display());
            target(&std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn every_target_takes_what_is_right() {
    fuzz::world(include_bytes!("../fuzz/fixed/world.toml"));
    fuzz::markdown(include_bytes!("../fuzz/fixed/runbook.md"));
    fuzz::block(b"faults = { crash = 1 }\n");
    for text in ["\0lit(A) and tries == 1", "\x01lamp before restart A", "\x02see {n: node}"] {
        fuzz::expressions(text.as_bytes());
    }
}
