//! The shortest run into trouble, found again after the search: no state has to remember where it came from.
//!
//! In: a search from the start that stops before the depth at which something breaks, its levels kept. Backward, level by level,
//! the states from which trouble can still be met in time; forward, the first step or fault, in the order of declaration,
//! that stays among them. So the run has the fewest turns, and of those it is the first, whatever the threads. The way forward is
//! a run of the system itself: its states are among the doomed where the states that stand for them are, so it is the same run
//! however states are folded.

use super::expand::{Asked, Following, actors, narrowed};
use super::folding::Folding;
use super::levels::Search;
use crate::base::{Limit, Tally};
use crate::engine::free::{Violation, Wrong};
use crate::engine::guards::padded;
use crate::system::{Attempt, End, Firing, Marks, Move, Run, Runner, State, StepId, System, Watch};
use crate::trace::{Actor, Trace};
use rustc_hash::FxHashSet;

static ALWAYS: Watch = Watch::always();

/// The first of the shortest runs into trouble, given a search at its start and after how many turns trouble is met.
///
/// # Errors
/// The limit that was hit.
pub fn retrace<const W: usize>(
    system: &System,
    folding: &Folding<'_, W>,
    mut search: Search<'_, W>,
    turns: u32,
    tally: &mut Tally,
) -> Result<Violation, Limit> {
    let mut levels: Vec<Vec<[u64; W]>> = Vec::new();
    for _ in 0..turns {
        let level: Vec<[u64; W]> = search.current().copied().collect();
        search.hold((level.len() * size_of::<[u64; W]>()) as u64);
        tally.bytes = search.bytes();
        tally.check()?;
        levels.push(level);
        if levels.len() < turns as usize {
            search.level(tally, |_| {})?;
        }
    }
    drop(search);
    // From the last level to the first: what may still go wrong in time.
    let mut doomed: Vec<FxHashSet<[u64; W]>> = Vec::new();
    let mut following = Following::default();
    let mut asked = Asked::new(system, tally);
    for level in levels.iter().rev() {
        let mut now = FxHashSet::default();
        for state in level {
            following.clear();
            folding.expand(std::slice::from_ref(state), &mut asked, &mut following)?;
            let goes_wrong = match doomed.last() {
                Some(later) => following.states.iter().any(|state| later.contains(state)),
                None => {
                    let breaks = |state| system.breached(&padded(state), |_| true).is_some();
                    following.lost || following.states.iter().any(breaks)
                }
            };
            if goes_wrong {
                now.insert(*state);
            }
        }
        asked.tally.check_now()?;
        doomed.push(now);
    }
    doomed.reverse();
    Walk { system, folding, runner: Runner::new(system, &ALWAYS), doomed }.forward(tally)
}

struct Walk<'s, const W: usize> {
    system: &'s System,
    folding: &'s Folding<'s, W>,
    runner: Runner<'s>,
    /// For each level but the last, the states from which trouble is met in time; of those that are alike, one.
    doomed: Vec<FxHashSet<[u64; W]>>,
}

impl<const W: usize> Walk<'_, W> {
    fn forward(&mut self, tally: &mut Tally) -> Result<Violation, Limit> {
        for initial in (0..).take(self.system.initial.len()) {
            let attempt = self.runner.initial(initial, tally)?;
            if let Some(run) = self.onward(&attempt, 0) {
                let moves = attempt.moves(run);
                if self.doomed.is_empty() {
                    let (moves, wrong) = self.wrong(&attempt, run, moves);
                    return Ok(Violation { trace: Trace::begin(initial, &moves), wrong });
                }
                let End::Stable(state) = run.end else { unreachable!("a doomed state is stable") };
                return self.from(state, Trace::begin(initial, &moves), tally);
            }
        }
        unreachable!("trouble was met from an initial state")
    }

    fn from(&mut self, mut state: State, mut trace: Trace, tally: &mut Tally) -> Result<Violation, Limit> {
        for level in 1..=self.doomed.len() {
            let mut next = None;
            for actor in actors(self.system) {
                let attempt = match actor {
                    Actor::Step(StepId(id)) => self.runner.step(state, &self.system.steps[id as usize], tally)?,
                    Actor::Fault(id) => self.runner.strike(state, id, tally)?,
                    Actor::Occurrence(_) => unreachable!("a world explored alone has no occurrences"),
                };
                if let Some(run) = self.onward(&attempt, level).copied() {
                    next = Some((actor, attempt, run));
                    break;
                }
            }
            let (actor, attempt, run) = next.expect("from a doomed state the next one is reached");
            let moves = attempt.moves(&run);
            if level == self.doomed.len() {
                let (moves, wrong) = self.wrong(&attempt, &run, moves);
                trace.follow(actor, &moves);
                return Ok(Violation { trace, wrong });
            }
            trace.follow(actor, &moves);
            let End::Stable(after) = run.end else { unreachable!("a doomed state is stable") };
            state = after;
        }
        unreachable!("the last level returns")
    }

    /// The first run that stays among the doomed, or at the end goes wrong.
    fn onward<'a>(&self, attempt: &'a Attempt, level: usize) -> Option<&'a Run> {
        attempt.runs.iter().filter(|run| run.end != End::Refused).find(|run| match (self.doomed.get(level), run.end) {
            (Some(doomed), End::Stable(state)) => doomed.contains(&self.folding.representative(narrowed(&state))),
            (Some(_), _) => false,
            (None, end) => run.marks.meets(Marks::BROKEN) || end == End::Unsettled,
        })
    }

    /// What goes wrong at the end of a run, and its moves up to there.
    fn wrong(&self, attempt: &Attempt, run: &Run, mut moves: Vec<(Move, State)>) -> (Vec<(Move, State)>, Wrong) {
        let at_once = || match run.end {
            End::Stable(state) if moves.is_empty() => self.system.breached(&state, |_| true),
            _ => None,
        };
        let wrong = match self.system.first_breach(&moves, |_| true) {
            Some((length, always)) => {
                moves.truncate(length);
                Wrong::Always(always)
            }
            // A broken condition of an initial state that was stable at once: there is no move to see it after.
            None => at_once().map_or_else(
                || Wrong::Unsettled(attempt.cycle(run).map(<[Firing]>::to_vec).unwrap_or_default()),
                Wrong::Always,
            ),
        };
        (moves, wrong)
    }
}
