//! Many conditions at once: which of them a state meets, by a few table look-ups.
//!
//! In: predicates. Out: [`Guards`], which gives the set of predicates that hold in a state as a bitmap. Each predicate is
//! brought into a disjunction of clauses ([`normal`]); each clause is a conjunction of literals that read one narrow window of
//! the state, of sums over such, and of what is neither. For every window a table gives, for each value of its bits, the
//! clauses that this value does not rule out, and what it adds to the sums: the tables' rows are combined by *and* and *plus*.

mod normal;
mod rows;
mod sums;
mod tidy;
mod windows;

#[cfg(test)]
mod tests;

pub use normal::{Clause, Literal, Test, disjunction};
pub use rows::{Guards, Most, Row, padded};
