//! A world explored alone: every step at any time, for ever.
//!
//! In: a system. Out: an [`Exploration`], with exact numbers, however they were found: on all states one by one; on one state for all that
//! [interchangeable nodes](crate::system::Symmetry) make of it; or part by part, where the parts of the world have nothing to do with each other.

use crate::base::{Budget, Limit, Reduction, Tally};
use crate::engine::free::{self, Roamed, Violation, Wrong};
use crate::system::{Condition, End, Part, Predicate, Procedure, Runner, State, Symmetry, System, SystemPart, Watch};
use crate::trace::{Actor, Fire, Trace};
use crate::verdict::Ending;
use num_bigint::BigUint;

/// What is found in a world explored alone.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// Distinct stable states; as far as it got, if undecided.
    pub states: BigUint,
    /// Moves between them: a step or a fault, and each of its results.
    pub moves: BigUint,
    /// How many states were looked at to know that. Depends on the reductions that are used.
    pub looked_at: u64,
    /// The shortest run that goes wrong, and how: [`Ending::Always`] or [`Ending::Unsettled`]. What was found before a
    /// limit was hit is kept.
    pub violation: Option<(Trace, Ending)>,
    /// The limit that was hit, if not all was explored.
    pub undecided: Option<Limit>,
}

/// Explores a world alone. Its procedure is not looked at.
pub fn explore(system: &System, budget: &Budget) -> Exploration {
    let mut tally = Tally::start(budget, "states");
    let found = match &system.procedure {
        Procedure::Free => free(system, budget, &mut tally),
        Procedure::Ordered(_) => {
            let mut alone = system.clone();
            alone.procedure = Procedure::Free;
            free(&alone, budget, &mut tally)
        }
    };
    found.unwrap_or_else(Exploration::stopped)
}

impl Exploration {
    fn stopped(limit: Limit) -> Exploration {
        Exploration {
            states: BigUint::ZERO,
            moves: BigUint::ZERO,
            looked_at: 0,
            violation: None,
            undecided: Some(limit),
        }
    }
}

fn free(system: &System, budget: &Budget, tally: &mut Tally) -> Result<Exploration, Limit> {
    // A checkpoint is one search.
    let apart = budget.without.uses(Reduction::IndependentParts) && budget.checkpoint.is_none();
    let parts = if apart { system.parts(tally)? } else { Vec::new() };
    if parts.iter().filter(|part| !part.system.steps.is_empty() || !part.system.faults.is_empty()).count() > 1 {
        return part_by_part(system, &parts, budget, tally);
    }
    let symmetry = symmetry(system, budget, tally)?;
    let Roamed { looked_at, states, moves, violation, stopped, .. } = free::roam(system, &symmetry, tally);
    Ok(Exploration { states, moves, looked_at, violation: violation.map(ended), undecided: stopped })
}

fn symmetry(system: &System, budget: &Budget, tally: &mut Tally) -> Result<Symmetry, Limit> {
    if budget.without.uses(Reduction::InterchangeableNodes) {
        Symmetry::of(system, tally)
    } else {
        Ok(Symmetry::none())
    }
}

/// What is found in a part.
struct Found {
    roamed: Roamed,
    /// Its moves, where a condition of another part is broken.
    moves_broken: BigUint,
    /// A run that does nothing but settle; None where no initial state can.
    start: Option<Trace>,
}

/// The states of the whole are one of each part. A move is a move of one part while the others stay where they are, so the numbers
/// are products. Only ways that differ in whether a condition breaks are one where another part breaks one anyway, so each part
/// that breaks one is asked how many ways there are then. What goes wrong first goes wrong in one part, while nothing is done in the others.
fn part_by_part(
    system: &System,
    parts: &[SystemPart],
    budget: &Budget,
    tally: &mut Tally,
) -> Result<Exploration, Limit> {
    let mut found = Vec::with_capacity(parts.len());
    for part in parts {
        found.push(part_alone(&part.system, budget, tally)?);
    }
    let product = |number: fn(&Roamed) -> &BigUint, but: usize| -> BigUint {
        (0..).zip(&found).filter(|(at, _)| *at != but).map(|(_, part)| number(&part.roamed)).product()
    };
    let mut moves = BigUint::ZERO;
    for (at, part) in found.iter().enumerate() {
        let unbroken = product(|part| &part.unbroken, at);
        let broken = product(|part| &part.states, at) - &unbroken;
        moves += &part.roamed.moves * unbroken + &part.moves_broken * broken;
    }
    Ok(Exploration {
        states: product(|part| &part.states, found.len()),
        moves,
        looked_at: found.iter().map(|part| part.roamed.looked_at).sum(),
        violation: violation(system, parts, &found),
        undecided: found.iter().find_map(|part| part.roamed.stopped),
    })
}

fn part_alone(part: &System, budget: &Budget, tally: &mut Tally) -> Result<Found, Limit> {
    let symmetry = symmetry(part, budget, tally)?;
    let mut roam = |system: &System| {
        (tally.states, tally.bytes) = (0, 0);
        free::roam(system, &symmetry, tally)
    };
    let mut roamed = roam(part);
    let mut moves_broken = roamed.moves.clone();
    if roamed.violation.is_some() && roamed.stopped.is_none() {
        // The same part with a condition that no state keeps: whatever it does then, one is broken.
        let never = Part { text: String::new(), predicate: Predicate::Constant(false), reads: Vec::new() };
        let mut twin = part.clone();
        twin.always.push(Condition { name: String::new(), cite: Vec::new(), parts: vec![never] });
        let Roamed { moves, stopped, .. } = roam(&twin);
        (moves_broken, roamed.stopped) = (moves, stopped);
    }
    let mut start = None;
    let watch = Watch::always();
    let mut runner = Runner::new(part, &watch);
    for initial in (0..).take(part.initial.len()) {
        let attempt = runner.initial(initial, tally)?;
        if let Some(run) = attempt.runs.iter().find(|run| matches!(run.end, End::Stable(_))) {
            start = Some(Trace::begin(initial, &attempt.moves(run)));
            break;
        }
    }
    Ok(Found { roamed, moves_broken, start })
}

/// The shortest violation of a part, as a run of the whole: all other parts settle, and then nothing is done in them.
fn violation(system: &System, parts: &[SystemPart], found: &[Found]) -> Option<(Trace, Ending)> {
    // A part that cannot settle goes wrong before any other can.
    let place = |part: &Found| Some((part.start.is_some(), part.roamed.violation.as_ref()?.trace.turns.len()));
    let wrong = (0..found.len()).filter(|at| place(&found[*at]).is_some()).min_by_key(|at| place(&found[*at]))?;
    let (own, mut ending) = ended(found[wrong].roamed.violation.clone()?);
    let mut trace = Trace { initial: 0, settle: Vec::new(), turns: Vec::new() };
    let mut starts = Vec::with_capacity(parts.len());
    for (at, (part, found)) in parts.iter().zip(found).enumerate().filter(|(at, _)| *at != wrong) {
        match (&found.start, &found.roamed.violation) {
            (Some(start), _) => {
                starts.push((at, start.initial));
                trace.settle.extend(start.settle.iter().map(|fire| fire_of(part, *fire)));
            }
            (None, Some(_)) => {}
            // A limit was hit before it was known how this part settles.
            (None, None) => return None,
        }
    }
    starts.push((wrong, own.initial));
    let fits = |state: &State, (at, initial): &(usize, u32)| {
        let part = &parts[*at];
        part.own(state) == part.system.initial[*initial as usize]
    };
    let initial = system.initial.iter().position(|state| starts.iter().all(|start| fits(state, start)))?;
    trace.initial = u32::try_from(initial).ok()?;
    let part = &parts[wrong];
    trace.settle.extend(own.settle.iter().map(|fire| fire_of(part, *fire)));
    for mut turn in own.turns {
        turn.actor = match turn.actor {
            Actor::Step(step) => Actor::Step(part.steps[step.0 as usize]),
            Actor::Fault(fault) => Actor::Fault(part.faults[fault.0 as usize]),
            Actor::Occurrence(id) => Actor::Occurrence(part.occurrences[id.0 as usize]),
        };
        for phase in &mut turn.phases {
            phase.settle.iter_mut().for_each(|fire| *fire = fire_of(part, *fire));
        }
        trace.turns.push(turn);
    }
    if let Ending::Unsettled(cycle) = &mut ending {
        cycle.iter_mut().for_each(|fire| *fire = fire_of(part, *fire));
    }
    Some((trace, ending))
}

fn fire_of(part: &SystemPart, fire: Fire) -> Fire {
    Fire { reaction: part.reactions[fire.reaction.0 as usize], ..fire }
}

fn ended(Violation { trace, wrong }: Violation) -> (Trace, Ending) {
    let ending = match wrong {
        Wrong::Always(always) => Ending::Always(always),
        Wrong::Unsettled(cycle) => Ending::Unsettled(cycle.into_iter().map(Fire::from).collect()),
    };
    (trace, ending)
}
