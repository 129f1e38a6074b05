//! The four words for whether something comes at last.
//!
//! In: a graph, where it starts, and where a condition holds. Let H be the *stable core*: the greatest set of nodes in which the
//! condition holds and that no edge leads out of. Out:
//!
//! | word | means |
//! |---|---|
//! | never | H cannot be reached |
//! | sometimes | it can, but not from every node that can be reached |
//! | always if fair | it can from every node |
//! | always | every path that cannot go on, or never ends, comes to it |
//!
//! with a shortest path that shows why it is not more: one that stops where nothing follows, or one that goes round.

use crate::base::graph::{self, Edge, Lasso, Wanted};
use crate::base::{Limit, Tally};

/// Whether something comes at last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// It cannot be reached.
    Never,
    /// It can be reached, but a node that can be reached has lost it.
    Sometimes,
    /// It can be reached from every node that can be reached.
    AlwaysIfFair,
    /// Every path comes to it.
    Always,
}

/// A path that does not come to what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Escape {
    /// It stops where nothing follows: its edges, and the last node.
    End(Vec<(u32, u32)>, u32),
    /// It goes round.
    Round(Lasso),
}

impl Escape {
    /// How many edges it has, the cycle counted once.
    pub fn length(&self) -> usize {
        match self {
            Escape::End(path, _) => path.len(),
            Escape::Round(lasso) => lasso.stem.len() + lasso.cycle.len(),
        }
    }
}

/// What was found out.
#[derive(Clone, Debug)]
pub struct Liveness {
    /// In a word.
    pub word: Word,
    /// A shortest path that never comes to it; None where it always does.
    pub any: Option<Escape>,
    /// A shortest path that has lost it for good; None where it comes if progress is fair.
    pub fair: Option<Escape>,
}

/// Says which word fits. Linear but for the shortest cycles, which take a search from each node that may be the first of one.
///
/// # Errors
/// The limit that was hit.
pub fn classify(
    edges: &[Vec<Edge>],
    starts: &[u32],
    holds: impl Fn(usize) -> bool,
    tally: &mut Tally,
) -> Result<Liveness, Limit> {
    let core = graph::closed_within(edges, holds);
    let hope = graph::reaching(edges, |at| core[at]);
    let bound = graph::bound_for(edges, |at| core[at]);
    let reached = reached(edges, starts);
    tally.check()?;
    let lost = |at: u32| !hope[at as usize];
    let (mut any, mut fair) = (None, None);
    if starts.iter().any(|at| !bound[*at as usize]) {
        any = escape(edges, starts, &|at| !bound[at as usize], &|_| true, tally)?;
    }
    if (0..).zip(&reached).any(|(at, reached)| *reached && lost(at)) {
        fair = escape(edges, starts, &|at| !core[at as usize], &lost, tally)?;
    }
    let word = match (starts.iter().any(|at| hope[*at as usize]), &any, &fair) {
        _ if starts.is_empty() => Word::Always,
        (false, ..) => Word::Never,
        (true, None, _) => Word::Always,
        (true, Some(_), None) => Word::AlwaysIfFair,
        (true, Some(_), Some(_)) => Word::Sometimes,
    };
    Ok(Liveness { word, any, fair })
}

fn reached(edges: &[Vec<Edge>], starts: &[u32]) -> Vec<bool> {
    let mut reached = vec![false; edges.len()];
    let mut todo = starts.to_vec();
    while let Some(at) = todo.pop() {
        if !std::mem::replace(&mut reached[at as usize], true) {
            todo.extend(edges[at as usize].iter().map(|edge| edge.to));
        }
    }
    reached
}

/// The shortest path through allowed nodes that stops, or goes round, among the `last` ones.
fn escape(
    edges: &[Vec<Edge>],
    starts: &[u32],
    within: &dyn Fn(u32) -> bool,
    last: &dyn Fn(u32) -> bool,
    tally: &mut Tally,
) -> Result<Option<Escape>, Limit> {
    let stops = |at: u32| last(at) && edges[at as usize].is_empty();
    let end = graph::path(edges, starts.iter().copied(), within, stops).map(|(path, at)| Escape::End(path, at));
    let (of, found) = graph::components(edges);
    let cyclic = |at: u32| last(at) && found[of[at as usize] as usize].cyclic;
    let wanted = Wanted { like: &|at| at, within, begins: &cyclic, ends: &|_| true, just: 0 };
    let round = graph::lasso(edges, starts.iter().copied(), &wanted, tally)?.map(Escape::Round);
    Ok([end, round].into_iter().flatten().min_by_key(Escape::length))
}
