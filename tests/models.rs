//! Every runbook that ships with the project: each claim a test of its own, each report compared with its snapshot.

runproof::testing::main!("models");
