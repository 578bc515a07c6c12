//! Which authority an entry is from, in MSAL's words: a host, of which each cloud has several.

use crate::config::Authority;

/// The public cloud's tokens are kept under this of its names, although requests go to another one.
const PREFERRED: &str = "login.windows.net";

/// The names of the configured authority.
#[derive(Clone, Debug)]
pub(super) struct Environment {
    preferred: String,
    aliases: Vec<String>,
}

impl Environment {
    /// None if the authority is not one of Microsoft's.
    pub(super) fn of(authority: &Authority) -> Option<Self> {
        let cloud = match authority {
            Authority::Entra(entra) => entra.cloud_hosts(),
            Authority::ExternalId(_) | Authority::B2c(_) => &[],
            Authority::Oidc(_) => return None,
        };
        let base = authority.base();
        let host = base.host_str()?;
        // MSAL Node keeps a port, MSAL for Python does not.
        let with_port = base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let preferred = cloud.iter().find(|host| **host == PREFERRED).or(cloud.first());
        let preferred = preferred.map_or_else(|| with_port.clone(), |host| (*host).to_owned());
        let aliases = cloud.iter().map(|host| (*host).to_owned()).chain([host.to_owned(), with_port]).collect();
        Some(Self { preferred, aliases })
    }

    /// The name that entries are written with.
    pub(super) fn preferred(&self) -> &str {
        &self.preferred
    }

    /// Whether `other` is one of its names.
    pub(super) fn is(&self, other: &str) -> bool {
        self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(other))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::config::{EntraAuthority, EntraTenant};

    fn at(base: &str) -> Environment {
        let (base, tenant) = (base.parse().unwrap(), EntraTenant::Organizations);
        Environment::of(&Authority::Entra(EntraAuthority { base, tenant, allowed_tenants: None })).unwrap()
    }

    #[test]
    fn the_public_cloud_is_kept_under_one_name_and_known_by_four() {
        for base in ["https://login.microsoftonline.com/", "https://login.microsoft.com/"] {
            let environment = at(base);
            assert_eq!(environment.preferred(), "login.windows.net");
            for alias in ["login.microsoftonline.com", "login.windows.net", "Login.Microsoft.com", "sts.windows.net"] {
                assert!(environment.is(alias), "{alias}");
            }
            assert!(!environment.is("login.microsoftonline.us") && !environment.is("evil.example"));
        }
    }

    #[test]
    fn other_clouds_and_hosts_have_names_of_their_own() {
        let government = at("https://login.microsoftonline.us/");
        assert_eq!(government.preferred(), "login.microsoftonline.us");
        assert!(government.is("login.usgovcloudapi.net") && !government.is("login.windows.net"));
        let local = at("https://127.0.0.1:4433/");
        assert_eq!(local.preferred(), "127.0.0.1:4433");
        assert!(local.is("127.0.0.1") && local.is("127.0.0.1:4433") && !local.is("127.0.0.1:4434"));
    }
}
