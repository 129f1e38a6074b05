//! Systems in other tools' languages: complete, readable, with the names of the world.
//!
//! ```text
//! System ─ words, place, drills, order ─► Model (guarded commands) ─► promela murphi tla pddl
//!    └─ graph ─► dot mermaid        a run ─► itf
//! ```
//!
//! Comes in: a system, and the rules if they are asked for. Goes out: text. The semantics is said once, in [`model()`]; what is
//! specific to a language is syntax and identifiers. Nothing here knows files; what stands in a title or a name of a
//! world never ends a comment, a string or an identifier.

mod dot;
mod drills;
mod graph;
mod itf;
mod machine;
mod mermaid;
mod model;
mod murphi;
mod names;
mod order;
mod pddl;
mod place;
mod promela;
mod speech;
mod target;
mod tla;
mod turns;
mod words;
mod write;

pub use graph::{Edge, Graph, To};
pub use machine::{Unwritten, Wanted, model};
pub use model::{Command, Definition, Expr, Model, Role, Source, Update, Value, Var, Variable, Watched};
pub use order::Law;
pub use target::Target;
pub use write::{run, write};
