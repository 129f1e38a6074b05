//! Trees to meaning: names, types, finite domains, sentences matched to steps, includes followed.
//!
//! Comes in: trees of `syntax`. Goes out: a [`model::World`] and a [`model::Runbook`] in which every name is an index,
//! every expression is ground (quantifiers and definitions are written out, with shared parts) and well typed, and
//! diagnostics. If any diagnostic is an error there is no model.

pub mod model;
pub mod render;
