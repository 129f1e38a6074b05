//! Precedences between groups of parts: "all of these before all of those".
//!
//! In: the parts of a bulleted list and which come after which in every good ordering (*necessary* pairs). Out: the fewest
//! groups that say all of it. Where all necessary pairs together leave good orderings alone, they leave all the good ones,
//! so nothing less will do: the fewest edits are the fewest rectangles within the necessary pairs that cover those pairs
//! which do not follow from others. Exact cover by iterative deepening over the maximal rectangles.

use crate::base::{Limit, Tally};

/// The most rectangles that are looked at for one list.
const MOST: usize = 4096;

/// Numbers of some parts, and of those that come after all of them.
pub type Group = (Vec<usize>, Vec<usize>);

/// The fewest groups, given for each part the set of those that come after it; None where there are too many to look at.
///
/// # Errors
/// The limit that was hit.
pub fn groups(after: &[u128], tally: &mut Tally) -> Result<Option<Vec<Group>>, Limit> {
    let open = covering(after);
    let Some(rectangles) = rectangles(after, tally)? else { return Ok(None) };
    for most in 0..=open.len() {
        let mut chosen = Vec::new();
        if cover(&open, &rectangles, most, &mut chosen, tally)? {
            return Ok(Some(trimmed(&open, &chosen)));
        }
    }
    Ok(None)
}

/// The groups that are as large as they can be and more than one pair; none where there are too many to look at.
///
/// # Errors
/// The limit that was hit.
pub fn largest(after: &[u128], tally: &mut Tally) -> Result<Vec<Group>, Limit> {
    let all = rectangles(after, tally)?.unwrap_or_default();
    let more = all.into_iter().filter(|(first, then)| first.count_ones() * then.count_ones() > 1);
    Ok(more.map(|(first, then)| (members(first).collect(), members(then).collect())).collect())
}

/// The pairs that do not follow from two others.
fn covering(after: &[u128]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (one, own) in after.iter().enumerate() {
        for other in members(*own) {
            if !members(*own).any(|between| after[between] >> other & 1 == 1) {
                pairs.push((one, other));
            }
        }
    }
    pairs
}

/// The maximal rectangles: sets of parts before, and all that come after each of them.
///
/// # Errors
/// The limit that was hit.
fn rectangles(after: &[u128], tally: &mut Tally) -> Result<Option<Vec<(u128, u128)>>, Limit> {
    let mut sets: Vec<u128> = Vec::new();
    for own in after.iter().filter(|own| **own != 0) {
        let both: Vec<u128> = sets.iter().map(|set| set & own).chain([*own]).filter(|set| *set != 0).collect();
        for set in both {
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
        tally.check()?;
        if sets.len() > MOST {
            return Ok(None);
        }
    }
    let before = |set: u128| {
        let all = after.iter().enumerate().filter(|(_, own)| **own & set == set);
        all.fold(0, |all, (one, _)| all | 1u128 << one)
    };
    Ok(Some(sets.into_iter().map(|set| (before(set), set)).collect()))
}

fn cover(
    open: &[(usize, usize)],
    rectangles: &[(u128, u128)],
    most: usize,
    chosen: &mut Vec<(u128, u128)>,
    tally: &mut Tally,
) -> Result<bool, Limit> {
    let inside = |(first, then): &(u128, u128), (one, other): &(usize, usize)| first >> one & then >> other & 1 == 1;
    let Some(pair) = open.iter().find(|pair| !chosen.iter().any(|group| inside(group, pair))) else { return Ok(true) };
    if most == 0 {
        return Ok(false);
    }
    for rectangle in rectangles.iter().filter(|rectangle| inside(rectangle, pair)) {
        tally.check()?;
        chosen.push(*rectangle);
        if cover(open, rectangles, most - 1, chosen, tally)? {
            return Ok(true);
        }
        chosen.pop();
    }
    Ok(false)
}

/// Each group with no more parts than it needs for the pairs that no earlier group covers.
fn trimmed(open: &[(usize, usize)], chosen: &[(u128, u128)]) -> Vec<Group> {
    let mut covered = vec![false; open.len()];
    let mut groups = Vec::new();
    for (first, then) in chosen {
        let (mut before, mut after) = (0u128, 0u128);
        for ((one, other), covered) in open.iter().zip(&mut covered).filter(|(_, covered)| !**covered) {
            if first >> one & then >> other & 1 == 1 {
                *covered = true;
                before |= 1 << one;
                after |= 1 << other;
            }
        }
        groups.push((members(before).collect(), members(after).collect()));
    }
    groups
}

fn members(set: u128) -> impl Iterator<Item = usize> {
    (0..128).filter(move |one| set >> one & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;

    fn found(after: &[&[usize]]) -> Vec<Group> {
        let after: Vec<u128> = after.iter().map(|own| own.iter().fold(0, |all, one| all | 1 << one)).collect();
        groups(&after, &mut Tally::start(&Budget::default(), "test")).unwrap().unwrap()
    }

    #[test]
    fn one_group_says_all_of_these_before_all_of_those() {
        assert_eq!(found(&[&[2, 3], &[2, 3], &[], &[]]), [(vec![0, 1], vec![2, 3])]);
    }

    #[test]
    fn a_chain_needs_as_many_groups_as_it_has_links() {
        assert_eq!(found(&[&[1, 2], &[2], &[]]), [(vec![0], vec![1]), (vec![1], vec![2])]);
        assert_eq!(found(&[&[], &[], &[]]), []);
    }
}
