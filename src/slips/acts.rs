//! What is carried out in place of a step, one thing after the other, from one state.
//!
//! In: [`Act`]s and a state. Out: every distinct [`Done`]: where it ends, whether a condition broke on the way, whether there was a
//! sign, and how it went, if that is asked for. Signs are known by systems in which an outcome raises one event, the sign, if it
//! raises something that is not expected; there is one for each set of events that is expected somewhere.

use crate::base::{Limit, Tally};
use crate::system::{
    Attempt, End, EventId, Firing, Marks, Move, OccurrenceId, Plan, Position, Refused, Runner, State, Step, StepId,
    System, Try, Watch, Watched,
};
use std::rc::Rc;

/// On the way from one position to the next.
pub type OnTheWay = (Position, OccurrenceId, Position);

/// What happens, and what then goes on for ever: reactions, or a loop or reactions that take time.
type Way = (Vec<(Move, State)>, Vec<Firing>, Vec<(Move, State)>);

/// One thing that is carried out; faults may strike before it. The last number says what is expected meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// An occurrence as it stands in the runbook: with all further passes where it is the last of a loop, and with the waiting where
    /// it stands for the end.
    Own(OnTheWay, u32),
    /// The same, but the loop that it is in does not go round after it.
    Once(OnTheWay, u32),
    /// The `if`s of an occurrence are looked at; where they do not hold, there is no mishap.
    Look(OnTheWay, u32),
    /// A step is tried. Faults do not strike before it if they could just now.
    Try(Try, u32),
    /// The further passes of the loop that ends with this occurrence, if the `if`s around the loop held in what came before.
    Round(OccurrenceId, u32),
}

impl Act {
    /// The number of the set of what is expected.
    pub fn expected(&self) -> u32 {
        let (Act::Own(_, set) | Act::Once(_, set) | Act::Look(_, set) | Act::Try(_, set) | Act::Round(_, set)) = self;
        *set
    }
}

/// Where something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stop {
    /// It goes on from this state.
    Stable(State),
    /// A step is refused in this state, and the procedure ends.
    Refused(State),
    /// Reactions go on for ever.
    Unsettled,
    /// A loop goes round for ever, or reactions that take time do.
    Endless,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Done {
    /// Where it ends.
    pub stop: Stop,
    /// Whether a condition broke on the way.
    pub broken: bool,
    /// Whether there was a sign.
    pub sign: bool,
    /// How it went, the last first.
    pub told: Option<Rc<Told>>,
    /// Whether a loop may go round after it; false where none is asked to.
    goes_round: bool,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Told {
    /// What came before.
    pub before: Option<Rc<Told>>,
    /// Which of the acts.
    pub act: usize,
    /// What was done.
    pub what: What,
    /// The state in which it began, after the faults before it.
    pub from: State,
    /// The faults before it, and it itself, with the state after each.
    pub moves: Vec<(Move, State)>,
    /// What it came to.
    pub stop: Stop,
    /// The reactions that go on for ever.
    pub cycle: Vec<Firing>,
    /// What goes round for ever, if a loop or reactions that take time do.
    pub round: Vec<(Move, State)>,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Nothing: a look, or a try that was refused and is not asked again.
    Nothing,
    /// The occurrence's own step, or one that is tried; done or refused.
    Tried(StepId),
    /// The occurrence's step is passed over.
    PassedOver,
    /// Further passes of a loop.
    Passes,
}

/// Carries out steps of one system.
pub struct Hands<'s> {
    /// The system.
    pub system: &'s System,
    plan: &'s Plan,
    runners: Vec<Runner<'s>>,
    sign: Marks,
}

/// Where one act begins: after the faults before it.
struct Begin {
    state: State,
    marks: Marks,
    moves: Vec<(Move, State)>,
}

/// What signs are watched with.
pub fn watch() -> Watch {
    Watch::things([Watched::Event(EventId(0))])
}

impl<'s> Hands<'s> {
    /// `watched` has one system for each set of expected events.
    pub fn new(system: &'s System, plan: &'s Plan, watched: &'s [System], watch: &'s Watch) -> Hands<'s> {
        let runners = watched.iter().map(|system| Runner::new(system, watch)).collect();
        let sign = watch.mark(Watched::Event(EventId(0))).expect("it is watched");
        Hands { system, plan, runners, sign }
    }

    /// All that may come of these.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn carry_out(&mut self, acts: &[Act], from: State, tell: bool, tally: &mut Tally) -> Result<Vec<Done>, Limit> {
        let mut front =
            vec![Done { stop: Stop::Stable(from), broken: false, sign: false, told: None, goes_round: false }];
        let rounds = acts.iter().any(|act| matches!(act, Act::Round(..)));
        for (place, act) in acts.iter().enumerate() {
            let mut next = Vec::new();
            for done in front {
                let Stop::Stable(state) = done.stop else {
                    add(&mut next, done);
                    continue;
                };
                if matches!(act, Act::Round(..)) && !done.goes_round {
                    add(&mut next, done);
                    continue;
                }
                let fresh = matches!(act, Act::Try(..)) && place > 0 && matches!(acts[place - 1], Act::Look(..));
                let goes_round = done.goes_round;
                let next = &mut next;
                let mut one = One { hands: self, act: *act, place, done: &done, tell, next, rounds, goes_round };
                one.act(state, !fresh, tally)?;
            }
            front = next;
        }
        Ok(front)
    }
}

fn add(all: &mut Vec<Done>, done: Done) {
    let all_of = |done: &Done| (done.stop, done.broken, done.sign, done.goes_round);
    let same = |other: &Done| all_of(other) == all_of(&done);
    if !all.iter().any(same) {
        all.push(done);
    }
}

/// One act, from one of the states that those before it lead to.
struct One<'a, 's> {
    hands: &'a mut Hands<'s>,
    act: Act,
    place: usize,
    done: &'a Done,
    tell: bool,
    next: &'a mut Vec<Done>,
    /// Whether a loop is to go round at last.
    rounds: bool,
    /// Whether it may do so after this.
    goes_round: bool,
}

impl One<'_, '_> {
    fn act(&mut self, state: State, faults: bool, tally: &mut Tally) -> Result<(), Limit> {
        let expected = self.act.expected();
        let (system, plan) = (self.hands.system, self.hands.plan);
        let runner = &mut self.hands.runners[expected as usize];
        match self.act {
            Act::Own(way, _) if plan.retries.rest == Some(way.1) || plan.retries.ending_with(way.1).is_some() => {
                let struck = runner.struck(state, tally)?;
                let attempt = runner.occurrence(plan, way, &struck, tally)?;
                self.whole(&attempt, state);
                return Ok(());
            }
            Act::Round(id, _) => {
                let lap = plan.retries.ending_with(id).expect("a loop ends with it");
                let attempt = runner.passes(plan, lap, state, tally)?;
                self.goes_round = false;
                self.whole(&attempt, state);
                return Ok(());
            }
            _ => {}
        }
        if !faults || system.faults.is_empty() {
            return self.begin(expected, Begin { state, marks: Marks::default(), moves: Vec::new() }, tally);
        }
        let struck = self.hands.runners[expected as usize].struck(state, tally)?;
        for (number, state, marks) in struck.states() {
            let moves = if self.tell { struck.moves(number) } else { Vec::new() };
            self.begin(expected, Begin { state, marks, moves }, tally)?;
        }
        for (number, marks) in struck.unsettled() {
            let moves = if self.tell { struck.moves(number) } else { Vec::new() };
            let cycle = if self.tell { struck.cycle(number).unwrap_or_default().to_vec() } else { Vec::new() };
            self.goes_round = false;
            self.add(Stop::Unsettled, (marks, true), (What::Nothing, state), (moves, cycle, Vec::new()));
        }
        Ok(())
    }

    /// What goes on without a bound: the faults before it are part of the attempt.
    fn whole(&mut self, attempt: &Attempt, state: State) {
        let refusals = attempt.refusals().map(|(state, run)| (Stop::Refused(state), run));
        let others = attempt.runs.iter().filter_map(|run| match run.end {
            End::Stable(state) => Some((Stop::Stable(state), *run)),
            End::Unsettled => Some((Stop::Unsettled, *run)),
            End::Endless => Some((Stop::Endless, *run)),
            End::Refused => None,
        });
        for (stop, run) in others.chain(refusals) {
            let sign = !matches!(stop, Stop::Stable(_));
            let told = if self.tell {
                let cycle = attempt.cycle(&run).filter(|_| stop == Stop::Unsettled).unwrap_or_default().to_vec();
                (attempt.moves(&run), cycle, attempt.round(&run))
            } else {
                Default::default()
            };
            let begins = |(what, _): &(Move, State)| {
                matches!(what, Move::Refuse | Move::PassOver | Move::Begin | Move::Again(_))
            };
            let begin = told.0.iter().position(begins);
            let from = begin.and_then(|at| at.checked_sub(1)).map_or(state, |before| told.0[before].1);
            let what = match self.act {
                Act::Own((_, id, _), _) => {
                    let step = self.hands.plan.occurrences[id.0 as usize].step;
                    match begin.map(|at| told.0[at].0) {
                        Some(Move::PassOver) => What::PassedOver,
                        None if self.hands.plan.retries.rest != Some(id) => What::Nothing,
                        _ => What::Tried(step),
                    }
                }
                _ => What::Passes,
            };
            self.add(stop, (run.marks, sign), (what, from), told);
        }
    }

    fn begin(&mut self, expected: u32, begin: Begin, tally: &mut Tally) -> Result<(), Limit> {
        let (system, plan) = (self.hands.system, self.hands.plan);
        match self.act {
            Act::Own(way, _) | Act::Once(way, _) => {
                let lap = plan.retries.around(way.1).filter(|_| self.rounds);
                let runner = &self.hands.runners[expected as usize];
                self.goes_round = lap.is_some_and(|lap| runner.held(plan, (way.0, way.1), lap.outer, &begin.state));
                let (follows, state) = self.hands.runners[expected as usize].guards(plan, way, begin.state);
                if !follows {
                    let moves = with(&begin.moves, self.tell, [(Move::PassOver, state)]);
                    let what = (What::PassedOver, begin.state);
                    self.add(Stop::Stable(state), (begin.marks, false), what, (moves, Vec::new(), Vec::new()));
                    return Ok(());
                }
                let step = plan.occurrences[way.1.0 as usize].step;
                let begin = Begin { state, ..begin };
                let refused = self.step(expected, &system.steps[step.0 as usize], step, (&begin, false), tally)?;
                if refused {
                    self.refuse(step, &begin);
                }
            }
            Act::Look(way, _) => {
                let (follows, state) = self.hands.runners[expected as usize].guards(plan, way, begin.state);
                if follows {
                    self.goes_round = self.rounds;
                    let (what, moves) = ((What::Nothing, begin.state), begin.moves);
                    self.add(Stop::Stable(state), (begin.marks, false), what, (moves, Vec::new(), Vec::new()));
                }
            }
            Act::Try(Try { step, refused }, _) => {
                if !self.step(expected, &system.steps[step.0 as usize], step, (&begin, false), tally)? {
                    return Ok(());
                }
                match refused {
                    Refused::Impossible => {}
                    Refused::Stop => self.refuse(step, &begin),
                    Refused::GoOn => {
                        let (state, moves) = (begin.state, begin.moves);
                        let what = (What::Nothing, state);
                        self.add(Stop::Stable(state), (begin.marks, true), what, (moves, Vec::new(), Vec::new()));
                    }
                    Refused::Instead(other) => {
                        if self.step(expected, &system.steps[other.0 as usize], other, (&begin, true), tally)? {
                            self.refuse(other, &begin);
                        }
                    }
                }
            }
            Act::Round(..) => unreachable!("it goes round as a whole"),
        }
        Ok(())
    }

    fn refuse(&mut self, step: StepId, begin: &Begin) {
        let moves = with(&begin.moves, self.tell, [(Move::Refuse, begin.state)]);
        let what = (What::Tried(step), begin.state);
        self.add(Stop::Refused(begin.state), (begin.marks, true), what, (moves, Vec::new(), Vec::new()));
    }

    /// Adds what a step may come to; whether it is refused.
    fn step(
        &mut self,
        expected: u32,
        step: &Step,
        id: StepId,
        (begin, sign): (&Begin, bool),
        tally: &mut Tally,
    ) -> Result<bool, Limit> {
        // The steps of the watched systems are the same but for their events.
        let runner = &mut self.hands.runners[expected as usize];
        let watched = runner.system();
        debug_assert_eq!(step.name, watched.steps[id.0 as usize].name);
        let attempt = runner.step(begin.state, &watched.steps[id.0 as usize], tally)?;
        let mut refused = false;
        for run in &attempt.runs {
            let stop = match run.end {
                End::Refused => {
                    refused = true;
                    continue;
                }
                End::Stable(state) => Stop::Stable(state),
                End::Unsettled => Stop::Unsettled,
                End::Endless => Stop::Endless,
            };
            let told = if self.tell {
                let cycle = attempt.cycle(run).filter(|_| stop == Stop::Unsettled).unwrap_or_default().to_vec();
                (with(&begin.moves, true, attempt.moves(run)), cycle, Vec::new())
            } else {
                Default::default()
            };
            let marks = begin.marks.union(run.marks);
            self.add(stop, (marks, sign || stop == Stop::Unsettled), (What::Tried(id), begin.state), told);
        }
        Ok(refused)
    }

    fn add(
        &mut self,
        stop: Stop,
        (marks, sign): (Marks, bool),
        (what, from): (What, State),
        (moves, cycle, round): Way,
    ) {
        let before = self.done.told.clone();
        let told = self.tell.then(|| Rc::new(Told { before, act: self.place, what, from, moves, stop, cycle, round }));
        let broken = self.done.broken || marks.meets(Marks::BROKEN);
        let sign = self.done.sign || sign || marks.meets(self.hands.sign);
        let goes_round = self.goes_round && matches!(stop, Stop::Stable(_));
        add(self.next, Done { stop, broken, sign, told, goes_round });
    }
}

fn with(moves: &[(Move, State)], tell: bool, more: impl IntoIterator<Item = (Move, State)>) -> Vec<(Move, State)> {
    if tell { moves.iter().copied().chain(more).collect() } else { Vec::new() }
}
