//! Ids, spans, source text and budgets: what every other layer stands on.
//!
//! Nothing here knows what a world or a runbook is.

mod budget;
mod checkpoint;
mod files;
pub mod graph;
mod printable;
mod quantity;
mod reductions;
mod source;

pub use budget::{Budget, Limit, Meter, Progress, Tally};
pub use checkpoint::{Checkpoint, Writing};
pub use files::Files;
pub use printable::{is_harmful, one_line, printable};
pub use quantity::{parse_amount, parse_duration};
pub use reductions::{Reduction, Without};
pub use source::{Position, SourceId, Sources, Span, Spanned};

/// A map that keeps the order in which keys were inserted, so that two runs print the same bytes.
pub type Map<K, V> = indexmap::IndexMap<K, V, rustc_hash::FxBuildHasher>;
