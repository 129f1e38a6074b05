//! Mermaid: the procedure as a flowchart; a world alone as the graph of its states, where that is small.

use super::dot;
use super::graph::{Graph, To};
use super::names::line;
use crate::base::Map;
use crate::system::{Block, Finish, Guard, GuardId, Plan, System};
use std::fmt::{Result, Write};

/// More states of a world alone than this make no picture.
pub const MOST_STATES: usize = 60;

/// The procedure.
pub fn procedure(system: &System, plan: &Plan, title: &str) -> String {
    let mut chart = Chart { system, plan, out: String::new(), next: 0 };
    chart.all(title).expect("writing to a string never fails");
    chart.out
}

/// The graph of a world alone.
pub fn graph(system: &System, graph: &Graph, title: &str) -> String {
    let mut out = String::new();
    drawn(system, graph, title, &mut out).expect("writing to a string never fails");
    out
}

struct Chart<'p> {
    system: &'p System,
    plan: &'p Plan,
    out: String,
    next: usize,
}

impl Chart<'_> {
    fn all(&mut self, title: &str) -> Result {
        head(&mut self.out, title)?;
        writeln!(self.out, "  start([start])")?;
        let root = self.plan.root.clone();
        let last = self.block(&root, "start".to_owned(), 1)?;
        writeln!(self.out, "  finish([the end])\n  {last} --> finish")?;
        for health in &self.system.health {
            writeln!(self.out, "  %% must hold at the end: {}", line(&health.name))?;
        }
        for drill in &self.system.drills {
            writeln!(self.out, "  %% drill: {}", line(&drill.name))?;
        }
        for always in &self.system.always {
            writeln!(self.out, "  %% must always hold: {}", line(&always.name))?;
        }
        for (earlier, later) in &self.plan.chains {
            writeln!(self.out, "  s{} -.-> s{}", earlier.0, later.0)?;
        }
        Ok(())
    }

    fn fresh(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("{kind}{}", self.next)
    }

    /// Draws a block after a node; gives the node after which to go on.
    fn block(&mut self, block: &Block, from: String, depth: usize) -> std::result::Result<String, std::fmt::Error> {
        let indent = "  ".repeat(depth);
        match block {
            Block::Step(id) => {
                let occurrence = &self.plan.occurrences[id.0 as usize];
                let of = |guard: &GuardId| -> &Guard { &self.plan.guards[guard.0 as usize] };
                let asks: Vec<String> =
                    occurrence.guards.iter().map(|guard| format!("if {}", of(guard).text)).collect();
                let text: Vec<String> = asks.iter().chain([&occurrence.label]).map(|text| escaped(text)).collect();
                writeln!(self.out, "{indent}s{}[\"{}\"]\n{indent}{from} --> s{}", id.0, text.join("<br>"), id.0)?;
                Ok(format!("s{}", id.0))
            }
            Block::Sequence(children) => {
                let mut at = from;
                for child in children {
                    at = self.block(child, at, depth)?;
                }
                Ok(at)
            }
            Block::Interleaved(children) => self.branches(children, (from, "in any order", "all done"), depth),
            Block::Either(children) => self.branches(children, (from, "one of these", "done"), depth),
            Block::Optional(inner) => {
                let (ask, end) = (self.fresh("ask"), self.fresh("join"));
                writeln!(self.out, "{indent}{ask}{{\"may be left out\"}}\n{indent}{from} --> {ask}")?;
                let last = self.block(inner, ask.clone(), depth)?;
                writeln!(self.out, "{indent}{end}((\" \"))\n{indent}{last} --> {end}\n{indent}{ask} --> {end}")?;
                Ok(end)
            }
            Block::Undivided(inner) => {
                let name = self.fresh("whole");
                let (begin, end) = (self.fresh("join"), self.fresh("join"));
                writeln!(self.out, "{indent}{from} --> {begin}")?;
                writeln!(self.out, "{indent}subgraph {name}[\"nothing else in between\"]\n{indent}  {begin}((\" \"))")?;
                let last = self.block(inner, begin, depth + 1)?;
                writeln!(self.out, "{indent}  {end}((\" \"))\n{indent}  {last} --> {end}\n{indent}end")?;
                Ok(end)
            }
        }
    }

    fn branches(
        &mut self,
        children: &[Block],
        (from, ask, done): (String, &str, &str),
        depth: usize,
    ) -> std::result::Result<String, std::fmt::Error> {
        let indent = "  ".repeat(depth);
        let (fork, join) = (self.fresh("fork"), self.fresh("join"));
        writeln!(
            self.out,
            "{indent}{fork}{{{{\"{ask}\"}}}}\n{indent}{from} --> {fork}\n{indent}{join}{{{{\"{done}\"}}}}"
        )?;
        for child in children {
            let last = self.block(child, fork.clone(), depth)?;
            writeln!(self.out, "{indent}{last} --> {join}")?;
        }
        Ok(join)
    }
}

fn head(out: &mut String, title: &str) -> Result {
    writeln!(out, "%% {}\nflowchart TD", line(title))
}

fn drawn(system: &System, graph: &Graph, title: &str, out: &mut String) -> Result {
    head(out, title)?;
    for (number, end) in graph.ends.iter().enumerate() {
        let text: Vec<String> = dot::node(system, graph, number).iter().map(|text| escaped(text)).collect();
        writeln!(out, "  n{number}[\"{}\"]", text.join("<br>"))?;
        debug_assert!(!matches!(end, Some(Finish::Healthy)), "a world alone has no end");
    }
    let mut arrows: Map<(u32, To, bool), Vec<&str>> = Map::default();
    for edge in &graph.edges {
        let labels = arrows.entry((edge.from, edge.to, edge.broken)).or_default();
        if !labels.contains(&edge.label.as_str()) {
            labels.push(&edge.label);
        }
    }
    for ((from, to, broken), labels) in &arrows {
        let to = match to {
            To::Pair(number) => format!("n{number}"),
            To::Refused => "refused".to_owned(),
            To::Unsettled => "unsettled".to_owned(),
        };
        let labels: Vec<String> = labels.iter().map(|label| escaped(label)).collect();
        let arrow = if *broken { "==>" } else { "-->" };
        writeln!(out, "  n{from} {arrow}|\"{}\"| {to}", labels.join("<br>"))?;
    }
    Ok(())
}

/// Text in quotes; signs that mean something stand as their numbers.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in line(text).chars() {
        match c {
            '"' | '#' | '<' | '>' | '&' | '`' | ';' | '\\' | '{' | '}' => {
                escaped.push_str(&format!("#{};", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    escaped
}
