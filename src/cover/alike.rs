//! Whether two systems have the same reachable labelled graph.
//!
//! In: a system with its footprint, another one, and what may be used. Out: whether every reachable state has the same moves, with the same labels, in both:
//! steps, their outcomes and what they raise; reactions; faults; answers of `if`s; and whether the same conditions hold where they are
//! asked. By induction over runs that makes the graphs the same: what is reached in one move from states that both have is the same.

use super::states::States;
use crate::base::{Limit, Tally};
use crate::engine::{Deed, Footprint};
use crate::system::{Condition, Outcome, Plan, Procedure, Promise, State, Step, System};

/// Where an outcome leads, and what is seen of it. The name is that of a reaction or fault.
type Told<'s> = (&'s str, bool, Vec<&'s str>, State);

/// Whether both have the same graph.
///
/// # Errors
/// The limit that was hit.
pub fn alike(one: &System, footprint: &Footprint, other: &System, tally: &mut Tally) -> Result<bool, Limit> {
    tally.phase = "same graph";
    let (Procedure::Ordered(plan), Procedure::Ordered(twin)) = (&one.procedure, &other.procedure) else {
        return Ok(false);
    };
    if !same_shape(one, other) || !same_orders(plan, twin) {
        return Ok(false);
    }
    let pair = Pair { one, other, states: States::between(one, other) };
    pair.alike(footprint, (plan, twin), tally)
}

/// The same conditions are asked, by their names and numbers.
fn same_shape(one: &System, other: &System) -> bool {
    let names = |list: &[Condition]| list.iter().map(|condition| condition.name.clone()).collect::<Vec<_>>();
    names(&one.always) == names(&other.always)
        && names(&one.health) == names(&other.health)
        && one.initial.len() == other.initial.len()
        && one.drills.len() == other.drills.len()
        && one.drills.iter().zip(&other.drills).all(|(drill, twin)| {
            let steps = |list: &[Step]| list.iter().map(|step| step.name.clone()).collect::<Vec<_>>();
            (drill.name == twin.name
                && steps(&drill.act) == steps(&twin.act)
                && steps(&drill.then) == steps(&twin.then))
                && drill.expect_after.len() == twin.expect_after.len()
        })
        && one.steps.iter().map(|step| &step.name).eq(other.steps.iter().map(|step| &step.name))
        && format!("{:?}", claims(one)) == format!("{:?}", claims(other))
}

/// What claims say of orders and events; conditions that they promise are asked state by state.
fn claims(system: &System) -> Vec<String> {
    let told = system.claims.iter().map(|claim| {
        let property = claim.property.as_ref().map(|(quantifier, _, name)| (quantifier, name));
        let promise = claim.promise.as_ref().map(|promise| match promise {
            Promise::Eventually { text, fair, .. } => format!("{text} {fair}"),
            other => format!("{other:?}"),
        });
        format!("{} {:?} {property:?} {:?} {promise:?}", claim.id, claim.filter, claim.count)
    });
    told.collect()
}

fn same_orders(plan: &Plan, twin: &Plan) -> bool {
    let same = plan.occurrences.iter().zip(&twin.occurrences);
    let retries = (&plan.retries, &twin.retries);
    plan.occurrences.len() == twin.occurrences.len()
        && same
            .into_iter()
            .all(|(one, other)| one.label == other.label && one.step == other.step && one.guards == other.guards)
        && plan.root == twin.root
        && plan.chains == twin.chains
        && plan.guards.len() == twin.guards.len()
        && plan
            .guards
            .iter()
            .zip(&twin.guards)
            .all(|(one, other)| one.steps == other.steps && one.memory.is_some() == other.memory.is_some())
        && retries.0.rest == retries.1.rest
        && retries.0.fairness == retries.1.fairness
        && retries.0.loops.len() == retries.1.loops.len()
        && retries
            .0
            .loops
            .iter()
            .zip(&retries.1.loops)
            .all(|(one, other)| one.body == other.body && one.outer == other.outer)
}

struct Pair<'s> {
    one: &'s System,
    other: &'s System,
    states: States,
}

impl Pair<'_> {
    fn alike(&self, footprint: &Footprint, (plan, twin): (&Plan, &Plan), tally: &mut Tally) -> Result<bool, Limit> {
        let told = |state: &State| self.states.told(self.one, state);
        let initial = self.one.initial.iter().zip(&self.other.initial);
        if !initial.into_iter().all(|(one, other)| told(one) == Some(*other)) {
            return Ok(false);
        }
        for state in &footprint.states {
            tally.check()?;
            let Some(other) = told(state) else { return Ok(false) };
            if !self.same_reactions(state, &other) {
                return Ok(false);
            }
        }
        for (deed, phase, state) in &footprint.tried {
            tally.check()?;
            let Some(other) = told(state) else { return Ok(false) };
            if !self.same_step((self.deed(self.one, *deed), self.deed(self.other, *deed)), *phase, (state, &other)) {
                return Ok(false);
            }
        }
        for state in &footprint.struck {
            tally.check()?;
            let Some(other) = told(state) else { return Ok(false) };
            if !self.same_faults(state, &other) {
                return Ok(false);
            }
        }
        for (guard, state) in &footprint.asked {
            let Some(other) = told(state) else { return Ok(false) };
            let (one, twin) = (&plan.guards[*guard as usize], &twin.guards[*guard as usize]);
            if one.when.holds(state) != twin.when.holds(&other) {
                return Ok(false);
            }
        }
        for state in &footprint.passed {
            let Some(other) = told(state) else { return Ok(false) };
            let loops = plan.retries.loops.iter().zip(&twin.retries.loops);
            if loops.into_iter().any(|(one, twin)| one.until.holds(state) != twin.until.holds(&other)) {
                return Ok(false);
            }
        }
        self.same_answers(footprint, tally)
    }

    /// Conditions hold in the same states.
    fn same_answers(&self, footprint: &Footprint, tally: &mut Tally) -> Result<bool, Limit> {
        let (one, other) = (self.one, self.other);
        let same = |pair: (&[Condition], &[Condition]), (state, told): (&State, &State)| {
            pair.0.iter().zip(pair.1).all(|(a, b)| a.holds(state) == b.holds(told))
        };
        let promised = |system: &System| -> Vec<Condition> {
            let conditions = system.claims.iter().filter_map(|claim| match &claim.promise {
                Some(Promise::Eventually { condition, .. }) => condition.clone(),
                _ => None,
            });
            conditions.collect()
        };
        let promises = (promised(one), promised(other));
        for state in &footprint.stable {
            tally.check()?;
            let Some(told) = self.states.told(one, state) else { return Ok(false) };
            if !same((&one.always, &other.always), (state, &told)) || !same((&promises.0, &promises.1), (state, &told))
            {
                return Ok(false);
            }
        }
        // Claims that ask for health on the way ask it of every stable state.
        let asked_everywhere = one.claims.iter().any(|claim| claim.promise.is_some());
        let ends = if asked_everywhere { &footprint.stable } else { &footprint.ends };
        for state in ends {
            tally.check()?;
            let Some(told) = self.states.told(one, state) else { return Ok(false) };
            if !same((&one.health, &other.health), (state, &told)) {
                return Ok(false);
            }
        }
        for (drill, after, state) in &footprint.expected {
            tally.check()?;
            let Some(told) = self.states.told(one, state) else { return Ok(false) };
            let (drill, twin) = (&one.drills[*drill as usize], &other.drills[*drill as usize]);
            let alike = match after {
                false => drill.expect.holds(state) == twin.expect.holds(&told),
                true => same((&drill.expect_after, &twin.expect_after), (state, &told)),
            };
            if !alike {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn deed<'s>(&self, system: &'s System, deed: Deed) -> &'s Step {
        match deed {
            Deed::Step(step) => &system.steps[step as usize],
            Deed::Drill(drill, number) => {
                let drill = &system.drills[drill as usize];
                drill.act.iter().chain(&drill.then).nth(number as usize).expect("both drills have the same steps")
            }
        }
    }

    fn same_step(&self, (one, other): (&Step, &Step), phase: u32, (state, told): (&State, &State)) -> bool {
        if phase == 0 {
            let needs = |step: &Step, state: &State| step.needs.iter().all(|need| need.holds(state));
            if needs(one, state) != needs(other, told) {
                return false;
            }
            if !needs(one, state) {
                return true;
            }
        }
        let (Some(first), Some(second)) = (one.phases.get(phase as usize), other.phases.get(phase as usize)) else {
            return one.phases.len() == other.phases.len();
        };
        let (mut left, mut right) = (Vec::new(), Vec::new());
        self.outcomes(self.one, "", &first.outcomes, state, &mut left)
            && self.outcomes(self.other, "", &second.outcomes, told, &mut right)
            && one.phases.len() == other.phases.len()
            && same_set(left, right)
    }

    fn same_reactions(&self, state: &State, told: &State) -> bool {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        let fits =
            [(self.one, state, &mut left), (self.other, told, &mut right)].into_iter().all(|(system, state, found)| {
                let mut enabled = system.reactions.iter().filter(|action| action.when.holds(state));
                enabled.all(|action| self.outcomes(system, &action.name, &action.outcomes, state, found))
            });
        fits && same_set(left, right)
    }

    fn same_faults(&self, state: &State, told: &State) -> bool {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        let fits =
            [(self.one, state, &mut left), (self.other, told, &mut right)].into_iter().all(|(system, state, found)| {
                let mut enabled = system.faults.iter().filter(|fault| fault.action.when.holds(state));
                enabled.all(|fault| self.outcomes(system, &fault.action.name, &fault.action.outcomes, state, found))
            });
        fits && same_set(left, right)
    }

    /// The outcomes that are possible, told in the words of the other system. False where one leads to what cannot be told there.
    fn outcomes<'s>(
        &self,
        system: &'s System,
        name: &'s str,
        outcomes: &'s [Outcome],
        state: &State,
        found: &mut Vec<Told<'s>>,
    ) -> bool {
        for (_, outcome) in Outcome::possible(outcomes, state) {
            let after = outcome.apply(state);
            let after = if std::ptr::eq(system, self.one) { self.states.told(self.one, &after) } else { Some(after) };
            let Some(after) = after else { return false };
            let events = outcome.events.iter().map(|event| system.origins.events[event.0 as usize].name.as_str());
            found.push((name, outcome.fails, events.collect(), after));
        }
        true
    }
}

fn same_set(mut left: Vec<Told<'_>>, mut right: Vec<Told<'_>>) -> bool {
    left.sort_unstable();
    left.dedup();
    right.sort_unstable();
    right.dedup();
    left == right
}
