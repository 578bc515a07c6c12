//! The token's header, read before anything in it is believed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::error::TokenError;
use crate::keys::{KeySet, SigningKey};

#[derive(Debug, Deserialize)]
pub(super) struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

/// Reads the header and refuses what no key could make acceptable.
pub(super) fn read(token: &str) -> Result<Header, TokenError> {
    let mut parts = token.split('.');
    let (Some(header), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(TokenError::Malformed);
    };
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| TokenError::Malformed)?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| TokenError::Malformed)?;
    if header.alg != "RS256" {
        return Err(TokenError::AlgorithmNotAllowed);
    }
    if header.crit.is_some() {
        return Err(TokenError::CriticalHeader);
    }
    Ok(header)
}

impl Header {
    /// Whether the type lets it be a logout token: `logout+jwt`, or nothing in particular (Back-Channel Logout 1.0 section
    /// 2.4; RFC 7515 section 4.1.9 leaves out `application/` and case).
    pub(super) fn may_be_logout(&self) -> bool {
        let Some(kind) = &self.typ else { return true };
        let kind = kind.to_ascii_lowercase();
        matches!(kind.strip_prefix("application/").unwrap_or(&kind), "logout+jwt" | "jwt")
    }

    /// The keys that may have made the signature: those with the token's `kid`, or the only one there is.
    pub(super) fn candidates<'k>(&self, keys: &'k KeySet) -> Result<Vec<&'k SigningKey>, TokenError> {
        let usable: Vec<&SigningKey> = keys.for_rs256().collect();
        let candidates: Vec<&SigningKey> = match &self.kid {
            Some(kid) => usable.into_iter().filter(|key| key.kid.as_ref() == Some(kid)).collect(),
            None if usable.len() == 1 => usable,
            None => return Err(TokenError::KeyIdMissing),
        };
        if candidates.is_empty() { Err(TokenError::KeyUnknown) } else { Ok(candidates) }
    }
}
