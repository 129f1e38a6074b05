//! The matrix of a runbook of 30 steps: six on each of five nodes, with every step left out, done twice, swapped, done on every other
//! node, and cut short by a restart. One thread.
//!
//! `cargo bench --bench slips`; with the most memory held at a time.

use divan::{AllocProfiler, Bencher};
use runproof::Runbook;
use runproof::base::{Budget, Limit};
use runproof::slips::{Harm, study};
use runproof::system::{Mishap, MishapKind, OccurrenceId, Procedure, Refused, Step, StepId, System, Try};

#[global_allocator]
static MEMORY: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// How many good orders there are: one; one of the servers after the other; all but those in which too few serve.
const RUNBOOKS: [&str; 3] = ["one-by-one", "any-server-first", "interleaved"];

fn mishaps(system: &System) -> Vec<Mishap> {
    let Procedure::Ordered(plan) = &system.procedure else { unreachable!("a runbook has steps in order") };
    let mut mishaps = Vec::new();
    for (id, occurrence) in (0..).map(OccurrenceId).zip(&plan.occurrences) {
        let own = occurrence.step;
        let step = &system.steps[own.0 as usize];
        let try_of = |step, refused| Try { step, refused };
        let last = try_of(own, Refused::Stop);
        let mut add = |kind, detail: &str, tries| {
            mishaps.push(Mishap { occurrence: id, kind, detail: detail.to_owned(), tries });
        };
        add(MishapKind::Skipped, "", Vec::new());
        add(MishapKind::Swapped, "", Vec::new());
        add(MishapKind::Twice, "", vec![last, try_of(own, Refused::GoOn)]);
        for (other, what) in (0..).map(StepId).zip(&system.steps).filter(|(_, what)| elsewhere(step, what)) {
            add(MishapKind::WrongNode, &what.name, vec![try_of(other, Refused::Instead(own))]);
        }
        let restarts = |what: &Step| what.name.starts_with("restart") && what.nodes == step.nodes;
        let restart =
            (0..).map(StepId).zip(&system.steps).find(|(_, what)| restarts(what)).expect("each node restarts");
        add(MishapKind::CutShort, "", vec![last, try_of(restart.0, Refused::Impossible), try_of(own, Refused::GoOn)]);
        add(MishapKind::Crash, "", vec![try_of(restart.0, Refused::Impossible), last]);
    }
    mishaps
}

/// Whether a step is the same on another node.
fn elsewhere(step: &Step, other: &Step) -> bool {
    let words = |step: &Step| step.name.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (one, two) = (words(step), words(other));
    one.len() == two.len()
        && one.iter().zip(&two).filter(|(one, two)| one != two).count() == 1
        && step.nodes != other.nodes
}

#[divan::bench(args = RUNBOOKS, sample_count = 3, sample_size = 1)]
fn matrix(bencher: Bencher, name: &str) {
    let path = format!("{}/benches/slips/{name}.md", env!("CARGO_MANIFEST_DIR"));
    let runbook = Runbook::open(path).expect("it has no mistake");
    let mishaps = mishaps(runbook.system());
    bencher.bench_local(|| {
        let matrix = study(runbook.system(), &mishaps, 1, &Budget::default());
        // Of all states that the last one comes to, not all are decided to be beyond repair or not.
        assert!(matrix.limit.is_none_or(|limit| limit == Limit::States));
        assert!(
            matrix.cells.len() == mishaps.len()
                && matrix.cells.iter().all(|cell| cell.worst < Harm::Announced || cell.witness.is_some())
        );
    });
}
