//! Drills as commands: from a healthy end one after the other, each on the final state.
//!
//! What a drill may change is kept beside and put back after it, so that a path of a run ends well only if it passes all
//! drills. A drill that can go several ways branches; each branch that fails is asserted not to be.

use super::machine::{Machine, Unwritten, about, numbered, sources};
use super::model::{Expr, Role, Source, Update, Value, Var, Variable, Watched};
use super::words::Unnamed;
use crate::system::{Action, Drill, Phase, Step};
use std::collections::BTreeSet;

/// The values of *now* in one drill.
pub(super) struct Rehearsal {
    /// Before each step: settling after what came before it.
    before: Vec<Value>,
    /// Before each later phase of each step.
    phases: Vec<Vec<Value>>,
    /// Settling after the last step.
    end: Value,
    failed: Value,
}

impl Rehearsal {
    /// The values in which the world settles.
    pub fn values(&self) -> impl Iterator<Item = Value> + '_ {
        self.before.iter().chain(self.phases.iter().flatten()).chain([&self.end]).copied()
    }

    fn first(&self) -> Value {
        self.before.first().copied().unwrap_or(self.end)
    }
}

/// Gives each moment of each drill a value.
pub(super) fn values(
    drills: &[Drill],
    value: &mut impl FnMut(String) -> Result<Value, Unwritten>,
) -> Result<Vec<Rehearsal>, Unwritten> {
    let mut rehearsals = Vec::new();
    for Drill { name, title: _, cite: _, act, expect: _, then, expect_after: _ } in drills {
        let (mut before, mut phases) = (Vec::new(), Vec::new());
        for (number, step) in (1..).zip(act.iter().chain(then)) {
            before.push(value(format!("drill {name}: before step {number}"))?);
            let later =
                (2..=step.phases.len()).map(|phase| format!("drill {name}: step {number}, before phase {phase}"));
            phases.push(later.map(&mut *value).collect::<Result<_, Unwritten>>()?);
        }
        let end = value(format!("drill {name}: the end"))?;
        rehearsals.push(Rehearsal { before, phases, end, failed: value(format!("drill {name} fails"))? });
    }
    Ok(rehearsals)
}

impl Machine<'_> {
    /// From a healthy end (`guard`) through all drills.
    pub(super) fn rehearse(&mut self, guard: Expr, rehearsals: &[Rehearsal], drills: &[Drill]) -> Result<(), Unnamed> {
        let kept = self.keep(drills)?;
        let all = |pairs: Vec<(Var, Source)>| Update { when: Expr::YES, sets: pairs };
        let keep = all(kept.iter().map(|(var, kept)| (*kept, Source::Of(*var))).collect());
        let restore: Vec<Update> = vec![
            all(kept.iter().map(|(var, kept)| (*var, Source::Of(*kept))).collect()),
            all(kept.iter().map(|(_, kept)| (*kept, Source::Value(0))).collect()),
        ];
        let first = rehearsals.first().map_or(self.now.good, Rehearsal::first);
        let updates = vec![keep, self.becomes(first)];
        self.command("the end", "ends healthy, and the drills begin".into(), Vec::new(), guard, updates);
        for (number, (rehearsal, drill)) in rehearsals.iter().zip(drills).enumerate() {
            let Drill { name, title, cite, act, expect, then, expect_after } = drill;
            let title = title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
            let heading = format!("drill {name}{title}{}", sources(cite));
            let expected = self.words.conditions(std::slice::from_ref(expect))?;
            let expected = self.define(format!("drill {name} expects"), about(expect), expected);
            let after = self.words.conditions(expect_after)?;
            let comments = expect_after.iter().flat_map(about).collect();
            let after = self.define(format!("drill {name} expects in the end"), comments, after);
            for (place, step) in act.iter().chain(then).enumerate() {
                let asked = if place == act.len() { expected.clone() } else { Expr::YES };
                self.fails(&heading, name, rehearsal.before[place], asked.clone(), rehearsal);
                let next = rehearsal.before.get(place + 1).copied().unwrap_or(rehearsal.end);
                self.drill_step(&heading, (name, step), (place, asked, next), rehearsal)?;
            }
            let asked = if then.is_empty() { Expr::all([expected, after]) } else { after };
            self.fails(&heading, name, rehearsal.end, asked.clone(), rehearsal);
            let next = rehearsals.get(number + 1);
            let passed = Expr::all([self.is(rehearsal.end), self.stable.clone(), asked]);
            let mut updates = restore.clone();
            if next.is_some() {
                updates.truncate(1);
            }
            updates.push(self.becomes(next.map_or(self.now.good, Rehearsal::first)));
            self.command(&heading, format!("drill {name} passes"), Vec::new(), passed, updates);
            let never = Watched { name: format!("drill {name} fails"), expr: self.is(rehearsal.failed) };
            self.model.never.push(never);
        }
        Ok(())
    }

    /// A variable for each one that reactions or drills write, to keep its value in.
    fn keep(&mut self, drills: &[Drill]) -> Result<Vec<(Var, Var)>, Unnamed> {
        let steps = drills.iter().flat_map(|drill| drill.act.iter().chain(&drill.then));
        let outcomes = steps.flat_map(|step| &step.phases).flat_map(|Phase { outcomes }| outcomes);
        let reactions = self.system.reactions.iter().flat_map(|Action { outcomes, .. }| outcomes);
        let mut written = BTreeSet::new();
        for outcome in outcomes.chain(reactions) {
            for update in self.words.updates(&outcome.assigns)? {
                written.extend(update.sets.iter().map(|(var, _)| *var));
            }
        }
        let mut kept = Vec::new();
        for var in written {
            let Variable { name, values, .. } = &self.model.vars[var];
            let copy = Variable { name: format!("kept {name}"), values: values.clone(), role: Role::Kept };
            kept.push((var, self.model.vars.len()));
            self.model.vars.push(copy);
            self.model.initial.iter_mut().for_each(|(_, state)| state.push(0));
        }
        Ok(kept)
    }

    fn fails(&mut self, heading: &str, drill: &str, at: Value, asked: Expr, rehearsal: &Rehearsal) {
        let guard = Expr::all([self.is(at), self.stable.clone(), asked.negated()]);
        let updates = vec![self.becomes(rehearsal.failed)];
        self.command(heading, format!("drill {drill} finds what was not expected"), Vec::new(), guard, updates);
    }

    fn drill_step(
        &mut self,
        heading: &str,
        (drill, step): (&str, &Step),
        (place, asked, next): (usize, Expr, Value),
        rehearsal: &Rehearsal,
    ) -> Result<(), Unnamed> {
        let able = self.able(step, &format!("in drill {drill} able to"))?;
        let name = format!("drill {drill}: {}", step.name);
        let begin = Expr::all([self.is(rehearsal.before[place]), self.stable.clone(), asked]);
        let refused = Expr::all([begin.clone(), able.clone().negated()]);
        let updates = vec![self.becomes(rehearsal.failed)];
        self.command(heading, format!("{name} is refused"), Vec::new(), refused, updates);
        if step.phases.is_empty() {
            let updates = vec![self.becomes(next)];
            self.command(heading, name, Vec::new(), Expr::all([begin, able]), updates);
            return Ok(());
        }
        let mut here = Expr::all([begin, able]);
        for (phase, Phase { outcomes }) in step.phases.iter().enumerate() {
            let to = rehearsal.phases[place].get(phase).copied().unwrap_or(next);
            for (number, outcome) in (1..).zip(outcomes) {
                let (possible, mut updates, comments) = self.outcome(outcome)?;
                updates.push(self.becomes(to));
                let name = if phase == 0 { name.clone() } else { format!("{name}, phase {}", phase + 1) };
                let name = numbered(name, number, outcomes.len());
                self.command(heading, name, comments, Expr::all([here.clone(), possible]), updates);
            }
            if phase > 0 {
                let guard = Expr::all([here, self.possible(outcomes)?.negated()]);
                let name = format!("{name}, phase {} does nothing", phase + 1);
                let updates = vec![self.becomes(to)];
                self.command(heading, name, Vec::new(), guard, updates);
            }
            here = Expr::all([self.is(to), self.stable.clone()]);
        }
        Ok(())
    }
}
