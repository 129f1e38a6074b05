//! Chains of causes are enough, and every link of them is needed: the steps that a chain cites, alone and in their order, break the same
//! conditions by the same values, and without one of them they do not.

use runproof::Runbook;
use runproof::base::Budget;
use runproof::certify::certify;
use runproof::explain::data::{Broken, EndKind, Story};
use runproof::explain::runbook;
use runproof::orderings::decide;
use runproof::system::{Block, OccurrenceId, Procedure, System};
use std::path::Path;

/// The counterexample of a system, told; and the system with the one first state that it starts from.
fn told(system: &System) -> Option<(Story, System)> {
    let verdict = decide(system, &Budget::default());
    let start = verdict.counterexample.as_ref()?.trace.initial;
    let finding = runbook(system, &certify(system, verdict).unwrap());
    let mut system = system.clone();
    system.initial = vec![system.initial[start as usize]];
    Some((finding.counterexample?, system))
}

/// The system with a procedure of these steps alone, in this order.
fn with_steps(system: &System, steps: &[OccurrenceId]) -> System {
    let mut system = system.clone();
    let Procedure::Ordered(plan) = &mut system.procedure else { panic!("a runbook has an order") };
    assert!(plan.guards.is_empty());
    plan.occurrences = steps.iter().map(|id| plan.occurrences[id.0 as usize].clone()).collect();
    plan.root = Block::Sequence((0..steps.len() as u32).map(|id| Block::Step(OccurrenceId(id))).collect());
    plan.chains.clear();
    system.claims.clear();
    system.faults.clear();
    system
}

/// The steps that a chain of causes cites, in the order of the run.
fn cited(story: &Story, system: &System) -> Vec<OccurrenceId> {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a runbook has an order") };
    let mut numbers: Vec<usize> = story.ending.because.iter().filter_map(|because| because.step).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let labels = numbers.iter().map(|number| &story.ordering[number - 1].label);
    let place = |label: &String| plan.occurrences.iter().position(|occurrence| occurrence.label == *label).unwrap();
    labels.map(|label| OccurrenceId(place(label) as u32)).collect()
}

/// Which of the parts that a run breaks are broken in the end of this system's only ordering, by the same values.
fn still_broken(story: &Story, system: &System) -> Vec<Broken> {
    let broken = told(system).map(|(story, _)| story.ending.broken).unwrap_or_default();
    broken.into_iter().filter(|broken| story.ending.broken.contains(broken)).collect()
}

fn models() -> Vec<(String, System)> {
    let names = [
        "hotfix-queue/one-restart",
        "hotfix-queue/two-people",
        "kafka/six-steps",
        "nt4-cluster/at-once/q218922",
        "nt4-cluster/q218922",
        "nt4-cluster/q223258-dependency",
        "tutorial/always/careless",
        "tutorial/order/runbook",
    ];
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let open = |name: &str| Runbook::open(models.join(format!("{name}.md"))).unwrap().system().clone();
    names.map(|name| (name.to_owned(), open(name))).to_vec()
}

#[test]
fn the_cited_steps_alone_break_the_same() {
    for (name, system) in models() {
        let (story, system) = told(&system).unwrap();
        let steps = cited(&story, &system);
        assert!(!steps.is_empty() && steps.len() < story.ordering.len() || story.ordering.len() == 2, "{name}");
        assert!(!still_broken(&story, &with_steps(&system, &steps)).is_empty(), "{name}: {steps:?}");
    }
}

#[test]
fn without_one_of_the_cited_steps_not_all_of_it_breaks_like_that() {
    for (name, system) in models() {
        let (story, system) = told(&system).unwrap();
        let steps = cited(&story, &system);
        let all = still_broken(&story, &with_steps(&system, &steps));
        for left_out in &steps {
            let others: Vec<OccurrenceId> = steps.iter().filter(|id| *id != left_out).copied().collect();
            let broken = still_broken(&story, &with_steps(&system, &others));
            assert!(broken.len() < all.len(), "{name}: {broken:?} without {left_out:?}");
        }
    }
}

#[test]
fn of_two_values_that_were_each_enough_both_are_told() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/nt4-cluster/q191138-newer.md");
    let (story, _) = told(Runbook::open(path).unwrap().system()).unwrap();
    assert_eq!(story.ending.kind, EndKind::Unhealthy);
    let installed = story.ending.because.iter().find(|because| because.variable == "installed(ntop, A)").unwrap();
    assert_eq!(installed.also, ["installed(ntop, B) being yes"]);
    let join = &story.ending.because[0];
    let while_: Vec<&str> = join.while_.iter().map(|(variable, _)| variable.as_str()).collect();
    assert_eq!(while_, ["msdtc(B)", "clussvc(B)", "dtc-resource", "dtc(B)"]);
}
