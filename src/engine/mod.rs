//! Explores a [`System`](crate::system::System): which pairs of position and stable state can be reached, by which moves.
//!
//! Two engines behind one trait, [`Engine`]: [`Packed`], our own, exact, which also gives the whole graph
//! ([`packed::reach`]); and [`Stateright`], an independent search that must find the same facts. Both stand on the
//! semantics of one state in `system`; neither knows names, files or reports.

mod facts;
pub mod free;
pub mod packed;
mod stateright;

pub use facts::{Engine, Facts, Stopped};
pub use packed::{Edge, Packed, Reached, Start, Target};
pub use stateright::{Explorable, Stateright};
