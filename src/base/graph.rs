//! Graphs of numbers: what can be reached, what goes round, and the shortest way into a cycle.
//!
//! In: for each node its edges. Components are those of Tarjan (1972), without recursion.

use super::{Limit, Tally};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// An edge of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it leads.
    pub to: u32,
    /// What taking it does justice to, as a set of bits.
    pub just: u64,
}

impl From<u32> for Edge {
    fn from(to: u32) -> Edge {
        Edge { to, just: 0 }
    }
}

/// A run that goes round for ever: edges as (node, which of its edges).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lasso {
    /// From a start.
    pub stem: Vec<(u32, u32)>,
    /// From the end of the stem back to it (or to a node that is like it).
    pub cycle: Vec<(u32, u32)>,
}

/// What a lasso has to be like.
pub struct Wanted<'w> {
    /// Nodes with the same number are alike: a cycle may end in a node that is like the one it began with.
    pub like: &'w dyn Fn(u32) -> u32,
    /// Whether it may come to a node at all.
    pub within: &'w dyn Fn(u32) -> bool,
    /// Whether the cycle may begin in a node.
    pub begins: &'w dyn Fn(u32) -> bool,
    /// Whether the cycle may end in a node.
    pub ends: &'w dyn Fn(u32) -> bool,
    /// What the edges of the cycle together do justice to, at least.
    pub just: u64,
}

/// For each node, whether one of `goals` can be reached from it. Linear.
pub fn reaching(edges: &[Vec<Edge>], goals: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (from, edges) in edges.iter().enumerate() {
        edges.iter().for_each(|edge| before[edge.to as usize].push(from));
    }
    let mut reaching: Vec<bool> = (0..edges.len()).map(goals).collect();
    let mut todo: Vec<usize> = (0..edges.len()).filter(|at| reaching[*at]).collect();
    while let Some(at) = todo.pop() {
        for from in &before[at] {
            if !std::mem::replace(&mut reaching[*from], true) {
                todo.push(*from);
            }
        }
    }
    reaching
}

/// For each node, whether every path from it comes to one of `goals`: backward, counting the edges that still lead elsewhere.
/// A node without edges that is no goal does not. Linear.
pub fn bound_for(edges: &[Vec<Edge>], goals: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (from, edges) in edges.iter().enumerate() {
        edges.iter().for_each(|edge| before[edge.to as usize].push(from));
    }
    let mut left: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut bound: Vec<bool> = (0..edges.len()).map(goals).collect();
    let mut todo: Vec<usize> = (0..edges.len()).filter(|at| bound[*at]).collect();
    while let Some(at) = todo.pop() {
        for from in &before[at] {
            left[*from] -= 1;
            if left[*from] == 0 && !std::mem::replace(&mut bound[*from], true) {
                todo.push(*from);
            }
        }
    }
    bound
}

/// The greatest set of nodes in `among` no edge of which leads out of it. Linear.
pub fn closed_within(edges: &[Vec<Edge>], among: impl Fn(usize) -> bool) -> Vec<bool> {
    reaching(edges, |at| !among(at)).into_iter().map(|leaves| !leaves).collect()
}

/// The shortest way from a start to a goal, through nodes that are allowed.
pub fn path(
    edges: &[Vec<Edge>],
    starts: impl IntoIterator<Item = u32>,
    within: impl Fn(u32) -> bool,
    goal: impl Fn(u32) -> bool,
) -> Option<(Vec<(u32, u32)>, u32)> {
    let mut came: FxHashMap<u32, Option<(u32, u32)>> = FxHashMap::default();
    let mut queue = VecDeque::new();
    for start in starts.into_iter().filter(|start| within(*start)) {
        came.entry(start).or_insert_with(|| {
            queue.push_back(start);
            None
        });
    }
    while let Some(at) = queue.pop_front() {
        if goal(at) {
            return Some((back(&came, at), at));
        }
        for (place, edge) in (0..).zip(&edges[at as usize]).filter(|(_, edge)| within(edge.to)) {
            came.entry(edge.to).or_insert_with(|| {
                queue.push_back(edge.to);
                Some((at, place))
            });
        }
    }
    None
}

/// For each node the number of its strongly connected component; and for each component whether a cycle is in it, and whether
/// no edge leads out of it. Linear.
pub fn components(edges: &[Vec<Edge>]) -> (Vec<u32>, Vec<Component>) {
    const NONE: u32 = u32::MAX;
    let (mut of, mut found) = (vec![NONE; edges.len()], Vec::new());
    let (mut index, mut low) = (vec![NONE; edges.len()], vec![0u32; edges.len()]);
    let (mut open, mut path): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
    let mut next = 0;
    for root in 0..edges.len() {
        if index[root] != NONE {
            continue;
        }
        path.push((number(root), 0));
        while let Some((at, edge)) = path.last_mut() {
            let here = *at as usize;
            if *edge == 0 {
                (index[here], low[here]) = (next, next);
                next += 1;
                open.push(*at);
            }
            if let Some(Edge { to, .. }) = edges[here].get(*edge) {
                *edge += 1;
                let to = *to as usize;
                if index[to] == NONE {
                    path.push((number(to), 0));
                } else if of[to] == NONE {
                    low[here] = low[here].min(index[to]);
                }
                continue;
            }
            path.pop();
            if let Some((before, _)) = path.last() {
                low[*before as usize] = low[*before as usize].min(low[here]);
            }
            if low[here] == index[here] {
                let own = number(found.len());
                let first = open.iter().rposition(|at| *at as usize == here).expect("it was opened");
                let members = open.split_off(first);
                members.iter().for_each(|at| of[*at as usize] = own);
                let all = || members.iter().flat_map(|at| &edges[*at as usize]);
                let inside = |edge: &Edge| of[edge.to as usize] == own;
                found.push(Component { cyclic: all().any(inside), last: all().all(inside) });
            }
        }
    }
    (of, found)
}

/// A strongly connected component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component {
    /// Whether a cycle is in it.
    pub cyclic: bool,
    /// Whether no edge leads out of it.
    pub last: bool,
}

/// The shortest lasso, stem and cycle together; the first that is met among them. Breadth first from the starts, and from each
/// node that may be where the cycle begins, no farther than what was found already.
///
/// # Errors
/// The limit that was hit.
pub fn lasso(
    edges: &[Vec<Edge>],
    starts: impl IntoIterator<Item = u32>,
    wanted: &Wanted<'_>,
    tally: &mut Tally,
) -> Result<Option<Lasso>, Limit> {
    let mut came: FxHashMap<u32, Option<(u32, u32)>> = FxHashMap::default();
    let mut queue: VecDeque<(u32, usize)> = VecDeque::new();
    for start in starts.into_iter().filter(|start| (wanted.within)(*start)) {
        came.entry(start).or_insert_with(|| {
            queue.push_back((start, 0));
            None
        });
    }
    let mut best: Option<Lasso> = None;
    while let Some((at, depth)) = queue.pop_front() {
        let most = best.as_ref().map_or(usize::MAX, |best| best.stem.len() + best.cycle.len());
        if depth + 1 >= most {
            break;
        }
        if (wanted.begins)(at)
            && let Some(cycle) = round(edges, at, most - depth - 1, wanted, tally)?
        {
            best = Some(Lasso { stem: back(&came, at), cycle });
        }
        for (place, edge) in (0..).zip(&edges[at as usize]).filter(|(_, edge)| (wanted.within)(edge.to)) {
            came.entry(edge.to).or_insert_with(|| {
                queue.push_back((edge.to, depth + 1));
                Some((at, place))
            });
        }
        tally.check()?;
    }
    Ok(best)
}

/// The shortest way from a node to one that is like it, of at most so many edges.
fn round(
    edges: &[Vec<Edge>],
    from: u32,
    most: usize,
    wanted: &Wanted<'_>,
    tally: &mut Tally,
) -> Result<Option<Vec<(u32, u32)>>, Limit> {
    let like = (wanted.like)(from);
    let mut spots: Vec<(u32, u64, usize, u32, usize)> = vec![(from, 0, 0, 0, 0)];
    let mut known: FxHashMap<(u32, u64), ()> = FxHashMap::default();
    let mut looked_at = 0;
    while let Some((at, just, _, _, depth)) = spots.get(looked_at).copied() {
        if depth >= most {
            break;
        }
        for (place, edge) in (0..).zip(&edges[at as usize]).filter(|(_, edge)| (wanted.within)(edge.to)) {
            let just = (just | edge.just) & wanted.just;
            if just == wanted.just && (wanted.like)(edge.to) == like && (wanted.ends)(edge.to) {
                let mut cycle = vec![(at, place)];
                let mut spot = looked_at;
                while spot != 0 {
                    let (.., before, place, _) = spots[spot];
                    cycle.push((spots[before].0, place));
                    spot = before;
                }
                cycle.reverse();
                return Ok(Some(cycle));
            }
            if known.insert((edge.to, just), ()).is_none() {
                spots.push((edge.to, just, looked_at, place, depth + 1));
            }
        }
        looked_at += 1;
        tally.check()?;
    }
    Ok(None)
}

fn back(came: &FxHashMap<u32, Option<(u32, u32)>>, mut at: u32) -> Vec<(u32, u32)> {
    let mut stem = Vec::new();
    while let Some(Some(edge)) = came.get(&at) {
        stem.push(*edge);
        at = edge.0;
    }
    stem.reverse();
    stem
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("nodes are bounded by memory far below u32::MAX")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;

    fn graph(edges: &[&[(u32, u64)]]) -> Vec<Vec<Edge>> {
        edges.iter().map(|edges| edges.iter().map(|(to, just)| Edge { to: *to, just: *just }).collect()).collect()
    }

    fn found(edges: &[Vec<Edge>], just: u64, like: &dyn Fn(u32) -> u32) -> Option<Lasso> {
        let wanted = Wanted { like, within: &|_| true, begins: &|_| true, ends: &|_| true, just };
        lasso(edges, [0], &wanted, &mut Tally::start(&Budget::default(), "test")).expect("there is no limit")
    }

    #[test]
    fn a_cycle_does_justice_to_what_it_has_to_even_if_it_is_longer() {
        // A loop of one node at 1, and a way round by 2 that one reaction takes.
        let edges = graph(&[&[(1, 0)], &[(1, 1), (2, 1)], &[(1, 3)]]);
        let shortest = found(&edges, 0, &|at| at).expect("there is a cycle");
        assert_eq!((shortest.stem, shortest.cycle), (vec![(0, 0)], vec![(1, 0)]));
        let just = found(&edges, 3, &|at| at).expect("there is a cycle");
        assert_eq!((just.stem, just.cycle), (vec![(0, 0)], vec![(1, 1), (2, 0)]));
        assert_eq!(found(&edges, 4, &|at| at), None);
    }

    #[test]
    fn a_cycle_may_end_in_a_node_that_is_like_the_first() {
        // 0, 1 and 2 differ in what happened before only.
        let edges = graph(&[&[(1, 0)], &[(2, 0)], &[(2, 0)]]);
        let shortest = found(&edges, 0, &|_| 0).expect("there is a cycle");
        assert_eq!((shortest.stem, shortest.cycle), (vec![], vec![(0, 0)]));
    }

    #[test]
    fn components_are_told_with_their_cycles_and_whether_they_are_last() {
        let edges = graph(&[&[(1, 0)], &[(0, 0), (2, 0)], &[(3, 0)], &[]]);
        let (of, found) = components(&edges);
        assert_eq!((of[0] == of[1], of[1] == of[2], of[2] == of[3]), (true, false, false));
        let component = |at: usize| found[of[at] as usize];
        assert_eq!(component(0), Component { cyclic: true, last: false });
        assert_eq!(component(2), Component { cyclic: false, last: false });
        assert_eq!(component(3), Component { cyclic: false, last: true });
        assert_eq!(closed_within(&edges, |at| at != 0), [false, false, true, true]);
        assert_eq!(bound_for(&edges, |at| at == 3), [false, false, true, true]);
    }
}
