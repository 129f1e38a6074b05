//! What is served while a runbook is carried out, at how much redundancy; and the orders that do best.
//!
//! Looked at are all stable states: after each phase of a step (so also while a node restarts), and after each fault before it. What a
//! step passes over costs nothing. Of two good orderings that is better which has fewer steps without redundancy in its worst run; the
//! other thing that counts is how many nodes are taken down in its worst run. Both are exact: shortest paths over the good
//! orderings and the states that each run may be in.

use super::problem::takes_down;
use crate::base::{Limit, Tally};
use crate::orderings::Lanes;
use crate::system::{End, Marks, Move, OccurrenceId, Plan, Runner, State, System, Watch, Watched};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Something that several nodes could provide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gauge {
    /// How many have to.
    pub need: u32,
    /// Indices into `System::always` of the conditions *at least 1*, *at least 2* … of them could.
    pub levels: Vec<u32>,
    /// The condition that it is provided, if that is more than that some node could.
    pub online: Option<u32>,
}

/// What is measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Conditions before this one are the world's own.
    pub own: u32,
    /// The gauges.
    pub gauges: Vec<Gauge>,
}

/// The worst that is seen at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worst {
    /// `always` conditions that break.
    pub broken: Vec<u32>,
    /// For each gauge, how many could provide it at the worst moment; at most as many as it has levels.
    pub counts: Vec<u32>,
    /// For each gauge, whether it is ever not provided.
    pub offline: Vec<bool>,
    /// Whether some run comes here at all.
    pub reached: bool,
}

/// An order that no other good one betters in both respects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    /// Steps during which something has no redundancy, in the worst run.
    pub without: u32,
    /// Steps that take a node down, in the worst run.
    pub restarts: u32,
    /// The first such order.
    pub ordering: Vec<OccurrenceId>,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Of the good orderings; else of all, since none is good.
    pub good: bool,
    /// Before the first step.
    pub start: Worst,
    /// By occurrence.
    pub steps: Vec<Worst>,
    /// Fewest steps without redundancy first; empty where no ordering is good.
    pub front: Vec<Best>,
}

/// How a step may go: where it ends, whether it counts as one without redundancy, whether it takes a node down.
type Went = Rc<Vec<(State, bool, bool)>>;

struct Measuring<'s> {
    plan: &'s Plan,
    gauges: &'s Gauges,
    marks: Vec<Marks>,
    runner: Runner<'s>,
    went: FxHashMap<(u32, OccurrenceId, u32, State), Went>,
}

/// What a measurement watches.
pub fn gauged(system: &System) -> Watch {
    Watch::things((0u32..).take(system.always.len()).map(Watched::Broken))
}

/// Measures the good orderings of a runbook. `system` has the gauges among its `always` conditions, at most
/// [`Watch::CAPACITY`] in all; `lanes` are the orderings of the runbook without them; `watch` is [`gauged`].
///
/// # Errors
/// The limit that was hit.
pub fn service<'s>(
    (system, plan): (&'s System, &'s Plan),
    (gauges, watch): (&'s Gauges, &'s Watch),
    lanes: &Lanes,
    tally: &mut Tally,
) -> Result<Service, Limit> {
    let marks = (0u32..).take(system.always.len()).map(|index| watch.mark(Watched::Broken(index)).unwrap_or_default());
    let mut measuring = Measuring {
        plan,
        gauges,
        marks: marks.collect(),
        runner: Runner::new(system, watch),
        went: FxHashMap::default(),
    };
    let mut found = Service {
        good: lanes.good,
        start: measuring.best(),
        steps: vec![measuring.best(); plan.occurrences.len()],
        front: Vec::new(),
    };
    let mut starts = Vec::new();
    for initial in (0..).take(system.initial.len()) {
        for run in &measuring.runner.initial(initial, tally)?.runs {
            measuring.worse(&mut found.start, run.marks);
            if let End::Stable(state) = run.end {
                starts.push(state);
            }
        }
    }
    starts.sort_unstable();
    starts.dedup();
    measuring.steps(lanes, &starts, &mut found, tally)?;
    if lanes.good {
        found.front = measuring.front(lanes, &starts, tally)?;
    }
    Ok(found)
}

impl Measuring<'_> {
    fn best(&self) -> Worst {
        let gauges = &self.gauges.gauges;
        let counts = gauges.iter().map(|gauge| u32::try_from(gauge.levels.len()).expect("few levels")).collect();
        Worst { broken: Vec::new(), counts, offline: vec![false; gauges.len()], reached: false }
    }

    fn count(&self, gauge: &Gauge, marks: Marks) -> u32 {
        let kept = gauge.levels.iter().take_while(|level| !marks.meets(self.marks[**level as usize]));
        u32::try_from(kept.count()).expect("few levels")
    }

    fn worse(&self, worst: &mut Worst, marks: Marks) {
        worst.reached = true;
        for index in 0..self.gauges.own {
            if marks.meets(self.marks[index as usize]) && !worst.broken.contains(&index) {
                worst.broken.push(index);
                worst.broken.sort_unstable();
            }
        }
        for (at, gauge) in self.gauges.gauges.iter().enumerate() {
            worst.counts[at] = worst.counts[at].min(self.count(gauge, marks));
            worst.offline[at] |= gauge.online.is_some_and(|online| marks.meets(self.marks[online as usize]));
        }
    }

    /// All that can come of an occurrence in a state; notes the worst of it.
    fn go(
        &mut self,
        lanes: &Lanes,
        (before, id, after): (u32, OccurrenceId, u32),
        (state, worst): (State, Option<&mut Worst>),
        tally: &mut Tally,
    ) -> Result<Went, Limit> {
        if let Some(known) = self.went.get(&(before, id, after, state)) {
            return Ok(Rc::clone(known));
        }
        let way = (lanes.course.position(before), id, lanes.course.position(after));
        let struck = self.runner.struck(state, tally)?;
        let attempt = self.runner.occurrence(self.plan, way, &struck, tally)?;
        let system = self.runner.system();
        let switches = takes_down(system, &system.steps[self.plan.occurrences[id.0 as usize].step.0 as usize]);
        let mut went: Vec<(State, bool, bool)> = Vec::new();
        let mut seen = Marks::default();
        for run in &attempt.runs {
            seen = seen.union(run.marks);
            let End::Stable(end) = run.end else { continue };
            let scarce = self.gauges.gauges.iter().any(|gauge| self.count(gauge, run.marks) <= gauge.need);
            let passed_over = attempt.moves(run).iter().any(|(what, _)| *what == Move::PassOver);
            let (scarce, down) = (scarce && !passed_over, switches && !passed_over);
            match went.iter_mut().find(|(other, ..)| *other == end) {
                Some(known) => (known.1, known.2) = (known.1 || scarce, known.2 || down),
                None => went.push((end, scarce, down)),
            }
        }
        if let Some(worst) = worst {
            self.worse(worst, seen);
        }
        tally.hold(size_of_val(&went[..]) + size_of::<(u32, OccurrenceId, u32, State)>())?;
        let went = Rc::new(went);
        self.went.insert((before, id, after, state), Rc::clone(&went));
        Ok(went)
    }

    fn steps(&mut self, lanes: &Lanes, starts: &[State], found: &mut Service, tally: &mut Tally) -> Result<(), Limit> {
        let mut states: Vec<indexmap::IndexSet<State>> = vec![indexmap::IndexSet::new(); lanes.nodes.len()];
        states[0].extend(starts.iter().copied());
        for (at, lane) in lanes.nodes.iter().enumerate() {
            for state in std::mem::take(&mut states[at]) {
                for (id, to) in &lane.next {
                    let way = (lane.position, *id, lanes.nodes[*to].position);
                    let worst = &mut found.steps[id.0 as usize];
                    let went = self.go(lanes, way, (state, Some(worst)), tally)?;
                    states[*to].extend(went.iter().map(|(end, ..)| *end));
                }
                tally.check()?;
            }
        }
        Ok(())
    }

    /// The orders that no other good one betters in both respects.
    fn front(&mut self, lanes: &Lanes, starts: &[State], tally: &mut Tally) -> Result<Vec<Best>, Limit> {
        let mut labels: Vec<Vec<Label>> = vec![Vec::new(); lanes.nodes.len()];
        labels[0].push(Label { runs: starts.iter().map(|state| (*state, 0, 0)).collect(), from: None });
        let mut ends: Vec<(u32, u32, (usize, usize))> = Vec::new();
        for (at, lane) in lanes.nodes.iter().enumerate() {
            for index in 0..labels[at].len() {
                if lane.ends {
                    let runs = &labels[at][index].runs;
                    let without = runs.iter().map(|run| run.1).max().unwrap_or(0);
                    let restarts = runs.iter().map(|run| run.2).max().unwrap_or(0);
                    ends.push((without, restarts, (at, index)));
                }
                for (id, to) in &lane.next {
                    let way = (lane.position, *id, lanes.nodes[*to].position);
                    let mut after: FxHashMap<State, (u32, u32)> = FxHashMap::default();
                    for (state, without, restarts) in labels[at][index].runs.clone() {
                        for (end, scarce, down) in self.go(lanes, way, (state, None), tally)?.iter() {
                            let known = after.entry(*end).or_default();
                            known.0 = known.0.max(without + u32::from(*scarce));
                            known.1 = known.1.max(restarts + u32::from(*down));
                        }
                    }
                    let mut runs: Vec<(State, u32, u32)> =
                        after.into_iter().map(|(state, (without, restarts))| (state, without, restarts)).collect();
                    runs.sort_unstable();
                    let label = Label { runs, from: Some((at, index, *id)) };
                    if !labels[*to].iter().any(|other| other.as_good_as(&label)) {
                        tally.hold(size_of_val(&label.runs[..]) + size_of::<Label>())?;
                        labels[*to].push(label);
                    }
                }
            }
        }
        ends.sort_unstable_by_key(|(without, restarts, _)| (*without, *restarts));
        let mut front: Vec<Best> = Vec::new();
        for (without, restarts, place) in ends {
            if front.last().is_none_or(|best| restarts < best.restarts) {
                front.push(Best { without, restarts, ordering: ordering(&labels, place) });
            }
        }
        Ok(front)
    }
}

/// What some ordering has come to: each state that a run may be in, with its most steps of either kind.
#[derive(Clone)]
struct Label {
    runs: Vec<(State, u32, u32)>,
    from: Option<(usize, usize, OccurrenceId)>,
}

impl Label {
    /// Whether this one is, for the same states, no worse in anything.
    fn as_good_as(&self, other: &Label) -> bool {
        self.runs.len() == other.runs.len()
            && self.runs.iter().zip(&other.runs).all(|(a, b)| a.0 == b.0 && a.1 <= b.1 && a.2 <= b.2)
    }
}

fn ordering(labels: &[Vec<Label>], (mut at, mut index): (usize, usize)) -> Vec<OccurrenceId> {
    let mut ordering = Vec::new();
    while let Some((before, label, id)) = labels[at][index].from {
        ordering.push(id);
        (at, index) = (before, label);
    }
    ordering.reverse();
    ordering
}
