//! Explores a [`System`](crate::system::System): which pairs of position and stable state can be reached, by which moves.
//!
//! Two engines behind one trait, [`Engine`]: [`Packed`], our own, exact; and [`Stateright`], an independent search that must find the same facts. Both stand on the
//! semantics of one state in `system`, remembered by [`Moves`] for whoever walks orderings; neither knows names, files or reports.

mod census;
mod facts;
mod footprint;
pub mod free;
mod guards;
mod moves;
pub mod packed;
mod search;
mod stateright;
mod workers;

pub use census::{Census, Tried, census};
pub use facts::{Engine, Facts, Stopped};
pub use footprint::{Deed, Footprint, footprint};
pub use moves::{Fate, Moves, Only, Start, Target, Way};
pub use packed::Packed;
pub use stateright::{Explorable, Stateright};
pub use workers::each;
