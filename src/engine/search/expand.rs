//! What follows a batch of states.
//!
//! In: stable states. Out: [`Following`]: the stable states that one step or fault leads to (with repetitions), how many moves that
//! are, and what is broken.

use super::counts::Counts;
use super::program::Program;
use crate::base::{Limit, Tally};
use crate::engine::guards::{Guards, Row, padded};
use crate::system::{End, MAX_WORDS, Marks, Runner, State, System, Watch};
use crate::trace::Actor;

/// What follows a batch of states.
#[derive(Debug, Default)]
pub struct Following<const W: usize> {
    /// Stable states; not all distinct.
    pub states: Vec<[u64; W]>,
    /// Results of steps and faults, those included that do not settle.
    pub moves: u64,
    /// How many states of the batch break an `always` condition.
    pub broken: u64,
    /// Something breaks on the way to a state that follows, or does not settle.
    pub lost: bool,
    /// What the states of the batch stand for, and the moves from them.
    pub counts: Counts,
    /// Where that is asked for: the moves and the broken states there were after each state of the batch.
    pub each: Option<Vec<(u64, u64)>>,
}

impl<const W: usize> Following<W> {
    /// Forgets all, keeps the room.
    pub fn clear(&mut self) {
        self.states.clear();
        (self.moves, self.broken, self.lost) = (0, 0, false);
        self.counts = Counts::default();
    }

    /// All that follows one state was added.
    #[inline(always)]
    fn note(&mut self) {
        if let Some(each) = &mut self.each {
            each.push((self.moves, self.broken));
        }
    }
}

/// Finds what follows.
pub trait Expand<const W: usize>: Sync {
    /// Adds what follows these states.
    ///
    /// # Errors
    /// The limit that was hit: what was added is then not all.
    fn expand(&self, states: &[[u64; W]], asked: &mut Asked<'_, '_>, following: &mut Following<W>)
    -> Result<(), Limit>;
}

/// The semantics of one state, for what tables do not say. One for each thread.
pub struct Asked<'s, 't> {
    system: &'s System,
    runner: Runner<'s>,
    calls: usize,
    /// The limits; its bytes are left as they are.
    pub tally: &'t mut Tally,
}

static ALWAYS: Watch = Watch::always();

impl<'s, 't> Asked<'s, 't> {
    /// After so many calls what the runner remembers is thrown away, so that it stays small.
    const REMEMBERED: usize = 1 << 14;

    /// Prepares to be asked.
    pub fn new(system: &'s System, tally: &'t mut Tally) -> Asked<'s, 't> {
        Asked { system, runner: Runner::new(system, &ALWAYS), calls: 0, tally }
    }

    fn call<T>(&mut self, work: impl FnOnce(&mut Runner<'s>, &mut Tally) -> Result<T, Limit>) -> Result<T, Limit> {
        self.calls += 1;
        if self.calls.is_multiple_of(Self::REMEMBERED) {
            self.runner = Runner::new(self.system, &ALWAYS);
        }
        let held = self.tally.bytes;
        let done = work(&mut self.runner, self.tally);
        self.tally.bytes = held;
        done
    }

    fn take<const W: usize>(&mut self, state: State, actor: Actor, following: &mut Following<W>) -> Result<(), Limit> {
        let system = self.system;
        let attempt = self.call(|runner, tally| match actor {
            Actor::Step(id) => runner.step(state, &system.steps[id.0 as usize], tally),
            Actor::Fault(id) => runner.strike(state, id, tally),
            Actor::Occurrence(_) => unreachable!("a world explored alone has no occurrences"),
        })?;
        for run in attempt.runs.iter().filter(|run| run.end != End::Refused) {
            following.moves += 1;
            following.lost |= run.marks.meets(Marks::BROKEN) || run.end == End::Unsettled;
            if let End::Stable(state) = run.end {
                following.states.push(narrowed(&state));
            }
        }
        Ok(())
    }

    fn settle<const W: usize>(&mut self, state: State, following: &mut Following<W>) -> Result<(), Limit> {
        let settling = self.call(|runner, tally| runner.settled(state, tally))?;
        following.moves += (settling.stable.len() + settling.cycles.len()) as u64;
        following.lost |= !settling.cycles.is_empty();
        for stable in &settling.stable {
            following.lost |= stable.marks.meets(Marks::BROKEN);
            following.states.push(narrowed(&stable.state));
        }
        Ok(())
    }
}

/// The words in use.
pub fn narrowed<const W: usize>(state: &State) -> [u64; W] {
    std::array::from_fn(|word| state[word])
}

/// By tables: K words of clauses, C of counters; and for reactions L and D of them.
struct Tabled<'s, const W: usize, const K: usize, const C: usize> {
    program: &'s Program,
    effects: Vec<([u64; W], [u64; W])>,
    plain: Row<K>,
    shadows: Row<K>,
    asking: Row<K>,
    breaking: Row<K>,
}

/// Prepares to expand states of W words.
pub fn tabled<'s, const W: usize>(program: &'s Program) -> Box<dyn Expand<W> + 's> {
    macro_rules! of {
        ($($words:literal),*) => {
            match (program.guards.words(), program.guards.counters()) {
                $(($words, 0) => Box::new(Tabled::<W, $words, 0>::new(program)),
                  ($words, 1) => Box::new(Tabled::<W, $words, 1>::new(program)),
                  ($words, _) => Box::new(Tabled::<W, $words, 4>::new(program)),)*
                _ => unreachable!("rows have a power of two words, up to sixteen"),
            }
        };
    }
    of!(1, 2, 4, 8, 16)
}

impl<'s, const W: usize, const K: usize, const C: usize> Tabled<'s, W, K, C> {
    fn new(program: &'s Program) -> Self {
        let row = |row: &[u64]| std::array::from_fn(|word| row[word]);
        let effects = program.effects.iter().map(|effect| (narrowed(&effect.keep), narrowed(&effect.set))).collect();
        Tabled {
            program,
            effects,
            plain: row(&program.plain),
            shadows: row(&program.shadows),
            asking: row(&program.asking),
            breaking: row(&program.breaking),
        }
    }

    /// What is rare: clauses of the same effect, and steps that tables do not tell.
    #[inline(never)]
    fn rare(
        &self,
        state: &[u64; W],
        row: &mut Row<K>,
        asked: &mut Asked<'_, '_>,
        following: &mut Following<W>,
    ) -> Result<(), Limit> {
        for (clause, by) in &self.program.shadowed {
            if (0..K).any(|word| row[word] & by[word] != 0) {
                row[clause / 64] &= !(1 << (clause % 64));
            }
        }
        for (clause, actor) in &self.program.asked {
            if row[clause / 64] >> (clause % 64) & 1 == 1 {
                asked.take(padded(state), *actor, following)?;
            }
        }
        Ok(())
    }
}

impl<const W: usize, const K: usize, const C: usize> Expand<W> for Tabled<'_, W, K, C> {
    #[allow(clippy::needless_range_loop, reason = "a word's place tells its clauses")]
    fn expand(
        &self,
        states: &[[u64; W]],
        asked: &mut Asked<'_, '_>,
        following: &mut Following<W>,
    ) -> Result<(), Limit> {
        let Program { guards, reactions, .. } = self.program;
        // What follows one state is put side by side first: then there is one look at the room for all of it.
        let mut together = [[0; W]; 64];
        for state in states {
            let mut row = guards.narrow::<W, K, C>(state);
            row = guards.widen(row, || padded(state));
            following.broken += u64::from((0..K).any(|word| row[word] & self.breaking[word] != 0));
            if (0..K).any(|word| row[word] & (self.shadows[word] | self.asking[word]) != 0) {
                self.rare(state, &mut row, asked, following)?;
            }
            let first = following.states.len();
            for word in 0..K {
                let mut left = row[word] & self.plain[word];
                let mut count = 0;
                while left != 0 {
                    let (keep, set) = &self.effects[word * 64 + left.trailing_zeros() as usize];
                    left &= left - 1;
                    together[count % 64] = std::array::from_fn(|word| state[word] & keep[word] | set[word]);
                    count += 1;
                }
                following.states.extend(together[..count].iter().copied());
            }
            match reactions {
                None => following.moves += (following.states.len() - first) as u64,
                Some(reactions) => settle(reactions, first, asked, following)?,
            }
            following.note();
        }
        Ok(())
    }
}

/// Settles the states from a place on.
fn settle<const W: usize>(
    reactions: &Guards,
    first: usize,
    asked: &mut Asked<'_, '_>,
    following: &mut Following<W>,
) -> Result<(), Limit> {
    let end = following.states.len();
    let mut kept = first;
    for at in first..end {
        let state = following.states[at];
        if enabled(reactions, &state) {
            asked.settle(padded(&state), following)?;
        } else {
            following.states[kept] = state;
            following.moves += 1;
            kept += 1;
        }
    }
    following.states.drain(kept..end);
    Ok(())
}

/// Whether a reaction is enabled in a state.
fn enabled<const W: usize>(reactions: &Guards, state: &[u64; W]) -> bool {
    macro_rules! any {
        ($($words:literal),*) => {
            match (reactions.words(), reactions.counters()) {
                $(($words, 0) => reactions.holding::<W, $words, 0>(state) != [0; $words],
                  ($words, 1) => reactions.holding::<W, $words, 1>(state) != [0; $words],
                  ($words, _) => reactions.holding::<W, $words, 4>(state) != [0; $words],)*
                _ => unreachable!("rows have a power of two words, up to sixteen"),
            }
        };
    }
    any!(1, 2, 4, 8, 16)
}

/// Without tables, for systems that have too many conditions for them.
pub struct Untabled<'s>(pub &'s System);

impl<const W: usize> Expand<W> for Untabled<'_> {
    fn expand(
        &self,
        states: &[[u64; W]],
        asked: &mut Asked<'_, '_>,
        following: &mut Following<W>,
    ) -> Result<(), Limit> {
        for state in states {
            let state = padded(state);
            following.broken += u64::from(self.0.breached(&state, |_| true).is_some());
            for actor in actors(self.0) {
                asked.take(state, actor, following)?;
            }
            following.note();
        }
        Ok(())
    }
}

/// All that may act in a world explored alone, in the order of declaration.
pub fn actors(system: &System) -> impl Iterator<Item = Actor> {
    let steps = (0..system.steps.len() as u32).map(|step| Actor::Step(crate::system::StepId(step)));
    steps.chain((0..system.faults.len() as u32).map(|fault| Actor::Fault(crate::system::ActionId(fault))))
}

const _: () = assert!(MAX_WORDS == 4, "states of one to four words are told apart by type");
