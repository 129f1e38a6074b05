//! The world as a machine: what holds in a state, and what one outcome, reaction or fault makes of it.
//!
//! A state lists a value index for each variable of the world, then how often the faults of each budget may still strike, then
//! for each `if` 0, or 1 for no and 2 for yes where its answer is still needed.

use super::certificate::Question;
use crate::resolve::evaluate::{Evaluation, Reads};
use crate::resolve::model::{
    Condition, DomainKind, EventId, Expr, FaultEffect, GroupId, NodeId, Outcome, Runbook, ServiceId, Value, World,
};
use std::collections::BTreeSet;

/// A state.
pub(super) type Values = Vec<u8>;

/// What was seen in a run: 0 stands for any `always` condition that broke, `i + 1` for the i-th thing that is watched.
pub(super) type Marks = BTreeSet<u16>;

/// One way in which something goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub values: Values,
    pub events: Vec<EventId>,
}

/// What the system does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// The world's own.
    Own(usize),
    /// A service starts as its node has booted.
    Start(ServiceId, NodeId),
    /// A group moves.
    Failover(GroupId, NodeId),
}

/// A world and a runbook, ready to be run.
pub(super) struct Machine<'m> {
    pub world: &'m World,
    pub runbook: &'m Runbook,
    /// All there are.
    pub reactions: Vec<Reaction>,
    /// By node and service, the services on the node that start before it.
    first: Vec<Vec<Vec<ServiceId>>>,
    /// What is watched.
    watched: Vec<Question>,
}

/// The states of a service.
pub(super) const STOPPED: u8 = 0;
pub(super) const RUNNING: u8 = 1;
pub(super) const FAILED: u8 = 2;

impl<'m> Machine<'m> {
    pub fn new(world: &'m World, runbook: &'m Runbook, watched: Vec<Question>) -> Machine<'m> {
        let nodes = || (0..world.nodes.len()).map(|node| NodeId(u32::try_from(node).expect("nodes are few")));
        let mut reactions: Vec<Reaction> = (0..world.reactions.len()).map(Reaction::Own).collect();
        for node in nodes() {
            for (service, id) in world.services.iter().zip((0..).map(ServiceId)) {
                if service.on[node.index()].as_ref().is_some_and(|on| on.starting.is_some()) {
                    reactions.push(Reaction::Start(id, node));
                }
            }
        }
        for (group, id) in world.groups.iter().zip((0..).map(GroupId)) {
            if group.automatic {
                reactions.extend(nodes().map(|node| Reaction::Failover(id, node)));
            }
        }
        let first = nodes().map(|node| start_order(world, node)).collect();
        Machine { world, runbook, reactions, first, watched }
    }

    pub fn holds(&self, values: &[u8], expr: &Expr) -> bool {
        Evaluation::new(self.world, values).holds(expr)
    }

    pub fn may(&self, values: &[u8], when: Option<&Expr>) -> bool {
        when.is_none_or(|when| self.holds(values, when))
    }

    pub fn all_hold(&self, values: &[u8], conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| self.holds(values, &condition.expr))
    }

    pub fn is_up(&self, values: &[u8], node: NodeId) -> bool {
        values[self.world.up[node.index()].index()] == 1
    }

    /// What an outcome does to a state: every right side reads the state before.
    pub fn set(&self, values: &[u8], outcome: &Outcome) -> Way {
        let before = Evaluation::new(self.world, values);
        let mut after = values.to_vec();
        for assign in &outcome.set {
            after[assign.variable.index()] = match &assign.value {
                Value::Index(index) => *index,
                Value::Truth(expr) => u8::from(before.holds(expr)),
                Value::Term(term) => {
                    let domain = &self.world.domains[self.world.variables[assign.variable.index()].domain.index()];
                    let lowest = if let DomainKind::Range(lowest) = domain.kind { lowest } else { 0 };
                    // The resolver made sure that it is in the domain; a value that is not fits no state of a certificate.
                    u8::try_from(before.number(term) - lowest).unwrap_or(u8::MAX)
                }
            };
        }
        Way { values: after, events: outcome.events.clone() }
    }

    /// The outcomes that are possible.
    pub fn outcomes(&self, values: &[u8], outcomes: &[Outcome]) -> Vec<Way> {
        let possible = outcomes.iter().filter(|outcome| self.may(values, outcome.when.as_deref()));
        possible.map(|outcome| self.set(values, outcome)).collect()
    }

    /// What a reaction can do; nothing where it is not enabled.
    pub fn react(&self, values: &[u8], reaction: Reaction) -> Vec<Way> {
        let world = self.world;
        match reaction {
            Reaction::Own(index) => {
                let own = &world.reactions[index];
                if self.may(values, own.when.as_deref()) { self.outcomes(values, &own.outcomes) } else { Vec::new() }
            }
            Reaction::Start(id, node) => {
                let waiting = |service: &ServiceId| {
                    let on = world.services[service.index()].on[node.index()].as_ref();
                    on.and_then(|on| on.starting).is_some_and(|starting| values[starting.index()] == 1)
                };
                let others = &self.first[node.index()][id.index()];
                if self.is_up(values, node) && waiting(&id) && !others.iter().any(waiting) {
                    vec![self.start(values, id, node)]
                } else {
                    Vec::new()
                }
            }
            Reaction::Failover(id, node) => {
                let group = &world.groups[id.index()];
                let owner = usize::from(values[group.owner.index()]);
                let has = |node: usize| self.holds(values, &group.needs[node].expr);
                if has(owner) || !has(node.index()) {
                    return Vec::new();
                }
                let mut after = values.to_vec();
                after[group.owner.index()] = node.index() as u8;
                vec![Way { values: after, events: Vec::new() }]
            }
        }
    }

    /// The name of a reaction, as runs show it.
    pub fn name(&self, reaction: Reaction) -> String {
        let world = self.world;
        match reaction {
            Reaction::Own(index) => world.reactions[index].name.clone(),
            Reaction::Start(id, node) => {
                format!("{} starts on {}", world.services[id.index()].name, world.nodes[node.index()])
            }
            Reaction::Failover(id, node) => {
                format!("{} fails over to {}", world.groups[id.index()].name, world.nodes[node.index()])
            }
        }
    }

    /// A start of a service is tried.
    pub fn start(&self, values: &[u8], id: ServiceId, node: NodeId) -> Way {
        let service = &self.world.services[id.index()];
        let on = service.on[node.index()].as_ref().expect("only services that are on the node are started there");
        let runs = values[on.state.index()] == RUNNING;
        let can = runs || self.may(values, on.needs.as_ref().map(|needs| &*needs.expr));
        let mut after = values.to_vec();
        after[on.state.index()] = if can { RUNNING } else { FAILED };
        if let Some(starting) = on.starting {
            after[starting.index()] = 0;
        }
        Way { values: after, events: if can { Vec::new() } else { service.events.clone() } }
    }

    /// A node goes down.
    pub fn down(&self, values: &[u8], node: NodeId) -> Way {
        let mut after = values.to_vec();
        after[self.world.up[node.index()].index()] = 0;
        for on in self.world.services.iter().filter_map(|service| service.on[node.index()].as_ref()) {
            after[on.state.index()] = STOPPED;
            if let Some(starting) = on.starting {
                after[starting.index()] = 0;
            }
        }
        Way { values: after, events: Vec::new() }
    }

    /// What a fault can do, whatever its budget; nothing where it cannot strike.
    pub fn strike(&self, values: &[u8], fault: u32) -> Vec<Way> {
        match &self.world.faults[fault as usize].effect {
            FaultEffect::Crash(node) if self.is_up(values, *node) => vec![self.down(values, *node)],
            FaultEffect::Crash(_) => Vec::new(),
            FaultEffect::Own { when, outcomes, .. } if self.may(values, when.as_deref()) => {
                self.outcomes(values, outcomes)
            }
            FaultEffect::Own { .. } => Vec::new(),
        }
    }

    /// The marks that events leave.
    pub fn seen(&self, events: &[EventId]) -> Marks {
        let is = |question: &Question| match question {
            Question::Event(name) => events.iter().any(|event| self.world.events[event.index()].name == *name),
            Question::Good | Question::Refused | Question::Keeps(_) => false,
        };
        self.marks(is)
    }

    /// The marks that a stable state leaves.
    pub fn broken(&self, values: &[u8]) -> Marks {
        let breaks = |condition: &&Condition| !self.holds(values, &condition.expr);
        let broken: Vec<&str> =
            self.world.always.iter().filter(breaks).map(|condition| condition.name.as_str()).collect();
        let mut marks = self.marks(|question| match question {
            Question::Keeps(name) => broken.contains(&name.as_str()),
            Question::Good | Question::Refused | Question::Event(_) => false,
        });
        if !broken.is_empty() {
            marks.insert(0);
        }
        marks
    }

    /// The mark of something that is watched.
    pub fn mark(&self, question: &Question) -> Option<u16> {
        (1..).zip(&self.watched).find(|(_, watched)| *watched == question).map(|(mark, _)| mark)
    }

    fn marks(&self, is: impl Fn(&Question) -> bool) -> Marks {
        (1..).zip(&self.watched).filter(|(_, question)| is(question)).map(|(mark, _)| mark).collect()
    }
}

/// By service, the services on the node that start before it: those that its `needs` reads, directly or through others, but for
/// those that wait for it themselves.
fn start_order(world: &World, node: NodeId) -> Vec<Vec<ServiceId>> {
    let on = |service: usize| world.services[service].on[node.index()].as_ref();
    let reads = |from: usize| {
        let mut reads = Reads::default();
        if let Some(needs) = on(from).and_then(|on| on.needs.as_ref()) {
            reads.expr(&needs.expr);
        }
        reads.variables
    };
    let direct: Vec<BTreeSet<usize>> = (0..world.services.len())
        .map(|from| {
            let reads = reads(from);
            let read = |to: &usize| *to != from && on(*to).is_some_and(|on| reads.contains(&on.state));
            (0..world.services.len()).filter(read).collect()
        })
        .collect();
    let reached: Vec<BTreeSet<usize>> = (0..world.services.len())
        .map(|from| {
            let (mut seen, mut todo) = (BTreeSet::new(), Vec::from_iter(&direct[from]));
            while let Some(to) = todo.pop() {
                if seen.insert(*to) {
                    todo.extend(&direct[*to]);
                }
            }
            seen
        })
        .collect();
    let before = |from: usize| {
        let others = reached[from].iter().filter(|to| **to != from && !reached[**to].contains(&from));
        others.map(|to| ServiceId(u32::try_from(*to).expect("services are few"))).collect()
    };
    (0..world.services.len()).map(before).collect()
}
