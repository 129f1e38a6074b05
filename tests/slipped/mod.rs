//! Random cases in which things go wrong, and every run of every good ordering with any mishaps, one by one.
//!
//! It shares no code with the library but what `naive` does.

#![allow(dead_code, reason = "every test uses a part of it")]

pub mod same;

use crate::naive;
use crate::naive::random::{Dice, system};
use crate::naive::{Case, Deed, Run, World, holds};
use runproof::slips::{Harm, Witness};
use runproof::system::{Mishap, MishapKind, OccurrenceId, Procedure, Refused, State, StepId, System, Try, VarId};
use std::collections::{BTreeMap, BTreeSet};

/// Stands for all that fails.
pub const FAILS: u32 = 1_000;
/// Stands for the end, where it is waited until nothing happens any more.
pub const REST: u32 = 1_000;

/// A case, what may go wrong, and both packed.
#[derive(Clone, Debug)]
pub struct Wrong {
    pub case: Case,
    /// What each step of the system does; those that no step of the plan does are only tried.
    pub deeds: Vec<Deed>,
    /// How many of them, the first ones, may repair what went wrong.
    pub repairing: usize,
    pub mishaps: Vec<Mishap>,
    pub system: System,
    /// The variables of the system, in the order of the case's.
    pub variables: Vec<VarId>,
}

impl Wrong {
    pub fn deed(&self, step: StepId) -> &Deed {
        &self.deeds[step.0 as usize]
    }

    /// The world of a state.
    pub fn world(&self, state: &State) -> World {
        self.variables.iter().map(|var| self.system.layout.get(state, *var)).collect()
    }
}

pub fn wrong(dice: &mut Dice<'_>, steps: &[u32], round: bool) -> Wrong {
    let mut case = dice.case_of(steps);
    if round {
        case = dice.going_round(&case);
    }
    if !dice.chance(4) {
        well_meant(dice, &mut case);
    }
    let mut extra: Vec<Deed> = (0..2 + dice.below(2)).map(|_| dice.deed(&case.sizes)).collect();
    if dice.chance(4) {
        // More events than one pass watches.
        let all = case.steps.iter_mut().chain(&mut extra).flat_map(|deed| &mut deed.phases).flatten();
        all.for_each(|way| way.events.iter_mut().for_each(|event| *event *= 100));
    }
    let mut wide = case.clone();
    wide.steps.extend(extra.iter().cloned());
    let mut packed = system(&case, Vec::new());
    packed.steps = system(&wide, Vec::new()).steps;
    if let Procedure::Ordered(plan) = &mut packed.procedure
        && let Some(rest) = plan.retries.rest
    {
        plan.occurrences[rest.0 as usize].step = StepId(wide.steps.len() as u32);
    }
    while dice.chance(3) {
        // A step that may fail: one event more here.
        let step = dice.below(wide.steps.len());
        let own = case.steps.len();
        let deed = if step < own { &mut case.steps[step] } else { &mut extra[step - own] };
        let phase = dice.below(deed.phases.len());
        let way = dice.below(deed.phases[phase].len());
        deed.phases[phase][way].events.push(FAILS);
        packed.steps[step].phases[phase].outcomes[way].fails = true;
    }
    let mishaps = (0..3 + dice.below(4)).map(|index| mishap(dice, index, &case, extra.len())).collect();
    let variables = (0..case.sizes.len() as u32).map(VarId).collect();
    let deeds: Vec<Deed> = case.steps.iter().cloned().chain(extra).collect();
    Wrong { case, repairing: deeds.len(), deeds, mishaps, system: packed, variables }
}

/// Makes some ordering more likely to be good.
pub fn well_meant(dice: &mut Dice<'_>, case: &mut Case) {
    let orderings = case.orderings();
    if orderings.is_empty() {
        return;
    }
    let ends = case.runs(&orderings[dice.below(orderings.len())]);
    // With several ways to be healthy it takes more to do harm.
    let as_meant = |dice: &mut Dice<'_>| {
        let var = dice.below(case.sizes.len());
        let values: BTreeSet<u8> = ends.iter().map(|run| run.world[var]).collect();
        naive::Cond::OneOf(var, values.into_iter().collect())
    };
    let ways = (0..1 + dice.below(3)).map(|_| as_meant(dice)).collect();
    case.health = vec![naive::Cond::Any(ways)];
    case.drills.clear();
}

pub fn mishap(dice: &mut Dice<'_>, index: usize, case: &Case, extra: usize) -> Mishap {
    let occurrence = dice.below(case.steps.len());
    let own = StepId(occurrence as u32);
    let steps = case.steps.len() + extra;
    let other = |dice: &mut Dice<'_>| StepId(dice.below(steps) as u32);
    let refused = |dice: &mut Dice<'_>| match dice.below(5) {
        0 => Refused::Stop,
        1 | 2 => Refused::GoOn,
        3 => Refused::Instead(StepId(dice.below(steps) as u32)),
        _ => Refused::Impossible,
    };
    let some = |dice: &mut Dice<'_>| Try { step: other(dice), refused: refused(dice) };
    let last = Try { step: own, refused: Refused::Stop };
    let kinds = [
        MishapKind::Skipped,
        MishapKind::Twice,
        MishapKind::Swapped,
        MishapKind::WrongNode,
        MishapKind::CutShort,
        MishapKind::HalfWay,
        MishapKind::Crash,
        MishapKind::Fault,
    ];
    let kind = kinds[dice.below(kinds.len())];
    let tries = match kind {
        MishapKind::Skipped | MishapKind::Swapped => Vec::new(),
        MishapKind::Twice => vec![last, Try { step: own, refused: refused(dice) }],
        MishapKind::WrongNode | MishapKind::HalfWay => vec![some(dice)],
        MishapKind::CutShort | MishapKind::Crash => vec![some(dice), some(dice), last],
        MishapKind::Fault => vec![some(dice), last],
    };
    Mishap { occurrence: OccurrenceId(occurrence as u32), kind, detail: (index % 2).to_string(), tries }
}

/// A run in which something may have gone wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slipped {
    pub run: Run,
    /// The mishaps that have not happened yet.
    pub left: BTreeSet<usize>,
    pub happened: bool,
    pub sign: bool,
    /// Where it was right after each step since the first mishap: the step, and the world.
    pub moments: Vec<(u32, World)>,
}

/// All that is known of the good orderings.
pub struct Brute<'w> {
    pub wrong: &'w Wrong,
    pub good: Vec<Vec<u32>>,
    /// By all that may follow a prefix, and the step that comes next.
    pub expected: BTreeMap<(Vec<Vec<u32>>, u32), BTreeSet<u32>>,
    pub orderings: Vec<Vec<u32>>,
    pub repairable: BTreeSet<World>,
    /// Right after each step, and at the end: every world without a mishap.
    pub seen: BTreeMap<Option<u32>, BTreeSet<World>>,
}

/// Whether nothing comes after it.
pub fn over(run: &Run) -> bool {
    run.refused || run.unsettled || run.endless
}

/// Runs, each with whether it has a sign.
pub fn signed(runs: BTreeSet<Run>, expected: &BTreeSet<u32>) -> Vec<(Run, bool)> {
    let sign = |run: &Run| over(run) || !run.events.is_subset(expected);
    runs.into_iter().map(|run| (run.clone(), sign(&run))).collect()
}

/// The ordering that was meant, without the waiting at its end.
pub fn meant(brute: &Brute<'_>, witness: &Witness) -> Vec<u32> {
    let own = |id: &u32| (*id as usize) < brute.wrong.case.steps.len();
    witness.meant.iter().map(|id| id.0).filter(own).collect()
}

pub fn quiet(run: &Run) -> Run {
    Run { events: BTreeSet::new(), ..run.clone() }
}

impl<'w> Brute<'w> {
    pub fn of(wrong: &'w Wrong) -> Brute<'w> {
        let orderings = wrong.case.orderings();
        let good = |ordering: &&Vec<u32>| wrong.case.runs(ordering).iter().all(|run| run.good);
        let good: Vec<Vec<u32>> = orderings.iter().filter(good).cloned().collect();
        let (expected, repairable, seen) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        let mut brute = Brute { wrong, good, expected, orderings, repairable, seen };
        for ordering in brute.good.clone() {
            let mut runs = wrong.case.starts();
            for (at, id) in ordering.iter().enumerate() {
                let mut next = BTreeSet::new();
                for run in runs {
                    next.extend(brute.struck(quiet(&run)).into_iter().flat_map(|run| wrong.case.take_round(*id, run)));
                }
                let events: BTreeSet<u32> = next.iter().flat_map(|run| run.events.clone()).collect();
                brute.expected.entry((brute.futures(&ordering[..at]), *id)).or_default().extend(events);
                brute.seen.entry(Some(*id)).or_default().extend(next.iter().map(|run| run.world.clone()));
                runs = next;
            }
            let runs = wrong.case.rested(runs.iter().map(quiet).collect());
            let events: BTreeSet<u32> = runs.iter().flat_map(|run| run.events.clone()).collect();
            brute.expected.entry((brute.futures(&ordering), REST)).or_default().extend(events);
            brute.seen.entry(None).or_default().extend(runs.into_iter().map(|run| run.world));
        }
        brute
    }

    pub fn futures(&self, prefix: &[u32]) -> Vec<Vec<u32>> {
        let ahead = self.orderings.iter().filter_map(|ordering| ordering.strip_prefix(prefix));
        ahead.map(<[u32]>::to_vec).collect()
    }

    pub fn expected(&self, prefix: &[u32], id: u32) -> BTreeSet<u32> {
        self.expected.get(&(self.futures(prefix), id)).cloned().unwrap_or_default()
    }

    pub fn struck(&self, run: Run) -> BTreeSet<Run> {
        let mut all = BTreeSet::new();
        self.wrong.case.struck(run, &mut all);
        all
    }

    /// Whether the `if`s around a step hold, and the run that knows it.
    pub fn look(&self, id: u32, mut run: Run) -> (bool, Run) {
        for (index, (when, _)) in
            self.wrong.case.guards.iter().enumerate().filter(|(_, (_, steps))| steps.contains(&id))
        {
            let now = holds(when, &run.world);
            if !*run.answers.entry(index).or_insert(now) {
                return (false, run);
            }
        }
        (true, run)
    }

    /// An ordinary step, faults before it: what it leads to, each with whether there was a sign. Where it is the last of a loop, with all
    /// further passes, or with none.
    pub fn ordinary(&self, id: u32, run: &Run, expected: &BTreeSet<u32>, passes: bool) -> Vec<(Run, bool)> {
        let mut ends = Vec::new();
        for run in self.struck(quiet(run)) {
            let after = match (run.unsettled, passes) {
                (true, _) => BTreeSet::from([run]),
                (false, true) => self.wrong.case.take_round(id, run),
                (false, false) => self.wrong.case.take(id, run),
            };
            ends.extend(signed(after, expected));
        }
        ends
    }

    /// The further passes of a loop that ends with a step.
    pub fn round(&self, id: u32, (run, sign): (Run, bool), expected: &BTreeSet<u32>) -> Vec<(Run, bool)> {
        if over(&run) {
            return vec![(run, sign)];
        }
        let after = self.wrong.case.further(id, BTreeSet::from([quiet(&run)]));
        signed(after, expected).into_iter().map(|(run, other)| (run, sign || other)).collect()
    }

    /// Tries, one after the other. The first is not preceded by faults.
    pub fn tries(&self, tries: &[Try], run: Run, expected: &BTreeSet<u32>) -> Vec<(Run, bool)> {
        let mut front = vec![(run, false)];
        for (place, Try { step, refused }) in tries.iter().enumerate() {
            let mut next = Vec::new();
            for (run, sign) in front {
                if run.refused || run.unsettled {
                    next.push((run, sign));
                    continue;
                }
                let struck = if place == 0 { BTreeSet::from([run]) } else { self.struck(quiet(&run)) };
                for run in struck {
                    if run.unsettled {
                        next.push((run, true));
                        continue;
                    }
                    for after in self.wrong.case.attempt(self.wrong.deed(*step), &run) {
                        let seen = sign || after.unsettled || !after.events.is_subset(expected);
                        match (after.refused, refused) {
                            (false, _) => next.push((after, seen)),
                            (true, Refused::Stop) => next.push((after, true)),
                            (true, Refused::GoOn) => next.push((run.clone(), true)),
                            (true, Refused::Impossible) => {}
                            (true, Refused::Instead(other)) => {
                                let ends = self.wrong.case.attempt(self.wrong.deed(*other), &run);
                                next.extend(ends.into_iter().map(|run| (run, true)));
                            }
                        }
                    }
                }
            }
            front = next;
        }
        front
    }

    /// Every run of an ordering in which some of these mishaps happen, or none.
    pub fn runs(&self, ordering: &[u32], mishaps: &[usize]) -> BTreeSet<Slipped> {
        let left: BTreeSet<usize> = mishaps.iter().copied().collect();
        let begin = |run: Run| Slipped { run, left: left.clone(), happened: false, sign: false, moments: Vec::new() };
        let starts = self.wrong.case.starts().into_iter().map(begin);
        let mut ends = BTreeSet::new();
        starts.for_each(|start| self.go_on(ordering, 0, start, &mut ends));
        ends
    }

    pub fn go_on(&self, ordering: &[u32], at: usize, from: Slipped, ends: &mut BTreeSet<Slipped>) {
        if over(&from.run) {
            ends.insert(Slipped { run: quiet(&from.run), ..from });
            return;
        }
        let Some(id) = ordering.get(at) else {
            let rested = self.wrong.case.rested(BTreeSet::from([quiet(&from.run)]));
            for (run, sign) in signed(rested, &self.expected(ordering, REST)) {
                let sign = from.sign || from.happened && sign;
                ends.insert(Slipped { run: quiet(&run), sign, ..from.clone() });
            }
            return;
        };
        let expected = self.expected(&ordering[..at], *id);
        let here: Vec<usize> =
            from.left.iter().copied().filter(|it| self.wrong.mishaps[*it].occurrence.0 == *id).collect();
        for (run, sign) in self.ordinary(*id, &from.run, &expected, true) {
            self.next(ordering, at + 1, (&from, false, &[]), (run, sign), ends);
        }
        for first in &here {
            let mishap = &self.wrong.mishaps[*first];
            if mishap.kind == MishapKind::Swapped {
                let Some(second) = ordering.get(at + 1) else { continue };
                for (run, sign) in self.swap(ordering, at, *second, &from.run) {
                    self.next(ordering, at + 2, (&from, true, &[*first]), (run, sign), ends);
                }
                continue;
            }
            for run in self.struck(quiet(&from.run)) {
                let (follows, run) = self.look(*id, run);
                if !follows {
                    continue;
                }
                let tried = |tries: &[Try]| {
                    let ends = self.tries(tries, run.clone(), &expected).into_iter();
                    ends.flat_map(|end| self.round(*id, end, &expected)).collect::<Vec<_>>()
                };
                for (run, sign) in tried(&mishap.tries) {
                    self.next(ordering, at + 1, (&from, true, &[*first]), (run, sign), ends);
                }
                if !matches!(mishap.kind, MishapKind::Crash | MishapKind::Fault) {
                    continue;
                }
                for other in here.iter().filter(|other| *other != first) {
                    let second = &self.wrong.mishaps[*other];
                    if second.kind != MishapKind::Swapped {
                        let tries = [&mishap.tries[..mishap.tries.len() - 1], &second.tries].concat();
                        for (run, sign) in tried(&tries) {
                            self.next(ordering, at + 1, (&from, true, &[*first, *other]), (run, sign), ends);
                        }
                    }
                }
            }
        }
    }

    pub fn swap(&self, ordering: &[u32], at: usize, second: u32, run: &Run) -> Vec<(Run, bool)> {
        let (first, before) = (ordering[at], &ordering[..at]);
        let sooner = &self.expected(&ordering[..=at], second) | &self.expected(before, second);
        let swapped = [before, &[second]].concat();
        let allowed = self.orderings.iter().any(|other| other.starts_with(&swapped));
        let mut later = self.expected(before, first);
        if allowed {
            later.extend(self.expected(&swapped, first));
        }
        let mut ends = Vec::new();
        let laps = &self.wrong.case.rounds.laps;
        let inside = laps.iter().any(|lap| lap.body.last() == Some(&second) && lap.body.contains(&first));
        for (run, sign) in self.ordinary(second, run, &sooner, !inside) {
            if over(&run) {
                ends.push((run, sign));
            } else {
                let done = self.ordinary(first, &run, &later, !inside);
                let done = done.into_iter().map(|(run, other)| (run, sign || other));
                ends.extend(done.flat_map(|end| if inside { self.round(second, end, &sooner) } else { vec![end] }));
            }
        }
        ends
    }

    pub fn next(
        &self,
        ordering: &[u32],
        at: usize,
        (from, happens, used): (&Slipped, bool, &[usize]),
        (run, sign): (Run, bool),
        ends: &mut BTreeSet<Slipped>,
    ) {
        let mut after = from.clone();
        after.happened |= happens;
        after.sign |= sign && after.happened;
        used.iter().for_each(|it| {
            after.left.remove(it);
        });
        if after.happened && !over(&run) {
            // After a swap, the step that was to be done first was done last.
            let id = if happens { self.wrong.mishaps[used[0]].occurrence.0 } else { ordering[at - 1] };
            after.moments.push((id, run.world.clone()));
        }
        after.run = run;
        self.go_on(ordering, at, after, ends);
    }

    /// From which worlds some steps lead to a good end, whatever comes of them.
    pub fn repairs(&mut self, from: impl IntoIterator<Item = World>) {
        let bare = |world: World| {
            let (answers, events, broken) = Default::default();
            Run { world, answers, events, broken, refused: false, unsettled: false, endless: false, good: false }
        };
        let mut met: BTreeSet<World> = from.into_iter().collect();
        let mut todo: Vec<World> = met.iter().cloned().collect();
        let mut choices: Vec<(World, BTreeSet<World>)> = Vec::new();
        let deeds: Vec<&Deed> = self.wrong.deeds[..self.wrong.repairing].iter().collect();
        while let Some(world) = todo.pop() {
            for deed in &deeds {
                let ends = self.wrong.case.rested(self.wrong.case.attempt(deed, &bare(world.clone())));
                if !ends.iter().any(over) {
                    let ends: BTreeSet<World> = ends.into_iter().map(|end| end.world).collect();
                    todo.extend(ends.iter().filter(|end| met.insert((*end).clone())).cloned());
                    choices.push((world.clone(), ends));
                }
            }
        }
        let mut won: BTreeSet<World> =
            met.into_iter().filter(|world| self.wrong.case.good(&bare(world.clone()))).collect();
        loop {
            let more: Vec<World> = choices
                .iter()
                .filter(|(world, ends)| !won.contains(world) && ends.is_subset(&won))
                .map(|(world, _)| world.clone())
                .collect();
            if more.is_empty() {
                break;
            }
            won.extend(more);
        }
        self.repairable.extend(won);
    }

    /// Where a run that ended comes to rest.
    pub fn rested(&self, run: &Run) -> Vec<World> {
        if run.unsettled || run.endless {
            return Vec::new();
        }
        let run = Run { refused: false, ..run.clone() };
        let rested = self.wrong.case.rested(BTreeSet::from([run])).into_iter();
        rested.filter(|run| !over(run)).map(|run| run.world).collect()
    }

    pub fn harm(&self, slipped: &Slipped) -> Harm {
        let bad = !self.wrong.case.good(&slipped.run);
        if bad && self.rested(&slipped.run).iter().any(|world| !self.repairable.contains(world)) {
            return Harm::BeyondRepair;
        }
        match (bad, slipped.sign) {
            (true, false) => Harm::Silent,
            (true, true) => Harm::Announced,
            (false, true) => Harm::Signs,
            (false, false) => Harm::Harmless,
        }
    }
}
