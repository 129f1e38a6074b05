//! What a change of a runbook, or of its world, does to its orders: which are allowed now and were not, which are no longer
//! good, and what becomes of each rule.
//!
//! ```text
//! old: study ─ project ─┐
//!                       ├─ one arena, the steps of both ─► counts, examples
//! new: study ─ project ─┘
//! rules of either ─ renamed ─ fitting ─► what they are in the other
//! ```
//!
//! In: two systems, the steps that they share, and the rules of each. Out: a [`Comparison`], as far as the budget allowed.
//!
//! Steps that only one of them has are erased: of the orders that differ in these alone one remains. It is *allowed* if some way
//! to put the erased steps back is allowed, and *good* if every allowed way is good. Where both have the same steps nothing is
//! erased, and the counts are those of orders. Rules are asked of whole orders.

mod comparison;
mod orders;
mod project;
mod standing;
mod steps;

pub use comparison::{Comparison, compare};
pub use orders::{Change, Extent, Orders};
pub use standing::{Follows, Standing};
pub use steps::SharedSteps;
