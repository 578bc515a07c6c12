//! The clouds that Microsoft runs Entra ID in, with the hosts of their sign-in services. Compiled in, so that whether a host
//! can be believed is never a question to that host ("National clouds", Microsoft identity platform documentation).

use url::Url;

use crate::config::is_loopback;

/// One cloud.
pub(super) struct Cloud {
    /// Under these hosts its sign-in service is found; its tokens name the first one as their issuer.
    pub(super) hosts: &'static [&'static str],
    /// `cloud_instance_name` in its metadata and in its keys.
    pub(super) instance: &'static str,
    /// The host that access tokens of version 1.0 name as their issuer. Not documented for the youngest clouds.
    pub(super) sts: Option<&'static str>,
    /// Where its Microsoft Graph is ("National cloud deployments"). Not documented for the youngest clouds.
    pub(super) graph: Option<&'static str>,
}

/// That of the public cloud. Azure Government has no name of its own for it, and neither has what stands in for a cloud.
pub(super) const STS: Option<&str> = Some("sts.windows.net");

const CLOUDS: [Cloud; 6] = [
    Cloud {
        hosts: &["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
        instance: "microsoftonline.com",
        sts: STS,
        graph: Some("https://graph.microsoft.com/v1.0"),
    },
    Cloud {
        hosts: &["login.microsoftonline.us", "login.usgovcloudapi.net"],
        instance: "microsoftonline.us",
        sts: STS,
        graph: Some("https://graph.microsoft.us/v1.0"),
    },
    Cloud {
        hosts: &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
        instance: "partner.microsoftonline.cn",
        sts: Some("sts.chinacloudapi.cn"),
        graph: Some("https://microsoftgraph.chinacloudapi.cn/v1.0"),
    },
    Cloud { hosts: &["login.sovcloud-identity.fr"], instance: "sovcloud-identity.fr", sts: None, graph: None },
    Cloud { hosts: &["login.sovcloud-identity.de"], instance: "sovcloud-identity.de", sts: None, graph: None },
    Cloud { hosts: &["login.sovcloud-identity.sg"], instance: "sovcloud-identity.sg", sts: None, graph: None },
];

impl Cloud {
    /// The cloud whose sign-in service is at `url`.
    pub(super) fn at(url: &Url) -> Option<&'static Self> {
        let host = url.host_str()?;
        CLOUDS.iter().find(|cloud| cloud.hosts.contains(&host))
    }

    /// The host that its tokens name.
    pub(super) fn issuer_host(&self) -> &'static str {
        self.hosts.first().copied().unwrap_or_default()
    }
}

/// Whether `url` is on one of these hosts or beneath one of these domains, over TLS or on this machine: what a setting, or
/// a list that is compiled in, has named.
pub(super) fn is_named(url: &Url, hosts: &[String], beneath: &str) -> bool {
    let named = url.host_str().is_some_and(|host| {
        hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
            || (!beneath.is_empty() && host.strip_suffix(beneath).is_some_and(|name| name.ends_with('.')))
    });
    named || is_loopback(url)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn an_alias_belongs_to_its_cloud_and_a_look_alike_to_none() {
        for (host, issuer) in [
            ("login.windows.net", "login.microsoftonline.com"),
            ("LOGIN.MICROSOFTONLINE.COM", "login.microsoftonline.com"),
            ("login.usgovcloudapi.net", "login.microsoftonline.us"),
            ("login.chinacloudapi.cn", "login.partner.microsoftonline.cn"),
            ("login.sovcloud-identity.de", "login.sovcloud-identity.de"),
        ] {
            let found = Cloud::at(&url(&format!("https://{host}/"))).unwrap();
            assert_eq!(found.issuer_host(), issuer, "{host}");
        }
        for host in ["login.microsoftonline.com.evil.example", "evil-login.microsoftonline.com", "microsoftonline.com"]
        {
            assert!(Cloud::at(&url(&format!("https://{host}/"))).is_none(), "{host}");
        }
    }

    #[test]
    fn a_host_is_named_whole_or_by_a_domain_above_it() {
        let known = ["login.example.com".to_owned()];
        assert!(is_named(&url("https://login.example.com/x"), &known, ""));
        assert!(!is_named(&url("https://a.login.example.com/x"), &known, ""));
        assert!(!is_named(&url("https://login.example.com.evil.example/x"), &known, ""));
        assert!(is_named(&url("https://contoso.b2clogin.com"), &[], "b2clogin.com"));
        assert!(!is_named(&url("https://evilb2clogin.com"), &[], "b2clogin.com"));
        assert!(!is_named(&url("https://b2clogin.com"), &[], "b2clogin.com"));
        assert!(!is_named(&url("https://contoso.b2clogin.com"), &[], ""));
        assert!(is_named(&url("http://127.0.0.1:3001"), &[], ""));
    }
}
