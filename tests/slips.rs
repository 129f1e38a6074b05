//! What mishaps do: against brute force on random worlds, which lists every good ordering and follows every run of it.

mod naive;
mod slipped;

use naive::random::Dice;
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::Budget;
use runproof::slips::{Allowed, Harm, Matrix, Tolerance, study, tolerates};
use runproof::system::{Mishap, MishapKind, Procedure};
use runproof::verdict::Ending;
use slipped::same::{same_cell, same_run};
use slipped::{Brute, Slipped, Wrong, meant, wrong};
use std::collections::{BTreeMap, BTreeSet};

/// The mishaps that happened, the ordering that was meant, and the run.
type BadRun = (BTreeSet<usize>, Vec<u32>, Slipped);

/// Every bad run of every good ordering with any number of mishaps.
fn bad_runs(brute: &Brute<'_>) -> Vec<BadRun> {
    let all: Vec<usize> = (0..brute.wrong.mishaps.len()).collect();
    let mut found = Vec::new();
    for ordering in brute.good.clone() {
        for run in brute.runs(&ordering, &all).into_iter().filter(|run| run.happened) {
            let used = all.iter().copied().filter(|it| !run.left.contains(it)).collect();
            found.push((used, ordering.clone(), run));
        }
    }
    found.retain(|(_, _, run)| !brute.wrong.case.good(&run.run));
    found
}

fn same_tolerance(brute: &Brute<'_>, bad: &[BadRun], tolerance: &Tolerance, most: usize) {
    let fewest = bad.iter().map(|(used, ..)| used.len()).min().filter(|fewest| *fewest <= most);
    let sets: BTreeSet<Vec<usize>> = bad
        .iter()
        .filter(|(used, ..)| Some(used.len()) == fewest)
        .map(|(used, ..)| used.iter().copied().collect())
        .collect();
    assert_eq!(tolerance.sets, sets.into_iter().collect::<Vec<_>>());
    assert_eq!(tolerance.looked_at as usize, fewest.unwrap_or(most));
    assert_eq!(tolerance.limit, None);
    assert_eq!(tolerance.witness.is_some(), fewest.is_some());
    if let Some(witness) = &tolerance.witness {
        let first = &tolerance.sets[0];
        let meant = meant(brute, witness);
        let of_it = |(used, ordering, _): &&BadRun| used.iter().eq(first) && *ordering == meant;
        same_run(brute, witness, bad.iter().filter(of_it).map(|(.., run)| run), "the least");
    }
}

fn same_tolerates(brute: &Brute<'_>, bad: Vec<BadRun>, allowed: &Allowed) {
    let mishaps = &brute.wrong.mishaps;
    let found = tolerates(&brute.wrong.system, mishaps, allowed, &Budget::default()).unwrap();
    let within = |used: &BTreeSet<usize>| {
        let count = |which: &dyn Fn(&Mishap) -> bool| used.iter().filter(|it| which(&mishaps[**it])).count() as u32;
        let named = |mishap: &Mishap, detail: &String| mishap.kind == MishapKind::Fault && mishap.detail == *detail;
        let most =
            |detail: &String| allowed.faults.iter().find(|(other, _)| other == detail).map_or(0, |(_, most)| *most);
        count(&|mishap| mishap.kind.is_slip()) <= allowed.slips
            && count(&|mishap| mishap.kind.is_crash()) <= allowed.crashes
            && ["0", "1"].map(str::to_owned).iter().all(|detail| count(&|mishap| named(mishap, detail)) <= most(detail))
    };
    let bad: Vec<BadRun> = bad.into_iter().filter(|(used, ..)| within(used)).collect();
    assert_eq!(found.is_some(), !bad.is_empty(), "{allowed:?}");
    if let Some(witness) = &found {
        let meant = meant(brute, witness);
        let of_it = bad.iter().filter(|(_, ordering, _)| *ordering == meant);
        same_run(brute, witness, of_it.map(|(.., run)| run), "tolerates");
    }
}

fn allowed(dice: &mut Dice<'_>) -> Allowed {
    let faults = (0..dice.below(3)).map(|detail| (detail.to_string(), dice.below(2) as u32)).collect();
    Allowed { slips: dice.below(3) as u32, crashes: dice.below(2) as u32, faults }
}

fn cases(steps: &'static [u32], round: bool) -> impl Strategy<Value = (Wrong, Allowed)> {
    prop::collection::vec(any::<u8>(), 0..600).prop_map(move |bytes| {
        let mut dice = Dice(bytes.iter());
        (wrong(&mut dice, steps, round), allowed(&mut dice))
    })
}

fn studied(wrong: &Wrong, most: u32) -> Matrix {
    let matrix = study(&wrong.system, &wrong.mishaps, most, &Budget::default());
    assert_eq!(matrix.limit, None);
    matrix
}

fn same_matrix(wrong: &Wrong) {
    let mut brute = Brute::of(wrong);
    let matrix = studied(wrong, 0);
    assert_eq!(matrix.good, BigUint::from(brute.good.len()));
    assert_eq!(matrix.cells.len(), if brute.good.is_empty() { 0 } else { wrong.mishaps.len() });
    matrix.cells.iter().for_each(|cell| same_cell(&mut brute, cell));
}

fn same_least(wrong: &Wrong, allowed: &Allowed) {
    let brute = Brute::of(wrong);
    if !brute.good.is_empty() {
        let bad = bad_runs(&brute);
        same_tolerance(&brute, &bad, &studied(wrong, 3).tolerance, 3);
        same_tolerates(&brute, bad, allowed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_cell_is_what_listing_every_run_says((wrong, _) in cases(&[2, 3, 3, 4], false)) {
        same_matrix(&wrong);
    }

    #[test]
    fn every_cell_is_so_where_something_goes_round((wrong, _) in cases(&[2, 2, 3, 3], true)) {
        same_matrix(&wrong);
    }

    #[test]
    fn the_smallest_sets_that_do_harm_are_found_and_so_is_whether_so_many_mishaps_are_borne(
        (wrong, allowed) in cases(&[2, 3, 3, 4], false)
    ) {
        same_least(&wrong, &allowed);
    }

    #[test]
    fn they_are_found_where_something_goes_round((wrong, allowed) in cases(&[2, 2, 3, 3], true)) {
        same_least(&wrong, &allowed);
    }
}

#[test]
fn the_cases_are_of_all_kinds() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut met, mut sizes) = (BTreeMap::<_, u32>::new(), BTreeMap::<_, u32>::new());
    for _ in 0..600 {
        let (wrong, _) = cases(&[2, 3, 3, 4], false).new_tree(&mut runner).unwrap().current();
        let matrix = studied(&wrong, 3);
        for cell in &matrix.cells {
            *met.entry((cell.worst, cell.silent, cell.orders == cell.of, cell.check.is_some())).or_default() += 1;
        }
        *sizes.entry(matrix.tolerance.sets.first().map(Vec::len)).or_default() += 1;
    }
    eprintln!("{met:?} {sizes:?}");
    let harms: BTreeSet<Harm> = met.keys().map(|(harm, ..)| *harm).collect();
    assert_eq!(harms.len(), 6, "{met:?}");
    assert!(
        met.contains_key(&(Harm::Silent, true, false, true))
            && met.contains_key(&(Harm::BeyondRepair, true, true, true))
    );
    assert!(sizes.contains_key(&Some(2)), "{sizes:?}");
}

#[test]
fn the_cases_go_round_in_all_ways() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut met = BTreeMap::<&str, u32>::new();
    for _ in 0..6_000 {
        let (wrong, _) = cases(&[2, 2, 3, 3], true).new_tree(&mut runner).unwrap().current();
        let rounds = &wrong.case.rounds;
        for cell in &studied(&wrong, 0).cells {
            let mishap = &wrong.mishaps[cell.mishap];
            let id = mishap.occurrence.0;
            let within = |lap: &&naive::Lap| lap.body.contains(&id);
            let last = rounds.laps.iter().any(|lap| lap.body.last() == Some(&id));
            let kinds = [
                ("in a loop", rounds.laps.iter().any(|lap| within(&lap))),
                ("last of a loop", last),
                ("swapped", mishap.kind == MishapKind::Swapped && rounds.laps.iter().any(|lap| within(&lap))),
                ("waiting", !rounds.slow.is_empty()),
            ];
            for (name, _) in kinds.into_iter().filter(|(_, is)| *is && cell.worst >= Harm::Harmless) {
                *met.entry(name).or_default() += 1;
            }
            let Some(witness) = &cell.witness else { continue };
            let Procedure::Ordered(plan) = &witness.system.procedure else { unreachable!() };
            let endless = matches!(witness.run.ending, Ending::Endless(_));
            let looped = !plan.retries.loops.is_empty();
            let shown = [
                ("shown with passes", looped && !endless),
                ("shown going round for ever", looped && endless),
                ("shown waiting for ever", !looped && endless),
                ("shown with other ends", !looped && !endless),
            ];
            for (name, _) in shown.into_iter().filter(|(_, is)| *is) {
                *met.entry(name).or_default() += 1;
            }
        }
    }
    eprintln!("{met:?}");
    assert_eq!(met.len(), 8, "{met:?}");
}
