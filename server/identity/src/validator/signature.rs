//! Which keys made a token's signature (RFC 7515 section 5.2). Nothing that the token says is read before.

#[cfg(test)]
mod tests;

use jsonwebtoken::{Algorithm, crypto};

use super::error::TokenError;
use crate::keys::SigningKey;

/// All candidates whose signature it is: two keys may share a `kid` and differ in their issuer. The cryptographic library
/// refuses RSA keys below 2048 bits and exponents that give the signature away.
pub(super) fn signed_by<'k>(token: &str, candidates: Vec<&'k SigningKey>) -> Result<Vec<&'k SigningKey>, TokenError> {
    let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let signed_by: Vec<_> = candidates.into_iter().filter(|key| made(key, message, signature)).collect();
    if signed_by.is_empty() { Err(TokenError::Signature) } else { Ok(signed_by) }
}

fn made(key: &SigningKey, message: &str, signature: &str) -> bool {
    let Some(key) = key.parsed() else { return false };
    crypto::verify(signature, message.as_bytes(), key, Algorithm::RS256).unwrap_or(false)
}
