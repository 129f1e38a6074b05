//! Replays a run: each move is one that the machine can make, and it ends as it is said to.

use super::certificate::{Ending, Move, RunShown, What};
use super::courses::Courses;
use super::machine::{Machine, Values, Way};
use super::names::Shape;
use super::problem::{Problem, check, refused};
use super::settle::Known;
use crate::base::Tally;
use crate::resolve::model::EventId;
use std::collections::BTreeSet;

/// What a run has.
#[derive(Debug, Default)]
pub(super) struct Replayed {
    /// Whether it is good; None where it does not go far enough to say so.
    pub good: Option<bool>,
    /// Its last step is refused.
    pub refused: bool,
    /// Nothing can follow: all steps are done, or one is refused, or it never settles.
    pub ended: bool,
    /// Raised on the way.
    pub events: BTreeSet<EventId>,
    /// The `always` conditions that some stable state breaks.
    pub broken: BTreeSet<u32>,
}

/// Replays runs of one runbook.
pub(super) struct Runs<'r> {
    pub machine: &'r Machine<'r>,
    pub courses: &'r Courses,
    pub shape: &'r Shape,
    pub known: &'r mut Known,
    /// How many were replayed.
    pub count: u64,
}

/// Where a run is.
struct At<'r> {
    values: Values,
    position: u32,
    /// Steps that had their turn.
    turns: usize,
    /// The step whose second half has to come.
    half: Option<u32>,
    ordering: &'r [u32],
}

impl Runs<'_> {
    /// Replays a run.
    pub fn replay(&mut self, run: &RunShown, tally: &mut Tally) -> Result<Replayed, Problem> {
        self.count += 1;
        let mut position = 0;
        for step in &run.ordering {
            let after = self.courses.after(position, *step);
            position = after.ok_or_else(|| refused("a run follows an order that the runbook does not allow"))?;
        }
        check(self.courses.positions[position as usize].ends, || "a run's order is not whole".to_owned())?;
        let start = self.machine.starts().into_iter().nth(run.start as usize);
        let values = start.ok_or_else(|| refused("a run begins in a state that is none of the first ones"))?;
        let mut at = At { values, position: 0, turns: 0, half: None, ordering: &run.ordering };
        let mut replayed = Replayed::default();
        self.look(&at, &mut replayed);
        for shown in &run.moves {
            check(!replayed.refused, || "a run goes on after a step that is refused".to_owned())?;
            self.go(&mut at, shown, &mut replayed)?;
            self.look(&at, &mut replayed);
            tally.check()?;
        }
        self.ending(run, &at, &mut replayed, tally)?;
        Ok(replayed)
    }

    /// Notes which `always` conditions a stable state breaks.
    fn look(&self, at: &At<'_>, replayed: &mut Replayed) {
        if self.stable(&at.values) {
            let broken = (0..).zip(&self.machine.world.always);
            let broken = broken.filter(|(_, condition)| !self.machine.holds(&at.values, &condition.expr));
            replayed.broken.extend(broken.map(|(index, _)| index));
        }
    }

    fn stable(&self, values: &[u8]) -> bool {
        self.machine.reacted(values).is_empty()
    }

    fn go(&self, at: &mut At<'_>, shown: &Move, replayed: &mut Replayed) -> Result<(), Problem> {
        let machine = self.machine;
        let wrong = || refused(format!("a run does what cannot happen: `{}`", shown.name));
        if shown.what == What::Reaction {
            return self.react(&mut at.values, shown, replayed);
        }
        if !self.stable(&at.values) || at.half.is_some() != (shown.what == What::Then) {
            return Err(wrong());
        }
        let next = at.ordering.get(at.turns).copied();
        if let (What::Then, Some(step)) = (shown.what, at.half.take()) {
            let act = &machine.world.steps[machine.runbook.occurrences[step as usize].step.index()].act;
            check(machine.runbook.occurrences[step as usize].label == shown.name, || {
                "another step goes on".to_owned()
            })?;
            let ways = machine.act(&at.values, act, 1);
            return self.take(&mut at.values, ways, shown, replayed);
        }
        // Faults strike before a step, never after the last one.
        let step = next.ok_or_else(wrong)?;
        if shown.what == What::Fault {
            let named = (0..machine.runbook.faults.len())
                .filter(|fault| machine.world.faults[machine.runbook.faults[*fault].0 as usize].name == shown.name);
            let ways = named.flat_map(|fault| machine.fault(&at.values, fault)).collect();
            return self.take(&mut at.values, ways, shown, replayed);
        }
        let occurrence = &machine.runbook.occurrences[step as usize];
        check(occurrence.label == shown.name, || format!("a run does `{}` out of turn", shown.name))?;
        at.turns += 1;
        at.position = self.courses.after(at.position, step).ok_or_else(wrong)?;
        let (follows, mut values) = machine.asked(step, &at.values);
        machine.forget(&self.courses.positions[at.position as usize].over, &mut values);
        let act = &machine.world.steps[occurrence.step.index()].act;
        let ways = machine.act(&values, act, 0);
        let stays = vec![Way { values: values.clone(), events: Vec::new() }];
        match shown.what {
            What::Passed if !follows => self.take(&mut at.values, stays, shown, replayed),
            What::Refused if follows && ways.is_empty() => {
                replayed.refused = true;
                self.take(&mut at.values, stays, shown, replayed)
            }
            What::Step if follows => {
                at.half = (Machine::halves(act) > 1).then_some(step);
                self.take(&mut at.values, ways, shown, replayed)
            }
            _ => Err(wrong()),
        }
    }

    fn react(&self, values: &mut Values, shown: &Move, replayed: &mut Replayed) -> Result<(), Problem> {
        let machine = self.machine;
        let named = machine.reactions.iter().filter(|reaction| machine.name(**reaction) == shown.name);
        let ways = named.flat_map(|reaction| machine.react(values, *reaction)).collect();
        self.take(values, ways, shown, replayed)
    }

    /// Goes one of the ways: the one that comes to the state that is shown, with its events.
    fn take(&self, values: &mut Values, ways: Vec<Way>, shown: &Move, replayed: &mut Replayed) -> Result<(), Problem> {
        let state = self.shape.plain(&shown.state)?;
        let name = |event: &EventId| self.machine.world.events[event.index()].name.clone();
        let fits = |way: &&Way| {
            way.values[..state.len()] == state[..] && way.events.iter().map(name).eq(shown.events.iter().cloned())
        };
        let way = ways.iter().find(fits);
        let way = way.ok_or_else(|| refused(format!("a run does what cannot happen: `{}`", shown.name)))?;
        *values = way.values.clone();
        replayed.events.extend(&way.events);
        Ok(())
    }

    fn ending(
        &mut self,
        run: &RunShown,
        at: &At<'_>,
        replayed: &mut Replayed,
        tally: &mut Tally,
    ) -> Result<(), Problem> {
        let machine = self.machine;
        let settled = self.stable(&at.values) && at.half.is_none();
        let complete = settled && at.turns == run.ordering.len() && !replayed.refused;
        let kept = replayed.broken.is_empty();
        let healthy = complete && machine.all_hold(&at.values, &machine.world.health);
        let right = match &run.ending {
            Ending::Shown => true,
            Ending::Refused => replayed.refused,
            Ending::Healthy => complete && kept && machine.ends_well(&at.values, self.known, tally)?,
            Ending::Unhealthy => complete && !healthy,
            Ending::Always(name) => {
                let named = machine.world.always.iter().filter(|condition| condition.name == *name);
                self.stable(&at.values) && named.into_iter().any(|always| !machine.holds(&at.values, &always.expr))
            }
            Ending::Drill(name) => {
                let drill = machine.world.drills.iter().position(|drill| drill.name == *name);
                let fails = |drill| Ok::<bool, Problem>(!machine.drill_passes(&at.values, drill, self.known, tally)?);
                healthy && drill.map(fails).transpose()?.unwrap_or(false)
            }
            Ending::Unsettled(cycle) => {
                let (mut around, mut seen) = (at.values.clone(), Replayed::default());
                for shown in cycle {
                    check(shown.what == What::Reaction, || "a cycle is made of reactions".to_owned())?;
                    self.react(&mut around, shown, &mut seen)?;
                }
                replayed.events.append(&mut seen.events);
                !cycle.is_empty() && around == at.values
            }
        };
        check(right, || "a run does not end as it is told".to_owned())?;
        let unsettled = matches!(run.ending, Ending::Unsettled(_));
        replayed.ended = complete || replayed.refused || unsettled;
        let bad = !kept || replayed.refused || unsettled;
        replayed.good = match complete {
            _ if bad => Some(false),
            true => Some(machine.ends_well(&at.values, self.known, tally)?),
            false => None,
        };
        Ok(())
    }
}
