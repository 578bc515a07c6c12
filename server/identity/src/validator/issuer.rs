//! Who may have issued a token, and with which key.

use uuid::Uuid;

use super::{claims::Claims, error::TokenError};
use crate::{
    bearer::AccessTokenVersions,
    config::{EntraAuthority, Realm, TENANT_PLACEHOLDER},
    keys::SigningKey,
};

/// Which issuers are believed, and what else a token of theirs has to say about where it comes from.
#[derive(Clone, Debug)]
pub(crate) enum IssuerRule {
    /// This one.
    Literal(String),
    /// That of the token's own tenant, if that tenant may sign in.
    Entra(EntraAuthority),
    /// This one, for one tenant, which the token has to name.
    Tenant { issuer: String, tenant_id: Uuid },
    /// This one, for one tenant, with the policy that was asked for: a token of a weaker policy is none.
    Policy { issuer: String, tenant_id: Uuid, policy: String },
}

impl IssuerRule {
    /// The rule of `realm`, whose metadata names `issuer`.
    pub(crate) fn of(realm: &Realm, issuer: &str) -> Self {
        let issuer = issuer.to_owned();
        match realm {
            Realm::Oidc(_) => Self::Literal(issuer),
            Realm::Entra(entra) => Self::Entra(entra.clone()),
            Realm::ExternalId(external) => Self::Tenant { issuer, tenant_id: external.tenant_id },
            Realm::B2c { authority, policy } => {
                Self::Policy { issuer, tenant_id: authority.tenant_id, policy: policy.clone() }
            }
        }
    }

    /// Checks `iss`, and what goes with it: `tid` where issuers are per tenant, `tfp` where there are policies.
    pub(super) fn check(&self, claims: &Claims) -> Result<Origin, TokenError> {
        match self {
            Self::Literal(issuer) => literal(claims, issuer).map(|()| Origin::new(None, issuer.clone())),
            Self::Entra(entra) => {
                let tenant_id = tenant_of(claims)?;
                let issuer = entra.issuer_of(&tenant_id.to_string());
                literal(claims, &issuer)?;
                admitted(entra, tenant_id, issuer)
            }
            Self::Tenant { issuer, tenant_id } => {
                literal(claims, issuer)?;
                let own = tenant_of(claims)?;
                if own != *tenant_id {
                    return Err(TokenError::TenantNotAllowed(own));
                }
                Ok(Origin::new(Some(own), issuer.clone()))
            }
            Self::Policy { issuer, tenant_id, policy } => {
                literal(claims, issuer)?;
                // Usually there is none; if there is, it must not contradict the issuer.
                let own = if claims.tid.is_some() { tenant_of(claims)? } else { *tenant_id };
                if own != *tenant_id {
                    return Err(TokenError::TenantNotAllowed(own));
                }
                check_policy(claims, policy)?;
                Ok(Origin::new(Some(*tenant_id), issuer.clone()))
            }
        }
    }

    /// The same for an access token, which Entra may have made in an older form: `ver` says which, and has to go with the
    /// issuer. Neither is taken for the other.
    pub(super) fn check_access(&self, claims: &Claims, accepted: AccessTokenVersions) -> Result<Origin, TokenError> {
        let version = match (self, claims.text("ver")) {
            (Self::Literal(_) | Self::Policy { .. }, _) => return self.check(claims),
            (_, Some("1.0")) => AccessTokenVersions::V1,
            (_, Some("2.0")) => AccessTokenVersions::V2,
            _ => return Err(TokenError::Version),
        };
        if accepted != AccessTokenVersions::Both && accepted != version {
            return Err(TokenError::Version);
        }
        match self {
            Self::Entra(entra) if version == AccessTokenVersions::V1 => {
                let tenant_id = tenant_of(claims)?;
                literal(claims, &entra.v1_issuer_of(tenant_id).ok_or(TokenError::Version)?)?;
                // Keys name the newer form only.
                admitted(entra, tenant_id, entra.issuer_of(&tenant_id.to_string()))
            }
            _ if version == AccessTokenVersions::V2 => self.check(claims),
            _ => Err(TokenError::Version),
        }
    }

    /// Whether there are standards for what an access token looks like here (RFC 9068), as opposed to Microsoft's own.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    /// Whether access tokens are of policies, in whose tokens the nonce of the request is found whatever their kind.
    pub(super) fn is_policy(&self) -> bool {
        matches!(self, Self::Policy { .. })
    }

    /// Whether accounts rest on `oid`. In Azure AD B2C it is optional, and `sub` is the object id as well.
    pub(super) fn needs_object_id(&self) -> bool {
        matches!(self, Self::Entra(_) | Self::Tenant { .. })
    }

    /// Whether the `iss` of an authorization response (RFC 9207) is one this rule could believe.
    pub(crate) fn matches_response(&self, issuer: &str) -> bool {
        match self {
            Self::Literal(expected) | Self::Tenant { issuer: expected, .. } | Self::Policy { issuer: expected, .. } => {
                issuer == expected
            }
            Self::Entra(entra) => entra.tenant_of_issuer(issuer).is_some(),
        }
    }
}

fn literal(claims: &Claims, issuer: &str) -> Result<(), TokenError> {
    if claims.iss.as_deref() == Some(issuer) { Ok(()) } else { Err(TokenError::Issuer) }
}

/// `tfp` names the policy, in older tenants `acr` does; names of policies have no case.
fn check_policy(claims: &Claims, policy: &str) -> Result<(), TokenError> {
    let text = |name: &str| claims.other.get(name).and_then(serde_json::Value::as_str);
    let named = text("tfp").or_else(|| text("acr")).ok_or(TokenError::PolicyMissing)?;
    if named.eq_ignore_ascii_case(policy) { Ok(()) } else { Err(TokenError::Policy) }
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

fn admitted(entra: &EntraAuthority, tenant_id: Uuid, issuer: String) -> Result<Origin, TokenError> {
    if entra.admits(tenant_id) {
        Ok(Origin::new(Some(tenant_id), issuer))
    } else {
        Err(TokenError::TenantNotAllowed(tenant_id))
    }
}

/// Where a token comes from.
#[derive(Debug)]
pub(super) struct Origin {
    /// The tenant that the issuer stands for; none for a plain provider.
    pub(super) tenant_id: Option<Uuid>,
    /// The issuer as keys name it.
    issuer: String,
}

impl Origin {
    fn new(tenant_id: Option<Uuid>, issuer: String) -> Self {
        Self { tenant_id, issuer }
    }

    /// Whether a key's own `issuer`, filled with the token's tenant, is the token's issuer. Keys without one may sign for
    /// anybody the key set belongs to.
    pub(super) fn may_be_signed_with(&self, key: &SigningKey) -> bool {
        match (&key.issuer, self.tenant_id) {
            (None, _) => true,
            (Some(issuer), Some(tenant_id)) => {
                issuer.replace(TENANT_PLACEHOLDER, &tenant_id.to_string()) == self.issuer
            }
            (Some(issuer), None) => *issuer == self.issuer,
        }
    }
}
