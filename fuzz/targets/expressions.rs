#![no_main]

use runproof_fuzz::expressions;

libfuzzer_sys::fuzz_target!(init: runproof_fuzz::write_seeds("expressions"), |bytes: &[u8]| expressions(bytes));
