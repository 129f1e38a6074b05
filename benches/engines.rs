//! States per second on three systems: our engine on the shipped worlds, Stateright on the same written by hand, and Stateright
//! as it decides worlds for us, over our semantics of one state.
//!
//! `cargo bench --bench engines`; `benches/compare.rs` prints the ratios.

mod worlds;

use divan::Bencher;
use divan::counter::ItemsCount;
use runproof::base::Budget;
use runproof::engine::{Engine, Stateright};
use worlds::{Contender, Example, Ready};

fn main() {
    divan::main();
}

const EXAMPLES: [Example; 3] = [Example::RollingUpgrade(10), Example::TwoPhaseCommit(7), Example::InstallOrders(3)];

fn explore(bencher: Bencher, example: Example, contender: Contender) {
    let ready = Ready::new(example, contender);
    bencher.counter(ItemsCount::new(example.states())).bench_local(|| {
        assert_eq!(ready.explore(), example.states());
    });
}

#[divan::bench(args = EXAMPLES, sample_count = 3, sample_size = 1)]
fn packed(bencher: Bencher, example: Example) {
    explore(bencher, example, Contender::Packed(1));
}

#[divan::bench(args = EXAMPLES, sample_count = 3, sample_size = 1)]
fn packed_on_two_threads(bencher: Bencher, example: Example) {
    explore(bencher, example, Contender::Packed(2));
}

#[divan::bench(args = EXAMPLES, sample_count = 3, sample_size = 1)]
fn stateright_bfs(bencher: Bencher, example: Example) {
    explore(bencher, example, Contender::StaterightBfs);
}

#[divan::bench(args = EXAMPLES, sample_count = 3, sample_size = 1)]
fn stateright_dfs(bencher: Bencher, example: Example) {
    explore(bencher, example, Contender::StaterightDfs);
}

/// Explores twice, once for the count and once for the verdict: the library's rules for one property a run.
#[divan::bench(args = [Example::RollingUpgrade(8)], sample_count = 1)]
fn stateright_as_second_engine(bencher: Bencher, example: Example) {
    let system = example.system();
    bencher.counter(ItemsCount::new(example.states())).bench_local(|| {
        let facts = Stateright.facts(&system, &Budget::default()).expect("there is no limit");
        assert_eq!(facts.states, example.states());
    });
}
