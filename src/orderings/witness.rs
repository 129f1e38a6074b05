//! One run of one ordering, as a trace.
//!
//! In: an ordering and the [`Trait`] its run should have. Out: a [`Counterexample`] with the run in which that is decided
//! earliest; ties go to the order in which the engine met them. A run that breaks an `always` condition is cut where it
//! does. Nothing is shown that the system does not do: the moves come from the same semantics that the engine used.

use super::insight;
use super::language::{Language, Languages};
use super::suffixes::{Edgewise, Suffixes, Trait};
use crate::base::{Limit, Tally};
use crate::engine::{Fate, Target};
use crate::system::{
    Attempt, End, Finish, Finishes, Firing, Loss, Move, OccurrenceId, Plan, Run, Runner, State, StepId, System, Watch,
    Watched,
};
use crate::trace::{Actor, Fire, Trace};
use crate::verdict::{Counterexample, DrillFailure, Ending, Insight};

/// What a run is picked from.
pub struct Scene<'s> {
    /// The system.
    pub system: &'s System,
    /// Its procedure.
    pub plan: &'s Plan,
    /// What the graph's edges are marked with.
    pub watch: &'s Watch,
}

/// A place in the layered search along an ordering.
#[derive(Clone, Copy)]
struct Place {
    from: usize,
    /// The initial state that it comes from, in the first layer.
    initial: u32,
    fate: Fate,
}

/// The moves of one occurrence, or of the initial settling.
struct Hop {
    attempt: Attempt,
    run: Run,
}

impl Hop {
    fn moves(&self) -> Vec<(Move, State)> {
        self.attempt.moves(&self.run)
    }
}

impl Scene<'_> {
    /// A run of `ordering` that has `what`; `good` is the set of all good orderings, to say where the last one was lost.
    ///
    /// # Errors
    /// The limit that was hit.
    ///
    /// # Panics
    /// If no run of the ordering has it: a bug in whoever asks.
    pub fn run(
        &self,
        suffixes: &mut Suffixes<'_>,
        (ordering, what): (Vec<OccurrenceId>, Trait),
        good: Language,
        tally: &mut Tally,
    ) -> Result<Counterexample, Limit> {
        let places = self.search(suffixes, &ordering, what, tally)?;
        let hops = self.hops(suffixes, &ordering, &places, tally)?;
        let (trace, ending) = self.tell(suffixes, (&ordering, what), (places[0].initial, &hops), tally)?;
        let mut shown = Counterexample { ordering, lost_after: None, trace, ending, insight: Insight::default() };
        if what.fails() {
            shown.lost_after = lost_after(&suffixes.languages, &shown.ordering, good);
        }
        if !matches!(shown.ending, Ending::Healthy | Ending::Witness) {
            let fates: Vec<Fate> = places.iter().map(|place| place.fate).collect();
            // The run is worth showing where a limit leaves this open.
            shown.insight.lost = insight::lost(suffixes, &shown.ordering, &fates, tally).unwrap_or_default();
        }
        Ok(shown)
    }

    /// The places of the run that is picked, one for the initial settling and one for each occurrence.
    fn search(
        &self,
        suffixes: &mut Suffixes<'_>,
        ordering: &[OccurrenceId],
        what: Trait,
        tally: &mut Tally,
    ) -> Result<Vec<Place>, Limit> {
        let starts = suffixes.starts.iter();
        let mut layers: Vec<Vec<Place>> =
            vec![starts.map(|start| Place { from: 0, initial: start.initial, fate: start.fate }).collect()];
        let mut position = 0;
        loop {
            let id = layers.len().checked_sub(2).map(|before| ordering[before]);
            let layer = &mut layers.last_mut().expect("there is one to begin with");
            if let Some(at) = layer.iter().position(|place| what.edgewise(id, place.fate) == Edgewise::Has) {
                return Ok(back(&layers, at));
            }
            layer.retain(|place| matches!(what.edgewise(id, place.fate), Edgewise::Open(_)));
            let Some(id) = ordering.get(layers.len() - 1) else { break };
            let mut next: Vec<Place> = Vec::new();
            for (from, place) in layers[layers.len() - 1].iter().enumerate() {
                let Target::State(state) = place.fate.target else { continue };
                for fate in suffixes.fates(position, *id, state, tally)? {
                    if !next.iter().any(|other| other.fate == fate) {
                        next.push(Place { from, initial: 0, fate });
                    }
                }
            }
            position = suffixes.after(position, *id);
            layers.push(next);
        }
        for (at, place) in layers[layers.len() - 1].iter().enumerate() {
            let Target::State(state) = place.fate.target else { continue };
            let state = suffixes.state(state);
            if what.at_the_end(suffixes.finishes.finish(state, tally)?) {
                return Ok(back(&layers, at));
            }
        }
        unreachable!("the ordering was picked because a run of it has this")
    }

    fn hops(
        &self,
        suffixes: &Suffixes<'_>,
        ordering: &[OccurrenceId],
        places: &[Place],
        tally: &mut Tally,
    ) -> Result<Vec<Hop>, Limit> {
        let mut runner = Runner::new(self.system, self.watch);
        let mut hops: Vec<Hop> = Vec::new();
        let mut position = 0;
        let mut state = State::default();
        for (at, place) in places.iter().enumerate() {
            let attempt = match at.checked_sub(1).map(|before| (places[before].fate.target, ordering[before])) {
                None => runner.initial(place.initial, tally)?,
                Some((Target::State(_), id)) => {
                    let after = suffixes.after(position, id);
                    let way = (suffixes.course.position(position), id, suffixes.course.position(after));
                    position = after;
                    let struck = runner.struck(state, tally)?;
                    runner.occurrence(self.plan, way, &struck, tally)?
                }
                Some(_) => unreachable!("a run goes on from states alone"),
            };
            let leads_there = |end: End| match (end, place.fate.target) {
                (End::Stable(state), Target::State(wanted)) => {
                    suffixes.moves.shorn(position, state) == suffixes.state(wanted)
                }
                (End::Refused, Target::Refused) | (End::Unsettled, Target::Unsettled) => true,
                _ => false,
            };
            let run = attempt.runs.iter().find(|run| leads_there(run.end) && run.marks == place.fate.marks);
            let run = *run.expect("the same semantics give the same runs");
            if let End::Stable(stable) = run.end {
                state = stable;
            }
            hops.push(Hop { attempt, run });
        }
        Ok(hops)
    }

    fn tell(
        &self,
        suffixes: &mut Suffixes<'_>,
        (ordering, what): (&[OccurrenceId], Trait),
        (initial, hops): (u32, &[Hop]),
        tally: &mut Tally,
    ) -> Result<(Trace, Ending), Limit> {
        let last = hops.last().expect("a run has its initial settling at least");
        let mut trace = Trace { initial: 0, settle: Vec::new(), turns: Vec::new() };
        let mut breach = None;
        for (at, hop) in hops.iter().enumerate() {
            let mut moves = hop.moves();
            if at + 1 == hops.len() {
                breach = self.breach(what, hop, &moves);
                if let Some((length, _)) = breach {
                    moves.truncate(length);
                }
            }
            match at.checked_sub(1) {
                None => trace = Trace::begin(initial, &moves),
                Some(before) => trace.follow(Actor::Occurrence(ordering[before]), &moves),
            }
        }
        let ending = match (breach, last.run.end) {
            (Some((_, always)), _) => Ending::Always(always),
            (None, End::Refused) => Ending::Refused,
            (None, End::Unsettled) => Ending::Unsettled(fires(last.attempt.cycle(&last.run).unwrap_or_default())),
            (None, End::Stable(state)) => match what {
                Trait::Good => Ending::Healthy,
                Trait::NotGood | Trait::Ends(_) => bad_ending(&mut suffixes.finishes, state, tally)?,
                _ => Ending::Witness,
            },
        };
        Ok((trace, ending))
    }

    /// Where in the last moves a condition breaks that the run is shown for.
    fn breach(&self, what: Trait, hop: &Hop, moves: &[(Move, State)]) -> Option<(usize, u32)> {
        let looked_at = |always: u32| match what {
            Trait::NotGood => true,
            Trait::Marked(mark) => self.watch.mark(Watched::Broken(always)) == Some(mark),
            _ => false,
        };
        let at_once = || match hop.run.end {
            End::Stable(state) if moves.is_empty() => self.system.breached(&state, looked_at).map(|always| (0, always)),
            _ => None,
        };
        self.system.first_breach(moves, looked_at).or_else(at_once)
    }
}

/// How a run that does all its steps, and does not end well, ends.
///
/// # Errors
/// The limit that was hit.
pub fn bad_ending(finishes: &mut Finishes<'_>, state: State, tally: &mut Tally) -> Result<Ending, Limit> {
    let Finish::Drill(drill) = finishes.finish(state, tally)? else { return Ok(Ending::Unhealthy) };
    let failing = finishes.failing_drill(state, drill as usize, tally)?;
    let failing = failing.expect("the drill failed in this state before");
    let mut trace = Trace { initial: 0, settle: Vec::new(), turns: Vec::new() };
    for (step, moves) in (0..).map(StepId).zip(&failing.steps) {
        trace.follow(Actor::Step(step), moves);
    }
    let failure = match failing.loss {
        Loss::Refused => DrillFailure::Refused,
        Loss::Unsettled(cycle) => DrillFailure::Unsettled(fires(&cycle)),
        Loss::Expect => DrillFailure::Expect,
        Loss::ExpectAfter => DrillFailure::ExpectAfter,
    };
    Ok(Ending::Drill { drill, trace, failure })
}

fn fires(cycle: &[Firing]) -> Vec<Fire> {
    cycle.iter().copied().map(Fire::from).collect()
}

fn back(layers: &[Vec<Place>], mut at: usize) -> Vec<Place> {
    let mut places = Vec::new();
    for layer in layers.iter().rev() {
        places.push(layer[at]);
        at = layer[at].from;
    }
    places.reverse();
    places
}

/// The shortest proper prefix of an ordering after which no completion is good.
pub(super) fn lost_after(languages: &Languages, ordering: &[OccurrenceId], mut good: Language) -> Option<usize> {
    for (length, id) in ordering.iter().enumerate() {
        if good == Language::NONE {
            return Some(length);
        }
        good = languages.after(good, *id);
    }
    None
}
