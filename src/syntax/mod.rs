//! Text to tree. Parsing never fails: it gives a tree and diagnostics.
//!
//! ```text
//! bytes ─ decode ─► Sources ─┬─ world.toml ─ document ─ check (keys) ─ read ─► tree::World
//!                            └─ runbook.md ─ runbook ─┬─ fence ─ block ─────► tree::Block
//!                                                     └─ span ──────────────► tree::List ─ sheet ─ rewrite ─► runbook.md
//!                    inside their texts: expr (lexer), rule, sentence
//! ```
//! Comes in: a file's text. Goes out: what it says word for word, with places, and every mistake that can be seen without knowing what
//! a name means. Invariants: no input panics, hangs or overflows the stack, and every tree is shallow enough to be walked by recursion.
//! Does not know: any name of a world.

mod block;
mod check;
mod decode;
mod document;
mod expr;
mod fence;
mod keys;
mod lexer;
mod marker;
mod place;
mod read;
mod rewrite;
mod rule;
mod runbook;
mod schema;
mod sentence;
mod shape;
mod sheet;
mod span;
pub mod tree;
mod world;

pub use block::state;
pub use decode::{MAX_BYTES, decode};
pub use expr::expression;
pub use place::Place;
pub use rewrite::Wanted;
pub use rule::rule;
pub use runbook::runbook;
pub use schema::{block_schema, world_schema};
pub use sheet::{ItemKind, Sheet, SheetItem, SheetList};
pub use world::world;
