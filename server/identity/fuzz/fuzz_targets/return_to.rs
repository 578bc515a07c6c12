//! A place to return to.
#![no_main]

use identity::testing::entry::return_to;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| drop(return_to(data)));
