#![no_main]

use runproof_fuzz::certificates;

libfuzzer_sys::fuzz_target!(init: runproof_fuzz::write_seeds("certificates"), |bytes: &[u8]| certificates(bytes));
