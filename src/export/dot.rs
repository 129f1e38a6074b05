//! Graphviz: the graph of pairs of a position and a stable state.

use super::graph::{Edge, Graph, To};
use super::names::line;
use super::words::Words;
use crate::base::Map;
use crate::system::{Finish, System};
use std::fmt::{Result, Write};

/// More pairs than this make no picture.
pub const MOST_PAIRS: usize = 2_000;

/// More variables than this are not listed in a node.
const MOST_LISTED: usize = 8;

/// Writes a graph. A node says what is not as in the first one.
pub fn write(system: &System, title: &str, graph: &Graph) -> String {
    let mut out = String::new();
    Dot { system, graph }.all(title, &mut out).expect("writing to a string never fails");
    out
}

struct Dot<'g> {
    system: &'g System,
    graph: &'g Graph,
}

impl Dot<'_> {
    fn all(&self, title: &str, out: &mut String) -> Result {
        writeln!(out, "// {}", line(title))?;
        writeln!(out, "// One node for each pair of a position and a stable state: {}.", self.graph.pairs.len())?;
        writeln!(out, "// A node says how many steps are done and what is not as in the first one.")?;
        writeln!(out, "digraph procedure {{\n  label=\"{}\";\n  node [shape=box];", escaped(title))?;
        for (number, end) in self.graph.ends.iter().enumerate() {
            let look = match end {
                None => "",
                Some(Finish::Healthy) => ", style=filled, fillcolor=palegreen",
                Some(Finish::Unhealthy(_) | Finish::Drill(_)) => ", style=filled, fillcolor=lightpink",
            };
            writeln!(out, "  n{number} [label=\"{}\"{look}];", self.node(number))?;
        }
        let lost: Vec<(To, &str)> = vec![(To::Refused, "refused"), (To::Unsettled, "unsettled")];
        for (to, name) in &lost {
            if self.graph.edges.iter().any(|edge| edge.to == *to) || self.graph.restless && *to == To::Unsettled {
                writeln!(out, "  {name} [label=\"{name}\", shape=octagon, style=filled, fillcolor=lightpink];")?;
            }
        }
        // Moves between the same two are one arrow.
        let mut arrows: Map<(u32, To, bool), Vec<&str>> = Map::default();
        for Edge { from, label, to, broken } in &self.graph.edges {
            let labels = arrows.entry((*from, *to, *broken)).or_default();
            if !labels.contains(&label.as_str()) {
                labels.push(label);
            }
        }
        for ((from, to, broken), labels) in &arrows {
            let to = match to {
                To::Pair(number) => format!("n{number}"),
                To::Refused => "refused".to_owned(),
                To::Unsettled => "unsettled".to_owned(),
            };
            let labels: Vec<String> = labels.iter().map(|label| escaped(label)).collect();
            let look = if *broken { ", color=red, penwidth=2" } else { "" };
            writeln!(out, "  n{from} -> {to} [label=\"{}\"{look}];", labels.join("\\n"))?;
        }
        writeln!(out, "}}")
    }

    fn node(&self, number: usize) -> String {
        node(self.system, self.graph, number).iter().map(|text| escaped(text)).collect::<Vec<String>>().join("\\n")
    }
}

/// What a node says, line by line.
pub(super) fn node(system: &System, graph: &Graph, number: usize) -> Vec<String> {
    let words = Words::of(system);
    let (position, state) = graph.pairs[number];
    let (state, first) = (words.state(&state), words.state(&graph.pairs[0].1));
    let mut lines = vec![match graph.done[position as usize] {
        0 => "start".to_owned(),
        done => format!("{done} done"),
    }];
    if let Some(Finish::Drill(drill)) = graph.ends[number] {
        lines.push(format!("drill {} fails", system.drills[drill as usize].name));
    }
    let changed: Vec<String> = words
        .vars()
        .iter()
        .enumerate()
        .filter(|(at, _)| state[*at] != first[*at])
        .map(|(at, var)| format!("{} = {}", var.name, var.values[usize::from(state[at])]))
        .collect();
    lines.extend(changed.iter().take(MOST_LISTED).cloned());
    if changed.len() > MOST_LISTED {
        lines.push(format!("and {} more", changed.len() - MOST_LISTED));
    }
    lines
}

fn escaped(text: &str) -> String {
    line(text).replace('\\', "\\\\").replace('"', "\\\"")
}
