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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::claims::AccountId;

    const ID: Uuid = Uuid::from_u128(0xABCD);
    const OTHER: Uuid = Uuid::from_u128(0xBEEF);

    fn b2c() -> Authority {
        Authority::B2c(B2cAuthority {
            base: "https://contoso.b2clogin.com/contoso.onmicrosoft.com".parse().unwrap(),
            tenant_id: ID,
            sign_in_policy: "B2C_1_susi".to_owned(),
            edit_profile_policy: Some("B2C_1_edit".to_owned()),
            reset_password_policy: None,
            role_claim: "roles".to_owned(),
        })
    }

    fn external() -> Authority {
        let base = "https://contoso.ciamlogin.com".parse().unwrap();
        Authority::ExternalId(ExternalIdAuthority { base, tenant_id: ID })
    }

    fn oidc() -> Authority {
        Authority::Oidc(OidcAuthority {
            issuer: "https://op.example".parse().unwrap(),
            tenant_id: ID,
            tenant_name: "Example".to_owned(),
            role_claim: "roles".to_owned(),
        })
    }

    fn person(issuer: &str, tenant_id: Uuid, policy: Option<&str>) -> Principal {
        Principal {
            account: AccountId { home: "o.t".to_owned() },
            home_account: None,
            tenant_id,
            subject: "o".to_owned(),
            issuer: issuer.to_owned(),
            name: "Amara".to_owned(),
            given_name: None,
            username: None,
            roles: Vec::new(),
            policy: policy.map(str::to_owned),
            sid: None,
            login_hint: None,
            signed_in_at: time::OffsetDateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn an_authority_of_one_tenant_is_asked_for_no_other() {
        for authority in [b2c(), external(), oidc()] {
            assert!(authority.realm(FlowKind::SignIn, Some(ID)).is_some(), "{authority:?}");
            assert!(authority.realm(FlowKind::SignIn, Some(OTHER)).is_none(), "{authority:?}");
        }
        assert!(b2c().realm(FlowKind::EditProfile, Some(OTHER)).is_none());
    }

    #[test]
    fn nobody_is_vouched_for_by_another_issuer_tenant_or_policy() {
        let susi = Some("b2c_1_SUSI");
        let own = format!("https://contoso.b2clogin.com/{ID}/v2.0/");
        for (issuer, tenant, policy, vouched) in [
            (own.as_str(), ID, susi, true),
            ("https://evil.example/", ID, susi, false),
            (own.as_str(), OTHER, susi, false),
            (own.as_str(), ID, Some("B2C_1_edit"), false),
            (own.as_str(), ID, None, false),
        ] {
            assert_eq!(b2c().vouches_for(&person(issuer, tenant, policy)), vouched, "{issuer} {tenant} {policy:?}");
        }
        let own = format!("https://{ID}.ciamlogin.com/{ID}/v2.0");
        for (authority, own) in [(external(), own.as_str()), (oidc(), "https://op.example")] {
            assert!(authority.vouches_for(&person(own, ID, None)));
            assert!(!authority.vouches_for(&person("https://evil.example", ID, None)), "{authority:?}");
            assert!(!authority.vouches_for(&person(own, OTHER, None)), "{authority:?}");
        }
    }
}
