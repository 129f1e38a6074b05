//! Whether there is a way back, after each step of a runbook, and how long it is at worst.
//!
//! Two ways are looked for from every state that some run of a good ordering (or of any, if none is good) can be in after the step: to
//! the values that every visible variable had at the start of that run, by any steps of the world; and to any healthy state whose drills
//! pass, by steps that do not carry the runbook on. Faults and `always` conditions play no part on the way back.

use super::problem::{Goal, Problem};
use super::search::{NEVER, Planner};
use crate::base::{Limit, Tally};
use crate::orderings::Lanes;
use crate::system::{End, OccurrenceId, Plan, Runner, State, StepSet, System, VarId, Watch};
use rustc_hash::FxHashMap;

/// How far something is at worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// No run comes here.
    Nowhere,
    /// At most so many steps.
    Steps(u32),
    /// In some case there is no way.
    Never,
    /// A limit was hit before that was known.
    Unknown(Limit),
}

impl Distance {
    /// The worse of two.
    #[must_use]
    pub fn or(self, other: Distance) -> Distance {
        match (self, other) {
            (Distance::Never, _) | (_, Distance::Never) => Distance::Never,
            (Distance::Unknown(limit), _) | (_, Distance::Unknown(limit)) => Distance::Unknown(limit),
            (Distance::Nowhere, other) | (other, Distance::Nowhere) => other,
            (Distance::Steps(a), Distance::Steps(b)) => Distance::Steps(a.max(b)),
        }
    }
}

/// The ways back after one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// To the start of the run.
    pub start: Distance,
    /// To a healthy state, without going on.
    pub healthy: Distance,
}

/// The ways back at every step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    /// Of the good orderings; else of all, since none is good.
    pub good: bool,
    /// By occurrence.
    pub after: Vec<Ways>,
    /// To a healthy state, before the first step.
    pub healthy_before: Distance,
}

/// The systems that ways back are looked for in.
pub struct Grounds<'s> {
    /// The runbook's own.
    pub system: &'s System,
    /// Every step of the world, no faults; its variables have the same numbers.
    pub every_step: &'s System,
    /// By step of the world: whether it carries no runbook on wherever it stands (restarts, starts, stops, moves).
    pub routine: Vec<bool>,
}

static NOTHING: Watch = Watch::nothing();

impl<'s> Grounds<'s> {
    fn translated(&self, state: &State) -> State {
        let mut other = State::default();
        for var in (0u32..).map(VarId).take(self.system.layout.slots.len()) {
            self.every_step.layout.set(&mut other, var, self.system.layout.get(state, var));
        }
        other
    }

    /// The steps that do not carry the runbook on: routine ones, and those that are not still to come, or were done before.
    fn allowed(&self, plan: &Plan, done: StepSet) -> Vec<bool> {
        let name = |id: OccurrenceId| &self.system.steps[plan.occurrences[id.0 as usize].step.0 as usize].name;
        let all = || (0u32..).map(OccurrenceId).take(plan.occurrences.len());
        let ahead = |step: &String| all().any(|id| !done.contains(id) && name(id) == step);
        let behind = |step: &String| all().any(|id| done.contains(id) && name(id) == step);
        let steps = self.every_step.steps.iter().zip(&self.routine);
        steps.map(|(step, routine)| *routine || !ahead(&step.name) || behind(&step.name)).collect()
    }
}

/// What was met: for each occurrence, the node of the lanes after it, the state and the number of the run's start.
type Met = indexmap::IndexSet<(OccurrenceId, usize, State, usize)>;

/// Looks for ways back after each step. `each` is how much may be looked at for one of them.
///
/// # Errors
/// The limit that was hit before all states were met.
pub fn back<'s>(
    grounds: &'s Grounds<'s>,
    plan: &Plan,
    lanes: &Lanes,
    (tally, each): (&mut Tally, &dyn Fn() -> Tally),
) -> Result<Back, Limit> {
    let mut runner = Runner::new(grounds.system, &NOTHING);
    let mut starts = Vec::new();
    for initial in (0..).take(grounds.system.initial.len()) {
        let ends = runner.initial(initial, tally)?.runs.into_iter().filter_map(|run| match run.end {
            End::Stable(state) => Some(state),
            End::Refused | End::Unsettled | End::Endless => None,
        });
        starts.extend(ends);
    }
    let met = met(&mut runner, plan, (lanes, &starts), tally)?;
    let nowhere = Ways { start: Distance::Nowhere, healthy: Distance::Nowhere };
    let mut found =
        Back { good: lanes.good, after: vec![nowhere; plan.occurrences.len()], healthy_before: Distance::Nowhere };
    let mut homes: Vec<Planner<'s>> = Vec::new();
    let visible = |var: VarId| !grounds.every_step.origins.vars.get(var.0 as usize).is_some_and(|origin| origin.hidden);
    for start in &starts {
        let goal = Goal::like(grounds.every_step, &grounds.translated(start), visible);
        homes.push(Planner::new(Problem { goal, ..Problem::new(grounds.every_step) }, &NOTHING));
    }
    let mut healthy: FxHashMap<Vec<bool>, Planner<'s>> = FxHashMap::default();
    let mut to_health = |done: StepSet, state: &State, known: Distance| {
        let allowed = grounds.allowed(plan, done);
        let planner = healthy
            .entry(allowed.clone())
            .or_insert_with(|| Planner::new(Problem { allowed, ..Problem::new(grounds.every_step) }, &NOTHING));
        distance(planner, grounds.translated(state), known, &mut each())
    };
    for start in &starts {
        found.healthy_before = found.healthy_before.or(to_health(StepSet::default(), start, found.healthy_before));
    }
    for (id, lane, state, start) in met {
        let ways = &mut found.after[id.0 as usize];
        if ways.start != Distance::Never {
            ways.start =
                ways.start.or(distance(&mut homes[start], grounds.translated(&state), ways.start, &mut each()));
        }
        if ways.healthy != Distance::Never {
            let done = lanes.course.position(lanes.nodes[lane].position).done;
            ways.healthy = ways.healthy.or(to_health(done, &state, ways.healthy));
        }
        tally.check()?;
    }
    if lanes.good {
        once_lost(lanes, &mut found);
    }
    Ok(found)
}

/// In a numbered list: where there is no way back after a step, there is none after the next. Otherwise that step would lead to one.
fn once_lost(lanes: &Lanes, found: &mut Back) {
    let mut lost = false;
    if lanes.nodes.iter().all(|lane| lane.next.len() <= 1) {
        for (id, _) in lanes.nodes.iter().flat_map(|lane| &lane.next) {
            let ways = &mut found.after[id.0 as usize];
            lost |= ways.start == Distance::Never;
            if lost && ways.start != Distance::Nowhere {
                ways.start = Distance::Never;
            }
        }
    }
}

/// How far the goal is. Where another case is `known` to be undecided, only whether bounds prove this one lost.
fn distance(planner: &mut Planner<'_>, state: State, known: Distance, tally: &mut Tally) -> Distance {
    let value = planner.place(state, tally).and_then(|place| match known {
        Distance::Unknown(_) if planner.lost_at_once(place, tally)? => Ok(NEVER),
        Distance::Unknown(limit) => Err(limit),
        _ => planner.value(place, tally),
    });
    match value {
        Ok(NEVER) => Distance::Never,
        Ok(steps) => Distance::Steps(steps),
        Err(limit) => Distance::Unknown(limit),
    }
}

fn met(
    runner: &mut Runner<'_>,
    plan: &Plan,
    (lanes, starts): (&Lanes, &[State]),
    tally: &mut Tally,
) -> Result<Met, Limit> {
    let mut here: Vec<indexmap::IndexSet<(State, usize)>> = vec![indexmap::IndexSet::new(); lanes.nodes.len()];
    here[0].extend(starts.iter().copied().zip(0..));
    let mut met = Met::new();
    for (at, lane) in lanes.nodes.iter().enumerate() {
        for (state, start) in std::mem::take(&mut here[at]) {
            let struck = runner.struck(state, tally)?;
            for (id, to) in &lane.next {
                let after = lanes.nodes[*to].position;
                let way = (lanes.course.position(lane.position), *id, lanes.course.position(after));
                for run in &runner.occurrence(plan, way, &struck, tally)?.runs {
                    if let End::Stable(end) = run.end {
                        here[*to].insert((end, start));
                        met.insert((*id, *to, end, start));
                    }
                }
            }
            tally.states = met.len() as u64;
            tally.hold(size_of::<(OccurrenceId, usize, State, usize)>())?;
        }
    }
    Ok(met)
}
