//! What mishaps do: against brute force on random worlds, which lists every good ordering and follows every run of it.

mod naive;

use naive::random::{Dice, EVENTS, system};
use naive::{Case, Deed, Run, Way, World, holds};
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::Budget;
use runproof::slips::{Cell, Harm, Matrix, study};
use runproof::system::{Mishap, MishapKind, OccurrenceId, Refused, StepId, System, Try};
use std::collections::{BTreeMap, BTreeSet};

/// Stands for all that fails.
const FAILS: u32 = 1_000;

/// A case, what may go wrong, and both packed. Steps past those of the plan are only tried.
#[derive(Clone, Debug)]
struct Wrong {
    case: Case,
    extra: Vec<Deed>,
    mishaps: Vec<Mishap>,
    system: System,
}

impl Wrong {
    fn deed(&self, step: StepId) -> &Deed {
        let own = self.case.steps.len();
        self.case.steps.get(step.0 as usize).unwrap_or_else(|| &self.extra[step.0 as usize - own])
    }
}

fn wrong(dice: &mut Dice<'_>, steps: &[u32]) -> Wrong {
    let mut case = dice.case_of(steps);
    if dice.chance(2) {
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
    Wrong { case, extra, mishaps, system: packed }
}

/// Makes some ordering more likely to be good.
fn well_meant(dice: &mut Dice<'_>, case: &mut Case) {
    let orderings = case.orderings();
    if orderings.is_empty() {
        return;
    }
    let ends = case.runs(&orderings[dice.below(orderings.len())]);
    let var = dice.below(case.sizes.len());
    let values: BTreeSet<u8> = ends.iter().map(|run| run.world[var]).collect();
    case.health = vec![naive::Cond::OneOf(var, values.into_iter().collect())];
    case.drills.clear();
}

fn mishap(dice: &mut Dice<'_>, index: usize, case: &Case, extra: usize) -> Mishap {
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
struct Slipped {
    run: Run,
    /// The mishaps that have not happened yet.
    left: BTreeSet<usize>,
    happened: bool,
    sign: bool,
    /// Where it was right after each step since the first mishap: the step, and the world.
    moments: Vec<(u32, World)>,
}

/// All that is known of the good orderings.
struct Brute<'w> {
    wrong: &'w Wrong,
    good: Vec<Vec<u32>>,
    /// By all that may follow a prefix, and the step that comes next.
    expected: BTreeMap<(Vec<Vec<u32>>, u32), BTreeSet<u32>>,
    orderings: Vec<Vec<u32>>,
    repairable: BTreeSet<World>,
}

fn quiet(run: &Run) -> Run {
    Run { events: BTreeSet::new(), ..run.clone() }
}

impl<'w> Brute<'w> {
    fn of(wrong: &'w Wrong) -> Brute<'w> {
        let orderings = wrong.case.orderings();
        let good = |ordering: &&Vec<u32>| wrong.case.runs(ordering).iter().all(|run| run.good);
        let good: Vec<Vec<u32>> = orderings.iter().filter(good).cloned().collect();
        let mut brute = Brute { wrong, good, expected: BTreeMap::new(), orderings, repairable: BTreeSet::new() };
        for ordering in brute.good.clone() {
            let mut runs = wrong.case.starts();
            for (at, id) in ordering.iter().enumerate() {
                let mut next = BTreeSet::new();
                for run in runs {
                    next.extend(brute.struck(quiet(&run)).into_iter().flat_map(|run| wrong.case.take(*id, run)));
                }
                let events: BTreeSet<u32> = next.iter().flat_map(|run| run.events.clone()).collect();
                brute.expected.entry((brute.futures(&ordering[..at]), *id)).or_default().extend(events);
                runs = next;
            }
        }
        brute
    }

    fn futures(&self, prefix: &[u32]) -> Vec<Vec<u32>> {
        let ahead = self.orderings.iter().filter_map(|ordering| ordering.strip_prefix(prefix));
        ahead.map(<[u32]>::to_vec).collect()
    }

    fn expected(&self, prefix: &[u32], id: u32) -> BTreeSet<u32> {
        self.expected.get(&(self.futures(prefix), id)).cloned().unwrap_or_default()
    }

    fn struck(&self, run: Run) -> BTreeSet<Run> {
        let mut all = BTreeSet::new();
        self.wrong.case.struck(run, &mut all);
        all
    }

    /// Whether the `if`s around a step hold, and the run that knows it.
    fn look(&self, id: u32, mut run: Run) -> (bool, Run) {
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

    /// An ordinary step, faults before it: what it leads to, each with whether there was a sign.
    fn ordinary(&self, id: u32, run: &Run, expected: &BTreeSet<u32>) -> Vec<(Run, bool)> {
        let mut ends = Vec::new();
        for run in self.struck(quiet(run)) {
            let after = if run.unsettled { BTreeSet::from([run]) } else { self.wrong.case.take(id, run) };
            ends.extend(after.into_iter().map(|run| {
                let sign = run.refused || run.unsettled || !run.events.is_subset(expected);
                (run, sign)
            }));
        }
        ends
    }

    /// Tries, one after the other. The first is not preceded by faults.
    fn tries(&self, tries: &[Try], run: Run, expected: &BTreeSet<u32>) -> Vec<(Run, bool)> {
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
    fn runs(&self, ordering: &[u32], mishaps: &[usize]) -> BTreeSet<Slipped> {
        let left: BTreeSet<usize> = mishaps.iter().copied().collect();
        let begin = |run: Run| Slipped { run, left: left.clone(), happened: false, sign: false, moments: Vec::new() };
        let starts = self.wrong.case.starts().into_iter().map(begin);
        let mut ends = BTreeSet::new();
        starts.for_each(|start| self.go_on(ordering, 0, start, &mut ends));
        ends
    }

    fn go_on(&self, ordering: &[u32], at: usize, from: Slipped, ends: &mut BTreeSet<Slipped>) {
        let Some(id) = ordering.get(at).filter(|_| !from.run.refused && !from.run.unsettled) else {
            ends.insert(Slipped { run: Run { events: BTreeSet::new(), ..from.run.clone() }, ..from });
            return;
        };
        let expected = self.expected(&ordering[..at], *id);
        let here: Vec<usize> =
            from.left.iter().copied().filter(|it| self.wrong.mishaps[*it].occurrence.0 == *id).collect();
        for (run, sign) in self.ordinary(*id, &from.run, &expected) {
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
                for (run, sign) in self.tries(&mishap.tries, run.clone(), &expected) {
                    self.next(ordering, at + 1, (&from, true, &[*first]), (run, sign), ends);
                }
                if !matches!(mishap.kind, MishapKind::Crash | MishapKind::Fault) {
                    continue;
                }
                for other in here.iter().filter(|other| *other != first) {
                    let second = &self.wrong.mishaps[*other];
                    if second.kind != MishapKind::Swapped {
                        let tries = [&mishap.tries[..mishap.tries.len() - 1], &second.tries].concat();
                        for (run, sign) in self.tries(&tries, run.clone(), &expected) {
                            self.next(ordering, at + 1, (&from, true, &[*first, *other]), (run, sign), ends);
                        }
                    }
                }
            }
        }
    }

    fn swap(&self, ordering: &[u32], at: usize, second: u32, run: &Run) -> Vec<(Run, bool)> {
        let (first, before) = (ordering[at], &ordering[..at]);
        let sooner = &self.expected(&ordering[..=at], second) | &self.expected(before, second);
        let swapped = [before, &[second]].concat();
        let allowed = self.orderings.iter().any(|other| other.starts_with(&swapped));
        let mut later = self.expected(before, first);
        if allowed {
            later.extend(self.expected(&swapped, first));
        }
        let mut ends = Vec::new();
        for (run, sign) in self.ordinary(second, run, &sooner) {
            if run.refused || run.unsettled {
                ends.push((run, sign));
            } else {
                let done = self.ordinary(first, &run, &later);
                ends.extend(done.into_iter().map(|(run, other)| (run, sign || other)));
            }
        }
        ends
    }

    fn next(
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
        if after.happened && !run.refused && !run.unsettled {
            // After a swap, the step that was to be done first was done last.
            let id = if happens { self.wrong.mishaps[used[0]].occurrence.0 } else { ordering[at - 1] };
            after.moments.push((id, run.world.clone()));
        }
        after.run = run;
        self.go_on(ordering, at, after, ends);
    }

    /// From which worlds some steps lead to a good end, whatever comes of them.
    fn repairs(&mut self, from: impl IntoIterator<Item = World>) {
        let bare = |world: World| {
            let (answers, events, broken) = Default::default();
            Run { world, answers, events, broken, refused: false, unsettled: false, good: false }
        };
        let mut met: BTreeSet<World> = from.into_iter().collect();
        let mut todo: Vec<World> = met.iter().cloned().collect();
        let mut choices: Vec<(World, BTreeSet<World>)> = Vec::new();
        let deeds: Vec<&Deed> = self.wrong.case.steps.iter().chain(&self.wrong.extra).collect();
        while let Some(world) = todo.pop() {
            for deed in &deeds {
                let ends = self.wrong.case.attempt(deed, &bare(world.clone()));
                if ends.iter().all(|end| !end.refused && !end.unsettled) {
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

    fn harm(&self, slipped: &Slipped) -> Harm {
        let bad = !self.wrong.case.good(&slipped.run);
        if bad && !slipped.run.unsettled && !self.repairable.contains(&slipped.run.world) {
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

/// What brute force says of one mishap: for each good ordering, the runs in which it happens.
fn runs_of(brute: &mut Brute<'_>, mishap: usize) -> Vec<(Vec<u32>, Vec<Slipped>)> {
    let mut all = Vec::new();
    for ordering in brute.good.clone() {
        let runs = brute.runs(&ordering, &[mishap]);
        let runs: Vec<Slipped> = runs.into_iter().filter(|run| run.happened).collect();
        brute.repairs(runs.iter().filter(|run| !run.run.unsettled).map(|run| run.run.world.clone()));
        all.push((ordering, runs));
    }
    all
}

fn same_cell(brute: &mut Brute<'_>, cell: &Cell) {
    let all = runs_of(brute, cell.mishap);
    let harms = |runs: &[Slipped]| runs.iter().map(|run| brute.harm(run)).max();
    let worst: Vec<Harm> = all.iter().filter_map(|(_, runs)| harms(runs)).collect();
    let most = worst.iter().copied().max().unwrap_or(Harm::Impossible);
    let about = format!("{:?}", brute.wrong.mishaps[cell.mishap]);
    assert_eq!(cell.worst, most, "{about}");
    assert_eq!(cell.of, BigUint::from(worst.len()), "{about}");
    assert_eq!(cell.orders, BigUint::from(worst.iter().filter(|harm| **harm == most).count()), "{about}");
    let runs = || all.iter().flat_map(|(_, runs)| runs);
    let silent = |run: &&Slipped| !run.sign && !brute.wrong.case.good(&run.run);
    assert_eq!(cell.unseen, runs().any(|run| silent(&run)), "{about}");
    let as_bad = |run: &&Slipped| most >= Harm::Silent && brute.harm(run) == most && !run.sign;
    assert_eq!(cell.silent, runs().any(|run| as_bad(&run)), "{about}");
}

fn cases(steps: &'static [u32]) -> impl Strategy<Value = Wrong> {
    prop::collection::vec(any::<u8>(), 0..500).prop_map(|bytes| wrong(&mut Dice(bytes.iter()), steps))
}

fn studied(wrong: &Wrong, most: u32) -> Matrix {
    let matrix = study(&wrong.system, &wrong.mishaps, most, &Budget::default());
    assert_eq!(matrix.limit, None);
    matrix
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_cell_is_what_listing_every_run_says(wrong in cases(&[2, 3, 3, 4])) {
        let mut brute = Brute::of(&wrong);
        let matrix = studied(&wrong, 0);
        assert_eq!(matrix.good, BigUint::from(brute.good.len()));
        assert_eq!(matrix.cells.len(), if brute.good.is_empty() { 0 } else { wrong.mishaps.len() });
        matrix.cells.iter().for_each(|cell| same_cell(&mut brute, cell));
    }
}
