//! Which keys made a token's signature (RFC 7515 section 5.2). Nothing that the token says is read before.

#[cfg(test)]
mod tests;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::error::TokenError;
use crate::keys::SigningKey;

/// All candidates whose signature it is: two keys may share a `kid` and differ in their issuer. The cryptographic library
/// refuses RSA keys below 2048 bits and exponents that give the signature away.
pub(super) fn signed_by<'k>(token: &str, candidates: Vec<&'k SigningKey>) -> Result<Vec<&'k SigningKey>, TokenError> {
    let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Signature)?;
    let made =
        |key: &SigningKey| key.parsed().is_some_and(|key| key.verify_sig(message.as_bytes(), &signature).is_ok());
    let signed_by: Vec<_> = candidates.into_iter().filter(|key| made(key)).collect();
    if signed_by.is_empty() { Err(TokenError::Signature) } else { Ok(signed_by) }
}
