//! What happens by itself: the world's reactions, automatic start, failover; and what goes wrong.

use super::TooLarge;
use super::condition::{Cond, Translator};
use super::effect::{self, Effect, Write, write};
use super::step::variables;
use crate::resolve::model::{self, FaultEffect, NodeId, ServiceId, VariableId, World};

/// A reaction or fault over model variables.
#[derive(Clone, Debug)]
pub struct Spontaneous {
    /// As a trace prints it.
    pub name: String,
    /// Nodes concerned.
    pub nodes: Vec<u32>,
    /// Sources.
    pub cite: Vec<String>,
    /// Enabled where it holds.
    pub when: Cond,
    /// At least one.
    pub effects: Vec<Effect>,
}

/// The reactions that take time.
pub fn slow(translator: &mut Translator<'_>) -> Result<Vec<Spontaneous>, TooLarge> {
    let world = translator.world();
    world.reactions.iter().filter(|one| one.takes_time).map(|one| own(translator, one)).collect()
}

fn own(translator: &mut Translator<'_>, reaction: &model::Reaction) -> Result<Spontaneous, TooLarge> {
    Ok(Spontaneous {
        name: reaction.name.clone(),
        nodes: reaction.nodes.iter().map(|node| node.0).collect(),
        cite: reaction.cite.clone(),
        when: translator.guard(reaction.when.as_deref())?,
        effects: effect::outcomes(translator, &reaction.outcomes)?,
    })
}

/// All reactions that happen at once: the world's own, then automatic starts, then failovers.
pub fn reactions(translator: &mut Translator<'_>) -> Result<Vec<Spontaneous>, TooLarge> {
    let world = translator.world();
    let mut all = Vec::new();
    for reaction in world.reactions.iter().filter(|one| !one.takes_time) {
        all.push(own(translator, reaction)?);
    }
    for node in (0..world.nodes.len() as u32).map(NodeId) {
        automatic_starts(translator, node, &mut all)?;
    }
    for group in &world.groups {
        failovers(translator, group, &mut all)?;
    }
    Ok(all)
}

fn automatic_starts(translator: &mut Translator<'_>, node: NodeId, all: &mut Vec<Spontaneous>) -> Result<(), TooLarge> {
    let world = translator.world();
    let waits = start_order(world, node);
    for (index, service) in world.services.iter().enumerate() {
        let Some(on) = &service.on[node.index()] else { continue };
        let Some(starting) = on.starting else { continue };
        let first = waits[index].iter().filter_map(|other| {
            let other = world.services[other.index()].on[node.index()].as_ref()?;
            Some(Cond::is(other.starting?, 0))
        });
        let when = Cond::all([Cond::holds(starting), Cond::holds(world.up[node.index()])].into_iter().chain(first));
        all.push(Spontaneous {
            name: format!("{} starts on {}", service.name, world.nodes[node.index()]),
            nodes: vec![node.0],
            cite: service.cite.clone(),
            when,
            effects: effect::start(translator, service, on)?.into(),
        });
    }
    Ok(())
}

/// For each service, the services on the node that start before it: those that its `needs` reads, directly or
/// through others, but for those that wait for it themselves.
fn start_order(world: &World, node: NodeId) -> Vec<Vec<ServiceId>> {
    let count = world.services.len();
    let state = |service: usize| world.services[service].on[node.index()].as_ref().map(|on| on.state);
    let mut reaches = vec![vec![false; count]; count];
    for (from, service) in world.services.iter().enumerate() {
        let Some(needs) = service.on[node.index()].as_ref().and_then(|on| on.needs.as_ref()) else { continue };
        for variable in variables(&needs.expr) {
            for (to, reached) in reaches[from].iter_mut().enumerate() {
                *reached |= to != from && state(to) == Some(variable);
            }
        }
    }
    for middle in 0..count {
        let through = reaches[middle].clone();
        for row in reaches.iter_mut().filter(|row| row[middle]) {
            row.iter_mut().zip(&through).for_each(|(reached, further)| *reached |= further);
        }
    }
    (0..count)
        .map(|from| {
            (0..count).filter(|&to| reaches[from][to] && !reaches[to][from]).map(|to| ServiceId(to as u32)).collect()
        })
        .collect()
}

fn failovers(
    translator: &mut Translator<'_>,
    group: &model::Group,
    all: &mut Vec<Spontaneous>,
) -> Result<(), TooLarge> {
    if !group.automatic {
        return Ok(());
    }
    let world = translator.world();
    let mut can = Vec::new();
    for needs in &group.needs {
        can.push(translator.condition(&needs.expr)?);
    }
    let offline = Cond::any(
        can.iter().enumerate().map(|(node, can)| Cond::all([Cond::is(group.owner, node as u8), can.clone()])),
    )
    .negate();
    for (node, can) in can.into_iter().enumerate() {
        all.push(Spontaneous {
            name: format!("{} fails over to {}", group.name, world.nodes[node]),
            nodes: vec![node as u32],
            cite: group.cite.clone(),
            when: Cond::all([offline.clone(), can]),
            effects: vec![Effect::quiet(vec![write(group.owner, node as u8)])],
        });
    }
    Ok(())
}

/// A fault that draws from a budget: a counter that holds how many times it may still strike.
pub fn fault(
    translator: &mut Translator<'_>,
    fault: &model::Fault,
    budget: VariableId,
    most: u8,
) -> Result<Spontaneous, TooLarge> {
    let world = translator.world();
    let (when, mut effects) = match &fault.effect {
        FaultEffect::Crash(node) => (Cond::holds(world.up[node.index()]), vec![effect::down(world, *node)]),
        FaultEffect::Own { when, outcomes, .. } => {
            (translator.guard(when.as_deref())?, effect::outcomes(translator, outcomes)?)
        }
    };
    for effect in &mut effects {
        effect.writes.extend((1..=most).map(|left| Write {
            when: Cond::is(budget, left),
            variable: budget,
            value: left - 1,
        }));
    }
    Ok(Spontaneous {
        name: fault.name.clone(),
        nodes: fault.nodes.iter().map(|node| node.0).collect(),
        cite: fault.cite.clone(),
        when: Cond::all([Cond::is(budget, 0).negate(), when]),
        effects,
    })
}
