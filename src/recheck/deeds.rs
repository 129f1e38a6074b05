//! What steps do, one half at a time.

use super::machine::{Machine, STOPPED, Way};
use crate::resolve::model::{Act, DrillStep, NodeId, PackageId, Replaces, VariableId};

impl Machine<'_> {
    /// Into how many halves a step falls; the system settles after each.
    pub fn halves(act: &Act) -> usize {
        match act {
            Act::Restart(_) => 2,
            Act::Install(..)
            | Act::Reapply(..)
            | Act::Remove(..)
            | Act::Start(..)
            | Act::Stop(..)
            | Act::Move(..)
            | Act::MoveAll(_)
            | Act::PowerOff(_)
            | Act::PowerOn(_)
            | Act::Own { .. } => 1,
        }
    }

    /// The ways in which a half of a step can go. None for the first half: the step is refused.
    pub fn act(&self, values: &[u8], act: &Act, half: usize) -> Vec<Way> {
        if half == 1 {
            return match act {
                Act::Restart(node) => vec![self.boot(values, *node)],
                _ => Vec::new(),
            };
        }
        if self.allowed(values, act) { self.done(values, act) } else { Vec::new() }
    }

    fn allowed(&self, values: &[u8], act: &Act) -> bool {
        let world = self.world;
        let up = |node: NodeId| self.is_up(values, node);
        let is = |variable: VariableId| values[variable.index()] == 1;
        let group = |group: usize, node: NodeId| self.holds(values, &world.groups[group].needs[node.index()].expr);
        match act {
            Act::Install(package, node) | Act::Reapply(package, node) => {
                let on = world.packages[package.index()].on[node.index()].as_ref();
                on.is_some_and(|on| {
                    up(*node)
                        && is(on.installed) == matches!(act, Act::Reapply(..))
                        && self.may(values, on.needs.as_ref().map(|needs| &*needs.expr))
                })
            }
            Act::Remove(package, node) => {
                let on = world.packages[package.index()].on[node.index()].as_ref();
                on.is_some_and(|on| {
                    let needs = on.remove.as_ref().map(|remove| remove.needs.as_ref());
                    let holds = needs.is_some_and(|needs| self.may(values, needs.map(|needs| &*needs.expr)));
                    up(*node) && is(on.installed) && holds
                })
            }
            Act::Start(_, node) | Act::Stop(_, node) | Act::Restart(node) | Act::PowerOff(node) => up(*node),
            Act::PowerOn(node) => !up(*node),
            Act::Move(id, node) => group(id.index(), *node),
            Act::MoveAll(node) => (0..world.groups.len()).all(|id| group(id, *node)),
            Act::Own { needs, .. } => self.may(values, needs.as_ref().map(|needs| &*needs.expr)),
        }
    }

    fn done(&self, values: &[u8], act: &Act) -> Vec<Way> {
        let world = self.world;
        let quiet = |write: &mut dyn FnMut(&mut Vec<u8>)| {
            let mut after = values.to_vec();
            write(&mut after);
            vec![Way { values: after, events: Vec::new() }]
        };
        match act {
            Act::Install(package, node) | Act::Reapply(package, node) => self.setup(values, *package, *node),
            Act::Remove(package, node) => {
                let on = world.packages[package.index()].on[node.index()].as_ref();
                let Some((on, remove)) = on.and_then(|on| Some((on, on.remove.as_ref()?))) else { return Vec::new() };
                if !self.may(values, remove.done.when.as_deref()) {
                    return Vec::new();
                }
                let mut way = self.set(values, &remove.done);
                if remove.done.set.iter().all(|assign| assign.variable != on.installed) {
                    way.values[on.installed.index()] = 0;
                }
                vec![way]
            }
            Act::Start(service, node) => vec![self.start(values, *service, *node)],
            Act::Stop(service, node) => quiet(&mut |after| {
                if let Some(on) = &world.services[service.index()].on[node.index()] {
                    after[on.state.index()] = STOPPED;
                    if let Some(starting) = on.starting {
                        after[starting.index()] = 0;
                    }
                }
            }),
            Act::Move(group, node) => {
                quiet(&mut |after| after[world.groups[group.index()].owner.index()] = node.index() as u8)
            }
            Act::MoveAll(node) => quiet(&mut |after| {
                world.groups.iter().for_each(|group| after[group.owner.index()] = node.index() as u8);
            }),
            Act::Restart(node) | Act::PowerOff(node) => vec![self.down(values, *node)],
            Act::PowerOn(node) => vec![self.boot(values, *node)],
            Act::Own { outcomes, .. } => self.outcomes(values, outcomes),
        }
    }

    /// Setup runs: the first way to fail that matches, else everything that the package does. What its `set` says goes before
    /// what it does by being a package.
    fn setup(&self, values: &[u8], package: PackageId, node: NodeId) -> Vec<Way> {
        let world = self.world;
        let package = &world.packages[package.index()];
        let Some(on) = &package.on[node.index()] else { return Vec::new() };
        if let Some(failure) = on.fails.iter().find(|failure| self.may(values, failure.when.as_deref())) {
            return vec![self.set(values, failure)];
        }
        if !self.may(values, on.done.when.as_deref()) {
            return Vec::new();
        }
        let mut after = values.to_vec();
        let restart_pending = world.restart_pending[node.index()];
        after[on.installed.index()] = 1;
        if package.restart {
            after[restart_pending.index()] = 1;
        }
        for write in &on.writes {
            let component = &world.components[write.component.index()];
            let Some(there) = &component.on[node.index()] else { continue };
            let disk = values[there.version.index()];
            let replaces = match write.replaces {
                Replaces::Always => true,
                Replaces::Older => disk < write.version,
                Replaces::Present => disk < write.version && Some(disk) != component.none,
            };
            if !replaces {
                continue;
            }
            let used = || there.in_use.as_ref().is_some_and(|in_use| self.holds(values, in_use));
            match there.pending {
                Some(pending) if write.at_restart || used() => {
                    after[pending.index()] = write.version;
                    after[restart_pending.index()] = 1;
                }
                _ => after[there.version.index()] = write.version,
            }
        }
        let said = self.set(values, &on.done);
        for assign in &on.done.set {
            after[assign.variable.index()] = said.values[assign.variable.index()];
        }
        vec![Way { values: after, events: said.events }]
    }

    /// A node boots: what was pending is written, automatic services are about to start.
    fn boot(&self, values: &[u8], node: NodeId) -> Way {
        let world = self.world;
        let mut after = values.to_vec();
        after[world.up[node.index()].index()] = 1;
        after[world.restart_pending[node.index()].index()] = 0;
        for there in world.components.iter().filter_map(|component| component.on[node.index()].as_ref()) {
            let Some(pending) = there.pending else { continue };
            let domain = &world.domains[world.variables[there.version.index()].domain.index()];
            // After the versions comes `nothing`.
            let nothing = domain.values.len() as u8;
            if values[pending.index()] < nothing {
                after[there.version.index()] = values[pending.index()];
            }
            after[pending.index()] = nothing;
        }
        for on in world.services.iter().filter_map(|service| service.on[node.index()].as_ref()) {
            if let Some(starting) = on.starting {
                after[starting.index()] = 1;
            }
        }
        Way { values: after, events: Vec::new() }
    }

    /// The ways in which a half of a drill's step, or a fault in it, can go.
    pub fn rehearse(&self, values: &[u8], step: DrillStep, half: usize) -> Vec<Way> {
        match step {
            DrillStep::Step(id) => self.act(values, &self.world.steps[id.index()].act, half),
            DrillStep::Fault(fault) if half == 0 => self.strike(values, fault),
            DrillStep::Fault(_) => Vec::new(),
        }
    }

    /// Into how many halves a drill's step falls.
    pub fn halves_of(&self, step: DrillStep) -> usize {
        match step {
            DrillStep::Step(id) => Machine::halves(&self.world.steps[id.index()].act),
            DrillStep::Fault(_) => 1,
        }
    }
}
