//! The authorities that can vouch for people, one file for each kind.

mod b2c;
mod clouds;
mod entra;
mod external_id;
mod oidc;
mod realm;

use url::Url;

pub use b2c::B2cAuthority;
pub(crate) use entra::TENANT_PLACEHOLDER;
pub use entra::{EntraAuthority, EntraTenant, PUBLIC_CLOUD};
pub use external_id::ExternalIdAuthority;
pub use oidc::OidcAuthority;
pub(crate) use realm::{FlowKind, Realm};

use crate::claims::Principal;

/// An OpenID Provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Microsoft Entra ID, v2.0 endpoints.
    Entra(EntraAuthority),
    /// Microsoft Entra External ID: customers in a tenant of their own.
    ExternalId(ExternalIdAuthority),
    /// Azure AD B2C with its user flows.
    B2c(B2cAuthority),
    /// Any other OpenID Connect provider with a fixed issuer.
    Oidc(OidcAuthority),
}

impl Authority {
    /// Whether it would still let in somebody whom it vouched for once, as far as settings say: the issuer, the tenant, and
    /// the policy where there are several.
    pub(crate) fn vouches_for(&self, principal: &Principal) -> bool {
        let (issuer, tenant) = (principal.issuer.as_str(), principal.tenant_id);
        match self {
            Self::Entra(entra) => issuer == entra.issuer_of(&tenant.to_string()) && entra.admits(tenant),
            Self::ExternalId(external) => external.is_issuer(issuer) && tenant == external.tenant_id,
            Self::B2c(b2c) => {
                principal.policy.as_deref().is_some_and(|policy| b2c.signs_in_with(policy))
                    && b2c.vouches_as(issuer)
                    && tenant == b2c.tenant_id
            }
            Self::Oidc(oidc) => oidc.is_issuer(issuer) && tenant == oidc.tenant_id,
        }
    }

    /// Whether anybody's sign-in could have come from `issuer`, as far as settings say.
    pub(crate) fn signs_in_as(&self, issuer: &str) -> bool {
        match self {
            Self::Entra(entra) => entra.tenant_of_issuer(issuer).is_some_and(|tenant| entra.admits(tenant)),
            Self::ExternalId(external) => external.is_issuer(issuer),
            Self::B2c(b2c) => b2c.vouches_as(issuer),
            Self::Oidc(oidc) => oidc.is_issuer(issuer),
        }
    }

    /// Whether its host is one to be believed: Microsoft's, on this machine, or one of `known`. The list comes from
    /// settings and from nowhere else. A plain provider is named whole, by its issuer.
    #[must_use]
    pub fn is_known(&self, known: &[String]) -> bool {
        match self {
            Self::Entra(entra) => entra.is_known(known),
            Self::ExternalId(external) => external.is_known(known),
            Self::B2c(b2c) => b2c.is_known(known),
            Self::Oidc(_) => true,
        }
    }

    /// The URL that the authority's other URLs hang on.
    #[must_use]
    pub fn base(&self) -> &Url {
        match self {
            Self::Entra(entra) => &entra.base,
            Self::ExternalId(external) => &external.base,
            Self::B2c(b2c) => &b2c.base,
            Self::Oidc(oidc) => &oidc.issuer,
        }
    }

    /// Where the metadata for signing in is (OpenID Connect Discovery 1.0 section 4).
    #[must_use]
    pub fn metadata_url(&self) -> String {
        self.main_realm().metadata_url()
    }
}
