//! A world explored alone, from preparation to result.

use super::checkpoint;
use super::collapse::Collapsed;
use super::counts::Counts;
use super::cut::cut;
use super::expand::{Expand, Untabled, narrowed, tabled};
use super::folding::Folding;
use super::key::Mixer;
use super::known::Known;
use super::levels::Search;
use super::part::{Part, Shares};
use super::program::Program;
use super::retrace::retrace;
use super::slot::Slot;
use super::table::Table;
use crate::base::{Budget, Checkpoint, Limit, Tally};
use crate::engine::free::Roamed;
use crate::system::{End, Fold, Layout, Marks, Runner, Slot as Field, Symmetry, System, Watch};

static ALWAYS: Watch = Watch::always();

/// So many states are met to see what states are like, where they are to be cut in two.
const FIRST: u64 = 200_000;

/// Of these so many are looked at.
const SAMPLE: usize = 10_000;

/// Explores a world whose states have W words, with one state for all that interchangeable nodes make of it.
pub fn roam<const W: usize>(system: &System, symmetry: &Symmetry, tally: &mut Tally) -> Roamed {
    let program = Program::of(system);
    let expand: Box<dyn Expand<W> + '_> = match &program {
        Some(program) => tabled(program),
        None => Box::new(Untabled(system)),
    };
    let bytes = program.as_ref().map_or(0, Program::bytes) as u64;
    let folding = Folding::new(expand, Fold::of(symmetry));
    let mut roamed = Roamed::default();
    let stopped = starts(system, tally).and_then(|(initial, wrong)| {
        let mut setting = Setting { system, symmetry, folding: &folding, initial, bytes, left: None };
        if tally.budget().compact {
            let sample = setting.sample(tally)?;
            setting.left = Some(cut(&system.layout, &system.origins, &sample));
        }
        setting.explore(wrong, &mut roamed, tally)
    });
    roamed.stopped = stopped.err();
    roamed
}

/// A world, made ready.
struct Setting<'s, const W: usize> {
    system: &'s System,
    symmetry: &'s Symmetry,
    folding: &'s Folding<'s, W>,
    initial: Vec<[u64; W]>,
    /// Bytes that do not grow.
    bytes: u64,
    /// Where states are cut in two, if they are kept so.
    left: Option<[u64; W]>,
}

impl<const W: usize> Setting<'_, W> {
    fn explore(&self, wrong: bool, roamed: &mut Roamed, tally: &mut Tally) -> Result<(), Limit> {
        let mut search = self.begin(tally.budget())?;
        search.violation = wrong.then_some(0);
        let checkpoint = tally.budget().checkpoint.clone();
        let saved = checkpoint.as_deref();
        if let Some(reason) = saved.and_then(|saved| self.go_on(&mut search, saved, tally.budget().memory).err()) {
            saved.inspect(|saved| saved.refuse(&reason));
            return Err(Limit::Cancelled);
        }
        let save = |search: &Search<'_, W>| {
            saved.inspect(|saved| saved.save(&mut |to| checkpoint::save(search, (self.system, self.symmetry), to)));
        };
        let mut explored = self.retraced(&search, roamed, tally);
        while explored.is_ok() && !search.is_over() {
            explored = search.level(tally, |search| {
                if saved.is_some_and(Checkpoint::due) {
                    save(search);
                }
            });
            explored = explored.and(self.retraced(&search, roamed, tally));
        }
        roamed.looked_at = search.states();
        let Counts { states, broken, moves } = search.counts_with_waiting();
        (roamed.states, roamed.moves) = (states.total(), moves.total());
        roamed.unbroken = &roamed.states - broken.total();
        match (saved, explored) {
            (Some(saved), Ok(())) => saved.finish(),
            (Some(_), Err(_)) if !search.torn => save(&search),
            _ => {}
        }
        explored
    }

    /// Once it is known how soon trouble can be met, the shortest run into it.
    ///
    /// At once: what is found before a limit is hit is kept. The run is found by a second, shorter search with limits of its own, in
    /// the memory that is left.
    fn retraced(&self, search: &Search<'_, W>, roamed: &mut Roamed, tally: &Tally) -> Result<(), Limit> {
        // In the middle of a level a state of it that is broken may still be to come: then this is not yet how soon.
        let known = search.violation.filter(|turns| *turns <= search.depth);
        if let (None, Some(turns)) = (&roamed.violation, known) {
            let memory = tally.budget().memory.map(|most| most.saturating_sub(search.bytes()));
            let budget = Budget { states: None, memory, ..tally.budget().clone() };
            let mut tally = Tally::start(&budget, "shortest run");
            roamed.violation = Some(retrace(self.system, self.folding, self.begin(&budget)?, turns, &mut tally)?);
        }
        Ok(())
    }

    /// Goes on from what was saved, if anything was; or why not.
    fn go_on(&self, search: &mut Search<'_, W>, saved: &dyn Checkpoint, memory: Option<u64>) -> Result<(), String> {
        match saved.open().map_err(|error| error.to_string())? {
            None => Ok(()),
            Some(mut from) => {
                search.forget_waiting();
                let bits = used(&self.system.layout);
                checkpoint::load(search, (self.system, self.symmetry), (bits, memory), &mut from)
            }
        }
    }

    /// States from the last level that a few states lead to: what later ones are like.
    fn sample(&self, tally: &Tally) -> Result<Vec<[u64; W]>, Limit> {
        let budget = Budget { states: Some(FIRST), threads: 1, progress: None, ..tally.budget().clone() };
        let mut search = self.begin(&budget)?;
        let mut tally = Tally::start(&budget, "sample");
        let mut last = self.initial.clone();
        while !search.is_over() {
            last = search.current().copied().collect();
            match search.level(&mut tally, |_| {}) {
                Err(Limit::States) => break,
                explored => explored?,
            }
        }
        let every = last.len().div_ceil(SAMPLE).max(1);
        Ok(last.into_iter().step_by(every).collect())
    }

    fn begin(&self, budget: &Budget) -> Result<Search<'_, W>, Limit> {
        let threads = match budget.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let whole = used::<W>(&self.system.layout);
        let mixer = Mixer::of(&whole);
        let known = || match self.left {
            None => known(mixer),
            Some(left) => {
                let right = std::array::from_fn(|word| whole[word] & !left[word]);
                Ok(Box::new(Collapsed::new(left, right)) as Box<dyn Known<W>>)
            }
        };
        let parts = (0..threads).map(|place| Ok(Part::new(place, known()?))).collect::<std::io::Result<_>>();
        // All states with one left half belong to one part, so that blocks are not half empty in each.
        let shares = Shares { mask: self.left.unwrap_or(whole), parts: threads };
        let parts = parts.map_err(|_| Limit::Memory)?;
        Ok(Search::new(self.system, self.folding, (shares, parts), &self.initial, self.bytes))
    }
}

/// The stable states that initial states settle to, and whether something is wrong there already.
fn starts<const W: usize>(system: &System, tally: &mut Tally) -> Result<(Vec<[u64; W]>, bool), Limit> {
    let mut runner = Runner::new(system, &ALWAYS);
    let (mut states, mut wrong) = (Vec::new(), false);
    for initial in (0..).take(system.initial.len()) {
        for run in runner.initial(initial, tally)?.runs {
            wrong |= run.marks.meets(Marks::BROKEN) || run.end == End::Unsettled;
            if let End::Stable(state) = run.end {
                states.push(narrowed(&state));
            }
        }
    }
    Ok((states, wrong))
}

/// The bits that a state may have.
pub(super) fn used<const W: usize>(layout: &Layout) -> [u64; W] {
    let mut used = [0; W];
    for slot in &layout.slots {
        if let Field::Field { word, shift, bits } = *slot {
            used[word as usize] |= ((1 << bits) - 1) << shift;
        }
    }
    used
}

/// Lines of the smallest table, as a power of two: less than a page would save nothing.
const LEAST: u32 = 6;

/// Lines that a table of narrow slots may need from the beginning, as a power of two, to tell states apart.
const MOST: u32 = 14;

/// The narrowest slots that hold what a home does not tell.
fn known<const W: usize>(mixer: Mixer) -> std::io::Result<Box<dyn Known<W>>> {
    const NARROW: u32 = <u32 as Slot<1>>::ROOM + MOST;
    Ok(match W {
        1 if mixer.bits() <= NARROW => Box::new(Table::<u32, 16, W>::new(mixer, LEAST)?),
        1 => Box::new(Table::<u64, 8, W>::new(mixer, LEAST)?),
        2 => Box::new(Table::<[u64; 2], 4, W>::new(mixer, LEAST)?),
        _ => Box::new(Table::<[u64; 4], 2, W>::new(mixer, LEAST)?),
    })
}
