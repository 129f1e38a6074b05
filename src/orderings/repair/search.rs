//! The smallest edit after which every order that a runbook allows is good.
//!
//! ```text
//! one order:      linear.rs (exact, Dijkstra) ─► places.rs ─┐
//! several orders: order.rs (precedences) ───────────────────┼─► candidate ─ accept ─► repair
//!                 singles.rs, and sets of them ─────────────┘
//! none:           hopeless.rs: can it be done at all?
//! ```
//! In: a system with every step of the world after those of the runbook, its outline, how many edits there may be, and
//! somebody who writes a candidate down and has it checked. Out: the first candidate that is accepted, or what was tried.
//! Fewer edits come first; among as many, precedences, then the cost of the rest.

use super::belief::{Beliefs, Deed};
use super::cost::Cost;
use super::edit::Edit;
use super::hopeless::{Hopeless, hopeless};
use super::judge::{Judge, Stop};
use super::linear::{Linear, Next, Stage};
use super::order::Orders;
use super::outline::{Outline, UnitId, first_ordering};
use super::places;
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, Plan, Procedure, StepId, StepSet, System, Watch};
use num_traits::One;

/// How much is tried.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The most edits.
    pub edits: usize,
    /// The most outlines that are studied as a whole.
    pub studies: u64,
    /// The most sets of edits that are looked at.
    pub sets: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { edits: 2, studies: 10_000, sets: 1_000_000 }
    }
}

/// A repair that was found.
#[derive(Clone, Debug)]
pub struct Repair {
    /// What is edited; units that are put in come after those of the outline, in this order.
    pub edits: Vec<Edit>,
    /// The outline after it.
    pub outline: Outline,
    /// What it costs.
    pub cost: Cost,
}

/// What came of a search.
#[derive(Clone, Debug)]
pub struct Search {
    /// The cheapest repair that was accepted.
    pub found: Option<Repair>,
    /// Candidates looked at.
    pub tried: u64,
    /// All sets of up to this many edits were tried, unless a repair was found before.
    pub through: usize,
    /// Why the search ended before its end.
    pub stopped: Option<Stop>,
    /// Precedences that would do, were as many edits allowed.
    pub with: Option<usize>,
    /// Of a runbook of one order: what comes closest, and the parts of health (condition and part) that do not hold then
    /// (none where it is a drill that fails).
    pub closest: Option<(Repair, Vec<(usize, usize)>)>,
    /// Nothing can repair it.
    pub hopeless: Option<Hopeless>,
}

/// Looks for the cheapest repair that is accepted.
///
/// # Panics
/// If the procedure is free: a world alone has no orderings.
pub fn repair(
    system: &System,
    outline: &Outline,
    options: Options,
    tally: &mut Tally,
    accept: &mut dyn FnMut(&Repair) -> bool,
) -> Search {
    let Procedure::Ordered(plan) = &system.procedure else { panic!("a world explored alone has no orderings") };
    let watch = Watch::things([]);
    tally.phase = "repairs";
    let mut judge = Judge::new(system, plan, options.studies);
    let beliefs = Beliefs::new(system, plan, &watch);
    let mut repairs = Repairs { plan, outline, options, accept, beliefs, sets: 0 };
    let mut search =
        Search { found: None, tried: 0, through: 0, stopped: None, with: None, closest: None, hopeless: None };
    let stopped = repairs.search(&mut judge, &mut search, tally).err();
    search.tried += judge.studies + repairs.sets;
    search.stopped = stopped;
    if search.found.is_none() {
        search.hopeless = hopeless(&mut repairs.beliefs, system, tally).ok().flatten();
        if search.hopeless.is_some() {
            search.stopped = None;
        }
    }
    search
}

/// A search under way.
pub(super) struct Repairs<'a, 's> {
    pub(super) plan: &'a Plan,
    pub(super) outline: &'a Outline,
    pub(super) options: Options,
    pub(super) accept: &'a mut dyn FnMut(&Repair) -> bool,
    pub(super) beliefs: Beliefs<'s>,
    pub(super) sets: u64,
}

impl Repairs<'_, '_> {
    fn search(&mut self, judge: &mut Judge, search: &mut Search, tally: &mut Tally) -> Result<(), Stop> {
        let judged = judge.judged(self.outline, tally)?;
        if judged.total.is_one() {
            return self.one_order(search, tally);
        }
        let orders = Orders::of(self.outline, &judged, judge, tally)?;
        let groups = orders.groups(judge, tally)?;
        search.with = groups.as_ref().map(|(edits, _)| edits.len());
        let ended = self.several((&orders, groups.as_ref()), judge, search, tally);
        if let (Err(_), None, Some((edits, _))) = (&ended, &search.found, groups)
            && edits.len() <= self.options.edits
        {
            self.ordered(edits, search, tally)?;
        }
        ended
    }

    /// Offers precedences alone.
    pub(super) fn ordered(&mut self, edits: Vec<Edit>, search: &mut Search, tally: &mut Tally) -> Result<bool, Limit> {
        let Some(outline) = self.outline.edited(&edits) else { return Ok(false) };
        let cost = self.cost(&outline, edits.len(), tally)?;
        Ok(self.offered(Repair { edits, outline, cost }, search))
    }

    pub(super) fn offered(&mut self, repair: Repair, search: &mut Search) -> bool {
        let accepted = (self.accept)(&repair);
        if accepted {
            search.found = Some(repair);
        }
        accepted
    }

    fn one_order(&mut self, search: &mut Search, tally: &mut Tally) -> Result<(), Stop> {
        let stage = |unit: UnitId| {
            let own = &self.outline.units[unit.index()];
            let does = own.block.as_ref().map(|block| first_ordering(block, self.plan)).unwrap_or_default();
            Stage {
                unit,
                does,
                deletable: own.deletable && own.block.is_some(),
                movable: own.movable && own.block.is_some(),
            }
        };
        let stages: Vec<Stage> = self.outline.root.units().into_iter().map(stage).collect();
        let mut linear = Linear::new(&mut self.beliefs, &stages, self.options.edits, tally)?;
        loop {
            let next = linear.next(tally);
            search.tried = linear.tried;
            let Some((cost, repaired)) = next? else { break };
            let Some(repair) = written(self.outline, cost, &repaired) else { continue };
            if (self.accept)(&repair) {
                search.found = Some(repair);
                return Ok(());
            }
        }
        search.closest = linear
            .closest()
            .and_then(|(cost, repaired, unmet)| written(self.outline, cost, &repaired).map(|repair| (repair, unmet)));
        search.through = self.options.edits;
        Ok(())
    }

    /// The deeds of an outline in the order of the document.
    fn deeds(&self, outline: &Outline) -> Vec<Deed> {
        let mut deeds = Vec::new();
        for unit in outline.root.units() {
            let mut done = StepSet::default();
            let block = outline.units[unit.index()].block.as_ref();
            let new = block.and_then(|block| inserted(outline, block.steps()));
            match (block, new) {
                (_, Some(step)) => deeds.push(Deed::New(step)),
                (Some(block), None) => {
                    for id in first_ordering(block, self.plan) {
                        deeds.push(Deed::Own(id, done));
                        done = done.with(id);
                    }
                }
                (None, None) => {}
            }
        }
        deeds
    }

    /// Whether the order of the document is good: the quickest reason to drop a candidate.
    pub(super) fn ends_well(&mut self, outline: &Outline, tally: &mut Tally) -> Result<bool, Limit> {
        let mut belief = self.beliefs.start(tally)?;
        for deed in self.deeds(outline) {
            let Some(known) = belief else { return Ok(false) };
            belief = self.beliefs.after(known, deed, tally)?;
        }
        belief.map_or(Ok(false), |belief| self.beliefs.good(belief, tally))
    }

    pub(super) fn cost(&mut self, outline: &Outline, edits: usize, tally: &mut Tally) -> Result<Cost, Limit> {
        let mut cost = Cost { edits, ..Cost::default() };
        let mut belief = self.beliefs.start(tally)?;
        for deed in self.deeds(outline) {
            cost.restarts += usize::from(self.beliefs.restarts(deed));
            let Some(known) = belief else { continue };
            belief = self.beliefs.after(known, deed, tally)?;
            cost.unhealthy += usize::from(belief.is_none_or(|belief| !self.beliefs.healthy(belief)));
        }
        Ok(cost)
    }
}

/// A repaired order as edits of the lists.
fn written(outline: &Outline, cost: Cost, repaired: &[Next]) -> Option<Repair> {
    let edits = places::edits(outline, repaired)?;
    let outline = outline.edited(&edits)?;
    Some(Repair { edits, outline, cost })
}

/// The step of the world that a unit is which an edit put in.
fn inserted(outline: &Outline, steps: StepSet) -> Option<StepId> {
    let places = (outline.occurrences..).zip(&outline.inserted);
    let id = |at: usize| OccurrenceId(u32::try_from(at).expect("limited"));
    places.filter(|(at, _)| steps.contains(id(*at))).map(|(_, step)| *step).next()
}
