//! The safest way on: from a state in the middle of a procedure to a good end, whatever the environment does.
//!
//! ```text
//! problem ─ relax (bounds) ─ search (values of states) ─ strategy (what to do, where to look) ─ verify ─► plan
//!                                   └ no value ─ hopeless (why) ─► reason
//! ```
//! Comes in: a system with every step of the world, and the states that one may be in. Goes out: a [`Plan`] that was carried out on
//! the reference semantics in every case, or a [`Hopeless`] that says why there is none.
//!
//! A plan sees the whole state before each step, but for what is hidden; faults are the crashes that it survives.

mod alike;
mod back;
mod data;
mod find;
mod hopeless;
mod problem;
mod rehearse;
mod relax;
mod rest;
mod search;
mod service;
mod strategy;
mod verify;

pub use back::{Back, Distance, Grounds, Ways, back};
pub use data::{Found, Hopeless, Node, Plan};
pub use find::find;
pub use problem::{Goal, Problem, takes_down};
pub use rest::{After, Here, Rest, Walk};
pub use search::{NEVER, Place, Planner, watch};
pub use service::{Best, Gauge, Gauges, Service, Worst, gauged, service};
pub use verify::{Wrong, verify};
