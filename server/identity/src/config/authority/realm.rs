//! Where one flow goes: an authority has metadata and keys for each of its policies and tenants.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Authority, B2cAuthority, EntraAuthority, ExternalIdAuthority, OidcAuthority};

/// What a person goes to the authority for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FlowKind {
    /// Signing in, and up where the authority offers it.
    #[default]
    SignIn,
    /// Changing one's name and the like; Azure AD B2C only.
    EditProfile,
    /// A new password for a forgotten one; Azure AD B2C only.
    ResetPassword,
}

/// One set of metadata and keys of an authority: what is left of it once policy and tenant are settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Realm {
    Entra(EntraAuthority),
    ExternalId(ExternalIdAuthority),
    B2c { authority: B2cAuthority, policy: String },
    Oidc(OidcAuthority),
}

impl Authority {
    /// The realm for signing in at the authority's own tenant; every authority has one.
    pub(crate) fn main_realm(&self) -> Realm {
        match self {
            Self::Entra(entra) => Realm::Entra(entra.clone()),
            Self::ExternalId(external) => Realm::ExternalId(external.clone()),
            Self::B2c(b2c) => Realm::B2c { authority: b2c.clone(), policy: b2c.sign_in_policy.clone() },
            Self::Oidc(oidc) => Realm::Oidc(oidc.clone()),
        }
    }

    /// Whether Microsoft's rules for scopes hold.
    pub(crate) fn is_microsoft(&self) -> bool {
        self.main_realm().is_microsoft()
    }

    /// The flow that a policy of Azure AD B2C belongs to; of everybody else it is signing in.
    pub(crate) fn kind_of(&self, policy: Option<&str>) -> FlowKind {
        let reset = match self {
            Self::B2c(b2c) => b2c.reset_password_policy.as_deref(),
            Self::Entra(_) | Self::ExternalId(_) | Self::Oidc(_) => None,
        };
        match (policy, reset) {
            (Some(policy), Some(reset)) if policy.eq_ignore_ascii_case(reset) => FlowKind::ResetPassword,
            _ => FlowKind::SignIn,
        }
    }

    /// The realm for a flow, at the authority's own tenant or at `tenant`. None if the authority does not offer that flow or
    /// does not admit that tenant.
    pub(crate) fn realm(&self, kind: FlowKind, tenant: Option<Uuid>) -> Option<Realm> {
        let own = |id: Uuid| tenant.is_none_or(|tenant| tenant == id);
        match (self, kind) {
            (Self::B2c(b2c), _) if own(b2c.tenant_id) => {
                let policy = b2c.policy_for(kind)?.to_owned();
                Some(Realm::B2c { authority: b2c.clone(), policy })
            }
            (Self::Entra(entra), FlowKind::SignIn) => match tenant {
                None => Some(self.main_realm()),
                Some(tenant) => entra.narrowed_to(tenant).map(Realm::Entra),
            },
            (Self::ExternalId(external), FlowKind::SignIn) if own(external.tenant_id) => Some(self.main_realm()),
            (Self::Oidc(oidc), FlowKind::SignIn) if own(oidc.tenant_id) => Some(self.main_realm()),
            _ => None,
        }
    }
}

impl Realm {
    /// Where its metadata is (OpenID Connect Discovery 1.0 section 4). No two realms share one, so this is its name as well.
    pub(crate) fn metadata_url(&self) -> String {
        match self {
            Self::Entra(entra) => entra.metadata_url(),
            Self::ExternalId(external) => external.metadata_url(),
            Self::B2c { authority, policy } => authority.metadata_url(policy),
            Self::Oidc(oidc) => oidc.metadata_url(),
        }
    }

    /// Whether metadata with this issuer is this realm's. Entra's multi-tenant authorities have `{tenantid}` in it,
    /// literally.
    pub(crate) fn is_issuer(&self, issuer: &str) -> bool {
        match self {
            Self::Entra(entra) => issuer == entra.issuer_template(),
            Self::ExternalId(external) => external.is_issuer(issuer),
            Self::B2c { authority, policy } => authority.is_issuer(issuer, policy),
            Self::Oidc(oidc) => oidc.is_issuer(issuer),
        }
    }

    /// `cloud_instance_name` that its metadata must have, where that is known.
    pub(crate) fn cloud_instance(&self) -> Option<&'static str> {
        match self {
            Self::Entra(entra) => entra.cloud_instance(),
            Self::ExternalId(_) | Self::B2c { .. } | Self::Oidc(_) => None,
        }
    }

    /// Whether the parameters are understood here that only Microsoft's services have: `client_info`, `domain_hint`, a
    /// secret in the body.
    pub(crate) fn is_microsoft(&self) -> bool {
        !matches!(self, Self::Oidc(_))
    }
}
