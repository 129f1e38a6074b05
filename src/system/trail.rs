//! Where something was looked at in a run: every state in which a step, a fault, a reaction or a condition had its say.
//!
//! Kept by a [`Runner`](super::Runner) that was asked to. What happens in a system is determined by what happens in these states: another
//! system that does the same in each of them does the same altogether.

use super::State;
use rustc_hash::FxHashSet;
use std::cell::RefCell;

/// Where something was looked at.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// A step, by its address, its phase, and the state in which that was tried.
    pub(super) tried: FxHashSet<(usize, u32, State)>,
    /// States in which faults could strike.
    pub(super) struck: FxHashSet<State>,
    /// Stable states that something led to.
    pub(super) stable: FxHashSet<State>,
    /// An `if`, and the state in which it was looked at.
    pub(super) asked: RefCell<FxHashSet<(u32, State)>>,
    /// States after a pass of a loop.
    pub(super) passed: RefCell<FxHashSet<State>>,
    /// A drill, whether it is about what comes after `then`, and the state in which its expectation was looked at.
    pub(super) expected: FxHashSet<(u32, bool, State)>,
}

impl Trail {
    /// The states in which a phase of a step was tried; the step is known by its address.
    pub fn tried(&self) -> impl Iterator<Item = (usize, u32, State)> + '_ {
        self.tried.iter().copied()
    }

    /// The states in which faults could strike.
    pub fn struck(&self) -> impl Iterator<Item = State> + '_ {
        self.struck.iter().copied()
    }

    /// Stable states that something led to.
    pub fn stable(&self) -> impl Iterator<Item = State> + '_ {
        self.stable.iter().copied()
    }

    /// The `if`s, by their number, and the states in which they were looked at.
    pub fn asked(&self) -> Vec<(u32, State)> {
        self.asked.borrow().iter().copied().collect()
    }

    /// The states after a pass of a loop.
    pub fn passed(&self) -> Vec<State> {
        self.passed.borrow().iter().copied().collect()
    }

    /// Drills, whether it is about what comes after `then`, and the states in which their expectation was looked at.
    pub fn expected(&self) -> impl Iterator<Item = (u32, bool, State)> + '_ {
        self.expected.iter().copied()
    }
}
