//! Everything that a world and a runbook go through in the long random run, and how what disagrees is made small and kept.

#![allow(dead_code, reason = "every test uses a part of it")]

pub mod caught;
pub mod checks;
pub mod features;
pub mod meant;
pub mod roll;
pub mod shrink;
pub mod store;
pub mod subject;
