//! An access token.
#![no_main]

use std::sync::LazyLock;

use identity::testing::entry::AccessTokens;
use libfuzzer_sys::fuzz_target;

static SUBJECT: LazyLock<AccessTokens> = LazyLock::new(AccessTokens::new);

fuzz_target!(|data: &[u8]| SUBJECT.token(data));
