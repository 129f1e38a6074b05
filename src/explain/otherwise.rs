//! How a run would have gone on, had one write been otherwise: the check behind every link of a chain of causes.
//!
//! Comes in: a run, and one change of what happens in it. Goes out: the states in which the run may stand at its end. The environment
//! chooses as it did wherever it still can; where it cannot, all that it may choose is followed, within a bound. Steps come in the
//! same order; one that is refused now changes nothing, and the next one comes. Settling that takes too long is given up: it
//! says nothing about the end.
//!
//! Nothing here is shared with the engines: steps, `if`s and reactions are interpreted from the data of the system.

use super::history::{Act, History, Moment, Went, When, Who};
use crate::system::{OccurrenceId, Outcome, Plan, Procedure, State, Step, StepSet, VarId};
use std::collections::BTreeSet;

/// One settling that takes more reactions than this is given up.
const LONGEST_SETTLING: usize = 400;
/// More changes than these are not followed.
const MOST_CHANGES: usize = 20_000;

/// What is otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The variable is not written at that moment; by the reaction that wrote it then, not later either.
    LeftOut,
    /// The variable is not given that value at that moment, nor by anything later.
    NeverAgain,
    /// The variable is given this value at that moment.
    Instead(u8),
}

/// A way in which a run may go on, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// The acts in which the same value was to be written again, and was not.
    pub others: BTreeSet<usize>,
    seen: StepSet,
    answers: Vec<Option<bool>>,
}

/// All that may come of a run with one change in it: where it stands when the last act is done; before it, where the last act is
/// refused. Nothing if no way of going on gets there.
pub fn otherwise(history: &History<'_>, when: When, var: VarId, change: Change) -> Vec<Standing> {
    let plan = match &history.system.procedure {
        Procedure::Ordered(plan) => Some(plan),
        Procedure::Free => None,
    };
    let moment = history.at(when);
    let layout = &history.system.layout;
    let play = Play { history, plan, when, var, change, value: layout.get(&moment.after, var) };
    let mut left = MOST_CHANGES;
    let start = Standing {
        state: history.initial,
        others: BTreeSet::new(),
        seen: StepSet::default(),
        answers: vec![None; plan.map_or(0, |plan| plan.guards.len())],
    };
    let refused = history.acts.last().is_some_and(|act| matches!(act.went, Went::Refused));
    let acts = history.acts.len() - usize::from(refused);
    (0..acts).fold(vec![start], |standings, act| {
        // A drill begins on a copy of the state: it asks no `if`.
        let mut after: Vec<Standing> =
            standings.into_iter().flat_map(|standing| play.act(act, standing, &mut left)).collect();
        after.sort();
        after.dedup();
        after
    })
}

struct Play<'p, 's> {
    history: &'p History<'s>,
    plan: Option<&'s Plan>,
    when: When,
    var: VarId,
    change: Change,
    /// What the variable became at that moment.
    value: u8,
}

impl<'s> Play<'_, 's> {
    fn act(&self, index: usize, mut standing: Standing, left: &mut usize) -> Vec<Standing> {
        let act = &self.history.acts[index];
        match act.who {
            Who::Start => self.settle((index, 0), standing, left),
            Who::Fault(fault) | Who::Slow(fault) => {
                let outcome = act.moments.first().and_then(|moment| moment.outcome);
                let strikes = fault.when.holds(&standing.state);
                match outcome.filter(|outcome| strikes && outcome.when.holds(&standing.state)) {
                    Some(outcome) => {
                        self.apply(outcome, When { act: index, moment: 0 }, &mut standing, left);
                        self.settle((index, 1), standing, left)
                    }
                    None => vec![standing],
                }
            }
            Who::Occurrence(id, step) => {
                if self.passed_over(id, act.pass, &mut standing) {
                    return vec![standing];
                }
                self.step(index, act, step, standing, left)
            }
            Who::Step(step) => self.step(index, act, step, standing, left),
        }
    }

    fn passed_over(&self, id: OccurrenceId, pass: u32, standing: &mut Standing) -> bool {
        let plan = self.plan.expect("only a procedure has occurrences");
        let mut around = 0;
        // In a further pass of a loop the `if`s in it are looked at anew.
        if let Some(lap) = plan.retries.around(id).filter(|_| pass > 1) {
            around = lap.outer;
            if lap.body.first() == Some(&id) {
                standing.seen = standing.seen.minus(lap.steps());
            }
        }
        let before = standing.seen;
        standing.seen = before.with(id);
        for guard in &plan.occurrences[id.0 as usize].guards[around..] {
            let what = &plan.guards[guard.0 as usize];
            let answer = match standing.answers[guard.0 as usize] {
                Some(answer) if what.steps.meets(before) => answer,
                _ => what.when.holds(&standing.state),
            };
            standing.answers[guard.0 as usize] = Some(answer);
            if !answer {
                return true;
            }
        }
        false
    }

    fn step(&self, index: usize, act: &Act<'s>, step: &'s Step, standing: Standing, left: &mut usize) -> Vec<Standing> {
        let first = step
            .phases
            .first()
            .is_none_or(|phase| phase.outcomes.iter().any(|outcome| outcome.when.holds(&standing.state)));
        if !first || !step.needs.iter().all(|need| need.holds(&standing.state)) {
            return vec![standing];
        }
        let phases: Vec<usize> = act
            .moments
            .iter()
            .enumerate()
            .filter_map(|(place, moment)| moment.reaction.is_none().then_some(place))
            .collect();
        let done = matches!(act.went, Went::Done) && !phases.is_empty();
        // The last act may have been cut short where a condition broke.
        let last = index + 1 == self.history.acts.len();
        let count = if done && last { phases.len() } else { step.phases.len() };
        let mut standings = vec![standing];
        for (place, phase) in step.phases.iter().enumerate().take(count) {
            let moment = phases.get(place).copied();
            let taken = moment.and_then(|moment| act.moments[moment].outcome);
            let mut after = Vec::new();
            for standing in standings {
                let state = standing.state;
                let ways: Vec<&Outcome> = match taken.filter(|outcome| outcome.when.holds(&state)) {
                    Some(outcome) => vec![outcome],
                    None => phase.outcomes.iter().filter(|outcome| outcome.when.holds(&state)).collect(),
                };
                // A later phase that cannot go any way is done without effect.
                if ways.is_empty() {
                    after.push(standing);
                    continue;
                }
                for outcome in ways {
                    let mut standing = standing.clone();
                    let at = When { act: index, moment: moment.unwrap_or(usize::MAX) };
                    self.apply(outcome, at, &mut standing, left);
                    after.extend(self.settle((index, moment.map_or(usize::MAX, |moment| moment + 1)), standing, left));
                }
            }
            standings = after;
        }
        standings
    }

    /// Reactions fire as they did from this moment on, as far as they can; then all that can.
    fn settle(&self, (act, from): (usize, usize), standing: Standing, left: &mut usize) -> Vec<Standing> {
        let fired = self.history.acts[act].moments.iter().enumerate().skip(from);
        let fired: Vec<usize> =
            fired.take_while(|(_, moment)| moment.reaction.is_some()).map(|(place, _)| place).collect();
        let mut open = vec![(standing, fired, 0)];
        let mut settled = Vec::new();
        let mut met = BTreeSet::new();
        while let Some((standing, mut fired, count)) = open.pop() {
            if count > LONGEST_SETTLING || *left == 0 || !met.insert((standing.clone(), fired.clone())) {
                continue;
            }
            let moments = &self.history.acts[act].moments;
            let can = |place: &usize| self.enabled(&moments[*place], &standing.state);
            if let Some(next) = fired.iter().position(can) {
                let place = fired.remove(next);
                let mut standing = standing;
                let outcome = moments[place].outcome.expect("a reaction has an outcome");
                self.apply(outcome, When { act, moment: place }, &mut standing, left);
                open.push((standing, fired, count + 1));
                continue;
            }
            let mut stable = true;
            for (_, outcome) in self.history.system.enabled(&standing.state) {
                let mut after = standing.clone();
                self.apply(outcome, When { act, moment: usize::MAX }, &mut after, left);
                // What does nothing because its write is left out is as good as not enabled.
                if after.state != standing.state {
                    stable = false;
                    open.push((after, Vec::new(), count + 1));
                }
            }
            if stable {
                settled.push(standing);
            }
        }
        settled
    }

    fn enabled(&self, moment: &Moment<'_>, state: &State) -> bool {
        moment.reaction.is_some_and(|reaction| reaction.when.holds(state))
            && moment.outcome.is_some_and(|outcome| outcome.when.holds(state))
    }

    fn apply(&self, outcome: &Outcome, at: When, standing: &mut Standing, left: &mut usize) {
        *left = left.saturating_sub(1);
        let layout = &self.history.system.layout;
        let before = standing.state;
        standing.state = outcome.apply(&before);
        let here = at == self.when;
        let value = layout.get(&before, self.var);
        let writes_again = at.act >= self.when.act
            && at > self.when
            && layout.get(&standing.state, self.var) == self.value
            && value != self.value;
        let same = || {
            let then = self.history.at(self.when);
            then.reaction.is_some() && then.outcome.is_some_and(|then| std::ptr::eq(then, outcome))
        };
        match self.change {
            Change::Instead(other) if here => layout.set(&mut standing.state, self.var, other),
            Change::LeftOut if here || writes_again && same() => layout.set(&mut standing.state, self.var, value),
            Change::NeverAgain if here || writes_again => {
                layout.set(&mut standing.state, self.var, value);
                if !here && !same() {
                    standing.others.insert(at.act);
                }
            }
            _ => {}
        }
    }
}
