//! How rules read, and that each sentence stands for exactly the patterns it was made from.

use super::lift::sorted;
use super::name::{Names, rename};
use super::saying::in_this_order;
use super::tell::told;
use crate::base::Limit;
use crate::explain::example;
use crate::system::{Block, OccurrenceId, System};
use crate::verdict::{Among, Pattern, Rules};
use std::collections::BTreeMap;

fn steps(range: std::ops::Range<u32>) -> Vec<Block> {
    range.map(|id| Block::Step(OccurrenceId(id))).collect()
}

/// Steps in any order: `a`, `b`, …; a label stands after `#`.
fn free(steps: &[&str]) -> System {
    let length = u32::try_from(steps.len()).unwrap();
    example::plan(&["A", "B"], steps, Block::Interleaved(self::steps(0..length)))
}

fn order(steps: &[u32]) -> Pattern {
    in_this_order(&steps.iter().map(|id| OccurrenceId(*id)).collect::<Vec<_>>())
}

/// Atoms (earlier, later), steps that are done besides, steps that are left out.
fn pattern(before: &[(u32, u32)], done: &[u32], left_out: &[u32]) -> Pattern {
    let before: Vec<_> = before.iter().map(|(a, b)| (OccurrenceId(*a), OccurrenceId(*b))).collect();
    let mut all: Vec<OccurrenceId> = before.iter().flat_map(|(a, b)| [*a, *b]).collect();
    all.extend(done.iter().map(|id| OccurrenceId(*id)));
    all.sort_unstable();
    all.dedup();
    Pattern { done: all, before, left_out: left_out.iter().map(|id| OccurrenceId(*id)).collect() }
}

fn rules(never: Vec<Pattern>) -> Rules {
    Rules { among: Among::All, spoken_of: None, never, admitted: Some(0u8.into()), limit: None }
}

/// The sentences, once it is certain that they stand for exactly these patterns.
fn texts(system: &System, never: Vec<Pattern>) -> Vec<String> {
    let told = told(&Names::of(system), &rules(never.clone()));
    let mut stood_for: Vec<String> =
        told.finding.rules.iter().flat_map(|rule| &rule.never).map(|pattern| format!("{pattern:?}")).collect();
    let mut wanted: Vec<String> = sorted(never.clone()).iter().map(|pattern| labels(system, pattern)).collect();
    stood_for.sort();
    wanted.sort();
    assert_eq!(stood_for, wanted);
    assert_eq!(told.numbers.len(), never.len());
    for (pattern, number) in never.iter().zip(&told.numbers) {
        let rule = &told.finding.rules[number - 1];
        assert!(rule.never.iter().any(|other| format!("{other:?}") == labels(system, pattern)));
    }
    told.finding.rules.into_iter().map(|rule| rule.text).collect()
}

fn labels(system: &System, pattern: &Pattern) -> String {
    let names = Names::of(system);
    let label = |id: &OccurrenceId| names.label(*id).to_owned();
    let finding = crate::explain::data::PatternFinding {
        done: pattern.done.iter().map(label).collect(),
        before: pattern.before.iter().map(|(a, b)| (label(a), label(b))).collect(),
        left_out: pattern.left_out.iter().map(label).collect(),
    };
    format!("{finding:?}")
}

#[test]
fn each_form_has_its_sentence() {
    let system = free(&["a", "b", "c", "d", "e"]);
    let one = |pattern| texts(&system, vec![pattern]).join("; ");
    assert_eq!(one(order(&[1, 0])), "`a` before `b`");
    assert_eq!(one(order(&[0, 1, 2])), "never `a`, then `b`, then `c`");
    assert_eq!(one(pattern(&[(0, 2), (1, 2)], &[], &[])), "`a` or `b` after `c`");
    assert_eq!(one(pattern(&[(0, 3), (1, 3), (2, 3)], &[], &[])), "some of `a`, `b` and `c` after `d`");
    assert_eq!(one(pattern(&[(3, 0), (3, 1)], &[], &[])), "`a` or `b` before `d`");
    assert_eq!(one(pattern(&[(0, 1), (2, 3)], &[], &[])), "if `a` is before `b`, then `d` before `c`");
    assert_eq!(one(pattern(&[(0, 1), (3, 2)], &[], &[])), "if `a` is before `b`, then `c` before `d`");
    assert_eq!(
        one(pattern(&[(0, 1), (1, 2), (3, 4)], &[], &[])),
        "if `a`, `b` and `c` come in this order, then `e` before `d`"
    );
    assert_eq!(one(pattern(&[(0, 1), (0, 2), (3, 4)], &[], &[])), "if `a` is before `b` and `c`, then `e` before `d`");
    assert_eq!(one(Pattern::default()), "no order at all is good");
}

#[test]
fn what_comes_between_is_said_of_both_directions_only_where_it_holds_in_both() {
    let system = free(&["a", "b", "c", "d"]);
    let [ab, ba] = [order(&[0, 2, 1]), order(&[1, 2, 0])];
    assert_eq!(
        texts(&system, vec![ab.clone(), ba.clone()]),
        ["`c` not between `a` and `b`, whichever of these comes first"]
    );
    let [other, turned] = [order(&[0, 3, 1]), order(&[1, 3, 0])];
    assert_eq!(texts(&system, vec![ab.clone(), ba, other.clone(), turned]), ["`a` and `b` next to each other"]);
    assert_eq!(texts(&system, vec![ab, other]), ["nothing after `a` and before `b`"]);
    let said_beside = vec![order(&[1, 0]), order(&[0, 2, 1])];
    assert_eq!(texts(&system, said_beside), ["`a` before `b`", "`c` not between `a` and `b`"]);
    let sequence = Block::Sequence(steps(0..2));
    let system = example::plan(&[], &["a", "b", "c"], Block::Interleaved([vec![sequence], steps(2..3)].concat()));
    assert_eq!(texts(&system, vec![order(&[0, 2, 1])]), ["`c` not between `a` and `b`"]);
}

#[test]
fn steps_that_may_be_left_out_make_conditions() {
    let optional = |id| Block::Optional(Box::new(Block::Step(OccurrenceId(id))));
    let root = Block::Interleaved(vec![optional(0), optional(1), Block::Step(OccurrenceId(2))]);
    let system = example::plan(&[], &["x", "y", "z"], root);
    let one = |pattern| texts(&system, vec![pattern]).join("; ");
    assert_eq!(one(pattern(&[], &[], &[0])), "`x` is not left out");
    assert_eq!(one(pattern(&[], &[0], &[])), "`x` is left out");
    assert_eq!(one(pattern(&[], &[0, 1], &[])), "`x` or `y` is left out");
    assert_eq!(one(pattern(&[], &[], &[0, 1])), "`x` or `y` is not left out");
    assert_eq!(one(pattern(&[], &[0], &[1])), "if `x` is done, `y` is not left out");
    assert_eq!(one(order(&[1, 0])), "if both are done, `x` before `y`");
    assert_eq!(one(order(&[2, 0])), "if `x` is done, `x` before `z`");
    assert_eq!(one(pattern(&[(2, 0)], &[1], &[])), "if `x` is done and `y` is done, then `x` before `z`");
    assert_eq!(one(pattern(&[(2, 0)], &[], &[1])), "if `y` is left out and `x` is done, then `x` before `z`");
    // `x` before `y` and `y` before `z` say nothing of `x` and `z` where `y` is left out.
    assert_eq!(
        texts(&system, vec![order(&[1, 0]), order(&[2, 1])]),
        ["if both are done, `x` before `y`", "if `y` is done, `y` before `z`"]
    );
}

#[test]
fn pairs_make_chains_and_stages() {
    let system = free(&["a", "b", "c", "d"]);
    assert_eq!(texts(&system, vec![order(&[1, 0]), order(&[2, 1])]), ["`a`, then `b`, then `c`"]);
    let stages = [(1, 0), (2, 0), (3, 1), (3, 2)];
    let never = stages.map(|(later, earlier)| order(&[later, earlier]));
    assert_eq!(texts(&system, never.to_vec()), ["`a`, then `b` and `c`, then `d`"]);
    let crossed = [(2, 0), (3, 0), (2, 1), (3, 1)].map(|(later, earlier)| order(&[later, earlier]));
    assert_eq!(texts(&system, crossed.to_vec()), ["all of `a` and `b` before all of `c` and `d`"]);
}

#[test]
fn one_rule_for_each_node_is_said_once() {
    let two = [
        "put x on A",
        "restart A #first-A",
        "restart A #second-A",
        "put x on B",
        "restart B #first-B",
        "restart B #second-B",
    ];
    let system = free(&two);
    let never = vec![order(&[1, 0]), order(&[4, 3])];
    assert_eq!(texts(&system, never), ["on every node n: `put x on n` before `restart n #first-n`"]);
    let chains = [(1, 0), (2, 1), (4, 3), (5, 4)].map(|(later, earlier)| order(&[later, earlier]));
    assert_eq!(
        texts(&system, chains.to_vec()),
        ["on every node n: `put x on n`, then `restart n #first-n`, then `restart n #second-n`"]
    );
    let half = vec![order(&[1, 0]), order(&[5, 3])];
    assert_eq!(
        texts(&system, half),
        ["`put x on A` before `restart A #first-A`", "`put x on B` before `restart B #second-B`"]
    );
}

#[test]
fn steps_without_labels_of_their_own_are_told_apart_by_their_place() {
    let system = free(&[
        "put x on A",
        "restart A",
        "restart A #restart A (2)",
        "put x on B",
        "restart B",
        "restart B #restart B (2)",
    ]);
    let never = vec![order(&[1, 0]), order(&[4, 3])];
    assert_eq!(texts(&system, never), ["on every node n: `put x on n` before `restart n` (the first)"]);
    assert_eq!(texts(&system, vec![order(&[2, 0])]), ["`put x on A` before `restart A` (the second)"]);
}

#[test]
fn what_holds_across_nodes_is_said_of_one_and_the_other() {
    let system = free(&["put x on A", "stop A", "put x on B", "stop B"]);
    let never = vec![pattern(&[(0, 1), (2, 3)], &[], &[])];
    assert_eq!(texts(&system, never), ["if `put x on A` is before `stop A`, then `stop B` before `put x on B`"]);
    let crossed = vec![order(&[1, 2]), order(&[3, 0])];
    assert_eq!(texts(&system, crossed), ["on either node n, with m the other one: `put x on n` before `stop m`"]);
}

#[test]
fn the_same_step_on_every_node_is_one_stage() {
    let three = ["put x on A", "put x on B", "put x on C", "use x on A", "use x on B", "use x on C"];
    let system = example::plan(&["A", "B", "C"], &three, Block::Interleaved(steps(0..6)));
    let all = (0..3).flat_map(|earlier| (3..6).map(move |later| order(&[later, earlier])));
    assert_eq!(texts(&system, all.clone().collect()), ["every `put x on n` before every `use x on m`"]);
    // One pair less is another rule, and reads as one.
    let fewer = texts(&system, all.skip(1).collect());
    assert!(fewer.len() > 1, "{fewer:?}");
}

#[test]
fn a_node_that_is_called_like_a_variable_is_not_mistaken_for_one() {
    let steps_of = ["put x on n", "stop n", "put x on m", "stop m"];
    let system = example::plan(&["n", "m"], &steps_of, Block::Interleaved(steps(0..4)));
    let never = vec![order(&[1, 0]), order(&[3, 2])];
    assert_eq!(texts(&system, never), ["on every node k: `put x on k` before `stop k`"]);
}

#[test]
fn the_heading_says_exactly_when_only_where_nothing_else_is_admitted() {
    let system = free(&["a", "b"]);
    let heading = |among, admitted: Option<u8>, limit| {
        let rules = Rules { among, admitted: admitted.map(Into::into), limit, ..rules(vec![order(&[1, 0])]) };
        let finding = told(&Names::of(&system), &rules).finding;
        assert_eq!(finding.exact, admitted == Some(0));
        finding.heading
    };
    assert_eq!(heading(Among::All, Some(0), None), "an order is good exactly when");
    assert_eq!(heading(Among::NotRefused, Some(0), None), "an order is good exactly when no step is refused and");
    assert_eq!(heading(Among::All, Some(3), Some(Limit::States)), "a good order keeps all of these");
    assert_eq!(heading(Among::NotRefused, None, Some(Limit::Time)), "in a good order no step is refused and");
}

#[test]
fn only_whole_words_are_renamed() {
    let renaming = [("A", "B"), ("B", "A")];
    assert_eq!(rename("move A from B to AB, via A_1 (A)", &renaming), "move B from A to AB, via A_1 (B)");
    assert_eq!(rename("first-A", &renaming), "first-B");
}

/// Every pattern of four steps: which are done and which left out, and every partial order on those that are done.
fn all_patterns() -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for code in 0..81u32 {
        let state = |id: u32| code / 3u32.pow(id) % 3;
        let with = |wanted: u32| (0..4).filter(move |id| state(*id) == wanted).map(OccurrenceId);
        let done: Vec<OccurrenceId> = with(1).collect();
        let pairs: Vec<_> =
            done.iter().flat_map(|a| done.iter().map(move |b| (*a, *b))).filter(|(a, b)| a != b).collect();
        for set in 0..1u32 << pairs.len() {
            let before: Vec<_> =
                (0..).zip(&pairs).filter(|(at, _)| set >> at & 1 == 1).map(|(_, pair)| *pair).collect();
            if is_covering(&before) {
                patterns.push(Pattern { done: done.clone(), before, left_out: with(2).collect() });
            }
        }
    }
    patterns
}

/// Whether the pairs are those of a strict partial order that follow from no others.
fn is_covering(pairs: &[(OccurrenceId, OccurrenceId)]) -> bool {
    let reaches = |from: OccurrenceId, to: OccurrenceId, but: Option<usize>| {
        let mut seen = vec![from];
        let mut at = 0;
        while at < seen.len() {
            let here = seen[at];
            let on = (0..).zip(pairs).filter(|(place, (a, _))| *a == here && Some(*place) != but).map(|(_, (_, b))| *b);
            let new: Vec<_> = on.filter(|b| *b == to || !seen.contains(b)).collect();
            if new.contains(&to) {
                return true;
            }
            seen.extend(new);
            at += 1;
        }
        false
    };
    (0..).zip(pairs).all(|(place, (a, b))| !reaches(*b, *a, None) && !reaches(*a, *b, Some(place)))
}

#[test]
fn no_two_patterns_read_the_same() {
    let optional = |id| Block::Optional(Box::new(Block::Step(OccurrenceId(id))));
    let firm = Block::Interleaved(steps(0..4));
    let loose = Block::Interleaved((0..4).map(optional).collect());
    for root in [firm, loose] {
        let required = root == Block::Interleaved(steps(0..4));
        let system = example::plan(&[], &["x", "y", "z", "w"], root);
        let mut known: BTreeMap<String, Pattern> = BTreeMap::new();
        for pattern in all_patterns() {
            // A step that is always done goes without saying.
            let named = |id: &OccurrenceId| pattern.before.iter().any(|(a, b)| a == id || b == id);
            if required && !(pattern.left_out.is_empty() && pattern.done.iter().all(named)) {
                continue;
            }
            let text = texts(&system, vec![pattern.clone()]).join("; ");
            if let Some(other) = known.insert(text.clone(), pattern.clone()) {
                panic!("`{text}` stands for {pattern:?} and for {other:?}");
            }
        }
        assert!(known.len() > 100);
    }
}

#[test]
fn whatever_is_grouped_stands_for_what_it_was_made_from() {
    let sentences = [
        "put x on A",
        "restart A",
        "restart A #restart A (2)",
        "put x on B",
        "restart B",
        "restart B #restart B (2)",
        "go",
    ];
    let system = free(&sentences);
    let mut seed = 7u64;
    let mut below = |most: u32| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((seed >> 33) % u64::from(most)).unwrap()
    };
    let turned = |id: u32| if id < 6 { (id + 3) % 6 } else { id };
    for _ in 0..300 {
        let mut never: Vec<Pattern> = Vec::new();
        for _ in 0..1 + below(5) {
            let mut ids: Vec<u32> = (0..7).collect();
            let picked: Vec<u32> =
                (0..2 + below(2)).map(|_| ids.swap_remove(below(u32::try_from(ids.len()).unwrap()) as usize)).collect();
            never.push(order(&picked));
            if below(2) == 0 {
                never.push(order(&picked.iter().map(|id| turned(*id)).collect::<Vec<_>>()));
            }
        }
        let mut seen = Vec::new();
        never.retain(|pattern| {
            let new = !seen.contains(pattern);
            seen.push(pattern.clone());
            new
        });
        // Compares what is told with what was given.
        texts(&system, never);
    }
}
