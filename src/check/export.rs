//! A runbook or a world in another tool's language.

use super::{Mistakes, Runbook, World, too_large};
use crate::base::{Budget, Limit, SourceId, Span, Tally};
use crate::certify::{self, Cause, How, Replay, certify};
use crate::export::{self, Law, Unwritten};
use crate::lower;
use crate::orderings;
use crate::system::{Procedure, State, System};
use crate::trace::Actor;
use crate::verdict::{Among, Counterexample, Ending, Kind};
use num_bigint::BigUint;
use std::path::Path;

pub use crate::export::Target;

/// Why nothing was exported.
#[derive(Debug)]
pub enum Unexported {
    /// Mistakes in the files.
    Mistakes(Mistakes),
    /// This limit was hit.
    Limit(String),
    /// It cannot be said that way: why.
    Unsaid(String),
}

impl From<Unwritten> for Unexported {
    fn from(why: Unwritten) -> Self {
        match why {
            Unwritten::Limit(limit) => Unexported::Limit(limit.to_string()),
            Unwritten::Unsaid(why) => Unexported::Unsaid(why),
        }
    }
}

/// What was written, and warnings about the files.
#[derive(Debug)]
pub struct Exported {
    /// The text.
    pub text: String,
    /// Warnings.
    pub warnings: Mistakes,
}

/// Writes a runbook or a world; with `rules`, whether the exact rules hold where runs are good.
///
/// # Errors
/// The files are wrong, a limit was hit, or it cannot be said that way.
///
/// # Panics
/// If a run does not replay: a bug of the program.
pub fn export(path: &Path, target: Target, rules: bool, budget: &Budget) -> Result<Exported, Unexported> {
    if path.extension().is_some_and(|extension| extension == "md") {
        let runbook = Runbook::open(path).map_err(Unexported::Mistakes)?;
        let title = format!("{} ({})", runbook.runbook.title, runbook.world.title);
        let text = exported(&runbook.system, &title, (target, rules), budget)?;
        return Ok(Exported { text, warnings: runbook.mistakes });
    }
    let world = World::open(path).map_err(Unexported::Mistakes)?;
    let system = lower::alone(&world.resolved.world)
        .map_err(|error| Unexported::Mistakes(too_large(&error, Span::new(SourceId(0), 0..0), &world.mistakes)))?;
    let text = exported(&system, &world.resolved.world.title, (target, rules), budget)?;
    Ok(Exported { text, warnings: world.mistakes })
}

fn exported(
    system: &System,
    title: &str,
    (target, rules): (Target, bool),
    budget: &Budget,
) -> Result<String, Unexported> {
    if goes_round(system) {
        let what = "steps that are repeated until something holds, and reactions that take time";
        return Err(Unexported::Unsaid(format!("{what}, are not written in other languages yet")));
    }
    if rules && !target.takes_rules() {
        return Err(Unexported::Unsaid(format!("rules are not compared in {}", target.name())));
    }
    if target == Target::Itf {
        return run(system, title, budget);
    }
    let law = if rules { Some(law(system, budget)?) } else { None };
    let mut tally = Tally::start(budget, "states");
    Ok(export::write(system, (title, target), law, &mut tally)?)
}

fn goes_round(system: &System) -> bool {
    let retries = matches!(&system.procedure, Procedure::Ordered(plan) if !plan.retries.is_empty());
    retries || system.faults.iter().any(|fault| fault.slow)
}

/// The exact rules, of all orders.
fn law(system: &System, budget: &Budget) -> Result<Law, Unexported> {
    if matches!(system.procedure, Procedure::Free) {
        return Err(Unexported::Unsaid("a world alone has no orders, so no rules".to_owned()));
    }
    let verdict = orderings::decide_among(system, Among::All, budget);
    let verdict = certify(system, verdict).unwrap_or_else(|bug| panic!("{bug}"));
    match (verdict.verdict().kind, &verdict.verdict().rules) {
        (Kind::Undecided(limit), _) => Err(Unexported::Limit(limit.to_string())),
        (Kind::AlwaysHealthy, _) => Ok(Law::Unless(Vec::new())),
        (Kind::NeverHealthy, _) => Ok(Law::Never),
        (Kind::OrderMatters, Some(rules)) if rules.admitted == Some(BigUint::ZERO) => {
            Ok(Law::Unless(rules.never.clone()))
        }
        (Kind::OrderMatters, Some(rules)) => {
            let limit = rules.limit.map_or_else(|| "rules".to_owned(), |limit: Limit| limit.to_string());
            Err(Unexported::Limit(limit))
        }
        (Kind::OrderMatters, None) => Err(Unexported::Limit("rules".to_owned())),
    }
}

/// The shortest counterexample.
fn run(system: &System, title: &str, budget: &Budget) -> Result<String, Unexported> {
    let unsaid = |why: &str| Err(Unexported::Unsaid(why.to_owned()));
    if matches!(system.procedure, Procedure::Free) {
        return unsaid("a world alone has no counterexample of an order: export a runbook");
    }
    let verdict = orderings::decide(system, budget);
    let verdict = certify(system, verdict).unwrap_or_else(|bug| panic!("{bug}"));
    if let Kind::Undecided(limit) = verdict.verdict().kind {
        return Err(Unexported::Limit(limit.to_string()));
    }
    let Some(shown) = &verdict.verdict().counterexample else {
        return unsaid("every order is good: there is no counterexample to export");
    };
    let replay = certify::replay(system, &shown.trace).unwrap_or_else(|bug| panic!("{bug:?}"));
    let mut states = vec![("the beginning".to_owned(), replay.start)];
    played(system, &replay, None, &mut states);
    if let Ending::Drill { drill, trace, .. } = &shown.ending {
        let drilled = certify::replay_drill(system, *drill, replay.end, trace).unwrap_or_else(|bug| panic!("{bug:?}"));
        played(system, &drilled, Some(*drill), &mut states);
    }
    let about = vec![
        title.to_owned(),
        "The shortest counterexample: a state after each move.".to_owned(),
        ending(system, shown),
    ];
    Ok(export::run(system, &about, &states))
}

fn ending(system: &System, shown: &Counterexample) -> String {
    match &shown.ending {
        Ending::Healthy | Ending::Witness => "It is good.".to_owned(),
        Ending::Refused => "The last step is refused.".to_owned(),
        Ending::Unsettled(_) => "Then reactions go on for ever.".to_owned(),
        Ending::Endless(_) => "Then it goes round for ever.".to_owned(),
        Ending::Always(always) => format!("It breaks {}.", system.always[*always as usize].name),
        Ending::Unhealthy => "The end is not healthy.".to_owned(),
        Ending::Drill { drill, .. } => {
            format!("The end is healthy, and the drill {} fails.", system.drills[*drill as usize].name)
        }
    }
}

/// What happened, with the state after it.
fn played(system: &System, replay: &Replay, drill: Option<u32>, states: &mut Vec<(String, State)>) {
    let fired = |cause: &Cause| match cause {
        Cause::Reaction(fire) => Some(system.reactions[fire.reaction.0 as usize].name.clone()),
        Cause::Phase(..) | Cause::Fault(_) => None,
    };
    for change in &replay.settle {
        states.push((fired(&change.cause).unwrap_or_default(), change.after));
    }
    for turn in &replay.turns {
        let drill = drill.map(|drill| &system.drills[drill as usize]);
        let name = match (turn.actor, &system.procedure, drill) {
            (Actor::Occurrence(id), Procedure::Ordered(plan), _) => plan.occurrences[id.0 as usize].label.clone(),
            (Actor::Step(step), _, Some(drill)) => {
                let step = drill.act.iter().chain(&drill.then).nth(step.0 as usize);
                format!("drill {}: {}", drill.name, step.map_or("", |step| &step.name))
            }
            (Actor::Fault(fault), _, _) => system.faults[fault.0 as usize].action.name.clone(),
            (Actor::Occurrence(_) | Actor::Step(_), _, _) => String::new(),
        };
        match turn.how {
            How::Refused(_) => states.push((format!("{name} is refused"), turn.before)),
            How::PassedOver(_) => states.push((format!("{name} is passed over"), turn.before)),
            How::Done | How::Failed => {}
        }
        for change in &turn.changes {
            states.push((fired(&change.cause).unwrap_or_else(|| name.clone()), change.after));
        }
    }
}
