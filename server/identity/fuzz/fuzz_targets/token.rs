//! An ID token.
#![no_main]

use std::sync::LazyLock;

use identity::testing::entry::Tokens;
use libfuzzer_sys::fuzz_target;

static SUBJECT: LazyLock<Tokens> = LazyLock::new(Tokens::new);

fuzz_target!(|data: &[u8]| SUBJECT.token(data));
