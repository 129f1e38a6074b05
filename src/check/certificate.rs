//! Certificates: the verdict of a runbook with all that it rests on, for `runproof recheck`.
//!
//! Comes in: a runbook that was read, and where its files are. Goes out: a [`Certificate`]. It is found without reductions, so
//! that each pair of position and state is one that the rechecker meets as well.

use super::recorded::Recorded;
use super::replays::Words;
use super::{CheckedRunbook, Detail, Mistakes, Runbook, stats};
use crate::base::{Budget, Limit, Without};
use crate::certify::certify;
use crate::orderings::{self, AskedOf, Table, table};
use crate::recheck::{
    AnswerTold, Certificate, ClaimTold, Names, Pattern, Question, Rules, Set, SetRuns, Source, VerdictTold, Word,
    unknown,
};
use crate::resolve::model;
use crate::system::{Claim, Procedure, Property, System};
use crate::verdict::{self, Among, Answer, ClaimVerdict, Kind, Verdict};
use std::collections::BTreeMap;
use std::path::Path;

/// What a certificate is about.
pub struct Subject<'r> {
    /// The world.
    pub world: &'r model::World,
    /// The runbook.
    pub runbook: &'r model::Runbook,
    /// Every file that was read.
    pub sources: Vec<Source>,
    /// The path of the runbook from where the certificate will be.
    pub path: String,
}

/// A runbook that was decided, and its certificate.
pub struct Certified {
    /// What was found out.
    pub checked: CheckedRunbook,
    /// The text of the certificate, or why there is none.
    pub certificate: Result<String, Uncertified>,
}

/// Why there is no certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uncertified {
    /// This limit was hit.
    Limit(Limit),
    /// The runbook or its world has something that certificates do not hold.
    Unknown(String),
}

impl From<Limit> for Uncertified {
    fn from(limit: Limit) -> Uncertified {
        Uncertified::Limit(limit)
    }
}

/// Reads and decides a runbook, and certifies what was found out. `location` is the path of the runbook from the folder in which
/// the certificate will be.
///
/// # Errors
/// Everything that is wrong with the files.
///
/// # Panics
/// If the evidence does not replay: a bug of the program.
pub fn certified(path: &Path, location: &str, detail: Detail, budget: &Budget) -> Result<Certified, Mistakes> {
    let files = Recorded::default();
    let runbook = Runbook::open_in(&files, path)?;
    let mut report = runbook.check(budget)?;
    report.stats = stats(&runbook.system, detail, budget);
    let subject = Subject {
        world: &runbook.world,
        runbook: &runbook.runbook,
        sources: files.sources(path),
        path: location.to_owned(),
    };
    let certificate = certificate_of(&subject, &runbook.system, budget).map(|certificate| certificate.written());
    Ok(Certified { checked: CheckedRunbook { report, warnings: runbook.mistakes }, certificate })
}

/// The certificate of a system that a runbook was lowered to.
///
/// # Errors
/// Why there is none: there is no certificate of a part.
///
/// # Panics
/// If the evidence does not replay: a bug of the program.
pub fn certificate_of(subject: &Subject<'_>, system: &System, budget: &Budget) -> Result<Certificate, Uncertified> {
    if let Some(what) = unknown(subject.world, subject.runbook) {
        return Err(Uncertified::Unknown(what.to_owned()));
    }
    let budget = Budget { without: Without::all(), ..budget.clone() };
    let Procedure::Ordered(plan) = &system.procedure else {
        return Err(Uncertified::Unknown("a world alone".to_owned()));
    };
    let verdict = orderings::decide_among(system, Among::NotRefused, &budget);
    let certified = certify(system, verdict).unwrap_or_else(|bug| panic!("{bug}"));
    let verdict = certified.verdict();
    let (word, counts) = match (verdict.kind, &verdict.counts) {
        (Kind::Undecided(limit), _) => return Err(limit.into()),
        (Kind::AlwaysHealthy, Some(counts)) => (Word::AlwaysHealthy, counts),
        (Kind::OrderMatters, Some(counts)) => (Word::OrderMatters, counts),
        (Kind::NeverHealthy, Some(counts)) => (Word::NeverHealthy, counts),
        (_, None) => return Err(Limit::Positions.into()),
    };
    let asked = asked(system, verdict);
    let questions: Vec<(AskedOf, bool)> = asked.iter().map(|((_, runs), of)| (*of, *runs == SetRuns::Every)).collect();
    let found = table(system, &questions, &budget)?;
    let (world, runbook) = (subject.world, subject.runbook);
    let words = Words { system, plan, variables: world.variables.len(), budgets: runbook.budgets.len() };
    let (states, places) = states(&words, &found);
    let claims =
        system.claims.iter().zip(&verdict.claims).map(|pair| claim(&words, pair)).collect::<Result<_, Limit>>()?;
    let sets = asked.into_keys().zip(found.sets);
    Ok(Certificate {
        runbook: subject.path.clone(),
        sources: subject.sources.clone(),
        names: Names {
            variables: world.variables.iter().map(|variable| variable.name.clone()).collect(),
            budgets: runbook.budgets.clone(),
            ifs: plan.guards.iter().map(|guard| guard.text.clone()).collect(),
            steps: plan.occurrences.iter().map(|occurrence| occurrence.label.clone()).collect(),
        },
        verdict: VerdictTold {
            word,
            total: counts.total.to_string(),
            good: counts.good.to_string(),
            mixed: counts.mixed.to_string(),
            bad: counts.bad.to_string(),
        },
        positions: found.ways.iter().map(|(from, id)| (*from, id.0)).collect(),
        states,
        places,
        nodes: found
            .nodes
            .iter()
            .map(|(ends, next)| (*ends, next.iter().map(|(id, to)| (id.0, *to)).collect()))
            .collect(),
        sets: sets
            .map(|((of, runs), set)| Set { of, runs, root: set.root, count: set.count.to_string(), from: set.from })
            .collect(),
        rules: verdict.rules.as_ref().map(rules),
        counterexample: verdict.counterexample.as_ref().map(|shown| words.run(shown)),
        claims,
    })
}

/// The sets that the verdict and the claims rest on, in the order of a certificate.
fn asked(system: &System, verdict: &Verdict) -> BTreeMap<(Question, SetRuns), AskedOf> {
    let mut asked = BTreeMap::new();
    let mut ask = |question: Question, of: AskedOf| {
        for runs in [SetRuns::Every, SetRuns::Some] {
            asked.insert((question.clone(), runs), of);
        }
    };
    ask(Question::Good, AskedOf::Good);
    for (_, property, _) in system.claims.iter().filter_map(|claim| claim.property.as_ref()) {
        match property {
            Property::Healthy | Property::Unhealthy => {}
            Property::Refused => ask(Question::Refused, AskedOf::Refused),
            Property::Event(event) => {
                let name = system.origins.events[event.0 as usize].name.clone();
                ask(Question::Event(name), AskedOf::Event(*event));
            }
            Property::Always(always) => {
                ask(Question::Keeps(system.always[*always as usize].name.clone()), AskedOf::Keeps(*always));
            }
        }
    }
    if verdict.rules.as_ref().is_some_and(|rules| rules.among == Among::NotRefused) {
        asked.insert((Question::Refused, SetRuns::Some), AskedOf::Refused);
    }
    asked
}

/// The states, each once, and by position which are met there.
fn states(words: &Words<'_>, found: &Table) -> (Vec<String>, Vec<Vec<u32>>) {
    let mut states: indexmap::IndexSet<String> = indexmap::IndexSet::new();
    let mut places = Vec::with_capacity(found.states.len());
    for (done, met) in found.done.iter().zip(&found.states) {
        let number = |state| {
            let (number, _) = states.insert_full(words.state(*done, state));
            u32::try_from(number).expect("states were numbered with as many bits before")
        };
        places.push(met.iter().map(number).collect());
    }
    (states.into_iter().collect(), places)
}

fn rules(rules: &verdict::Rules) -> Rules {
    let ids = |list: &[crate::system::OccurrenceId]| list.iter().map(|id| id.0).collect();
    let pattern = |pattern: &verdict::Pattern| Pattern {
        done: ids(&pattern.done),
        before: pattern.before.iter().map(|(earlier, later)| (earlier.0, later.0)).collect(),
        left_out: ids(&pattern.left_out),
    };
    Rules {
        not_refused: rules.among == Among::NotRefused,
        spoken_of: rules.spoken_of.as_ref().map(ToString::to_string),
        never: rules.never.iter().map(pattern).collect(),
        admitted: rules.admitted.as_ref().map(ToString::to_string),
    }
}

fn claim(words: &Words<'_>, (claim, found): (&Claim, &ClaimVerdict)) -> Result<ClaimTold, Limit> {
    let nothing =
        |answer| ClaimTold { id: claim.id.clone(), answer, counted: None, good_elsewhere: None, witness: None };
    if claim.promise.is_some() {
        return Ok(nothing(AnswerTold::NotCovered));
    }
    let answer = match found.answer {
        Answer::Holds => AnswerTold::Holds,
        Answer::Fails => AnswerTold::Fails,
        Answer::Undecided(limit) => return Err(limit),
        // A mistake in the runbook, which whoever reads it was told.
        Answer::Vacuous => return Err(Limit::Unasked),
    };
    Ok(ClaimTold {
        counted: found.counted.as_ref().map(|(good, of)| (good.to_string(), of.to_string())),
        good_elsewhere: found.good_elsewhere.as_ref().map(ToString::to_string),
        witness: found.witness.as_ref().map(|shown| words.run(shown)),
        ..nothing(answer)
    })
}
