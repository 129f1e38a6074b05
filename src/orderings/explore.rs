//! A world explored alone: every step at any time, for ever.
//!
//! In: a system. Out: an [`Exploration`], with exact numbers, however they were found: on all states one by one; on one state for all that
//! [interchangeable nodes](crate::system::Symmetry) make of it; or part by part, where the parts of the world have nothing to do with each other.

use crate::base::{Budget, Limit, Reduction, Tally};
use crate::engine::folded::{self, Folded};
use crate::engine::free::{self, Roamed, Violation, Wrong};
use crate::system::{Condition, Part, Predicate, Procedure, State, Symmetry, System, SystemPart};
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
    let folded = match &system.procedure {
        Procedure::Free => reduced(system, budget, &mut tally),
        Procedure::Ordered(_) => {
            let mut free = system.clone();
            free.procedure = Procedure::Free;
            reduced(&free, budget, &mut tally)
        }
    };
    match folded {
        Ok(Some(found)) => found,
        Ok(None) => one_by_one(system, &mut tally),
        Err(limit) => Exploration {
            states: BigUint::ZERO,
            moves: BigUint::ZERO,
            looked_at: 0,
            violation: None,
            undecided: Some(limit),
        },
    }
}

fn one_by_one(system: &System, tally: &mut Tally) -> Exploration {
    let Roamed { states, moves, violation, stopped } = free::roam(system, tally);
    Exploration {
        states: states.into(),
        moves: moves.into(),
        looked_at: states,
        violation: violation.map(ended),
        undecided: stopped,
    }
}

/// With reductions; None where none applies.
fn reduced(system: &System, budget: &Budget, tally: &mut Tally) -> Result<Option<Exploration>, Limit> {
    let parts = if budget.without.uses(Reduction::IndependentParts) { system.parts(tally)? } else { Vec::new() };
    if parts.iter().filter(|part| !part.system.steps.is_empty() || !part.system.faults.is_empty()).count() > 1 {
        return part_by_part(system, &parts, budget, tally).map(Some);
    }
    let symmetry = symmetry(system, budget, tally)?;
    if !symmetry.folds() {
        return Ok(None);
    }
    let Folded { looked_at, states, moves, violation, stopped, .. } = folded::roam(system, &symmetry, None, tally);
    Ok(Some(Exploration { states, moves, looked_at, violation: violation.map(ended), undecided: stopped }))
}

fn symmetry(system: &System, budget: &Budget, tally: &mut Tally) -> Result<Symmetry, Limit> {
    if budget.without.uses(Reduction::InterchangeableNodes) {
        Symmetry::of(system, tally)
    } else {
        Ok(Symmetry::none())
    }
}

/// The states of the whole are one of each part. A move is a move of one part while the others stay where they are, so the numbers
/// are products. Only ways that differ in whether a condition breaks are one where another part breaks one anyway, so each part
/// is asked how many ways there are then. What goes wrong first goes wrong in one part, while nothing is done in the others.
fn part_by_part(
    system: &System,
    parts: &[SystemPart],
    budget: &Budget,
    tally: &mut Tally,
) -> Result<Exploration, Limit> {
    let never = Part { text: String::new(), predicate: Predicate::Constant(false), reads: Vec::new() };
    let never = Condition { name: String::new(), cite: Vec::new(), parts: vec![never] };
    let mut found = Vec::with_capacity(parts.len());
    for part in parts {
        let symmetry = symmetry(&part.system, budget, tally)?;
        let mut twin = part.system.clone();
        twin.always.push(never.clone());
        found.push(folded::roam(&part.system, &symmetry, Some(&twin), tally));
        tally.states = 0;
    }
    let product = |number: fn(&Folded) -> &BigUint, but: usize| -> BigUint {
        (0..).zip(&found).filter(|(at, _)| *at != but).map(|(_, part)| number(part)).product()
    };
    let mut moves = BigUint::ZERO;
    for (at, part) in found.iter().enumerate() {
        let unbroken = product(|part| &part.unbroken, at);
        let broken = product(|part| &part.states, at) - &unbroken;
        moves += &part.moves * unbroken + &part.moves_broken * broken;
    }
    Ok(Exploration {
        states: product(|part| &part.states, found.len()),
        moves,
        looked_at: found.iter().map(|part| part.looked_at).sum(),
        violation: violation(system, parts, &found),
        undecided: found.iter().find_map(|part| part.stopped),
    })
}

/// The shortest violation of a part, as a run of the whole: all other parts settle, and then nothing is done in them.
fn violation(system: &System, parts: &[SystemPart], found: &[Folded]) -> Option<(Trace, Ending)> {
    // A part that cannot settle goes wrong before any other can.
    let place = |part: &Folded| Some((part.start.is_some(), part.violation.as_ref()?.trace.turns.len()));
    let wrong = (0..found.len()).filter(|at| place(&found[*at]).is_some()).min_by_key(|at| place(&found[*at]))?;
    let (own, mut ending) = ended(found[wrong].violation.clone()?);
    let mut trace = Trace { initial: 0, settle: Vec::new(), turns: Vec::new() };
    let mut starts = Vec::with_capacity(parts.len());
    for (at, (part, found)) in parts.iter().zip(found).enumerate().filter(|(at, _)| *at != wrong) {
        match (&found.start, &found.violation) {
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
