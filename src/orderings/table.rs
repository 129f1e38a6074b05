//! Every pair of position and state that a run can come to, and the orderings that may follow each: for a certificate.
//!
//! In: a system, and what the orderings are asked for. Out: a [`Table`], with nothing reduced: no state is forgotten in
//! part, none is merged with another, and a run that is not good any more is followed to its end.

use super::language::Language;
use super::suffixes::{Places, Runs, Suffixes, Trait};
use crate::base::{Budget, Limit, Tally, Without};
use crate::system::{Course, EventId, OccurrenceId, State, StepSet, System, Watch, Watched};
use num_bigint::BigUint;
use rustc_hash::{FxHashMap, FxHashSet};

/// What the orderings of a set have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AskedOf {
    /// Good runs.
    Good,
    /// Runs in which a step is refused.
    Refused,
    /// Runs in which the event is raised.
    Event(EventId),
    /// Runs in which `System::always[i]` holds in every stable state.
    Keeps(u32),
}

/// One set of orderings.
#[derive(Clone, Debug)]
pub struct TableSet {
    /// Its node.
    pub root: u32,
    /// How many orderings.
    pub count: BigUint,
    /// By position, the node of each of its states.
    pub from: Vec<Vec<u32>>,
}

/// Pairs of position and state, and sets of orderings.
#[derive(Clone, Debug)]
pub struct Table {
    /// How each position but the first is come to, from one that stands before it, counted from the first, which is 0.
    pub ways: Vec<(u32, OccurrenceId)>,
    /// By position, the steps that are done or can no longer come.
    pub done: Vec<StepSet>,
    /// By position, the states met there.
    pub states: Vec<Vec<State>>,
    /// The automaton: whether an ordering may end, and the edges by step, to nodes that stand before; the first is empty.
    pub nodes: Vec<(bool, Vec<(OccurrenceId, u32)>)>,
    /// One for each that was asked for.
    pub sets: Vec<TableSet>,
}

/// Finds all pairs, and the sets that are asked for: in every run (true) or in some.
///
/// # Errors
/// The limit that was hit; [`Limit::Causes`] where more is asked for than can be watched at once.
///
/// # Panics
/// If the procedure is [`crate::system::Procedure::Free`]: a world alone has no orderings.
pub fn table(system: &System, asked: &[(AskedOf, bool)], budget: &Budget) -> Result<Table, Limit> {
    let budget = Budget { without: Without::all(), ..budget.clone() };
    let tally = &mut Tally::start(&budget, "pairs");
    let mut things: Vec<Watched> = Vec::new();
    for (of, _) in asked {
        let thing = match of {
            AskedOf::Event(event) => Watched::Event(*event),
            AskedOf::Keeps(always) => Watched::Broken(*always),
            AskedOf::Good | AskedOf::Refused => continue,
        };
        if !things.contains(&thing) {
            things.push(thing);
        }
    }
    if things.len() > Watch::CAPACITY {
        return Err(Limit::Causes);
    }
    let watch = Watch::things(things);
    let mut suffixes = Suffixes::of(system, None, &watch, tally)?;
    let mut places = Places::default();
    // Only a refusal ends a run here, and reactions that never settle.
    suffixes.meet(Trait::Refused, &mut places, tally)?;
    let mut found = Vec::new();
    for (of, every) in asked {
        let mark = |thing| watch.mark(thing).unwrap_or_default();
        let what = match of {
            AskedOf::Good => Trait::Good,
            AskedOf::Refused => Trait::Refused,
            AskedOf::Event(event) => Trait::Marked(mark(Watched::Event(*event))),
            AskedOf::Keeps(always) => Trait::Unmarked(mark(Watched::Broken(*always))),
        };
        let runs = if *every { Runs::Every } else { Runs::Some };
        suffixes.look_back((runs, what), &mut places, tally)?;
        let root = suffixes.united((runs, what), &places, tally)?;
        tally.hold(places.sets.len() * size_of::<Language>())?;
        found.push((root, places.sets.clone()));
    }
    Ok(listed(&mut suffixes, &places, &found))
}

fn listed(suffixes: &mut Suffixes<'_>, places: &Places, found: &[(Language, Vec<Language>)]) -> Table {
    let order: Vec<u32> =
        forwards(&suffixes.course).filter(|at| *at == 0 || !places.spans[*at as usize].is_empty()).collect();
    let number = |at: usize| u32::try_from(at).expect("positions are numbered with as many bits");
    let numbers: FxHashMap<u32, u32> = order.iter().enumerate().map(|(at, position)| (*position, number(at))).collect();
    let course = &suffixes.course;
    let way = |position: &u32| {
        let mut before = course.before(*position).iter();
        let first = before.find_map(|(from, id)| Some((*numbers.get(from)?, *id)));
        first.expect("what is met at a position comes from one before it")
    };
    let (kept, nodes) = automaton(suffixes, found);
    let node = |set: &Language| kept.get(set).copied().unwrap_or(0);
    let rows = |sets: &[Language]| {
        order.iter().map(|at| sets[places.spans[*at as usize].clone()].iter().map(node).collect()).collect()
    };
    let sets: Vec<(u32, Vec<Vec<u32>>)> = found.iter().map(|(root, sets)| (node(root), rows(sets))).collect();
    let states =
        |at: &u32| places.states[places.spans[*at as usize].clone()].iter().map(|state| suffixes.state(*state));
    let table = Table {
        ways: order.iter().skip(1).map(way).collect(),
        done: order.iter().map(|at| course.position(*at).done).collect(),
        states: order.iter().map(|at| states(at).collect()).collect(),
        nodes,
        sets: Vec::new(),
    };
    let counted = found.iter().map(|(root, _)| suffixes.languages.count(*root)).collect::<Vec<_>>();
    let set = |((root, from), count)| TableSet { root, count, from };
    Table { sets: sets.into_iter().zip(counted).map(set).collect(), ..table }
}

/// Every position after those that lead to it.
fn forwards(course: &Course) -> impl Iterator<Item = u32> {
    course.backwards().iter().rev().copied()
}

/// The nodes that some set is made of, and their numbers.
type Automaton = (FxHashMap<Language, u32>, Vec<(bool, Vec<(OccurrenceId, u32)>)>);

fn automaton(suffixes: &Suffixes<'_>, found: &[(Language, Vec<Language>)]) -> Automaton {
    let languages = &suffixes.languages;
    let mut used: FxHashSet<Language> = FxHashSet::default();
    let mut todo: Vec<Language> = found.iter().flat_map(|(root, sets)| sets.iter().chain([root]).copied()).collect();
    while let Some(set) = todo.pop() {
        if set != Language::NONE && used.insert(set) {
            todo.extend(languages.next(set).iter().map(|(_, rest)| *rest));
        }
    }
    // A set has a greater number than those that it leads to.
    let mut sorted: Vec<Language> = used.into_iter().collect();
    sorted.sort_unstable();
    let kept: FxHashMap<Language, u32> = sorted.iter().copied().zip(1..).collect();
    let node = |set: &Language| {
        let next = languages.next(*set).iter().map(|(id, rest)| (*id, kept[rest])).collect();
        (languages.ends(*set), next)
    };
    let nodes = std::iter::once((false, Vec::new())).chain(sorted.iter().map(node)).collect();
    (kept, nodes)
}
