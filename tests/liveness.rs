//! The four words for what comes at last, on random graphs: against every path that stops or goes round, listed one by one.

use proptest::prelude::*;
use runproof::base::graph::Edge;
use runproof::base::{Budget, Tally};
use runproof::orderings::liveness::{Escape, Liveness, Word, classify};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
struct Graph {
    edges: Vec<Vec<u32>>,
    starts: Vec<u32>,
    holds: Vec<bool>,
}

fn graphs() -> impl Strategy<Value = Graph> {
    (1usize..8).prop_flat_map(|nodes| {
        let node = 0..nodes as u32;
        let edges = prop::collection::vec(prop::collection::btree_set(node.clone(), 0..3), nodes);
        let holds = prop::collection::vec(prop::bool::weighted(0.6), nodes);
        let starts = prop::collection::btree_set(node, 1..3);
        (edges, starts, holds).prop_map(|(edges, starts, holds)| Graph {
            edges: edges.into_iter().map(|to: BTreeSet<u32>| to.into_iter().collect()).collect(),
            starts: starts.into_iter().collect(),
            holds,
        })
    })
}

impl Graph {
    fn reached(&self, from: &[u32]) -> BTreeSet<u32> {
        let (mut seen, mut open) = (BTreeSet::new(), from.to_vec());
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                open.extend(&self.edges[at as usize]);
            }
        }
        seen
    }

    /// Holds, and stays so whatever follows.
    fn core(&self, at: u32) -> bool {
        self.reached(&[at]).iter().all(|at| self.holds[*at as usize])
    }

    fn hopeful(&self, at: u32) -> bool {
        self.reached(&[at]).iter().any(|at| self.core(*at))
    }

    /// Every path without a repeated node that stops, or whose next node is on it: its nodes, and where it goes back to.
    fn paths(&self) -> Vec<(Vec<u32>, Option<usize>)> {
        let mut found = Vec::new();
        let mut open: Vec<Vec<u32>> = self.starts.iter().map(|start| vec![*start]).collect();
        while let Some(path) = open.pop() {
            let next = &self.edges[path[path.len() - 1] as usize];
            if next.is_empty() {
                found.push((path.clone(), None));
            }
            for to in next {
                match path.iter().position(|at| at == to) {
                    Some(back) => found.push((path.clone(), Some(back))),
                    None => open.push([&path[..], &[*to]].concat()),
                }
            }
        }
        found
    }
}

/// Paths as long as they say, from a start, each edge where the one before led.
fn follows(graph: &Graph, escape: &Escape) -> Vec<u32> {
    let (edges, back) = match escape {
        Escape::End(path, _) => (path.clone(), None),
        Escape::Round(lasso) => ([&lasso.stem[..], &lasso.cycle].concat(), Some(lasso.stem.len())),
    };
    let to = |(at, edge): (u32, u32)| graph.edges[at as usize][edge as usize];
    for pair in edges.windows(2) {
        assert_eq!(to(pair[0]), pair[1].0);
    }
    let mut nodes: Vec<u32> = edges.iter().map(|(at, _)| *at).collect();
    match (escape, back) {
        (Escape::End(_, last), _) => {
            assert!(edges.last().is_none_or(|edge| to(*edge) == *last));
            assert!(graph.edges[*last as usize].is_empty());
            nodes.push(*last);
        }
        (_, Some(back)) => {
            assert!(edges.len() > back, "a cycle has an edge");
            assert_eq!(to(edges[edges.len() - 1]), edges[back].0);
        }
        _ => unreachable!("only a cycle goes back"),
    }
    assert!(graph.starts.contains(&nodes[0]));
    assert_eq!(escape.length(), edges.len());
    nodes
}

fn classified(graph: &Graph) -> Liveness {
    let edges: Vec<Vec<Edge>> = graph.edges.iter().map(|to| to.iter().copied().map(Edge::from).collect()).collect();
    let mut tally = Tally::start(&Budget::default(), "test");
    classify(&edges, &graph.starts, |at| graph.holds[at], &mut tally).expect("there is no limit")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_and_counterexamples_are_those_of_the_paths(graph in graphs()) {
        let found = classified(&graph);
        let paths = graph.paths();
        let length = |(path, back): &(Vec<u32>, Option<usize>)| path.len() - usize::from(back.is_none());
        let astray = |(path, _): &&(Vec<u32>, Option<usize>)| path.iter().all(|at| !graph.core(*at));
        let lost = |(path, back): &&(Vec<u32>, Option<usize>)| {
            path[back.unwrap_or(path.len() - 1)..].iter().all(|at| !graph.hopeful(*at))
        };
        let any = paths.iter().filter(astray).map(length).min();
        let fair = paths.iter().filter(lost).map(length).min();
        assert_eq!(found.any.as_ref().map(Escape::length), any);
        assert_eq!(found.fair.as_ref().map(Escape::length), fair);
        if let Some(escape) = &found.any {
            assert!(follows(&graph, escape).iter().all(|at| !graph.core(*at)));
        }
        if let Some(escape) = &found.fair {
            let nodes = follows(&graph, escape);
            assert!(!graph.hopeful(nodes[nodes.len() - 1]));
        }
        let reached = graph.reached(&graph.starts);
        let word = match () {
            () if !reached.iter().any(|at| graph.core(*at)) => Word::Never,
            () if any.is_none() => Word::Always,
            () if reached.iter().all(|at| graph.hopeful(*at)) => Word::AlwaysIfFair,
            () => Word::Sometimes,
        };
        assert_eq!(found.word, word);
    }
}
