//! Repairs against brute force on small random systems, and on real runbooks.

mod naive;

use naive::random::{Dice, system};
use naive::{Case, Deed, holds};
use proptest::prelude::*;
use runproof::base::{Budget, Tally};
use runproof::orderings::repair::{
    Cost, Edit, List, Member, Options, Outline, Part, Repair, Search, Unit, UnitId, repair,
};
use runproof::system::{Block, OccurrenceId, Procedure, System, VarOrigin};
use std::collections::BTreeSet;

type Sequence = Vec<u32>;

/// A random world of which the first steps are the runbook's.
fn cases(own: usize) -> impl Strategy<Value = (Case, u32)> {
    (prop::collection::vec(any::<u8>(), 0..400), 1..=own as u32).prop_map(|(bytes, own)| {
        let mut case = Dice(bytes.iter()).case();
        case.guards.clear();
        case.chains.clear();
        let own = own.min(case.steps.len() as u32 - 1);
        case.steps.truncate(own as usize + 3);
        (case, own)
    })
}

fn unit(id: u32) -> Unit {
    Unit { block: Some(Block::Step(OccurrenceId(id))), deletable: true, movable: true }
}

/// One list of single steps.
fn outline(own: u32, ordered: bool) -> Outline {
    let parts = (0..own).map(|id| Part::Unit(UnitId(id))).collect();
    let list = Part::List(List { origin: Some(1), ordered, open: true, parts });
    let root = List { origin: Some(0), ordered: true, open: true, parts: vec![list] };
    Outline { occurrences: own as usize, units: (0..own).map(unit).collect(), inserted: Vec::new(), root }
}

/// The packed form, in which the first variable says whether a node is up.
fn packed(case: &Case, own: u32, outline: &Outline) -> System {
    let mut system = system(case, Vec::new());
    let Procedure::Ordered(plan) = &mut system.procedure else { unreachable!() };
    plan.occurrences.truncate(own as usize);
    *plan = outline.plan(plan).0;
    let (name, short, values) = ("up(A)".to_owned(), "up".to_owned(), Vec::new());
    system.origins.vars.push(VarOrigin { name, short, node: Some(0), values, hidden: false, observable: true });
    system
}

fn searched(case: &Case, own: u32, outline: &Outline, edits: usize, accept: fn(&Repair) -> bool) -> Search {
    let options = Options { edits, ..Options::default() };
    let mut tally = Tally::start(&Budget::default(), "test");
    repair(&packed(case, own, outline), outline, options, &mut tally, &mut |repair| accept(repair))
}

fn good(case: &Case, sequence: &[u32]) -> bool {
    !sequence.is_empty() && case.runs(sequence).iter().all(|run| run.good)
}

fn takes_down(deed: &Deed) -> bool {
    deed.phases.iter().flatten().any(|way| way.sets.iter().any(|(_, var, value)| (*var, *value) == (0, 0)))
}

fn cost(case: &Case, sequence: &[u32], edits: usize) -> Cost {
    let restarts = sequence.iter().filter(|id| takes_down(&case.steps[**id as usize])).count();
    let unhealthy = |length: &usize| {
        let runs = case.runs(&sequence[..*length]);
        runs.iter().any(|run| !case.health.iter().all(|health| holds(health, &run.world)))
    };
    Cost { edits, restarts, unhealthy: (1..=sequence.len()).filter(unhealthy).count() }
}

/// All that one edit makes of a sequence: a step left out, put in, moved.
fn edited(sequence: &[u32], steps: u32) -> BTreeSet<Sequence> {
    let mut all = BTreeSet::new();
    let mut put = |sequence: &[u32], id: u32| {
        for at in 0..=sequence.len() {
            all.insert([&sequence[..at], &[id], &sequence[at..]].concat());
        }
    };
    (0..steps).for_each(|id| put(sequence, id));
    for at in 0..sequence.len() {
        let rest = [&sequence[..at], &sequence[at + 1..]].concat();
        put(&rest, sequence[at]);
    }
    all.extend((0..sequence.len()).map(|at| [&sequence[..at], &sequence[at + 1..]].concat()));
    all
}

/// The sequence of steps that an outline of one order allows.
fn sequence(outline: &Outline) -> Sequence {
    let own = outline.occurrences;
    let step = |id: OccurrenceId| match id.0 as usize {
        id if id < own => id as u32,
        id => outline.inserted[id - own].0,
    };
    let block = |unit: UnitId| outline.units[unit.0 as usize].block.clone();
    let id = |unit| if let Some(Block::Step(id)) = block(unit) { step(id) } else { panic!("single steps alone") };
    outline.root.units().into_iter().map(id).collect()
}

fn cheapest_repair_of_one_order(case: &Case, own: u32) {
    let start: Sequence = (0..own).collect();
    let mut layers = vec![BTreeSet::from([start])];
    for edits in 0..2 {
        layers.push(layers[edits].iter().flat_map(|sequence| edited(sequence, case.steps.len() as u32)).collect());
    }
    let mut cheapest: Option<Cost> = None;
    for (edits, layer) in layers.iter().enumerate() {
        let fine = layer.iter().filter(|sequence| good(case, sequence));
        cheapest = cheapest.or_else(|| fine.map(|sequence| cost(case, sequence, edits)).min());
    }
    let outline = outline(own, true);
    let found = searched(case, own, &outline, 2, |_| true);
    assert_eq!(found.stopped, None);
    assert_eq!(found.found.as_ref().map(|repair| repair.cost), cheapest);
    if let Some(repair) = &found.found {
        let sequence = sequence(&repair.outline);
        assert!(good(case, &sequence), "{sequence:?}");
        assert!(layers[repair.edits.len()].contains(&sequence), "{sequence:?}");
    }
    if found.hopeless.is_some() {
        assert_eq!(cheapest, None);
        let longer: BTreeSet<Sequence> =
            layers[2].iter().flat_map(|sequence| edited(sequence, case.steps.len() as u32)).collect();
        assert!(longer.iter().take(200).all(|sequence| !good(case, sequence)));
    }
}

fn permutations(of: &[u32]) -> Vec<Sequence> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let first = |at: usize| {
        let rest = [&of[..at], &of[at + 1..]].concat();
        permutations(&rest).into_iter().map(move |rest| [&[of[at]], &rest[..]].concat()).collect::<Vec<_>>()
    };
    (0..of.len()).flat_map(first).collect()
}

type Pairs = BTreeSet<(u32, u32)>;

fn keeps(sequence: &[u32], pairs: &Pairs) -> bool {
    let at = |id: u32| sequence.iter().position(|other| *other == id);
    pairs.iter().all(|(one, other)| at(*one) < at(*other))
}

/// Whether the order that these pairs make is the one that lists in lists cannot say: a<c, b<c, b<d of four.
fn is_like_the_letter_n(all: &[Sequence], pairs: &Pairs) -> bool {
    all.first().is_some_and(|first| first.len() == 4)
        && all.iter().any(|one| {
            let [a, b, c, d] = one[..] else { unreachable!() };
            let n = Pairs::from([(a, c), (b, c), (b, d)]);
            all.iter().all(|sequence| keeps(sequence, pairs) == keeps(sequence, &n))
        })
}

/// The fewest edits, each a pair or a group of pairs that every good order keeps, after which all orders are good.
fn fewest_precedences(all: &[Sequence], fine: &BTreeSet<&Sequence>, own: u32) -> Option<usize> {
    let necessary = |pair: &(u32, u32)| fine.iter().all(|sequence| keeps(sequence, &Pairs::from([*pair])));
    let mut edits: Vec<Pairs> = Vec::new();
    for first in 1u32..1 << own {
        for then in (1u32..1 << own).filter(|then| first & then == 0) {
            let has = |set: u32, id: &u32| set >> id & 1 == 1;
            let pairs: Pairs = (0..own)
                .filter(|id| has(first, id))
                .flat_map(|one| (0..own).filter(|id| has(then, id)).map(move |other| (one, other)))
                .collect();
            if pairs.len() == 1 || pairs.iter().all(necessary) {
                edits.push(pairs);
            }
        }
    }
    let does = |pairs: &Pairs| {
        let left: Vec<&Sequence> = all.iter().filter(|sequence| keeps(sequence, pairs)).collect();
        !left.is_empty() && left.iter().all(|sequence| fine.contains(sequence)) && !is_like_the_letter_n(all, pairs)
    };
    if edits.iter().any(does) {
        return Some(1);
    }
    let two = |one: &Pairs| edits.iter().any(|other| does(&one.union(other).copied().collect()));
    edits.iter().any(two).then_some(2)
}

fn fewest_precedences_of_a_free_list(case: &Case, own: u32) {
    let all = permutations(&(0..own).collect::<Vec<u32>>());
    let fine: BTreeSet<&Sequence> = all.iter().filter(|sequence| good(case, sequence)).collect();
    if fine.len() == all.len() {
        return;
    }
    let expected = if fine.is_empty() { None } else { fewest_precedences(&all, &fine, own) };
    let outline = outline(own, false);
    let orders: fn(&Repair) -> bool = |repair| repair.edits.iter().all(|edit| matches!(edit, Edit::Order { .. }));
    let options = Options { edits: 2, sets: 0, ..Options::default() };
    let mut tally = Tally::start(&Budget::default(), "test");
    // Without sets of other edits the search stops after the first number of edits: one is asked for, then two.
    let mut found = None;
    for edits in 1..=2 {
        let options = Options { edits, sets: if edits == 1 { 0 } else { 1_000_000 }, ..options };
        let search = repair(&packed(case, own, &outline), &outline, options, &mut tally, &mut |repair| orders(repair));
        found = found.or(search.found);
    }
    assert_eq!(found.as_ref().map(|repair| repair.edits.len()), expected);
    if let Some(repair) = found {
        let mut pairs = Pairs::new();
        for edit in &repair.edits {
            let Edit::Order { first, then, .. } = edit else { unreachable!() };
            let id = |member: &Member| if let Member::Unit(unit) = member { unit.0 } else { unreachable!() };
            pairs.extend(first.iter().flat_map(|one| then.iter().map(move |other| (id(one), id(other)))));
        }
        let left: Vec<&Sequence> = all.iter().filter(|sequence| keeps(sequence, &pairs)).collect();
        assert!(!left.is_empty() && left.iter().all(|sequence| fine.contains(sequence)));
    }
}

/// Every single edit but precedences of one bulleted list, as the orders that are allowed after it.
fn after_one_edit(own: u32, steps: u32) -> Vec<(Sequence, Vec<Sequence>)> {
    let list: Sequence = (0..own).collect();
    let mut all = Vec::new();
    let mut add = |before: &[u32], list: &[u32], after: &[u32]| {
        let orders = permutations(list).into_iter().map(|order| [before, &order[..], after].concat()).collect();
        all.push(([before, list, after].concat(), orders));
    };
    for at in 0..own as usize {
        let rest = [&list[..at], &list[at + 1..]].concat();
        add(&[], &rest, &[]);
        add(&[list[at]], &rest, &[]);
        add(&[], &rest, &[list[at]]);
    }
    for step in 0..steps {
        add(&[step], &list, &[]);
        add(&[], &list, &[step]);
        add(&[], &[&list[..], &[step]].concat(), &[]);
    }
    all
}

fn cheapest_single_edit_of_a_free_list(case: &Case, own: u32) {
    let others: fn(&Repair) -> bool = |repair| !matches!(repair.edits[..], [Edit::Order { .. }]);
    let outline = outline(own, false);
    let found = searched(case, own, &outline, 1, others);
    assert_eq!(found.stopped, None);
    let fine = |(_, orders): &&(Sequence, Vec<Sequence>)| orders.iter().all(|order| good(case, order));
    let all = after_one_edit(own, case.steps.len() as u32);
    let cheapest = all.iter().filter(fine).map(|(document, _)| cost(case, document, 1)).min();
    let best: Vec<_> =
        all.iter().filter(fine).filter(|(document, _)| Some(cost(case, document, 1)) == cheapest).collect();
    assert_eq!(found.found.as_ref().map(|repair| repair.cost), cheapest, "{:?} {best:?}", found.found.map(|f| f.edits));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 320, max_shrink_iters: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_repair_of_one_order_is_the_cheapest((case, own) in cases(4)) {
        cheapest_repair_of_one_order(&case, own);
    }

    #[test]
    fn a_free_list_gets_the_fewest_precedences((case, own) in cases(4)) {
        if own > 1 {
            fewest_precedences_of_a_free_list(&case, own);
        }
    }

    #[test]
    fn a_free_list_gets_the_cheapest_single_edit((case, own) in cases(3)) {
        if own > 1 {
            cheapest_single_edit_of_a_free_list(&case, own);
        }
    }
}
