//! The token's header, read before anything in it is believed.

use std::{collections::BTreeSet, fmt};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};

use super::error::TokenError;
use crate::keys::{KeySet, SigningKey};

/// What counts of a header. Whatever else it names, above all keys and where to find them (`jwk`, `jku`, `x5c`, `x5u`), is
/// passed over: the authority's published keys are the only ones.
#[derive(Debug, Default)]
pub(super) struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    cty: Option<String>,
    crit: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
    nonce: Option<IgnoredAny>,
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
    if header.crit.is_some() || header.b64.is_some() {
        return Err(TokenError::CriticalHeader);
    }
    if header.cty.as_deref().is_some_and(|content| content.to_ascii_lowercase().contains("jwt")) {
        return Err(TokenError::Nested);
    }
    Ok(header)
}

impl Header {
    /// Whether the type lets it be a logout token: `logout+jwt`, or nothing in particular (Back-Channel Logout 1.0 section
    /// 2.4).
    pub(super) fn may_be_logout(&self) -> bool {
        self.typ.is_none() || self.is_of_type(&["logout+jwt", "jwt"])
    }

    /// Whether the type lets it be an access token: `at+jwt` (RFC 9068 section 2.1), or nothing in particular where the issuer
    /// does not go by that standard.
    pub(super) fn may_be_access(&self, by_the_standard: bool) -> bool {
        match self.typ {
            _ if by_the_standard => self.is_of_type(&["at+jwt"]),
            None => true,
            Some(_) => self.is_of_type(&["at+jwt", "jwt"]),
        }
    }

    /// RFC 7515 section 4.1.9 leaves out `application/` and case.
    fn is_of_type(&self, types: &[&str]) -> bool {
        let Some(kind) = &self.typ else { return false };
        let kind = kind.to_ascii_lowercase();
        types.contains(&kind.strip_prefix("application/").unwrap_or(&kind))
    }

    /// Whether it has a `nonce`: Entra signs tokens for Microsoft Graph over another header than the one they have, so that
    /// nobody else can check them.
    pub(super) fn is_for_graph(&self) -> bool {
        self.nonce.is_some()
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

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Member {
    Alg,
    Typ,
    Kid,
    /// RFC 7515 section 4.1.11.
    Crit,
    /// RFC 7797, an extension that nobody may use without `crit`.
    B64,
    /// RFC 7519 section 5.2: a token within the token.
    Cty,
    Nonce,
    Other(String),
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

/// Reads member by member, because names must not be repeated (RFC 7515 section 4) and the library lets the last one win.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let (mut header, mut alg, mut others) = (Header::default(), None, BTreeSet::new());
        while let Some(member) = map.next_key()? {
            let repeated = match member {
                Member::Alg => alg.replace(map.next_value()?).is_some(),
                Member::Typ => header.typ.replace(map.next_value()?).is_some(),
                Member::Kid => header.kid.replace(map.next_value()?).is_some(),
                Member::Cty => header.cty.replace(map.next_value()?).is_some(),
                Member::Crit => header.crit.replace(map.next_value()?).is_some(),
                Member::B64 => header.b64.replace(map.next_value()?).is_some(),
                Member::Nonce => header.nonce.replace(map.next_value()?).is_some(),
                Member::Other(name) => {
                    map.next_value::<IgnoredAny>()?;
                    !others.insert(name)
                }
            };
            if repeated {
                return Err(A::Error::custom("a repeated member"));
            }
        }
        header.alg = alg.ok_or_else(|| A::Error::missing_field("alg"))?;
        Ok(header)
    }
}
