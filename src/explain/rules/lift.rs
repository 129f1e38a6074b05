//! Sayings that are one for each node: *on every node n …*.
//!
//! A saying that names one node stands for all nodes if every other node has the same one; a saying that names two, if
//! every two nodes have it. What it is called on another node is looked up by the names of the steps, so that a reader who
//! puts in a node's name finds the step that is meant.

use super::name::{Apart, Names};
use super::saying::Saying;
use crate::system::OccurrenceId;
use crate::verdict::Pattern;

/// A saying, and for which nodes it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Of the steps of the first of these nodes.
    pub saying: Saying,
    /// None where it is about the steps it names and no others.
    pub every: Option<Every>,
}

/// A saying of some nodes that holds of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Every {
    /// The nodes that the saying names.
    pub bound: Vec<usize>,
    /// All that may stand for them.
    pub nodes: Vec<Vec<usize>>,
    /// How each step of the saying is told from its namesakes, on every node.
    pub apart: Vec<(OccurrenceId, Apart)>,
}

impl Every {
    /// How to call a step of the saying.
    pub fn apart(&self, id: OccurrenceId) -> Apart {
        let known = self.apart.iter().find(|(step, _)| *step == id);
        known.map(|(_, apart)| *apart).expect("every step of the saying was looked up")
    }
}

impl Rule {
    /// A rule about the steps it names.
    pub fn of(saying: Saying) -> Rule {
        Rule { saying, every: None }
    }

    /// All that it forbids, worked out from what it says and of whom.
    pub fn forbids(&self, names: &Names<'_>) -> Vec<Pattern> {
        let Some(every) = &self.every else { return self.saying.forbids() };
        every
            .nodes
            .iter()
            .filter_map(|nodes| on(names, &self.saying, every, nodes))
            .flat_map(|it| it.forbids())
            .collect()
    }
}

impl Rule {
    /// The same rule, told of each of the nodes that it stands for: each with its nodes in place of the first ones.
    pub fn images(&self, names: &Names<'_>) -> Vec<Rule> {
        let Some(every) = &self.every else { return vec![self.clone()] };
        let image = |nodes: &Vec<usize>| {
            let saying = on(names, &self.saying, every, nodes)?;
            let renaming = renaming(names, every, nodes);
            let apart = every.apart.iter().map(|(id, apart)| Some((names.image(*id, *apart, &renaming)?, *apart)));
            let apart = apart.collect::<Option<_>>()?;
            let every = Every { bound: nodes.clone(), nodes: every.nodes.clone(), apart };
            Some(Rule { saying, every: Some(every) })
        };
        every.nodes.iter().filter_map(image).collect()
    }
}

fn renaming<'n>(names: &'n Names<'_>, every: &Every, nodes: &[usize]) -> Vec<(&'n str, &'n str)> {
    every.bound.iter().zip(nodes).map(|(from, to)| (&*names.nodes[*from], &*names.nodes[*to])).collect()
}

/// The saying, with other nodes for those it names.
fn on(names: &Names<'_>, saying: &Saying, every: &Every, nodes: &[usize]) -> Option<Saying> {
    let renaming = renaming(names, every, nodes);
    saying.mapped(&|id| names.image(id, every.apart(id), &renaming))
}

/// Puts sayings together that are one for each node. What has no counterparts stays as it is.
pub fn lifted(names: &Names<'_>, sayings: Vec<Saying>) -> Vec<Rule> {
    let mut left = sayings;
    let mut rules = Vec::new();
    while !left.is_empty() {
        let saying = left.remove(0);
        match counterparts(names, &saying, &left) {
            Some((every, others)) => {
                let mut at = 0..;
                left.retain(|_| !others.contains(&at.next().expect("there are enough numbers")));
                rules.push(Rule { saying, every: Some(every) });
            }
            None => rules.push(Rule::of(saying)),
        }
    }
    rules
}

/// For which nodes a saying holds too, and where among the others it says so.
fn counterparts(names: &Names<'_>, saying: &Saying, others: &[Saying]) -> Option<(Every, Vec<usize>)> {
    let every = every(names, &saying.steps())?;
    let known: Vec<Vec<Pattern>> = others.iter().map(|other| sorted(other.forbids())).collect();
    let own = sorted(saying.forbids());
    let mut found = Vec::new();
    for nodes in &every.nodes {
        let image = sorted(on(names, saying, &every, nodes)?.forbids());
        if image == own {
            continue;
        }
        let at = known.iter().position(|other| *other == image)?;
        // Two ways to put in nodes that say the same are no harm to a reader, but one of them is enough.
        if !found.contains(&at) {
            found.push(at);
        }
    }
    (!found.is_empty()).then_some((every, found))
}

/// The nodes that steps name, as variables: one or two of them.
pub fn every(names: &Names<'_>, steps: &[OccurrenceId]) -> Option<Every> {
    let mut bound: Vec<usize> = Vec::new();
    for node in steps.iter().flat_map(|id| names.nodes_of(*id)) {
        if !bound.contains(&node) {
            bound.push(node);
        }
    }
    let all = 0..names.nodes.len();
    let nodes: Vec<Vec<usize>> = match bound.len() {
        1 if all.len() > 1 => all.map(|node| vec![node]).collect(),
        2 => all.clone().flat_map(|m| all.clone().filter(move |n| *n != m).map(move |n| vec![m, n])).collect(),
        _ => return None,
    };
    let mut every = Every { bound, nodes, apart: Vec::new() };
    for id in steps {
        let apart = names.ways_apart(*id).into_iter().find(|apart| found_on_all(names, *id, *apart, &every))?;
        every.apart.push((*id, apart));
    }
    Some(every)
}

fn found_on_all(names: &Names<'_>, id: OccurrenceId, apart: Apart, every: &Every) -> bool {
    every.nodes.iter().all(|nodes| {
        let renaming = renaming(names, every, nodes);
        names.image(id, apart, &renaming).is_some()
    })
}

/// For comparing what is forbidden, whatever the order it is found in.
pub fn sorted(mut patterns: Vec<Pattern>) -> Vec<Pattern> {
    patterns.sort_unstable();
    patterns.dedup();
    patterns
}
