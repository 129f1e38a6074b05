//! Whether the orders that an outline allows are good: every edited outline is studied as a whole.
//!
//! In: a system with every step of the world, and outlines. Out: counts, a bad ordering, and which steps may come before
//! which. What a study held is given back to the budget when it ends. The number of studies has a limit of its own.

use super::outline::Outline;
use crate::base::{Limit, Tally};
use crate::orderings::language::Language;
use crate::orderings::study::Study;
use crate::system::{OccurrenceId, Plan, Procedure, StepSet, System};
use num_bigint::BigUint;
use rustc_hash::{FxHashMap, FxHashSet};

/// Studies outlines.
pub struct Judge {
    system: System,
    /// That of the document.
    base: Plan,
    /// How many were studied.
    pub studies: u64,
    /// How many may be.
    pub most: u64,
}

/// Why a search ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A limit of the budget.
    Limit(Limit),
    /// More candidates than are looked at.
    Candidates,
}

impl From<Limit> for Stop {
    fn from(limit: Limit) -> Stop {
        Stop::Limit(limit)
    }
}

/// What a study of an outline found.
#[derive(Clone, Debug)]
pub struct Judged {
    /// How many orderings it allows.
    pub total: BigUint,
    /// Whether there is a good one.
    pub hope: bool,
    /// The shortest bad ordering.
    pub bad: Option<Vec<OccurrenceId>>,
}

impl Judged {
    /// Whether there are orderings, and all are good.
    pub fn all_good(&self) -> bool {
        self.bad.is_none() && self.hope
    }
}

/// Which steps come before which in some good ordering.
#[derive(Clone, Debug, Default)]
pub struct Precedences(FxHashSet<(OccurrenceId, OccurrenceId)>);

impl Precedences {
    /// Whether some good ordering has one of these before one of those.
    pub fn some(&self, these: StepSet, those: StepSet) -> bool {
        self.0.iter().any(|(one, other)| these.contains(*one) && those.contains(*other))
    }
}

impl Judge {
    /// Nothing was studied yet.
    pub fn new(system: &System, base: &Plan, most: u64) -> Judge {
        Judge { system: System { claims: Vec::new(), ..system.clone() }, base: base.clone(), studies: 0, most }
    }

    /// Studies an outline.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn judged(&mut self, outline: &Outline, tally: &mut Tally) -> Result<Judged, Stop> {
        let (judged, was) = self.study(outline, tally, |study, tally| {
            let bad = study.outside(tally)?;
            Ok(Judged { total: study.suffixes.course.total().clone(), hope: study.good != Language::NONE, bad })
        })?;
        let bad = judged.bad.map(|bad| bad.into_iter().map(|id| was[id.0 as usize]).collect());
        Ok(Judged { bad, ..judged })
    }

    /// Which steps come before which in good orderings of an outline.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn precedences(&mut self, outline: &Outline, tally: &mut Tally) -> Result<Precedences, Stop> {
        let (pairs, was) = self.study(outline, tally, |study, tally| {
            let (mut pairs, mut later) = (FxHashSet::default(), FxHashMap::default());
            precedences(study, study.good, &mut later, &mut pairs, tally)?;
            Ok(pairs)
        })?;
        let was = |id: OccurrenceId| was[id.0 as usize];
        Ok(Precedences(pairs.into_iter().map(|(one, other)| (was(one), was(other))).collect()))
    }

    /// What is asked of a study, and which occurrence of the outline each of its own is.
    fn study<T>(
        &mut self,
        outline: &Outline,
        tally: &mut Tally,
        then: impl FnOnce(&mut Study<'_>, &mut Tally) -> Result<T, Limit>,
    ) -> Result<(T, Vec<OccurrenceId>), Stop> {
        if self.studies == self.most {
            return Err(Stop::Candidates);
        }
        self.studies += 1;
        let (plan, was) = outline.plan(&self.base);
        self.system.procedure = Procedure::Ordered(plan);
        let (states, bytes) = (tally.states, tally.bytes);
        let found = Study::of(&self.system, tally).and_then(|mut study| then(&mut study, tally));
        (tally.states, tally.bytes, tally.phase) = (states, bytes, "repairs");
        tally.share = None;
        Ok((found?, was))
    }
}

/// Adds the pairs of the orderings of a set; says which steps are in them. Recursion is as deep as an ordering is long.
fn precedences(
    study: &Study<'_>,
    set: Language,
    later: &mut FxHashMap<Language, StepSet>,
    pairs: &mut FxHashSet<(OccurrenceId, OccurrenceId)>,
    tally: &mut Tally,
) -> Result<StepSet, Limit> {
    if let Some(known) = later.get(&set) {
        return Ok(*known);
    }
    tally.check()?;
    let mut all = StepSet::default();
    for (id, rest) in study.suffixes.languages.next(set) {
        let after = precedences(study, *rest, later, pairs, tally)?;
        pairs.extend(ids(after).map(|other| (*id, other)));
        all = all.union(after).with(*id);
    }
    later.insert(set, all);
    Ok(all)
}

/// The members of a set.
pub fn ids(set: StepSet) -> impl Iterator<Item = OccurrenceId> {
    (0..).map(OccurrenceId).take(StepSet::CAPACITY).filter(move |id| set.contains(*id))
}
