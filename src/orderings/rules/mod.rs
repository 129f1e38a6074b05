//! Which orderings are good, in rules.
//!
//! ```text
//! good, spoken of ─ chart, table ─┬─ necessary pairs ──┐
//!                                 ├─ three steps ──────┼─► prime ─► subtract ─► what remains ─┐
//!                                 └─ counterexamples ──┘      ▲                               │
//!                                                             └──────── until none ◄──────────┤
//!                                                                                             └─► spare ─► told
//! ```
//!
//! A rule is a forbidden [`crate::verdict::Pattern`]: no good ordering fits it. Rules are found shortest first, each is
//! made *prime* (nothing can be dropped from it), and what it forbids is taken away from the orderings that remain to be
//! explained. When none remains, the rules say exactly which orderings are good. Those that follow from the others are
//! dropped. Nothing here knows states: everything is asked of two sets of orderings.

mod chart;
mod discover;
mod good;
mod prime;
mod shape;
mod spare;
mod study;
mod subtract;
mod table;

#[cfg(test)]
mod tests;
