//! A run as a value: the choices of the operator and of the environment, enough to replay it on the system.
//!
//! A trace holds no states: they are what a replay computes, so a trace that does not replay is noticed.

use crate::system::{ActionId, Firing, Move, OccurrenceId, State, StepId};

/// One run, from an initial state on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Trace {
    /// Index into `System::initial`.
    pub initial: u32,
    /// How the initial state settles.
    pub settle: Vec<Fire>,
    /// What happens next, in order.
    pub turns: Vec<Turn>,
}

/// A reaction that fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fire {
    /// Index into `System::reactions`.
    pub reaction: ActionId,
    /// Index into its outcomes.
    pub outcome: u32,
}

/// Somebody or something acts, and the system settles.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Turn {
    /// Who or what.
    pub actor: Actor,
    /// One for each phase of a step, one for a fault; none for a step that is refused or passed over.
    pub phases: Vec<PhaseRun>,
}

/// Who or what acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The operator does the next occurrence of a runbook.
    Occurrence(OccurrenceId),
    /// A step of a world explored alone, or of a drill (index into the drill's `act`, then `then`).
    Step(StepId),
    /// Index into `System::faults`.
    Fault(ActionId),
}

/// How one phase went.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PhaseRun {
    /// Index into the phase's outcomes; None for a later phase none of whose outcomes was possible.
    pub outcome: Option<u32>,
    /// The reactions that followed. Ends in a stable state, except in a trace that ends in [`crate::verdict::Ending::Unsettled`].
    pub settle: Vec<Fire>,
}

impl Trace {
    /// A run that begins with these moves, which are reactions alone.
    pub fn begin(initial: u32, moves: &[(Move, State)]) -> Trace {
        let mut trace = Trace { initial, settle: Vec::new(), turns: Vec::new() };
        trace.settle.extend(moves.iter().filter_map(|(what, _)| match what {
            Move::Fire(firing) => Some(Fire::from(*firing)),
            _ => None,
        }));
        trace
    }

    /// Goes on with these moves, in which `actor` makes the steps, until it is said who does them again; a fault makes a turn of
    /// its own.
    pub fn follow(&mut self, mut actor: Actor, moves: &[(Move, State)]) {
        for (what, _) in moves {
            let turn = match what {
                Move::Strike { fault, outcome } => {
                    let phases = vec![PhaseRun { outcome: Some(*outcome), settle: Vec::new() }];
                    Turn { actor: Actor::Fault(*fault), phases }
                }
                Move::Again(id) => {
                    actor = Actor::Occurrence(*id);
                    continue;
                }
                Move::Refuse | Move::PassOver | Move::Begin => Turn { actor, phases: Vec::new() },
                Move::Phase(outcome) => {
                    let turn = self.turns.last_mut().expect("a phase comes after the beginning of its step");
                    turn.phases.push(PhaseRun { outcome: *outcome, settle: Vec::new() });
                    continue;
                }
                Move::Fire(firing) => {
                    let phase = self.turns.last_mut().and_then(|turn| turn.phases.last_mut());
                    phase.expect("reactions follow something").settle.push(Fire::from(*firing));
                    continue;
                }
            };
            self.turns.push(turn);
        }
    }
}

impl From<Firing> for Fire {
    fn from(Firing { reaction, outcome }: Firing) -> Fire {
        Fire { reaction, outcome }
    }
}
