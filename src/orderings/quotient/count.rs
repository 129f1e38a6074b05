//! Exact counts of a whole system, from those of its parts.
//!
//! Parts that have nothing to do with each other ([`System::parts`]): an ordering of the whole is one of each part, shuffled. Its runs are those of the parts, in any combination:
//! what is unknown and what the environment chooses in one part, it can choose whatever it does in the others. So a run of the
//! whole is good if and only if it is in each part; hence an ordering is good if each of its parts is, and is good in some run if
//! each of its parts is in some. Numbers of all orderings, of good ones and of those that are good in some run are products for that
//! reason, each times the number of shuffles.

use super::graph::{Graph, Numbers};
use super::path::Wanted;
use super::spread::Spread;
use crate::base::{Budget, Limit, Reduction, Tally};
use crate::system::{OccurrenceId, Plan, Procedure, Symmetry, System, SystemPart};
use crate::verdict::{Counts, Kind};
use num_bigint::BigUint;

/// How many orderings there are, and what it took to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// In a word; never undecided.
    pub kind: Kind,
    /// Exact numbers.
    pub counts: Counts,
    /// Places looked at, in all parts.
    pub places: u64,
    /// Ways in which steps went there.
    pub moves: u64,
    /// How many parts were looked at one by one.
    pub parts: usize,
    /// How many nodes are in each class of interchangeable ones, in all parts.
    pub classes: Vec<usize>,
    /// The ordering that is lost after the fewest steps, with how many those are; None where all are good.
    pub shortest: Option<Shortest>,
    /// A good ordering; None where none is.
    pub good: Option<Vec<OccurrenceId>>,
}

/// An ordering that is not good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortest {
    /// All its steps.
    pub ordering: Vec<OccurrenceId>,
    /// The length of its shortest proper prefix after which no completion is good; None where there is no such prefix.
    pub lost_after: Option<usize>,
}

/// What is counted with.
pub struct Reduced {
    /// More than one, or none.
    parts: Vec<SystemPart>,
    /// One for each part, or for the whole.
    symmetries: Vec<Symmetry>,
}

impl Reduced {
    /// What the budget allows and the system has.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(system: &System, budget: &Budget, tally: &mut Tally) -> Result<Reduced, Limit> {
        let apart = budget.without.uses(Reduction::IndependentParts);
        let mut parts = if apart { system.parts(tally)? } else { Vec::new() };
        if parts.iter().filter(|part| !part.occurrences.is_empty()).count() < 2 {
            parts.clear();
        }
        let mut symmetries = Vec::new();
        let whole = std::iter::once(system).filter(|_| parts.is_empty());
        for system in whole.chain(parts.iter().map(|part| &part.system)) {
            let folds = budget.without.uses(Reduction::InterchangeableNodes);
            symmetries.push(if folds { Symmetry::of(system, tally)? } else { Symmetry::none() });
        }
        Ok(Reduced { parts, symmetries })
    }

    /// Whether that is anything at all.
    pub fn applies(&self) -> bool {
        self.symmetries.len() > 1 || self.symmetries.iter().any(Symmetry::folds)
    }
}

/// Counts the orderings of a system, with all reductions that the budget allows.
///
/// # Errors
/// The limit that was hit.
///
/// # Panics
/// If the procedure is [`Procedure::Free`]: a world alone has no orderings.
pub fn count(system: &System, budget: &Budget) -> Result<Counted, Limit> {
    let mut tally = Tally::start(budget, "parts");
    let reduced = Reduced::of(system, budget, &mut tally)?;
    counted(system, &reduced, &mut tally)
}

/// The procedure of a system that has one.
///
/// # Panics
/// If it is [`Procedure::Free`].
pub fn ordered(system: &System) -> &Plan {
    match &system.procedure {
        Procedure::Ordered(plan) => plan,
        Procedure::Free => panic!("a world explored alone has no orderings"),
    }
}

/// Orderings of one part, in the whole's numbers.
struct Orders {
    /// The whole's numbers of the part's occurrences; None where the part is the whole.
    occurrences: Option<Vec<OccurrenceId>>,
    /// With the length of the shortest prefix after which none is good.
    doomed: Option<(Vec<OccurrenceId>, usize)>,
    bad_end: Option<Vec<OccurrenceId>>,
    good_end: Option<Vec<OccurrenceId>>,
    end: Option<Vec<OccurrenceId>>,
}

impl Orders {
    fn of(graph: &mut Graph<'_>, occurrences: Option<Vec<OccurrenceId>>, tally: &mut Tally) -> Result<Orders, Limit> {
        let mut orders = Orders { occurrences, doomed: None, bad_end: None, good_end: None, end: None };
        let doomed = graph.find(Wanted::Doomed, tally)?;
        orders.doomed = doomed.map(|(ordering, length)| (orders.whole(ordering), length));
        let mut find = |wanted| Ok(graph.find(wanted, tally)?.map(|(ordering, _)| ordering));
        let [bad, good, any] = [find(Wanted::BadEnd)?, find(Wanted::GoodEnd)?, find(Wanted::End)?];
        orders.bad_end = bad.map(|ordering| orders.whole(ordering));
        orders.good_end = good.map(|ordering| orders.whole(ordering));
        orders.end = any.map(|ordering| orders.whole(ordering));
        Ok(orders)
    }

    fn whole(&self, ordering: Vec<OccurrenceId>) -> Vec<OccurrenceId> {
        let number = |id: OccurrenceId| self.occurrences.as_ref().map_or(id, |whole| whole[id.0 as usize]);
        ordering.into_iter().map(number).collect()
    }
}

/// Counts with what was found.
///
/// # Errors
/// The limit that was hit.
pub fn counted(system: &System, reduced: &Reduced, tally: &mut Tally) -> Result<Counted, Limit> {
    let mut all = Numbers { total: Spread::end(), good: Spread::end(), good_in_some: Spread::end() };
    let mut orders = Vec::with_capacity(reduced.symmetries.len());
    let (mut places, mut moves) = (0, 0);
    for (at, symmetry) in reduced.symmetries.iter().enumerate() {
        let part = reduced.parts.get(at);
        let system = part.map_or(system, |part| &part.system);
        let mut graph = Graph::of(system, ordered(system), symmetry, tally)?;
        let Numbers { total, good, good_in_some } = graph.numbers[0].clone();
        all.total = all.total.shuffled(&total);
        all.good = all.good.shuffled(&good);
        all.good_in_some = all.good_in_some.shuffled(&good_in_some);
        places += graph.len() as u64;
        moves += graph.moves;
        orders.push(Orders::of(&mut graph, part.map(|part| part.occurrences.clone()), tally)?);
    }
    let (total, good, good_in_some) = (all.total.sum(), all.good.sum(), all.good_in_some.sum());
    let kind = match &good {
        good if *good == BigUint::ZERO => Kind::NeverHealthy,
        good if *good == total => Kind::AlwaysHealthy,
        _ => Kind::OrderMatters,
    };
    let shortest = if good == total { None } else { shortest(&orders) };
    let classes = reduced.symmetries.iter().flat_map(Symmetry::classes).map(Vec::len).collect();
    let good_ends: Option<Vec<_>> = orders.iter().map(|orders| orders.good_end.clone()).collect();
    Ok(Counted {
        kind,
        counts: Counts { mixed: &good_in_some - &good, bad: &total - &good_in_some, good, total },
        places,
        moves,
        parts: reduced.symmetries.len(),
        classes,
        shortest,
        good: good_ends.map(|ends| ends.concat()),
    })
}

/// A beginning of the whole is doomed if it is in one part, so the shortest one does nothing in the others. An ordering that may end but should not is
/// noticed one step later than a beginning of its length.
fn shortest(orders: &[Orders]) -> Option<Shortest> {
    let others = |but: usize| {
        let others = orders.iter().enumerate().filter(move |(at, _)| *at != but);
        others.map(|(_, orders)| orders.good_end.as_ref().or(orders.end.as_ref()))
    };
    let doomed = (0..orders.len()).filter_map(|at| Some((orders[at].doomed.as_ref()?, at)));
    let doomed = doomed.min_by_key(|((_, length), _)| *length);
    let shortest_ends = |but: usize| {
        let others = orders.iter().enumerate().filter(move |(at, _)| *at != but);
        others.map(|(_, orders)| orders.end.clone()).collect::<Option<Vec<_>>>()
    };
    let ended = (0..orders.len()).filter_map(|at| {
        let bad = orders[at].bad_end.clone()?;
        Some([vec![bad], shortest_ends(at)?].concat().concat())
    });
    let ended = ended.min_by_key(Vec::len);
    match (doomed, ended) {
        (Some(((_, length), _)), Some(ended)) if ended.len() + 1 < *length => {
            Some(Shortest { ordering: ended, lost_after: None })
        }
        (None, Some(ended)) => Some(Shortest { ordering: ended, lost_after: None }),
        (Some(((own, length), at)), _) => {
            let mut ordering = own.clone();
            for other in others(at) {
                ordering.extend(other?);
            }
            Some(Shortest { lost_after: Some(*length).filter(|length| *length < ordering.len()), ordering })
        }
        (None, None) => None,
    }
}
