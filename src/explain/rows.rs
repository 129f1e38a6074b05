//! A run told row by row: what each step or fault changed on which node, what was raised, refused or passed over.

use super::cause::{broken, merged, value_name};
use super::data::{Actor, Broken, Note, Row, Value, Went, What};
use super::history::{Act, History, Moment, Went as Done, Who};
use super::support::support;
use crate::system::{EventId, Layout, OccurrenceId, Predicate, Procedure, State, Step, System, VarId};

/// The value of `c.pending(n)` that says no write is waiting.
const NOTHING: &str = "nothing";

/// One row for each act of `range`; the start only if something happens in it.
pub fn rows(history: &History<'_>, range: std::ops::Range<usize>) -> Vec<Row> {
    range
        .map(|index| (index, &history.acts[index]))
        .filter(|(_, act)| !is_rest(history.system, act.occurrence()))
        .filter(|(_, act)| !matches!(act.who, Who::Start) || !act.moments.is_empty() || !act.always.is_empty())
        .map(|(index, act)| row(history, index, act))
        .collect()
}

/// Whether an occurrence is the one that stands for the end, which nobody does.
pub fn is_rest(system: &System, id: Option<OccurrenceId>) -> bool {
    matches!(&system.procedure, Procedure::Ordered(plan) if id.is_some() && plan.retries.rest == id)
}

fn row(history: &History<'_>, index: usize, act: &Act<'_>) -> Row {
    let system = history.system;
    let failed = act.moments.iter().any(|moment| moment.reaction.is_none() && moment.outcome.is_some_and(|o| o.fails));
    let own = act.moments.iter().filter(|moment| moment.reaction.is_none());
    let mut cite: Vec<String> = act.who.cite().to_vec();
    for source in own.filter_map(|moment| moment.outcome).flat_map(|outcome| &outcome.cite) {
        if !cite.contains(source) {
            cite.push(source.clone());
        }
    }
    Row {
        number: act.occurrence().map(|_| history.number(index)),
        actor: match act.who {
            Who::Start => Actor::Start,
            Who::Occurrence(..) | Who::Step(_) => Actor::Step,
            Who::Fault(_) => Actor::Fault,
            Who::Slow(_) => Actor::System,
        },
        again: (act.pass > 1).then_some(act.pass),
        text: act.who.name().unwrap_or("start").to_owned(),
        label: label(system, act),
        went: match act.went {
            Done::Done if failed => Went::Failed,
            Done::Done => Went::Done,
            Done::Refused => Went::Refused,
            Done::PassedOver(_) => Went::PassedOver,
        },
        condition: match act.went {
            Done::PassedOver(text) => Some(text.to_owned()),
            Done::Done | Done::Refused => None,
        },
        cite,
        node: only(act.who.nodes()),
        refused: match (act.went, act.who.step()) {
            (Done::Refused, Some(step)) => refusal(system, step, &act.before),
            _ => Vec::new(),
        },
        notes: notes(system, act),
        always: act.always.iter().map(|index| system.always[*index as usize].name.clone()).collect(),
    }
}

/// The occurrence's label, where it says more than the sentence.
fn label(system: &System, act: &Act<'_>) -> Option<String> {
    let (Procedure::Ordered(plan), Who::Occurrence(id, step)) = (&system.procedure, act.who) else { return None };
    let label = &plan.occurrences[id.0 as usize].label;
    (!label.starts_with(&step.name)).then(|| label.clone())
}

/// Why a step is refused in a state: parts of its needs, or that no outcome of its first phase is possible.
pub fn refusal(system: &System, step: &Step, state: &State) -> Vec<Broken> {
    let parts = merged(step.needs.iter().flat_map(|needs| broken(system, needs, state)));
    if !parts.is_empty() {
        return parts;
    }
    let values = impossible(system, step, state).into_iter().map(|var| Value {
        variable: super::cause::var_name(system, var),
        value: value_name(system, var, state),
        breaks: true,
    });
    vec![Broken {
        condition: step.name.clone(),
        part: "one of its outcomes is possible".to_owned(),
        cite: step.cite.clone(),
        values: values.collect(),
    }]
}

/// The visible variables because of which no outcome of the first phase is possible.
pub fn impossible(system: &System, step: &Step, state: &State) -> Vec<VarId> {
    let whens = step.phases.first().into_iter().flat_map(|phase| &phase.outcomes).map(|outcome| outcome.when.clone());
    let mut vars = support(&system.layout, &Predicate::Any(whens.collect()), state);
    vars.retain(|var| !system.origins.vars[var.0 as usize].hidden);
    vars
}

/// Changes between before and after the act, each at the moment of its last change, and the events of that moment.
fn notes(system: &System, act: &Act<'_>) -> Vec<Note> {
    let after = act.after();
    let mut notes = Vec::new();
    for (index, moment) in act.moments.iter().enumerate() {
        let mut changes = Vec::new();
        for var in changed(&system.layout, moment) {
            let net = system.layout.get(&act.before, var) != system.layout.get(&after, var);
            let last = !act.moments[index + 1..].iter().any(|later| changed(&system.layout, later).any(|v| v == var));
            if net && last && !system.origins.vars[var.0 as usize].hidden {
                changes.push(note(moment, var_node(system, var), change(system, act, var)));
            }
        }
        let nodes = moment.reaction.map_or(act.who.nodes(), |reaction| &reaction.nodes);
        let events = moment.events().iter().map(|event| note(moment, only(nodes), raised(system, *event)));
        // What failed is said before what came of it.
        if moment.outcome.is_some_and(|outcome| outcome.fails) {
            notes.extend(events.chain(changes));
        } else {
            notes.extend(changes.into_iter().chain(events));
        }
    }
    notes
}

fn note(moment: &Moment<'_>, node: Option<usize>, what: What) -> Note {
    Note {
        node,
        by: moment.reaction.map(|reaction| reaction.name.clone()),
        cite: moment.outcome.map(|outcome| outcome.cite.clone()).unwrap_or_default(),
        what,
    }
}

fn changed<'m>(layout: &'m Layout, moment: &'m Moment<'_>) -> impl Iterator<Item = VarId> + 'm {
    let vars = (0..layout.slots.len()).map(|index| VarId(u32::try_from(index).expect("fewer variables than u32::MAX")));
    vars.filter(|var| layout.get(&moment.before, *var) != layout.get(&moment.after, *var))
}

/// A version that starts to wait for a restart is told as a change of the component itself.
fn change(system: &System, act: &Act<'_>, var: VarId) -> What {
    let origin = &system.origins.vars[var.0 as usize];
    let after = act.after();
    let to = value_name(system, var, &after);
    let component = origin.short.strip_suffix(".pending").and_then(|short| {
        let place = system.origins.vars.iter().position(|other| other.short == short && other.node == origin.node)?;
        Some(VarId(u32::try_from(place).expect("fewer variables than u32::MAX")))
    });
    match component {
        Some(component) if to != NOTHING => What::Change {
            variable: super::cause::var_name(system, component),
            short: system.origins.vars[component.0 as usize].short.clone(),
            from: value_name(system, component, &after),
            to,
            at_restart: true,
            implied: false,
        },
        _ => What::Change {
            variable: origin.name.clone(),
            short: origin.short.clone(),
            from: value_name(system, var, &act.before),
            to,
            at_restart: false,
            implied: component.is_some() || implied(&origin.short, act.who),
        },
    }
}

/// Whether the row's sentence says as much as the change does.
fn implied(short: &str, who: Who<'_>) -> bool {
    let sentence = who.name().unwrap_or_default();
    match short {
        "restart-pending" => true,
        "up" => ["power off ", "power on ", "crash on "].iter().any(|verb| sentence.starts_with(verb)),
        _ => short.strip_prefix("installed(").and_then(|rest| rest.strip_suffix(')')).is_some_and(|package| {
            ["install", "reapply", "remove"].iter().any(|verb| sentence.starts_with(&format!("{verb} {package} on ")))
        }),
    }
}

fn raised(system: &System, event: EventId) -> What {
    let origin = &system.origins.events[event.0 as usize];
    What::Event {
        name: origin.name.clone(),
        source: origin.source.clone(),
        code: origin.code.clone(),
        text: origin.text.clone(),
        cite: origin.cite.clone(),
    }
}

fn var_node(system: &System, var: VarId) -> Option<usize> {
    system.origins.vars[var.0 as usize].node.map(|node| node as usize)
}

/// The node, where there is exactly one.
fn only(nodes: &[u32]) -> Option<usize> {
    match nodes {
        [node] => Some(*node as usize),
        _ => None,
    }
}
