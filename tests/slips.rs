//! What mishaps do: against brute force on random worlds, which lists every good ordering and follows every run of it.

mod naive;

use naive::random::{Dice, pack, system};
use naive::{Case, Deed, Run, World, holds};
use num_bigint::BigUint;
use proptest::prelude::*;
use runproof::base::Budget;
use runproof::certify::{certify_run, replay};
use runproof::slips::{Allowed, Cell, Check, Harm, Matrix, Tolerance, Witness, study, tolerates};
use runproof::system::{Mishap, MishapKind, OccurrenceId, Procedure, Refused, StepId, System, Try, VarId};
use runproof::verdict::Ending;
use std::collections::{BTreeMap, BTreeSet};

/// Stands for all that fails.
const FAILS: u32 = 1_000;
/// Stands for the end, where it is waited until nothing happens any more.
const REST: u32 = 1_000;

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

fn wrong(dice: &mut Dice<'_>, steps: &[u32], round: bool) -> Wrong {
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
    Wrong { case, extra, mishaps, system: packed }
}

/// Makes some ordering more likely to be good.
fn well_meant(dice: &mut Dice<'_>, case: &mut Case) {
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
    /// Right after each step, and at the end: every world without a mishap.
    seen: BTreeMap<Option<u32>, BTreeSet<World>>,
}

/// Whether nothing comes after it.
fn over(run: &Run) -> bool {
    run.refused || run.unsettled || run.endless
}

/// Runs, each with whether it has a sign.
fn signed(runs: BTreeSet<Run>, expected: &BTreeSet<u32>) -> Vec<(Run, bool)> {
    let sign = |run: &Run| over(run) || !run.events.is_subset(expected);
    runs.into_iter().map(|run| (run.clone(), sign(&run))).collect()
}

/// The ordering that was meant, without the waiting at its end.
fn meant(brute: &Brute<'_>, witness: &Witness) -> Vec<u32> {
    let own = |id: &u32| (*id as usize) < brute.wrong.case.steps.len();
    witness.meant.iter().map(|id| id.0).filter(own).collect()
}

fn quiet(run: &Run) -> Run {
    Run { events: BTreeSet::new(), ..run.clone() }
}

impl<'w> Brute<'w> {
    fn of(wrong: &'w Wrong) -> Brute<'w> {
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

    /// An ordinary step, faults before it: what it leads to, each with whether there was a sign. Where it is the last of a loop, with all
    /// further passes, or with none.
    fn ordinary(&self, id: u32, run: &Run, expected: &BTreeSet<u32>, passes: bool) -> Vec<(Run, bool)> {
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
    fn round(&self, id: u32, (run, sign): (Run, bool), expected: &BTreeSet<u32>) -> Vec<(Run, bool)> {
        if over(&run) {
            return vec![(run, sign)];
        }
        let after = self.wrong.case.further(id, BTreeSet::from([quiet(&run)]));
        signed(after, expected).into_iter().map(|(run, other)| (run, sign || other)).collect()
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
        if after.happened && !over(&run) {
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
            Run { world, answers, events, broken, refused: false, unsettled: false, endless: false, good: false }
        };
        let mut met: BTreeSet<World> = from.into_iter().collect();
        let mut todo: Vec<World> = met.iter().cloned().collect();
        let mut choices: Vec<(World, BTreeSet<World>)> = Vec::new();
        let deeds: Vec<&Deed> = self.wrong.case.steps.iter().chain(&self.wrong.extra).collect();
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
    fn rested(&self, run: &Run) -> Vec<World> {
        if run.unsettled || run.endless {
            return Vec::new();
        }
        let run = Run { refused: false, ..run.clone() };
        let rested = self.wrong.case.rested(BTreeSet::from([run])).into_iter();
        rested.filter(|run| !over(run)).map(|run| run.world).collect()
    }

    fn harm(&self, slipped: &Slipped) -> Harm {
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

/// What brute force says of one mishap: for each good ordering, the runs in which it happens.
fn runs_of(brute: &mut Brute<'_>, mishap: usize) -> Vec<(Vec<u32>, Vec<Slipped>)> {
    let mut all = Vec::new();
    for ordering in brute.good.clone() {
        let runs = brute.runs(&ordering, &[mishap]);
        let runs: Vec<Slipped> = runs.into_iter().filter(|run| run.happened).collect();
        brute.repairs(runs.iter().flat_map(|run| brute.rested(&run.run)).collect::<Vec<World>>());
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
    let silent = |run: &&Slipped| !run.sign && !brute.wrong.case.good(&run.run);
    let unseen: Vec<&Slipped> = all.iter().flat_map(|(_, runs)| runs).filter(silent).collect();
    assert_eq!(cell.unseen, !unseen.is_empty(), "{about}");
    assert_eq!(cell.silent, most >= Harm::Silent && unseen.iter().any(|run| brute.harm(run) == most), "{about}");
    assert_eq!(cell.check, cheapest(brute, cell.mishap, &unseen), "{about}");
    assert_eq!(cell.witness.is_some(), most >= Harm::Announced, "{about}");
    if let Some(witness) = &cell.witness {
        let wanted = |run: &&Slipped| brute.harm(run) == most && (!cell.silent || !run.sign);
        let mut shortest: Vec<&Vec<u32>> =
            all.iter().filter(|(_, runs)| runs.iter().any(|run| wanted(&run))).map(|(ordering, _)| ordering).collect();
        shortest.sort_by_key(|ordering| (ordering.len(), (*ordering).clone()));
        let meant = meant(brute, witness);
        assert_eq!(&meant, shortest[0], "{about}");
        let (_, runs) = all.iter().find(|(ordering, _)| *ordering == meant).unwrap();
        same_run(brute, witness, runs.iter().filter(wanted), &about);
        assert!(!cell.silent || witness.signs.is_empty(), "{about}");
    }
}

/// A run that is shown replays, and is one of those that are wanted.
fn same_run<'r>(brute: &Brute<'_>, witness: &Witness, wanted: impl Iterator<Item = &'r Slipped>, about: &str) {
    certify_run(&witness.system, &witness.run).unwrap_or_else(|bug| panic!("{bug:?} {about} {witness:#?}"));
    let replayed = replay(&witness.system, &witness.run.trace).unwrap();
    let is_it = |run: &Slipped| match witness.run.ending {
        Ending::Healthy | Ending::Witness => false,
        Ending::Refused => run.run.refused && pack(&run.run.world) == replayed.end,
        Ending::Unsettled(_) => run.run.unsettled,
        Ending::Endless(_) => run.run.endless,
        Ending::Always(always) => run.run.broken.contains(&always),
        Ending::Unhealthy | Ending::Drill { .. } => !over(&run.run) && pack(&run.run.world) == replayed.end,
    };
    assert!(wanted.into_iter().any(is_it), "{about} {:?} {:?}", witness.run, brute.wrong.case);
}

/// The cheapest check, by trying all.
fn cheapest(brute: &Brute<'_>, mishap: usize, unseen: &[&Slipped]) -> Option<Check> {
    let first = unseen.first()?;
    let slipped = brute.wrong.mishaps[mishap].occurrence.0;
    let in_all = |id: &u32| unseen.iter().all(|run| run.moments.iter().any(|(other, _)| other == id));
    let mut later: Vec<u32> = first.moments.iter().map(|(id, _)| *id).filter(in_all).collect();
    later.sort_unstable();
    later.retain(|id| *id != slipped);
    let moments: Vec<Option<u32>> = [slipped].into_iter().chain(later).map(Some).chain([None]).collect();
    let vars = brute.wrong.case.sizes.len();
    for most in 1..=3u32 {
        for moment in &moments {
            let values = |var: usize| brute.seen[moment].iter().fold(0u64, |all, world| all | 1 << world[var]);
            let world = |run: &Slipped| match moment {
                None => run.run.world.clone(),
                Some(id) => run.moments.iter().find(|(other, _)| other == id).unwrap().1.clone(),
            };
            let worlds: Vec<World> = unseen.iter().map(|run| world(run)).collect();
            let mut choices: Vec<Vec<usize>> = (0u32..1 << vars)
                .filter(|bits| bits.count_ones() == most)
                .map(|bits| (0..vars).filter(|var| bits >> var & 1 == 1).collect())
                .collect();
            choices.sort();
            let announces = |choice: &&Vec<usize>| {
                worlds.iter().all(|world| choice.iter().any(|var| values(*var) >> world[*var] & 1 == 0))
            };
            if let Some(choice) = choices.iter().find(announces) {
                let variables = choice.iter().map(|var| (VarId(*var as u32), values(*var))).collect();
                return Some(Check { after: moment.map(OccurrenceId), variables });
            }
        }
    }
    None
}

/// The mishaps that happened, the ordering that was meant, and the run.
type BadRun = (BTreeSet<usize>, Vec<u32>, Slipped);

/// Every bad run of every good ordering with any number of mishaps.
fn bad_runs(brute: &Brute<'_>) -> Vec<BadRun> {
    let all: Vec<usize> = (0..brute.wrong.mishaps.len()).collect();
    let mut found = Vec::new();
    for ordering in brute.good.clone() {
        for run in brute.runs(&ordering, &all).into_iter().filter(|run| run.happened) {
            let used = all.iter().copied().filter(|it| !run.left.contains(it)).collect();
            found.push((used, ordering.clone(), run));
        }
    }
    found.retain(|(_, _, run)| !brute.wrong.case.good(&run.run));
    found
}

fn same_tolerance(brute: &Brute<'_>, bad: &[BadRun], tolerance: &Tolerance, most: usize) {
    let fewest = bad.iter().map(|(used, ..)| used.len()).min().filter(|fewest| *fewest <= most);
    let sets: BTreeSet<Vec<usize>> = bad
        .iter()
        .filter(|(used, ..)| Some(used.len()) == fewest)
        .map(|(used, ..)| used.iter().copied().collect())
        .collect();
    assert_eq!(tolerance.sets, sets.into_iter().collect::<Vec<_>>());
    assert_eq!(tolerance.looked_at as usize, fewest.unwrap_or(most));
    assert_eq!(tolerance.limit, None);
    assert_eq!(tolerance.witness.is_some(), fewest.is_some());
    if let Some(witness) = &tolerance.witness {
        let first = &tolerance.sets[0];
        let meant = meant(brute, witness);
        let of_it = |(used, ordering, _): &&BadRun| used.iter().eq(first) && *ordering == meant;
        same_run(brute, witness, bad.iter().filter(of_it).map(|(.., run)| run), "the least");
    }
}

fn same_tolerates(brute: &Brute<'_>, bad: Vec<BadRun>, allowed: &Allowed) {
    let mishaps = &brute.wrong.mishaps;
    let found = tolerates(&brute.wrong.system, mishaps, allowed, &Budget::default()).unwrap();
    let within = |used: &BTreeSet<usize>| {
        let count = |which: &dyn Fn(&Mishap) -> bool| used.iter().filter(|it| which(&mishaps[**it])).count() as u32;
        let named = |mishap: &Mishap, detail: &String| mishap.kind == MishapKind::Fault && mishap.detail == *detail;
        let most =
            |detail: &String| allowed.faults.iter().find(|(other, _)| other == detail).map_or(0, |(_, most)| *most);
        count(&|mishap| mishap.kind.is_slip()) <= allowed.slips
            && count(&|mishap| mishap.kind.is_crash()) <= allowed.crashes
            && ["0", "1"].map(str::to_owned).iter().all(|detail| count(&|mishap| named(mishap, detail)) <= most(detail))
    };
    let bad: Vec<BadRun> = bad.into_iter().filter(|(used, ..)| within(used)).collect();
    assert_eq!(found.is_some(), !bad.is_empty(), "{allowed:?}");
    if let Some(witness) = &found {
        let meant = meant(brute, witness);
        let of_it = bad.iter().filter(|(_, ordering, _)| *ordering == meant);
        same_run(brute, witness, of_it.map(|(.., run)| run), "tolerates");
    }
}

fn allowed(dice: &mut Dice<'_>) -> Allowed {
    let faults = (0..dice.below(3)).map(|detail| (detail.to_string(), dice.below(2) as u32)).collect();
    Allowed { slips: dice.below(3) as u32, crashes: dice.below(2) as u32, faults }
}

fn cases(steps: &'static [u32], round: bool) -> impl Strategy<Value = (Wrong, Allowed)> {
    prop::collection::vec(any::<u8>(), 0..600).prop_map(move |bytes| {
        let mut dice = Dice(bytes.iter());
        (wrong(&mut dice, steps, round), allowed(&mut dice))
    })
}

fn studied(wrong: &Wrong, most: u32) -> Matrix {
    let matrix = study(&wrong.system, &wrong.mishaps, most, &Budget::default());
    assert_eq!(matrix.limit, None);
    matrix
}

fn same_matrix(wrong: &Wrong) {
    let mut brute = Brute::of(wrong);
    let matrix = studied(wrong, 0);
    assert_eq!(matrix.good, BigUint::from(brute.good.len()));
    assert_eq!(matrix.cells.len(), if brute.good.is_empty() { 0 } else { wrong.mishaps.len() });
    matrix.cells.iter().for_each(|cell| same_cell(&mut brute, cell));
}

fn same_least(wrong: &Wrong, allowed: &Allowed) {
    let brute = Brute::of(wrong);
    if !brute.good.is_empty() {
        let bad = bad_runs(&brute);
        same_tolerance(&brute, &bad, &studied(wrong, 3).tolerance, 3);
        same_tolerates(&brute, bad, allowed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_cell_is_what_listing_every_run_says((wrong, _) in cases(&[2, 3, 3, 4], false)) {
        same_matrix(&wrong);
    }

    #[test]
    fn every_cell_is_so_where_something_goes_round((wrong, _) in cases(&[2, 2, 3, 3], true)) {
        same_matrix(&wrong);
    }

    #[test]
    fn the_smallest_sets_that_do_harm_are_found_and_so_is_whether_so_many_mishaps_are_borne(
        (wrong, allowed) in cases(&[2, 3, 3, 4], false)
    ) {
        same_least(&wrong, &allowed);
    }

    #[test]
    fn they_are_found_where_something_goes_round((wrong, allowed) in cases(&[2, 2, 3, 3], true)) {
        same_least(&wrong, &allowed);
    }
}

#[test]
fn the_cases_are_of_all_kinds() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut met, mut sizes) = (BTreeMap::<_, u32>::new(), BTreeMap::<_, u32>::new());
    for _ in 0..600 {
        let (wrong, _) = cases(&[2, 3, 3, 4], false).new_tree(&mut runner).unwrap().current();
        let matrix = studied(&wrong, 3);
        for cell in &matrix.cells {
            *met.entry((cell.worst, cell.silent, cell.orders == cell.of, cell.check.is_some())).or_default() += 1;
        }
        *sizes.entry(matrix.tolerance.sets.first().map(Vec::len)).or_default() += 1;
    }
    eprintln!("{met:?} {sizes:?}");
    let harms: BTreeSet<Harm> = met.keys().map(|(harm, ..)| *harm).collect();
    assert_eq!(harms.len(), 6, "{met:?}");
    assert!(
        met.contains_key(&(Harm::Silent, true, false, true))
            && met.contains_key(&(Harm::BeyondRepair, true, true, true))
    );
    assert!(sizes.contains_key(&Some(2)), "{sizes:?}");
}

#[test]
fn the_cases_go_round_in_all_ways() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut met = BTreeMap::<&str, u32>::new();
    for _ in 0..6_000 {
        let (wrong, _) = cases(&[2, 2, 3, 3], true).new_tree(&mut runner).unwrap().current();
        let rounds = &wrong.case.rounds;
        for cell in &studied(&wrong, 0).cells {
            let mishap = &wrong.mishaps[cell.mishap];
            let id = mishap.occurrence.0;
            let within = |lap: &&naive::Lap| lap.body.contains(&id);
            let last = rounds.laps.iter().any(|lap| lap.body.last() == Some(&id));
            let kinds = [
                ("in a loop", rounds.laps.iter().any(|lap| within(&lap))),
                ("last of a loop", last),
                ("swapped", mishap.kind == MishapKind::Swapped && rounds.laps.iter().any(|lap| within(&lap))),
                ("waiting", !rounds.slow.is_empty()),
            ];
            for (name, _) in kinds.into_iter().filter(|(_, is)| *is && cell.worst >= Harm::Harmless) {
                *met.entry(name).or_default() += 1;
            }
            let Some(witness) = &cell.witness else { continue };
            let Procedure::Ordered(plan) = &witness.system.procedure else { unreachable!() };
            let endless = matches!(witness.run.ending, Ending::Endless(_));
            let looped = !plan.retries.loops.is_empty();
            let shown = [
                ("shown with passes", looped && !endless),
                ("shown going round for ever", looped && endless),
                ("shown waiting for ever", !looped && endless),
                ("shown with other ends", !looped && !endless),
            ];
            for (name, _) in shown.into_iter().filter(|(_, is)| *is) {
                *met.entry(name).or_default() += 1;
            }
        }
    }
    eprintln!("{met:?}");
    assert_eq!(met.len(), 8, "{met:?}");
}
