#![no_main]

use runproof_fuzz::world;

libfuzzer_sys::fuzz_target!(init: runproof_fuzz::write_seeds("world"), |bytes: &[u8]| world(bytes));
