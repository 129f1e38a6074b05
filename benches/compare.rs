//! Our engine beside Stateright on the same three systems, in one process, taken in turn: a table of medians and ratios.
//!
//! `cargo bench --bench compare [-- --quick] [-- --runs K]`
//!
//! Machines differ and are shared: take the ratios, not the figures. Memory is measured by `benches/peers/run`, which
//! gives every checker a process of its own.

mod worlds;

use std::time::{Duration, Instant};
use worlds::{Contender, Example, Ready};

const EXAMPLES: [Example; 5] = [
    Example::RollingUpgrade(12),
    Example::TwoPhaseCommit(7),
    Example::TwoPhaseCommit(9),
    Example::InstallOrders(3),
    Example::InstallOrders(1),
];
const QUICK: [Example; 3] = [Example::RollingUpgrade(10), Example::TwoPhaseCommit(7), Example::InstallOrders(3)];
const CONTENDERS: [Contender; 4] =
    [Contender::Packed(1), Contender::Packed(2), Contender::StaterightBfs, Contender::StaterightDfs];

/// What one exploration took.
#[derive(Clone, Copy)]
struct Took {
    wall: Duration,
    cpu: Duration,
}

fn main() {
    let mut quick = false;
    let mut runs = 3;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // Cargo says so of itself.
            "--bench" => {}
            "--quick" => quick = true,
            "--runs" => runs = arguments.next().and_then(|it| it.parse().ok()).expect("--runs takes a number"),
            other => panic!("there is --quick and --runs K, not {other}"),
        }
    }
    let examples: &[Example] = if quick { &QUICK } else { &EXAMPLES };
    for example in examples {
        show(*example, &measure(*example, runs.max(1)));
    }
}

/// Every contender once, then every one again: what slows the machine for a while slows all.
fn measure(example: Example, runs: usize) -> Vec<Took> {
    let ready = CONTENDERS.map(|contender| Ready::new(example, contender));
    let mut took: [Vec<Took>; CONTENDERS.len()] = Default::default();
    for _ in 0..runs {
        for ((ready, took), contender) in ready.iter().zip(&mut took).zip(CONTENDERS) {
            let (wall, cpu) = (Instant::now(), cpu());
            let states = ready.explore();
            let wall = wall.elapsed();
            took.push(Took { wall, cpu: self::cpu().zip(cpu).map_or(wall, |(now, then)| now - then) });
            assert_eq!(states, example.states(), "{contender} on {example}");
        }
    }
    took.iter().map(|took| median(took)).collect()
}

fn median(took: &[Took]) -> Took {
    let middle = |of: fn(&Took) -> Duration| {
        let mut all: Vec<Duration> = took.iter().map(of).collect();
        all.sort();
        all[all.len() / 2]
    };
    Took { wall: middle(|it| it.wall), cpu: middle(|it| it.cpu) }
}

/// User and system time of the process so far, where the system says so as Linux does: fields 14 and 15 of its line, in
/// hundredths of a second. The second field, a name in parentheses, may hold blanks.
fn cpu() -> Option<Duration> {
    let line = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(10 * ticks))
}

fn show(example: Example, took: &[Took]) {
    let millions = example.states() as f64 / 1e6;
    println!("\n{example}: {} states\n", example.states());
    println!(
        "| | million states per CPU s | million states per wall s | CPU time relative to runproof on one thread | wall |"
    );
    println!("|---|---|---|---|---|");
    let ours = took[0];
    for (contender, it) in CONTENDERS.iter().zip(took) {
        let [cpu, wall] = [it.cpu, it.wall].map(|time| time.as_secs_f64().max(1e-3));
        let [cpu_ratio, wall_ratio] =
            [cpu / ours.cpu.as_secs_f64().max(1e-3), wall / ours.wall.as_secs_f64().max(1e-3)];
        println!("| {contender} | {:.2} | {:.2} | {cpu_ratio:.2} | {wall_ratio:.2} |", millions / cpu, millions / wall);
    }
}
