//! Microsoft Entra External ID: a tenant of its own for an application's customers, on `ciamlogin.com` or under a custom
//! domain ("Register a client in your external tenant", "Custom URL domains in external tenants").

use url::Url;
use uuid::Uuid;

use super::clouds;

const HOSTS: &str = "ciamlogin.com";

/// An external tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalIdAuthority {
    /// `https://contoso.ciamlogin.com/`, or a custom domain, which has to be named in
    /// [`crate::IdentityConfig::known_authorities`]. The tenant may follow as `/contoso.onmicrosoft.com` or as its id; left
    /// out, it is derived.
    pub base: Url,
    /// The tenant's id; tokens name it as `tid`, and their issuer is made of it.
    pub tenant_id: Uuid,
}

impl ExternalIdAuthority {
    fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// Whether metadata and tokens with this issuer are this tenant's: `https://{id}.ciamlogin.com/{id}/v2.0` whatever the
    /// domain people see, or the same on the configured host.
    pub(crate) fn is_issuer(&self, issuer: &str) -> bool {
        let id = self.tenant_id;
        issuer == format!("https://{id}.{HOSTS}/{id}/v2.0") || issuer == format!("{}/{id}/v2.0", self.origin())
    }

    pub(super) fn is_known(&self, known: &[String]) -> bool {
        clouds::is_named(&self.base, known, HOSTS)
    }

    /// `contoso` of `contoso.ciamlogin.com` stands for `contoso.onmicrosoft.com`; elsewhere the id is the tenant's name.
    fn tenant_segment(&self) -> String {
        let path = self.base.path().trim_end_matches('/');
        let path = path.strip_suffix("/v2.0").unwrap_or(path).trim_start_matches('/');
        if !path.is_empty() {
            return path.to_owned();
        }
        let subdomain = self.base.host_str().and_then(|host| host.strip_suffix(HOSTS)?.strip_suffix('.'));
        match subdomain {
            Some(name) if Uuid::try_parse(name).is_err() => format!("{name}.onmicrosoft.com"),
            _ => self.tenant_id.to_string(),
        }
    }

    pub(super) fn metadata_url(&self) -> String {
        format!("{}/{}/v2.0/.well-known/openid-configuration", self.origin(), self.tenant_segment())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(5);

    fn at(base: &str) -> ExternalIdAuthority {
        ExternalIdAuthority { base: base.parse().unwrap(), tenant_id: ID }
    }

    #[test]
    fn the_tenant_is_in_the_path_or_follows_from_the_host() {
        for (base, tenant) in [
            ("https://contoso.ciamlogin.com", "contoso.onmicrosoft.com".to_owned()),
            ("https://contoso.ciamlogin.com/contoso.onmicrosoft.com/", "contoso.onmicrosoft.com".to_owned()),
            ("https://contoso.ciamlogin.com/contoso.onmicrosoft.com/v2.0", "contoso.onmicrosoft.com".to_owned()),
            ("https://00000000-0000-0000-0000-000000000005.ciamlogin.com", ID.to_string()),
            ("https://login.contoso.example", ID.to_string()),
        ] {
            let url = at(base).metadata_url();
            assert!(url.ends_with(&format!("/{tenant}/v2.0/.well-known/openid-configuration")), "{base}: {url}");
        }
    }

    #[test]
    fn the_issuer_is_made_of_the_tenant_id_only() {
        let authority = at("https://login.contoso.example");
        assert!(authority.is_issuer(&format!("https://{ID}.ciamlogin.com/{ID}/v2.0")));
        assert!(authority.is_issuer(&format!("https://login.contoso.example/{ID}/v2.0")));
        let other = Uuid::from_u128(6);
        for issuer in [
            format!("https://{other}.ciamlogin.com/{other}/v2.0"),
            format!("https://{ID}.ciamlogin.com/{other}/v2.0"),
            format!("https://{ID}.ciamlogin.com.evil.example/{ID}/v2.0"),
            format!("https://login.contoso.example/{ID}/v2.0/"),
        ] {
            assert!(!authority.is_issuer(&issuer), "{issuer}");
        }
    }
}
