//! Repairs of a runbook that allows several orders: precedences, other edits, and sets of them.
//!
//! In: precedences that were found for the outline as it is. Out: candidates that were studied as a whole, offered with
//! fewer edits first. A set without precedences is dropped early where the document's own order is not good.

use super::cost::Cost;
use super::edit::Edit;
use super::judge::{Judge, Stop};
use super::order::{Ordered, Orders};
use super::outline::Outline;
use super::search::{Repair, Repairs, Search};
use super::singles::singles;
use crate::base::Tally;
use num_bigint::BigUint;

impl Repairs<'_, '_> {
    /// With more edits each time.
    pub(super) fn several(
        &mut self,
        (orders, groups): (&Orders<'_>, Option<&Ordered>),
        judge: &mut Judge,
        search: &mut Search,
        tally: &mut Tally,
    ) -> Result<(), Stop> {
        let singles = singles(self.outline, self.beliefs.steps());
        for count in 1..=self.options.edits {
            let grouped = groups.filter(|(edits, _)| edits.len() == count).cloned();
            for (edits, _) in grouped.into_iter().chain(orders.pairs(count, judge, tally)?) {
                if self.ordered(edits, search, tally)? {
                    return Ok(());
                }
            }
            let mut found = Vec::new();
            let ended = self.combined((&singles, None, count), &mut Vec::new(), &mut found, (judge, tally));
            found.sort_by_key(|(cost, left, repair): &(Cost, BigUint, Repair)| {
                (*cost, changed_steps(repair), std::cmp::Reverse(left.clone()))
            });
            for (_, _, repair) in found {
                if self.offered(repair, search) {
                    return ended;
                }
            }
            ended?;
            search.through = count;
        }
        Ok(())
    }

    /// Every set of edits with at least one that is no precedence.
    fn combined(
        &mut self,
        (singles, last, left): (&[Edit], Option<usize>, usize),
        sofar: &mut Vec<Edit>,
        found: &mut Vec<(Cost, BigUint, Repair)>,
        (judge, tally): (&mut Judge, &mut Tally),
    ) -> Result<(), Stop> {
        let place = |edit: &Edit| match edit {
            Edit::Insert(_, place) | Edit::Move(_, place) => Some(*place),
            Edit::Require(_) | Edit::Delete(_) | Edit::Order { .. } => None,
        };
        for (at, edit) in singles.iter().enumerate() {
            // A set is tried once, but the same place may take two steps, in either order.
            let fresh =
                last.is_none_or(|last| at > last || place(edit).is_some() && place(edit) == place(&singles[last]));
            if !fresh {
                continue;
            }
            self.sets += 1;
            if self.sets > self.options.sets {
                return Err(Stop::Candidates);
            }
            tally.check()?;
            sofar.push(edit.clone());
            let edited = self.outline.edited(sofar);
            if let Some(outline) = edited {
                if left > 1 {
                    self.combined((singles, Some(at), left - 1), sofar, found, (judge, tally))?;
                }
                self.judged(&outline, (sofar, left - 1), found, (judge, tally))?;
            }
            sofar.pop();
        }
        Ok(())
    }

    /// With exactly so many precedences more.
    fn judged(
        &mut self,
        outline: &Outline,
        (sofar, precedences): (&[Edit], usize),
        found: &mut Vec<(Cost, BigUint, Repair)>,
        (judge, tally): (&mut Judge, &mut Tally),
    ) -> Result<(), Stop> {
        if precedences == 0 {
            if !self.ends_well(outline, tally)? {
                return Ok(());
            }
            let judged = judge.judged(outline, tally)?;
            if judged.all_good() {
                let cost = self.cost(outline, sofar.len(), tally)?;
                found.push((cost, judged.total, Repair { edits: sofar.to_vec(), outline: outline.clone(), cost }));
            }
            return Ok(());
        }
        if outline.root.lists().iter().all(|list| list.ordered) {
            return Ok(());
        }
        let judged = judge.judged(outline, tally)?;
        if !judged.hope || judged.bad.is_none() {
            return Ok(());
        }
        let orders = Orders::of(outline, &judged, judge, tally)?;
        let groups = orders.groups(judge, tally)?.filter(|(edits, _)| edits.len() == precedences);
        let ordered = match groups {
            Some(groups) => Some(groups),
            None => orders.pairs(precedences, judge, tally)?,
        };
        if let Some((more, left)) = ordered {
            // Groups and pairs name parts as they are after the other edits.
            let edits: Vec<Edit> = sofar.iter().cloned().chain(more).collect();
            if let Some(outline) = self.outline.edited(&edits) {
                let cost = self.cost(&outline, edits.len(), tally)?;
                found.push((cost, left, Repair { edits, outline, cost }));
            }
        }
        Ok(())
    }
}

/// How many steps are put in or left out.
fn changed_steps(repair: &Repair) -> usize {
    repair.edits.iter().filter(|edit| matches!(edit, Edit::Delete(_) | Edit::Insert(..))).count()
}
