//! What is said of a mishap, against every run of every good ordering.

use super::{Brute, Slipped, Wrong, meant, over};
use crate::naive::World;
use num_bigint::BigUint;
use runproof::certify::{certify_run, replay};
use runproof::slips::{Cell, Check, Harm, Witness};
use runproof::system::OccurrenceId;
use runproof::verdict::Ending;

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

/// A cell of the matrix is what brute force says.
pub fn same_cell(brute: &mut Brute<'_>, cell: &Cell) {
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
pub fn same_run<'r>(brute: &Brute<'_>, witness: &Witness, wanted: impl Iterator<Item = &'r Slipped>, about: &str) {
    certify_run(&witness.system, &witness.run).unwrap_or_else(|bug| panic!("{bug:?} {about} {witness:#?}"));
    let replayed = replay(&witness.system, &witness.run.trace).unwrap();
    let end = brute.wrong.world(&replayed.end);
    let is_it = |run: &Slipped| match witness.run.ending {
        Ending::Healthy | Ending::Witness => false,
        Ending::Refused => run.run.refused && run.run.world == end,
        Ending::Unsettled(_) => run.run.unsettled,
        Ending::Endless(_) => run.run.endless,
        Ending::Always(always) => run.run.broken.contains(&always),
        Ending::Unhealthy | Ending::Drill { .. } => !over(&run.run) && run.run.world == end,
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
    let looked_at = looked_at(brute.wrong);
    for most in 1..=3u32 {
        for moment in &moments {
            let values: Vec<u64> = (0..brute.wrong.variables.len())
                .map(|var| brute.seen[moment].iter().fold(0u64, |all, world| all | 1 << world[var]))
                .collect();
            let world = |run: &Slipped| match moment {
                None => run.run.world.clone(),
                Some(id) => run.moments.iter().find(|(other, _)| other == id).unwrap().1.clone(),
            };
            let worlds: Vec<World> = unseen.iter().map(|run| world(run)).collect();
            let mut choices: Vec<Vec<usize>> = vec![Vec::new()];
            for _ in 0..most {
                let longer = |choice: &Vec<usize>| {
                    let after = choice.last().copied();
                    let more = looked_at.iter().filter(move |var| after.is_none_or(|last| last < **var));
                    more.map(|var| [&choice[..], &[*var]].concat()).collect::<Vec<_>>()
                };
                choices = choices.iter().flat_map(longer).collect();
            }
            let announces = |choice: &&Vec<usize>| {
                worlds.iter().all(|world| choice.iter().any(|var| values[*var] >> world[*var] & 1 == 0))
            };
            if let Some(choice) = choices.iter().find(announces) {
                let variables = choice.iter().map(|var| (brute.wrong.variables[*var], values[*var])).collect();
                return Some(Check { after: moment.map(OccurrenceId), variables });
            }
        }
    }
    None
}

/// The variables that an operator can look at.
fn looked_at(wrong: &Wrong) -> Vec<usize> {
    let can = |var: &usize| {
        let origin = wrong.system.origins.vars.get(wrong.variables[*var].0 as usize);
        origin.is_none_or(|origin| origin.observable && !origin.hidden)
    };
    (0..wrong.variables.len()).filter(can).collect()
}
