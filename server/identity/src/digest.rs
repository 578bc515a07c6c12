//! One-way names for things whose own name must not be stored: session ids, states, accounts.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Base64url of the SHA-256 of the parts, each preceded by its length so that no two lists collide.
pub(crate) fn hashed(parts: &[&[u8]]) -> String {
    let mut input = Vec::new();
    for part in parts {
        input.extend_from_slice(&(part.len() as u64).to_be_bytes());
        input.extend_from_slice(part);
    }
    URL_SAFE_NO_PAD.encode(digest(&SHA256, &input))
}
