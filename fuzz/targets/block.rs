#![no_main]

use runproof_fuzz::block;

libfuzzer_sys::fuzz_target!(init: runproof_fuzz::write_seeds("block"), |bytes: &[u8]| block(bytes));
