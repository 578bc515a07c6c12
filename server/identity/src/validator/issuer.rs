//! Who may have issued a token, and with which key.

use std::collections::BTreeSet;

use uuid::{Uuid, uuid};

use super::{claims::Claims, error::TokenError};
use crate::{
    config::{Authority, EntraTenant},
    keys::SigningKey,
};

const PLACEHOLDER: &str = "{tenantid}";

/// The tenant of personal Microsoft accounts. `/organizations` does not sign them in.
const CONSUMERS: Uuid = uuid!("9188040d-6c67-4c5b-b112-36a304b66dad");

/// Which issuers are believed.
#[derive(Clone, Debug)]
pub(crate) enum IssuerRule {
    /// This one.
    Literal(String),
    /// The template, filled with the token's own tenant, if that tenant may sign in.
    Entra { template: String, tenant: EntraTenant, allowed: Option<BTreeSet<Uuid>> },
}

impl IssuerRule {
    /// The rule of `authority`, whose metadata names `issuer`.
    pub(crate) fn of(authority: &Authority, issuer: &str) -> Self {
        match authority {
            Authority::Oidc(_) => Self::Literal(issuer.to_owned()),
            Authority::Entra(entra) => Self::Entra {
                template: format!("{}/{PLACEHOLDER}/v2.0", entra.base.as_str().trim_end_matches('/')),
                tenant: entra.tenant,
                allowed: entra.allowed_tenants.clone(),
            },
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
            Self::Entra { template, tenant, allowed } => {
                let tenant_id = tenant_of(claims)?;
                if claims.iss.as_deref() != Some(template.replace(PLACEHOLDER, &tenant_id.to_string()).as_str()) {
                    return Err(TokenError::Issuer);
                }
                let admitted = match tenant {
                    EntraTenant::Single(only) => tenant_id == *only,
                    EntraTenant::Organizations => tenant_id != CONSUMERS,
                    EntraTenant::Common => true,
                };
                if !admitted || allowed.as_ref().is_some_and(|allowed| !allowed.contains(&tenant_id)) {
                    return Err(TokenError::TenantNotAllowed);
                }
                Ok(Some(tenant_id))
            }
        }
    }

    /// Whether the `iss` of an authorization response (RFC 9207) is one this rule could believe.
    pub(crate) fn matches_response(&self, issuer: &str) -> bool {
        match self {
            Self::Literal(expected) => issuer == expected,
            Self::Entra { template, .. } => match template.split_once(PLACEHOLDER) {
                None => issuer == template,
                Some((before, after)) => issuer
                    .strip_prefix(before)
                    .and_then(|rest| rest.strip_suffix(after))
                    .is_some_and(|tenant| Uuid::parse_str(tenant).is_ok()),
            },
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
        (Some(issuer), Some(tenant_id)) => issuer.replace(PLACEHOLDER, &tenant_id.to_string()) == claims.issuer(),
        (Some(issuer), None) => issuer == claims.issuer(),
    }
}
