//! Our own engine: breadth first over exact packed states; nothing is hashed away.
//!
//! In: a system with an ordered procedure. Out: [`Reached`], the graph whose nodes are pairs of a position and a stable
//! state, and whose edges are one occurrence with the faults before it and all settling: what an ordering does to the
//! world. Nodes and edges stand in the order in which breadth-first search meets them, which depends on nothing else.
//! A run goes on after a broken `always` condition; it ends where a step is refused or reactions never settle.

use super::free::{self, Roamed};
use super::{Engine, Facts, Stopped};
use crate::base::{Budget, Limit, Tally};
use crate::system::{
    Course, End, Finish, Finishes, Marks, OccurrenceId, Plan, Procedure, Run, Runner, State, System, Watch,
};
use rustc_hash::FxBuildHasher;

/// The engine that is used unless another is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Packed;

/// All that an ordered procedure can reach.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The positions.
    pub course: Course,
    /// How the initial states settle.
    pub starts: Vec<Start>,
    nodes: Vec<(u32, State)>,
    /// Where the edges of each node begin; one more at the end.
    first: Vec<usize>,
    edges: Vec<Edge>,
}

/// One way in which an initial state settles.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// Index into `System::initial`.
    pub initial: u32,
    /// What happens meanwhile.
    pub marks: Marks,
    /// Where it leads; never refused.
    pub target: Target,
}

/// One way in which the next occurrence can go.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The occurrence.
    pub occurrence: OccurrenceId,
    /// What happens meanwhile.
    pub marks: Marks,
    /// Where it leads.
    pub target: Target,
}

/// Where an edge leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// To a node.
    Node(u32),
    /// The step is refused.
    Refused,
    /// Reactions go on for ever.
    Unsettled,
}

impl Reached {
    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// How many edges there are, those that end a run too.
    pub fn moves(&self) -> usize {
        self.edges.len()
    }

    /// The position (as a number of the course) and the state of a node.
    pub fn node(&self, node: u32) -> (u32, State) {
        self.nodes[node as usize]
    }

    /// The edges of a node, grouped by occurrence in document order; every occurrence that may come has at least one.
    pub fn edges(&self, node: u32) -> &[Edge] {
        &self.edges[self.first[node as usize]..self.first[node as usize + 1]]
    }
}

/// A node in the making: the table of nodes and what it counts.
struct Table {
    nodes: indexmap::IndexSet<(u32, State), FxBuildHasher>,
}

impl Table {
    fn target(&mut self, position: u32, run: &Run) -> Target {
        match run.end {
            End::Refused => Target::Refused,
            End::Unsettled => Target::Unsettled,
            End::Stable(state) => {
                let (node, _) = self.nodes.insert_full((position, state));
                Target::Node(u32::try_from(node).expect("nodes are bounded by memory far below u32::MAX"))
            }
        }
    }
}

/// Explores an ordered procedure.
///
/// # Errors
/// A limit was hit; says how far it got.
pub fn reach(system: &System, plan: &Plan, watch: &Watch, tally: &mut Tally) -> Result<Reached, Stopped> {
    let mut moves = 0;
    let reached = explore(system, plan, watch, tally, &mut moves);
    reached.map_err(|limit| Stopped { limit, states: tally.states, moves })
}

fn explore(system: &System, plan: &Plan, watch: &Watch, tally: &mut Tally, moves: &mut u64) -> Result<Reached, Limit> {
    tally.phase = "positions";
    let course = Course::of(plan, tally)?;
    tally.phase = "states";
    let mut runner = Runner::new(system, watch);
    let mut table = Table { nodes: indexmap::IndexSet::default() };
    let mut starts = Vec::new();
    for initial in (0..).take(system.initial.len()) {
        for run in &runner.initial(initial, tally)?.runs {
            starts.push(Start { initial, marks: run.marks, target: table.target(0, run) });
        }
    }
    let (mut first, mut edges) = (vec![0], Vec::new());
    while let Some((at, state)) = table.nodes.get_index(first.len() - 1).copied() {
        if !course.next(at).is_empty() {
            let struck = runner.struck(state, tally)?;
            for (occurrence, after) in course.next(at) {
                let way = (course.position(at), *occurrence, course.position(*after));
                for run in &runner.occurrence(plan, way, &struck, tally)?.runs {
                    let target = table.target(*after, run);
                    edges.push(Edge { occurrence: *occurrence, marks: run.marks, target });
                }
            }
        }
        let added = edges.len() - first[first.len() - 1];
        first.push(edges.len());
        *moves = edges.len() as u64;
        tally.states = table.nodes.len() as u64;
        tally.hold(2 * size_of::<(u32, State)>() + added * size_of::<Edge>())?;
    }
    Ok(Reached { course, starts, nodes: table.nodes.into_iter().collect(), first, edges })
}

impl Engine for Packed {
    fn name(&self) -> &'static str {
        "packed"
    }

    fn facts(&self, system: &System, budget: &Budget) -> Result<Facts, Stopped> {
        let mut tally = Tally::start(budget, "states");
        let plan = match &system.procedure {
            Procedure::Ordered(plan) => plan,
            Procedure::Free => {
                let Roamed { states, moves, violation, stopped } = free::roam(system, &mut tally);
                return match stopped {
                    Some(limit) => Err(Stopped { limit, states, moves }),
                    None => Ok(Facts { states, bad: violation.is_some() }),
                };
            }
        };
        let watch = Watch::things([]);
        let reached = reach(system, plan, &watch, &mut tally)?;
        let stopped = |limit| Stopped { limit, states: reached.nodes() as u64, moves: reached.moves() as u64 };
        let bad = has_bad_run(system, &reached, &mut tally).map_err(stopped)?;
        Ok(Facts { states: reached.nodes() as u64, bad })
    }
}

fn has_bad_run(system: &System, reached: &Reached, tally: &mut Tally) -> Result<bool, Limit> {
    let ends_badly = |marks: Marks, target: Target| marks.meets(Marks::BROKEN) || !matches!(target, Target::Node(_));
    if reached.starts.iter().any(|start| ends_badly(start.marks, start.target))
        || reached.edges.iter().any(|edge| ends_badly(edge.marks, edge.target))
    {
        return Ok(true);
    }
    let mut finishes = Finishes::new(system);
    for (at, state) in &reached.nodes {
        if reached.course.may_end(*at) && finishes.finish(*state, tally)? != Finish::Healthy {
            return Ok(true);
        }
    }
    Ok(false)
}
