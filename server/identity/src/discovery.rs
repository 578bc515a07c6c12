//! The authority's metadata (OpenID Connect Discovery 1.0), read by ourselves because Entra's issuer is a template.

use serde::Deserialize;
use time::Duration;
use url::Url;

use crate::{
    cached::Freshness,
    config::{Authority, is_https_or_loopback},
    error::UpstreamError,
    outgoing,
};

/// Once a day; an old copy serves a week, endpoints hardly ever move.
pub(crate) const FRESHNESS: Freshness =
    Freshness { refresh_after: Duration::hours(24), last_known_good: Duration::days(7), floor: Duration::seconds(30) };

/// What is needed of the metadata.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ProviderMetadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) jwks_uri: Url,
    pub(crate) end_session_endpoint: Option<Url>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Initiating User Registration via OpenID Connect 1.0 section 4.
    #[serde(default)]
    prompt_values_supported: Vec<String>,
    /// RFC 9207: authorization responses carry `iss`.
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

impl ProviderMetadata {
    /// Fetches and checks the metadata of `authority`.
    pub(crate) async fn fetch(http: &reqwest::Client, authority: &Authority) -> Result<Self, UpstreamError> {
        let metadata: Self = outgoing::get_json(http, "metadata", &authority.metadata_url()).await?;
        metadata.check(authority)?;
        Ok(metadata)
    }

    /// The issuer must be the one that was configured, literally, or else anybody's metadata could vouch for anybody.
    fn check(&self, authority: &Authority) -> Result<(), UpstreamError> {
        if !is_issuer_of(authority, &self.issuer) {
            return Err(UpstreamError::Metadata { reason: "the issuer is not that of the configured authority" });
        }
        let endpoints = [Some(&self.authorization_endpoint), Some(&self.token_endpoint), Some(&self.jwks_uri)];
        let endpoints = endpoints.into_iter().chain([self.end_session_endpoint.as_ref()]).flatten();
        for endpoint in endpoints {
            if !is_https_or_loopback(endpoint) {
                return Err(UpstreamError::Metadata { reason: "an endpoint is not https" });
            }
        }
        Ok(())
    }

    /// Whether the provider says that it can ask which account.
    pub(crate) fn announces_account_picker(&self) -> bool {
        self.prompt_values_supported.iter().any(|value| value == "select_account")
    }

    /// OpenID Connect Core 1.0 section 9: Basic unless the metadata leaves it out.
    pub(crate) fn accepts_basic(&self) -> bool {
        self.token_endpoint_auth_methods_supported
            .as_ref()
            .is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"))
    }
}

/// Whether metadata with this issuer belongs to the authority. Entra's multi-tenant authorities have `{tenantid}` in it,
/// literally.
fn is_issuer_of(authority: &Authority, issuer: &str) -> bool {
    match authority {
        Authority::Entra(entra) => issuer == entra.issuer_template(),
        Authority::Oidc(oidc) => oidc.is_issuer(issuer),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::config::{EntraAuthority, EntraTenant, OidcAuthority};

    fn entra(tenant: EntraTenant) -> Authority {
        let base = "https://login.example/".parse().unwrap();
        Authority::Entra(EntraAuthority { base, tenant, allowed_tenants: None })
    }

    fn oidc(issuer: &str) -> Authority {
        Authority::Oidc(OidcAuthority {
            issuer: issuer.parse().unwrap(),
            tenant_id: Uuid::nil(),
            tenant_name: String::new(),
            role_claim: "roles".to_owned(),
        })
    }

    #[test]
    fn metadata_of_another_issuer_is_not_ours() {
        let template = "https://login.example/{tenantid}/v2.0";
        assert!(is_issuer_of(&entra(EntraTenant::Organizations), template));
        assert!(is_issuer_of(&entra(EntraTenant::Common), template));
        assert!(!is_issuer_of(&entra(EntraTenant::Single(Uuid::nil())), template));
        let single = format!("https://login.example/{}/v2.0", Uuid::nil());
        assert!(is_issuer_of(&entra(EntraTenant::Single(Uuid::nil())), &single));
        assert!(!is_issuer_of(&entra(EntraTenant::Organizations), &single));
        assert!(!is_issuer_of(&entra(EntraTenant::Organizations), "https://evil.example/{tenantid}/v2.0"));

        assert!(is_issuer_of(&oidc("https://op.example"), "https://op.example"));
        assert!(is_issuer_of(&oidc("https://op.example"), "https://op.example/"));
        assert!(is_issuer_of(&oidc("https://op.example/a"), "https://op.example/a"));
        assert!(!is_issuer_of(&oidc("https://op.example/a"), "https://op.example/a/"));
        assert!(!is_issuer_of(&oidc("https://op.example"), "https://op.example.evil"));
    }

    #[test]
    fn an_endpoint_in_clear_text_is_refused() {
        let metadata = |token_endpoint: &str| ProviderMetadata {
            issuer: "https://op.example".to_owned(),
            authorization_endpoint: "https://op.example/authorize".parse().unwrap(),
            token_endpoint: token_endpoint.parse().unwrap(),
            jwks_uri: "https://op.example/keys".parse().unwrap(),
            end_session_endpoint: None,
            token_endpoint_auth_methods_supported: None,
            authorization_response_iss_parameter_supported: false,
            prompt_values_supported: Vec::new(),
        };
        assert_eq!(metadata("https://op.example/token").check(&oidc("https://op.example")), Ok(()));
        assert!(metadata("http://op.example/token").check(&oidc("https://op.example")).is_err());
    }
}
