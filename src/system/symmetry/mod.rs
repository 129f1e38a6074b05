//! Nodes that can change places without anything else changing.
//!
//! Found on the lowered system and nowhere else: an initial owner, a preferred node, a tie that a name decides, a step that names a node all show there.

mod alike;
mod chosen;
mod classes;
mod fold;
mod form;
mod lanes;
mod plan;

pub use classes::{Member, Symmetry};
pub use fold::{Fold, Orbit};
