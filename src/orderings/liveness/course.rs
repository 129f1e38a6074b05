//! All that a runbook can do, as one graph: orders, outcomes, faults, reactions that take time, every pass of a loop.
//!
//! In: a system with an ordered procedure. Out: nodes of (where the operator is, state) and edges, each one move: a fault or a slow
//! reaction, or a step. After the last step only reactions that take time happen. Nothing is forgotten and nothing is folded.

use crate::base::graph::{Edge, Lasso};
use crate::base::{Limit, Tally};
use crate::orderings::witness::{bad_ending, fires, turns};
use crate::system::{
    ActionId, Attempt, Course, End, Finish, Finishes, Move, OccurrenceId, Plan, Run, Runner, State, System, Watch,
};
use crate::trace::{Actor, Fire, Trace, Turn};
use crate::verdict::{Counterexample, Ending, Insight};
use rustc_hash::FxBuildHasher;
use std::rc::Rc;

/// Where the operator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// At a position of the course.
    At(u32),
    /// In a pass after the first of a loop: which, the place in it, and the position after it.
    In(u32, u32, u32),
    /// All steps are done, at this position.
    Over(u32),
    /// A step was refused; the position before it.
    Refused(u32),
    /// Reactions go on for ever; the position before.
    Unsettled(u32),
}

/// What leads along an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Strike(ActionId),
    Step(OccurrenceId),
    Again,
    /// The operator is done.
    Stop,
}

pub(super) type Node = (Place, State);

/// Where a way leads, and how; nothing happens where the operator stops.
type Taken = (Node, Option<(Rc<Attempt>, Run)>);

/// Who makes the steps in these moves, and the cycle in which they end if they do not settle.
type Told = (Actor, Vec<(Move, State)>, Option<Vec<Fire>>);

/// The graph.
pub(super) struct Whole<'s> {
    pub system: &'s System,
    pub plan: &'s Plan,
    pub course: Course,
    pub nodes: indexmap::IndexSet<Node, FxBuildHasher>,
    pub edges: Vec<Vec<Edge>>,
    ways: Vec<Vec<Way>>,
    /// For each initial state and what it settles to, its node.
    pub starts: Vec<u32>,
    initial: Vec<u32>,
    runner: Runner<'s>,
    pub finishes: Finishes<'s>,
}

static NOTHING: Watch = Watch::nothing();

impl<'s> Whole<'s> {
    /// Walks all of it.
    pub fn of(system: &'s System, plan: &'s Plan, tally: &mut Tally) -> Result<Whole<'s>, Limit> {
        tally.phase = "positions";
        let course = Course::of(plan, tally)?;
        // A fault strikes before a step. Where one may stop or go on, that would have to be remembered.
        let ends_early = (0..).take(course.len()).any(|at| {
            let rest = course.next(at).iter().filter(|(id, _)| Some(*id) == plan.retries.rest).count();
            (course.may_end(at) || rest > 0) && course.next(at).len() > rest
        });
        if ends_early && system.faults.iter().any(|fault| !fault.slow) {
            return Err(Limit::Unasked);
        }
        tally.phase = "states";
        let mut whole = Whole {
            system,
            plan,
            course,
            nodes: indexmap::IndexSet::default(),
            edges: Vec::new(),
            ways: Vec::new(),
            starts: Vec::new(),
            initial: Vec::new(),
            runner: Runner::new(system, &NOTHING),
            finishes: Finishes::new(system),
        };
        for initial in (0..).take(system.initial.len()) {
            let attempt = whole.runner.initial(initial, tally)?;
            for run in &attempt.runs {
                let node = match run.end {
                    End::Stable(state) => (Place::At(0), state),
                    _ => (Place::Unsettled(0), system.initial[initial as usize]),
                };
                let node = whole.number(node);
                if !whole.starts.contains(&node) {
                    whole.starts.push(node);
                    whole.initial.push(initial);
                }
            }
        }
        while whole.edges.len() < whole.nodes.len() {
            whole.expand(tally)?;
        }
        Ok(whole)
    }

    fn number(&mut self, node: Node) -> u32 {
        let (at, _) = self.nodes.insert_full(node);
        u32::try_from(at).expect("nodes are bounded by memory far below u32::MAX")
    }

    pub fn node(&self, at: u32) -> Node {
        self.nodes[at as usize]
    }

    fn expand(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        let from = self.nodes[self.edges.len()];
        let mut out: Vec<(Way, u32)> = Vec::new();
        for way in self.ways_from(from) {
            for (to, ..) in self.taken(from, way, tally)? {
                let to = self.number(to);
                if !out.contains(&(way, to)) {
                    out.push((way, to));
                }
            }
        }
        tally.states = self.nodes.len() as u64;
        tally.hold(2 * size_of::<Node>() + out.len() * (size_of::<Edge>() + size_of::<Way>()))?;
        self.edges.push(out.iter().map(|(_, to)| Edge::from(*to)).collect());
        self.ways.push(out.into_iter().map(|(way, _)| way).collect());
        Ok(())
    }

    /// What may be tried.
    fn ways_from(&self, (place, _): Node) -> Vec<Way> {
        let slow_only = match place {
            Place::At(at) => self.course.next(at).iter().all(|(id, _)| Some(*id) == self.plan.retries.rest),
            _ => matches!(place, Place::Over(_)),
        };
        let faults = (0..).map(ActionId).zip(&self.system.faults);
        let strikes = faults.filter(|(_, fault)| fault.slow || !slow_only).map(|(id, _)| Way::Strike(id));
        let rest = self.plan.retries.rest;
        match place {
            Place::Refused(_) | Place::Unsettled(_) => Vec::new(),
            Place::Over(_) => strikes.collect(),
            Place::In(..) => strikes.chain([Way::Again]).collect(),
            Place::At(at) => {
                let next = self.course.next(at).iter().map(|(id, _)| *id);
                let stops = self.course.may_end(at) || next.clone().any(|id| Some(id) == rest);
                let steps = next.filter(|id| Some(*id) != rest).map(Way::Step);
                strikes.chain(steps).chain(stops.then_some(Way::Stop)).collect()
            }
        }
    }

    /// Where a way may lead, each with how.
    fn taken(&mut self, (place, state): Node, way: Way, tally: &mut Tally) -> Result<Vec<Taken>, Limit> {
        let (Place::At(at) | Place::In(.., at) | Place::Over(at) | Place::Refused(at) | Place::Unsettled(at)) = place;
        let after = |id: OccurrenceId| {
            let next = self.course.next(at).iter().find(|(next, _)| *next == id);
            next.expect("the step may come next").1
        };
        // Where it goes on if the step is done, and whether its loop goes on instead where the condition does not hold.
        let (attempt, done, round) = match (way, place) {
            (Way::Stop, _) => return Ok(vec![((Place::Over(at), state), None)]),
            (Way::Strike(fault), _) => (self.runner.strike(state, fault, tally)?, place, None),
            (Way::Again, Place::In(lap, step, to)) => {
                let own = &self.plan.retries.loops[lap as usize];
                let attempt = self.runner.once_again(self.plan, own, (step, state), tally)?;
                if step as usize + 1 < own.body.len() {
                    (attempt, Place::In(lap, step + 1, to), None)
                } else {
                    (attempt, Place::At(to), Some((lap, to)))
                }
            }
            (Way::Again, _) => return Ok(Vec::new()),
            (Way::Step(id), _) => {
                let to = after(id);
                let way = (self.course.position(at), id, self.course.position(to));
                let (attempt, round) = self.runner.once(self.plan, way, state, tally)?;
                let lap = self.plan.retries.loops.iter().position(|lap| lap.body.last() == Some(&id));
                let lap = lap.filter(|_| round).map(|lap| (lap as u32, to));
                (attempt, Place::At(to), lap)
            }
        };
        let attempt = Rc::new(attempt);
        let lead = |run: &Run| {
            let node = match (run.end, round) {
                (End::Stable(state), Some((lap, to))) if !self.plan.retries.loops[lap as usize].until.holds(&state) => {
                    (Place::In(lap, 0, to), state)
                }
                (End::Stable(state), _) => (done, state),
                (End::Refused, _) => (Place::Refused(at), state),
                (End::Unsettled | End::Endless, _) => (Place::Unsettled(at), state),
            };
            (node, Some((Rc::clone(&attempt), *run)))
        };
        Ok(attempt.runs.iter().map(lead).collect())
    }

    /// Whether a node is the end of a run that is healthy, with all drills.
    pub fn healthy(&mut self, at: u32, tally: &mut Tally) -> Result<bool, Limit> {
        let (place, state) = self.node(at);
        Ok(matches!(place, Place::Over(_))
            && self.edges[at as usize].is_empty()
            && self.finishes.finish(state, tally)? == Finish::Healthy)
    }

    /// The moves along a path, each with who makes the steps in it; and how the last ends, if not in a state.
    fn moves(&mut self, path: &[(u32, u32)], tally: &mut Tally) -> Result<Vec<Told>, Limit> {
        let mut told = Vec::new();
        for (at, edge) in path {
            let (from, way) = (self.node(*at), self.ways[*at as usize][*edge as usize]);
            let to = self.node(self.edges[*at as usize][*edge as usize].to);
            let taken = self.taken(from, way, tally)?;
            let (_, how) = taken.into_iter().find(|(node, _)| *node == to).expect("the edge was found this way");
            let Some((attempt, run)) = how else { continue };
            let actor = match way {
                Way::Step(id) => Actor::Occurrence(id),
                _ => Actor::Occurrence(OccurrenceId(0)),
            };
            let cycle = (run.end == End::Unsettled).then(|| fires(attempt.cycle(&run).unwrap_or_default()));
            told.push((actor, attempt.moves(&run), cycle));
        }
        Ok(told)
    }

    fn turns(&mut self, path: &[(u32, u32)], tally: &mut Tally) -> Result<Vec<Turn>, Limit> {
        let moves = self.moves(path, tally)?;
        Ok(moves.into_iter().flat_map(|(_, moves, _)| turns(&moves)).collect())
    }

    /// A run along a path to a node, as it is shown: for how it ends, or (`on_the_way`) for where it comes to.
    pub fn shown(
        &mut self,
        (path, last): (&[(u32, u32)], u32),
        round: Option<&Lasso>,
        on_the_way: bool,
        tally: &mut Tally,
    ) -> Result<Counterexample, Limit> {
        let first = path.first().map_or(last, |(at, _)| *at);
        let start = self.starts.iter().position(|at| *at == first).expect("a path begins at a start");
        let initial = self.initial[start];
        let settled = self.runner.initial(initial, tally)?;
        let (place, state) = self.node(first);
        let settles = |run: &&Run| match run.end {
            End::Stable(end) => matches!(place, Place::At(_)) && end == state,
            _ => matches!(place, Place::Unsettled(_)),
        };
        let run = settled.runs.iter().find(settles).expect("the start was found this way");
        let mut trace = Trace::begin(initial, &settled.moves(run));
        let mut cycle = settled.cycle(run).map(fires);
        for (actor, moves, unsettled) in self.moves(path, tally)? {
            trace.follow(actor, &moves);
            cycle = unsettled;
        }
        let (place, state) = self.node(last);
        let ordering = self.completed(place, path);
        if let Place::Over(_) = place
            && self.edges[last as usize].is_empty()
            && let Some(id) = self.plan.retries.rest
        {
            trace.follow(Actor::Occurrence(id), &[(Move::Begin, state)]);
        }
        let ending = match (round, place) {
            (Some(lasso), _) => Ending::Endless(self.turns(&lasso.cycle, tally)?),
            (None, Place::Refused(_)) => Ending::Refused,
            (None, Place::Unsettled(_)) => Ending::Unsettled(cycle.unwrap_or_default()),
            (None, Place::Over(_)) if !on_the_way => bad_ending(&mut self.finishes, state, tally)?,
            (None, _) => Ending::Witness,
        };
        Ok(Counterexample { ordering, lost_after: None, trace, ending, insight: Insight::default() })
    }

    /// The steps taken on a path, and some that complete the ordering.
    fn completed(&self, place: Place, path: &[(u32, u32)]) -> Vec<OccurrenceId> {
        let step = |(at, edge): &(u32, u32)| match self.ways[*at as usize][*edge as usize] {
            Way::Step(id) => Some(id),
            _ => None,
        };
        let mut ordering: Vec<OccurrenceId> = path.iter().filter_map(step).collect();
        let (Place::At(at) | Place::In(.., at) | Place::Over(at) | Place::Refused(at) | Place::Unsettled(at)) = place;
        let mut at = at;
        // What was tried last is a step of the ordering where it was refused or did not settle.
        if matches!(place, Place::Refused(_) | Place::Unsettled(_))
            && let Some(tried) = ordering.last()
            && let Some((_, to)) = self.course.next(at).iter().find(|(id, _)| id == tried)
        {
            at = *to;
        }
        let rest = self.plan.retries.rest;
        if matches!(place, Place::Over(_)) {
            ordering.extend(rest);
            return ordering;
        }
        while !self.course.may_end(at) {
            let Some((id, to)) = self.course.next(at).first() else { break };
            ordering.push(*id);
            at = *to;
        }
        ordering
    }

    /// How many steps of the ordering were taken on a path.
    pub fn steps(&self, path: &[(u32, u32)]) -> usize {
        path.iter().filter(|(at, edge)| matches!(self.ways[*at as usize][*edge as usize], Way::Step(_))).count()
    }
}
