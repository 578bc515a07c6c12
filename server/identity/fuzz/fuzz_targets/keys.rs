//! A key set.
#![no_main]

use std::sync::LazyLock;

use identity::testing::entry::Documents;
use libfuzzer_sys::fuzz_target;

static SUBJECT: LazyLock<Documents> = LazyLock::new(Documents::new);

fuzz_target!(|data: &[u8]| SUBJECT.keys(data));
