//! States per second of both engines on the rolling upgrade, side by side.
//!
//! `cargo bench --bench engines`

#[path = "../tests/rolling/mod.rs"]
mod rolling;

use divan::Bencher;
use divan::counter::ItemsCount;
use runproof::base::Budget;
use runproof::engine::{Engine, Packed, Stateright};

fn main() {
    divan::main();
}

fn explore(bencher: Bencher, engine: &dyn Engine, nodes: u64) {
    let world = rolling::world(nodes as usize);
    let states = rolling::states(nodes);
    bencher.counter(ItemsCount::new(states)).bench_local(|| {
        let facts = engine.facts(&world, &Budget::default()).expect("there is no limit");
        assert_eq!(facts.states, states);
    });
}

#[divan::bench(args = [8, 10], sample_count = 3)]
fn packed(bencher: Bencher, nodes: u64) {
    explore(bencher, &Packed, nodes);
}

/// Explores twice, once for the count and once for the verdict: the library's rules for one property a run.
#[divan::bench(args = [8, 10], sample_count = 1)]
fn stateright(bencher: Bencher, nodes: u64) {
    explore(bencher, &Stateright, nodes);
}
