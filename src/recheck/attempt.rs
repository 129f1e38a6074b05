//! What can come of the next step: faults strike first, as many as the budgets hold; then the `if`s; then the step.

use super::machine::{Machine, Marks, Values};
use super::settle::Known;
use crate::base::{Limit, Tally};
use std::collections::BTreeSet;

/// Where an attempt leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// To this stable state.
    Stable(Values),
    /// The step is refused.
    Refused,
    /// Reactions go on for ever.
    Unsettled,
}

/// All ways in which an attempt can go, with what is seen meanwhile.
pub(super) type Fates = BTreeSet<(End, Marks)>;

/// No, as a state remembers the answer of an `if`.
const NO: u8 = 1;
/// Yes.
const YES: u8 = 2;

impl Machine<'_> {
    fn budget(&self, budget: u32) -> usize {
        self.world.variables.len() + budget as usize
    }

    fn answer(&self, guard: u32) -> usize {
        self.world.variables.len() + self.runbook.budgets.len() + guard as usize
    }

    /// The states that the runbook may begin in, before they settle.
    pub fn starts(&self) -> Vec<Values> {
        let alternatives = self.runbook.initial.iter();
        alternatives
            .map(|(_, values)| {
                let mut values = values.clone();
                values.extend(self.runbook.budgets.iter().map(|(_, most)| *most));
                values.extend(self.runbook.guards.iter().map(|_| 0));
                values
            })
            .collect()
    }

    /// Settles, and adds what may come of it; `stable` gets the stable states.
    pub fn land(
        &self,
        values: &[u8],
        marks: &Marks,
        (stable, fates): (&mut BTreeSet<(Values, Marks)>, &mut Fates),
        known: &mut Known,
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        let settled = self.settle(values, known, tally)?;
        stable.extend(settled.stable.iter().map(|(values, seen)| (values.clone(), marks | seen)));
        fates.extend(settled.unsettled.iter().map(|seen| (End::Unsettled, marks | seen)));
        Ok(())
    }

    /// What a fault of the runbook (index into its list) can do to a state; its budget is one less then.
    pub fn fault(&self, values: &[u8], fault: usize) -> Vec<super::machine::Way> {
        let (fault, budget) = self.runbook.faults[fault];
        let left = self.budget(budget);
        if values[left] == 0 {
            return Vec::new();
        }
        let mut ways = self.strike(values, fault);
        ways.iter_mut().for_each(|way| way.values[left] = values[left] - 1);
        ways
    }

    /// Whether a step is done and not passed over, and the state with the answers of the `if`s that are looked at now. An `if`
    /// within one that does not hold is answered no.
    pub fn asked(&self, step: u32, values: &[u8]) -> (bool, Values) {
        let mut after = values.to_vec();
        let mut follows = true;
        for guard in &self.runbook.occurrences[step as usize].guards {
            let place = self.answer(*guard);
            if after[place] == 0 {
                follows = follows && self.holds(values, &self.runbook.guards[*guard as usize].when);
                after[place] = if follows { YES } else { NO };
            }
            follows = follows && after[place] == YES;
        }
        (follows, after)
    }

    /// Forgets the answers that no step asks for any more.
    pub fn forget(&self, over: &[u32], values: &mut Values) {
        over.iter().for_each(|guard| values[self.answer(*guard)] = 0);
    }

    /// What can come of the next step in a state; `over` are the `if`s that no step is under after it.
    pub fn attempt(
        &self,
        step: u32,
        over: &[u32],
        values: &[u8],
        known: &mut Known,
        tally: &mut Tally,
    ) -> Result<Fates, Limit> {
        let mut fates = Fates::new();
        let mut struck = BTreeSet::from([(values.to_vec(), Marks::new())]);
        let mut todo: Vec<(Values, Marks)> = struck.iter().cloned().collect();
        while let Some((values, marks)) = todo.pop() {
            let mut landed = BTreeSet::new();
            for fault in 0..self.runbook.faults.len() {
                for way in self.fault(&values, fault) {
                    let marks = &marks | &self.seen(&way.events);
                    self.land(&way.values, &marks, (&mut landed, &mut fates), known, tally)?;
                }
            }
            for new in landed {
                if struck.insert(new.clone()) {
                    todo.push(new);
                }
            }
            tally.check()?;
        }
        let act = &self.world.steps[self.runbook.occurrences[step as usize].step.index()].act;
        for (values, marks) in struck {
            let (follows, mut values) = self.asked(step, &values);
            self.forget(over, &mut values);
            if !follows {
                fates.insert((End::Stable(values), marks));
                continue;
            }
            let mut layer = BTreeSet::from([(values, marks)]);
            for half in 0..Machine::halves(act) {
                let mut after = BTreeSet::new();
                for (values, marks) in layer {
                    let ways = self.act(&values, act, half);
                    if ways.is_empty() {
                        fates.insert((End::Refused, marks));
                        continue;
                    }
                    for way in ways {
                        let marks = &marks | &self.seen(&way.events);
                        self.land(&way.values, &marks, (&mut after, &mut fates), known, tally)?;
                    }
                }
                layer = after;
            }
            fates.extend(layer.into_iter().map(|(values, marks)| (End::Stable(values), marks)));
        }
        Ok(fates)
    }
}
