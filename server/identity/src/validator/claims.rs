//! The claims that are used, with the types they must have.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::TokenError;

/// Claims of a verified token. Times are seconds since 1970, possibly with a fraction (RFC 7519 section 2).
#[derive(Deserialize)]
pub(crate) struct Claims {
    pub(super) iss: Option<String>,
    aud: Option<Audience>,
    pub(super) azp: Option<String>,
    pub(super) exp: Option<f64>,
    pub(super) nbf: Option<f64>,
    pub(super) iat: Option<f64>,
    pub(super) nonce: Option<String>,
    pub(crate) sub: Option<String>,
    pub(super) tid: Option<String>,
    pub(crate) oid: Option<String>,
    pub(crate) sid: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) preferred_username: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) login_hint: Option<String>,
    /// Everything else, the roles among it.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl fmt::Debug for Claims {
    /// Shows where the token comes from, and nothing of whom it is about.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").field("iss", &self.iss).finish_non_exhaustive()
    }
}

impl Claims {
    /// The second part of a token in compact form, whose signature is known to be good.
    pub(super) fn read(token: &str) -> Result<Self, TokenError> {
        let payload = token.split('.').nth(1).ok_or(TokenError::Malformed)?;
        let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| TokenError::Malformed)?;
        serde_json::from_slice(&payload).map_err(|_| TokenError::Malformed)
    }

    /// Everyone the token is meant for.
    pub(super) fn audiences(&self) -> Vec<&str> {
        match &self.aud {
            None => Vec::new(),
            Some(Audience::One(one)) => vec![one],
            Some(Audience::Several(several)) => several.iter().map(String::as_str).collect(),
        }
    }

    /// The issuer as the token names it; a verified token has one.
    pub(crate) fn issuer(&self) -> &str {
        self.iss.as_deref().unwrap_or_default()
    }
}
