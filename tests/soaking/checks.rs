//! What is asked of every world and runbook. A check panics where two that should agree do not.

mod alone;
mod apart;
mod certified;
mod slipping;
mod ways;

use super::subject::{Subject, steps};
use crate::agreeing::counted::same_by_counting;
use crate::agreeing::reduced::same_with_and_without;
use crate::agreeing::{same_counts, same_liveness};
use crate::naive;
use crate::naive::unpacked::case_of;
use num_bigint::BigUint;
use runproof::base::{Reduction, Without};
use runproof::certify::certify;
use runproof::diag::{Style, show};
use runproof::engine::{Engine, Packed, Stateright};
use runproof::orderings::{count, decide, decide_among, judge};
use runproof::report::{json, text, text::Look};
use runproof::system::{Claim, Fairness, OccurrenceId, Procedure, Property, Quantifier, System};
use runproof::verdict::{Among, Ending, Kind};
use runproof::{Budget, Mistakes, Runbook};

/// One check, and in how many cases it is done once.
pub struct Check {
    pub name: &'static str,
    pub one_in: usize,
    pub run: fn(&Subject),
}

const fn check(name: &'static str, one_in: usize, run: fn(&Subject)) -> Check {
    Check { name, one_in, run }
}

/// In the order in which they are done. The first says whether there is anything to look at.
pub const CHECKS: &[Check] = &[
    check("reads", 1, reads),
    check("report", 1, report),
    check("engines", 1, engines),
    check("reductions", 2, reductions),
    check("counting", 2, counting),
    check("naive", 1, naively),
    check("orders", 2, orders),
    check("liveness", 2, liveness),
    check("alone", 2, alone::alone),
    check("interrupted", 4, alone::interrupted),
    check("certificate", 1, certified::certificate),
    check("export", 2, apart::export),
    check("peers", 40, apart::peers),
    check("slips", 4, slipping::slips),
    check("slips-naive", 3, slipping::naively),
    check("repair", 12, ways::repair),
    check("ways", 3, ways::ways),
];

/// More states than this are not looked at, and undecided then is no trouble.
const STATES: u64 = 20_000;
/// More pairs than this are not looked at a dozen times.
const FEW: u64 = 2_000;

/// Shows what is wrong with files; a limit that was hit is all that may be wrong with those that could be read.
fn shown(mistakes: &Mistakes) {
    for mistake in &mistakes.diagnostics {
        let text = show(mistake, &mistakes.sources, Style::default());
        assert!(!text.contains('\u{1b}'), "an escape character is shown: {text:?}");
    }
}

fn opened(subject: &Subject) -> Runbook {
    Runbook::open(subject.runbook()).expect("it was read before")
}

fn reads(subject: &Subject) {
    match Runbook::open(subject.runbook()) {
        Ok(runbook) => {
            shown(runbook.warnings());
            subject.count("read");
        }
        Err(mistakes) => {
            assert!(!mistakes.diagnostics.is_empty(), "what cannot be read has a mistake");
            shown(&mistakes);
            for mistake in &mistakes.diagnostics {
                subject.count(&format!("mistake {:?}", mistake.code));
            }
        }
    }
}

/// The report, as text and as JSON.
fn told(subject: &Subject, budget: &Budget) -> Result<(String, String), String> {
    match opened(subject).check(budget) {
        Ok(report) => {
            let said = (text::runbook(&report, Look::PLAIN), json::runbooks(std::slice::from_ref(&report), &[]));
            Ok(said)
        }
        Err(mistakes) => {
            shown(&mistakes);
            Err(mistakes.to_string())
        }
    }
}

fn report(subject: &Subject) {
    let budget = subject.within(STATES);
    let first = told(subject, &budget);
    let again = told(subject, &Budget { threads: 2, ..budget });
    assert_eq!(first, again, "twice the same bytes, whatever the threads");
    let Ok((text, _)) = first else { return subject.count("a claim speaks of nothing") };
    assert!(!text.contains('\u{1b}'), "an escape character is shown");
    let verdict = decide(opened(subject).system(), &subject.within(STATES));
    subject.count(match verdict.kind {
        Kind::AlwaysHealthy => "verdict always healthy",
        Kind::OrderMatters => "verdict order matters",
        Kind::NeverHealthy => "verdict never healthy",
        Kind::Undecided(_) => "verdict undecided",
    });
    if let Some(counts) = &verdict.counts {
        let none = BigUint::ZERO;
        subject.add("with mixed orders", u64::from(counts.mixed != none));
        subject.add(
            "with good, mixed and bad orders",
            u64::from(counts.mixed != none && counts.good != none && counts.bad != none),
        );
        subject.add("orders", u64::try_from(&counts.total).unwrap_or(0));
    }
    if let Some(shown) = &verdict.counterexample {
        subject.count(match &shown.ending {
            Ending::Healthy | Ending::Witness => "shown as a witness",
            Ending::Refused => "shown refused",
            Ending::Unsettled(_) => "shown unsettled",
            Ending::Endless(_) => "shown endless",
            Ending::Always(_) => "shown breaking always",
            Ending::Unhealthy => "shown unhealthy",
            Ending::Drill { .. } => "shown failing a drill",
        });
    }
}

fn engines(subject: &Subject) {
    let runbook = opened(subject);
    let system = runbook.system();
    let Ok(facts) = Packed.facts(system, &subject.within(STATES)) else { return subject.count("many states") };
    subject.add("states", facts.states);
    assert_eq!(Stateright.facts(system, &subject.within(STATES * 10)), Ok(facts), "both engines");
    let verdict = decide(system, &subject.within(STATES));
    let (Kind::AlwaysHealthy | Kind::OrderMatters | Kind::NeverHealthy, Some(counts)) = (verdict.kind, &verdict.counts)
    else {
        return;
    };
    if counts.total != BigUint::ZERO {
        assert_eq!(facts.bad, verdict.kind != Kind::AlwaysHealthy, "a bad run, and not every order good");
    }
    assert!(verdict.effort.states <= facts.states, "more is looked at than there is");
    assert_eq!(&counts.good + &counts.mixed + &counts.bad, counts.total);
    certify(system, verdict).expect("every run that is shown replays");
}

/// The system, if it has few pairs.
fn few(subject: &Subject, most: u64) -> Option<System> {
    let system = opened(subject).system().clone();
    subject.pairs(&system, most)?;
    Some(system)
}

fn reductions(subject: &Subject) {
    let Some(system) = few(subject, FEW) else { return };
    same_with_and_without(&system);
    subject.count("done: reductions");
}

/// The number of orderings, if not more than so many.
fn orderings(system: &System, subject: &Subject, most: u64) -> Option<u64> {
    let counted = count(system, &subject.within(STATES)).ok()?;
    u64::try_from(&counted.counts.total).ok().filter(|total| *total <= most)
}

fn counting(subject: &Subject) {
    let Some(mut system) = few(subject, FEW) else { return };
    let Some(total) = orderings(&system, subject, 2_000) else { return };
    if total == 0 {
        return;
    }
    // Of other claims nothing is known by counting alone.
    let known = |claim: &Claim| {
        let Some((quantifier, property, _)) = &claim.property else { return true };
        let quantifier = matches!(quantifier, Quantifier::Every | Quantifier::Some | Quantifier::No);
        quantifier && matches!(property, Property::Healthy | Property::Unhealthy)
    };
    system.claims.retain(|claim| claim.filter.is_none() && known(claim));
    let one = |reduction| Budget { without: Without::all_but(reduction), ..subject.within(STATES) };
    let budgets: Vec<Budget> = Reduction::ALL
        .map(one)
        .into_iter()
        .chain([subject.within(STATES), Budget { without: Without::all(), ..subject.within(STATES) }])
        .collect();
    let budgets: Vec<Budget> = budgets.into_iter().map(|budget| Budget { states: None, ..budget }).collect();
    same_by_counting(&system, &budgets);
    subject.count("done: counting alone");
}

/// The system and its case, if every ordering and every run can be listed soon.
fn listable(subject: &Subject) -> Option<(System, naive::Case)> {
    let system = few(subject, 400)?;
    let total = orderings(&system, subject, 130)?;
    if total == 0 || steps(&system) > 7 || system.reactions.len() > 14 {
        return None;
    }
    let case = case_of(&system, None);
    Some((system, case))
}

fn naively(subject: &Subject) {
    let Some((system, case)) = listable(subject) else { return };
    same_counts(&case, &system);
    subject.count("done: every run listed");
    let verdict = decide_among(&system, Among::All, &Budget::default());
    let Some(rules) = verdict.rules.filter(|rules| rules.admitted == Some(BigUint::ZERO)) else { return };
    let rest = match &system.procedure {
        Procedure::Ordered(plan) => plan.retries.rest,
        Procedure::Free => None,
    };
    for ordering in case.orderings() {
        let good = case.runs(&ordering).iter().all(|run| run.good);
        let ordering: Vec<OccurrenceId> = ordering.into_iter().map(OccurrenceId).chain(rest).collect();
        let fits = rules.never.iter().any(|pattern| pattern.fits(&ordering));
        assert_eq!(good, !fits, "good exactly where no rule is broken: {ordering:?}");
    }
    subject.count("done: exact rules");
}

/// One order, followed on its own.
fn orders(subject: &Subject) {
    let Some((system, case)) = listable(subject) else { return };
    let rest = match &system.procedure {
        Procedure::Ordered(plan) => plan.retries.rest,
        Procedure::Free => None,
    };
    for ordering in case.orderings().into_iter().take(12) {
        let good = case.runs(&ordering).iter().all(|run| run.good);
        let ordering: Vec<OccurrenceId> = ordering.into_iter().map(OccurrenceId).chain(rest).collect();
        let judged = judge(&system, ordering, &subject.within(STATES)).expect("a small system has few states");
        assert_eq!(matches!(judged.ending, Ending::Healthy), good, "{:?}", judged.ordering);
    }
    subject.count("done: one order");
}

fn liveness(subject: &Subject) {
    let Some((mut system, case)) = listable(subject) else { return };
    // Conditions that must hold all the time and drills are seen by the engines; the claims are answered elsewhere.
    system.claims.clear();
    if let Procedure::Ordered(plan) = &mut system.procedure {
        if plan.retries.is_empty() {
            return;
        }
        plan.retries.fairness = Fairness::Fair;
    }
    same_liveness(&naive::fair(&case), &system);
    subject.count("done: what comes at last");
}
