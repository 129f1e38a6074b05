//! The text view: for terminals, snapshots and mails.
//!
//! Comes in: report data and a [`Look`]. Goes out: text, every line at most as wide as asked, escapes only where colour
//! is asked for. With [`Look::PLAIN`] it is what snapshots hold.

mod card;
mod changes;
mod cover;
mod difference;
mod ending;
mod explanation;
mod losses;
mod near;
mod page;
mod plan;
mod recheck;
mod repair;
mod rollback;
mod rules;
mod runbook;
mod service;
mod slips;
mod stats;
mod table;
#[cfg(test)]
mod tests;
mod trace;
mod verdict;
mod world;

pub use card::card;
pub use changes::differences;
pub use cover::cover;
pub use difference::difference;
pub use explanation::explanation;
pub use page::{Look, stopped_by};
pub use plan::plan;
pub use recheck::recheck;
pub use repair::repair;
pub use rollback::rollback;
pub use runbook::{claim, class, runbook, story};
pub use service::service;
pub use slips::{slip_story, slips};
pub use table::summary;
pub use world::world;
