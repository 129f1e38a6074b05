//! The freest equivalent runbook: lists over the same steps that allow good orderings only, with as few steps as
//! possible bound to an order that the runbook leaves open.
//!
//! ```text
//! plan ─► elements, partial order ─► search ─► lists (a tree of sequences and interleavings) ─► checked on the automaton
//! ```
//!
//! An *element* is a step, or a block that is kept whole: one that is optional, an either, undivided, or under an
//! `if`. Lists can say exactly the partial orders on elements that are series-parallel (J. Valdes, R. E. Tarjan, E.
//! L. Lawler, "The recognition of series parallel digraphs", SIAM J. Comput. 11, 1982): those in which no four
//! elements form an N.

mod elements;
mod partial;
mod search;
mod tree;
mod walk;

pub use tree::Freest;
