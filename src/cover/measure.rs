//! What no run exercises: actions, ways to go, conditions, values, faults, drills and reactions.
//!
//! In: a resolved world, a system of a runbook with its footprint; as many as there are. Out: for each element of the world what was done of
//! it in any reachable state of any of them. Conditions count where they decide: a `needs` where its step is tried, an outcome's `when` where
//! the step is not refused, a way to fail where none before it is taken.

use super::world::key;
use crate::base::{Limit, Map, Tally};
use crate::engine::{Deed, Footprint};
use crate::resolve::Resolved;
use crate::resolve::evaluate::Evaluation;
use crate::resolve::model::{self, Act, FaultEffect, World};
use crate::system::{State, System, VarId};

/// What is never so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Never {
    /// An action that is never attempted.
    Attempted,
    /// A way to go, or to fail, that is never taken.
    Taken,
    /// A condition that never holds where it is asked.
    Holds,
    /// A condition that always holds where it is asked.
    Fails,
    /// Values of a variable that are never taken.
    Met,
    /// A fault that never strikes.
    Strikes,
    /// A drill that is never begun.
    Begun,
    /// A reaction that never runs.
    Runs,
}

#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    held: bool,
    not: bool,
}

/// What was exercised so far.
#[derive(Debug, Default)]
pub struct Measure {
    attempted: Map<String, bool>,
    taken: Map<String, bool>,
    asked: Map<String, Asked>,
    values: Map<String, (Vec<String>, u64)>,
    struck: Map<String, bool>,
    begun: Map<String, bool>,
    run: Map<String, bool>,
}

impl Measure {
    /// Adds what a runbook exercises. A limit leaves what was found so far.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn add(
        &mut self,
        (resolved, runbook): (&Resolved, &model::Runbook),
        system: &System,
        footprint: &Footprint,
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        tally.phase = "exercised";
        self.declare(resolved);
        let mut look = Look { measure: self, resolved, world: &resolved.world, system };
        look.values(footprint, tally)?;
        look.steps(footprint, tally)?;
        look.reactions(footprint, tally)?;
        look.faults(runbook, footprint, tally)?;
        look.drills(footprint);
        look.ifs(footprint);
        Ok(())
    }

    /// What is never so, kind by kind, in the order of the world. With values, which.
    pub fn never(&self) -> Vec<(Never, String, String)> {
        let mut never = Vec::new();
        let mut add = |kind: Never, list: &Map<String, bool>| {
            let missing = list.iter().filter(|(_, done)| !**done);
            never.extend(missing.map(|(name, _)| (kind, name.clone(), String::new())));
        };
        add(Never::Attempted, &self.attempted);
        add(Never::Taken, &self.taken);
        add(Never::Strikes, &self.struck);
        add(Never::Begun, &self.begun);
        add(Never::Runs, &self.run);
        for (name, asked) in &self.asked {
            match (asked.held, asked.not) {
                (true, false) => never.push((Never::Fails, name.clone(), String::new())),
                (false, true) => never.push((Never::Holds, name.clone(), String::new())),
                _ => {}
            }
        }
        for (name, (values, met)) in &self.values {
            let missing: Vec<&str> =
                (0..).zip(values).filter(|(at, _)| met >> at & 1 == 0).map(|(_, value)| value.as_str()).collect();
            if !missing.is_empty() {
                never.push((Never::Met, name.clone(), missing.join(", ")));
            }
        }
        never.sort_by_key(|(kind, ..)| *kind);
        never
    }

    fn declare(&mut self, resolved: &Resolved) {
        let tree = resolved.tree();
        for (name, package) in &tree.packages {
            let path = format!("package.{}", key(&name.value));
            self.attempted.entry(path.clone()).or_default();
            for number in 1..=package.fails.len() {
                self.taken.entry(format!("{path}.fails[{number}]")).or_default();
            }
        }
        for (of, list) in [("action", &tree.actions), ("reaction", &tree.reactions), ("fault", &tree.faults)] {
            for action in list {
                let path = format!("{of}.{}", key(&action.sentence.text.value));
                match of {
                    "action" => self.attempted.entry(path.clone()).or_default(),
                    "reaction" => self.run.entry(path.clone()).or_default(),
                    _ => self.struck.entry(path.clone()).or_default(),
                };
                if action.outcomes.len() > 1 {
                    for number in 1..=action.outcomes.len() {
                        self.taken.entry(format!("{path}.outcomes[{number}]")).or_default();
                    }
                }
            }
        }
        for (name, _) in &tree.drills {
            self.begun.entry(format!("drill.{}", key(&name.value))).or_default();
        }
    }

    fn ask(&mut self, name: String, holds: bool) {
        let asked = self.asked.entry(name).or_default();
        if holds {
            asked.held = true;
        } else {
            asked.not = true;
        }
    }
}

struct Look<'m> {
    measure: &'m mut Measure,
    resolved: &'m Resolved,
    world: &'m World,
    system: &'m System,
}

impl Look<'_> {
    /// The value index of every variable of the world.
    fn unpacked(&self, state: &State) -> Vec<u8> {
        let vars = (0..).map(VarId).take(self.world.variables.len());
        vars.map(|var| self.system.layout.get(state, var)).collect()
    }

    fn values(&mut self, footprint: &Footprint, tally: &mut Tally) -> Result<(), Limit> {
        let mut met = vec![0u64; self.world.variables.len()];
        for state in &footprint.states {
            tally.check()?;
            for (values, value) in met.iter_mut().zip(self.unpacked(state)) {
                *values |= 1 << value;
            }
        }
        for (variable, met) in self.world.variables.iter().zip(met).filter(|(variable, _)| !variable.hidden) {
            let name = variable.name.split('(').next().unwrap_or("").to_owned();
            if matches!(name.as_str(), "up" | "installed" | "restart-pending" | "owner") || name.ends_with(".pending") {
                continue;
            }
            let values = &self.world.domains[variable.domain.index()].values;
            let entry = self.measure.values.entry(name).or_insert_with(|| (values.clone(), 0));
            entry.1 |= met;
        }
        Ok(())
    }

    fn steps(&mut self, footprint: &Footprint, tally: &mut Tally) -> Result<(), Limit> {
        let steps: Map<&str, &model::Step> = self.world.steps.iter().map(|step| (step.name.as_str(), step)).collect();
        let faults: Map<&str, &model::Fault> =
            self.world.faults.iter().map(|fault| (fault.name.as_str(), fault)).collect();
        for (deed, phase, state) in &footprint.tried {
            tally.check()?;
            let step = match deed {
                Deed::Step(number) => &self.system.steps[*number as usize],
                Deed::Drill(drill, number) => {
                    let drill = &self.system.drills[*drill as usize];
                    match drill.act.iter().chain(&drill.then).nth(*number as usize) {
                        Some(step) => step,
                        None => continue,
                    }
                }
            };
            if *phase > 0 {
                continue;
            }
            let values = self.unpacked(state);
            let now = Evaluation::new(self.world, &values);
            if let Some(step) = steps.get(step.name.as_str()) {
                self.step(step, &now);
            } else if let Some(fault) = faults.get(step.name.as_str()) {
                self.fault(fault, &now);
            }
        }
        Ok(())
    }

    fn step(&mut self, step: &model::Step, now: &Evaluation<'_>) {
        let condition = |needs: &Option<model::Condition>| needs.as_ref().map(|needs| now.holds(&needs.expr));
        match &step.act {
            Act::Install(package, node) | Act::Reapply(package, node) => {
                let package = &self.world.packages[package.index()];
                let Some(on) = &package.on[node.index()] else { return };
                let path = format!("package.{}", key(&package.name));
                self.measure.attempted.insert(path.clone(), true);
                let again = matches!(step.act, Act::Reapply(..));
                let truth = |variable: model::VariableId| now.holds(&model::Expr::Holds(variable));
                if !truth(self.world.up[node.index()]) || truth(on.installed) != again {
                    return;
                }
                if let Some(holds) = condition(&on.needs) {
                    self.measure.ask(format!("{path}.needs"), holds);
                    if !holds {
                        return;
                    }
                }
                for (number, fails) in (1..).zip(&on.fails) {
                    let holds = fails.when.as_ref().is_none_or(|when| now.holds(when));
                    if fails.when.is_some() {
                        self.measure.ask(format!("{path}.fails[{number}].when"), holds);
                    }
                    if holds {
                        self.measure.taken.insert(format!("{path}.fails[{number}]"), true);
                        return;
                    }
                }
                for write in &on.writes {
                    let component = &self.world.components[write.component.index()];
                    let there = component.on[node.index()].as_ref();
                    if let Some(in_use) = there.and_then(|there| there.in_use.as_ref()) {
                        let holds = now.holds(in_use);
                        self.measure.ask(format!("component.{}.in-use", key(&component.name)), holds);
                    }
                }
            }
            Act::Remove(package, node) => {
                let package = &self.world.packages[package.index()];
                let removal = package.on[node.index()].as_ref().and_then(|on| on.remove.as_ref());
                if let Some(holds) = removal.and_then(|removal| condition(&removal.needs)) {
                    self.measure.ask(format!("package.{}.remove.needs", key(&package.name)), holds);
                }
            }
            Act::Start(service, node) => {
                let service = &self.world.services[service.index()];
                let on = service.on[node.index()].as_ref();
                if let Some(holds) = on.and_then(|on| condition(&on.needs)) {
                    self.measure.ask(format!("service.{}.needs", key(&service.name)), holds);
                }
            }
            Act::Own { needs, outcomes, action, .. } => {
                let sentence = &self.resolved.tree().actions[*action as usize].sentence.text.value;
                let path = format!("action.{}", key(sentence));
                self.measure.attempted.insert(path.clone(), true);
                if let Some(holds) = condition(needs) {
                    self.measure.ask(format!("{path}.needs"), holds);
                    if !holds {
                        return;
                    }
                }
                self.outcomes(&path, outcomes, now);
            }
            Act::Stop(..) | Act::Move(..) | Act::MoveAll(_) | Act::Restart(_) | Act::PowerOff(_) | Act::PowerOn(_) => {}
        }
    }

    fn outcomes(&mut self, path: &str, outcomes: &[model::Outcome], now: &Evaluation<'_>) {
        for (number, outcome) in (1..).zip(outcomes) {
            let holds = outcome.when.as_ref().is_none_or(|when| now.holds(when));
            if outcome.when.is_some() {
                self.measure.ask(format!("{path}.outcomes[{number}].when"), holds);
            }
            if holds && outcomes.len() > 1 {
                self.measure.taken.insert(format!("{path}.outcomes[{number}]"), true);
            }
        }
    }

    fn fault(&mut self, fault: &model::Fault, now: &Evaluation<'_>) {
        if let FaultEffect::Own { of, when, outcomes } = &fault.effect {
            let path = format!("fault.{}", key(&self.resolved.tree().faults[*of as usize].sentence.text.value));
            let holds = when.as_ref().is_none_or(|when| now.holds(when));
            if when.is_some() {
                self.measure.ask(format!("{path}.when"), holds);
            }
            if holds {
                self.measure.struck.insert(path.clone(), true);
                self.outcomes(&path, outcomes, now);
            }
        }
    }

    fn reactions(&mut self, footprint: &Footprint, tally: &mut Tally) -> Result<(), Limit> {
        for state in &footprint.states {
            tally.check()?;
            let values = self.unpacked(state);
            let now = Evaluation::new(self.world, &values);
            for reaction in &self.world.reactions {
                let path = format!(
                    "reaction.{}",
                    key(&self.resolved.tree().reactions[reaction.of as usize].sentence.text.value)
                );
                let holds = reaction.when.as_ref().is_none_or(|when| now.holds(when));
                if reaction.when.is_some() {
                    self.measure.ask(format!("{path}.when"), holds);
                }
                if holds {
                    self.measure.run.insert(path.clone(), true);
                    self.outcomes(&path, &reaction.outcomes, &now);
                }
            }
            for service in &self.world.services {
                for on in service.on.iter().flatten() {
                    let starts = on.starting.is_some_and(|starting| now.holds(&model::Expr::Holds(starting)));
                    if let Some(needs) = on.needs.as_ref().filter(|_| starts) {
                        self.measure.ask(format!("service.{}.needs", key(&service.name)), now.holds(&needs.expr));
                    }
                }
            }
            for group in &self.world.groups {
                for needs in &group.needs {
                    self.measure.ask(format!("group.{}.needs", key(&group.name)), now.holds(&needs.expr));
                }
            }
        }
        Ok(())
    }

    fn faults(&mut self, runbook: &model::Runbook, footprint: &Footprint, tally: &mut Tally) -> Result<(), Limit> {
        let budgeted: Vec<&model::Fault> =
            runbook.faults.iter().map(|(fault, _)| &self.world.faults[*fault as usize]).collect();
        // A system without faults has none that could ever strike, and then nobody looked.
        let states = if self.system.faults.is_empty() { &footprint.stable } else { &footprint.struck };
        for state in states.iter().filter(|_| !budgeted.is_empty()) {
            tally.check()?;
            let values = self.unpacked(state);
            let now = Evaluation::new(self.world, &values);
            for fault in &budgeted {
                let mut own = self.system.faults.iter().filter(|one| one.action.name == fault.name);
                let possible = own.any(|one| one.action.when.holds(state));
                // With its budget spent it is not asked.
                if possible || !matches!(&fault.effect, FaultEffect::Own { when: Some(when), .. } if now.holds(when)) {
                    self.fault(fault, &now);
                }
            }
        }
        Ok(())
    }

    fn drills(&mut self, footprint: &Footprint) {
        if !footprint.drilled {
            return;
        }
        for (name, _) in &self.resolved.tree().drills {
            let begun = footprint.tried.iter().any(|(deed, ..)| match deed {
                Deed::Drill(drill, _) => {
                    let full = &self.system.drills[*drill as usize].name;
                    full == &name.value || full.starts_with(&format!("{} (", name.value))
                }
                Deed::Step(_) => false,
            });
            if begun {
                self.measure.begun.insert(format!("drill.{}", key(&name.value)), true);
            }
        }
    }

    /// The `if`s of the runbook.
    fn ifs(&mut self, footprint: &Footprint) {
        let crate::system::Procedure::Ordered(plan) = &self.system.procedure else { return };
        for (number, state) in &footprint.asked {
            let guard = &plan.guards[*number as usize];
            self.measure.ask(format!("if {}", guard.text), guard.when.holds(state));
        }
    }
}
