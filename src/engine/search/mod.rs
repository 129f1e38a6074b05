//! Breadth-first search over exact packed states: the fast engine, for a world explored alone.
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
pub mod key;
mod known;
pub mod memory;
mod part;
pub mod prefetch;
mod program;
mod queue;
mod retrace;
mod roam;
#[allow(clippy::module_inception)]
mod search;
pub mod slot;
pub mod table;
#[cfg(test)]
mod tests;

pub use roam::roam;
