//! Settling, and what is asked of final states.

use super::machine::{Machine, Marks, Values, Way};
use crate::base::{Limit, Tally};
use crate::resolve::model::DrillStep;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::rc::Rc;

/// All that may come of settling a state.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// Stable states, with what was seen up to there.
    pub stable: BTreeSet<(Values, Marks)>,
    /// What was seen where reactions can go round for ever.
    pub unsettled: BTreeSet<Marks>,
}

/// What was found out before.
#[derive(Default)]
pub(super) struct Known {
    settled: FxHashMap<Values, Rc<Settled>>,
    good: FxHashMap<Values, bool>,
}

impl Machine<'_> {
    /// Everything that one reaction can make of a state; nothing if it is stable.
    pub fn reacted(&self, values: &[u8]) -> Vec<Way> {
        self.reactions.iter().flat_map(|reaction| self.react(values, *reaction)).collect()
    }

    /// Settles a state in every order of reactions.
    pub fn settle(&self, values: &[u8], known: &mut Known, tally: &mut Tally) -> Result<Rc<Settled>, Limit> {
        if let Some(settled) = known.settled.get(values) {
            return Ok(Rc::clone(settled));
        }
        let mut settled = Settled::default();
        type At = (Values, Marks);
        let start: At = (values.to_vec(), Marks::new());
        let mut path: Vec<(At, Vec<At>)> = Vec::new();
        let mut on_path: BTreeSet<At> = BTreeSet::new();
        let mut left: BTreeSet<At> = BTreeSet::new();
        let mut next = Some(start);
        loop {
            if let Some(at) = next.take() {
                let ways = self.reacted(&at.0);
                if ways.is_empty() {
                    let marks = &at.1 | &self.broken(&at.0);
                    settled.stable.insert((at.0.clone(), marks));
                }
                let ways = ways.into_iter().map(|way| (way.values, &at.1 | &self.seen(&way.events))).collect();
                tally.hold(4 * size_of::<At>() + 2 * at.0.len())?;
                on_path.insert(at.clone());
                path.push((at, ways));
            }
            let Some((at, ways)) = path.last_mut() else { break };
            match ways.pop() {
                Some(to) if on_path.contains(&to) => {
                    settled.unsettled.insert(to.1);
                }
                Some(to) if left.contains(&to) => {}
                Some(to) => next = Some(to),
                None => {
                    on_path.remove(at);
                    left.insert(at.clone());
                    path.pop();
                }
            }
        }
        let settled = Rc::new(settled);
        known.settled.insert(values.to_vec(), Rc::clone(&settled));
        Ok(settled)
    }

    /// Whether a run that did all its steps ends well in a state: it is healthy, and every drill passes.
    pub fn ends_well(&self, values: &[u8], known: &mut Known, tally: &mut Tally) -> Result<bool, Limit> {
        if let Some(good) = known.good.get(values) {
            return Ok(*good);
        }
        let mut good = self.all_hold(values, &self.world.health);
        for drill in 0..self.world.drills.len() {
            good = good && self.drill_passes(values, drill, known, tally)?;
        }
        known.good.insert(values.to_vec(), good);
        Ok(good)
    }

    /// Whether a drill passes.
    pub fn drill_passes(
        &self,
        values: &[u8],
        drill: usize,
        known: &mut Known,
        tally: &mut Tally,
    ) -> Result<bool, Limit> {
        let drill = &self.world.drills[drill];
        let Some(acted) = self.rehearsed(BTreeSet::from([values.to_vec()]), &drill.act, known, tally)? else {
            return Ok(false);
        };
        if !acted.iter().all(|values| self.holds(values, &drill.expect.expr)) {
            return Ok(false);
        }
        let ends = self.rehearsed(acted, &drill.then, known, tally)?;
        Ok(ends.is_some_and(|ends| ends.iter().all(|values| self.all_hold(values, &drill.expect_after))))
    }

    /// Every stable result of some steps of a drill; None where one can be refused or never settles.
    fn rehearsed(
        &self,
        mut states: BTreeSet<Values>,
        steps: &[DrillStep],
        known: &mut Known,
        tally: &mut Tally,
    ) -> Result<Option<BTreeSet<Values>>, Limit> {
        for step in steps {
            for half in 0..self.halves_of(*step) {
                let mut after = BTreeSet::new();
                for values in &states {
                    let ways = self.rehearse(values, *step, half);
                    if ways.is_empty() {
                        return Ok(None);
                    }
                    for way in ways {
                        let settled = self.settle(&way.values, known, tally)?;
                        if !settled.unsettled.is_empty() {
                            return Ok(None);
                        }
                        after.extend(settled.stable.iter().map(|(values, _)| values.clone()));
                    }
                }
                states = after;
            }
        }
        Ok(Some(states))
    }
}
