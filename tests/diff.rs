//! What a change does to orders and rules, against a list of all orders.

mod naive;

use naive::Cond;
use naive::pairs::Named;
use naive::random::{Dice, system};
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::{Budget, Limit};
use runproof::orderings::compare::{Change, Follows, Standing, compare};
use runproof::orderings::decide;
use runproof::system::{Block, OccurrenceId, Procedure, System};
use runproof::verdict::{Among, Pattern, Rules};
use std::collections::BTreeSet;

/// An order by the names of its steps.
type Order = Vec<u32>;

/// A runbook with all that its orders do.
struct Listed {
    system: System,
    names: Vec<u32>,
    /// Every order, by names: whether it is good, whether a step may be refused.
    all: Vec<(Order, bool, bool)>,
}

impl Listed {
    fn of(named: &Named) -> Listed {
        let mut system = system(&named.case, Vec::new());
        let steps = system.steps.iter_mut().zip(&named.names);
        steps.for_each(|(step, name)| step.name = format!("step {name}"));
        if let Procedure::Ordered(plan) = &mut system.procedure {
            plan.occurrences.iter_mut().for_each(|it| it.label.clone_from(&system.steps[it.step.0 as usize].name));
        }
        let all = named.case.orderings().into_iter().map(|ordering| {
            let runs = named.case.runs(&ordering);
            let order = ordering.iter().map(|id| named.names[*id as usize]).collect();
            (order, runs.iter().all(|run| run.good), runs.iter().any(|run| run.refused))
        });
        Listed { all: all.collect(), system, names: named.names.clone() }
    }

    fn named(&self, ordering: &[OccurrenceId]) -> Order {
        ordering.iter().map(|id| self.names[id.0 as usize]).collect()
    }

    /// Orders of the shared steps: all, and those all of whose completions are good.
    fn remaining(&self, shared: &[u32]) -> (BTreeSet<Order>, BTreeSet<Order>) {
        let of = |order: &Order| order.iter().copied().filter(|name| shared.contains(name)).collect::<Order>();
        let allowed: BTreeSet<Order> = self.all.iter().map(|(order, ..)| of(order)).collect();
        let spoilt: BTreeSet<Order> =
            self.all.iter().filter(|(_, good, _)| !good).map(|(order, ..)| of(order)).collect();
        let good = allowed.difference(&spoilt).cloned().collect();
        (allowed, good)
    }

    fn fits(pattern: &ByName, order: &Order) -> bool {
        let at = |name: &u32| order.iter().position(|other| other == name);
        pattern.done.iter().all(|name| at(name).is_some())
            && pattern.before.iter().all(|(a, b)| at(a) < at(b))
            && pattern.left_out.iter().all(|name| at(name).is_none())
    }
}

/// A pattern by the names of its steps.
#[derive(PartialEq)]
struct ByName {
    done: BTreeSet<u32>,
    before: BTreeSet<(u32, u32)>,
    left_out: BTreeSet<u32>,
}

fn by_name(pattern: &Pattern, names: &[u32]) -> ByName {
    let name = |id: &OccurrenceId| names[id.0 as usize];
    ByName {
        done: pattern.done.iter().map(name).collect(),
        before: pattern.before.iter().map(|(a, b)| (name(a), name(b))).collect(),
        left_out: pattern.left_out.iter().map(name).collect(),
    }
}

/// The first in the new document's order; the end of an order comes after all steps.
fn first_of(orders: &BTreeSet<Order>, new: &Listed) -> Option<Order> {
    let place = |name: &u32| new.names.iter().position(|other| other == name);
    let key = |order: &&Order| order.iter().map(place).chain([Some(usize::MAX)]).collect::<Vec<_>>();
    orders.iter().min_by_key(key).cloned()
}

fn same_change(change: &Change, wanted: &BTreeSet<Order>, new: &Listed) {
    assert_eq!(change.count, BigUint::from(wanted.len()));
    assert_eq!(change.first.as_ref().map(|first| new.named(first)), first_of(wanted, new));
}

/// The run is one of an order in `of` that is not good, and the change's first order is what remains of it.
fn same_run(change: &Change, of: &Listed, new: &Listed, shared: &[u32]) {
    assert_eq!(change.run.is_some(), change.first.is_some());
    if let (Some(run), Some(first)) = (&change.run, &change.first) {
        let order = of.named(&run.ordering);
        let bad = of.all.iter().any(|(other, good, _)| *other == order && !good);
        assert!(bad, "{order:?}");
        let remains: Order = order.into_iter().filter(|name| shared.contains(name)).collect();
        assert_eq!(remains, new.named(first));
    }
}

fn standing(rule: &ByName, told: &[ByName], among: Option<Among>, there: &Listed) -> Standing {
    let steps = rule.done.iter().chain(&rule.left_out);
    if steps.clone().any(|name| !there.names.contains(name)) {
        return Standing::Apart;
    }
    if let Some(same) = told.iter().position(|told| told == rule) {
        return Standing::Same(same);
    }
    let breaking: Vec<_> = there.all.iter().filter(|(order, ..)| Listed::fits(rule, order)).collect();
    if breaking.iter().any(|(_, good, _)| *good) {
        return Standing::Broken;
    }
    if breaking.is_empty() {
        return Standing::Follows(Follows::Procedure);
    }
    let spoken_of: Vec<_> =
        breaking.into_iter().filter(|(_, _, refused)| among != Some(Among::NotRefused) || !refused).collect();
    if spoken_of.is_empty() {
        return Standing::Follows(Follows::Refusals);
    }
    let breaks = |told: &ByName| spoken_of.iter().all(|(order, ..)| Listed::fits(told, order));
    if let Some(one) = told.iter().position(breaks) {
        return Standing::Follows(Follows::Rules(Some(one)));
    }
    let all = spoken_of.iter().all(|(order, ..)| told.iter().any(|told| Listed::fits(told, order)));
    if all { Standing::Follows(Follows::Rules(None)) } else { Standing::Holds }
}

/// Rules that need not be true.
fn rules(never: &[Pattern], among: Among) -> Rules {
    Rules { among, spoken_of: None, never: never.to_vec(), admitted: None, limit: None }
}

fn same_comparison(old: &Named, new: &Named, told: &[(Vec<Pattern>, Option<Among>); 2]) {
    let (old, new) = (Listed::of(old), Listed::of(new));
    let [old_rules, new_rules] = [(&told[0], &old), (&told[1], &new)].map(|((never, among), listed)| match among {
        Some(among) => Some(rules(never, *among)),
        // Those that are found.
        None => decide(&listed.system, &Budget::default()).rules,
    });
    let found = compare((&old.system, old_rules.as_ref()), (&new.system, new_rules.as_ref()), &Budget::default());
    assert_eq!(found.limit, None);

    let shared: Vec<u32> = new.names.iter().copied().filter(|name| old.names.contains(name)).collect();
    let both: Vec<(u32, u32)> = found
        .steps
        .both
        .iter()
        .map(|(before, now)| (old.names[before.0 as usize], new.names[now.0 as usize]))
        .collect();
    assert_eq!(both, shared.iter().map(|name| (*name, *name)).collect::<Vec<_>>());
    assert_eq!(found.steps.only_old.len() + shared.len(), old.names.len());
    assert_eq!(found.steps.only_new.len() + shared.len(), new.names.len());

    let Some(orders) = found.orders else {
        assert!(shared.is_empty());
        return;
    };
    let (allowed_before, good_before) = old.remaining(&shared);
    let (allowed, good) = new.remaining(&shared);
    let of = |a: &BTreeSet<Order>, b: &BTreeSet<Order>| a.difference(b).cloned().collect::<BTreeSet<Order>>();
    let both = |a: &BTreeSet<Order>, b: &BTreeSet<Order>| a.intersection(b).cloned().collect::<BTreeSet<Order>>();
    assert_eq!((orders.old.allowed, orders.old.good), (allowed_before.len().into(), good_before.len().into()));
    assert_eq!((orders.new.allowed, orders.new.good), (allowed.len().into(), good.len().into()));
    same_change(&orders.forbidden, &of(&allowed_before, &allowed), &new);
    same_change(&orders.admitted, &of(&allowed, &allowed_before), &new);
    same_change(&orders.spoiled, &both(&of(&good_before, &good), &allowed), &new);
    same_change(&orders.good_forbidden, &of(&good_before, &allowed), &new);
    same_change(&orders.mended, &both(&of(&good, &good_before), &allowed_before), &new);
    same_change(&orders.good_admitted, &of(&good, &allowed_before), &new);
    same_run(&orders.spoiled, &new, &new, &shared);
    same_run(&orders.mended, &old, &new, &shared);

    let [before, now] = [(&old_rules, &old), (&new_rules, &new)].map(|(rules, listed)| {
        let never = rules.as_ref().map_or(&[][..], |rules| &rules.never);
        never.iter().map(|pattern| by_name(pattern, &listed.names)).collect::<Vec<_>>()
    });
    let among = |rules: &Option<Rules>| rules.as_ref().map(|rules| rules.among);
    let wanted: Vec<_> = before.iter().map(|rule| standing(rule, &now, among(&new_rules), &new)).collect();
    assert_eq!(found.old_rules, Some(wanted));
    let wanted: Vec<_> = now.iter().map(|rule| standing(rule, &before, among(&old_rules), &old)).collect();
    assert_eq!(found.new_rules, Some(wanted));
}

type Told = [(Vec<Pattern>, Option<Among>); 2];

fn pairs() -> impl Strategy<Value = (Named, Named, Told)> {
    let bytes = |most: usize| prop::collection::vec(any::<u8>(), 0..most);
    (bytes(400), bytes(80), bytes(60)).prop_map(|(case, change, told)| {
        let case = Dice(case.iter()).case();
        let old = Named { names: (0..case.steps.len() as u32).collect(), case };
        let new = Dice(change.iter()).changed(&old.case);
        let mut dice = Dice(told.iter());
        let told = [&old, &new].map(|named| dice.told(named.names.len()));
        (old, new, told)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 768, max_shrink_iters: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_comparison_says_of_every_order_and_rule_what_the_lists_say((old, new, told) in pairs()) {
        same_comparison(&old, &new, &told);
    }
}

#[test]
fn a_rule_may_follow_from_several_others_none_of_which_suffices() {
    let mut case = Dice([].iter()).case();
    let steps = [0, 1].map(OccurrenceId);
    case.plan = Block::Interleaved(steps.map(Block::Step).to_vec());
    case.steps.truncate(2);
    case.guards.clear();
    case.health = vec![Cond::Any(Vec::new())];
    let named = Named { names: vec![0, 1], case };
    let [a, b] = steps;
    let pattern = |before: &[_]| Pattern { done: steps.to_vec(), before: before.to_vec(), left_out: Vec::new() };
    let told =
        [(vec![pattern(&[])], Some(Among::All)), (vec![pattern(&[(a, b)]), pattern(&[(b, a)])], Some(Among::All))];
    same_comparison(&named, &named, &told);
    let listed = Listed::of(&named);
    let [old, new] = told.map(|(never, _)| rules(&never, Among::All));
    let found = compare((&listed.system, Some(&old)), (&listed.system, Some(&new)), &Budget::default());
    assert_eq!(found.old_rules, Some(vec![Standing::Follows(Follows::Rules(None))]));
    assert_eq!(found.new_rules, Some(vec![Standing::Follows(Follows::Rules(Some(0))); 2]));
}

#[test]
fn a_limit_that_is_hit_leaves_a_comparison_that_says_so() {
    let bytes: Vec<u8> = (0..200u32).map(|n| (n * 37 % 251) as u8).collect();
    let mut dice = Dice(bytes.iter());
    let case = dice.case();
    let system = system(&case, Vec::new());
    let budget = Budget { states: Some(1), ..Budget::default() };
    let found = compare((&system, None), (&system, None), &budget);
    assert_eq!((found.limit, found.orders, found.old_rules), (Some(Limit::States), None, None));
    assert_eq!(found.steps.both.len(), case.steps.len());
}
