//! Access tokens for an API of this application (RFC 9068; "Access tokens in the Microsoft identity platform").

mod audiences;
mod grant;

use time::OffsetDateTime;
use uuid::Uuid;

pub(crate) use audiences::Audiences;
pub(super) use grant::Grant;

use super::{IssuerRule, check_origin, claims::Claims, error::TokenError, header};
use crate::{
    bearer::AccessTokenVersions,
    keys::{KeySet, SigningKey},
};

/// What an access token must say to be accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccessExpectations<'a> {
    /// `aud`: one of our names.
    pub(crate) audiences: &'a Audiences,
    /// Who may have issued it.
    pub(crate) issuer: &'a IssuerRule,
    /// In which of Entra's forms.
    pub(crate) versions: AccessTokenVersions,
    /// The claim with the roles.
    pub(crate) role_claim: &'a str,
    pub(crate) now: OffsetDateTime,
}

/// An access token that passed.
#[derive(Debug)]
pub(crate) struct Accepted<'k> {
    pub(crate) claims: Claims,
    /// The tenant that its issuer stands for; none for a plain provider.
    pub(crate) tenant_id: Option<Uuid>,
    pub(crate) grant: Grant,
    /// What it is signed with.
    pub(crate) key: &'k SigningKey,
}

/// Checks `token` against `keys` and `expected`. `azp` is the client here and may be anybody.
pub(crate) fn verify_access<'k>(
    token: &str,
    keys: &'k KeySet,
    expected: AccessExpectations<'_>,
) -> Result<Accepted<'k>, TokenError> {
    let AccessExpectations { audiences, issuer, versions, role_claim, now } = expected;
    let header = header::read(token)?;
    if header.is_for_graph() {
        return Err(TokenError::ForGraph);
    }
    if !header.may_be_access(issuer.is_plain()) {
        return Err(TokenError::Type);
    }
    let issued_by = |claims: &Claims| issuer.check_access(claims, versions);
    let (claims, origin, key) = check_origin(token, &header, keys, issued_by)?;
    if !audiences.contain_any_of(&claims.audiences()) {
        return Err(TokenError::Audience);
    }
    claims.times.check(now)?;
    refuse_others(&claims, issuer)?;
    if claims.sub.as_deref().is_none_or(str::is_empty) {
        return Err(TokenError::SubjectMissing);
    }
    if issuer.needs_object_id() && claims.oid.as_deref().is_none_or(str::is_empty) {
        return Err(TokenError::ObjectIdMissing);
    }
    let grant = Grant::read(&claims, issuer, role_claim)?;
    Ok(Accepted { claims, tenant_id: origin.tenant_id, grant, key })
}

/// ID tokens and logout tokens, by what only they have. For the application's own client id they differ in nothing else from
/// access tokens of version 2.0.
fn refuse_others(claims: &Claims, issuer: &IssuerRule) -> Result<(), TokenError> {
    if claims.other.contains_key("events") {
        return Err(TokenError::Type);
    }
    // Azure AD B2C copies the nonce of the request into its access tokens as well.
    let nonce = claims.nonce.is_some() && !issuer.is_policy();
    if nonce || ["at_hash", "c_hash", "s_hash"].iter().any(|hash| claims.other.contains_key(*hash)) {
        return Err(TokenError::IdToken);
    }
    Ok(())
}
