//! A sealed record.
#![no_main]

use std::sync::LazyLock;

use identity::testing::entry::Sealed;
use libfuzzer_sys::fuzz_target;

static SUBJECT: LazyLock<Sealed> = LazyLock::new(Sealed::new);

fuzz_target!(|data: &[u8]| SUBJECT.record(data));
