//! What the domain's verbs do to variables: install, start, stop, go down, boot.

use super::TooLarge;
use super::condition::{Cond, Translator};
use crate::resolve::model::{self, NodeId, Replaces, ServiceOnNode, Value, VariableId, World};
use crate::system::EventId;

/// An assignment of one value index, done if the condition holds before the outcome.
#[derive(Clone, Debug)]
pub struct Write {
    /// Read before the outcome.
    pub when: Cond,
    /// What is written.
    pub variable: VariableId,
    /// What it becomes.
    pub value: u8,
}

/// One way in which a command can go, over model variables.
#[derive(Clone, Debug)]
pub struct Effect {
    /// Possible where it holds.
    pub when: Cond,
    /// Simultaneous; writes to one variable exclude each other.
    pub writes: Vec<Write>,
    /// Raised.
    pub events: Vec<EventId>,
    /// The step is said to have failed.
    pub fails: bool,
    /// Sources.
    pub cite: Vec<String>,
}

impl Effect {
    /// An effect without events, always possible.
    pub fn quiet(writes: Vec<Write>) -> Effect {
        Effect { when: Cond::Constant(true), writes, events: Vec::new(), fails: false, cite: Vec::new() }
    }

    /// Makes the effect possible only where the condition holds too.
    #[must_use]
    pub fn only(mut self, when: Cond) -> Effect {
        self.when = Cond::all([when, self.when]);
        self
    }
}

/// States of a service, as value indices.
pub const STOPPED: u8 = 0;
/// See [`STOPPED`].
pub const RUNNING: u8 = 1;
/// See [`STOPPED`].
pub const FAILED: u8 = 2;

/// An unconditional write.
pub fn write(variable: VariableId, value: u8) -> Write {
    Write { when: Cond::Constant(true), variable, value }
}

/// An outcome written in the world.
pub fn outcome(translator: &mut Translator<'_>, outcome: &model::Outcome) -> Result<Effect, TooLarge> {
    let mut writes = Vec::new();
    for assign in &outcome.set {
        match &assign.value {
            Value::Index(value) => writes.push(write(assign.variable, *value)),
            Value::Truth(expr) => {
                let holds = translator.condition(expr)?;
                writes.push(Write { when: holds.clone(), variable: assign.variable, value: 1 });
                writes.push(Write { when: holds.negate(), variable: assign.variable, value: 0 });
            }
            Value::Term(term) => {
                let values = translator.values(assign.variable, term)?;
                writes.extend(values.into_iter().map(|(when, value)| Write { when, variable: assign.variable, value }));
            }
        }
    }
    Ok(Effect {
        when: translator.guard(outcome.when.as_deref())?,
        writes,
        events: outcome.events.iter().map(|event| EventId(event.0)).collect(),
        fails: outcome.fails,
        cite: outcome.cite.clone(),
    })
}

/// The world's own outcomes.
pub fn outcomes(translator: &mut Translator<'_>, list: &[model::Outcome]) -> Result<Vec<Effect>, TooLarge> {
    list.iter().map(|one| outcome(translator, one)).collect()
}

/// Setup runs: the first of `fails` that matches, else everything that the package does.
pub fn setup(translator: &mut Translator<'_>, package: &model::Package, node: NodeId) -> Result<Vec<Effect>, TooLarge> {
    let world = translator.world();
    let here = package.on[node.index()].as_ref().expect("a step exists only where its package can be");
    let mut effects = Vec::new();
    let mut none_before = Cond::Constant(true);
    for failure in &here.fails {
        let mut effect = outcome(translator, failure)?;
        let matches = std::mem::replace(&mut effect.when, Cond::Constant(true));
        effects.push(effect.only(Cond::all([none_before.clone(), matches.clone()])));
        none_before = Cond::all([none_before, matches.negate()]);
    }
    let mut done = outcome(translator, &here.done)?.only(none_before);
    let said: Vec<VariableId> = done.writes.iter().map(|write| write.variable).collect();
    let mut implied = vec![write(here.installed, 1)];
    let mut restart = vec![Cond::Constant(package.restart)];
    for one in &here.writes {
        let component = &world.components[one.component.index()];
        let on = component.on[node.index()].as_ref().expect("writes to components that are not there are left out");
        let older = (1u64 << one.version) - 1;
        let replaced = match one.replaces {
            Replaces::Always => Cond::Constant(true),
            Replaces::Older => Cond::Member(on.version, older),
            Replaces::Present => Cond::Member(on.version, older & !component.none.map_or(0, |none| 1 << none)),
        };
        let waits = match (on.pending, one.at_restart) {
            (None, _) => Cond::Constant(false),
            (Some(_), true) => Cond::Constant(true),
            (Some(_), false) => match &on.in_use {
                Some(in_use) => translator.condition(in_use)?,
                None => Cond::Constant(false),
            },
        };
        let (at_once, later) = (Cond::all([replaced.clone(), waits.clone().negate()]), Cond::all([replaced, waits]));
        implied.push(Write { when: at_once, variable: on.version, value: one.version });
        if let Some(pending) = on.pending {
            implied.push(Write { when: later.clone(), variable: pending, value: one.version });
        }
        restart.push(later);
    }
    implied.push(Write { when: Cond::any(restart), variable: world.restart_pending[node.index()], value: 1 });
    implied.retain(|write| write.when != Cond::Constant(false) && !said.contains(&write.variable));
    done.writes.extend(implied);
    effects.push(done);
    Ok(effects)
}

/// The services on a node.
pub fn services_on(world: &World, node: NodeId) -> impl Iterator<Item = (&model::Service, &ServiceOnNode)> {
    world.services.iter().filter_map(move |service| Some((service, service.on[node.index()].as_ref()?)))
}

/// The node goes down: its services stop.
pub fn down(world: &World, node: NodeId) -> Effect {
    let mut writes = vec![write(world.up[node.index()], 0)];
    for (_, service) in services_on(world, node) {
        writes.push(write(service.state, STOPPED));
        writes.extend(service.starting.map(|starting| write(starting, 0)));
    }
    Effect::quiet(writes)
}

/// The node boots: what was pending is written, automatic services are about to start.
pub fn boot(world: &World, node: NodeId) -> Effect {
    let mut writes = vec![write(world.up[node.index()], 1), write(world.restart_pending[node.index()], 0)];
    for component in &world.components {
        let Some(on) = &component.on[node.index()] else { continue };
        let Some(pending) = on.pending else { continue };
        let versions = world.domains[world.variables[on.version.index()].domain.index()].values.len() as u8;
        writes.extend((0..versions).map(|version| Write {
            when: Cond::is(pending, version),
            variable: on.version,
            value: version,
        }));
        writes.push(write(pending, versions));
    }
    writes.extend(services_on(world, node).filter_map(|(_, service)| Some(write(service.starting?, 1))));
    Effect::quiet(writes)
}

/// A start of a service is tried: it runs, or it fails with its events.
pub fn start(
    translator: &mut Translator<'_>,
    service: &model::Service,
    on: &ServiceOnNode,
) -> Result<[Effect; 2], TooLarge> {
    let needs = translator.guard(on.needs.as_ref().map(|needs| &*needs.expr))?;
    let running = Cond::any([Cond::is(on.state, RUNNING), needs]);
    let set = |state| {
        let mut writes = vec![write(on.state, state)];
        writes.extend(on.starting.map(|starting| write(starting, 0)));
        Effect::quiet(writes)
    };
    let mut failed = set(FAILED).only(running.clone().negate());
    failed.fails = true;
    failed.events = service.events.iter().map(|event| EventId(event.0)).collect();
    failed.cite = service.cite.clone();
    Ok([set(RUNNING).only(running), failed])
}
