//! Carries a plan out on the reference semantics, in every case and with every outcome.
//!
//! Shares nothing with the search: states are whole, nothing is remembered but which of them were met where.

use super::data::{Node, Plan};
use super::problem::{Goal, Problem, faults};
use crate::base::{Limit, Tally};
use crate::system::{ActionId, End, Finish, Finishes, Marks, Run, Runner, State, Watch, Watched};
use rustc_hash::FxHashMap;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub &'static str);

struct Walk<'p, 's> {
    problem: &'p Problem<'s>,
    plan: &'p Plan,
    runner: Runner<'s>,
    finishes: Finishes<'s>,
    kept: Marks,
    /// Steps and restarts at worst from there on.
    known: FxHashMap<(usize, State), (u32, u32)>,
}

/// Carries a plan out from each of these stable states; steps and restarts at worst.
///
/// # Errors
/// The limit that was hit; inside, what went wrong.
pub fn verify<'s>(
    problem: &Problem<'s>,
    watch: &'s Watch,
    (plan, starts): (&Plan, &[State]),
    tally: &mut Tally,
) -> Result<Result<(u32, u32), Wrong>, Limit> {
    let kept = problem.keep.iter().filter_map(|index| watch.mark(Watched::Broken(*index)));
    let mut walk = Walk {
        problem,
        plan,
        runner: Runner::new(problem.system, watch),
        finishes: Finishes::new(problem.system),
        kept: kept.fold(Marks::default(), Marks::union),
        known: FxHashMap::default(),
    };
    let (mut steps, mut restarts) = (0, 0);
    for start in starts {
        match walk.from(plan.root, *start, tally)? {
            Ok(worst) => (steps, restarts) = (steps.max(worst.0), restarts.max(worst.1)),
            Err(wrong) => return Ok(Err(wrong)),
        }
    }
    Ok(if steps == plan.steps {
        Ok((steps, restarts))
    } else {
        Err(Wrong("it takes more or fewer steps than it says"))
    })
}

impl Walk<'_, '_> {
    fn from(&mut self, node: usize, state: State, tally: &mut Tally) -> Result<Result<(u32, u32), Wrong>, Limit> {
        if let Some(known) = self.known.get(&(node, state)) {
            return Ok(Ok(*known));
        }
        tally.check()?;
        let found = match &self.plan.nodes[node] {
            Node::Done => self.done(state, tally)?.then_some((0, 0)).ok_or(Wrong("it ends outside of the goal")),
            Node::Look { variables, cases } => {
                let layout = &self.problem.system.layout;
                let seen: Vec<u8> = variables.iter().map(|var| layout.get(&state, *var)).collect();
                match cases.iter().find(|(values, _)| values.contains(&seen)) {
                    Some((_, next)) => self.from(*next, state, tally)?,
                    None => Err(Wrong("it does not say what to do in a case")),
                }
            }
            Node::Step { step, crashes, next } => self.step((step.0 as usize, crashes, *next), state, tally)?,
        };
        if let Ok(worst) = found {
            self.known.insert((node, state), worst);
        }
        Ok(found)
    }

    fn done(&mut self, state: State, tally: &mut Tally) -> Result<bool, Limit> {
        Ok(match &self.problem.goal {
            Goal::Healthy => self.finishes.finish(state, tally)? == Finish::Healthy,
            Goal::Holds(parts) => parts.iter().all(|part| part.holds(&state)),
        })
    }

    fn step(
        &mut self,
        (step, crashes, next): (usize, &[(ActionId, usize)], usize),
        state: State,
        tally: &mut Tally,
    ) -> Result<Result<(u32, u32), Wrong>, Limit> {
        let system = self.problem.system;
        let (mut steps, mut restarts) = (0, 0);
        for fault in faults(system) {
            let attempt = self.runner.strike(state, fault, tally)?;
            for run in attempt.runs.clone() {
                let Some((_, next)) = crashes.iter().find(|(other, _)| *other == fault) else {
                    return Ok(Err(Wrong("it does not say what to do after a crash")));
                };
                match self.on(*next, &run, tally)? {
                    Ok(worst) => (steps, restarts) = (steps.max(worst.0), restarts.max(worst.1)),
                    Err(wrong) => return Ok(Err(wrong)),
                }
            }
        }
        let switches = super::problem::takes_down(system, &system.steps[step]);
        let attempt = self.runner.step_to_rest(state, &system.steps[step], tally)?;
        for run in attempt.runs.clone() {
            match self.on(next, &run, tally)? {
                Ok(worst) => {
                    (steps, restarts) = (steps.max(worst.0 + 1), restarts.max(worst.1 + u32::from(switches)));
                }
                Err(wrong) => return Ok(Err(wrong)),
            }
        }
        Ok(Ok((steps, restarts)))
    }

    fn on(&mut self, next: usize, run: &Run, tally: &mut Tally) -> Result<Result<(u32, u32), Wrong>, Limit> {
        match run.end {
            End::Stable(_) if run.marks.meets(self.kept) => Ok(Err(Wrong("it breaks what is to be kept"))),
            End::Stable(state) => self.from(next, state, tally),
            End::Refused => Ok(Err(Wrong("a step is refused"))),
            End::Unsettled | End::Endless => Ok(Err(Wrong("something never settles"))),
        }
    }
}
