//! A world explored alone, made ready: what can happen in a state, as guards with masked effects.
//!
//! In: a system. Out: a [`Program`]. What is plain (one phase, an effect without conditions, outcomes that exclude each other)
//! becomes clauses with an effect each; the rest is left to the semantics of one state, [`Runner`](crate::system::Runner), which
//! the clauses only say when to ask. So is settling, where a reaction is enabled after a plain effect.

use crate::engine::guards::{Clause, Guards, Literal, Most, disjunction};
use crate::system::{ActionId, Assign, Condition, MAX_WORDS, Outcome, Predicate, State, StepId, System};
use crate::trace::Actor;

/// What can happen, made ready.
#[derive(Clone, Debug)]
pub struct Program {
    /// Of what happens, then of what is broken.
    pub guards: Guards,
    /// One for each clause that has a plain effect.
    pub effects: Vec<Effect>,
    /// Clauses with a plain effect, as a row.
    pub plain: Vec<u64>,
    /// Clauses that are left out where one of these holds, which has the same effect.
    pub shadowed: Vec<(usize, Vec<u64>)>,
    /// The same, as a row.
    pub shadows: Vec<u64>,
    /// Clauses that say when something else happens, and what; in the order of the actors.
    pub asked: Vec<(usize, Actor)>,
    /// The same, as a row.
    pub asking: Vec<u64>,
    /// Clauses that hold where an `always` condition does not, as a row.
    pub breaking: Vec<u64>,
    /// Clauses that hold where a reaction is enabled; None where there is none in the system.
    pub reactions: Option<Guards>,
}

/// `state & keep | set`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The bits that stay.
    pub keep: State,
    /// The bits that are set.
    pub set: State,
}

/// An effect with more conditions than this is not plain.
const MOST_CONDITIONS: usize = 3;

/// What happens, with its clauses, while the program is put together.
struct Deed {
    actor: Actor,
    /// Clause and effect; no effect where the semantics of one state is asked.
    clauses: Vec<(Clause, Option<Effect>)>,
}

impl Program {
    /// Prepares a system. None where it has too many conditions for tables.
    pub fn of(system: &System) -> Option<Program> {
        let steps = (0..).map(StepId).zip(&system.steps).map(|(id, step)| {
            let needs = step.needs.iter().map(of_condition).collect::<Vec<_>>();
            match &step.phases[..] {
                [] => plain(Actor::Step(id), &needs, &[NOTHING]),
                [only] => plain(Actor::Step(id), &needs, &only.outcomes),
                _ => asked(Actor::Step(id), &needs, None),
            }
        });
        let faults = (0..).map(ActionId).zip(&system.faults).map(|(id, fault)| {
            plain(Actor::Fault(id), std::slice::from_ref(&fault.action.when), &fault.action.outcomes)
        });
        let mut deeds: Vec<Deed> = steps.chain(faults).collect();
        let broken: Vec<Clause> =
            system.always.iter().flat_map(|always| disjunction(&of_condition(always), false)).collect();
        let reactions = system.reactions.iter().flat_map(|reaction| {
            let possible = Predicate::Any(reaction.outcomes.iter().map(|outcome| outcome.when.clone()).collect());
            disjunction(&Predicate::All(vec![reaction.when.clone(), possible]), true)
        });
        let reactions: Vec<Clause> = reactions.collect();
        if reactions.len() > Most::CLAUSES {
            return None;
        }
        let reactions = if system.reactions.is_empty() { None } else { Some(Guards::new(&reactions)?) };
        loop {
            let clauses = deeds.iter().flat_map(|deed| deed.clauses.iter().map(|(clause, _)| clause.clone()));
            let guards = Guards::new(&clauses.chain(broken.iter().cloned()).collect::<Vec<_>>())?;
            let (unclear, shadowed) = overlaps(&deeds, &guards);
            if unclear.is_empty() {
                return Some(Program::assemble(deeds, guards, shadowed, broken.len(), reactions));
            }
            for place in unclear {
                let actor = deeds[place].actor;
                deeds[place] = match actor {
                    Actor::Step(id) => {
                        let step = &system.steps[id.0 as usize];
                        let needs = step.needs.iter().map(of_condition).collect::<Vec<_>>();
                        asked(actor, &needs, step.phases.first().map(|phase| &phase.outcomes[..]))
                    }
                    Actor::Fault(id) => {
                        let action = &system.faults[id.0 as usize].action;
                        asked(actor, std::slice::from_ref(&action.when), Some(&action.outcomes))
                    }
                    Actor::Occurrence(_) => unreachable!("a world explored alone has no occurrences"),
                };
            }
        }
    }

    fn assemble(
        deeds: Vec<Deed>,
        guards: Guards,
        shadowed: Vec<(usize, usize)>,
        broken: usize,
        reactions: Option<Guards>,
    ) -> Program {
        let words = guards.words();
        let row = |places: &[usize]| {
            let mut row = vec![0; words];
            places.iter().for_each(|place| row[place / 64] |= 1 << (place % 64));
            row
        };
        let clauses: Vec<(Actor, Option<Effect>)> =
            deeds.iter().flat_map(|deed| deed.clauses.iter().map(|(_, effect)| (deed.actor, *effect))).collect();
        let places = |wanted: &dyn Fn(&Option<Effect>) -> bool| -> Vec<usize> {
            (0..clauses.len()).filter(|place| wanted(&clauses[*place].1)).collect()
        };
        let asking = places(&|effect| effect.is_none());
        let mut by_clause: Vec<(usize, Vec<u64>)> = Vec::new();
        for (clause, by) in shadowed {
            match by_clause.iter_mut().find(|(other, _)| *other == clause) {
                Some((_, known)) => known.iter_mut().zip(row(&[by])).for_each(|(word, more)| *word |= more),
                None => by_clause.push((clause, row(&[by]))),
            }
        }
        let none = Effect { keep: [u64::MAX; MAX_WORDS], set: [0; MAX_WORDS] };
        Program {
            plain: row(&places(&|effect| effect.is_some())),
            shadows: row(&by_clause.iter().map(|(clause, _)| *clause).collect::<Vec<_>>()),
            shadowed: by_clause,
            asked: asking.iter().map(|place| (*place, clauses[*place].0)).collect(),
            asking: row(&asking),
            breaking: row(&(clauses.len()..clauses.len() + broken).collect::<Vec<_>>()),
            effects: clauses.into_iter().map(|(_, effect)| effect.unwrap_or(none)).collect(),
            guards,
            reactions,
        }
    }

    /// Bytes of its tables.
    pub fn bytes(&self) -> usize {
        self.guards.bytes() + self.reactions.as_ref().map_or(0, Guards::bytes)
    }
}

/// A step without phases.
const NOTHING: Outcome = Outcome {
    when: Predicate::Constant(true),
    assigns: Vec::new(),
    events: Vec::new(),
    fails: false,
    cite: Vec::new(),
};

fn of_condition(condition: &Condition) -> Predicate {
    Predicate::All(condition.parts.iter().map(|part| part.predicate.clone()).collect())
}

/// Each outcome with its own clauses; one for each way in which its conditional assignments apply.
fn plain(actor: Actor, needs: &[Predicate], outcomes: &[Outcome]) -> Deed {
    let mut clauses = Vec::new();
    for outcome in outcomes {
        let mut conditions: Vec<&Predicate> = Vec::new();
        for Assign { when, .. } in &outcome.assigns {
            if !matches!(when, Predicate::Constant(_)) && !conditions.contains(&when) {
                conditions.push(when);
            }
        }
        if conditions.len() > MOST_CONDITIONS {
            return asked(actor, needs, Some(outcomes));
        }
        for choice in 0..1u32 << conditions.len() {
            let applies = |when: &Predicate| match when {
                Predicate::Constant(value) => *value,
                _ => conditions.iter().position(|it| *it == when).is_some_and(|place| choice >> place & 1 == 1),
            };
            let chosen = conditions
                .iter()
                .map(|when| if applies(when) { (*when).clone() } else { Predicate::Not(Box::new((*when).clone())) });
            let when = needs.iter().cloned().chain([outcome.when.clone()]).chain(chosen).collect();
            let mut effect = Effect { keep: [u64::MAX; 4], set: [0; 4] };
            for assign in outcome.assigns.iter().filter(|assign| applies(&assign.when)) {
                effect.keep[assign.word as usize] &= !assign.mask;
                effect.set[assign.word as usize] |= assign.value;
            }
            let possible = disjunction(&Predicate::All(when), true);
            clauses.extend(possible.into_iter().map(|clause| (clause, Some(effect))));
        }
    }
    Deed { actor, clauses }
}

/// The semantics of one state is asked where something is possible.
fn asked(actor: Actor, needs: &[Predicate], outcomes: Option<&[Outcome]>) -> Deed {
    let possible = outcomes.map(|outcomes| Predicate::Any(outcomes.iter().map(|it| it.when.clone()).collect()));
    let when = Predicate::All(needs.iter().cloned().chain(possible).collect());
    let mut clauses = disjunction(&when, true);
    if clauses.len() > 1 {
        clauses = vec![vec![Literal::Wide(when, true)]];
    }
    Deed { actor, clauses: clauses.into_iter().map(|clause| (clause, None)).collect() }
}

/// Deeds two of whose clauses could hold in one state with different effects, so that it is for others to find out whether
/// the results are one; and pairs of clauses of which the first is left out where the second holds too: their effect is the same.
fn overlaps(deeds: &[Deed], guards: &Guards) -> (Vec<usize>, Vec<(usize, usize)>) {
    let mut first = 0;
    let (mut unclear, mut shadowed) = (Vec::new(), Vec::new());
    for (place, deed) in deeds.iter().enumerate() {
        let pairs =
            (0..deed.clauses.len()).flat_map(|one| (one + 1..deed.clauses.len()).map(move |other| (one, other)));
        let mut clear = true;
        for (one, other) in pairs.filter(|(one, other)| !guards.exclude(first + one, first + other)) {
            clear &= deed.clauses[one].1 == deed.clauses[other].1;
            shadowed.push((first + other, first + one));
        }
        if !clear {
            unclear.push(place);
        }
        first += deed.clauses.len();
    }
    (unclear, shadowed)
}
