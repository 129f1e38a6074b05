//! The fast search of a world explored alone, on random systems: whatever the threads, however states are kept or folded and wherever
//! it is interrupted, it finds what a plain search in sixty lines finds.

mod naive;
mod plain;

use naive::random::{Dice, system};
use plain::pieces::{Kept, agrees, in_pieces, plainly};
use plain::{plain, random_system};
use proptest::prelude::*;
use runproof::base::{Budget, Checkpoint, Limit, Reduction, Without};
use runproof::orderings::explore;
use runproof::system::{Assign, Predicate, Procedure, Slot, Step, System, VarOrigin};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

/// One state for all that interchangeable nodes make of it.
fn folding() -> Budget {
    Budget { without: Without::all_but(Reduction::InterchangeableNodes), ..Budget::default() }
}

/// A small system, most often with nodes that are alike.
fn alike(bytes: &[u8]) -> System {
    let copies = Dice(bytes.iter()).copies();
    let mut system = system(&copies.case, Vec::new());
    copies.name(&mut system);
    system.procedure = Procedure::Free;
    system
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn states_moves_and_the_shortest_run_depend_on_nothing_but_the_system(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let system = random_system(&bytes);
        let expected = plain(&system, 20_000);
        prop_assume!(expected.is_some());
        let expected = expected.unwrap();
        let first = explore(&system, &Budget { threads: 1, ..plainly() });
        agrees(&system, &first, &expected);
        for (threads, compact) in [(2, false), (3, false), (1, true), (2, true)] {
            let explored = explore(&system, &Budget { threads, compact, ..plainly() });
            agrees(&system, &explored, &expected);
            prop_assert_eq!(&explored.violation, &first.violation, "the same run, whatever the threads");
        }
    }

    #[test]
    fn an_interrupted_search_goes_on_where_it_was(bytes in prop::collection::vec(any::<u8>(), 0..600), saves in 1usize..4) {
        let system = random_system(&bytes);
        let Some(expected) = plain(&system, 20_000) else { return Ok(()) };
        let (explored, _) = in_pieces(&system, &plainly(), || saves);
        agrees(&system, &explored, &expected);
    }

    #[test]
    fn folded_states_stand_for_all_whatever_the_threads(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let system = alike(&bytes);
        let expected = plain(&system, 20_000).unwrap();
        let first = explore(&system, &plainly());
        for (threads, compact) in [(1, false), (2, false), (3, false), (1, true), (2, true)] {
            let explored = explore(&system, &Budget { threads, compact, ..folding() });
            agrees(&system, &explored, &expected);
            prop_assert!(explored.looked_at <= first.looked_at);
            prop_assert_eq!(&explored.violation, &first.violation, "the same run, folded or not");
        }
    }

    #[test]
    fn an_interrupted_search_of_folded_states_goes_on_where_it_was(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        saves in 1usize..4,
    ) {
        let system = alike(&bytes);
        // Parts are left together where work is saved.
        for budget in [folding(), Budget::default()] {
            let (explored, _) = in_pieces(&system, &budget, || saves);
            agrees(&system, &explored, &plain(&system, 20_000).unwrap());
        }
    }
}

fn rolling(nodes: usize) -> System {
    plain::rolling::world(nodes)
}

#[test]
fn a_search_that_is_stopped_at_every_level_still_counts_everything_once() {
    let system = rolling(6);
    let whole = explore(&system, &plainly());
    for budget in [plainly(), folding()] {
        let (explored, pieces) = in_pieces(&system, &budget, || 1);
        assert!(pieces > 10, "it was interrupted {pieces} times");
        assert_eq!((&explored.states, &explored.moves), (&whole.states, &whole.moves));
    }
}

/// Two nodes of so many bits, each of which can be set once.
fn two_nodes(bits: u8) -> System {
    let mut system = rolling(2);
    let Step { needs, phases, .. } = system.steps[0].clone();
    let places = 0..2 * bits;
    let var = |place: u8| {
        let (node, short) = (Some(u32::from(place / bits)), format!("bit {}", place % bits));
        VarOrigin { name: String::new(), short, node, values: Vec::new(), hidden: false, observable: true }
    };
    let step = |place: u8| {
        let mut step = Step { needs: needs[..1].to_vec(), phases: phases.clone(), ..system.steps[0].clone() };
        let (word, mask) = (0, 1 << place);
        step.needs[0].parts.truncate(1);
        step.needs[0].parts[0].predicate = Predicate::Masked { word, mask, value: 0 };
        let outcome = &mut step.phases[0].outcomes[0];
        outcome.assigns = vec![Assign { when: Predicate::Constant(true), word, mask, value: mask }];
        step
    };
    let steps = places.clone().map(step).collect();
    system.layout.slots = places.clone().map(|shift| Slot::Field { word: 0, shift, bits: 1 }).collect();
    system.origins.vars = places.map(var).collect();
    System { steps, always: Vec::new(), ..system }
}

#[test]
fn threads_fold_what_they_send_each_other() {
    let system = two_nodes(10);
    for (threads, compact) in [(1, false), (2, false), (3, true)] {
        let explored = explore(&system, &Budget { threads, compact, ..folding() });
        assert_eq!(explored.undecided, None);
        assert_eq!((explored.states, explored.moves), ((1u64 << 20).into(), (20u64 << 19).into()));
        assert_eq!(explored.looked_at, ((1 << 20) + (1 << 10)) / 2);
    }
}

#[test]
fn states_that_wait_when_a_limit_is_hit_are_counted_with_all_they_stand_for() {
    let budget = Budget { states: Some(1000), threads: 1, ..folding() };
    let explored = explore(&two_nodes(10), &budget);
    assert_eq!(explored.undecided, Some(Limit::States));
    assert!(explored.looked_at > 1000);
    assert!(explored.states > explored.looked_at.into() && explored.states < (2 * explored.looked_at).into());
}

/// A checkpoint of a search that has come some way.
fn checkpoint(system: &System, budget: Budget) -> Vec<u8> {
    let kept = Arc::new(Kept::default());
    kept.left.store(5, Ordering::SeqCst);
    let (cancelled, checkpoint) = (Arc::clone(&kept.cancelled), Some(Arc::clone(&kept) as Arc<dyn Checkpoint>));
    explore(system, &Budget { threads: 2, cancelled, checkpoint, ..budget }).undecided.expect("it is stopped");
    kept.saved.lock().unwrap().take().expect("something was saved")
}

fn refusal(system: &System, budget: Budget, bytes: Vec<u8>) -> Option<String> {
    let kept = Arc::new(Kept { saved: Mutex::new(Some(bytes)), ..Kept::default() });
    let checkpoint = Some(Arc::clone(&kept) as Arc<dyn Checkpoint>);
    let explored = explore(system, &Budget { checkpoint, ..budget });
    let refused = kept.refused.lock().unwrap().clone();
    assert_eq!(refused.is_some(), explored.undecided.is_some(), "what is refused gives no verdict");
    refused
}

#[test]
fn a_damaged_or_foreign_checkpoint_is_refused_with_a_reason() {
    let system = rolling(4);
    let bytes = checkpoint(&system, plainly());
    assert_eq!(refusal(&system, plainly(), bytes.clone()), None);
    assert!(refusal(&rolling(6), plainly(), bytes.clone()).unwrap().contains("another world"));
    assert!(refusal(&system, plainly(), b"Dear diary".to_vec()).unwrap().contains("too early"));
    assert!(refusal(&system, plainly(), vec![b'x'; 4096]).unwrap().contains("no checkpoint"));
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert!(refusal(&system, plainly(), damaged).is_some(), "byte {at} may not be changed");
        assert!(
            refusal(&system, plainly(), bytes[..at].to_vec()).is_some(),
            "not even the last {} bytes may be missing",
            bytes.len() - at
        );
    }
}

#[test]
fn a_checkpoint_is_gone_on_from_with_the_same_reductions_only() {
    let system = rolling(4);
    for (begun, other) in [(plainly(), folding()), (folding(), plainly())] {
        let bytes = checkpoint(&system, begun.clone());
        assert_eq!(refusal(&system, begun, bytes.clone()), None);
        assert!(refusal(&system, other, bytes).unwrap().contains("--without"));
    }
}
