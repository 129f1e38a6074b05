//! Our engine beside Stateright on the same three systems, taken in turn: a table of medians and ratios.
//!
//! `cargo bench --bench compare [-- --quick] [-- --runs K]`
//!
//! Machines differ and are shared: take the ratios, not the figures. One program holds all contenders and starts itself
//! again for each run.

mod worlds;

use std::process::{Command, Stdio};
use std::time::Instant;
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
    wall: f64,
    cpu: f64,
    /// Bytes held at most, where the system says so.
    peak: f64,
}

fn main() {
    let mut quick = false;
    let mut runs = 3;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|it| it.parse::<usize>().ok()).expect("a number follows");
        match argument.as_str() {
            // Cargo says so of itself.
            "--bench" => {}
            "--quick" => quick = true,
            "--runs" => runs = number().max(1),
            // What the parent asks of its child: one run.
            "--explore" => return explore(examples(quick)[number()], CONTENDERS[number()]),
            other => panic!("there is --quick and --runs K, not {other}"),
        }
    }
    for (number, example) in examples(quick).iter().enumerate() {
        show(*example, &measure(number, quick, runs));
    }
}

fn examples(quick: bool) -> &'static [Example] {
    if quick { &QUICK } else { &EXAMPLES }
}

/// Every contender once, then every one again: what slows the machine for a while slows all.
fn measure(example: usize, quick: bool, runs: usize) -> Vec<Took> {
    let mut took: [Vec<Took>; CONTENDERS.len()] = Default::default();
    for _ in 0..runs {
        for (contender, took) in took.iter_mut().enumerate() {
            took.push(child(example, contender, quick));
        }
    }
    took.iter().map(|took| median(took)).collect()
}

/// One run in a process of its own, so that no contender finds the memory of another.
fn child(example: usize, contender: usize, quick: bool) -> Took {
    let mut command = Command::new(std::env::current_exe().expect("it runs"));
    command.args(quick.then_some("--quick")).args(["--explore", &example.to_string(), &contender.to_string()]);
    let output = command.stderr(Stdio::inherit()).output().expect("it starts again");
    assert!(output.status.success(), "{} on {}", CONTENDERS[contender], examples(quick)[example]);
    let figures = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<f64> = figures.split_whitespace().map(|it| it.parse().expect("a figure")).collect();
    Took { wall: figures[0], cpu: figures[1], peak: figures[2] }
}

/// Explores and prints what it took: seconds of the clock, seconds of processors, bytes. Reading the world is not measured.
fn explore(example: Example, contender: Contender) {
    let ready = Ready::new(example, contender);
    let (started, before) = (Instant::now(), cpu());
    let states = ready.explore();
    let wall = started.elapsed().as_secs_f64();
    let cpu = cpu().zip(before).map_or(wall, |(after, before)| after - before);
    assert_eq!(states, example.states(), "{contender} on {example}");
    println!("{wall} {cpu} {}", peak().unwrap_or(f64::NAN));
}

/// User and system time of the process so far in seconds, where the system says so as Linux does: fields 14 and 15 of its line,
/// in hundredths. The second field, a name in parentheses, may hold blanks.
fn cpu() -> Option<f64> {
    let line = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = line.rsplit_once(')')?.1.split_whitespace().skip(11).map(str::parse::<u64>);
    let ticks = fields.next()?.ok()? + fields.next()?.ok()?;
    Some(ticks as f64 / 100.0)
}

/// The most memory that the process has held, in bytes, where the system says so as Linux does.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0)
}

fn median(took: &[Took]) -> Took {
    let middle = |of: fn(&Took) -> f64| {
        let mut all: Vec<f64> = took.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    Took { wall: middle(|it| it.wall), cpu: middle(|it| it.cpu), peak: middle(|it| it.peak) }
}

fn show(example: Example, took: &[Took]) {
    let states = example.states() as f64;
    println!("\n{example}: {states} states\n");
    println!(
        "| | million states per CPU s | per wall s | CPU time relative to runproof on one thread | wall | bytes per state |"
    );
    println!("|---|---|---|---|---|---|");
    // What takes less than a tick of the processor's clock is not told apart.
    let least = |seconds: f64| seconds.max(0.01);
    for (contender, it) in CONTENDERS.iter().zip(took) {
        let [cpu, wall] = [least(it.cpu), least(it.wall)];
        let [cpu_ratio, wall_ratio] = [cpu / least(took[0].cpu), wall / least(took[0].wall)];
        let [per_cpu, per_wall] = [cpu, wall].map(|time| states / 1e6 / time);
        let bytes = it.peak / states;
        println!("| {contender} | {per_cpu:.2} | {per_wall:.2} | {cpu_ratio:.2} | {wall_ratio:.2} | {bytes:.1} |");
    }
}
