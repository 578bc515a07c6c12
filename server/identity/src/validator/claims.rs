//! The claims that are used, with the types they must have.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{error::TokenError, times::Times};

/// Claims of a verified token. Times are seconds since 1970, possibly with a fraction (RFC 7519 section 2).
#[derive(Default)]
pub(crate) struct Claims {
    pub(super) iss: Option<String>,
    aud: Option<Audience>,
    pub(super) azp: Option<String>,
    pub(super) times: Times,
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

    pub(crate) fn times(&self) -> Times {
        self.times
    }

    /// A claim that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.other.get(name).and_then(Value::as_str)
    }

    /// The issuer as the token names it; a verified token has one.
    pub(crate) fn issuer(&self) -> &str {
        self.iss.as_deref().unwrap_or_default()
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Claim {
    Iss,
    Aud,
    Azp,
    Exp,
    Nbf,
    Iat,
    Nonce,
    Sub,
    Tid,
    Oid,
    Sid,
    Name,
    PreferredUsername,
    Email,
    LoginHint,
    Other(String),
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

/// Reads claim by claim: names must not be repeated (RFC 7519 section 4), and the library's way to keep the rest copies
/// everything once more.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Claims;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Claims, A::Error> {
        let mut claims = Claims::default();
        while let Some(name) = map.next_key()? {
            match name {
                Claim::Iss => once(&mut claims.iss, &mut map)?,
                Claim::Aud => once(&mut claims.aud, &mut map)?,
                Claim::Azp => once(&mut claims.azp, &mut map)?,
                Claim::Exp => once(&mut claims.times.exp, &mut map)?,
                Claim::Nbf => once(&mut claims.times.nbf, &mut map)?,
                Claim::Iat => once(&mut claims.times.iat, &mut map)?,
                Claim::Nonce => once(&mut claims.nonce, &mut map)?,
                Claim::Sub => once(&mut claims.sub, &mut map)?,
                Claim::Tid => once(&mut claims.tid, &mut map)?,
                Claim::Oid => once(&mut claims.oid, &mut map)?,
                Claim::Sid => once(&mut claims.sid, &mut map)?,
                Claim::Name => once(&mut claims.name, &mut map)?,
                Claim::PreferredUsername => once(&mut claims.preferred_username, &mut map)?,
                Claim::Email => once(&mut claims.email, &mut map)?,
                Claim::LoginHint => once(&mut claims.login_hint, &mut map)?,
                Claim::Other(name) => {
                    if claims.other.insert(name, map.next_value()?).is_some() {
                        return Err(A::Error::custom("a repeated claim"));
                    }
                }
            }
        }
        Ok(claims)
    }
}

/// A claim that is `null` is not there.
fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(slot: &mut Option<T>, map: &mut A) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::custom("a repeated claim"));
    }
    *slot = map.next_value()?;
    Ok(())
}
