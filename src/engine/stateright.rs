//! The same exploration by the `stateright` library: another search, which must find the same facts.
//!
//! Used under the rules that make it sound for safety: breadth first, one property a run, joined and never reported, no
//! timeout or target. So there are two runs: one whose property always holds counts the states; one whose property is
//! that no bad run was met gives the verdict. A limit raises a flag that ends the search, and the result is thrown away.

use super::{Engine, Facts, Stopped};
use crate::base::{Budget, Limit, Tally};
use crate::system::{ActionId, Attempt, Course, End, Finish, Finishes, Marks, OccurrenceId, Procedure, Runner};
use crate::system::{State, StepId, System, Watch};
use stateright::{Checker, Model, Property};
use std::sync::Mutex;

/// The independent engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stateright;

/// A system as a model that `stateright` can check, or show in its Explorer.
pub struct Explorable {
    system: System,
    course: Option<Course>,
    watch: Watch,
    seeks: Seeks,
    tally: Mutex<Tally>,
    stopped: Mutex<Option<Limit>>,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seeks {
    States,
    BadRun,
}

/// A node of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A stable state, at this position of the course (0 in a world explored alone).
    At(u32, State),
    /// A run that is bad already; only where bad runs are sought.
    Bad,
}

/// What happens between two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happens {
    /// The next occurrence, in one of its ways to go.
    Occurrence(OccurrenceId, Node),
    /// A step in a world explored alone.
    Step(StepId, Node),
    /// A fault in a world explored alone.
    Fault(ActionId, Node),
}

impl Explorable {
    /// Prepares a system.
    ///
    /// # Errors
    /// A limit was hit while its positions were numbered.
    pub fn new(system: &System, budget: &Budget) -> Result<Explorable, Limit> {
        Explorable::seeking(Seeks::States, system, budget)
    }

    fn seeking(seeks: Seeks, system: &System, budget: &Budget) -> Result<Explorable, Limit> {
        let mut tally = Tally::start(budget, "stateright");
        let course = match &system.procedure {
            Procedure::Free => None,
            Procedure::Ordered(plan) => Some(Course::of(plan, &mut tally)?),
        };
        let (tally, stopped) = (Mutex::new(tally), Mutex::new(None));
        Ok(Explorable { system: system.clone(), course, watch: Watch::things([]), seeks, tally, stopped })
    }

    fn nodes(&self, attempt: &Attempt, position: u32) -> Vec<Node> {
        let mut nodes = Vec::new();
        for run in &attempt.runs {
            let bad = run.marks.meets(Marks::BROKEN) || !matches!(run.end, End::Stable(_));
            let free_and_refused = self.course.is_none() && run.end == End::Refused;
            if bad && !free_and_refused && self.seeks == Seeks::BadRun {
                nodes.push(Node::Bad);
            } else if let End::Stable(state) = run.end {
                nodes.push(Node::At(position, state));
            }
        }
        nodes
    }

    /// Does some work under the limits; once one is hit there is nothing more to do.
    fn limited<T: Default>(&self, work: impl FnOnce(&mut Tally) -> Result<T, Limit>) -> T {
        let mut stopped = self.stopped.lock().expect("no thread panics while it holds the limit");
        if stopped.is_some() {
            return T::default();
        }
        let mut tally = self.tally.lock().expect("no thread panics while it counts");
        let held = tally.bytes;
        let done = work(&mut tally);
        // Nothing is remembered between calls but the library's own state, some words each.
        tally.bytes = held + size_of::<Node>() as u64;
        match done {
            Ok(done) => done,
            Err(limit) => {
                *stopped = Some(limit);
                T::default()
            }
        }
    }

    fn happens(&self, position: u32, state: State, tally: &mut Tally) -> Result<Vec<Happens>, Limit> {
        tally.states += 1;
        tally.check()?;
        let mut runner = Runner::new(&self.system, &self.watch);
        let mut all = Vec::new();
        if let (Some(course), Procedure::Ordered(plan)) = (&self.course, &self.system.procedure) {
            let struck = runner.struck(state, tally)?;
            for (id, after) in course.next(position) {
                let way = (course.position(position), *id, course.position(*after));
                let attempt = runner.occurrence(plan, way, &struck, tally)?;
                all.extend(self.nodes(&attempt, *after).into_iter().map(|node| Happens::Occurrence(*id, node)));
            }
            return Ok(all);
        }
        for (id, step) in (0..).map(StepId).zip(&self.system.steps) {
            let attempt = runner.step(state, step, tally)?;
            all.extend(self.nodes(&attempt, 0).into_iter().map(|node| Happens::Step(id, node)));
        }
        for fault in (0..).map(ActionId).take(self.system.faults.len()) {
            let attempt = runner.strike(state, fault, tally)?;
            all.extend(self.nodes(&attempt, 0).into_iter().map(|node| Happens::Fault(fault, node)));
        }
        Ok(all)
    }

    fn fine(&self, node: &Node) -> bool {
        match (node, &self.course) {
            (Node::Bad, _) => false,
            (Node::At(position, state), Some(course)) if course.may_end(*position) => {
                self.limited(|tally| Ok(Finishes::new(&self.system).finish(*state, tally)? == Finish::Healthy))
            }
            (Node::At(..), _) => true,
        }
    }
}

impl Model for Explorable {
    type State = Node;
    type Action = Happens;

    fn init_states(&self) -> Vec<Node> {
        self.limited(|tally| {
            let mut runner = Runner::new(&self.system, &self.watch);
            let mut nodes = Vec::new();
            for initial in (0..).take(self.system.initial.len()) {
                nodes.extend(self.nodes(&runner.initial(initial, tally)?, 0));
            }
            Ok(nodes)
        })
    }

    fn actions(&self, node: &Node, actions: &mut Vec<Happens>) {
        if let Node::At(position, state) = node {
            actions.extend(self.limited(|tally| self.happens(*position, *state, tally)));
        }
    }

    fn next_state(&self, _: &Node, action: Happens) -> Option<Node> {
        let (Happens::Occurrence(_, node) | Happens::Step(_, node) | Happens::Fault(_, node)) = action;
        Some(node)
    }

    fn format_action(&self, action: &Happens) -> String {
        match (action, &self.system.procedure) {
            (Happens::Occurrence(id, _), Procedure::Ordered(plan)) => plan.occurrences[id.0 as usize].label.clone(),
            (Happens::Step(id, _), _) => self.system.steps[id.0 as usize].name.clone(),
            (Happens::Fault(id, _), _) => self.system.faults[id.0 as usize].action.name.clone(),
            (Happens::Occurrence(..), Procedure::Free) => format!("{action:?}"),
        }
    }

    fn properties(&self) -> Vec<Property<Self>> {
        match self.seeks {
            Seeks::States => vec![Property::always("counted", |_, _| true)],
            Seeks::BadRun => vec![Property::always("no bad run", |model: &Explorable, node| model.fine(node))],
        }
    }
}

impl Engine for Stateright {
    fn name(&self) -> &'static str {
        "stateright"
    }

    fn facts(&self, system: &System, budget: &Budget) -> Result<Facts, Stopped> {
        let run = |seeks: Seeks| {
            let stop = |limit, states| Stopped { limit, states, moves: 0 };
            let model = Explorable::seeking(seeks, system, budget).map_err(|limit| stop(limit, 0))?;
            let checker = model.checker().threads(1).spawn_bfs().join();
            let states = checker.unique_state_count() as u64;
            let stopped = *checker.model().stopped.lock().expect("the search is over");
            match stopped {
                Some(limit) => Err(stop(limit, states)),
                None => Ok((states, checker.discoveries().contains_key("no bad run"))),
            }
        };
        let (states, _) = run(Seeks::States)?;
        let (_, bad) = run(Seeks::BadRun)?;
        Ok(Facts { states, bad })
    }
}
