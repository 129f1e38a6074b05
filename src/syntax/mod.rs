//! Text to tree. Parsing never fails: it gives a tree and diagnostics.
pub mod tree;
