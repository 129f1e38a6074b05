//! Whether a check is worth anything: what no run exercises, and what no claim notices.
//!
//! ```text
//! tree ─ sites ─► mutants: edits of text ─ resolve, lower ─► system ─ alike? ─► the same graph, or to be decided again
//! model, footprint ─ measure ─► what is never done, taken, asked, or always answered alike
//! facts.toml, tree ─ cited ─► facts without an element, elements without a fact
//! ```
//!
//! Comes in: trees with their places, resolved worlds, systems with their footprints. Goes out: edits, sameness, lists of elements. It decides
//! nothing: whether a claim notices is for the pipeline to find out. It opens no files.

mod accepted;
mod alike;
mod cited;
mod condition;
mod domains;
mod edits;
mod measure;
mod mutant;
mod procedure;
mod same;
mod states;
mod world;

pub use accepted::{Accepted, Entry, accepted, fits};
pub use alike::alike;
pub use cited::{Cited, Element, Facts, cited, facts, of_claims};
pub use measure::{Measure, Never};
pub use mutant::{Edit, Kind, Mutant, numbered};
pub use procedure::of_runbook;
pub use same::{print, same};
pub use world::of_world;
