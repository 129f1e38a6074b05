//! What is carried out in place of a step, one thing after the other, from one state.
//!
//! In: [`Act`]s and a state. Out: every distinct [`Done`]: where it ends, whether a condition broke on the way, whether there was a
//! sign, and how it went, if that is asked for. Signs are known by systems in which an outcome raises one event, the sign, if it
//! raises something that is not expected; there is one for each set of events that is expected somewhere.

use crate::base::{Limit, Tally};
use crate::system::{
    End, EventId, Firing, Marks, Move, OccurrenceId, Plan, Position, Refused, Runner, State, Step, StepId, System, Try,
    Watch, Watched,
};
use std::rc::Rc;

/// On the way from one position to the next.
pub type OnTheWay = (Position, OccurrenceId, Position);

/// One thing that is carried out; faults may strike before it. The last number says what is expected meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// An occurrence as it stands in the runbook.
    Own(OnTheWay, u32),
    /// The `if`s of an occurrence are looked at; where they do not hold, there is no mishap.
    Look(OnTheWay, u32),
    /// A step is tried. Faults do not strike before it if they could just now.
    Try(Try, u32),
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
    /// The reactions that go on for ever.
    pub cycle: Vec<Firing>,
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
        let mut front = vec![Done { stop: Stop::Stable(from), broken: false, sign: false, told: None }];
        for (place, act) in acts.iter().enumerate() {
            let mut next = Vec::new();
            for done in front {
                let Stop::Stable(state) = done.stop else {
                    add(&mut next, done);
                    continue;
                };
                let fresh = matches!(act, Act::Try(..)) && place > 0 && matches!(acts[place - 1], Act::Look(..));
                let mut one = One { hands: self, act: *act, place, done: &done, tell, next: &mut next };
                one.act(state, !fresh, tally)?;
            }
            front = next;
        }
        Ok(front)
    }
}

fn add(all: &mut Vec<Done>, done: Done) {
    let same = |other: &Done| (other.stop, other.broken, other.sign) == (done.stop, done.broken, done.sign);
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
}

impl One<'_, '_> {
    fn act(&mut self, state: State, faults: bool, tally: &mut Tally) -> Result<(), Limit> {
        let (Act::Own(_, expected) | Act::Look(_, expected) | Act::Try(_, expected)) = self.act;
        let system = self.hands.system;
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
            self.add(Stop::Unsettled, (marks, true), (What::Nothing, state), (moves, cycle));
        }
        Ok(())
    }

    fn begin(&mut self, expected: u32, begin: Begin, tally: &mut Tally) -> Result<(), Limit> {
        let (system, plan) = (self.hands.system, self.hands.plan);
        match self.act {
            Act::Own(way, _) => {
                let (follows, state) = self.hands.runners[expected as usize].guards(plan, way, begin.state);
                if !follows {
                    let moves = with(&begin.moves, self.tell, [(Move::PassOver, state)]);
                    let what = (What::PassedOver, begin.state);
                    self.add(Stop::Stable(state), (begin.marks, false), what, (moves, Vec::new()));
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
                    let (what, moves) = ((What::Nothing, begin.state), begin.moves);
                    self.add(Stop::Stable(state), (begin.marks, false), what, (moves, Vec::new()));
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
                        self.add(Stop::Stable(state), (begin.marks, true), what, (moves, Vec::new()));
                    }
                    Refused::Instead(other) => {
                        if self.step(expected, &system.steps[other.0 as usize], other, (&begin, true), tally)? {
                            self.refuse(other, &begin);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn refuse(&mut self, step: StepId, begin: &Begin) {
        let moves = with(&begin.moves, self.tell, [(Move::Refuse, begin.state)]);
        let what = (What::Tried(step), begin.state);
        self.add(Stop::Refused(begin.state), (begin.marks, true), what, (moves, Vec::new()));
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
            };
            let told = if self.tell {
                let cycle = attempt.cycle(run).filter(|_| stop == Stop::Unsettled).unwrap_or_default().to_vec();
                (with(&begin.moves, true, attempt.moves(run)), cycle)
            } else {
                (Vec::new(), Vec::new())
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
        (moves, cycle): (Vec<(Move, State)>, Vec<Firing>),
    ) {
        let before = self.done.told.clone();
        let told = self.tell.then(|| Rc::new(Told { before, act: self.place, what, from, moves, cycle }));
        let broken = self.done.broken || marks.meets(Marks::BROKEN);
        let sign = self.done.sign || sign || marks.meets(self.hands.sign);
        add(self.next, Done { stop, broken, sign, told });
    }
}

fn with(moves: &[(Move, State)], tell: bool, more: impl IntoIterator<Item = (Move, State)>) -> Vec<(Move, State)> {
    if tell { moves.iter().copied().chain(more).collect() } else { Vec::new() }
}
