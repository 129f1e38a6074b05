//! Rechecks a verdict without any engine: a plain interpreter replays every trace, and each must end as it claims.
//!
//! In: a [`Verdict`](crate::verdict::Verdict), or a trace. Out: a [`Certified`] verdict, which nothing else can make, or a
//! [`Bug`]; and from [`replay()`] the whole story of a trace, with every state and what caused it, which is what
//! explanations and reports are written from.
//!
//! What is shared with the engines is the data of a `System` (predicates, assignments) and which occurrence may come
//! next in a plan. Choosing, settling, remembering `if`s and judging ends are done here a second time.

mod drill;
mod replay;
mod verdict;

pub use replay::{Cause, Change, How, Mismatch, Replay, TurnReplay, replay, replay_drill};
pub use verdict::{Bug, Certified, certify, certify_exploration, certify_run};
