#![no_main]

use runproof_fuzz::markdown;

libfuzzer_sys::fuzz_target!(init: runproof_fuzz::write_seeds("markdown"), |bytes: &[u8]| markdown(bytes));
