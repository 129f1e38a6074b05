//! Breadth-first search over exact packed states: the fast engine, for a world explored alone.
//!
//! Comes in: a system, and which of its nodes are interchangeable. Goes out: how many states and moves there are, exactly, and the shortest
//! run that goes wrong. Nothing of it depends on the number of threads, on how states are kept, or on interruptions. What it
//! deliberately does not know is what one step means: that is the semantics of one state, in `system`.
//!
//! ```text
//! system ─ program ─► expand ─ folding ─► following states ─ by hash ─► part ─ table ─► new states ─► next level
//! ```

mod checkpoint;
mod collapse;
mod counts;
mod cut;
mod expand;
mod folding;
mod halves;
mod key;
mod known;
mod levels;
mod memory;
mod part;
mod prefetch;
mod program;
mod queue;
mod retrace;
mod roam;
mod slot;
mod table;
#[cfg(test)]
mod tests;

pub use roam::roam;
