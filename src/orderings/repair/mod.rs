//! The smallest edit of a runbook after which every order that it allows is good.
//!
//! Comes in: a system with every step of the world, and an [`Outline`]: which steps of the document stay together, in
//! which lists. Goes out: a [`Search`] with the cheapest [`Repair`] that whoever asks accepts (having written it down and
//! checked it), or with the reason why there is none.
//!
//! Knows systems and plans; texts and files are for those who ask. `docs/repair.md` says what an edit is and what it costs.

mod belief;
mod cost;
mod edit;
mod groups;
mod hopeless;
mod judge;
mod linear;
mod order;
mod outline;
mod places;
mod search;
mod series;
mod several;
mod singles;

pub use cost::Cost;
pub use edit::{Edit, Member, Place};
pub use hopeless::Hopeless;
pub use judge::Stop;
pub use outline::{List, Outline, Part, Unit, UnitId, restricted};
pub use search::{Options, Repair, Search, repair};
