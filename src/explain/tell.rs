//! From a system and its certified verdict to what is told about it.

use super::classes::classes;
use super::data::{AlwaysFinding, Answer, Finding, Story, WorldFinding};
use super::finding::{claim, counts, effort, word};
use super::replayed::history;
use super::rules::{self, Names};
use super::story::story;
use crate::certify::{Bug, Certified, certify_exploration, certify_run};
use crate::orderings::Exploration;
use crate::system::System;
use crate::verdict::{Counterexample, Ending, Insight};

/// Tells what a check of a runbook found out. Linear in the runs shown.
pub fn runbook(system: &System, certified: &Certified) -> Finding {
    let verdict = certified.verdict();
    let (verdict_word, limit) = word(verdict.kind);
    let claims = system.claims.iter().zip(&verdict.claims);
    let rules = verdict.rules.as_ref().map(|rules| rules::told(&Names::of(system), rules));
    let (rules, numbers) = rules.map_or((None, Vec::new()), |told| (Some(told.finding), told.numbers));
    Finding {
        verdict: verdict_word,
        limit,
        counts: verdict.counts.as_ref().map(counts),
        effort: effort(verdict.effort),
        fingerprint: verdict.fingerprint.clone(),
        rules,
        classes: classes(system, &verdict.classes, &numbers, |shortest| told(system, shortest)),
        classes_limit: verdict.classes.limit.map(|limit| limit.to_string()),
        claims: claims
            .map(|(asked, found)| claim(asked, found, found.witness.as_ref().map(|witness| told(system, witness))))
            .collect(),
        counterexample: verdict.counterexample.as_ref().map(|counterexample| told(system, counterexample)),
    }
}

pub(super) fn told(system: &System, counterexample: &Counterexample) -> Story {
    story(&history(system, &counterexample.trace, &counterexample.ending), counterexample)
}

/// Tells one run of an ordering.
///
/// # Errors
/// It does not replay: a bug of the program.
pub fn run(system: &System, run: &Counterexample) -> Result<Story, Bug> {
    certify_run(system, run)?;
    Ok(told(system, run))
}

/// Tells what exploring a world alone found out.
///
/// # Errors
/// The violation does not replay: a bug of the program.
pub fn world(system: &System, exploration: &Exploration) -> Result<WorldFinding, Bug> {
    let Exploration { states, moves, looked_at, violation, undecided } = exploration;
    let broken = match violation {
        Some((trace, ending)) => {
            certify_exploration(system, trace, ending)?;
            match ending {
                Ending::Always(always) => Some(*always),
                _ => None,
            }
        }
        None => None,
    };
    let searched = violation.is_none() && undecided.is_none();
    let always = system.always.iter().zip(0..).map(|(condition, index)| AlwaysFinding {
        name: condition.name.clone(),
        cite: condition.cite.clone(),
        answer: match (broken == Some(index), searched) {
            (true, _) => Answer::Fails,
            (false, true) => Answer::Holds,
            (false, false) => Answer::Undecided,
        },
    });
    Ok(WorldFinding {
        limit: undecided.map(|limit| limit.to_string()),
        states: states.to_string(),
        moves: moves.to_string(),
        looked_at: *looked_at,
        always: always.collect(),
        violation: violation.as_ref().map(|(trace, ending)| {
            let run = Counterexample {
                ordering: Vec::new(),
                lost_after: None,
                trace: trace.clone(),
                ending: ending.clone(),
                insight: Insight::default(),
            };
            told(system, &run)
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::super::data::{EndKind, Went, What};
    use super::super::example::certified;
    use super::runbook;
    use crate::explain::data::Story;

    fn the_story() -> Story {
        let (system, certified) = certified();
        runbook(&system, &certified).counterexample.expect("the example has one")
    }

    #[test]
    fn a_broken_value_is_led_back_to_the_step_that_wrote_it_last_and_what_held_then() {
        let story = the_story();
        assert_eq!(story.ending.kind, EndKind::Unhealthy);
        let why = &story.ending.because[0];
        assert_eq!((why.variable.as_str(), why.value.as_str(), why.step), ("iis(B)", "broken", Some(2)));
        let held = [("clussvc(B)", "running"), ("msdtc(B)", "newer")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(why.while_, held);
        assert_eq!(why.cite, ["Q223258.join-fails"]);
        let moved = &story.ending.because[1];
        assert_eq!(moved.reaction.as_deref(), Some("sql fails over to A"));
        assert_eq!(moved.cite, ["Q1.failover"]);
    }

    #[test]
    fn a_write_that_waits_is_told_as_a_change_of_the_component_at_the_restart() {
        let story = the_story();
        let What::Change { variable, from, to, at_restart, .. } = &story.rows[0].notes[0].what else { panic!() };
        assert_eq!((variable.as_str(), from.as_str(), to.as_str(), *at_restart), ("clusres(A)", "sp4", "ntop", true));
    }

    #[test]
    fn failed_and_passed_over_steps_say_so() {
        let rows = the_story().rows;
        assert_eq!(rows.iter().map(|row| row.went).collect::<Vec<_>>(), [Went::Done, Went::Failed, Went::PassedOver]);
        assert_eq!(rows[2].condition.as_deref(), Some("iis(B) == working"));
    }
}
