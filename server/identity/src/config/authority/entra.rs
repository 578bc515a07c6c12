//! Microsoft Entra ID, v2.0 endpoints: one tenant, all organisations, everyone, or personal accounts only.

use std::collections::BTreeSet;

use url::Url;
use uuid::{Uuid, uuid};

use super::clouds::{self, Cloud};

/// The tenant of personal Microsoft accounts. `/organizations` does not sign them in.
const CONSUMERS: Uuid = uuid!("9188040d-6c67-4c5b-b112-36a304b66dad");

/// The sign-in service of Microsoft's public cloud.
pub const PUBLIC_CLOUD: &str = "https://login.microsoftonline.com/";

/// Stands for the tenant in the metadata of Entra's multi-tenant authorities and in their keys.
pub(crate) const TENANT_PLACEHOLDER: &str = "{tenantid}";

/// Microsoft Entra ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntraAuthority {
    /// The cloud, [`PUBLIC_CLOUD`] unless it is a sovereign one. Microsoft's own hosts are known; any other has to be named
    /// in [`crate::IdentityConfig::known_authorities`].
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
    /// Personal accounts.
    Consumers,
    /// One tenant only.
    Single(Uuid),
}

impl EntraTenant {
    /// The path segment of the authority's URLs.
    #[must_use]
    pub fn segment(&self) -> String {
        match self {
            Self::Organizations => "organizations".to_owned(),
            Self::Common => "common".to_owned(),
            Self::Consumers => "consumers".to_owned(),
            Self::Single(tenant) => tenant.to_string(),
        }
    }
}

impl EntraAuthority {
    /// The issuer of the tokens of `tenant`, or of its placeholder.
    pub(crate) fn issuer_of(&self, tenant: &str) -> String {
        match Cloud::at(&self.base) {
            Some(cloud) => format!("https://{}/{tenant}/v2.0", cloud.issuer_host()),
            None => format!("{}/{tenant}/v2.0", self.base.as_str().trim_end_matches('/')),
        }
    }

    /// The issuer of the access tokens of `tenant` for APIs that ask for the older form (`requestedAccessTokenVersion` 1 or
    /// none): the security token service, not the sign-in service. None in a cloud where its name is not known.
    pub(crate) fn v1_issuer_of(&self, tenant: Uuid) -> Option<String> {
        let host = Cloud::at(&self.base).map_or(clouds::STS, |cloud| cloud.sts)?;
        Some(format!("https://{host}/{tenant}/"))
    }

    /// Where the Microsoft Graph of its cloud is, where that is known.
    pub(crate) fn graph(&self) -> Option<Url> {
        Cloud::at(&self.base)?.graph?.parse().ok()
    }

    /// The tenant whose tokens have this issuer, be it admitted or not.
    pub(crate) fn tenant_of_issuer(&self, issuer: &str) -> Option<Uuid> {
        let tenant = issuer.rsplit('/').nth(1).and_then(|segment| Uuid::try_parse(segment).ok())?;
        (issuer == self.issuer_of(&tenant.to_string())).then_some(tenant)
    }

    /// Whether people of `tenant` may sign in.
    pub(crate) fn admits(&self, tenant: Uuid) -> bool {
        let admitted = match self.tenant {
            EntraTenant::Single(only) => tenant == only,
            EntraTenant::Organizations => tenant != CONSUMERS,
            EntraTenant::Common => true,
            EntraTenant::Consumers => tenant == CONSUMERS,
        };
        admitted && self.allowed_tenants.as_ref().is_none_or(|allowed| allowed.contains(&tenant))
    }

    /// The same authority for people of `tenant` only, if it admits them: what a guest goes to in order to sign in to
    /// another organisation.
    pub(crate) fn narrowed_to(&self, tenant: Uuid) -> Option<Self> {
        let narrowed = || Self { tenant: EntraTenant::Single(tenant), ..self.clone() };
        self.admits(tenant).then(narrowed)
    }

    /// The issuer in this authority's metadata: with `{tenantid}` in place of the tenant unless there is only one.
    pub(crate) fn issuer_template(&self) -> String {
        match self.tenant {
            EntraTenant::Organizations | EntraTenant::Common => self.issuer_of(TENANT_PLACEHOLDER),
            EntraTenant::Consumers => self.issuer_of(&CONSUMERS.to_string()),
            EntraTenant::Single(tenant) => self.issuer_of(&tenant.to_string()),
        }
    }

    /// The hosts of its cloud, if it is one of Microsoft's: names of one and the same authority.
    pub(crate) fn cloud_hosts(&self) -> &'static [&'static str] {
        Cloud::at(&self.base).map_or(&[], |cloud| cloud.hosts)
    }

    /// `cloud_instance_name` that the metadata must have, where the cloud is one of Microsoft's.
    pub(super) fn cloud_instance(&self) -> Option<&'static str> {
        Cloud::at(&self.base).map(|cloud| cloud.instance)
    }

    pub(super) fn is_known(&self, known: &[String]) -> bool {
        Cloud::at(&self.base).is_some() || clouds::is_named(&self.base, known, "")
    }

    pub(super) fn metadata_url(&self) -> String {
        let base = self.base.as_str().trim_end_matches('/');
        format!("{base}/{}/v2.0/.well-known/openid-configuration", self.tenant.segment())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn at(base: &str, tenant: EntraTenant) -> EntraAuthority {
        EntraAuthority { base: base.parse().unwrap(), tenant, allowed_tenants: None }
    }

    #[test]
    fn personal_accounts_have_one_tenant_and_organisations_have_all_others() {
        let other = Uuid::from_u128(7);
        for (tenant, consumers, others) in [
            (EntraTenant::Organizations, false, true),
            (EntraTenant::Common, true, true),
            (EntraTenant::Consumers, true, false),
            (EntraTenant::Single(other), false, true),
        ] {
            let authority = at(PUBLIC_CLOUD, tenant);
            assert_eq!((authority.admits(CONSUMERS), authority.admits(other)), (consumers, others), "{tenant:?}");
        }
    }

    #[test]
    fn an_alias_of_a_cloud_issues_under_the_clouds_own_name() {
        let tenant = EntraTenant::Consumers;
        let issuer = |base: &str| at(base, tenant).issuer_template();
        assert_eq!(issuer("https://login.windows.net"), format!("https://login.microsoftonline.com/{CONSUMERS}/v2.0"));
        assert_eq!(
            issuer("https://login.chinacloudapi.cn/"),
            format!("https://login.partner.microsoftonline.cn/{CONSUMERS}/v2.0")
        );
        assert_eq!(issuer("http://127.0.0.1:3001/"), format!("http://127.0.0.1:3001/{CONSUMERS}/v2.0"));
        let url = at("https://login.windows.net", tenant).metadata_url();
        assert_eq!(url, "https://login.windows.net/consumers/v2.0/.well-known/openid-configuration");
    }

    #[test]
    fn each_cloud_has_a_security_token_service_of_its_own() {
        let issuer = |base: &str| at(base, EntraTenant::Organizations).v1_issuer_of(CONSUMERS);
        for (base, host) in [
            (PUBLIC_CLOUD, "sts.windows.net"),
            ("https://login.windows.net", "sts.windows.net"),
            ("https://login.microsoftonline.us", "sts.windows.net"),
            ("https://login.partner.microsoftonline.cn", "sts.chinacloudapi.cn"),
            ("http://127.0.0.1:3001/", "sts.windows.net"),
        ] {
            assert_eq!(issuer(base), Some(format!("https://{host}/{CONSUMERS}/")), "{base}");
        }
        assert_eq!(issuer("https://login.sovcloud-identity.fr"), None);
    }

    #[test]
    fn each_cloud_has_a_graph_of_its_own_where_it_is_documented() {
        let host = |base: &str| at(base, EntraTenant::Organizations).graph()?.host_str().map(str::to_owned);
        for (base, graph) in [
            (PUBLIC_CLOUD, Some("graph.microsoft.com")),
            ("https://login.microsoftonline.us", Some("graph.microsoft.us")),
            ("https://login.chinacloudapi.cn", Some("microsoftgraph.chinacloudapi.cn")),
            ("https://login.sovcloud-identity.de", None),
            ("http://127.0.0.1:3001/", None),
        ] {
            assert_eq!(host(base).as_deref(), graph, "{base}");
        }
    }

    #[test]
    fn narrowing_admits_nobody_new() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let listed =
            EntraAuthority { allowed_tenants: Some([one].into()), ..at(PUBLIC_CLOUD, EntraTenant::Organizations) };
        let narrowed = listed.narrowed_to(one).unwrap();
        assert!(narrowed.admits(one) && !narrowed.admits(two));
        assert_eq!(listed.narrowed_to(two), None);
        assert_eq!(at(PUBLIC_CLOUD, EntraTenant::Organizations).narrowed_to(CONSUMERS), None);
        assert_eq!(at(PUBLIC_CLOUD, EntraTenant::Single(one)).narrowed_to(two), None);
    }
}
