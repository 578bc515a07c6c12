//! Unguessable values: codes, refresh tokens, cookie values, interaction ids. The one place that draws them.
#![expect(
    clippy::disallowed_methods,
    reason = "the adapter that brings randomness in; nothing here is asserted by value"
)]

use std::ops::RangeInclusive;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

/// 256 random bits in base64url.
pub(crate) fn opaque() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// 128 random bits in base64url, the shape of Entra's `uti`.
pub(crate) fn short() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

/// A random GUID.
pub(crate) fn guid() -> Uuid {
    Uuid::new_v4()
}

/// A number of seconds within `range`.
pub(crate) fn seconds(range: RangeInclusive<i64>) -> i64 {
    rand::random_range(range)
}
