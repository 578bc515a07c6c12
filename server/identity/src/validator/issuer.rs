//! Who may have issued a token, and with which key.

use uuid::Uuid;

use super::{claims::Claims, error::TokenError};
use crate::{
    config::{Authority, EntraAuthority, TENANT_PLACEHOLDER},
    keys::SigningKey,
};

/// Which issuers are believed.
#[derive(Clone, Debug)]
pub(crate) enum IssuerRule {
    /// This one.
    Literal(String),
    /// That of the token's own tenant, if that tenant may sign in.
    Entra(EntraAuthority),
}

impl IssuerRule {
    /// The rule of `authority`, whose metadata names `issuer`.
    pub(crate) fn of(authority: &Authority, issuer: &str) -> Self {
        match authority {
            Authority::Oidc(_) => Self::Literal(issuer.to_owned()),
            Authority::Entra(entra) => Self::Entra(entra.clone()),
        }
    }

    /// Checks `iss`, and `tid` where issuers are per tenant.
    pub(super) fn check(&self, claims: &Claims) -> Result<Option<Uuid>, TokenError> {
        match self {
            Self::Literal(issuer) => {
                if claims.iss.as_ref() == Some(issuer) {
                    Ok(None)
                } else {
                    Err(TokenError::Issuer)
                }
            }
            Self::Entra(entra) => {
                let tenant_id = tenant_of(claims)?;
                if claims.iss.as_deref() != Some(entra.issuer_of(&tenant_id.to_string()).as_str()) {
                    return Err(TokenError::Issuer);
                }
                if entra.admits(tenant_id) { Ok(Some(tenant_id)) } else { Err(TokenError::TenantNotAllowed) }
            }
        }
    }

    /// Whether the `iss` of an authorization response (RFC 9207) is one this rule could believe.
    pub(crate) fn matches_response(&self, issuer: &str) -> bool {
        match self {
            Self::Literal(expected) => issuer == expected,
            Self::Entra(entra) => {
                let tenant = issuer.rsplit('/').nth(1).and_then(|segment| Uuid::try_parse(segment).ok());
                tenant.is_some_and(|tenant| issuer == entra.issuer_of(&tenant.to_string()))
            }
        }
    }
}

/// The one `tid`, which has to be a GUID in its usual spelling: it is about to be put into a URL.
fn tenant_of(claims: &Claims) -> Result<Uuid, TokenError> {
    if claims.other.keys().any(|name| name.eq_ignore_ascii_case("tid")) {
        return Err(TokenError::TenantMalformed);
    }
    let text = claims.tid.as_deref().ok_or(TokenError::TenantMissing)?;
    let tenant = Uuid::try_parse(text).map_err(|_| TokenError::TenantMalformed)?;
    if text.len() == 36 { Ok(tenant) } else { Err(TokenError::TenantMalformed) }
}

/// Whether a key's own `issuer`, filled with the token's tenant, is the token's issuer. Keys without one may sign for
/// anybody the key set belongs to.
pub(super) fn key_may_sign(key: &SigningKey, claims: &Claims, tenant_id: Option<Uuid>) -> bool {
    match (&key.issuer, tenant_id) {
        (None, _) => true,
        (Some(issuer), Some(tenant_id)) => {
            issuer.replace(TENANT_PLACEHOLDER, &tenant_id.to_string()) == claims.issuer()
        }
        (Some(issuer), None) => issuer == claims.issuer(),
    }
}
