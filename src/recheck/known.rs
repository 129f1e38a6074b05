//! What a rechecker knows of worlds and runbooks: every field by name.
//!
//! A field that is added to the model does not compile here until somebody has said what it means for a certificate: it is
//! followed by the machine, it changes no run, or a runbook that has it is refused.

use crate::resolve::model::{
    Component, ComponentOnNode, Drill, Fault, Group, Guard, Occurrence, Outcome, Package, PackageOnNode, Reaction,
    Removal, Runbook, Service, ServiceOnNode, Step, Variable, World, Write,
};

/// What a world and a runbook have that certificates do not hold; None if there is nothing.
pub fn unknown(world: &World, runbook: &Runbook) -> Option<&'static str> {
    let found = of_runbook(runbook).or_else(|| of_world(world));
    let found = found.or_else(|| runbook.occurrences.iter().find_map(of_occurrence));
    let found = found.or_else(|| runbook.guards.iter().find_map(of_guard));
    let found = found.or_else(|| world.steps.iter().find_map(of_step));
    let found = found.or_else(|| world.reactions.iter().find_map(of_reaction));
    let found = found.or_else(|| world.faults.iter().find_map(of_fault));
    let found = found.or_else(|| world.drills.iter().find_map(of_drill));
    let found = found.or_else(|| world.packages.iter().find_map(of_package));
    let found = found.or_else(|| world.components.iter().find_map(of_component));
    let found = found.or_else(|| world.services.iter().find_map(of_service));
    let found = found.or_else(|| world.groups.iter().find_map(of_group));
    found.or_else(|| world.variables.iter().find_map(of_variable))
}

/// Says what of a runbook is not known.
fn of_runbook(runbook: &Runbook) -> Option<&'static str> {
    let Runbook {
        title: _,
        initial: _,
        faults: _,
        budgets: _,
        slips: _,
        occurrences: _,
        root: _,
        guards: _,
        loops,
        // Without loops and reactions that take time nothing hangs on it.
        fair: _,
        chains: _,
        claims: _,
        span: _,
    } = runbook;
    (!loops.is_empty()).then_some("steps that are repeated until something holds")
}

fn of_world(world: &World) -> Option<&'static str> {
    let World {
        title: _,
        nodes: _,
        domains: _,
        variables: _,
        components: _,
        packages: _,
        services: _,
        groups: _,
        events: _,
        up: _,
        restart_pending: _,
        steps: _,
        reactions: _,
        faults: _,
        health: _,
        always: _,
        drills: _,
        initial: _,
    } = world;
    None
}

fn of_occurrence(Occurrence { label: _, step: _, guards: _, span: _, line: _ }: &Occurrence) -> Option<&'static str> {
    None
}

fn of_guard(Guard { text: _, when: _, steps: _ }: &Guard) -> Option<&'static str> {
    None
}

fn of_variable(
    Variable { name: _, short: _, node: _, domain: _, hidden: _, observable: _ }: &Variable,
) -> Option<&'static str> {
    None
}

fn of_step(Step { name: _, nodes: _, cite: _, act: _ }: &Step) -> Option<&'static str> {
    None
}

fn of_reaction(reaction: &Reaction) -> Option<&'static str> {
    let Reaction { name: _, of: _, nodes: _, cite: _, when: _, takes_time, outcomes } = reaction;
    if *takes_time {
        return Some("reactions that take time");
    }
    outcomes.iter().find_map(of_outcome)
}

fn of_outcome(Outcome { when: _, set: _, events: _, cite: _, fails: _ }: &Outcome) -> Option<&'static str> {
    None
}

fn of_fault(Fault { name: _, family: _, nodes: _, cite: _, effect: _ }: &Fault) -> Option<&'static str> {
    None
}

fn of_drill(drill: &Drill) -> Option<&'static str> {
    let Drill { name: _, title: _, cite: _, act: _, expect: _, then: _, expect_after: _ } = drill;
    None
}

fn of_package(Package { name: _, title: _, cite: _, restart: _, on }: &Package) -> Option<&'static str> {
    on.iter().flatten().find_map(|here| {
        let PackageOnNode { installed: _, needs: _, fails: _, done: _, writes, remove, interrupted: _ } = here;
        let written = writes.iter().find_map(|Write { component: _, version: _, replaces: _, at_restart: _ }| None);
        written.or_else(|| remove.iter().find_map(|Removal { needs: _, done: _ }| None))
    })
}

fn of_component(Component { name: _, title: _, on, none: _ }: &Component) -> Option<&'static str> {
    on.iter().flatten().find_map(|ComponentOnNode { version: _, pending: _, in_use: _ }| None)
}

fn of_service(service: &Service) -> Option<&'static str> {
    let Service { name: _, title: _, cite: _, automatic: _, events: _, on } = service;
    on.iter().flatten().find_map(|ServiceOnNode { state: _, starting: _, needs: _ }| None)
}

fn of_group(group: &Group) -> Option<&'static str> {
    let Group { name: _, title: _, cite: _, owner: _, automatic: _, needs: _ } = group;
    None
}
