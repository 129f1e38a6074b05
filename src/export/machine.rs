//! From a system to guarded commands: the semantics of `system`, said once for all writers.
//!
//! ```text
//! settling ─► between steps ─ fault ─► settling ─► struck ─┐
//!    ▲            │    └── end? ─► drills ─► ends well     │
//!    │            └── step: refused │ passed over │ phase ─┴─► settling ─► next phase, settling … ─► between steps
//! ```
//!
//! A refused step is a move to an end, not a command that is not possible. Between steps and after faults the world is stable;
//! so *between steps* stands once for each pair of a position and a stable state.

use super::drills;
use super::model::{Command, Definition, Expr, Model, Role, Update, Value, Var, Variable, Watched};
use super::order::{Law, Order};
use super::place::Place;
use super::words::{Unnamed, Words};
use crate::base::{Limit, Tally};
use crate::system::{
    Action, Claim, Condition, Fault, Guard, Occurrence, OccurrenceId, Origins, Outcome, Plan, Procedure, Step, System,
};

/// What is to be in a model.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Drills after a healthy end.
    pub drills: bool,
    /// Faults before each step.
    pub faults: bool,
    /// Rules that are compared with how runs end.
    pub law: Option<Law>,
    /// Whether every run of an ordering ends alike, so that an ordering that breaks the law cannot have a run that is good.
    pub certain: bool,
}

/// Why there is no model.
#[derive(Clone, Debug)]
pub enum Unwritten {
    /// A limit was hit.
    Limit(Limit),
    /// It cannot be said in the other language: what and why.
    Unsaid(String),
}

impl From<Limit> for Unwritten {
    fn from(limit: Limit) -> Self {
        Unwritten::Limit(limit)
    }
}

impl From<Unnamed> for Unwritten {
    fn from(_: Unnamed) -> Self {
        Unwritten::Unsaid("a condition looks at bits that are not those of one variable".to_owned())
    }
}

/// Values of the variable that says what happens now.
#[derive(Clone, Copy)]
pub(super) struct Now {
    pub var: Var,
    pub settling: Value,
    pub between: Value,
    /// Settling after a fault, and struck by one.
    pub struck: Option<(Value, Value)>,
    pub refused: Value,
    pub unhealthy: Value,
    pub good: Value,
    /// Where the law is compared, runs that are not good go on to the end of their ordering, without a world.
    pub lost: Option<(Value, Value)>,
}

/// A model that is being made.
pub(super) struct Machine<'s> {
    pub system: &'s System,
    pub words: Words<'s>,
    pub model: Model,
    pub now: Now,
    pub stable: Expr,
    /// The values in which the world settles.
    pub settles: Vec<Value>,
    /// Those in which `always` is asked.
    asked: Vec<Value>,
    /// What must hold in a stable state, or the run ends there.
    pub goes_on: Expr,
}

/// What a run does once a phase is done and the world has settled.
#[derive(Clone, Copy)]
pub(super) struct Later {
    pub step: usize,
    pub phase: usize,
    pub value: Value,
}

/// All of a system as a model.
///
/// # Errors
/// It cannot be said, or a limit was hit.
pub fn model(system: &System, title: &str, wanted: &Wanted, tally: &mut Tally) -> Result<Model, Unwritten> {
    // Whoever adds to a system has to say here what is exported of it.
    let System { layout: _, initial, steps, reactions, faults, procedure, always, health, drills, claims, origins } =
        system;
    let Origins { title: _, nodes: _, vars: _, events: _, initial: named } = origins;
    let plan = match procedure {
        Procedure::Free => None,
        Procedure::Ordered(plan) => Some(plan),
    };
    let words = Words::of(system);
    let mut vars = words.vars();
    let mut states: Vec<(String, Vec<Value>)> = (0..)
        .zip(initial)
        .map(|(at, state): (usize, _)| (named.get(at).cloned().unwrap_or_default(), words.state(state)))
        .collect();
    let place = plan.map(|plan| Place::of(plan, vars.len(), tally)).transpose()?;
    if let (Some(plan), Some(place)) = (plan, &place) {
        let flag = |one: &Occurrence| Variable {
            name: format!("done {}", one.label),
            values: vec!["no".to_owned(), "yes".to_owned()],
            role: Role::Place,
        };
        vars.extend(plan.occurrences.iter().map(flag));
        if place.open.is_some() {
            let block = (1..=place.blocks()).map(|number| format!("block {number}"));
            let values = std::iter::once("none".to_owned()).chain(block).collect();
            vars.push(Variable { name: "undivided block that is open".to_owned(), values, role: Role::Place });
        }
    }
    let order = match (plan, &wanted.law) {
        (Some(plan), Some(law)) => Some(Order::of(plan, law, &mut vars)),
        _ => None,
    };
    let mut values: Vec<String> = ["settling", "between steps"].map(str::to_owned).into();
    let mut value = |name: String| {
        values.push(name);
        Value::try_from(values.len() - 1).map_err(|_| Unwritten::Unsaid("there are too many phases".to_owned()))
    };
    let struck = (wanted.faults && !faults.is_empty() && plan.is_some())
        .then(|| Ok::<_, Unwritten>((value("settling after a fault".into())?, value("struck by a fault".into())?)))
        .transpose()?;
    let mut later = Vec::new();
    for (at, Step { phases, name, .. }) in steps.iter().enumerate() {
        for phase in 1..phases.len() {
            later.push(Later { step: at, phase, value: value(format!("before phase {} of {name}", phase + 1))? });
        }
    }
    let mut settles: Vec<Value> = vec![0];
    settles.extend(struck.map(|(settling, _)| settling));
    settles.extend(later.iter().map(|later| later.value));
    let asked = settles.clone();
    let used = if wanted.drills { drills.as_slice() } else { &[] };
    let rehearsals = drills::values(used, &mut value)?;
    settles.extend(rehearsals.iter().flat_map(|rehearsal| rehearsal.values()));
    let lost = order.as_ref().map(|_| value("lost".into())).transpose()?;
    // Only a fault can lose a run before the next step.
    let lost_before =
        lost.filter(|_| struck.is_some()).map(|_| value("lost before the next step".into())).transpose()?;
    let lost = lost.map(|lost| (lost, lost_before.unwrap_or(lost)));
    let now = Now {
        var: vars.len(),
        settling: 0,
        between: 1,
        struck,
        refused: value("refused".into())?,
        unhealthy: value("unhealthy".into())?,
        good: value("ends well".into())?,
        lost,
    };
    let broken: Vec<Value> =
        always.iter().map(|one| value(format!("breaks {}", one.name))).collect::<Result<_, Unwritten>>()?;
    vars.push(Variable { name: "moment".to_owned(), values, role: Role::Now });
    for (_, state) in &mut states {
        state.resize(vars.len(), 0);
    }
    let model = Model {
        title: title.to_owned(),
        about: Vec::new(),
        vars,
        initial: states,
        definitions: Vec::new(),
        commands: Vec::new(),
        never: Vec::new(),
        counted: Vec::new(),
        now: (now.var, plan.map(|_| now.good)),
    };
    let goes_on = Expr::YES;
    let mut machine = Machine { system, words, model, now, stable: Expr::YES, settles, asked, goes_on };
    machine.reactions(reactions)?;
    machine.breaches(always, &broken)?;
    if wanted.faults {
        machine.faults(faults, place.as_ref(), plan)?;
    }
    match (plan, &place) {
        (Some(plan), Some(place)) => {
            machine.procedure(plan, place, order.as_ref(), &later)?;
            machine.end(health, place, &rehearsals, used)?;
            if let Some(order) = &order {
                machine.compare(place, order, wanted.certain);
            }
        }
        _ => machine.free(&later)?,
    }
    for at in &later {
        machine.later(*at, machine.after_phase(at.step, at.phase, &later))?;
    }
    machine.counts(plan.is_some());
    // Claims are about orderings, not about one run: they are not exported, but for the rules that are asked for.
    let _: &Vec<Claim> = claims;
    Ok(machine.model)
}

impl Machine<'_> {
    pub fn is(&self, value: Value) -> Expr {
        Expr::is(self.now.var, value)
    }

    pub fn is_one_of(&self, values: &[Value]) -> Expr {
        let mut values = values.to_vec();
        values.sort_unstable();
        values.dedup();
        Expr::In(self.now.var, values)
    }

    pub fn becomes(&self, value: Value) -> Update {
        Update::always(self.now.var, value)
    }

    pub fn define(&mut self, name: impl Into<String>, comments: Vec<String>, expr: Expr) -> Expr {
        if matches!(expr, Expr::Constant(_)) {
            return expr;
        }
        self.model.definitions.push(Definition { name: name.into(), comments, expr });
        Expr::Named(self.model.definitions.len() - 1)
    }

    pub fn command(&mut self, heading: &str, name: String, comments: Vec<String>, guard: Expr, updates: Vec<Update>) {
        if guard == Expr::Constant(false) {
            return;
        }
        let mut unique = name.clone();
        let taken = |name: &str| self.model.commands.iter().any(|command| command.name == name);
        let mut number = 2;
        while taken(&unique) {
            unique = format!("{name} ({number})");
            number += 1;
        }
        let heading = heading.to_owned();
        let mut merged: Vec<Update> = Vec::new();
        for update in updates.into_iter().filter(|update| update.when != Expr::Constant(false)) {
            match merged.iter_mut().find(|other| other.when == update.when) {
                Some(same) => same.sets.extend(update.sets),
                None => merged.push(update),
            }
        }
        let updates = merged;
        self.model.commands.push(Command { heading, name: unique, comments, guard, updates });
    }

    /// What an outcome does and says.
    pub fn outcome(&self, outcome: &Outcome) -> Result<(Expr, Vec<Update>, Vec<String>), Unnamed> {
        let Outcome { when, assigns, events, fails, cite } = outcome;
        let mut comments = Vec::new();
        if *fails {
            comments.push("the step is said to have failed".to_owned());
        }
        for event in events {
            let Some(event) = self.system.origins.events.get(event.0 as usize) else { continue };
            let said = [&event.source, &event.code, &event.text].into_iter().flatten().map(String::as_str);
            let said: Vec<&str> = said.collect();
            let said = if said.is_empty() { String::new() } else { format!(": {}", said.join(" ")) };
            comments.push(format!("raises {}{said}{}", event.name, sources(&event.cite)));
        }
        comments.extend((!cite.is_empty()).then(|| format!("sources: {}", cite.join(", "))));
        Ok((self.words.expr(when)?, self.words.updates(assigns)?, comments))
    }

    pub fn possible(&self, outcomes: &[Outcome]) -> Result<Expr, Unnamed> {
        let parts: Result<Vec<Expr>, Unnamed> = outcomes.iter().map(|one| self.words.expr(&one.when)).collect();
        Ok(Expr::any(parts?))
    }

    fn reactions(&mut self, reactions: &[Action]) -> Result<(), Unnamed> {
        let settling = self.is_one_of(&self.settles);
        let settling =
            self.define("settling", vec!["the world settles: reactions run until none can".into()], settling);
        let mut calm = Vec::new();
        for Action { name, nodes: _, cite, when, outcomes } in reactions {
            let heading = format!("reaction: {name}{}", sources(cite));
            let when = self.words.expr(when)?;
            calm.push(Expr::all([when.clone(), self.possible(outcomes)?]));
            for (number, outcome) in (1..).zip(outcomes) {
                let (possible, updates, comments) = self.outcome(outcome)?;
                let name = numbered(name.clone(), number, outcomes.len());
                let guard = Expr::all([settling.clone(), when.clone(), possible]);
                self.command(&heading, name, comments, guard, updates);
            }
        }
        let comments = vec!["no reaction can run".into()];
        self.stable = self.define("stable", comments, Expr::all(calm.into_iter().map(Expr::negated)));
        Ok(())
    }

    /// A stable state that breaks an `always` condition is an end; and the run goes on as well, if that is wanted.
    fn breaches(&mut self, always: &[Condition], broken: &[Value]) -> Result<(), Unnamed> {
        let mut kept = Vec::new();
        for (condition, broken) in always.iter().zip(broken) {
            let expr = self.words.conditions(std::slice::from_ref(condition))?;
            let expr = self.define(format!("always {}", condition.name), about(condition), expr);
            kept.push(expr.clone());
            let heading = format!("always {}{}", condition.name, sources(&condition.cite));
            let name = format!("breaks {}", condition.name);
            let asked: Vec<Value> = self.asked.clone();
            let (after_fault, others): (Vec<Value>, Vec<Value>) =
                asked.iter().partition(|value| self.now.struck.is_some_and(|(settling, _)| settling == **value));
            let lost = self.now.lost;
            for (values, to) in [(others, lost.map(|(lost, _)| lost)), (after_fault, lost.map(|(_, before)| before))] {
                if !values.is_empty() {
                    let guard = Expr::all([self.is_one_of(&values), self.stable.clone(), expr.clone().negated()]);
                    let updates = vec![self.becomes(to.unwrap_or(*broken))];
                    self.command(&heading, name.clone(), Vec::new(), guard, updates);
                }
            }
            if lost.is_none() {
                let name = format!("{} is broken in a stable state", condition.name);
                self.model.never.push(Watched { name, expr: self.is(*broken) });
            }
        }
        let kept = Expr::all(kept);
        if kept != Expr::YES {
            let comments = vec![
                "whether a run goes on after it broke what must always hold: then all pairs are reached,".to_owned(),
                "but a run may end well that broke something before".to_owned(),
            ];
            // Written as a name even though it is a constant, so that it can be changed by hand.
            self.model.definitions.push(Definition {
                name: "goes on".to_owned(),
                comments,
                expr: Expr::Constant(self.now.lost.is_none()),
            });
            let goes_on = Expr::Named(self.model.definitions.len() - 1);
            self.goes_on = Expr::any([kept, goes_on]);
        }
        let guard = Expr::all([self.is(self.now.settling), self.stable.clone(), self.goes_on.clone()]);
        let rest = self.becomes(self.now.between);
        self.command("the world has settled", "comes to rest".into(), Vec::new(), guard, vec![rest]);
        if let Some((settling, struck)) = self.now.struck {
            let guard = Expr::all([self.is(settling), self.stable.clone(), self.goes_on.clone()]);
            let updates = vec![self.becomes(struck)];
            self.command("the world has settled", "comes to rest after a fault".into(), Vec::new(), guard, updates);
        }
        Ok(())
    }

    /// Between steps, whether or not a fault has struck since the last one.
    pub(super) fn before_step(&self) -> Expr {
        let values: Vec<Value> = std::iter::once(self.now.between).chain(self.now.struck.map(|(_, at)| at)).collect();
        self.is_one_of(&values)
    }

    fn faults(&mut self, faults: &[Fault], place: Option<&Place<'_>>, plan: Option<&Plan>) -> Result<(), Unnamed> {
        if faults.is_empty() {
            return Ok(());
        }
        let before_last = match (place, plan) {
            (Some(place), Some(plan)) => {
                let ids = (0..).map(OccurrenceId).take(plan.occurrences.len());
                let next = Expr::any(ids.map(|id| place.next(id)));
                self.define("a step may come", Vec::new(), next)
            }
            _ => Expr::YES,
        };
        // Those that take time are not written: they are refused before.
        for Fault { action: Action { name, nodes: _, cite, when, outcomes }, slow: _ } in faults {
            let heading = format!("fault: {name}{}", sources(cite));
            let when = self.words.expr(when)?;
            for (number, outcome) in (1..).zip(outcomes) {
                let (possible, mut updates, comments) = self.outcome(outcome)?;
                updates.push(self.becomes(self.now.struck.map_or(self.now.settling, |(settling, _)| settling)));
                let name = numbered(format!("fault {name}"), number, outcomes.len());
                let guard = Expr::all([self.before_step(), before_last.clone(), when.clone(), possible]);
                self.command(&heading, name, comments, guard, updates);
            }
        }
        Ok(())
    }

    /// Whether a step is not refused.
    pub fn able(&mut self, step: &Step, of: &str) -> Result<Expr, Unnamed> {
        let Step { name, nodes: _, cite: _, needs, phases } = step;
        let needed = self.words.conditions(needs)?;
        let possible = phases.first().map(|phase| self.possible(&phase.outcomes)).transpose()?.unwrap_or(Expr::YES);
        let comments = needs.iter().flat_map(about).collect();
        Ok(self.define(format!("{of} {name}"), comments, Expr::all([needed, possible])))
    }

    pub(super) fn ables(&mut self) -> Result<Vec<Expr>, Unnamed> {
        let steps = &self.system.steps;
        steps.iter().map(|step| self.able(step, "able to")).collect()
    }
}

/// What a condition says, one line for each part, and its sources.
pub(super) fn about(condition: &Condition) -> Vec<String> {
    let Condition { name: _, cite, parts } = condition;
    let lines = parts.iter().map(|part| part.text.clone());
    lines.chain((!cite.is_empty()).then(|| format!("sources: {}", cite.join(", ")))).collect()
}

pub(super) fn texts(guards: &[Guard], occurrence: &Occurrence) -> Vec<String> {
    occurrence.guards.iter().map(|guard| format!("if {}", guards[guard.0 as usize].text)).collect()
}

pub(super) fn sources(cite: &[String]) -> String {
    if cite.is_empty() { String::new() } else { format!(" [{}]", cite.join(", ")) }
}

pub(super) fn numbered(name: String, number: usize, of: usize) -> String {
    if of > 1 { format!("{name}, outcome {number}") } else { name }
}
