//! Decides over all orderings without enumerating them: exact counts, claims, and the shortest counterexample.
//!
//! ```text
//! reached graph ─ suffixes, backward ─► languages ─┬─ counts ─► verdict
//!                    filters ─► languages ─────────┴─ claims, shortest prefixes ─► runs as traces
//! ```
//!
//! A set of orderings is a node of a hash-consed acyclic automaton: equal sets are equal numbers. For every
//! node of the graph, backward, the set of suffixes that are good *in every* resolution (an intersection over what
//! the environment may do) and *in some* (a union). Where nothing ends well the set is the empty one, and nothing is kept.

mod beyond;
mod claims;
mod classes;
pub mod compare;
mod decide;
mod explore;
mod filter;
mod fingerprint;
mod fitting;
mod freest;
mod good;
mod insight;
mod judge;
mod labelled;
mod lanes;
mod language;
pub mod liveness;
mod nearest;
mod nodes;
mod quotient;
mod renamed;
pub mod repair;
mod rules;
mod samples;
mod shortest;
mod slack;
mod study;
mod suffixes;
mod survey;
mod table;
mod wanted;
mod witness;

pub use beyond::{Beyond, Way};
pub use decide::{answers, decide, decide_among};
pub use explore::{Exploration, explore};
pub use freest::Freest;
pub use good::{GoodNode, GoodOrderings};
pub use judge::judge;
pub use lanes::{Lane, Lanes};
pub use quotient::{Counted, Shortest, count, decide_counted, only_counted};
pub use renamed::renamed;
pub use samples::{Orderings, Which};
pub use slack::{Leeway, Slack};
pub use study::Study;
pub use survey::{LookedAt, MULTIPLE, Savings, Survey, survey};
pub use table::{AskedOf, Table, TableSet, table};
pub use witness::bad_ending;
