//! From an accepted token to its caller.

use std::sync::Arc;

use secrecy::SecretString;
use serde_json::Value;
use uuid::Uuid;

use super::{BearerPrincipal, CallerKind};
use crate::{
    claims::AccountId,
    config::Realm,
    validator::{Accepted, Claims, TokenError},
};

/// The capability of a client that understands claims challenges ("Client capabilities").
const CHALLENGES: &str = "cp1";

/// The caller that `accepted`, which is what was found in `token`, stands for.
pub(super) fn from_token(
    accepted: Accepted<'_>,
    realm: &Realm,
    authorization_uri: Arc<str>,
    token: &str,
) -> Result<BearerPrincipal, TokenError> {
    let Accepted { claims, tenant_id, grant, key: _ } = accepted;
    let (acrs, capabilities) = (texts(&claims, "acrs"), texts(&claims, "xms_cc"));
    let expires_at = claims.times().expires_at()?;
    let issuer = claims.issuer().to_owned();
    let sub = claims.sub.ok_or(TokenError::SubjectMissing)?;
    let (tenant_id, subject, account) = match realm {
        Realm::Entra(_) | Realm::ExternalId(_) => {
            let tenant_id = tenant_id.ok_or(TokenError::TenantMissing)?;
            let subject = claims.oid.ok_or(TokenError::ObjectIdMissing)?;
            let account = AccountId::entra(&subject, tenant_id);
            (tenant_id, subject, account)
        }
        Realm::B2c { authority, .. } => {
            // As for sign-ins: policies can be set to send a sentence for a `sub`, the same to all.
            let subject = Uuid::try_parse(claims.oid.as_ref().unwrap_or(&sub));
            let subject = subject.map_err(|_| TokenError::ObjectIdMissing)?.to_string();
            let account = AccountId::entra(&subject, authority.tenant_id);
            (authority.tenant_id, subject, account)
        }
        Realm::Oidc(oidc) => {
            let account = AccountId::subject(&issuer, &sub);
            (oidc.tenant_id, sub, account)
        }
    };
    Ok(BearerPrincipal {
        tenant_id,
        subject,
        account,
        name: claims.name.filter(|name| !name.trim().is_empty()),
        kind: if grant.app_only { CallerKind::App } else { CallerKind::Delegated },
        client_id: grant.client_id,
        scopes: grant.scopes,
        roles: grant.roles,
        acrs,
        accepts_claims_challenges: capabilities.iter().any(|name| name.eq_ignore_ascii_case(CHALLENGES)),
        expires_at,
        authorization_uri,
        assertion: SecretString::from(token),
    })
}

/// An array of texts, or one text; sorted. Whatever else it is has nothing in it.
fn texts(claims: &Claims, name: &str) -> Vec<String> {
    let mut texts: Vec<String> = match claims.other.get(name) {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    texts.sort_unstable();
    texts.dedup();
    texts
}
