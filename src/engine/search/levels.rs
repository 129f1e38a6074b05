//! Breadth-first search, level by level, by all threads.
//!
//! In: a system explored alone. Out: [`Search`] with what it reached. Which states and how many moves are found, and at what
//! depth something breaks first, does not depend on the number of threads.

use super::checkpoint::Kind;
use super::counts::Counts;
use super::expand::Asked;
use super::folding::Folding;
use super::part::{Part, Shared, Shares};
use crate::base::{Limit, Tally};
use crate::system::System;

/// A search, somewhere between its beginning and its end.
pub struct Search<'s, const W: usize> {
    system: &'s System,
    folding: &'s Folding<'s, W>,
    shares: Shares<W>,
    parts: Vec<Part<W>>,
    /// Bytes that do not grow.
    bytes: u64,
    /// Steps and faults before the states of the current level.
    pub depth: u32,
    /// After so many steps and faults something is broken first.
    pub violation: Option<u32>,
    /// States that were found could not be kept: what is known is not all.
    pub torn: bool,
}

/// Pieces that a thread expands before limits are told and work may be saved.
const SLICE: usize = 512;

/// With fewer states in a level one thread is faster.
const FEW: usize = 1 << 14;

impl<'s, const W: usize> Search<'s, W> {
    /// From these states.
    pub fn new(
        system: &'s System,
        folding: &'s Folding<'s, W>,
        (shares, parts): (Shares<W>, Vec<Part<W>>),
        initial: &[[u64; W]],
        bytes: u64,
    ) -> Search<'s, W> {
        let mut search = Search { system, folding, shares, parts, bytes, depth: 0, violation: None, torn: false };
        for state in initial {
            let state = folding.representative(*state);
            search.parts[shares.owner(&state)].seed(&[state]);
        }
        search
    }

    /// Distinct states so far that were looked at.
    pub fn states(&self) -> u64 {
        self.parts.iter().map(|part| part.known.len()).sum()
    }

    /// What was found in the states that were expanded so far.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.parts.iter().for_each(|part| counts += &part.counts);
        counts
    }

    /// The same, with the states that wait.
    pub fn counts_with_waiting(&self) -> Counts {
        let mut counts = self.counts();
        let waiting = self.parts.iter().flat_map(|part| part.current.iter().chain(part.next.iter()));
        self.folding.count(waiting, &mut counts);
        counts
    }

    /// Each thread's share.
    pub fn parts(&self) -> &[Part<W>] {
        &self.parts
    }

    /// Goes on where another search was.
    pub fn resume(&mut self, depth: u32, violation: Option<u32>, counts: Counts) {
        (self.depth, self.violation) = (depth, violation);
        self.parts[0].counts = counts;
    }

    /// Nothing waits any more: what was begun is put back from a checkpoint, the initial states with all others.
    pub fn forget_waiting(&mut self) {
        self.parts.iter_mut().for_each(Part::forget_waiting);
    }

    /// Puts states back where they were.
    ///
    /// # Errors
    /// There is no memory for them.
    pub fn restore(&mut self, kind: Kind, states: &[[u64; W]]) -> std::io::Result<()> {
        states.iter().try_for_each(|state| self.parts[self.shares.owner(state)].restore(kind, state))
    }

    /// Counts bytes that are kept beside it.
    pub fn hold(&mut self, bytes: u64) {
        self.bytes += bytes;
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        self.bytes + self.parts.iter().map(Part::bytes).sum::<u64>()
    }

    /// The states of the current level that are not expanded yet.
    pub fn current(&self) -> impl Iterator<Item = &[u64; W]> {
        self.parts.iter().flat_map(|part| part.current.iter())
    }

    /// Whether nothing is left to expand, on this level or the next.
    pub fn is_over(&self) -> bool {
        self.parts.iter().all(|part| part.current.len() + part.next.len() == 0)
    }

    /// Expands all of the current level, then goes on to the next. `between` is called now and then, when every state is in its
    /// place.
    ///
    /// # Errors
    /// The limit that was hit: then a part of the level is left, and nothing is lost.
    pub fn level(&mut self, tally: &mut Tally, mut between: impl FnMut(&Self)) -> Result<(), Limit> {
        while self.parts.iter().any(|part| part.current.len() > 0) {
            let stopped = self.slice(tally);
            self.note();
            if let Some(limit) = stopped {
                return Err(limit);
            }
            between(self);
        }
        self.parts.iter_mut().for_each(|part| {
            part.turn();
            (part.broken, part.lost) = (false, false);
        });
        self.depth += 1;
        Ok(())
    }

    /// What is broken so far.
    fn note(&mut self) {
        let after = |depth: u32, broken: bool| broken.then_some(depth);
        let broken = after(self.depth, self.parts.iter().any(|part| part.broken));
        let lost = after(self.depth + 1, self.parts.iter().any(|part| part.lost));
        self.violation = [self.violation, broken, lost].into_iter().flatten().min();
    }

    fn slice(&mut self, tally: &mut Tally) -> Option<Limit> {
        let shared = Shared::new(&self.parts, self.shares, self.bytes, tally.budget().memory);
        let (folding, system) = (self.folding, self.system);
        let few = self.parts.iter().map(|part| part.current.len()).sum::<usize>() < FEW;
        if few || self.parts.len() == 1 {
            Part::work_alone(&mut self.parts, &shared, SLICE, folding, &mut Asked::new(system, tally));
        } else {
            let (first, others) = self.parts.split_first_mut().expect("there is a part");
            std::thread::scope(|scope| {
                for part in others {
                    let mut tally = tally.fork();
                    let shared = &shared;
                    scope.spawn(move || part.work(shared, SLICE, folding, &mut Asked::new(system, &mut tally)));
                }
                first.work(&shared, SLICE, folding, &mut Asked::new(system, tally));
            });
        }
        self.torn |= shared.is_torn();
        tally.states = self.states();
        tally.bytes = self.bytes();
        shared.limit().or_else(|| tally.check().err())
    }
}
