//! Which orders are allowed, and which good, before and now.

use super::project::{Names, first, lift, project};
use super::steps::SharedSteps;
use crate::base::{Limit, Tally};
use crate::orderings::language::{Language, Languages};
use crate::orderings::study::Study;
use crate::orderings::suffixes::Trait;
use crate::system::OccurrenceId;
use crate::verdict::Counterexample;
use num_bigint::BigUint;

/// How many orders of the shared steps there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Those that the procedure allows.
    pub allowed: BigUint,
    /// Those that are good.
    pub good: BigUint,
}

/// Orders that are not what they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// How many.
    pub count: BigUint,
    /// The first of them in the new document's order, by the names of the new runbook.
    pub first: Option<Vec<OccurrenceId>>,
    /// A run of it that is not good, in the runbook in which it is allowed and not good.
    pub run: Option<Counterexample>,
}

/// Orders of the shared steps, before and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orders {
    /// How many there were.
    pub old: Extent,
    /// How many there are.
    pub new: Extent,
    /// Allowed before, and not now.
    pub forbidden: Change,
    /// Allowed now, and not before.
    pub admitted: Change,
    /// Good before, still allowed, no longer good; with a run in the new runbook.
    pub spoiled: Change,
    /// Good before, no longer allowed. Some of `forbidden`.
    pub good_forbidden: Change,
    /// Good now, allowed before, not good then; with a run in the old runbook.
    pub mended: Change,
    /// Good now, not allowed before. Some of `admitted`.
    pub good_admitted: Change,
}

/// The sets of one runbook in the shared arena.
struct Sets {
    allowed: Language,
    good: Language,
}

/// Compares two studies.
///
/// # Errors
/// The limit that was hit.
pub fn orders(
    old: &mut Study<'_>,
    new: &mut Study<'_>,
    steps: &SharedSteps,
    tally: &mut Tally,
) -> Result<Orders, Limit> {
    // In the shared arena a step has its number in the new document, so that the first order is the first for a reader of it.
    let names_old: Names = (0..).take(old.plan.occurrences.len()).map(|id| steps.renamed(OccurrenceId(id))).collect();
    let shared = |id: &OccurrenceId| steps.both.iter().any(|(_, now)| now == id);
    let names_new: Names =
        (0..).take(new.plan.occurrences.len()).map(OccurrenceId).map(|id| shared(&id).then_some(id)).collect();
    let mut arena = Languages::default();
    let before = sets(old, &names_old, &mut arena, tally)?;
    let now = sets(new, &names_new, &mut arena, tally)?;

    let forbidden = arena.difference(before.allowed, now.allowed, tally)?;
    let admitted = arena.difference(now.allowed, before.allowed, tally)?;
    let lost = arena.difference(before.good, now.good, tally)?;
    let won = arena.difference(now.good, before.good, tally)?;
    let spoiled = arena.intersection(lost, now.allowed, tally)?;
    let good_forbidden = arena.difference(lost, now.allowed, tally)?;
    let mended = arena.intersection(won, before.allowed, tally)?;
    let good_admitted = arena.difference(won, before.allowed, tally)?;

    let mut change = |set: Language| Change {
        count: arena.count(set),
        first: (set != Language::NONE).then(|| first(&arena, set)),
        run: None,
    };
    let mut orders = Orders {
        forbidden: change(forbidden),
        admitted: change(admitted),
        spoiled: change(spoiled),
        good_forbidden: change(good_forbidden),
        mended: change(mended),
        good_admitted: change(good_admitted),
        old: Extent { allowed: arena.count(before.allowed), good: arena.count(before.good) },
        new: Extent { allowed: arena.count(now.allowed), good: arena.count(now.good) },
    };
    orders.spoiled.run = run(new, &names_new, orders.spoiled.first.as_deref(), tally)?;
    orders.mended.run = run(old, &names_old, orders.mended.first.as_deref(), tally)?;
    Ok(orders)
}

fn sets(study: &mut Study<'_>, names: &Names, arena: &mut Languages, tally: &mut Tally) -> Result<Sets, Limit> {
    let whole = study.suffixes.whole(tally)?;
    let allowed = project((&study.suffixes.languages, whole), names, arena, tally)?;
    let good = if names.iter().all(Option::is_some) {
        project((&study.suffixes.languages, study.good), names, arena, tally)?
    } else {
        let others = others(study, tally)?;
        let spoilt = project((&study.suffixes.languages, others), names, arena, tally)?;
        arena.difference(allowed, spoilt, tally)?
    };
    Ok(Sets { allowed, good })
}

/// All orderings that are not good.
fn others(study: &mut Study<'_>, tally: &mut Tally) -> Result<Language, Limit> {
    let whole = study.suffixes.whole(tally)?;
    study.suffixes.languages.difference(whole, study.good, tally)
}

/// A run that is not good, of an ordering from which `remains` remains.
fn run(
    study: &mut Study<'_>,
    names: &Names,
    remains: Option<&[OccurrenceId]>,
    tally: &mut Tally,
) -> Result<Option<Counterexample>, Limit> {
    let Some(remains) = remains else { return Ok(None) };
    let others = others(study, tally)?;
    let ordering = lift(&study.suffixes.languages, others, names, remains, tally)?;
    let ordering = ordering.expect("an order that is allowed and not good has an ordering that is not");
    study.run(ordering, Trait::NotGood, tally).map(Some)
}
