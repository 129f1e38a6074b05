//! Fewer orders: which precedences between the parts of bulleted lists leave good orders alone.
//!
//! In: an outline, and which steps come before which in its good orderings. Out: sets of [`Edit::Order`]: first groups
//! of necessary pairs (`groups.rs`), else pairs and the largest groups, every set of them, by counterexample: a bad ordering must
//! be cut by an edit that it breaks and that some good ordering keeps.

use super::edit::{Edit, Member};
use super::groups::{Group, groups, largest};
use super::judge::{Judge, Judged, Precedences, Stop, ids};
use super::outline::{List, Outline, Part};
use crate::base::Tally;
use crate::system::{OccurrenceId, StepSet};
use num_bigint::BigUint;
use rustc_hash::FxHashSet;

/// A bulleted list and the parts of it that can be put in an order.
struct Bullets {
    list: u32,
    items: Vec<(Member, StepSet)>,
}

impl Bullets {
    /// Some parts, by their place, before others.
    fn edit(&self, (first, then): Group) -> Edit {
        let members = |some: Vec<usize>| some.into_iter().map(|at| self.items[at].0).collect();
        Edit::Order { list: self.list, first: members(first), then: members(then) }
    }

    /// Whether a bad ordering has one of these after one of those.
    fn breaks(&self, edit: &Edit, bad: &[OccurrenceId]) -> bool {
        let Edit::Order { list, first, then } = edit else { return false };
        let place = |id: OccurrenceId| bad.iter().position(|other| *other == id);
        let of = |members: &[Member]| {
            let some = self.items.iter().filter(|(member, _)| members.contains(member));
            some.fold(StepSet::default(), |all, (_, steps)| all.union(*steps))
        };
        let last = ids(of(first)).filter_map(place).max();
        let earliest = ids(of(then)).filter_map(place).min();
        *list == self.list && last.zip(earliest).is_some_and(|(last, earliest)| earliest < last)
    }
}

/// Searches precedences for one outline.
pub struct Orders<'o> {
    outline: &'o Outline,
    lists: Vec<Bullets>,
    seen: Precedences,
    bad: Option<Vec<OccurrenceId>>,
    /// The largest groups of necessary pairs.
    largest: Vec<Edit>,
}

/// Edits that leave good orderings alone, and how many.
pub type Ordered = (Vec<Edit>, BigUint);

impl<'o> Orders<'o> {
    /// Looks at an outline that was judged.
    ///
    /// # Errors
    /// Where the search had to stop.
    pub fn of(outline: &'o Outline, judged: &Judged, judge: &mut Judge, tally: &mut Tally) -> Result<Orders<'o>, Stop> {
        let lists = outline.root.lists().into_iter().filter_map(|list| bullets(outline, list)).collect();
        let seen = if judged.hope { judge.precedences(outline, tally)? } else { Precedences::default() };
        let bad = judged.bad.clone().filter(|_| judged.hope);
        let mut orders = Orders { outline, lists, seen, bad, largest: Vec::new() };
        for bullets in &orders.lists {
            let groups = orders.necessary(bullets).map_or(Ok(Vec::new()), |after| largest(&after, tally))?;
            orders.largest.extend(groups.into_iter().map(|group| bullets.edit(group)));
        }
        Ok(orders)
    }

    /// The fewest groups of necessary pairs that leave good orderings alone; None where these do not suffice.
    ///
    /// # Errors
    /// Where the search had to stop.
    pub fn groups(&self, judge: &mut Judge, tally: &mut Tally) -> Result<Option<Ordered>, Stop> {
        let mut edits = Vec::new();
        for bullets in &self.lists {
            if let Some(after) = self.necessary(bullets) {
                edits.extend(groups(&after, tally)?.into_iter().flatten().map(|group| bullets.edit(group)));
            }
        }
        if edits.is_empty() {
            return Ok(None);
        }
        let Some(ordered) = self.outline.edited(&edits) else { return Ok(None) };
        let judged = judge.judged(&ordered, tally)?;
        Ok(judged.all_good().then_some((edits, judged.total)))
    }

    /// For each item of a list those that come after it in every good ordering; None where the list is too long for that.
    fn necessary(&self, bullets: &Bullets) -> Option<Vec<u128>> {
        let items = 0..bullets.items.len();
        (items.len() <= 128).then(|| items.map(|one| self.after(bullets, one)).collect())
    }

    /// The items that come after one in every good ordering.
    fn after(&self, bullets: &Bullets, one: usize) -> u128 {
        let own = bullets.items[one].1;
        let others =
            bullets.items.iter().enumerate().filter(|(other, (_, steps))| {
                *other != one && self.seen.some(own, *steps) && !self.seen.some(*steps, own)
            });
        others.fold(0, |all, (other, _)| all | 1u128 << other)
    }

    /// Exactly this many pairs and largest groups that leave good orderings alone: of all such sets the one that leaves most, then the first.
    ///
    /// # Errors
    /// Where the search had to stop.
    pub fn pairs(&self, count: usize, judge: &mut Judge, tally: &mut Tally) -> Result<Option<Ordered>, Stop> {
        let mut best = None;
        if let Some(bad) = &self.bad {
            let mut known = FxHashSet::default();
            self.more((&mut Vec::new(), count), bad, &mut known, (&mut best, judge, tally))?;
        }
        Ok(best)
    }

    fn more(
        &self,
        (sofar, count): (&mut Vec<Edit>, usize),
        bad: &[OccurrenceId],
        known: &mut FxHashSet<Vec<Edit>>,
        (best, judge, tally): (&mut Option<Ordered>, &mut Judge, &mut Tally),
    ) -> Result<(), Stop> {
        for edit in self.broken(bad) {
            let mut set = sofar.clone();
            set.push(edit.clone());
            set.sort_by_key(key);
            let Some(ordered) = self.outline.edited(&set).filter(|_| known.insert(set.clone())) else { continue };
            let judged = judge.judged(&ordered, tally)?;
            if judged.all_good() {
                if best.as_ref().is_none_or(|(_, most)| judged.total > *most) {
                    *best = Some((set, judged.total));
                }
            } else if count > 1
                && judged.hope
                && let Some(bad) = &judged.bad
            {
                self.more((&mut set, count - 1), bad, known, (best, judge, tally))?;
            }
        }
        Ok(())
    }

    /// The edits that a bad ordering breaks and some good ordering keeps: necessary pairs, then the largest groups of them,
    /// then other pairs.
    fn broken(&self, bad: &[OccurrenceId]) -> Vec<Edit> {
        let (mut necessary, mut others) = (Vec::new(), Vec::new());
        for bullets in &self.lists {
            for (one, own) in &bullets.items {
                for (other, steps) in bullets.items.iter().filter(|(other, _)| other != one) {
                    let edit = Edit::Order { list: bullets.list, first: vec![*one], then: vec![*other] };
                    if self.seen.some(*own, *steps) && bullets.breaks(&edit, bad) {
                        if self.seen.some(*steps, *own) { others.push(edit) } else { necessary.push(edit) }
                    }
                }
            }
        }
        let breaks = |edit: &&Edit| self.lists.iter().any(|bullets| bullets.breaks(edit, bad));
        necessary.extend(self.largest.iter().filter(breaks).cloned());
        necessary.extend(others);
        necessary
    }
}

fn bullets(outline: &Outline, list: &List) -> Option<Bullets> {
    let origin = list.origin.filter(|_| list.open && !list.ordered)?;
    let movable = |part: &Part| part.units().iter().all(|unit| outline.units[unit.index()].movable);
    let item = |part: &Part| {
        let member = match part {
            Part::Unit(unit) => Member::Unit(*unit),
            Part::List(list) => Member::List(list.origin?),
        };
        let steps = outline.steps_of(part);
        (!steps.is_empty() && movable(part)).then_some((member, steps))
    };
    Some(Bullets { list: origin, items: list.parts.iter().filter_map(item).collect() })
}

fn key(edit: &Edit) -> (u32, Vec<Member>, Vec<Member>) {
    match edit {
        Edit::Order { list, first, then } => (*list, first.clone(), then.clone()),
        Edit::Require(_) | Edit::Delete(_) | Edit::Insert(..) | Edit::Move(..) => (0, Vec::new(), Vec::new()),
    }
}
