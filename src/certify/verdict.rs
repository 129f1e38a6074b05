//! Certifies verdicts: every trace in one is replayed and must end as it claims, and what is said must agree.

use super::drill;
use super::replay::{How, Mismatch, Replay, replay, replay_drill};
use crate::system::{Claim, OccurrenceId, Order, Plan, Procedure, Property, Quantifier, State, System};
use crate::trace::{Actor, Fire, Trace, Turn};
use crate::verdict::{Answer, ClaimVerdict, Classes, Counterexample, DrillFailure, Ending, Kind, Pattern, Verdict};
use num_bigint::BigUint;

/// A verdict whose evidence was replayed. Only [`certify()`] makes one.
#[derive(Clone, Debug)]
pub struct Certified {
    verdict: Verdict,
}

impl Certified {
    /// The verdict.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }
}

/// The checker contradicts itself: a mistake in the program, never in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bug {
    /// What does not agree.
    pub message: String,
}

impl std::fmt::Display for Bug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "runproof contradicts itself, please report this: {}", self.message)
    }
}

impl std::error::Error for Bug {}

impl From<Mismatch> for Bug {
    fn from(Mismatch { turn, reason }: Mismatch) -> Bug {
        let place = turn.map_or("while the initial state settles".to_owned(), |turn| format!("in turn {}", turn + 1));
        Bug { message: format!("a trace does not replay: {reason}, {place}") }
    }
}

fn check(holds: bool, message: &str) -> Result<(), Bug> {
    if holds { Ok(()) } else { Err(Bug { message: message.to_owned() }) }
}

/// Replays everything that a verdict shows.
///
/// # Errors
/// What does not agree: a bug of the program.
pub fn certify(system: &System, verdict: Verdict) -> Result<Certified, Bug> {
    let Procedure::Ordered(plan) = &system.procedure else {
        return Err(Bug { message: "a world explored alone has no verdict".to_owned() });
    };
    let judge = Judge { system, plan };
    judge.counts(&verdict)?;
    if let Some(shown) = &verdict.counterexample {
        judge.run(shown)?;
        let fails = !matches!(shown.ending, Ending::Healthy | Ending::Witness);
        check(fails, "a counterexample ends well")?;
    }
    judge.classes(&verdict)?;
    check(verdict.claims.len() == system.claims.len(), "not every claim has an answer")?;
    for (claim, answer) in system.claims.iter().zip(&verdict.claims) {
        judge.claim(claim, answer)?;
    }
    Ok(Certified { verdict })
}

/// Replays one run of an ordering.
///
/// # Errors
/// It does not replay, or does not end as claimed: a bug of the program.
pub fn certify_run(system: &System, shown: &Counterexample) -> Result<(), Bug> {
    let Procedure::Ordered(plan) = &system.procedure else {
        return Err(Bug { message: "a world explored alone has no orderings".to_owned() });
    };
    Judge { system, plan }.run(shown).map(|_| ())
}

/// Replays the violation that was found in a world explored alone.
///
/// # Errors
/// It does not replay, or does not end as claimed: a bug of the program.
pub fn certify_exploration(system: &System, trace: &Trace, ending: &Ending) -> Result<Replay, Bug> {
    let replayed = replay(system, trace)?;
    match ending {
        Ending::Always(always) => check(broken_at_end(&replayed).contains(always), "the condition is not broken")?,
        Ending::Unsettled(cycle) => check(goes_round(system, replayed.end, cycle), "the reactions do not go round")?,
        _ => check(false, "a world explored alone ends in a breach or never settles")?,
    }
    Ok(replayed)
}

struct Judge<'s> {
    system: &'s System,
    plan: &'s Plan,
}

impl Judge<'_> {
    fn counts(&self, verdict: &Verdict) -> Result<(), Bug> {
        let Some(counts) = &verdict.counts else {
            return check(matches!(verdict.kind, Kind::Undecided(_)), "a decided verdict has counts");
        };
        let sum = &counts.good + &counts.mixed + &counts.bad;
        check(sum == counts.total, "good, mixed and bad do not make the total")?;
        let (good, none) = (&counts.good, BigUint::ZERO);
        check(
            match verdict.kind {
                Kind::AlwaysHealthy => *good == counts.total && *good != none,
                Kind::NeverHealthy => *good == none,
                Kind::OrderMatters => *good != none && *good != counts.total,
                Kind::Undecided(_) => false,
            },
            "the verdict and the counts do not agree",
        )?;
        check(
            verdict.counterexample.is_some() == (*good != counts.total),
            "a counterexample is missing, or one too many",
        )
    }

    /// Every class has a run that does not end well, in an ordering that breaks what it is said to break; together they
    /// are all orderings that are not good.
    fn classes(&self, verdict: &Verdict) -> Result<(), Bug> {
        let Classes { classes, .. } = &verdict.classes;
        let never = verdict.rules.as_ref().map_or(&[][..], |rules| &rules.never);
        for class in classes {
            self.run(&class.shortest)?;
            let fails = !matches!(class.shortest.ending, Ending::Healthy | Ending::Witness);
            check(fails, "the shortest run of a class ends well")?;
            let Some(breaks) = class.breaks else { continue };
            let fits = |pattern: &Pattern| pattern.fits(&class.shortest.ordering);
            check(never.get(breaks).is_some_and(fits), "a class does not break its rule")?;
            check(!never[..breaks].iter().any(fits), "a class breaks a rule that is told before its own")?;
        }
        let sum: BigUint = classes.iter().map(|class| &class.count).sum();
        let others = verdict.counts.as_ref().map(|counts| &counts.total - &counts.good);
        check(classes.is_empty() || others == Some(sum), "the classes are not all orderings that are not good")
    }

    fn claim(&self, claim: &Claim, answer: &ClaimVerdict) -> Result<(), Bug> {
        let Some(shown) = &answer.witness else { return Ok(()) };
        let replayed = self.run(shown)?;
        let fits = claim.filter.as_ref().is_none_or(|order| satisfied(order, &shown.ordering));
        let Some((quantifier, property, _)) = &claim.property else {
            return check(fits, "a witness does not satisfy the claim's `where`");
        };
        let compared = matches!(quantifier, Quantifier::Only | Quantifier::Exactly);
        check(if fits { *quantifier != Quantifier::Only } else { compared }, "a witness is of the wrong orderings")?;
        // An ordering that does not satisfy the `where` speaks against it if it has the property.
        let has_it = matches!(quantifier, Quantifier::Some | Quantifier::No) || !fits;
        check(has_it || answer.answer == Answer::Fails, "a claim that holds is contradicted")?;
        // What goes round happens too.
        let whole = match &shown.ending {
            Ending::Endless(cycle) => {
                let mut longer = shown.trace.clone();
                longer.turns.extend_from_slice(cycle);
                replay(self.system, &longer)?
            }
            _ => replayed.clone(),
        };
        let refused = matches!(replayed.turns.last().map(|turn| &turn.how), Some(How::Refused(_)));
        let breaks =
            |always| whole.broken_at_start.contains(always) || whole.changes().any(|it| it.broken.contains(always));
        check(
            has_it
                == match property {
                    Property::Healthy => shown.ending == Ending::Healthy,
                    Property::Unhealthy => shown.ending != Ending::Healthy,
                    Property::Refused => refused,
                    Property::Event(event) => whole.changes().any(|change| change.events.contains(event)),
                    Property::Always(always) => !breaks(always),
                },
            "a witness does not have what it is shown for",
        )
    }

    /// Replays one run, and checks that its ordering is one and that it ends as claimed.
    fn run(&self, shown: &Counterexample) -> Result<Replay, Bug> {
        let mut position = self.plan.start();
        for id in &shown.ordering {
            let next = self.plan.next(position).into_iter().find(|(next, _)| next == id);
            position = next.map(|(_, after)| after).ok_or(Bug { message: "an ordering is not allowed".to_owned() })?;
        }
        check(self.plan.may_end(position), "an ordering is not complete")?;
        let replayed = replay(self.system, &shown.trace)?;
        let done = replayed.occurrences();
        check(shown.ordering.starts_with(&done), "a run does not follow its ordering")?;
        let stopped_by_fault = matches!(replayed.turns.last(), Some(turn) if matches!(turn.actor, Actor::Fault(_)));
        let complete = done.len() == shown.ordering.len();
        check(!(complete && stopped_by_fault && !replayed.open), "a fault strikes after the last step")?;
        let finished = complete && replayed.stable && !replayed.open && !self.refused(&replayed);
        let healthy = self.system.health.iter().all(|health| health.holds(&replayed.end));
        let as_claimed = match &shown.ending {
            Ending::Witness => true,
            Ending::Healthy => {
                let kept = replayed.broken_at_start.is_empty() && replayed.changes().all(|it| it.broken.is_empty());
                let drills = (0..self.system.drills.len()).all(|it| drill::passes(self.system, it, replayed.end));
                finished && healthy && kept && drills
            }
            Ending::Refused => self.refused(&replayed),
            Ending::Unsettled(cycle) => goes_round(self.system, replayed.end, cycle),
            Ending::Endless(cycle) => goes_on(|trace| replay(self.system, trace), &shown.trace, &replayed, cycle)?,
            Ending::Always(always) => broken_at_end(&replayed).contains(always),
            Ending::Unhealthy => finished && !healthy,
            Ending::Drill { drill, trace, failure } => {
                finished && healthy && self.drill_fails(*drill, replayed.end, trace, failure)?
            }
        };
        check(as_claimed, &format!("a run does not end as claimed ({:?})", shown.ending))?;
        Ok(replayed)
    }

    fn refused(&self, replayed: &Replay) -> bool {
        matches!(replayed.turns.last().map(|turn| &turn.how), Some(How::Refused(_)))
    }

    fn drill_fails(&self, drill: u32, from: State, trace: &Trace, failure: &DrillFailure) -> Result<bool, Bug> {
        let replayed = replay_drill(self.system, drill, from, trace)?;
        let index = drill;
        let drill = &self.system.drills[drill as usize];
        let steps = replayed.turns.iter().filter(|turn| matches!(turn.actor, Actor::Step(_))).count();
        let end = replayed.end;
        let settled = replayed.stable && !replayed.open && !self.refused(&replayed);
        Ok(match failure {
            DrillFailure::Refused => self.refused(&replayed),
            DrillFailure::Unsettled(cycle) => goes_round(self.system, end, cycle),
            DrillFailure::Endless(cycle) => {
                goes_on(|trace| replay_drill(self.system, index, from, trace), trace, &replayed, cycle)?
            }
            DrillFailure::Expect => settled && steps == drill.act.len() && !drill.expect.holds(&end),
            DrillFailure::ExpectAfter => {
                let all = drill.act.len() + drill.then.len();
                settled && steps == all && !drill.expect_after.iter().all(|expect| expect.holds(&end))
            }
        })
    }
}

fn broken_at_end(replayed: &Replay) -> &[u32] {
    let last = replayed.turns.iter().rev().find_map(|turn| turn.changes.last()).or(replayed.settle.last());
    last.map_or(&replayed.broken_at_start, |change| &change.broken)
}

/// Whether these reactions lead from a state back to it.
fn goes_round(system: &System, from: State, cycle: &[Fire]) -> bool {
    let around = cycle.iter().try_fold(from, |state, fire| {
        let action = system.reactions.get(fire.reaction.0 as usize).filter(|action| action.when.holds(&state))?;
        let outcome = action.outcomes.get(fire.outcome as usize).filter(|outcome| outcome.when.holds(&state))?;
        Some(outcome.apply(&state))
    });
    !cycle.is_empty() && around == Some(from)
}

/// Whether these turns lead back to where a run is, and can then be done again.
fn goes_on(
    replays: impl Fn(&Trace) -> Result<Replay, Mismatch>,
    trace: &Trace,
    replayed: &Replay,
    cycle: &[Turn],
) -> Result<bool, Bug> {
    let mut longer = trace.clone();
    (0..2).for_each(|_| longer.turns.extend_from_slice(cycle));
    let around = replays(&longer)?;
    let Some(last) = around.turns.get(trace.turns.len() + cycle.len() - usize::from(!cycle.is_empty())) else {
        return Ok(false);
    };
    let place = |replay: &Replay| replay.turns.last().and_then(|turn| turn.going_on);
    let after = last.changes.last().map_or(last.before, |change| change.after);
    Ok(after == replayed.end && around.end == replayed.end && place(&around) == place(replayed))
}

/// Whether an ordering satisfies a `where`.
fn satisfied(order: &Order, ordering: &[OccurrenceId]) -> bool {
    let place = |id: &OccurrenceId| ordering.iter().position(|other| other == id);
    match order {
        Order::Constant(value) => *value,
        Order::Before(a, b) => matches!((place(a), place(b)), (Some(a), Some(b)) if a < b),
        Order::RightAfter(a, b) => matches!((place(a), place(b)), (Some(a), Some(b)) if a == b + 1),
        Order::Not(inner) => !satisfied(inner, ordering),
        Order::All(parts) => parts.iter().all(|part| satisfied(part, ordering)),
        Order::Any(parts) => parts.iter().any(|part| satisfied(part, ordering)),
    }
}
