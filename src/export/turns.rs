//! The turns of a procedure as commands: steps with their `if`s and phases, the end, and the rules beside it.

use super::drills;
use super::machine::{Later, Machine, about, numbered, sources, texts};
use super::model::{Expr, Update, Value, Watched};
use super::order::Order;
use super::place::Place;
use super::words::Unnamed;
use crate::system::{Condition, Drill, Guard, Occurrence, OccurrenceId, Phase, Plan, VarId};

impl Machine<'_> {
    pub(super) fn after_phase(&self, step: usize, phase: usize, later: &[Later]) -> Value {
        let next = later.iter().find(|later| later.step == step && later.phase == phase + 1);
        next.map_or(self.now.settling, |later| later.value)
    }

    pub(super) fn procedure(
        &mut self,
        plan: &Plan,
        place: &Place<'_>,
        order: Option<&Order>,
        later: &[Later],
    ) -> Result<(), Unnamed> {
        let Plan { occurrences, root: _, guards, chains: _, retries: _ } = plan;
        let able = self.ables()?;
        for (id, occurrence) in (0..).map(OccurrenceId).zip(occurrences) {
            let Occurrence { label, step: of, guards: _, line } = occurrence;
            let (at, step) = (of.0 as usize, &self.system.steps[of.0 as usize]);
            let heading = format!("step {} (line {line}): {}{}", id.0 + 1, step.name, sources(&step.cite));
            let next = self.define(format!("next {label}"), Vec::new(), place.next(id));
            let (follows, mut marks) = self.follows(plan, place, id)?;
            let follows = self.define(format!("if before {label}"), texts(guards, occurrence), follows);
            marks.extend(place.updates(id));
            marks.extend(order.iter().flat_map(|order| order.updates(id, place)));
            let turn = [self.before_step(), next.clone()];
            let come = |machine: &mut Self, name: String, comments: Vec<String>, parts: &[Expr], to: Value, more| {
                let guard = Expr::all(turn.iter().chain(parts).cloned());
                let mut updates = marks.clone();
                updates.extend::<Vec<Update>>(more);
                updates.push(machine.becomes(to));
                machine.command(&heading, name, comments, guard, updates);
            };
            let passed = [follows.clone().negated()];
            come(self, format!("{label} is passed over"), Vec::new(), &passed, self.now.between, Vec::new());
            let refused = self.now.lost.map_or(self.now.refused, |(lost, _)| lost);
            let parts = [follows.clone(), able[at].clone().negated()];
            come(self, format!("{label} is refused"), Vec::new(), &parts, refused, Vec::new());
            let parts = [follows.clone(), able[at].clone()];
            let Some(Phase { outcomes }) = step.phases.first() else {
                come(self, label.clone(), Vec::new(), &parts, self.now.between, Vec::new());
                continue;
            };
            for (number, outcome) in (1..).zip(outcomes) {
                let (possible, updates, comments) = self.outcome(outcome)?;
                let parts = [follows.clone(), able[at].clone(), possible];
                let name = numbered(label.clone(), number, outcomes.len());
                come(self, name, comments, &parts, self.after_phase(at, 0, later), updates);
            }
            if let Some((lost, before)) = self.now.lost {
                let guard = Expr::all([self.is_one_of(&[lost, before]), next]);
                marks.push(self.becomes(lost));
                self.command(&heading, format!("{label}, with all lost"), Vec::new(), guard, marks);
            }
        }
        Ok(())
    }

    /// Whether the `if`s around an occurrence hold, and what remembers their answers.
    fn follows(&self, plan: &Plan, place: &Place<'_>, id: OccurrenceId) -> Result<(Expr, Vec<Update>), Unnamed> {
        let mut follows = Expr::YES;
        let mut updates = Vec::new();
        let memory = |memory: Option<VarId>| memory.and_then(|memory| self.words.var(memory));
        let forgotten = |guard: &Guard| place.all_done_after(id, guard.steps);
        for guard in plan.occurrences[id.0 as usize].guards.iter().map(|guard| &plan.guards[guard.0 as usize]) {
            let Guard { text: _, when, steps, memory: remembered } = guard;
            let when = self.words.expr(when)?;
            let mut answer = when.clone();
            if let Some(memory) = memory(*remembered) {
                let begun = place.any_done(*steps);
                let first = Expr::all([begun.clone().negated(), when]);
                answer = Expr::any([first.clone(), Expr::all([begun, Expr::flag(memory)])]);
                let kept = Expr::all([follows.clone(), first, forgotten(guard).negated()]);
                if kept != Expr::Constant(false) {
                    updates.push(Update::when(kept, memory, 1));
                }
            }
            follows = Expr::all([follows, answer]);
        }
        for guard in &plan.guards {
            let (Some(memory), forgotten) = (memory(guard.memory), forgotten(guard)) else { continue };
            // Where this step has no part in it, the answer was forgotten before.
            if forgotten != Expr::Constant(false) && forgotten != place.all_done(guard.steps) {
                updates.push(Update::when(forgotten, memory, 0));
            }
        }
        Ok((follows, updates))
    }

    pub(super) fn free(&mut self, later: &[Later]) -> Result<(), Unnamed> {
        let able = self.ables()?;
        for (at, step) in self.system.steps.iter().enumerate() {
            let heading = format!("step: {}{}", step.name, sources(&step.cite));
            let Some(Phase { outcomes }) = step.phases.first() else { continue };
            for (number, outcome) in (1..).zip(outcomes) {
                let (possible, mut updates, comments) = self.outcome(outcome)?;
                let guard = Expr::all([self.is(self.now.between), able[at].clone(), possible]);
                updates.push(self.becomes(self.after_phase(at, 0, later)));
                let name = numbered(step.name.clone(), number, outcomes.len());
                self.command(&heading, name, comments, guard, updates);
            }
        }
        Ok(())
    }

    /// A later phase; where none of its outcomes is possible, the step goes on without effect.
    pub(super) fn later(&mut self, Later { step: at, phase, value }: Later, to: Value) -> Result<(), Unnamed> {
        let step = &self.system.steps[at];
        let outcomes = &step.phases[phase].outcomes;
        let heading = format!("phase {} of {}", phase + 1, step.name);
        let here = Expr::all([self.is(value), self.stable.clone(), self.goes_on.clone()]);
        for (number, outcome) in (1..).zip(outcomes) {
            let (possible, mut updates, comments) = self.outcome(outcome)?;
            updates.push(self.becomes(to));
            let name = numbered(heading.clone(), number, outcomes.len());
            self.command(&heading, name, comments, Expr::all([here.clone(), possible]), updates);
        }
        let guard = Expr::all([here, self.possible(outcomes)?.negated()]);
        self.command(&heading, format!("{heading} does nothing"), Vec::new(), guard, vec![self.becomes(to)]);
        Ok(())
    }

    pub(super) fn end(
        &mut self,
        health: &[Condition],
        place: &Place<'_>,
        rehearsals: &[drills::Rehearsal],
        used: &[Drill],
    ) -> Result<(), Unnamed> {
        let may_end = self.define("may end", Vec::new(), place.may_end());
        let mut parts = Vec::new();
        for condition in health {
            let expr = self.words.conditions(std::slice::from_ref(condition))?;
            parts.push(self.define(format!("health {}", condition.name), about(condition), expr));
        }
        let healthy = self.define("healthy", Vec::new(), Expr::all(parts));
        let ready = Expr::all([self.is(self.now.between), may_end]);
        let guard = Expr::all([ready.clone(), healthy.clone().negated()]);
        let updates = vec![self.becomes(self.now.unhealthy)];
        self.command("the end", "ends unhealthy".into(), Vec::new(), guard, updates);
        let guard = Expr::all([ready, healthy]);
        if rehearsals.is_empty() {
            let updates = vec![self.becomes(self.now.good)];
            self.command("the end", "ends well".into(), Vec::new(), guard, updates);
        } else {
            self.rehearse(guard, rehearsals, used)?;
        }
        if self.now.lost.is_none() {
            let never = [(self.now.refused, "a step is refused"), (self.now.unhealthy, "the end is not healthy")];
            for (value, name) in never {
                self.model.never.push(Watched { name: name.to_owned(), expr: self.is(value) });
            }
        }
        Ok(())
    }

    /// Asserts that the law holds exactly where runs end well.
    pub(super) fn compare(&mut self, place: &Place<'_>, order: &Order, certain: bool) {
        let holds = order.holds(self, place);
        let Some((lost, _)) = self.now.lost else { return };
        let ended = Expr::all([self.is(lost), place.may_end()]);
        let drills = self.model.never.drain(..).map(|drill| drill.expr).collect::<Vec<Expr>>();
        let bad = Expr::any([ended, self.is(self.now.unhealthy)].into_iter().chain(drills));
        let name = "the rules hold and the run is not good".to_owned();
        self.model.never.push(Watched { name, expr: Expr::all([bad, holds.clone()]) });
        if certain {
            let name = "the rules do not hold and the run is good".to_owned();
            self.model.never.push(Watched { name, expr: Expr::all([self.is(self.now.good), holds.negated()]) });
        }
    }

    pub(super) fn counts(&mut self, ordered: bool) {
        let name = if ordered { "pairs of a position and a stable state" } else { "stable states" };
        let between = self.is(self.now.between);
        self.model.counted.push(Watched { name: name.to_owned(), expr: between });
        if ordered {
            let good = self.is(self.now.good);
            self.model.counted.push(Watched { name: "ends that are good".to_owned(), expr: good });
        }
        let never: Vec<Expr> = self.model.never.iter().map(|never| never.expr.clone()).collect();
        if !never.is_empty() {
            let expr = Expr::any(never);
            self.model.counted.push(Watched { name: "what must never be".to_owned(), expr });
        }
    }
}
