//! Sets of orderings: the automaton of a certificate, and whether one node is what others say together.
//!
//! Every node stands for another set (that is checked first), so equal sets are equal numbers. What is asked of a node is
//! checked edge by edge down to the ends, never by trusting how it was made.

use super::certificate::{Node, SetRuns};
use super::courses::Courses;
use super::formula::Formula;
use super::problem::{Problem, check};
use crate::base::{Limit, Tally};
use num_bigint::BigUint;
use rustc_hash::{FxHashMap, FxHashSet};

/// A set of orderings of what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Of {
    /// That of a node; 0 is the empty set.
    Node(u32),
    /// All that the procedure allows from a position on.
    Whole(u32),
}

/// The sets of a certificate.
pub(super) struct Sets<'c> {
    nodes: &'c [Node],
    courses: &'c Courses,
    /// What was found to be so: a node is what these say together.
    known: FxHashSet<(SetRuns, u32, Vec<Of>)>,
    counted: FxHashMap<(Of, Formula), BigUint>,
}

impl<'c> Sets<'c> {
    /// Checks that the nodes are those of an acyclic automaton in which no two are the same and no way is longer than `steps`.
    pub fn new(nodes: &'c [Node], courses: &'c Courses, steps: usize) -> Result<Sets<'c>, Problem> {
        check(nodes.first() == Some(&(false, Vec::new())), || {
            "node 0 of the automaton is not the empty set".to_owned()
        })?;
        let mut distinct = FxHashSet::default();
        let mut longest: Vec<usize> = Vec::with_capacity(nodes.len());
        for (number, node) in (0..).zip(nodes) {
            let sorted = node.1.windows(2).all(|pair| pair[0].0 < pair[1].0);
            let before = node.1.iter().all(|(_, to)| (1..number).contains(to));
            check(sorted && before && distinct.insert(node), || {
                format!("node {number} of the automaton is not as nodes are: sorted, acyclic, each once")
            })?;
            let rest = node.1.iter().map(|(_, to)| 1 + longest[*to as usize]).max().unwrap_or(0);
            check(rest <= steps, || format!("node {number} of the automaton has more steps than the runbook"))?;
            longest.push(rest);
        }
        Ok(Sets { nodes, courses, known: FxHashSet::default(), counted: FxHashMap::default() })
    }

    /// A node of the automaton.
    pub fn node(&self, number: u32) -> Result<&'c Node, Problem> {
        let node = self.nodes.get(number as usize);
        node.ok_or_else(|| super::problem::refused(format!("there is no node {number} in the automaton")))
    }

    fn ends(&self, of: Of) -> bool {
        match of {
            Of::Node(node) => self.nodes[node as usize].0,
            Of::Whole(position) => self.courses.positions[position as usize].ends,
        }
    }

    fn next(&self, of: Of) -> Vec<(u32, Of)> {
        match of {
            Of::Node(node) => self.nodes[node as usize].1.iter().map(|(step, to)| (*step, Of::Node(*to))).collect(),
            Of::Whole(position) => {
                let next = &self.courses.positions[position as usize].next;
                next.iter().map(|(step, to)| (*step, Of::Whole(*to))).collect()
            }
        }
    }

    fn after(&self, of: Of, step: u32) -> Of {
        self.next(of).into_iter().find(|(id, _)| *id == step).map_or(Of::Node(0), |(_, to)| to)
    }

    /// Whether a node is what these sets have in common (in every run), or together (in some). Those that are whole are
    /// whole from one position on, and no other has anything that they have not.
    pub fn is(&mut self, node: u32, runs: SetRuns, mut parts: Vec<Of>, tally: &mut Tally) -> Result<bool, Limit> {
        let empty = |part: &Of| *part == Of::Node(0);
        let whole = |part: &Of| matches!(part, Of::Whole(_));
        match runs {
            SetRuns::Every if parts.iter().any(empty) => parts = vec![Of::Node(0)],
            SetRuns::Every if !parts.iter().all(whole) => parts.retain(|part| !whole(part)),
            SetRuns::Some if parts.iter().any(whole) => parts.retain(whole),
            SetRuns::Some if !parts.iter().all(empty) => parts.retain(|part| !empty(part)),
            SetRuns::Every | SetRuns::Some => {}
        }
        parts.sort_unstable();
        parts.dedup();
        if let [] | [Of::Node(_)] = parts[..] {
            return Ok(parts.first().copied().unwrap_or(Of::Node(0)) == Of::Node(node));
        }
        let key = (runs, node, parts);
        if self.known.contains(&key) {
            return Ok(true);
        }
        let parts = &key.2;
        let ends = match runs {
            SetRuns::Every => parts.iter().all(|part| self.ends(*part)),
            SetRuns::Some => parts.iter().any(|part| self.ends(*part)),
        };
        if ends != self.ends(Of::Node(node)) {
            return Ok(false);
        }
        let own = std::iter::once(Of::Node(node));
        let mut steps: Vec<u32> =
            own.chain(parts.iter().copied()).flat_map(|of| self.next(of)).map(|it| it.0).collect();
        steps.sort_unstable();
        steps.dedup();
        for step in steps {
            let Of::Node(to) = self.after(Of::Node(node), step) else { return Ok(false) };
            let rest = parts.iter().map(|part| self.after(*part, step)).collect();
            if !self.is(to, runs, rest, tally)? {
                return Ok(false);
            }
        }
        tally.hold(2 * size_of::<(SetRuns, u32, Vec<Of>)>())?;
        self.known.insert(key);
        Ok(true)
    }

    /// How many orderings of a set satisfy a formula. Recursion is as deep as an ordering is long.
    pub fn count(&mut self, of: Of, formula: Formula, tally: &mut Tally) -> Result<BigUint, Limit> {
        if formula == Formula::Is(false) {
            return Ok(BigUint::ZERO);
        }
        let key = (of, formula);
        if let Some(known) = self.counted.get(&key) {
            return Ok(known.clone());
        }
        let mut count = BigUint::from(u32::from(self.ends(of) && key.1.at_the_end()));
        for (step, to) in self.next(of) {
            count += self.count(to, key.1.after(step), tally)?;
        }
        tally.hold(4 * size_of::<(Of, Formula)>())?;
        self.counted.insert(key, count.clone());
        Ok(count)
    }
}
