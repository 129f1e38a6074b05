//! The cheapest check that announces what is silent: something observable that a run without mishaps never shows.
//!
//! In: a mishap after which some run ends badly and has no sign. Out: a [`Check`] that holds in every run without mishaps of every good
//! ordering, and fails in every run with this mishap that is silently bad; fewest variables first, then the earliest moment, then the
//! order of the document. Each is tried out before it is given: once it counts as a sign, nothing may be silent any more.

use super::data::Check;
use super::labels::{Labelled, label};
use super::layers::{Hop, To};
use super::matrix::Singles;
use super::scene::Scene;
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, State, StepSet, VarId};
use rustc_hash::{FxHashMap, FxHashSet};

/// More variables than this are not looked at together.
const MOST_VARIABLES: usize = 3;

/// A moment: right after a step, or after the last one.
type Moment = Option<OccurrenceId>;

/// What is seen where nothing goes wrong.
pub struct Seen {
    /// The variables that people can look at, in the order of the world.
    variables: Vec<VarId>,
    /// At each moment, the values of each of them.
    values: FxHashMap<Moment, Vec<u64>>,
}

/// What is met in runs of one mishap that have no sign so far.
struct Silent {
    /// The states at each moment that lie on a silently bad run.
    states: FxHashMap<Moment, FxHashSet<State>>,
    /// Whether some run comes to a bad end.
    bad: bool,
}

impl Seen {
    /// Looks at every run without mishaps.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(scene: &Scene<'_>, tally: &mut Tally) -> Result<Seen, Limit> {
        let layout = &scene.system.layout;
        let remembered: Vec<VarId> = scene.plan.guards.iter().filter_map(|guard| guard.memory).collect();
        let unseen = |var: &VarId| {
            let origin = scene.system.origins.vars.get(var.0 as usize);
            origin.is_some_and(|origin| origin.hidden || !origin.observable)
        };
        let all = (0..).map(VarId).take(layout.slots.len());
        let variables: Vec<VarId> = all.filter(|var| !unseen(var) && !remembered.contains(var)).collect();
        let mut states: FxHashMap<Moment, FxHashSet<State>> = FxHashMap::default();
        for (at, node) in scene.good.nodes.iter().enumerate() {
            for place in 0..scene.meant.states[at].len() {
                for (edge, (id, to)) in node.next.iter().enumerate() {
                    let next = &scene.meant.next[at][place * node.next.len() + edge];
                    let next = next.iter().map(|state| scene.meant.states[*to as usize][*state as usize]);
                    states.entry(Some(*id)).or_default().extend(next);
                    tally.check()?;
                }
            }
            if node.ends {
                states.entry(None).or_default().extend(&scene.meant.states[at]);
            }
        }
        let mut values = FxHashMap::default();
        for (moment, states) in states {
            let mut seen = vec![0; variables.len()];
            for state in &states {
                for (seen, var) in seen.iter_mut().zip(&variables) {
                    *seen |= 1u64 << layout.get(state, *var);
                }
                tally.check()?;
            }
            values.insert(moment, seen);
        }
        Ok(Seen { variables, values })
    }

    /// The variables, by their place, that show something at a moment that they never show otherwise.
    fn odd(&self, scene: &Scene<'_>, moment: Moment, state: &State) -> Vec<usize> {
        let values = self.values.get(&moment).map_or(&[][..], |values| values);
        let odd = self
            .variables
            .iter()
            .zip(values)
            .enumerate()
            .filter(|(_, (var, values))| *values >> scene.system.layout.get(state, **var) & 1 == 0);
        odd.map(|(place, _)| place).collect()
    }
}

/// The cheapest check for a mishap that is silent; None if there is none with few variables.
///
/// # Errors
/// The limit that was hit.
pub fn cheapest(
    (scene, singles, seen): (&Scene<'_>, &Singles, &Seen),
    mishap: usize,
    tally: &mut Tally,
) -> Result<Option<Check>, Limit> {
    let silent = silent((scene, singles), mishap, None, tally)?;
    let slipped = scene.mishaps[mishap].occurrence;
    let mut later = later(scene, singles, mishap, tally)?.unwrap_or_default();
    // The end is a moment of its own, with or without waiting.
    later = later.minus(scene.plan.retries.rest.into_iter().chain([slipped]).collect());
    let moments: Vec<Moment> = std::iter::once(slipped).chain(later.iter()).map(Some).chain([None]).collect();
    let mut odd = Vec::with_capacity(moments.len());
    for moment in &moments {
        let mut sets: Vec<Vec<usize>> = Vec::new();
        for state in silent.states.get(moment).into_iter().flatten() {
            sets.push(seen.odd(scene, *moment, state));
            tally.check()?;
        }
        sets.sort_unstable();
        sets.dedup();
        odd.push(sets);
    }
    for most in 1..=MOST_VARIABLES {
        for (moment, sets) in moments.iter().zip(&odd) {
            if sets.is_empty() || sets.iter().any(Vec::is_empty) {
                continue;
            }
            let mut best = None;
            hit(sets, most, &mut Vec::new(), &mut best, tally)?;
            let Some(places) = best else { continue };
            let variables = places.iter().map(|at| (seen.variables[*at], seen.values[moment][*at])).collect();
            let check = Check { after: *moment, variables };
            if !self::silent((scene, singles), mishap, Some(&check), tally)?.bad {
                return Ok(Some(check));
            }
        }
    }
    Ok(None)
}

/// The first choice of at most so many that has something of each set.
fn hit(
    sets: &[Vec<usize>],
    most: usize,
    chosen: &mut Vec<usize>,
    best: &mut Option<Vec<usize>>,
    tally: &mut Tally,
) -> Result<(), Limit> {
    tally.check()?;
    let Some(open) = sets.iter().find(|set| !set.iter().any(|at| chosen.contains(at))) else {
        let mut sorted = chosen.clone();
        sorted.sort_unstable();
        if best.as_ref().is_none_or(|best| sorted < *best) {
            *best = Some(sorted);
        }
        return Ok(());
    };
    if chosen.len() == most {
        return Ok(());
    }
    for at in open {
        chosen.push(*at);
        hit(sets, most, chosen, best, tally)?;
        chosen.pop();
    }
    Ok(())
}

/// Whether a state passes a check.
fn passes(scene: &Scene<'_>, check: &Check, state: &State) -> bool {
    let layout = &scene.system.layout;
    check.variables.iter().all(|(var, values)| values >> layout.get(state, *var) & 1 == 1)
}

/// Follows a mishap for as long as there is no sign. With a check, a state that does not pass it is a sign.
fn silent(
    (scene, singles): (&Scene<'_>, &Singles),
    mishap: usize,
    check: Option<&Check>,
    tally: &mut Tally,
) -> Result<Silent, Limit> {
    let nodes = &scene.good.nodes;
    let mut found = Silent { states: FxHashMap::default(), bad: false };
    let mut met: Vec<indexmap::IndexSet<(u32, bool)>> = vec![indexmap::IndexSet::new(); nodes.len()];
    let slipped = scene.mishaps[mishap].occurrence;
    for (node, entries) in singles.entries.iter().enumerate() {
        for entry in entries.iter().filter(|entry| entry.mishaps.0 == mishap) {
            for place in 0..scene.meant.states[node].len() {
                for hop in entry.hops.row(place) {
                    let to = (entry.to, false);
                    step((scene, singles.alive(), &mut found), (slipped, *hop, to), check, &mut met);
                }
            }
            tally.check()?;
        }
    }
    for at in 0..nodes.len() {
        for (state, broken) in std::mem::take(&mut met[at]) {
            tally.check()?;
            for (edge, (id, to)) in nodes[at].next.iter().enumerate() {
                let row = state as usize * nodes[at].next.len() + edge;
                for hop in singles.layer.hops[at].row(row) {
                    step((scene, singles.alive(), &mut found), (*id, *hop, (*to, broken)), check, &mut met);
                }
            }
            let state = singles.layer.states[at][state as usize];
            if nodes[at].ends && (broken || singles.unhealthy.contains(&state)) {
                let passes = check.is_none_or(|check| check.after.is_some() || passes(scene, check, &state));
                found.states.entry(None).or_default().insert(state);
                found.bad |= passes;
            }
        }
    }
    Ok(found)
}

/// What is needed to know whether a run may still be silently bad.
#[derive(Clone, Copy)]
pub struct Alive<'a> {
    states: &'a [super::meant::States],
    bits: &'a [Vec<u8>],
}

impl Singles {
    /// The bits of all that may follow each state; they have to be known.
    fn alive(&self) -> Alive<'_> {
        Alive { states: &self.layer.states, bits: &self.bits }
    }
}

fn step(
    (scene, alive, found): (&Scene<'_>, Alive<'_>, &mut Silent),
    (id, hop, (to, broken)): (OccurrenceId, Hop, (u32, bool)),
    check: Option<&Check>,
    met: &mut [indexmap::IndexSet<(u32, bool)>],
) {
    let (To::State(place), false) = (hop.to, hop.sign) else { return };
    let broken = broken || hop.broken;
    let wanted = if broken { label::UNSIGNED } else { label::SILENT };
    if alive.bits[to as usize][place as usize] & wanted == 0 {
        return;
    }
    let state = alive.states[to as usize][place as usize];
    found.states.entry(Some(id)).or_default().insert(state);
    let fails = check.is_some_and(|check| check.after == Some(id) && !passes(scene, check, &state));
    if !fails {
        met[to as usize].insert((place, broken));
    }
}

/// The steps that come after a mishap in every good ordering in which it is silent.
fn later(scene: &Scene<'_>, singles: &Singles, mishap: usize, tally: &mut Tally) -> Result<Option<StepSet>, Limit> {
    let slipped = scene.mishaps[mishap].occurrence;
    let swapped = scene.mishaps[mishap].kind == crate::system::MishapKind::Swapped;
    let (mut seen, mut known) = (FxHashSet::default(), FxHashMap::default());
    let mut todo = vec![singles.cells[mishap]];
    let mut all: Option<StepSet> = None;
    while let Some(set) = todo.pop() {
        tally.check()?;
        for (id, rest) in singles.sets.next(set) {
            if *id != slipped {
                if seen.insert(*rest) {
                    todo.push(*rest);
                }
                continue;
            }
            let after: Vec<Labelled> = match swapped {
                true => singles.sets.next(*rest).iter().map(|(_, rest)| *rest).collect(),
                false => vec![*rest],
            };
            for rest in after {
                let Some(steps) = singles.sets.in_all(rest, label::SILENT, &mut known) else { continue };
                all = Some(all.map_or(steps, |all| all.intersection(steps)));
            }
        }
    }
    Ok(all)
}
