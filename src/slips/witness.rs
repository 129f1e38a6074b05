//! A run with mishaps as a run of a system of its own, whose only ordering is what was done.
//!
//! In: a run that was [`Found`]. Out: a [`Witness`]: the system with a plan without choices, and a counterexample that replays on it.
//! Steps that were passed over stand under an `if` that does not hold; a step that was left out is not there, unless faults struck where
//! it should have been done and nothing came after. The first pass of a loop is written out as it was done, and what followed it is a loop
//! of its own. The waiting at the end stays what it is.

use super::acts::{Act, OnTheWay, Stop, Told, What};
use super::chase::{Chase, Found, Leg};
use super::data::Witness;
use super::meant::contains;
use crate::base::{Limit, Tally};
use crate::orderings::bad_ending;
use crate::system::{
    Block, End, EventId, Finish, Firing, Guard, GuardId, Loop, Move, Occurrence, OccurrenceId, Outcome, Plan,
    Predicate, Procedure, Retries, Runner, State, Step, StepId, StepSet, System, Watch,
};
use crate::trace::{Actor, Fire, Trace};
use crate::verdict::{Counterexample, Ending, Insight};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// More steps than this do not fit into a position.
const MOST_STEPS: usize = 256;

static ALWAYS: Watch = Watch::always();

/// What is written down, piece by piece.
struct Writer<'a> {
    system: &'a System,
    plan: &'a Plan,
    occurrences: Vec<Occurrence>,
    guards: Vec<Guard>,
    /// How often a label was used.
    labels: FxHashMap<String, usize>,
    /// Each occurrence that had its turn, with what happened in it, faults before it included.
    pieces: Vec<(OccurrenceId, Vec<(Move, State)>)>,
    /// Faults after which nothing was done yet.
    pending: Vec<(Move, State)>,
    cycle: Vec<Firing>,
    /// What goes round for ever.
    round: Vec<(Move, State)>,
    retries: Retries,
    signs: Vec<EventId>,
}

impl Chase<'_, '_> {
    /// Tells a run that was found.
    ///
    /// # Errors
    /// The limit that was hit: [`Limit::Positions`] where more was done than fits into a plan.
    pub fn witness(&mut self, found: &Found, tally: &mut Tally) -> Result<Witness, Limit> {
        let scene = self.scene;
        let mut writer = Writer {
            system: scene.system,
            plan: scene.plan,
            occurrences: Vec::new(),
            guards: Vec::new(),
            labels: FxHashMap::default(),
            pieces: Vec::new(),
            pending: Vec::new(),
            cycle: Vec::new(),
            round: Vec::new(),
            retries: Retries { fairness: scene.plan.retries.fairness, ..Retries::default() },
            signs: Vec::new(),
        };
        let mut before = None;
        let (initial, begin) = self.begin(found, tally)?;
        let mut happened = false;
        for leg in &found.legs {
            happened |= !leg.mishaps.is_empty();
            let all = self.hands.carry_out(&leg.acts, leg.from, true, tally)?;
            let done = all.into_iter().find(|done| leg.is(done)).expect("the same semantics give the same runs");
            let mut told: Vec<Rc<Told>> = Vec::new();
            let mut next = done.told;
            while let Some(one) = next {
                next = one.before.clone();
                told.push(one);
            }
            for one in told.into_iter().rev() {
                if happened {
                    let expected = &scene.sets[leg.acts[one.act].expected() as usize];
                    writer.signs(&one, |event| contains(expected, event));
                }
                if let Some(before) = before.filter(|_| scene.plan.retries.rest == Some(leg.taken[0])) {
                    writer.left_out(before);
                }
                // One step, and the further passes of a loop.
                let longest = scene.plan.retries.loops.iter().map(|lap| lap.body.len()).max().unwrap_or(0);
                if writer.occurrences.len() + 1 + longest > MOST_STEPS {
                    return Err(Limit::Positions);
                }
                writer.told(leg, &one);
            }
            before = leg.taken.first().copied();
        }
        let taken: usize = found.legs.iter().map(|leg| leg.taken.len()).sum();
        writer.rest(found, &found.meant[taken..]);
        if writer.occurrences.len() > MOST_STEPS {
            return Err(Limit::Positions);
        }
        let mut trace = Trace::begin(initial, &begin);
        let ending = self.tell(&mut writer, found, &mut trace, tally)?;
        let Writer { occurrences, guards, retries, signs, .. } = writer;
        let ordering: Vec<OccurrenceId> = ids(occurrences.len()).collect();
        let root = Block::Sequence(ordering.iter().copied().map(Block::Step).collect());
        let mut system = scene.system.clone();
        system.steps.push(nothing());
        system.procedure = Procedure::Ordered(Plan { occurrences, root, guards, chains: Vec::new(), retries });
        system.claims.clear();
        let run = Counterexample { ordering, lost_after: None, trace, ending, insight: Insight::default() };
        let mishaps = found.legs.iter().flat_map(|leg| leg.mishaps.iter().copied()).collect();
        Ok(Witness { mishaps, meant: found.meant.clone(), system: Box::new(system), run, signs })
    }

    /// The initial state that a run begins in, and how it settles.
    fn begin(&self, found: &Found, tally: &mut Tally) -> Result<(u32, Vec<(Move, State)>), Limit> {
        let from = found.legs.first().expect("a mishap takes a step").from;
        let mut runner = Runner::new(self.scene.system, &ALWAYS);
        for index in 0.. {
            let attempt = runner.initial(index, tally)?;
            let there = attempt.runs.iter().find(|run| run.end == End::Stable(from));
            if let Some(run) = there {
                return Ok((index, attempt.moves(run)));
            }
        }
        unreachable!("every run begins in an initial state")
    }

    /// Writes the trace; says how it ends.
    fn tell(
        &mut self,
        writer: &mut Writer<'_>,
        found: &Found,
        trace: &mut Trace,
        tally: &mut Tally,
    ) -> Result<Ending, Limit> {
        let finish = match found.ended.stop {
            Stop::Refused(_) => Some(Ending::Refused),
            Stop::Unsettled => Some(Ending::Unsettled(writer.cycle.iter().copied().map(Fire::from).collect())),
            Stop::Endless => {
                let mut cycle = Trace::begin(0, &[]);
                cycle.follow(Actor::Occurrence(OccurrenceId(0)), &writer.round);
                Some(Ending::Endless(cycle.turns))
            }
            Stop::Stable(state) if found.finished => {
                let healthy = self.finishes.finish(state, tally)? == Finish::Healthy;
                if healthy { None } else { Some(bad_ending(&mut self.finishes, state, tally)?) }
            }
            Stop::Stable(_) => None,
        };
        let pending = std::mem::take(&mut writer.pending);
        let last = (!pending.is_empty()).then(|| {
            // Where it goes on, the faults are before the next step, which is never done.
            let next = u32::try_from(writer.pieces.len()).expect("fewer steps than u32::MAX");
            (OccurrenceId(next), pending)
        });
        for (id, moves) in writer.pieces.iter().chain(&last) {
            let breach = if finish.is_none() { self.scene.system.first_breach(moves, |_| true) } else { None };
            let end = breach.map_or(moves.len(), |(end, _)| end);
            trace.follow(Actor::Occurrence(*id), &moves[..end]);
            if let Some((_, always)) = breach {
                return Ok(Ending::Always(always));
            }
        }
        Ok(finish.unwrap_or(Ending::Healthy))
    }
}

impl Writer<'_> {
    fn label(&mut self, label: String) -> String {
        let count = self.labels.entry(label.clone()).or_default();
        *count += 1;
        if *count == 1 { label } else { format!("{label} ({count})") }
    }

    fn add(&mut self, label: String, step: StepId, (line, guards): (u32, Vec<GuardId>)) -> OccurrenceId {
        let id = OccurrenceId(u32::try_from(self.occurrences.len()).expect("fewer steps than u32::MAX"));
        let label = self.label(label);
        self.occurrences.push(Occurrence { label, step, guards, line });
        id
    }

    /// One thing that happened.
    fn told(&mut self, leg: &Leg, told: &Told) {
        self.cycle.clone_from(&told.cycle);
        self.pending.extend_from_slice(&told.moves);
        let way = match leg.acts[told.act] {
            Act::Own(way, _) | Act::Once(way, _) => Some(way),
            Act::Look(..) | Act::Try(..) | Act::Round(..) => None,
        };
        let id = match told.what {
            What::Nothing => return,
            What::Passes if told.moves.is_empty() && told.round.is_empty() => return,
            What::Passes => None,
            What::Tried(step) => Some(match way {
                Some((_, id, _)) => self.own(id),
                None => {
                    let line = self.plan.occurrences[leg.taken[0].0 as usize].line;
                    self.add(self.tried(leg, told.act, step), step, (line, Vec::new()))
                }
            }),
            What::PassedOver => {
                let way = way.expect("nothing else is passed over");
                let guard = self.guard(way, &told.from);
                let Occurrence { step, line, .. } = self.plan.occurrences[way.1.0 as usize];
                Some(self.add(self.own_label(way.1), step, (line, vec![guard])))
            }
        };
        let mut moves = std::mem::take(&mut self.pending);
        let last = match leg.acts[told.act] {
            Act::Own((_, id, _), _) | Act::Round(id, _) => Some(id),
            _ => None,
        };
        let mut first = None;
        if let Some(lap) = last.and_then(|last| self.plan.retries.ending_with(last)) {
            let again = told.moves.iter().any(|(what, _)| matches!(what, Move::Again(_)));
            if again || matches!(told.stop, Stop::Unsettled | Stop::Endless) {
                let body = self.passes(lap);
                first = body.first().copied();
                let place = |id: OccurrenceId| {
                    body[lap.body.iter().position(|other| *other == id).expect("it is done again in its loop")]
                };
                let renamed = |(what, state): (Move, State)| match what {
                    Move::Again(id) => (Move::Again(place(id)), state),
                    what => (what, state),
                };
                moves = moves.into_iter().map(renamed).collect();
                self.round = told.round.iter().copied().map(renamed).collect();
                // In the first of these passes nobody could tell that there was one before.
                moves.extend_from_slice(&self.round);
            }
        } else {
            self.round.clone_from(&told.round);
        }
        let id = id.or(first).expect("further passes are those of a loop");
        self.pieces.push((id, moves));
    }

    /// An occurrence of the runbook.
    fn own(&mut self, id: OccurrenceId) -> OccurrenceId {
        let Occurrence { step, line, .. } = self.plan.occurrences[id.0 as usize];
        let new = self.add(self.own_label(id), step, (line, Vec::new()));
        if self.plan.retries.rest == Some(id) {
            self.retries.rest = Some(new);
        }
        new
    }

    /// The passes of a loop that come after the first, as a loop.
    fn passes(&mut self, lap: &Loop) -> Vec<OccurrenceId> {
        let first = self.occurrences.len();
        let number = |at: usize| OccurrenceId(u32::try_from(at).expect("fewer steps than u32::MAX"));
        let body: Vec<OccurrenceId> = (first..first + lap.body.len()).map(number).collect();
        let mut known: FxHashMap<GuardId, GuardId> = FxHashMap::default();
        for id in &lap.body {
            let Occurrence { step, line, guards, .. } = &self.plan.occurrences[id.0 as usize];
            let mut own = Vec::new();
            for guard in &guards[lap.outer..] {
                let new = known.entry(*guard).or_insert_with(|| {
                    let Guard { text, when, steps, .. } = &self.plan.guards[guard.0 as usize];
                    let under = lap.body.iter().zip(&body).filter(|(old, _)| steps.contains(**old));
                    let steps = under.map(|(_, new)| *new).collect();
                    self.guards.push(Guard { text: text.clone(), when: when.clone(), steps, memory: None });
                    GuardId(u32::try_from(self.guards.len() - 1).expect("fewer `if`s than u32::MAX"))
                });
                own.push(*new);
            }
            self.add(format!("{} (next pass)", self.own_label(*id)), *step, (*line, own));
        }
        let (text, until) = (lap.text.clone(), lap.until.clone());
        self.retries.loops.push(Loop { text, until, body: body.clone(), outer: 0 });
        body
    }

    /// A step that was left out, where faults struck and it is waited after it.
    fn left_out(&mut self, last: OccurrenceId) {
        if self.pending.is_empty() {
            return;
        }
        let label = format!("{} (left out)", self.own_label(last));
        let nothing = StepId(u32::try_from(self.system.steps.len()).expect("fewer steps than u32::MAX"));
        let line = self.plan.occurrences[last.0 as usize].line;
        let id = self.add(label, nothing, (line, Vec::new()));
        let mut moves = std::mem::take(&mut self.pending);
        let state = moves.last().expect("there are some").1;
        moves.push((Move::Begin, state));
        self.pieces.push((id, moves));
    }

    fn own_label(&self, id: OccurrenceId) -> String {
        self.plan.occurrences[id.0 as usize].label.clone()
    }

    /// What a step that is tried is called: the label of the occurrence where it is its own, or a sentence.
    fn tried(&self, leg: &Leg, act: usize, step: StepId) -> String {
        let occurrence = &self.plan.occurrences[leg.taken[0].0 as usize];
        if step != occurrence.step {
            return self.system.steps[step.0 as usize].name.clone();
        }
        let before = leg.acts[..act].iter().any(|act| matches!(act, Act::Try(what, _) if what.step == step));
        if before { format!("{} (again)", occurrence.label) } else { occurrence.label.clone() }
    }

    /// The `if` for which a step is passed over, as one that does not hold.
    fn guard(&mut self, (before, id, _): OnTheWay, state: &State) -> GuardId {
        let around = self.plan.occurrences[id.0 as usize].guards.iter().map(|id| &self.plan.guards[id.0 as usize]);
        let fails = |guard: &&Guard| match guard.memory {
            Some(memory) if guard.steps.meets(before.done) => self.system.layout.get(state, memory) == 0,
            _ => !guard.when.holds(state),
        };
        let text = around.clone().find(fails).expect("only what is under an `if` is passed over").text.clone();
        let number = u32::try_from(self.guards.len()).expect("fewer steps than u32::MAX");
        let here = OccurrenceId(u32::try_from(self.occurrences.len()).expect("fewer steps than u32::MAX"));
        let (when, steps) = (Predicate::Constant(false), StepSet::default().with(here));
        self.guards.push(Guard { text, when, steps, memory: None });
        GuardId(number)
    }

    /// What would have come next.
    fn rest(&mut self, found: &Found, rest: &[OccurrenceId]) {
        let last = found.legs.last().expect("a mishap takes a step").taken[0];
        let Occurrence { step, line, .. } = self.plan.occurrences[last.0 as usize];
        if found.finished {
            self.left_out(last);
        } else if !self.pending.is_empty() {
            // Faults put an end to it: the step was still to come.
            self.add(self.own_label(last), step, (line, Vec::new()));
        }
        for id in rest {
            self.own(*id);
        }
    }

    /// Notes the events that are not expected.
    fn signs(&mut self, told: &Told, expected: impl Fn(EventId) -> bool) {
        let mut phase = 0;
        let mut doing = if let What::Tried(step) = told.what { Some(step) } else { None };
        for (what, _) in told.moves.iter().chain(&told.round) {
            let outcome: Option<&Outcome> = match what {
                Move::Strike { fault, outcome } => {
                    self.system.faults[fault.0 as usize].action.outcomes.get(*outcome as usize)
                }
                Move::Fire(Firing { reaction, outcome }) => {
                    self.system.reactions[reaction.0 as usize].outcomes.get(*outcome as usize)
                }
                Move::Phase(outcome) => {
                    phase += 1;
                    let Some(step) = doing else { continue };
                    let phase = &self.system.steps[step.0 as usize].phases[phase - 1];
                    outcome.and_then(|outcome| phase.outcomes.get(outcome as usize))
                }
                Move::Again(id) => {
                    (phase, doing) = (0, Some(self.plan.occurrences[id.0 as usize].step));
                    None
                }
                Move::Refuse | Move::PassOver | Move::Begin => None,
            };
            for event in outcome.map_or(&[][..], |outcome| &outcome.events) {
                if !expected(*event) && !self.signs.contains(event) {
                    self.signs.push(*event);
                }
            }
        }
    }
}

/// A step that does nothing.
fn nothing() -> Step {
    Step { name: "nothing".to_owned(), nodes: Vec::new(), cite: Vec::new(), needs: Vec::new(), phases: Vec::new() }
}

fn ids(count: usize) -> impl Iterator<Item = OccurrenceId> {
    (0..u32::try_from(count).expect("fewer steps than u32::MAX")).map(OccurrenceId)
}
