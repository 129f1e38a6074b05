//! Counts orderings without looking at every position: with one place for all those that interchangeable nodes make of it, and part by part
//! where parts have nothing to do with each other.
//!
//! ```text
//! system ─ parts ─► for each: places, folded, forward ─► counts, backward ─► put together ─► verdict
//!                              └ a shortest way to where nothing is good ─ unfolded ─► a real ordering, and a run of it
//! ```
//!
//! Counts are exact, since an edge says how many orderings go along it. What a set of orderings looks like (rules, classes, a fingerprint, a `where`)
//! is not known that way.

mod count;
mod graph;
mod path;
mod place;
mod spread;
mod verdict;

pub use count::{Counted, Shortest, count};
pub use verdict::{decide_by_counting, decide_counted, only_counted};
