//! What happens where nothing goes wrong: the states at each node of the good orderings, and the events that are expected.
//!
//! In: a system and its good orderings. Out: [`Meant`]. An event is *expected* at a position with an occurrence if some run of some
//! good ordering raises it there while the occurrence is done, or by a fault right before it. That a step fails is expected in the
//! same way: it counts as one event more.

use crate::base::{Limit, Tally};
use crate::orderings::GoodOrderings;
use crate::system::{
    Action, Drill, End, EventId, OccurrenceId, Outcome, Plan, Position, Runner, State, Step, System, Watch, Watched,
};
use rustc_hash::{FxBuildHasher, FxHashMap};

/// States, each once, in the order in which they were met.
pub type States = indexmap::IndexSet<State, FxBuildHasher>;

/// A set of events.
pub type Events = Vec<u64>;

/// What happens where nothing goes wrong.
pub struct Meant {
    /// The states at each node.
    pub states: Vec<States>,
    /// For each node, each of its states and each edge, in this order: the states of the next node.
    pub next: Vec<Vec<Vec<u32>>>,
    /// What is expected at a position with an occurrence.
    pub expected: FxHashMap<(Position, OccurrenceId), Events>,
    /// How many events there are, one for all that fails among them.
    pub events: u32,
}

/// The same system in which a step that fails raises one event more; and how many events it has.
pub fn with_failures(system: &System) -> (System, u32) {
    let mut system = system.clone();
    let mut most = u32::try_from(system.origins.events.len()).expect("fewer events than u32::MAX");
    each_outcome(&mut system, |outcome, _| {
        most = outcome.events.iter().fold(most, |most, event| most.max(event.0 + 1));
    });
    each_outcome(&mut system, |outcome, of_a_step| {
        if outcome.fails && of_a_step {
            outcome.events.push(EventId(most));
        }
    });
    (system, most + 1)
}

/// The same system in which an outcome raises one event if it raises any that is not expected.
pub fn with_signs(system: &System, expected: &Events) -> System {
    let mut system = system.clone();
    each_outcome(&mut system, |outcome, _| {
        let sign = outcome.events.iter().any(|event| !contains(expected, *event));
        outcome.events = if sign { vec![EventId(0)] } else { Vec::new() };
    });
    system
}

/// Whether an event is in a set.
pub fn contains(events: &Events, event: EventId) -> bool {
    events.get(event.0 as usize / 64).is_some_and(|word| word >> (event.0 % 64) & 1 == 1)
}

fn each_outcome(system: &mut System, mut what: impl FnMut(&mut Outcome, bool)) {
    let of_step = |step: &mut Step, what: &mut dyn FnMut(&mut Outcome, bool)| {
        step.phases.iter_mut().flat_map(|phase| &mut phase.outcomes).for_each(|outcome| what(outcome, true));
    };
    system.steps.iter_mut().for_each(|step| of_step(step, &mut what));
    for Drill { act, then, .. } in &mut system.drills {
        act.iter_mut().chain(then).for_each(|step| of_step(step, &mut what));
    }
    let actions = system.reactions.iter_mut().chain(system.faults.iter_mut().map(|fault| &mut fault.action));
    actions.flat_map(|Action { outcomes, .. }| outcomes).for_each(|outcome| what(outcome, false));
}

impl Meant {
    /// Follows every run of every good ordering. `system` is one [`with_failures`].
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(
        (system, plan, events): (&System, &Plan, u32),
        good: &GoodOrderings,
        tally: &mut Tally,
    ) -> Result<Meant, Limit> {
        let states = vec![States::default(); good.nodes.len()];
        let mut meant = Meant { states, next: Vec::new(), expected: FxHashMap::default(), events };
        let passes = events.div_ceil(u32::try_from(Watch::CAPACITY).expect("it is small"));
        for pass in 0..passes {
            let capacity = u32::try_from(Watch::CAPACITY).expect("it is small");
            let some: Vec<EventId> = (pass * capacity..events.min((pass + 1) * capacity)).map(EventId).collect();
            let watch = Watch::things(some.iter().copied().map(Watched::Event));
            let mut runner = Runner::new(system, &watch);
            meant.starts(&mut runner, tally)?;
            for node in 0..good.nodes.len() {
                meant.node((&mut runner, plan), good, (node, &some, &watch), tally)?;
            }
        }
        Ok(meant)
    }

    fn starts(&mut self, runner: &mut Runner<'_>, tally: &mut Tally) -> Result<(), Limit> {
        for index in 0..u32::try_from(runner.system().initial.len()).expect("fewer states than u32::MAX") {
            for run in runner.initial(index, tally)?.runs {
                let End::Stable(state) = run.end else { unreachable!("a good ordering settles") };
                self.states[0].insert(state);
            }
        }
        Ok(())
    }

    fn node(
        &mut self,
        (runner, plan): (&mut Runner<'_>, &Plan),
        good: &GoodOrderings,
        (node, some, watch): (usize, &[EventId], &Watch),
        tally: &mut Tally,
    ) -> Result<(), Limit> {
        let from = good.nodes[node].position;
        let first_pass = self.next.len() <= node;
        let mut all = Vec::new();
        let words = self.events.div_ceil(64) as usize;
        for at in 0..self.states[node].len() {
            let state = self.states[node][at];
            let struck = runner.struck(state, tally)?;
            for (id, to) in &good.nodes[node].next {
                let way = (from, *id, good.nodes[*to as usize].position);
                let attempt = runner.occurrence(plan, way, &struck, tally)?;
                let mut next = Vec::new();
                let mut marks = crate::system::Marks::default();
                for run in attempt.runs {
                    let End::Stable(state) = run.end else { unreachable!("no run of a good ordering ends early") };
                    marks = marks.union(run.marks);
                    let (place, new) = self.states[*to as usize].insert_full(state);
                    tally.states += u64::from(new);
                    next.push(u32::try_from(place).expect("states are bounded by memory far below u32::MAX"));
                }
                next.sort_unstable();
                next.dedup();
                tally.hold(size_of::<Vec<u32>>() + size_of_val(&*next) + size_of::<State>())?;
                let expected = self.expected.entry((from, *id)).or_insert_with(|| vec![0; words]);
                for event in some {
                    if watch.mark(Watched::Event(*event)).is_some_and(|mark| marks.meets(mark)) {
                        expected[event.0 as usize / 64] |= 1 << (event.0 % 64);
                    }
                }
                all.push(next);
            }
        }
        if first_pass {
            self.next.push(all);
        }
        Ok(())
    }
}
