//! Checks a signed token (RFC 7519) from the authority. One validator for every kind of token: what differs between kinds
//! is in [`Expectations`]. Each check has an error of its own, and a test that fails without it.

mod access;
mod claims;
mod error;
mod hashes;
mod header;
mod issuer;
mod logout;
mod refreshed;
mod signature;
#[cfg(test)]
mod tests;
mod times;

use subtle::ConstantTimeEq;
use time::OffsetDateTime;
use uuid::Uuid;

pub(crate) use access::{Accepted, AccessExpectations, Audiences, verify_access};
pub(crate) use claims::Claims;
pub use error::TokenError;
pub(crate) use hashes::Companions;
use header::Header;
pub(crate) use issuer::IssuerRule;
pub(crate) use logout::{LoggedOut, LogoutToken, verify_logout};
pub(crate) use refreshed::verify_refreshed;
pub(crate) use times::Times;

use issuer::Origin;

use crate::keys::{KeySet, SigningKey};

/// What a token must say to be accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expectations<'a> {
    /// `aud`: us.
    pub(crate) audience: &'a str,
    /// Who may have issued it.
    pub(crate) issuer: &'a IssuerRule,
    /// The nonce of the transaction (OpenID Connect Core 1.0 section 3.1.3.7).
    pub(crate) nonce: &'a str,
    pub(crate) now: OffsetDateTime,
}

/// A token that passed, and the tenant that its issuer stands for; none for a plain provider.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) claims: Claims,
    pub(crate) tenant_id: Option<Uuid>,
}

/// Checks `token` against `keys` and `expected`.
pub(crate) fn verify(token: &str, keys: &KeySet, expected: Expectations<'_>) -> Result<Verified, TokenError> {
    let Expectations { audience, issuer, now, .. } = expected;
    let Verified { claims, tenant_id } = check_for_us(token, &header::read(token)?, keys, audience, issuer, now)?;
    check_nonce(&claims, expected.nonce)?;
    if claims.sub.as_deref().is_none_or(str::is_empty) {
        return Err(TokenError::SubjectMissing);
    }
    if expected.issuer.needs_object_id() && claims.oid.as_deref().is_none_or(str::is_empty) {
        return Err(TokenError::ObjectIdMissing);
    }
    Ok(Verified { claims, tenant_id })
}

/// What every token has to pass that the authority makes for this application itself.
fn check_for_us(
    token: &str,
    header: &Header,
    keys: &KeySet,
    audience: &str,
    issuer: &IssuerRule,
    now: OffsetDateTime,
) -> Result<Verified, TokenError> {
    let (claims, origin, _) = check_origin(token, header, keys, |claims| issuer.check(claims))?;
    check_audience(&claims, audience)?;
    claims.times.check(now)?;
    Ok(Verified { claims, tenant_id: origin.tenant_id })
}

/// What every kind of token has to pass: a key of the authority has signed it, and may do so for this issuer.
fn check_origin<'k>(
    token: &str,
    header: &Header,
    keys: &'k KeySet,
    issued_by: impl FnOnce(&Claims) -> Result<Origin, TokenError>,
) -> Result<(Claims, Origin, &'k SigningKey), TokenError> {
    let signed_by = signature::signed_by(token, header.candidates(keys)?)?;
    let claims = Claims::read(token)?;
    let origin = issued_by(&claims)?;
    let key = signed_by.into_iter().find(|key| origin.may_be_signed_with(key)).ok_or(TokenError::KeyIssuer)?;
    Ok((claims, origin, key))
}

/// OpenID Connect Core 1.0 section 3.1.3.7, items 3 to 5.
fn check_audience(claims: &Claims, audience: &str) -> Result<(), TokenError> {
    let named = claims.audiences();
    if !named.contains(&audience) {
        return Err(TokenError::Audience);
    }
    let shared = named.iter().any(|other| *other != audience);
    match claims.azp.as_deref() {
        Some(azp) if azp != audience => Err(TokenError::AuthorizedParty),
        None if shared => Err(TokenError::AuthorizedParty),
        _ => Ok(()),
    }
}

fn check_nonce(claims: &Claims, expected: &str) -> Result<(), TokenError> {
    let nonce = claims.nonce.as_deref().ok_or(TokenError::NonceMissing)?;
    if bool::from(nonce.as_bytes().ct_eq(expected.as_bytes())) { Ok(()) } else { Err(TokenError::Nonce) }
}
