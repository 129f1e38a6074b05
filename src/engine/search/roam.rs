//! A world explored alone, from preparation to result.

use super::expand::{Expand, Untabled, narrowed, tabled};
use super::key::Mixer;
use super::known::Known;
use super::part::Part;
use super::program::Program;
use super::retrace::retrace;
use super::search::Search;
use super::slot::Slot;
use super::table::Table;
use crate::base::{Budget, Limit, Tally};
use crate::engine::free::Roamed;
use crate::system::{End, Layout, Marks, Runner, Slot as Field, System, Watch};

static ALWAYS: Watch = Watch::always();

/// Explores a world whose states have W words.
pub fn roam<const W: usize>(system: &System, tally: &mut Tally) -> Roamed {
    let program = Program::of(system);
    let expand: Box<dyn Expand<W> + '_> = match &program {
        Some(program) => tabled(program),
        None => Box::new(Untabled(system)),
    };
    let bytes = program.as_ref().map_or(0, Program::bytes) as u64;
    let mut roamed = Roamed { states: 0, moves: 0, violation: None, stopped: None };
    let stopped = explore(system, &*expand, bytes, &mut roamed, tally);
    roamed.stopped = stopped.err();
    roamed
}

fn explore<const W: usize>(
    system: &System,
    expand: &dyn Expand<W>,
    bytes: u64,
    roamed: &mut Roamed,
    tally: &mut Tally,
) -> Result<(), Limit> {
    let (initial, wrong) = starts(system, tally)?;
    let mut search = begin(system, expand, &initial, bytes, tally.budget())?;
    search.violation = wrong.then_some(0);
    let mut explored = Ok(());
    while explored.is_ok() && !search.is_over() {
        explored = search.level(tally);
        (roamed.states, roamed.moves) = (search.states(), search.moves());
        if let (None, Some(turns)) = (&roamed.violation, search.violation) {
            // At once: what is found before a limit is hit is kept. Found again by a second, shorter search with limits of its
            // own, in the memory that is left.
            let memory = tally.budget().memory.map(|most| most.saturating_sub(search.bytes()));
            let budget = Budget { states: None, memory, ..tally.budget().clone() };
            let again = begin(system, expand, &initial, bytes, &budget)?;
            let mut tally = Tally::start(&budget, "shortest run");
            roamed.violation =
                retrace(system, expand, again, turns, &mut tally).map_err(|limit| explored = Err(limit)).ok();
        }
    }
    explored
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

fn begin<'s, const W: usize>(
    system: &'s System,
    expand: &'s dyn Expand<W>,
    initial: &[[u64; W]],
    bytes: u64,
    budget: &Budget,
) -> Result<Search<'s, W>, Limit> {
    let threads = match budget.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let mixer = Mixer::of(&used::<W>(&system.layout));
    let parts = (0..threads).map(|place| Ok(Part::new(place, known(mixer)?))).collect::<std::io::Result<_>>();
    Ok(Search::new(system, expand, (mixer, parts.map_err(|_| Limit::Memory)?), initial, bytes))
}

/// The bits that a state may have.
fn used<const W: usize>(layout: &Layout) -> [u64; W] {
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
