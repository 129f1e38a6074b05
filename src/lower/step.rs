//! Steps as commands: what each needs, and its phases.

use super::TooLarge;
use super::condition::{Cond, Translator};
use super::effect::{self, Effect, STOPPED, write};
use crate::resolve::evaluate::Reads;
use crate::resolve::model::{self, Act, DrillStep, Expr, FaultEffect, GroupId, NodeId, VariableId, World};
use crate::resolve::render;

/// A condition in parts, over model variables.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// As in the world.
    pub name: String,
    /// Sources.
    pub cite: Vec<String>,
    /// Conjuncts: text, condition, variables read.
    pub parts: Vec<(String, Cond, Vec<VariableId>)>,
}

/// A step over model variables.
#[derive(Clone, Debug)]
pub struct Command {
    /// The sentence.
    pub name: String,
    /// Nodes acted on.
    pub nodes: Vec<u32>,
    /// Sources.
    pub cite: Vec<String>,
    /// Else refused.
    pub needs: Vec<Requirement>,
    /// Done in order, settling after each.
    pub phases: Vec<Vec<Effect>>,
}

/// A condition of the world in parts: conjunctions, and definitions that are conjunctions, are taken apart.
pub fn requirement(translator: &mut Translator<'_>, condition: &model::Condition) -> Result<Requirement, TooLarge> {
    let mut conjuncts = Vec::new();
    flatten(&condition.expr, &mut conjuncts);
    let mut parts = Vec::new();
    for conjunct in conjuncts {
        let reads = variables(conjunct);
        parts.push((render::expr(conjunct, translator.world()), translator.condition(conjunct)?, reads));
    }
    Ok(Requirement { name: condition.name.clone(), cite: condition.cite.clone(), parts })
}

fn flatten<'e>(expr: &'e Expr, into: &mut Vec<&'e Expr>) {
    match expr {
        Expr::And(parts) => parts.iter().for_each(|part| flatten(part, into)),
        Expr::Named(_, body) => match innermost(body) {
            Expr::Or(_) | Expr::Implies(..) | Expr::If(..) | Expr::Same(..) => into.push(expr),
            inner => flatten(inner, into),
        },
        Expr::Constant(true) => {}
        other => into.push(other),
    }
}

fn innermost(expr: &Expr) -> &Expr {
    match expr {
        Expr::Named(_, body) => innermost(body),
        other => other,
    }
}

/// The variables that an expression reads, in the order of its text.
pub fn variables(expr: &Expr) -> Vec<VariableId> {
    let mut reads = Reads::default();
    reads.expr(expr);
    reads.variables
}

/// A requirement on one boolean variable.
pub fn truth(world: &World, variable: VariableId, wanted: bool) -> Requirement {
    let name = &world.variables[variable.index()].name;
    let text = if wanted { name.clone() } else { format!("not {name}") };
    let cond = Cond::is(variable, u8::from(wanted));
    Requirement { name: text.clone(), cite: Vec::new(), parts: vec![(text, cond, vec![variable])] }
}

/// The command of a step.
pub fn command(translator: &mut Translator<'_>, step: &model::Step) -> Result<Command, TooLarge> {
    let world = translator.world();
    let up = |node: NodeId| truth(world, world.up[node.index()], true);
    let mut needs = Vec::new();
    let phases = match &step.act {
        Act::Install(package, node) | Act::Reapply(package, node) => {
            let package = &world.packages[package.index()];
            let on = package.on[node.index()].as_ref().expect("a step exists only where its package can be");
            needs.push(up(*node));
            needs.push(truth(world, on.installed, matches!(step.act, Act::Reapply(..))));
            needs.extend(optional(translator, on.needs.as_ref())?);
            vec![effect::setup(translator, package, *node)?]
        }
        Act::Remove(package, node) => {
            let package = &world.packages[package.index()];
            let on = package.on[node.index()].as_ref().expect("a step exists only where its package can be");
            let removal = on.remove.as_ref().expect("a remove step exists only for removable packages");
            needs.extend([up(*node), truth(world, on.installed, true)]);
            needs.extend(optional(translator, removal.needs.as_ref())?);
            let mut done = effect::outcome(translator, &removal.done)?;
            if done.writes.iter().all(|write| write.variable != on.installed) {
                done.writes.push(write(on.installed, 0));
            }
            vec![vec![done]]
        }
        Act::Start(service, node) => {
            let service = &world.services[service.index()];
            let on = service.on[node.index()].as_ref().expect("a step exists only where its service is");
            needs.push(up(*node));
            vec![effect::start(translator, service, on)?.into()]
        }
        Act::Stop(service, node) => {
            let on = world.services[service.index()].on[node.index()]
                .as_ref()
                .expect("a step exists only where its service is");
            needs.push(up(*node));
            let mut writes = vec![write(on.state, STOPPED)];
            writes.extend(on.starting.map(|starting| write(starting, 0)));
            vec![vec![Effect::quiet(writes)]]
        }
        Act::Move(group, node) => vec![vec![move_groups(translator, &[*group], *node, &mut needs)?]],
        Act::MoveAll(node) => {
            let all: Vec<GroupId> = (0..world.groups.len() as u32).map(GroupId).collect();
            vec![vec![move_groups(translator, &all, *node, &mut needs)?]]
        }
        Act::Restart(node) => {
            needs.push(up(*node));
            vec![vec![effect::down(world, *node)], vec![effect::boot(world, *node)]]
        }
        Act::PowerOff(node) => {
            needs.push(up(*node));
            vec![vec![effect::down(world, *node)]]
        }
        Act::PowerOn(node) => {
            needs.push(truth(world, world.up[node.index()], false));
            vec![vec![effect::boot(world, *node)]]
        }
        Act::Own { needs: own, outcomes, .. } => {
            needs.extend(optional(translator, own.as_ref())?);
            vec![effect::outcomes(translator, outcomes)?]
        }
    };
    let nodes = step.nodes.iter().map(|node| node.0).collect();
    Ok(Command { name: step.name.clone(), nodes, cite: step.cite.clone(), needs, phases })
}

fn optional(
    translator: &mut Translator<'_>,
    condition: Option<&model::Condition>,
) -> Result<Option<Requirement>, TooLarge> {
    condition.map(|condition| requirement(translator, condition)).transpose()
}

fn move_groups(
    translator: &mut Translator<'_>,
    groups: &[GroupId],
    node: NodeId,
    needs: &mut Vec<Requirement>,
) -> Result<Effect, TooLarge> {
    let world = translator.world();
    let mut writes = Vec::new();
    for group in groups {
        let group = &world.groups[group.index()];
        let mut more = requirement(translator, &group.needs[node.index()])?;
        // What several groups need is said once.
        more.parts.retain(|part| needs.iter().all(|known| known.parts.iter().all(|other| other.0 != part.0)));
        needs.push(more);
        writes.push(write(group.owner, node.0 as u8));
    }
    needs.retain(|needs| !needs.parts.is_empty());
    Ok(Effect::quiet(writes))
}

/// A step of a drill, which may be a fault.
pub fn drill_command(translator: &mut Translator<'_>, step: DrillStep) -> Result<Command, TooLarge> {
    let world = translator.world();
    let fault = match step {
        DrillStep::Step(id) => return command(translator, &world.steps[id.index()]),
        DrillStep::Fault(index) => &world.faults[index as usize],
    };
    let mut needs = Vec::new();
    let effects = match &fault.effect {
        FaultEffect::Crash(node) => {
            needs.push(truth(world, world.up[node.index()], true));
            vec![effect::down(world, *node)]
        }
        FaultEffect::Own { when, outcomes, .. } => {
            if let Some(when) = when {
                let text = render::expr(when, world);
                let reads = variables(when);
                let cond = translator.condition(when)?;
                needs.push(Requirement { name: text.clone(), cite: Vec::new(), parts: vec![(text, cond, reads)] });
            }
            effect::outcomes(translator, outcomes)?
        }
    };
    let nodes = fault.nodes.iter().map(|node| node.0).collect();
    Ok(Command { name: fault.name.clone(), nodes, cite: fault.cite.clone(), needs, phases: vec![effects] })
}
