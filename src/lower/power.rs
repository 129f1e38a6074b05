//! Whether it matters to a world explored alone that a node can be switched off.
//!
//! Where nothing but `restart N`, `power off N` and `power on N` themselves reads `up(N)` or `restart-pending(N)`, and they
//! stop no service and write no pending version, these steps only multiply the states, so a world explored alone is without them. Steps of services, packages and groups all
//! read `up`, so this is about worlds that are made of variables and actions alone.

use super::condition::Cond;
use super::effect::services_on;
use super::reaction::Spontaneous;
use super::step::{Command, Requirement};
use crate::resolve::model::{Act, Component, NodeId, VariableId, World};

/// The node that a step switches off or on.
pub fn switched(act: &Act) -> Option<NodeId> {
    match act {
        Act::Restart(node) | Act::PowerOff(node) | Act::PowerOn(node) => Some(*node),
        _ => None,
    }
}

/// By node: can any of these commands (those that switch nodes left out), reactions or conditions tell whether it is up?
pub fn noticed<'c>(
    world: &World,
    commands: impl Iterator<Item = &'c Command>,
    reactions: impl Iterator<Item = &'c Spontaneous>,
    conditions: &[Requirement],
) -> Vec<bool> {
    let mut reads = vec![false; world.variables.len()];
    let mut read = |variable: VariableId| reads[variable.index()] = true;
    for command in commands {
        requirements(&command.needs, &mut read);
        for effect in command.phases.iter().flatten() {
            variables(&effect.when, &mut read);
            effect.writes.iter().for_each(|write| variables(&write.when, &mut read));
        }
    }
    for reaction in reactions {
        variables(&reaction.when, &mut read);
        for effect in &reaction.effects {
            variables(&effect.when, &mut read);
            effect.writes.iter().for_each(|write| variables(&write.when, &mut read));
        }
    }
    requirements(conditions, &mut read);
    let nodes = world.up.iter().zip(&world.restart_pending).zip((0..).map(NodeId));
    nodes.map(|((up, pending), node)| reads[up.index()] || reads[pending.index()] || touched(world, node)).collect()
}

/// Whether switching the node changes more than `up` and `restart-pending`: services stop, pending versions are written.
fn touched(world: &World, node: NodeId) -> bool {
    let pending = |component: &Component| component.on[node.index()].as_ref().is_some_and(|on| on.pending.is_some());
    services_on(world, node).next().is_some() || world.components.iter().any(pending)
}

fn requirements(list: &[Requirement], read: &mut impl FnMut(VariableId)) {
    list.iter().flat_map(|one| &one.parts).for_each(|(_, cond, _)| variables(cond, read));
}

fn variables(cond: &Cond, read: &mut impl FnMut(VariableId)) {
    match cond {
        Cond::Constant(_) => {}
        Cond::Member(variable, _) => read(*variable),
        Cond::Sum(terms, _, _) => terms.iter().for_each(|(_, term)| variables(term, read)),
        Cond::Not(inner) => variables(inner, read),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|part| variables(part, read)),
    }
}
