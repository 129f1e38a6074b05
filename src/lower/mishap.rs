//! What may go wrong at each occurrence of a runbook, as steps that are tried instead of the one that is meant.
//!
//! Comes in: a world and a runbook, and where the steps of the world are in the system. Goes out: mishaps in the order of the
//! document, and the commands that only they try; one command for each step and node, however often the step occurs.

use super::condition::Translator;
use super::step::{self, Command};
use super::{TooLarge, leftover};
use crate::base::Map;
use crate::resolve::model::{self, Act, Argument, DrillStep, FaultEffect, NodeId, Runbook, World};
use crate::system::{Mishap, MishapKind, OccurrenceId, Refused, StepId, Try};

/// All mishaps, and the commands that they try, whose steps come after the `first` ones of the system.
pub fn all(
    translator: &mut Translator<'_>,
    runbook: &Runbook,
    step_of: impl Fn(model::StepId) -> StepId,
    first: usize,
) -> Result<(Vec<Command>, Vec<Mishap>), TooLarge> {
    let world = translator.world();
    let mut tried = Tried { first, commands: Vec::new(), known: Map::default() };
    let elsewhere = Elsewhere::of(world);
    let switches: Vec<(StepId, StepId)> = switches(translator, &mut tried, &step_of)?;
    let mut mishaps: Vec<Mishap> = Vec::new();
    for (id, occurrence) in (0..).map(OccurrenceId).zip(&runbook.occurrences) {
        let (meant, step) = (&world.steps[occurrence.step.index()], step_of(occurrence.step));
        let mut add = |kind, detail: &str, tries: &[(StepId, Refused)]| {
            let tries = tries.iter().map(|&(step, refused)| Try { step, refused }).collect();
            mishaps.push(Mishap { occurrence: id, kind, detail: detail.to_owned(), tries });
        };
        add(MishapKind::Skipped, "", &[]);
        add(MishapKind::Twice, "", &[(step, Refused::Stop), (step, Refused::GoOn)]);
        add(MishapKind::Swapped, "", &[]);
        for other in elsewhere.than(occurrence.step) {
            let name = &world.steps[other.index()].name;
            add(MishapKind::WrongNode, name, &[(step_of(other), Refused::Instead(step))]);
        }
        for node in &meant.nodes {
            let cut = tried
                .once(What::Cut(occurrence.step, *node), || leftover::cut_short(translator, meant, *node).map(Some))?;
            let cut = cut.expect("what is cut short leaves something");
            let on = switches[node.index()].1;
            let tries = [(cut, Refused::Impossible), (on, Refused::GoOn), (step, Refused::GoOn)];
            add(MishapKind::CutShort, &world.nodes[node.index()], &tries);
        }
        let half = tried.once(What::Half(occurrence.step), || leftover::half_way(translator, meant))?;
        if let Some(half) = half {
            add(MishapKind::HalfWay, "", &[(half, Refused::Impossible)]);
        }
        for (name, (crash, on)) in world.nodes.iter().zip(&switches) {
            let tries = [(*crash, Refused::Impossible), (*on, Refused::GoOn), (step, Refused::Stop)];
            add(MishapKind::Crash, name, &tries);
        }
        for (index, fault) in (0..).zip(&world.faults) {
            if matches!(fault.effect, FaultEffect::Own { .. }) {
                let strike = tried.fault(translator, index)?;
                add(MishapKind::Fault, &fault.name, &[(strike, Refused::Impossible), (step, Refused::Stop)]);
            }
        }
    }
    Ok((tried.commands, mishaps))
}

/// For each node the step that is its crash, and that which starts it again.
fn switches(
    translator: &mut Translator<'_>,
    tried: &mut Tried,
    step_of: impl Fn(model::StepId) -> StepId,
) -> Result<Vec<(StepId, StepId)>, TooLarge> {
    let world = translator.world();
    let mut found = Vec::new();
    for node in (0..world.nodes.len() as u32).map(NodeId) {
        let crash = world.faults.iter().position(|fault| matches!(fault.effect, FaultEffect::Crash(it) if it == node));
        let crash = crash.expect("every node can crash") as u32;
        let on = world.steps.iter().position(|step| matches!(step.act, Act::PowerOn(it) if it == node));
        let on = on.expect("every node can be switched on") as u32;
        found.push((tried.fault(translator, crash)?, step_of(model::StepId(on))));
    }
    Ok(found)
}

/// Names of the packages of a runbook of which less than every subset of what they write is looked at, because it is too much.
///
/// # Errors
/// If the conditions do not fit.
pub fn coarse(world: &World, runbook: &Runbook) -> Result<Vec<String>, TooLarge> {
    let translator = &mut Translator::new(world);
    let mut names: Vec<String> = Vec::new();
    for occurrence in &runbook.occurrences {
        let step = &world.steps[occurrence.step.index()];
        let (Act::Install(package, _) | Act::Reapply(package, _) | Act::Remove(package, _)) = &step.act else {
            continue;
        };
        let name = &world.packages[package.index()].name;
        if !names.contains(name) && leftover::is_coarse(translator, step)? {
            names.push(name.clone());
        }
    }
    Ok(names)
}

/// What is tried in mishaps alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Cut(model::StepId, NodeId),
    Half(model::StepId),
    Fault(u32),
}

/// Commands that only mishaps try, each once.
struct Tried {
    first: usize,
    commands: Vec<Command>,
    known: Map<What, Option<StepId>>,
}

impl Tried {
    fn once(
        &mut self,
        what: What,
        make: impl FnOnce() -> Result<Option<Command>, TooLarge>,
    ) -> Result<Option<StepId>, TooLarge> {
        if let Some(known) = self.known.get(&what) {
            return Ok(*known);
        }
        let command = make()?;
        let made = command.map(|command| {
            self.commands.push(command);
            StepId((self.first + self.commands.len() - 1) as u32)
        });
        self.known.insert(what, made);
        Ok(made)
    }

    fn fault(&mut self, translator: &mut Translator<'_>, index: u32) -> Result<StepId, TooLarge> {
        let step = self.once(What::Fault(index), || step::drill_command(translator, DrillStep::Fault(index)).map(Some));
        Ok(step?.expect("a fault strikes"))
    }
}

/// What a step is but for its nodes.
#[derive(PartialEq, Eq, Hash)]
struct Sort {
    verb: u8,
    thing: u32,
    arguments: usize,
}

/// Which steps are the same on other nodes.
struct Elsewhere {
    sorts: Map<Sort, Vec<model::StepId>>,
    steps: Vec<Vec<Argument>>,
    sort_of: Vec<usize>,
}

impl Elsewhere {
    fn of(world: &World) -> Elsewhere {
        let mut made = Elsewhere { sorts: Map::default(), steps: Vec::new(), sort_of: Vec::new() };
        for (id, step) in (0..).map(model::StepId).zip(&world.steps) {
            let (verb, thing, arguments) = taken_apart(&step.act);
            let entry = made.sorts.entry(Sort { verb, thing, arguments: arguments.len() });
            made.sort_of.push(entry.index());
            entry.or_default().push(id);
            made.steps.push(arguments);
        }
        made
    }

    /// The steps that differ from one in exactly one node, in the order of the world. Linear in the steps of its sort.
    fn than(&self, step: model::StepId) -> impl Iterator<Item = model::StepId> + '_ {
        let meant = &self.steps[step.index()];
        let differ = move |other: &[Argument]| {
            let mut places = meant.iter().zip(other).filter(|(a, b)| a != b);
            let nodes = matches!(places.next(), Some((Argument::Node(_), Argument::Node(_))));
            nodes && places.next().is_none()
        };
        let (_, same) = self.sorts.get_index(self.sort_of[step.index()]).expect("every step has a sort");
        same.iter().copied().filter(move |other| differ(&self.steps[other.index()]))
    }
}

/// Verb, what it is done with, nodes and other parameters.
fn taken_apart(act: &Act) -> (u8, u32, Vec<Argument>) {
    let at = |verb, thing: u32, node: NodeId| (verb, thing, vec![Argument::Node(node)]);
    match act {
        Act::Install(package, node) => at(0, package.0, *node),
        Act::Reapply(package, node) => at(1, package.0, *node),
        Act::Remove(package, node) => at(2, package.0, *node),
        Act::Start(service, node) => at(3, service.0, *node),
        Act::Stop(service, node) => at(4, service.0, *node),
        Act::Move(group, node) => at(5, group.0, *node),
        Act::MoveAll(node) => at(6, 0, *node),
        Act::Restart(node) => at(7, 0, *node),
        Act::PowerOff(node) => at(8, 0, *node),
        Act::PowerOn(node) => at(9, 0, *node),
        Act::Own { action, arguments, .. } => (10, *action, arguments.clone()),
    }
}
