//! The authorities that can vouch for people.

use std::collections::BTreeSet;

use url::Url;
use uuid::{Uuid, uuid};

/// The tenant of personal Microsoft accounts. `/organizations` does not sign them in.
const CONSUMERS: Uuid = uuid!("9188040d-6c67-4c5b-b112-36a304b66dad");

/// The sign-in service of Microsoft's public cloud.
pub const PUBLIC_CLOUD: &str = "https://login.microsoftonline.com/";

/// Stands for the tenant in the metadata of Entra's multi-tenant authorities and in their keys.
pub(crate) const TENANT_PLACEHOLDER: &str = "{tenantid}";

/// An OpenID Provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Microsoft Entra ID, v2.0 endpoints.
    Entra(EntraAuthority),
    /// Any other OpenID Connect provider with a fixed issuer.
    Oidc(OidcAuthority),
}

/// Microsoft Entra ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntraAuthority {
    /// The cloud, [`PUBLIC_CLOUD`] unless it is a sovereign one.
    pub base: Url,
    /// Which tenants may sign in, as Entra sees it.
    pub tenant: EntraTenant,
    /// Which of those this application serves; `None` means all.
    pub allowed_tenants: Option<BTreeSet<Uuid>>,
}

/// The tenant part of an Entra authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntraTenant {
    /// Work and school accounts of any tenant.
    Organizations,
    /// Work, school and personal accounts.
    Common,
    /// One tenant only.
    Single(Uuid),
}

/// A plain OpenID Connect provider. Its accounts are (issuer, subject); what Entra says in `tid` and `roles` is
/// configured here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcAuthority {
    /// The issuer identifier; discovery must repeat it literally.
    pub issuer: Url,
    /// The tenant that everyone from this issuer belongs to.
    pub tenant_id: Uuid,
    /// What to call that tenant.
    pub tenant_name: String,
    /// The ID-token claim with the roles: an array of strings or one string.
    pub role_claim: String,
}

impl EntraTenant {
    /// The path segment of the authority's URLs.
    #[must_use]
    pub fn segment(&self) -> String {
        match self {
            Self::Organizations => "organizations".to_owned(),
            Self::Common => "common".to_owned(),
            Self::Single(tenant) => tenant.to_string(),
        }
    }
}

impl EntraAuthority {
    /// The issuer of the tokens of `tenant`, or of its placeholder.
    pub(crate) fn issuer_of(&self, tenant: &str) -> String {
        format!("{}/{tenant}/v2.0", self.base.as_str().trim_end_matches('/'))
    }

    /// Whether people of `tenant` may sign in.
    pub(crate) fn admits(&self, tenant: Uuid) -> bool {
        let admitted = match self.tenant {
            EntraTenant::Single(only) => tenant == only,
            EntraTenant::Organizations => tenant != CONSUMERS,
            EntraTenant::Common => true,
        };
        admitted && self.allowed_tenants.as_ref().is_none_or(|allowed| allowed.contains(&tenant))
    }

    /// The issuer in this authority's metadata: with `{tenantid}` in place of the tenant unless there is only one.
    pub(crate) fn issuer_template(&self) -> String {
        match self.tenant {
            EntraTenant::Organizations | EntraTenant::Common => self.issuer_of(TENANT_PLACEHOLDER),
            EntraTenant::Single(tenant) => self.issuer_of(&tenant.to_string()),
        }
    }
}

impl OidcAuthority {
    /// Whether `issuer` is the configured one. The URL type adds a slash to a bare origin; there both spellings are.
    pub(crate) fn is_issuer(&self, issuer: &str) -> bool {
        let configured = self.issuer.as_str();
        issuer == configured || (self.issuer.path() == "/" && issuer == configured.trim_end_matches('/'))
    }
}

impl Authority {
    /// Whether it would still let in somebody whom `issuer` vouched for as one of `tenant`.
    pub(crate) fn vouches_for(&self, issuer: &str, tenant: Uuid) -> bool {
        match self {
            Self::Entra(entra) => issuer == entra.issuer_of(&tenant.to_string()) && entra.admits(tenant),
            Self::Oidc(oidc) => oidc.is_issuer(issuer) && tenant == oidc.tenant_id,
        }
    }

    /// The URL that the authority's other URLs hang on.
    #[must_use]
    pub fn base(&self) -> &Url {
        match self {
            Self::Entra(entra) => &entra.base,
            Self::Oidc(oidc) => &oidc.issuer,
        }
    }

    /// Where the authority's metadata is (OpenID Connect Discovery 1.0 section 4).
    #[must_use]
    pub fn metadata_url(&self) -> String {
        match self {
            Self::Entra(entra) => {
                let base = entra.base.as_str().trim_end_matches('/');
                format!("{base}/{}/v2.0/.well-known/openid-configuration", entra.tenant.segment())
            }
            Self::Oidc(oidc) => {
                format!("{}/.well-known/openid-configuration", oidc.issuer.as_str().trim_end_matches('/'))
            }
        }
    }
}
