#![no_main]

use runproof_fuzz::checkpoints;

libfuzzer_sys::fuzz_target!(init: runproof_fuzz::write_seeds("checkpoints"), |bytes: &[u8]| checkpoints(bytes));
