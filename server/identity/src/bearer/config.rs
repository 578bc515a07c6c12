//! What an API has to say about itself.

use crate::config::{Authority, SettingProblem};

/// Which tokens an API accepts. The authority is that of [`crate::IdentityConfig`], and so are the tenants that it admits;
/// clocks may be a minute apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerConfig {
    /// The names of the API, one of which `aud` has to be: the application id, its application ID URIs. There is no way to
    /// accept tokens for anybody.
    pub audiences: Vec<String>,
    /// In which forms of Entra's.
    pub versions: AccessTokenVersions,
}

/// The forms of Entra's access tokens (`ver`). The registration of the API says which it gets
/// (`requestedAccessTokenVersion`), never the client. Other authorities have one form only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccessTokenVersions {
    /// Either.
    #[default]
    Both,
    /// 1.0: issued by the security token service (`https://sts.windows.net/{tenant id}/`).
    V1,
    /// 2.0: issued by the sign-in service.
    V2,
}

impl BearerConfig {
    /// Tokens for the application with this id, under its id or under the URI that registrations get by default,
    /// `api://{client id}`.
    #[must_use]
    pub fn for_client(client_id: &str) -> Self {
        Self {
            audiences: vec![client_id.to_owned(), format!("api://{client_id}")],
            versions: AccessTokenVersions::default(),
        }
    }

    /// Looks at every setting.
    ///
    /// # Errors
    /// All problems found.
    pub fn validate(&self, authority: &Authority) -> Result<(), Vec<SettingProblem>> {
        let mut problems = Vec::new();
        let mut problem = |name, read: String, fix| problems.push(SettingProblem { name, read, fix });
        if self.audiences.is_empty() {
            let fix = "name at least one, usually the client id: a token for somebody else is none for this API";
            problem("bearer.audiences", "an empty list".to_owned(), fix);
        }
        for audience in &self.audiences {
            if audience.trim() != audience || audience.trim_matches('/').is_empty() || audience.contains('*') {
                let fix = "give the application id or a whole application ID URI; there are no patterns";
                problem("bearer.audiences", audience.clone(), fix);
            }
        }
        if self.versions == AccessTokenVersions::V1 && !matches!(authority, Authority::Entra(_)) {
            let fix = "leave it out: only Microsoft Entra ID has tokens of version 1.0";
            problem("bearer.versions", "V1".to_owned(), fix);
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::config::{EntraAuthority, EntraTenant, ExternalIdAuthority, PUBLIC_CLOUD};

    fn entra() -> Authority {
        let base = PUBLIC_CLOUD.parse().unwrap();
        Authority::Entra(EntraAuthority { base, tenant: EntraTenant::Organizations, allowed_tenants: None })
    }

    fn names(config: &BearerConfig, authority: &Authority) -> Vec<&'static str> {
        config.validate(authority).err().unwrap_or_default().iter().map(|problem| problem.name).collect()
    }

    #[test]
    fn the_usual_names_are_the_id_and_the_uri_made_of_it() {
        let usual = BearerConfig::for_client("6731de76-14a6-49ae-97bc-6eba6914391e");
        assert_eq!(
            usual.audiences,
            ["6731de76-14a6-49ae-97bc-6eba6914391e", "api://6731de76-14a6-49ae-97bc-6eba6914391e"]
        );
        assert_eq!(names(&usual, &entra()), [""; 0]);
    }

    #[test]
    fn nobody_and_anybody_are_no_audience() {
        let with = |audiences: &[&str]| BearerConfig {
            audiences: audiences.iter().map(|name| (*name).to_owned()).collect(),
            ..BearerConfig::for_client("x")
        };
        assert_eq!(names(&with(&[]), &entra()), ["bearer.audiences"]);
        for odd in ["", " ", "*", "api://*", "/", "api://x ", "//"] {
            assert_eq!(names(&with(&["x", odd]), &entra()), ["bearer.audiences"], "{odd}");
        }
        assert_eq!(names(&with(&["", "*"]), &entra()), ["bearer.audiences", "bearer.audiences"], "all at once");
    }

    #[test]
    fn only_entra_has_the_older_form() {
        let older = BearerConfig { versions: AccessTokenVersions::V1, ..BearerConfig::for_client("x") };
        assert_eq!(names(&older, &entra()), [""; 0]);
        let base = "https://contoso.ciamlogin.com".parse().unwrap();
        let external = Authority::ExternalId(ExternalIdAuthority { base, tenant_id: Uuid::nil() });
        assert_eq!(names(&older, &external), ["bearer.versions"]);
        assert_eq!(names(&BearerConfig::for_client("x"), &external), [""; 0]);
    }
}
