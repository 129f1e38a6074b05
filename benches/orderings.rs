//! Counts and rules on the service packs: 12, 16 and 20 steps in any order, one thread.
//!
//! `cargo bench --bench orderings`; with the most memory held at a time.

use divan::{AllocProfiler, Bencher};
use runproof::Runbook;
use runproof::base::{Budget, Tally};
use runproof::orderings::Study;
use runproof::verdict::Among;

#[global_allocator]
static MEMORY: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn runbook(steps: u32) -> Runbook {
    let path = format!("{}/benches/service-packs/{steps}.md", env!("CARGO_MANIFEST_DIR"));
    Runbook::open(path).expect("it has no mistake")
}

#[divan::bench(args = [12, 16, 20], sample_count = 3, sample_size = 1)]
fn counts(bencher: Bencher, steps: u32) {
    let runbook = runbook(steps);
    bencher.bench_local(|| {
        let mut tally = Tally::start(&Budget::default(), "bench");
        let mut study = Study::of(runbook.system(), &mut tally).expect("there is no limit");
        let (good, all) = study.counts();
        assert!(good < all);
    });
}

/// Rules relative to refusals, and the proof that they say exactly which orderings are good; with all that counts need.
#[divan::bench(args = [12, 16, 20], sample_count = 3, sample_size = 1)]
fn rules(bencher: Bencher, steps: u32) {
    let runbook = runbook(steps);
    bencher.bench_local(|| {
        let mut tally = Tally::start(&Budget::default(), "bench");
        let mut study = Study::of(runbook.system(), &mut tally).expect("there is no limit");
        let rules = study.rules(Among::NotRefused, &mut tally);
        assert_eq!(rules.admitted, Some(0u8.into()));
    });
}
