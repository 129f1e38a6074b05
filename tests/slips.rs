//! What mishaps do: against brute force on random worlds, which lists every good ordering and follows every run of it.

mod naive;
mod slipped;

use naive::World;
use naive::random::{Dice, pack};
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::Budget;
use runproof::certify::{certify_run, replay};
use runproof::slips::{Allowed, Cell, Check, Harm, Matrix, Tolerance, Witness, study, tolerates};
use runproof::system::{Mishap, MishapKind, OccurrenceId, Procedure, VarId};
use runproof::verdict::Ending;
use slipped::{Brute, Slipped, Wrong, meant, over, wrong};
use std::collections::{BTreeMap, BTreeSet};

/// What brute force says of one mishap: for each good ordering, the runs in which it happens.
fn runs_of(brute: &mut Brute<'_>, mishap: usize) -> Vec<(Vec<u32>, Vec<Slipped>)> {
    let mut all = Vec::new();
    for ordering in brute.good.clone() {
        let runs = brute.runs(&ordering, &[mishap]);
        let runs: Vec<Slipped> = runs.into_iter().filter(|run| run.happened).collect();
        brute.repairs(runs.iter().flat_map(|run| brute.rested(&run.run)).collect::<Vec<World>>());
        all.push((ordering, runs));
    }
    all
}

fn same_cell(brute: &mut Brute<'_>, cell: &Cell) {
    let all = runs_of(brute, cell.mishap);
    let harms = |runs: &[Slipped]| runs.iter().map(|run| brute.harm(run)).max();
    let worst: Vec<Harm> = all.iter().filter_map(|(_, runs)| harms(runs)).collect();
    let most = worst.iter().copied().max().unwrap_or(Harm::Impossible);
    let about = format!("{:?}", brute.wrong.mishaps[cell.mishap]);
    assert_eq!(cell.worst, most, "{about}");
    assert_eq!(cell.of, BigUint::from(worst.len()), "{about}");
    assert_eq!(cell.orders, BigUint::from(worst.iter().filter(|harm| **harm == most).count()), "{about}");
    let silent = |run: &&Slipped| !run.sign && !brute.wrong.case.good(&run.run);
    let unseen: Vec<&Slipped> = all.iter().flat_map(|(_, runs)| runs).filter(silent).collect();
    assert_eq!(cell.unseen, !unseen.is_empty(), "{about}");
    assert_eq!(cell.silent, most >= Harm::Silent && unseen.iter().any(|run| brute.harm(run) == most), "{about}");
    assert_eq!(cell.check, cheapest(brute, cell.mishap, &unseen), "{about}");
    assert_eq!(cell.witness.is_some(), most >= Harm::Announced, "{about}");
    if let Some(witness) = &cell.witness {
        let wanted = |run: &&Slipped| brute.harm(run) == most && (!cell.silent || !run.sign);
        let mut shortest: Vec<&Vec<u32>> =
            all.iter().filter(|(_, runs)| runs.iter().any(|run| wanted(&run))).map(|(ordering, _)| ordering).collect();
        shortest.sort_by_key(|ordering| (ordering.len(), (*ordering).clone()));
        let meant = meant(brute, witness);
        assert_eq!(&meant, shortest[0], "{about}");
        let (_, runs) = all.iter().find(|(ordering, _)| *ordering == meant).unwrap();
        same_run(brute, witness, runs.iter().filter(wanted), &about);
        assert!(!cell.silent || witness.signs.is_empty(), "{about}");
    }
}

/// A run that is shown replays, and is one of those that are wanted.
fn same_run<'r>(brute: &Brute<'_>, witness: &Witness, wanted: impl Iterator<Item = &'r Slipped>, about: &str) {
    certify_run(&witness.system, &witness.run).unwrap_or_else(|bug| panic!("{bug:?} {about} {witness:#?}"));
    let replayed = replay(&witness.system, &witness.run.trace).unwrap();
    let is_it = |run: &Slipped| match witness.run.ending {
        Ending::Healthy | Ending::Witness => false,
        Ending::Refused => run.run.refused && pack(&run.run.world) == replayed.end,
        Ending::Unsettled(_) => run.run.unsettled,
        Ending::Endless(_) => run.run.endless,
        Ending::Always(always) => run.run.broken.contains(&always),
        Ending::Unhealthy | Ending::Drill { .. } => !over(&run.run) && pack(&run.run.world) == replayed.end,
    };
    assert!(wanted.into_iter().any(is_it), "{about} {:?} {:?}", witness.run, brute.wrong.case);
}

/// The cheapest check, by trying all.
fn cheapest(brute: &Brute<'_>, mishap: usize, unseen: &[&Slipped]) -> Option<Check> {
    let first = unseen.first()?;
    let slipped = brute.wrong.mishaps[mishap].occurrence.0;
    let in_all = |id: &u32| unseen.iter().all(|run| run.moments.iter().any(|(other, _)| other == id));
    let mut later: Vec<u32> = first.moments.iter().map(|(id, _)| *id).filter(in_all).collect();
    later.sort_unstable();
    later.retain(|id| *id != slipped);
    let moments: Vec<Option<u32>> = [slipped].into_iter().chain(later).map(Some).chain([None]).collect();
    let vars = brute.wrong.case.sizes.len();
    for most in 1..=3u32 {
        for moment in &moments {
            let values = |var: usize| brute.seen[moment].iter().fold(0u64, |all, world| all | 1 << world[var]);
            let world = |run: &Slipped| match moment {
                None => run.run.world.clone(),
                Some(id) => run.moments.iter().find(|(other, _)| other == id).unwrap().1.clone(),
            };
            let worlds: Vec<World> = unseen.iter().map(|run| world(run)).collect();
            let mut choices: Vec<Vec<usize>> = (0u32..1 << vars)
                .filter(|bits| bits.count_ones() == most)
                .map(|bits| (0..vars).filter(|var| bits >> var & 1 == 1).collect())
                .collect();
            choices.sort();
            let announces = |choice: &&Vec<usize>| {
                worlds.iter().all(|world| choice.iter().any(|var| values(*var) >> world[*var] & 1 == 0))
            };
            if let Some(choice) = choices.iter().find(announces) {
                let variables = choice.iter().map(|var| (VarId(*var as u32), values(*var))).collect();
                return Some(Check { after: moment.map(OccurrenceId), variables });
            }
        }
    }
    None
}

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
