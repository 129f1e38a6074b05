//! Trees to meaning: names, types, finite domains, sentences matched to steps, includes followed.
//!
//! Comes in: trees of `syntax`. Goes out: a [`model::World`] and a [`model::Runbook`] in which every name is an index,
//! every expression is ground (quantifiers and definitions are written out, with shared parts) and well typed, and
//! diagnostics. If any diagnostic is an error there is no model.

mod actions;
mod assign;
mod blocks;
mod builtin;
mod call;
mod claims;
mod compare;
mod declare;
mod entity;
pub mod evaluate;
mod ground;
mod initial;
mod load;
mod merge;
pub mod model;
mod questions;
mod range;
pub mod render;
mod repeat;
mod reporter;
mod runbook;
#[cfg(test)]
mod samples;
mod software;
mod state;
mod symbols;
mod value;
mod variables;
mod word;
mod world;

pub use load::{
    Disk, allow_outside, load_world, load_world_in, open_runbook, open_runbook_in, open_state, runbook_from_text,
    world_from_text,
};
pub use runbook::runbook;
pub use state::{State, aim};
pub use world::Resolved;
