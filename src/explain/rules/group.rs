//! Patterns that make one sentence together.
//!
//! Pairs become stages: steps that wait for the same steps are one stage, and stages follow each other where what waits
//! in one is what is waited for in the next. Chains of three with the same ends become *not between*.

use super::name::Names;
use super::saying::{Saying, in_this_order};
use crate::system::OccurrenceId;
use crate::verdict::Pattern;

/// Sayings that together forbid the patterns, in the order of the first pattern of each. Quadratic in the patterns.
pub fn grouped(names: &Names<'_>, patterns: &[Pattern]) -> Vec<Saying> {
    let mut pairs: Vec<(OccurrenceId, OccurrenceId)> = Vec::new();
    let mut sayings: Vec<Saying> = Vec::new();
    for pattern in patterns {
        match (pattern.before.as_slice(), pattern.done.len(), pattern.left_out.len()) {
            ([(later, earlier)], 2, 0) => pairs.push((*earlier, *later)),
            ([one, other], 3, 0) => match chain(*one, *other) {
                Some([first, step, last]) => between(&mut sayings, first, step, last),
                None => sayings.push(Saying::Never(pattern.clone())),
            },
            _ => sayings.push(Saying::Never(pattern.clone())),
        }
    }
    sayings = both_ways(sayings);
    sayings.extend(stages(names, &pairs));
    let place = |saying: &Saying| {
        let forbids = saying.forbids();
        patterns.iter().position(|pattern| forbids.contains(pattern))
    };
    sayings.sort_by_key(place);
    sayings
}

type Atom = (OccurrenceId, OccurrenceId);

fn chain(one: Atom, other: Atom) -> Option<[OccurrenceId; 3]> {
    match (one, other) {
        ((a, x), (y, b)) if x == y => Some([a, x, b]),
        ((x, b), (a, y)) if x == y => Some([a, x, b]),
        _ => None,
    }
}

fn between(sayings: &mut Vec<Saying>, from: OccurrenceId, step: OccurrenceId, to: OccurrenceId) {
    let known = sayings.iter_mut().find_map(|saying| match saying {
        Saying::NotBetween { steps, first, last, .. } if (*first, *last) == (from, to) => Some(steps),
        _ => None,
    });
    match known {
        Some(steps) => steps.push(step),
        None => sayings.push(Saying::NotBetween { steps: vec![step], first: from, last: to, both_ways: false }),
    }
}

/// One saying of two that are each other turned round, as far as they speak of the same steps.
fn both_ways(sayings: Vec<Saying>) -> Vec<Saying> {
    let mut merged: Vec<Saying> = Vec::new();
    for saying in sayings {
        let Saying::NotBetween { steps: these, first: from, last: to, .. } = &saying else {
            merged.push(saying);
            continue;
        };
        let turned = merged.iter_mut().find_map(|other| match other {
            Saying::NotBetween { steps, first, last, both_ways } if (&*first, &*last) == (to, from) => {
                same(steps, these).then_some(both_ways)
            }
            _ => None,
        });
        match turned {
            Some(both_ways) => *both_ways = true,
            None => merged.push(saying),
        }
    }
    merged
}

fn same(one: &[OccurrenceId], other: &[OccurrenceId]) -> bool {
    one.len() == other.len() && one.iter().all(|step| other.contains(step))
}

/// Pairs (earlier, later) as stages. Each pair is in exactly one saying.
fn stages(names: &Names<'_>, pairs: &[Atom]) -> Vec<Saying> {
    let by_earlier = blocks(pairs);
    let turned: Vec<Atom> = pairs.iter().map(|(earlier, later)| (*later, *earlier)).collect();
    let by_later: Vec<_> = blocks(&turned).into_iter().map(|(later, earlier)| (earlier, later)).collect();
    let blocks = if by_later.len() < by_earlier.len() { by_later } else { by_earlier };
    let mut rows: Vec<Vec<Vec<OccurrenceId>>> = blocks.into_iter().map(|(from, to)| vec![from, to]).collect();
    // What comes in between has to be done in every ordering, or the first says nothing about the last.
    let firm = |stage: &[OccurrenceId]| stage.iter().all(|id| names.always_done(*id));
    let joint = |rows: &[Vec<Vec<OccurrenceId>>]| {
        let places = (0..rows.len()).flat_map(|a| (0..rows.len()).map(move |b| (a, b)));
        let mut joints = places.filter(|(a, b)| a != b && rows[*a].last() == rows[*b].first());
        joints.find(|(a, b)| rows[*a].iter().chain(&rows[*b]).all(|stage| firm(stage)))
    };
    while let Some((a, b)) = joint(&rows) {
        let rest = rows[b].split_off(1);
        rows[a].extend(rest);
        rows.remove(b);
    }
    rows.into_iter().map(Saying::Stages).collect()
}

/// Steps with the same partners make a block together with these.
fn blocks(pairs: &[Atom]) -> Vec<(Vec<OccurrenceId>, Vec<OccurrenceId>)> {
    let mut blocks: Vec<(Vec<OccurrenceId>, Vec<OccurrenceId>)> = Vec::new();
    let mut seconds: Vec<OccurrenceId> = pairs.iter().map(|(_, second)| *second).collect();
    seconds.sort_unstable();
    seconds.dedup();
    for second in seconds {
        let mut firsts: Vec<OccurrenceId> =
            pairs.iter().filter(|(_, other)| *other == second).map(|(first, _)| *first).collect();
        firsts.sort_unstable();
        match blocks.iter_mut().find(|(known, _)| *known == firsts) {
            Some((_, partners)) => partners.push(second),
            None => blocks.push((firsts, vec![second])),
        }
    }
    blocks
}

/// Every pattern for itself.
pub fn one_by_one(patterns: &[Pattern]) -> Vec<Saying> {
    let said = patterns.iter().map(|pattern| match (pattern.before.as_slice(), pattern.done.len()) {
        ([(later, earlier)], 2) if *pattern == in_this_order(&[*later, *earlier]) => {
            Saying::Stages(vec![vec![*earlier], vec![*later]])
        }
        _ => Saying::Never(pattern.clone()),
    });
    said.collect()
}
