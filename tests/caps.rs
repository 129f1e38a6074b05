//! What is said where there is more than a report tells apart: never less than the truth.

use num_bigint::BigUint;
use runproof::Runbook;
use runproof::base::{Budget, Tally};
use runproof::orderings::{Study, decide};
use runproof::verdict::{Among, Cause, Verdict};
use std::path::Path;

fn opened(path: &str) -> Runbook {
    Runbook::open(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn not_good(verdict: &Verdict) -> BigUint {
    let counts = verdict.counts.as_ref().expect("there is no limit");
    &counts.total - &counts.good
}

/// Seven switches: each fails for good if the one before it was not turned on yet.
fn switches() -> (tempfile::TempDir, Runbook) {
    let folder = tempfile::tempdir().unwrap();
    let mut world = String::from("nodes = 1\n\n[var]\ns0 = { values = [\"off\", \"on\", \"burnt\"] }\n");
    let mut actions = String::from("\n[action.\"turn on 0\"]\nset = { s0 = \"on\" }\n");
    let mut list = String::from("# Switches\n\n```toml runproof\nworld = \"world.toml\"\n```\n\n- `turn on 0`\n");
    let mut health = vec!["s0 == on".to_owned()];
    for at in 1..7 {
        let before = at - 1;
        world.push_str(&format!("s{at} = {{ values = [\"off\", \"on\", \"burnt\"] }}\n"));
        actions.push_str(&format!(
            "\n[action.\"turn on {at}\"]\nset = {{ s{at} = \"if s{before} == off then burnt else on\" }}\n"
        ));
        list.push_str(&format!("- `turn on {at}`\n"));
        health.push(format!("s{at} == on"));
    }
    let world = format!("{world}{actions}\n[health]\nall = \"{}\"\n", health.join(" and "));
    std::fs::write(folder.path().join("world.toml"), world).unwrap();
    std::fs::write(folder.path().join("runbook.md"), list).unwrap();
    let runbook = Runbook::open(folder.path().join("runbook.md")).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    (folder, runbook)
}

#[test]
fn the_smallest_of_many_classes_are_one_and_the_counts_still_make_the_whole() {
    let (_folder, runbook) = switches();
    let verdict = decide(runbook.system(), &Budget::default());
    let classes = &verdict.classes.classes;
    assert_eq!(classes.len(), 32);
    assert_eq!(classes.iter().map(|class| &class.count).sum::<BigUint>(), not_good(&verdict));
    let (rest, told) = classes.split_last().unwrap();
    assert_eq!((rest.breaks, &rest.cause), (None, &None));
    assert!(told.iter().all(|class| matches!(class.cause, Some(Cause::Unhealthy(_)))));
}

#[test]
fn with_many_positions_refusals_are_one_class_and_the_rules_still_say_exactly_which_orders_are_good() {
    let verdict = decide(opened("benches/service-packs/16.md").system(), &Budget::default());
    let rules = verdict.rules.as_ref().expect("order matters");
    assert_eq!((rules.among, &rules.admitted), (Among::NotRefused, &Some(0u8.into())));
    let counts = verdict.counts.as_ref().unwrap();
    assert_eq!((&counts.good, &counts.total), (&29_800_352u32.into(), &5_230_697_472_000u64.into()));
    let classes = &verdict.classes.classes;
    let refused = classes.iter().find(|class| class.cause.is_none()).expect("refusals have no step of their own");
    assert_eq!(Some(&counts.total - &refused.count), rules.spoken_of);
    assert_eq!(classes.iter().map(|class| &class.count).sum::<BigUint>(), not_good(&verdict));
}

#[test]
fn lists_that_may_not_be_the_freest_are_not_said_to_be() {
    let runbook = opened("models/nt4-cluster/q223258-order65-free.md");
    let mut tally = Tally::start(&Budget::default(), "test");
    let mut study = Study::of(runbook.system(), &mut tally).unwrap();
    let freest = study.freest(&mut tally).unwrap().expect("the printed order is good");
    assert!(!freest.proved_fewest);
    assert_eq!(&freest.orderings + &freest.given_up, study.counts().0);
}
