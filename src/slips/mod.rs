//! What people and machines do wrong: every slip and crash at every step of every good ordering, and what comes of it.
//!
//! Comes in: a system and its [mishaps](crate::system::Mishap). Goes out: a [`Matrix`].

mod acts;
mod chase;
mod checks;
mod data;
mod hopeless;
mod labels;
mod layers;
mod matrix;
mod meant;
mod scene;
mod study;
mod tolerance;
mod witness;

pub use data::{Allowed, Cell, Check, Harm, Matrix, Tolerance, Witness};
pub use study::{study, study_among, tolerates};
